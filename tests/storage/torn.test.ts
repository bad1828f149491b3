/**
 * Goal: a file that was cut off or damaged in the middle of a write is known for what it is: a database
 * goes back to its last whole transaction, and every other file is refused by name. Method: the files of
 * a home as they lie while its node runs, cut and damaged at many places; each is opened and checked.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { Fault } from "@parley/core/fault";
import { finishHome, openHome, prepareHome } from "@parley/node/service/home";
import { createRing, openRing } from "@parley/node/service/key-ring";
import { openHeadFile } from "@parley/node/storage/head-file";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";
import { checkNode } from "@parley/testkit/checks/check-node";
import { type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { seededRandom } from "@parley/testkit/seeded-primitives";
import { afterAll, expect, test } from "vitest";
import { ask, exchange, tell } from "../two-node/speak.ts";

const directory = mkdtempSync(join(tmpdir(), "parley-torn-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Octets before the first frame of a write-ahead log, and before the page of each. */
const walHeaderBytes = 32;
const frameHeaderBytes = 24;
const pageBytes = 8_192;
/** Of a passphrase; tests stretch none for long. */
const cheap = { memoryKib: 8, passCount: 1, laneCount: 1 };
/** Cuts and damages in one run; where they are is drawn anew each time. */
const cutsMax = 24;

/** A home in use: something was said both ways, and nothing of it was copied out of the log. */
async function homeInUse() {
  const pair = await pairedNodes();
  const inquiry = await ask(pair.washington);
  await exchange(pair);
  await tell(pair.moscow, { kind: "receipt", case: inquiry.jti, answers: inquiry.jti });
  await exchange(pair);
  await ask(pair.washington);
  await exchange(pair);
  return pair;
}

/** The database as it lies there now, its write-ahead log as `change` leaves it. */
function copyDatabase(party: PairedParty, name: string, change: (wal: Buffer) => Buffer): string {
  const at = join(directory, name);
  mkdirSync(at);
  const path = join(at, "parley.db");
  copyFileSync(join(party.directory, "parley.db"), path);
  writeFileSync(`${path}-wal`, change(readFileSync(join(party.directory, "parley.db-wal"))));
  return path;
}

/** Opens and checks it. @returns Entries that are there; undefined if it is not a database of Parley. */
async function checkDatabase(party: PairedParty, path: string): Promise<number | undefined> {
  const opened = await openSqliteStorage(path, "open");
  if (!opened.ok) return undefined;
  await using storage = opened.value;
  const { node } = party;
  const checked = { p, party: node.party, storage, heads: node.headStore };
  const { findings, counts } = await checkNode(checked, { mayBeBehind: true, isDeep: true });
  expect(findings, path).toEqual([]);
  return counts.entries;
}

test("a write-ahead log that was cut or damaged anywhere gives back its last whole transaction", async (context) => {
  await using pair = await homeInUse();
  const { washington } = pair;
  const wal = readFileSync(join(washington.directory, "parley.db-wal"));
  const frameCount = Math.floor((wal.length - walHeaderBytes) / (frameHeaderBytes + pageBytes));
  const frameAt = (frame: number) => walHeaderBytes + frame * (frameHeaderBytes + pageBytes);
  const whole = await checkDatabase(
    washington,
    copyDatabase(washington, "whole", (all) => all),
  );
  const seen = new Set<number | undefined>();
  const octets = seededRandom("torn files");
  const random = (below: number) => Math.floor((octets(1)[0] ?? 0) * (below / 256));
  for (let at = 0; at < cutsMax; at += 1) {
    const frame = Math.floor((at * frameCount) / cutsMax);
    const offset = at % 2 === 0 ? frameAt(frame) : frameAt(frame) + random(pageBytes);
    const isCut = at % 3 !== 2;
    const path = copyDatabase(washington, `cut-${at}`, (all) => {
      if (isCut) return all.subarray(0, offset);
      const damaged = Buffer.from(all);
      damaged.fill(0x5a, offset, offset + 64);
      return damaged;
    });
    const entries = await checkDatabase(washington, path);
    expect(entries ?? 0, `offset ${offset}`).toBeLessThanOrEqual(whole ?? 0);
    seen.add(entries);
  }
  await context.annotate(`${cutsMax} cuts of ${frameCount} frames, ${seen.size} states`);
  console.log(`torn: ${cutsMax} cuts and damages of ${frameCount} frames gave ${seen.size} states`);
  expect(seen.size).toBeGreaterThan(2);
  expect(whole).toBe(3);
}, 300_000);

test("a database file that lacks its end or has another middle is found out", async () => {
  await using pair = await homeInUse();
  const { washington } = pair;
  await washington.reopen();
  // Closed and opened again, all of it lies in the one file.
  const bytes = readFileSync(join(washington.directory, "parley.db"));
  const pageCount = bytes.length / pageBytes;
  for (const [at, change] of [
    bytes.subarray(0, 100),
    bytes.subarray(0, pageBytes * Math.floor(pageCount / 2)),
    bytes.subarray(0, bytes.length - pageBytes),
    Buffer.concat([bytes.subarray(0, pageBytes * 3), Buffer.alloc(bytes.length - pageBytes * 3)]),
  ].entries()) {
    const path = join(directory, `file-${at}.db`);
    writeFileSync(path, change);
    await expect(findDamage(path), `${at}`).resolves.toBe(true);
  }
}, 300_000);

/** Whether opening says no, or looking through it does. */
async function findDamage(path: string): Promise<boolean> {
  try {
    const opened = await openSqliteStorage(path, "open");
    if (!opened.ok) return true;
    await using storage = opened.value;
    return (await storage.checkIntegrity()).length > 0;
  } catch (fault) {
    return fault instanceof Fault;
  }
}

test("every file of a home that is shorter than it was is refused, at each length", async (context) => {
  const home = prepareHome(join(directory, "home"), "washington.example");
  if (!home.ok) throw new Error(home.refusal.code);
  finishHome(home.value);
  const heads = join(directory, "heads");
  const created = openHeadFile(heads, "create");
  if (!created.ok) throw new Error(created.refusal.code);
  const head = { log: "washington.example/moscow.example/0/live", epoch: 1, size: 3 };
  await created.value.advanceHead(undefined, { ...head, root: p.sha256(new Uint8Array(3)) });
  await created.value[Symbol.asyncDispose]();
  const ring = { keysPath: home.value.keys, name: "node", cost: cheap } as const;
  const passphrase = "a long passphrase of tests";
  await createRing(p, ring, passphrase);
  const files: readonly [string, () => Promise<boolean>][] = [
    [join(home.value.path, "home.json"), async () => openHome(home.value.path).ok],
    [heads, async () => isHeadFileTaken(heads)],
    [join(home.value.keys, "node.key"), async () => (await openRing(p, ring, passphrase)).ok],
  ];
  let cuts = 0;
  for (const [path, isTaken] of files) {
    const bytes = readFileSync(path);
    expect(await isTaken(), path).toBe(true);
    // Without its last newline it says the same.
    for (let length = 0; length < bytes.length - 1; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(await isTaken(), `${path} of ${length} octets`).toBe(false);
      cuts += 1;
    }
    writeFileSync(path, bytes);
  }
  await context.annotate(`${cuts} cuts`);
  console.log(`torn: ${cuts} cuts of small files, all refused`);
});

async function isHeadFileTaken(path: string): Promise<boolean> {
  try {
    const opened = openHeadFile(path, "open");
    if (opened.ok) await opened.value[Symbol.asyncDispose]();
    return opened.ok;
  } catch (fault) {
    if (fault instanceof Fault && fault.code === "head-store.damaged") return false;
    throw fault;
  }
}
