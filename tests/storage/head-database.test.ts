/**
 * Goal: the head store in a PostgreSQL database keeps the contract of head stores, for several
 * processes at once, and never lies in the database that it watches. Method: two stores on one
 * database advance one head as fast as they can.
 */
import { assert } from "@parley/core/fault";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HeadStore } from "../../packages/node/src/service/head-store.ts";
import { openHeadDatabase } from "../../packages/node/src/storage/head-database.ts";
import { head, headContract } from "./head-contract.ts";

let server: PostgresServer;
let address: string;
beforeAll(async () => {
  server = await startPostgres();
  address = await server.createDatabase();
});
afterAll(() => server[Symbol.asyncDispose]());

const storage = "/home/parley.db";

async function place() {
  await server.run(address, 'drop table if exists "parleyHead"');
  const open = async (mode: "create" | "open") => {
    const opened = await openHeadDatabase(address, mode, storage);
    assert(opened.ok, "the head store opens");
    return opened.value;
  };
  return { open, async [Symbol.asyncDispose]() {} };
}

headContract(place);

test("[STO-20] of two processes that advance one head, one does each step", async () => {
  const at = await place();
  await using one = await at.open("create");
  await using two = await at.open("open");
  const sizeMax = 40;
  const advanceAll = async (store: HeadStore) => {
    let count = 0;
    for (;;) {
      const last = await store.readHead("a/b/00/live");
      if (last?.size === sizeMax) return count;
      const outcome = await store.advanceHead(last, head(1, (last?.size ?? 0) + 1));
      if (outcome.isAdvanced) count += 1;
    }
  };
  const counts = await Promise.all([advanceAll(one), advanceAll(two)]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(sizeMax);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test("[STO-20] an empty database is no head store, and the database of the node is not one either", async () => {
  const at = await place();
  expect(await openHeadDatabase(address, "open", storage)).toMatchObject({
    refusal: { code: "head-store.missing" },
  });
  await using _ = await at.open("create");
  expect(await openHeadDatabase(address, "create", storage)).toMatchObject({
    refusal: { code: "head-store.exists" },
  });
  const withPassword = address.replace("@", ":secret@");
  expect(await openHeadDatabase(address, "open", withPassword)).toMatchObject({
    refusal: { code: "head-store.not-apart" },
  });
});
