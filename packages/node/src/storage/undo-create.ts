/**
 * Takes away what was made for a home that did not come to be: else the next try would find it, and
 * take it for another node's.
 *
 * @module
 */
import { rmSync } from "node:fs";
import { Kysely } from "kysely";
import { isPostgresAddress } from "../postgres-address.ts";
import { postgresDialect, postgresTraits } from "./postgres-dialect.ts";

/** @param place - Of a database or head store that was empty, or not there, before it was made. */
export async function undoCreate(place: string): Promise<void> {
  if (!isPostgresAddress(place)) {
    for (const end of ["", "-wal", "-shm", ".lock"]) rmSync(`${place}${end}`, { force: true });
    return;
  }
  const db = new Kysely<unknown>({
    dialect: postgresDialect({ address: place, connectionsMax: 1 }),
  });
  try {
    await db.transaction().execute(async (tx) => {
      for (const name of await postgresTraits.listTables(tx)) {
        await tx.schema.dropTable(name).cascade().execute();
      }
    });
  } finally {
    await db.destroy();
  }
}
