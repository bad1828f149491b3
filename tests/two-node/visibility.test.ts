/**
 * Goal: what an officer may not see is found by no operation, nor by the first letters of its id. Method:
 * one inquiry between two nodes, asked for by every operation that reads, as officers of every reach.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "@parley/core/kind/kinds";
import { type Office, officeOf } from "@parley/testkit/office-commands";
import { deliver, type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../packages/node/src/service/actor.ts";
import { itemOperations } from "../../packages/node/src/service/item-operations.ts";
import { lookupOperations } from "../../packages/node/src/service/lookup-operations.ts";
import { officeOperations } from "../../packages/node/src/service/office-operations.ts";
import { runOperation } from "../../packages/node/src/service/operation.ts";
import { recordOperations } from "../../packages/node/src/service/record-operations.ts";

let pair: PairedNodes;
let west: Office;
let jti: string;
beforeAll(async () => {
  pair = await pairedNodes();
  west = officeOf(pair.washington);
  const body = join(west.directory, "inquiry.json");
  writeFileSync(body, JSON.stringify(kinds.inquiry.definition.example.blocks));
  const flags = ["--ask", "identify", "--severity", "4", "--body", body];
  const sent = await west.json("send", "inquiry", ...flags);
  expect(sent).toMatchObject({ exitCode: 0 });
  jti = String(sent["jti"]);
  await deliver(pair.washington, pair.moscow);
}, 60_000);
afterAll(() => pair[Symbol.asyncDispose]());

function actorWith(over: {
  role?: string;
  desk?: string;
  channels?: string[];
  classes?: ("live" | "exercise")[];
}): Actor {
  const { role = "drafter", desk = "technical", channels = "all", classes = "all" } = over;
  const times = { createdAt: 1, lastSeenAt: 1, authenticatedAt: 1 };
  return {
    kind: "officer",
    officer: {
      id: "a",
      name: "anna",
      title: "",
      state: "active",
      channels,
      classes,
      createdAt: 1,
      enrolledAt: 1,
      leftAt: null,
    },
    roles: [{ officer: "a", role, desk }],
    session: { id: "s", officer: "a", tokenHash: new Uint8Array(), ...times, source: "" },
  };
}

const reading = {
  ...officeOperations,
  ...lookupOperations,
  ...itemOperations,
  ...recordOperations,
};

/** Whether an answer has anything of the inquiry in it, by operation. */
async function found(actor: Actor): Promise<readonly string[]> {
  const { node } = pair.washington;
  const service = { node, spoolPath: west.directory, isServing: false };
  const context = { progress: () => undefined, signal: new AbortController().signal, actor };
  const inputs: readonly (readonly [string, object])[] = [
    ...([
      ["message.list", {}],
      ["case.list", {}],
      ["outbox.list", {}],
      ["record.counts", {}],
    ] as const),
    ...([
      ["message.show", { jti }],
      ["case.show", { id: jti }],
      ["item.list", { jti }],
    ] as const),
    ["id.find", { what: "message", prefix: jti.slice(0, 4) }],
    ["id.find", { what: "case", prefix: jti.slice(0, 4) }],
    ["record.prove", { entry: { jti } }],
    ["record.prove", { entry: { class: "live", index: 0 } }],
  ];
  const names: string[] = [];
  for (const [name, input] of inputs) {
    const result = await runOperation(reading, service, { name, input }, context);
    const text = result.ok ? JSON.stringify(result.value) : "";
    const shows =
      name === "record.counts"
        ? text.includes('"live"')
        : text.includes(jti) || name === "item.list" || name === "record.prove";
    if (result.ok && shows) names.push(name);
  }
  return names;
}

test("the desk that wrote it finds it by every operation that reads", async () => {
  const all = await found(actorWith({}));
  expect(await found({ kind: "operator" })).toEqual(all);
  expect(await found(actorWith({ role: "auditor", desk: "*" }))).toEqual(all);
  expect(new Set(all)).toEqual(
    new Set([
      "message.list",
      "case.list",
      "record.counts",
      "message.show",
      "case.show",
      "item.list",
      "id.find",
      "record.prove",
    ]),
  );
});

test("another desk, another channel, another class, and an administrator find nothing", async () => {
  expect(await found(actorWith({ desk: "watch" }))).toEqual(["record.counts"]);
  expect(await found(actorWith({ channels: ["another channel"] }))).toEqual([]);
  expect(await found(actorWith({ classes: ["exercise"] }))).toEqual([]);
  expect(await found(actorWith({ role: "administrator", desk: "*" }))).toEqual(["record.counts"]);
});
