/**
 * Goal: an exported audit log is proven whole by its files alone, and whatever is changed in it shows.
 * Method: a home with some hundred acts; every octet of the small files, and many of the long ones,
 * flipped one by one; the program's own sentences read.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { parseAuditOrigin } from "@parley/core/log/audit-origin";
import { parseOrigin } from "@parley/core/log/origin";
import {
  auditEntryBytesMax,
  formatAuditEntry,
  parseAuditEntry,
} from "@parley/core/record/audit-entry";
import {
  auditFingerprint,
  auditIndexBytesMax,
  parseAuditIndex,
} from "@parley/core/record/audit-index";
import { verifyAudit } from "@parley/core/record/verify-audit";
import { must } from "@parley/testkit/sample-message";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../packages/checker/src/check.ts";
import { openDirectory } from "../../packages/checker/src/directory-files.ts";
import { operator } from "../../packages/node/src/service/actor.ts";
import {
  AuditLog,
  appendAct,
  createAuditLog,
  readAuditLog,
} from "../../packages/node/src/service/audit/audit-log.ts";
import { exportAudit } from "../../packages/node/src/service/audit/export-audit.ts";
import { openSqliteStorage } from "../../packages/node/src/storage/open-sqlite.ts";
import { filesIn, type MemoryExport, quiet } from "./exported.ts";

const party = "washington.example";
const id = "dGhlIGlkIG9mIGFubmEuLg";
const anna = { kind: "officer", officer: id, name: "anna", session: id } as const;
const entryCount = 300;
const hookMs = 60_000;

let above: string;
let whole: MemoryExport;

/** A log of its own keys, with a checkpoint at each of these sizes. */
async function auditOf(directory: string, sizes: readonly number[]): Promise<void> {
  const opened = must(await openSqliteStorage(join(above, `${sizes.join("-")}.db`), "create"));
  await using storage = opened;
  const seed = p.random(32);
  const signers = { ed25519: p.signer("Ed25519", seed), mlDsa44: p.signer("ML-DSA-44", seed) };
  let now = 1_480_600_000;
  const clock = { nowSeconds: () => now, sleep: async () => undefined };
  const ports = { p, storage, clock, signers };
  await storage.write((tx) => createAuditLog(tx, p, party));
  const log = new AuditLog(ports);
  for (const size of sizes) {
    await storage.write(async (tx) => {
      const { entryCount: from } = await readAuditLog(tx);
      for (let n = from; n < size; n += 1) {
        now += n === 7 ? -60 : 60;
        const what = { jti: "x", n };
        await appendAct(tx, p, {
          act: n % 3 === 0 ? "people.add" : "message.send",
          at: now,
          by: n < 2 ? operator : anna,
          what,
        });
      }
    });
    await log.sign();
  }
  must(await exportAudit(ports, { log: await log.sign(), directory }, quiet));
}

beforeAll(async () => {
  above = await mkdtemp(join(tmpdir(), "parley-audit-"));
  await auditOf(join(above, "whole"), [3, 5, entryCount]);
  await auditOf(join(above, "other"), [entryCount]);
  whole = await read("whole");
}, hookMs);
afterAll(() => rm(above, { recursive: true }));

async function read(name: string): Promise<MemoryExport> {
  const files = openDirectory(join(above, name));
  const memory: MemoryExport = new Map();
  for (const path of files?.paths ?? []) {
    const octets = await files?.read(path, 2 ** 30);
    if (octets !== undefined) memory.set(path, octets);
  }
  return memory;
}

async function verdictOf(memory: MemoryExport): Promise<string> {
  const verified = await verifyAudit(p, filesIn(memory));
  return verified.ok ? "proven" : verified.refusal.code;
}

test("[AUD-5] [AUD-6] a whole audit log is proven, and says by whom, when and how much", async () => {
  const verified = must(await verifyAudit(p, filesIn(whole)));
  expect([...whole.keys()].sort()).toEqual([
    ...["checkpoint", "checkpoints/000", "index.json", "tile/0/000", "tile/0/001.p/44"],
    ...["tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"],
  ]);
  expect(verified.checkpoints.map(({ size }) => size)).toEqual([3, 5, entryCount]);
  expect(verified.setBackCount).toBe(1);
  expect(Object.fromEntries(verified.acts)).toEqual({ "people.add": 100, "message.send": 200 });
  expect([...verified.officers]).toEqual(["anna"]);
});

test("[AUD-6] one octet that differs anywhere is found", async () => {
  const tried = new Map<string, number>();
  for (const [path, octets] of whole) {
    // Every octet of what is short; some two hundred, spread, of what is long.
    const step = Math.max(1, Math.floor(octets.length / 200));
    for (let at = 0; at < octets.length; at += step) {
      const changed = octets.with(at, (octets[at] ?? 0) ^ 1);
      expect([path, at, await verdictOf(new Map(whole).set(path, changed))]).not.toContain(
        "proven",
      );
      tried.set(path, (tried.get(path) ?? 0) + 1);
    }
  }
  console.info("octets flipped:", Object.fromEntries(tried));
  expect(tried.size).toBe(whole.size);
}, 120_000);

test("[AUD-5] a file that is missing, added, cut off or of another log is found", async () => {
  const other = await read("other");
  for (const [path, octets] of whole) {
    const without = new Map(whole);
    without.delete(path);
    expect(await verdictOf(without)).not.toBe("proven");
    expect(await verdictOf(new Map(whole).set(path, octets.slice(0, -1)))).not.toBe("proven");
    const foreign = other.get(path);
    if (
      foreign !== undefined &&
      path !== "tile/entries/000" &&
      Buffer.compare(foreign, octets) !== 0
    ) {
      expect([path, await verdictOf(new Map(whole).set(path, foreign))]).not.toContain("proven");
    }
  }
  expect(await verdictOf(new Map(whole).set("more", new Uint8Array(1)))).toBe("record.stray-file");
});

test("[AUD-2] [AUD-3] an entry out of form, too long or too deep is refused", () => {
  const entry = { act: "people.add", at: 1, by: anna, what: { list: ["a"] } } as const;
  const good = formatAuditEntry(entry);
  expect(must(parseAuditEntry(good))).toEqual(entry);
  const json = JSON.parse(new TextDecoder().decode(good)) as Record<string, unknown>;
  const bad: readonly (readonly [string, unknown])[] = [
    ...([
      ["act", "people"],
      ["act", "People.add"],
      ["at", -1],
      ["at", 1.5],
      ["v", 2],
      ["what", []],
    ] as const),
    ...(["kind", "name", "officer", "session"] as const).map(
      (name) => ["by", { ...anna, [name]: "?" }] as const,
    ),
    ["by", { ...operator, name: "anna" }],
    ["what", { a: { b: { c: { d: 1 } } } }],
    ["what", { long: "x".repeat(auditEntryBytesMax) }],
    ["more", 1],
  ];
  for (const [name, value] of bad) {
    const text = JSON.stringify(
      Object.fromEntries(Object.entries({ ...json, [name]: value }).sort()),
    );
    expect([name, value, parseAuditEntry(encodeUtf8(text)).ok]).toEqual([name, value, false]);
  }
  expect(parseAuditEntry(Uint8Array.of(0xff)).ok).toBe(false);
});

test("[AUD-1] the origin of an audit log is no channel's, nor the other way round", () => {
  expect(parseOrigin(`${party}/audit/1`).ok).toBe(false);
  expect(parseAuditOrigin(`${party}/moscow.example/0123456789abcdef/live/1`).ok).toBe(false);
  for (const text of [
    "a/audit/1",
    `${party}/audit/0`,
    `${party}/audit/01`,
    `${party}/audit/1/`,
    "",
  ]) {
    expect(parseAuditOrigin(text).ok).toBe(false);
  }
});

test("[AUD-5] an index beyond its length, or with other keys, is none", () => {
  const index = whole.get("index.json") ?? new Uint8Array(0);
  const { keys } = must(parseAuditIndex(p, index));
  const text = new TextDecoder().decode(index);
  for (const bad of [
    text.slice(0, -1),
    `${text} `,
    text.replace("parley-audit", "parley-export"),
    text.replaceAll(`${party}/audit/1+`, `${party}/audit/2+`),
    text.replace(/"keys":\["[^"]+",/, '"keys":['),
    `{"a":"${"x".repeat(auditIndexBytesMax)}"}\n`,
  ]) {
    expect(parseAuditIndex(p, encodeUtf8(bad)).ok).toBe(false);
  }
  expect(auditFingerprint(p, `${party}/audit/1`, keys)).not.toBe(
    auditFingerprint(p, `${party}/audit/2`, keys),
  );
});

test("[AUD-6] [AUD-7] the program says what is proven and what is not, and compares the digits", async () => {
  const order = { path: join(above, "whole"), progress: () => undefined } as const;
  const said = await check({ ...order, lang: "en", fingerprints: [] });
  expect(said.exitCode).toBe(0);
  expect(said.json).toMatchObject({ ok: true, what: "audit", size: entryCount, setBack: 1 });
  const text = said.lines.join("\n");
  for (const part of [
    "PROVEN. The audit log",
    "NOT PROVEN: that everything",
    "NOT PROVEN: that these",
  ]) {
    expect(text).toContain(part);
  }
  const digits = String(said.json["fingerprint"]);
  const compared = await check({ ...order, lang: "ru", fingerprints: [digits] });
  expect(compared.lines.join("\n")).toContain(`сверили их отпечаток, ${digits}`);
  const stranger = "00000 11111 22222 33333 44444 55555";
  const differs = await check({ ...order, lang: "en", fingerprints: [stranger] });
  expect([differs.exitCode, differs.json["code"]]).toEqual([1, "fingerprint.differs"]);
});
