/**
 * Brings a database to the schema of this program, or says why not.
 *
 * All steps that lack run in one transaction with their record, so that there is no half-way state
 * to find; a record that is not the beginning of our list was made by another program.
 *
 * @module
 */
import type { Kysely, Transaction } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import * as first from "./migrations/0001-first.ts";
import * as sharing from "./migrations/0002-sharing.ts";
import * as people from "./migrations/0003-people.ts";
import * as release from "./migrations/0004-release.ts";
import type { SqlTraits } from "./sql-traits.ts";

export type SchemaRefusal = "storage.other-program" | "storage.newer-schema";

/** In order; a released one is never changed, and its name is never used again. */
const migrations = [
  { name: "0001-first", up: first.up },
  { name: "0002-sharing", up: sharing.up },
  { name: "0003-people", up: people.up },
  { name: "0004-release", up: release.up },
] as const;

/** Names of the steps that make the tables of this program, in order. */
export const schemaNames: readonly string[] = migrations.map(({ name }) => name);

/** Names of the steps that made a database, which is left as it is. */
export async function readSchema(db: Kysely<unknown>): Promise<readonly string[]> {
  return readRecord(db);
}

interface MigrationTable {
  readonly migration: { readonly version: number; readonly name: string };
}

/** @param database - What to call it in a refusal: its path, or its address without a password. */
export async function migrate(
  db: Kysely<unknown>,
  traits: SqlTraits,
  database: string,
): Promise<LocalResult<true, SchemaRefusal>> {
  return db
    .transaction()
    .setAccessMode("read write")
    .execute(async (tx) => {
      const names = await traits.listTables(tx);
      if (names.length > 0 && !names.includes("migration")) {
        return refuseLocally("storage.other-program", { database });
      }
      const done = names.length === 0 ? await makeRecord(tx) : await readRecord(tx);
      if (done.length > migrations.length) {
        const versions = { found: String(done.length), spoken: String(migrations.length) };
        return refuseLocally("storage.newer-schema", { database, ...versions });
      }
      if (done.some((name, index) => name !== migrations[index]?.name)) {
        return refuseLocally("storage.other-program", { database });
      }
      await applyFrom(tx, traits, done.length);
      return { ok: true, value: true };
    });
}

async function applyFrom(
  tx: Transaction<unknown>,
  traits: SqlTraits,
  count: number,
): Promise<void> {
  for (const [at, { name, up }] of [...migrations.entries()].slice(count)) {
    await up(tx, traits);
    await recordOf(tx)
      .insertInto("migration")
      .values({ version: at + 1, name })
      .execute();
  }
}

async function makeRecord(tx: Transaction<unknown>): Promise<readonly string[]> {
  await tx.schema
    .createTable("migration")
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("migrationKey", ["version"])
    .execute();
  return [];
}

/** Names, at the places that their versions claim; a gap is a name that is no migration's. */
async function readRecord(tx: Kysely<unknown>): Promise<readonly string[]> {
  const rows = await recordOf(tx).selectFrom("migration").selectAll().orderBy("version").execute();
  return rows.map(({ version, name }, index) => (version === index + 1 ? name : ""));
}

function recordOf(tx: Kysely<unknown>): Kysely<MigrationTable> {
  return tx as Kysely<MigrationTable>;
}
