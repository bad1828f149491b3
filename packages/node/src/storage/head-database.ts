/**
 * The head store as a table of a PostgreSQL database, for several processes at once.
 *
 * It is a database of its own, best on another server: what restores the node's database from a
 * backup must not restore this one.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { Kysely } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { publicPlace } from "../postgres-address.ts";
import {
  type Head,
  type HeadOutcome,
  isSameHead,
  type MovableHeadStore,
  mayFollow,
  sortHeads,
} from "../service/head-store.ts";
import { postgresDialect, postgresTraits } from "./postgres-dialect.ts";

/** One write at a time, and what is asked beside it. */
const connectionsMax = 2;
const tableName = "parleyHead";

interface HeadTable {
  readonly parleyHead: Head;
}

export type HeadDatabaseRefusal =
  | "head-store.missing"
  | "head-store.exists"
  | "head-store.not-apart";

/**
 * @param mode - `create` for `parley init`: an empty database must not pass for a head store.
 * @param storage - Where the node's own database lies: not here.
 * @throws Fault as `openPostgresStorage`.
 */
export async function openHeadDatabase(
  address: string,
  mode: "create" | "open",
  storage: string,
): Promise<LocalResult<MovableHeadStore, HeadDatabaseRefusal>> {
  const path = publicPlace(address);
  if (publicPlace(storage) === path) return refuseLocally("head-store.not-apart", { path });
  const db = new Kysely<HeadTable>({ dialect: postgresDialect({ address, connectionsMax }) });
  try {
    const names = await postgresTraits.listTables(db as Kysely<unknown>);
    if (names.includes(tableName) === (mode === "open")) {
      if (mode === "create") await makeTable(db);
      return { ok: true, value: new HeadDatabase(db) };
    }
    await db.destroy();
    return refuseLocally(mode === "open" ? "head-store.missing" : "head-store.exists", { path });
  } catch (fault) {
    await db.destroy();
    throw fault;
  }
}

async function makeTable(db: Kysely<HeadTable>): Promise<void> {
  await db.schema
    .createTable(tableName)
    .addColumn("log", "text", (column) => column.notNull())
    .addColumn("epoch", "bigint", (column) => column.notNull())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("root", postgresTraits.bytesType, (column) => column.notNull())
    .addPrimaryKeyConstraint("parleyHeadKey", ["log"])
    .execute();
}

class HeadDatabase implements MovableHeadStore {
  readonly #db: Kysely<HeadTable>;

  constructor(db: Kysely<HeadTable>) {
    this.#db = db;
  }

  async readHead(log: string): Promise<Head | undefined> {
    return readHead(this.#db, log);
  }

  async listHeads(): Promise<readonly Head[]> {
    return sortHeads(await this.#db.selectFrom(tableName).selectAll().execute());
  }

  async adoptHeads(heads: readonly Head[]): Promise<void> {
    await this.#db
      .transaction()
      .setAccessMode("read write")
      .execute(async (tx) => {
        const there = await tx.selectFrom(tableName).select("log").limit(1).execute();
        assert(there.length === 0, "a store that has heads adopts none");
        for (const head of heads) await tx.insertInto(tableName).values(head).execute();
      });
  }

  async advanceHead(expected: Head | undefined, next: Head): Promise<HeadOutcome> {
    return this.#db
      .transaction()
      .setAccessMode("read write")
      .execute(async (tx): Promise<HeadOutcome> => {
        const head = await readHead(tx, next.log);
        if (!isSameHead(head, expected)) return { isAdvanced: false, head };
        if (isSameHead(head, next)) return { isAdvanced: true };
        assert(mayFollow(head, next), "a head never goes back");
        const { epoch, size, root } = next;
        await tx
          .insertInto(tableName)
          .values(next)
          .onConflict((conflict) => conflict.column("log").doUpdateSet({ epoch, size, root }))
          .execute();
        return { isAdvanced: true };
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.destroy();
  }
}

function readHead(db: Kysely<HeadTable>, log: string): Promise<Head | undefined> {
  return db.selectFrom(tableName).selectAll().where("log", "=", log).executeTakeFirst();
}
