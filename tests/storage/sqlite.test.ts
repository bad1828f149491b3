/**
 * Goal: SQLite keeps the storage contract, and what only a file can suffer gets its name: a file of
 * another program or version, a full disk, damage, a lock. Method: the file is spoilt from
 * outside.
 */
import { mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assert } from "@parley/core/fault";
import { Kysely, sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import { openSqliteStorage } from "../../packages/node/src/storage/open-sqlite.ts";
import { SqlStorage } from "../../packages/node/src/storage/sql-storage.ts";
import { sqliteDialect, sqliteTraits } from "../../packages/node/src/storage/sqlite-dialect.ts";
import type { Tables } from "../../packages/node/src/storage/tables.ts";
import { storageContract } from "./contract.ts";
import { appendTo, entriesOf, newLog, oneOf, type StoragePlace } from "./fixtures.ts";
import { processContract } from "./process-contract.ts";
import { collectPrepared, findScans } from "./query-plans.ts";

async function place(): Promise<StoragePlace> {
  const directory = mkdtempSync(join(tmpdir(), "parley-storage-"));
  const path = join(directory, "parley.db");
  const open = async (mode: "create" | "open") => {
    const opened = await openSqliteStorage(path, mode);
    assert(opened.ok, "the database opens");
    return opened.value;
  };
  return {
    place: path,
    open: () => open("create"),
    openAgain: () => open("open"),
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true });
    },
  };
}

// First of all: a statement is prepared once for each connection.
const prepared = collectPrepared();
afterAll(() => prepared[Symbol.dispose]());

storageContract(place);
processContract(place);

test("[STO-18] a database that is gone is not begun anew, one that is there is not overwritten", async () => {
  await using at = await place();
  expect(await openSqliteStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.missing" },
  });
  await using _ = await at.open();
  expect(await openSqliteStorage(at.place, "create")).toMatchObject({
    refusal: { code: "storage.exists", params: { database: at.place } },
  });
});

test("[STO-18] a database of a later version, or of another program, is left as it is", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  spoil(at.place, "INSERT INTO migration VALUES (98, '0098-next'), (99, '0099-next')");
  expect(await openSqliteStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.newer-schema", params: { database: at.place } },
  });
  spoil(at.place, "DELETE FROM migration; INSERT INTO migration VALUES (1, '0001-other')");
  expect(await openSqliteStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.other-program" },
  });
  spoil(at.place, "DROP TABLE migration");
  expect(await openSqliteStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.other-program" },
  });
});

test("[STO-19] a file that is no database, or was overwritten in parts, is damaged", async () => {
  await using at = await place();
  const storage = await at.open();
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  await appendTo(storage, log.id, entriesOf(0, 200), 0);
  await storage[Symbol.asyncDispose]();
  overwrite(at.place, statSync(at.place).size - 20_000, 20_000);
  {
    await using spoilt = await at.openAgain();
    const found = await spoilt.checkIntegrity().catch((fault: unknown) => fault);
    const isFound = Array.isArray(found)
      ? found.length > 0
      : (found as { code?: string }).code === "storage.damaged";
    expect(isFound).toBe(true);
  }
  overwrite(at.place, 0, 1_000);
  await expect(openSqliteStorage(at.place, "open")).rejects.toMatchObject({
    code: "storage.damaged",
    retryable: false,
  });
});

test("[STO-19] a full disk is named, undoes the whole write, and reads go on", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  await using storage = await openRaw(at.place, { busyMs: 100, pagesMax: 60 });
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  const big = Array.from({ length: 40 }, () => new Uint8Array(60_000));
  await expect(appendTo(storage, log.id, big, 0)).rejects.toMatchObject({
    code: "storage.full",
    retryable: true,
  });
  expect((await oneOf(storage.read((tx) => tx.logs.readLog(log.id)))).entryCount).toBe(0);
  expect(await appendTo(storage, log.id, entriesOf(0, 1), 0)).toEqual({ isAppended: true });
});

test("[STO-19] nothing is kept of a write that goes on after the disk was full", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  await using storage = await openRaw(at.place, { busyMs: 100, pagesMax: 60 });
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  const deaf = storage.write(async (tx) => {
    const row = { channel: "c", digest: "d", author: "a.example", firstSeenAt: 1 };
    await tx.attachments.createAttachment({ ...row, bytesTotal: 10 ** 7 });
    for (let offset = 0; offset < 5; offset += 1) {
      const part = new Uint8Array(10 ** 6);
      await tx.attachments.appendAttachment(row, offset * 10 ** 6, part).catch(() => undefined);
    }
    await tx.logs.closeLog(log.id, 0);
  });
  await expect(deaf).rejects.toMatchObject({ name: "Fault" });
  expect((await oneOf(storage.read((tx) => tx.logs.readLog(log.id)))).closedAtSize).toBeNull();
});

test("[STO-19] a database that another process keeps is locked, after waiting, and free again", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  await using storage = await openRaw(at.place, { busyMs: 100 });
  const other = new DatabaseSync(at.place);
  other.exec("BEGIN IMMEDIATE");
  const write = () => storage.write((tx) => tx.logs.createLog(newLog("own")));
  await expect(write()).rejects.toMatchObject({ code: "storage.locked", retryable: true });
  expect(await storage.read((tx) => tx.logs.listLogs({}))).toEqual([]);
  const waiting = write();
  setTimeout(() => other.close(), 40);
  expect((await waiting).entryCount).toBe(0);
});

test("[STO-19] a database that may not be written is read-only", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  await using storage = await openRaw(at.place, { busyMs: 100, isReadOnly: true });
  const write = storage.write((tx) => tx.logs.createLog(newLog("own")));
  await expect(write).rejects.toMatchObject({ code: "storage.read-only" });
});

test("no statement of the contract reads a table that grows from end to end, but lists of everything", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  const database = new DatabaseSync(at.place);
  const scans = findScans(database, prepared.texts);
  database.close();
  console.info(`plans read: ${prepared.texts.size}, of lists of everything: ${scans.length}`);
  expect(prepared.texts.size).toBeGreaterThan(100);
  expect(scans.filter(({ text, detail }) => !isOfEverything(text, detail))).toEqual([]);
});

/** What is dropped whole; a page in the order of an index; and the total of a list that has pages. */
function isOfEverything(text: string, detail: string): boolean {
  if (/^delete from "(opened|projected[A-Za-z]+)"$/.test(text)) return true;
  const isList = /^select .* from "(projected(Case|Message)|draft)"( |$)/.test(text);
  const isPage = / order by .* limit \?$/.test(text) && detail.includes(" USING INDEX ");
  return isList && (isPage || text.startsWith('select count(*) as "total"'));
}

function spoil(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}

function overwrite(path: string, offset: number, count: number): void {
  writeSync(openSync(path, "r+"), new Uint8Array(count).fill(0xa5), 0, count, offset);
}

/** A storage on connections with other limits than the node's own. */
async function openRaw(
  path: string,
  {
    busyMs,
    pagesMax,
    isReadOnly = false,
  }: { busyMs: number; pagesMax?: number; isReadOnly?: boolean },
): Promise<Storage> {
  const on = (readOnly: boolean) =>
    new Kysely<Tables>({
      dialect: sqliteDialect({ path, isReadOnly: readOnly, connectionsMax: 1, busyMs }),
    });
  const writer = on(isReadOnly);
  if (pagesMax !== undefined) await sql.raw(`pragma max_page_count=${pagesMax}`).execute(writer);
  return new SqlStorage({ writer, reader: on(true), traits: sqliteTraits });
}
