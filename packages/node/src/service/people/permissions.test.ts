/**
 * Goal: every operation is in the table, every role may what the table says and nothing else, and what is
 * an act has exactly one entry. Method: each operation × each role, through the gate, on a database.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { accept } from "@parley/core/result";
import { must } from "@parley/testkit/sample-message";
import { expect, test } from "vitest";
import { z } from "zod";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import { agreementOperations } from "../agreement-operations.ts";
import { attachmentOperations } from "../attachment-operations.ts";
import { createAuditLog, readAuditLog } from "../audit/audit-log.ts";
import { auditOperations } from "../audit/audit-operations.ts";
import { doctorOperations } from "../doctor-operations.ts";
import { itemOperations } from "../item-operations.ts";
import { keyOperations } from "../key-operations.ts";
import { lookupOperations } from "../lookup-operations.ts";
import { nodeOperations } from "../node-operations.ts";
import { officeOperations } from "../office-operations.ts";
import { defineOperation, type Operations, runOperation } from "../operation.ts";
import { partyOperations } from "../party-operations.ts";
import { recordOperations } from "../record-operations.ts";
import { sendOperations } from "../send-operations.ts";
import { type GateService, guarded } from "./gate.ts";
import { peopleOperations } from "./people-operations.ts";
import { type Permission, permissions } from "./permissions.ts";
import { roleNames, roles } from "./roles.ts";
import { sessionOperations } from "./session-operations.ts";

const names = [
  ...[partyOperations, agreementOperations, keyOperations, doctorOperations, officeOperations],
  ...[lookupOperations, sendOperations, itemOperations, attachmentOperations, nodeOperations],
  ...[recordOperations, peopleOperations, sessionOperations, auditOperations],
].flatMap((table) => Object.keys(table));

const now = 1_700_000_000;
const quiet = { progress: () => undefined, signal: new AbortController().signal };

async function office() {
  const directory = mkdtempSync(join(tmpdir(), "parley-gate-"));
  const storage = must(await openSqliteStorage(join(directory, "parley.db"), "create"));
  await storage.write((tx) => createAuditLog(tx, p, "washington.example"));
  const service: GateService = {
    primitives: p,
    storage,
    clock: { nowSeconds: () => now, sleep: async () => undefined },
  };
  // Stands for each operation: what it does is tested elsewhere, whether it is reached here.
  const stand = defineOperation<GateService, z.ZodType>(z.strictObject({}), async () =>
    accept({ isReached: true }),
  );
  const operations: Operations<GateService> = guarded(
    Object.fromEntries(names.map((name) => [name, stand])),
  );
  /** Signed in with this role. */
  async function signIn(
    role: string,
    over: { createdAt?: number; state?: "active" | "left" } = {},
  ): Promise<string> {
    const id = toBase64Url(p.random(16));
    const token = toBase64Url(p.random(32));
    const { createdAt = now, state = "active" } = over;
    await storage.write(async (tx) => {
      await tx.people.insertOfficer({
        ...{
          id,
          name: `o${id.toLowerCase().replace(/[^a-z0-9]/g, "")}`,
          title: "",
          state,
          channels: "all",
          classes: "all",
        },
        ...{ createdAt, enrolledAt: 1, leftAt: null },
      });
      const of = role in roles ? roles[role as keyof typeof roles].of : "party";
      await tx.people.replaceRoles(id, [
        { officer: id, role, desk: of === "desk" ? "watch" : "*" },
      ]);
      await tx.people.insertSession({
        ...{ id, officer: id, tokenHash: p.sha256(encodeUtf8(token)), source: "local" },
        ...{ createdAt, lastSeenAt: createdAt, authenticatedAt: createdAt },
      });
    });
    return token;
  }
  return {
    ...{ storage, signIn },
    async ask(name: string, token: string | null): Promise<string> {
      const caller = { token, device: null, source: "local" };
      const result = await runOperation(
        operations,
        service,
        { name, input: {} },
        { ...quiet, caller },
      );
      return result.ok ? "allowed" : result.refusal.code;
    },
    entries: () => storage.read(async (tx) => (await readAuditLog(tx)).size),
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

test("the table names every operation that there is, and no other", () => {
  expect([...names].sort()).toEqual(Object.keys(permissions).sort());
});

function mayOf(who: Permission["who"], role: string): boolean {
  return typeof who === "string" || (who as readonly string[]).includes(role);
}

function withoutSession(who: Permission["who"]): string {
  return who === "machine" ? "allowed" : "session.required";
}

test("each operation × each role is allowed or refused as the table says, and an act has one entry", async () => {
  await using at = await office();
  const tokens = new Map<string, string>();
  for (const role of roleNames) tokens.set(role, await at.signIn(role));
  const counts = { allowed: 0, refused: 0 };
  for (const [name, { who, isAct }] of Object.entries(permissions)) {
    for (const [role, token] of tokens) {
      const before = await at.entries();
      const may = mayOf(who, role);
      expect([name, role, await at.ask(name, token)]).toEqual([
        name,
        role,
        may ? "allowed" : "people.not-allowed",
      ]);
      expect([name, (await at.entries()) - before]).toEqual([name, may && isAct ? 1 : 0]);
      counts[may ? "allowed" : "refused"] += 1;
    }
    const nobody = withoutSession(who);
    expect([name, await at.ask(name, null)]).toEqual([name, nobody]);
  }
  const { allowed, refused } = counts;
  console.info(
    `${names.length} operations × ${roleNames.length} roles: ${allowed} allowed, ${refused} refused`,
  );
  expect(allowed + refused).toBe(names.length * roleNames.length);
}, 60_000);

test("a party without an enrolled administrator is run by whoever has its machine", async () => {
  await using at = await office();
  await at.signIn("drafter");
  expect(new Set(await Promise.all(names.map((name) => at.ask(name, null))))).toEqual(
    new Set(["allowed"]),
  );
  await at.signIn("administrator");
  expect(await at.ask("case.list", null)).toBe("session.required");
});

test("an expired or forged session, and one of an officer who left, opens nothing", async () => {
  await using at = await office();
  const token = await at.signIn("administrator");
  const old = await at.signIn("administrator", { createdAt: now - 50_000 });
  const future = await at.signIn("administrator", { createdAt: now + 500 });
  const left = await at.signIn("administrator", { state: "left" });
  const forged = [
    old,
    future,
    left,
    token.slice(1),
    `${token}A`,
    token.toUpperCase(),
    "",
    "x".repeat(10_000),
  ];
  for (const each of forged) {
    expect(await at.ask("people.list", each)).toBe("session.ended");
    expect(await at.ask("session.open", each)).toBe("allowed");
  }
  expect(await at.ask("people.list", token)).toBe("allowed");
});

test("an operation that the table does not name does not start", () => {
  expect(() => guarded({ "case.delete": partyOperations["peer.list"] } as never)).toThrow(
    "case.delete",
  );
});
