/**
 * Goal: a node that is carried to another database is there as it was, row by row, or not at all.
 * Method: a database with rows in every table goes from SQLite to PostgreSQL and back; a target that
 * is used, a source that is worked on, and a cut in the middle leave everything as it was.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@parley/core/fault";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Head } from "../../packages/node/src/service/head-store.ts";
import { migrateHeads, migrateStorage } from "../../packages/node/src/storage/migrate-storage.ts";
import { openHeadStore } from "../../packages/node/src/storage/open-head-store.ts";
import { openStorage } from "../../packages/node/src/storage/open-storage.ts";
import { appendTo, channel, entriesOf, newLog } from "./fixtures.ts";

let server: PostgresServer;
let directory: string;
let address: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "parley-move-"));
  address = await server.createDatabase();
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
const quiet = { progress: () => undefined, signal: new AbortController().signal };

async function open(place: string, mode: "create" | "open" = "open") {
  const opened = await openStorage(place, mode);
  assert(opened.ok, "the database opens");
  return opened.value;
}

/** A database with logs of several pages, an attachment of several parts and odd texts. */
async function fill(place: string, entryCount = 600): Promise<void> {
  await using storage = await open(place, "create");
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  for (let from = 0; from < entryCount; from += 100) {
    await appendTo(storage, log.id, entriesOf(from, 100), from);
  }
  await storage.write(async (tx) => {
    const key = { channel, digest: "d" };
    await tx.attachments.createAttachment({
      ...{ ...key, author: "a.example", firstSeenAt: 1 },
      bytesTotal: 2_500_000,
    });
    for (let offset = 0; offset < 2_500_000; offset += 500_000) {
      const part = new Uint8Array(500_000).fill(offset / 500_000);
      await tx.attachments.appendAttachment(key, offset, part);
    }
    const peer = { importedAt: 5, typedDigits: null, confirmedAt: null };
    for (const party of ["é.example", "z.example", "\u{1f600}", "￮"]) {
      await tx.parties.writePeer({ party, ...peer });
    }
  });
}

test("a node goes from SQLite to PostgreSQL and back, and no row differs", async () => {
  await fill(at("one.db"));
  let shown = 0;
  const there = await migrateStorage({
    ...{ from: at("one.db"), to: address, signal: quiet.signal },
    progress: (rows) => {
      shown = rows;
    },
  });
  const back = await migrateStorage({ from: address, to: at("two.db"), ...quiet });
  assert(there.ok && back.ok, "both go");
  expect(there.value.rows).toBeGreaterThan(1_800);
  expect(shown).toBe(there.value.rows);
  expect(back.value).toEqual(there.value);
  await using storage = await open(at("two.db"));
  expect(await storage.checkIntegrity()).toEqual([]);
  console.log(`rows carried over and back: ${back.value.rows}, digest ${back.value.digest}`);
});

test("a target that holds anything is refused, and what it holds stays", async () => {
  await fill(at("one.db"), 100);
  await fill(address, 100);
  const move = { from: at("one.db"), to: address, ...quiet };
  expect(await migrateStorage(move)).toMatchObject({ refusal: { code: "storage.not-empty" } });
  await using storage = await open(address);
  expect(await storage.read((tx) => tx.logs.listLogs({}))).toHaveLength(1);
  const other = await server.createDatabase();
  await server.run(other, "create table theirs (id int)");
  expect(await migrateStorage({ ...move, to: other })).toMatchObject({
    refusal: { code: "storage.other-program" },
  });
});

test("a source on which a process works is not carried over", async () => {
  await fill(address, 100);
  await using storage = await open(address);
  await storage.write((tx) => tx.leases.takeLeases("someone", [channel], 60_000));
  const move = { from: address, to: at("two.db"), ...quiet };
  expect(await migrateStorage(move)).toMatchObject({ refusal: { code: "storage.in-use" } });
  expect(existsSync(at("two.db"))).toBe(false);
  await storage.write((tx) => tx.leases.releaseLeases("someone"));
  expect(await migrateStorage(move)).toMatchObject({ ok: true });
});

test("what is cut off in the middle leaves nothing, and the next try does it all", async () => {
  await fill(at("one.db"));
  const cut = new AbortController();
  const halfway = (rows: number) => {
    if (rows > 300) cut.abort();
  };
  const move = { from: at("one.db"), to: address, progress: halfway, signal: cut.signal };
  await expect(migrateStorage(move)).rejects.toThrow("aborted");
  expect(await openStorage(address, "open")).toMatchObject({
    refusal: { code: "storage.missing" },
  });
  // As a process leaves it that was killed between making the tables and keeping the rows.
  await (await open(address, "create"))[Symbol.asyncDispose]();
  expect(await migrateStorage({ ...move, ...quiet })).toMatchObject({ ok: true });
});

test("heads go along, all of them, into a store that has none", async () => {
  const heads: readonly Head[] = ["a/b/00/exercise", "a/b/00/live"].map((log, i) => {
    return { log, epoch: 1 + i, size: 7, root: new Uint8Array(32).fill(i) };
  });
  {
    const made = await openHeadStore(at("heads"), "create", "");
    assert(made.ok, "the head store is made");
    await using store = made.value;
    for (const head of heads) await store.advanceHead(undefined, head);
  }
  const storage = "postgres://other.example/parley";
  const move = { from: at("heads"), to: address };
  expect(await migrateHeads(move, storage)).toEqual({ ok: true, value: { heads: 2 } });
  expect(await migrateHeads(move, storage)).toMatchObject({
    refusal: { code: "head-store.exists" },
  });
  expect(await migrateHeads({ from: address, to: at("back") }, storage)).toMatchObject({
    ok: true,
  });
  const back = await openHeadStore(at("back"), "open", storage);
  assert(back.ok, "the head store opens");
  await using store = back.value;
  expect(await store.listHeads()).toEqual(heads);
});
