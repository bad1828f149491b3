/**
 * Goal: PostgreSQL keeps the storage contract, and what a server can suffer gets its name: too old,
 * not there, read-only, without rights, full, gone in the middle. Method: a real server of this
 * test's own; the old one is a few messages of its protocol.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "@parley/core/fault";
import { startOldPostgres } from "@parley/testkit/old-postgres";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPlace } from "../../packages/node/src/postgres-address.ts";
import { openPostgresStorage } from "../../packages/node/src/storage/open-postgres.ts";
import {
  postgresDialect,
  postgresTraits,
} from "../../packages/node/src/storage/postgres-dialect.ts";
import { SqlStorage } from "../../packages/node/src/storage/sql-storage.ts";
import type { Tables } from "../../packages/node/src/storage/tables.ts";
import { storageContract } from "./contract.ts";
import { appendTo, entriesOf, newLog, oneOf, type StoragePlace } from "./fixtures.ts";
import { processContract } from "./process-contract.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

async function place(): Promise<StoragePlace> {
  const address = await server.createDatabase();
  const open = async (mode: "create" | "open") => {
    const opened = await openPostgresStorage(address, mode);
    assert(opened.ok, "the database opens");
    return opened.value;
  };
  return {
    place: address,
    open: () => open("create"),
    openAgain: () => open("open"),
    async [Symbol.asyncDispose]() {},
  };
}

storageContract(place);
processContract(place);

test("[STO-18] an empty database is no node's, one that is used is not made again", async () => {
  await using at = await place();
  expect(await openPostgresStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.missing", params: { database: publicPlace(at.place) } },
  });
  await using _ = await at.open();
  expect(await openPostgresStorage(at.place, "create")).toMatchObject({
    refusal: { code: "storage.exists" },
  });
});

test("[STO-18] a database of a later version, or of another program, is left as it is", async () => {
  await using at = await place();
  await server.run(at.place, "create table theirs (id int)");
  for (const mode of ["create", "open"] as const) {
    expect(await openPostgresStorage(at.place, mode)).toMatchObject({
      refusal: { code: "storage.other-program" },
    });
  }
  await server.run(at.place, "drop table theirs");
  await (await at.open())[Symbol.asyncDispose]();
  await server.run(at.place, "insert into migration values (98, 'later'), (99, 'latest')");
  expect(await openPostgresStorage(at.place, "open")).toMatchObject({
    refusal: { code: "storage.newer-schema" },
  });
});

test("[STO-18] a server that is too old is refused, whatever else it says", async () => {
  await using old = await startOldPostgres("150012");
  expect(await openPostgresStorage(old.address, "open")).toMatchObject({
    refusal: { code: "storage.too-old", params: { found: "15", needed: "16" } },
  });
});

test("[STO-19] a server that is not there, or does not know us, is named", async () => {
  await using at = await place();
  const gone = new URL(at.place);
  gone.port = "1";
  await expect(openPostgresStorage(gone.href, "open")).rejects.toMatchObject({
    ...{ code: "storage.unavailable", retryable: true },
  });
  const noSuchDatabase = at.place.replace(/[^/]*$/, "no_such");
  await expect(openPostgresStorage(noSuchDatabase, "open")).rejects.toMatchObject({
    code: "storage.unavailable",
  });
  const stranger = at.place.replace("parley_test@", "stranger@");
  await expect(openPostgresStorage(stranger, "open")).rejects.toMatchObject({
    code: "storage.denied",
  });
});

test("[STO-19] an account without rights makes nothing, and one that may only read keeps nothing", async () => {
  await using at = await place();
  await server.run(at.place, "drop role if exists guest; create role guest login");
  const guest = at.place.replace("parley_test@", "guest@");
  await expect(openPostgresStorage(guest, "create")).rejects.toMatchObject({
    ...{ code: "storage.denied", retryable: false },
  });
  await (await at.open())[Symbol.asyncDispose]();
  await server.run(at.place, "grant select on all tables in schema public to guest");
  const opened = await openPostgresStorage(guest, "open");
  assert(opened.ok, "what may be read opens");
  await using storage = opened.value;
  const write = storage.write((tx) => tx.logs.createLog(newLog("own")));
  await expect(write).rejects.toMatchObject({ code: "storage.denied" });
});

test("[STO-19] a database that takes no writes is read-only", async () => {
  await using at = await place();
  await using storage = await at.open();
  const name = at.place.replace(/.*\//, "");
  await server.run(at.place, `alter database ${name} set default_transaction_read_only = on`);
  await expect(openPostgresStorage(at.place, "open")).rejects.toMatchObject({
    ...{ code: "storage.read-only", retryable: true },
  });
  expect(await storage.read((tx) => tx.logs.listLogs({}))).toEqual([]);
});

test("[STO-19] a full disk is named, undoes the whole write, and reads go on", async () => {
  await using at = await place();
  await using storage = await at.open();
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  await server.run(at.place, fullOnNode);
  await expect(appendTo(storage, log.id, entriesOf(0, 3), 0)).rejects.toMatchObject({
    ...{ code: "storage.full", retryable: true },
  });
  expect(await storage.read((tx) => tx.logs.readEntries(log.id, 0))).toEqual([]);
  await server.run(at.place, "drop trigger disk_full on node");
  expect(await appendTo(storage, log.id, entriesOf(0, 3), 0)).toEqual({ isAppended: true });
});

test("[STO-19] a write waits for its turn, and is locked when that does not come", async () => {
  await using at = await place();
  await (await at.open())[Symbol.asyncDispose]();
  const on = (options: { lockMs?: number }) =>
    new Kysely<Tables>({
      dialect: postgresDialect({ address: at.place, connectionsMax: 1, ...options }),
    });
  await using hasty = new SqlStorage({
    ...{ writer: on({ lockMs: 100 }), reader: on({}), traits: postgresTraits },
  });
  await using other = await at.openAgain();
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const holding = other.write(async (tx) => {
    await tx.logs.createLog(newLog("own"));
    begun.resolve();
    await held.promise;
  });
  await begun.promise;
  const write = () => hasty.write((tx) => tx.logs.createLog(newLog("mirror")));
  await expect(write()).rejects.toMatchObject({ code: "storage.locked", retryable: true });
  held.resolve();
  await holding;
  expect((await write()).id).toBe(2);
});

test("[STO-19] a server that dies is unavailable, and what it acknowledged is there afterwards", async () => {
  await using mortal = await startPostgres(["fsync=on", "full_page_writes=on"]);
  const address = await mortal.createDatabase();
  const opened = await openPostgresStorage(address, "create");
  assert(opened.ok, "the database opens");
  await using storage = opened.value;
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await appendTo(storage, log.id, entriesOf(acknowledged, 1), acknowledged);
      acknowledged += 1;
    }
  })();
  const fault = writing.catch((cause: unknown) => cause);
  while (acknowledged < 20) await sleep(5);
  await mortal.kill();
  expect(await fault).toMatchObject({ code: "storage.unavailable", retryable: true });
  await expect(storage.read((tx) => tx.logs.readLog(log.id))).rejects.toMatchObject({
    code: "storage.unavailable",
  });
  await mortal.start();
  const { entryCount } = await oneOf(storage.read((tx) => tx.logs.readLog(log.id)));
  expect(entryCount).toBeGreaterThanOrEqual(acknowledged);
  expect(entryCount).toBeLessThanOrEqual(acknowledged + 1);
  expect(await storage.checkIntegrity()).toEqual([]);
});

test("no password stands in what is shown of an address", () => {
  const address = "postgres://parley:geheim@db.example:5433/parley?sslmode=verify-full";
  expect(publicPlace(address)).toBe("postgres://db.example:5433/parley");
  expect(publicPlace("postgres://a b:geheim@")).toBe("postgres://…");
});

/** What a server says whose disk is full, where the last rows of an append are written. */
const fullOnNode = `
  create function disk_full() returns trigger language plpgsql as $$
    begin raise exception 'No space left on device' using errcode = '53100'; end $$;
  create trigger disk_full before insert on node for each row execute function disk_full();`;
