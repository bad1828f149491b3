/**
 * Opens the database of a home, migrating it if an older program wrote it.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { createPrivateFile, diskFault } from "../service/durable-file.ts";
import type { Storage } from "../service/storage.ts";
import { migrate, type SchemaRefusal } from "./migrate.ts";
import { SqlStorage, type SqlStorageParts } from "./sql-storage.ts";
import { sqliteDialect, sqliteTraits } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";

/** Reads that go on at once: pages of a console, a pull of the peer, an export. */
const readersMax = 4;

/** For a backup program, or a command beside a server: then a write is `storage.locked`. */
const busyMs = 5_000;

export type OpenRefusal = SchemaRefusal | "storage.missing" | "storage.exists";

/**
 * @param mode - `create` for `parley init`: an empty file would else pass for a node that has said
 *   nothing yet.
 * @returns The storage; or `storage.missing`, `storage.exists`, `storage.newer-schema` if a later
 *   program wrote it, `storage.other-program` if it is not a database of Parley.
 */
export async function openSqliteStorage(
  path: string,
  mode: "create" | "open",
): Promise<LocalResult<Storage, OpenRefusal>> {
  const opened = await openSqlite(path, mode);
  return opened.ok ? { ok: true, value: new SqlStorage(opened.value) } : opened;
}

/** As {@link openSqliteStorage}, for what goes over all rows. */
export async function openSqlite(
  path: string,
  mode: "create" | "open",
): Promise<LocalResult<SqlStorageParts, OpenRefusal>> {
  if (existsSync(path) !== (mode === "open")) {
    return refuseLocally(mode === "open" ? "storage.missing" : "storage.exists", {
      database: path,
    });
  }
  if (mode === "create") createDatabaseFile(path);
  const writer = new Kysely<Tables>({
    dialect: sqliteDialect({ path, isReadOnly: false, connectionsMax: 1, busyMs }),
  });
  try {
    const migrated = await migrate(writer as Kysely<unknown>, sqliteTraits, path);
    if (!migrated.ok) {
      await writer.destroy();
      return migrated;
    }
  } catch (fault) {
    await writer.destroy();
    throw fault;
  }
  const reader = new Kysely<Tables>({
    dialect: sqliteDialect({ path, isReadOnly: true, connectionsMax: readersMax, busyMs }),
  });
  return { ok: true, value: { writer, reader, traits: sqliteTraits } };
}

/** Its write-ahead log gets the same mode from SQLite. */
function createDatabaseFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch (cause) {
    throw diskFault(path, cause);
  }
}
