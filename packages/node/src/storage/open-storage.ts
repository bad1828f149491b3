/**
 * Opens a database by where it lies: a path is SQLite's, an address `postgres://…` a server's.
 *
 * @module
 */
import type { LocalResult } from "../local-refusal.ts";
import { isPostgresAddress } from "../postgres-address.ts";
import type { Storage } from "../service/storage.ts";
import { openPostgresStorage, type PostgresRefusal } from "./open-postgres.ts";
import { openSqliteStorage } from "./open-sqlite.ts";

/** @param mode - `create` for a new home: what is there already is then refused. */
export function openStorage(
  place: string,
  mode: "create" | "open",
): Promise<LocalResult<Storage, PostgresRefusal>> {
  return isPostgresAddress(place)
    ? openPostgresStorage(place, mode)
    : openSqliteStorage(place, mode);
}
