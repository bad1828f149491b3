/**
 * Opens a head store by where it lies: a path is a file, an address `postgres://…` a database.
 *
 * @module
 */
import type { LocalResult } from "../local-refusal.ts";
import { isPostgresAddress } from "../postgres-address.ts";
import type { MovableHeadStore } from "../service/head-store.ts";
import { type HeadDatabaseRefusal, openHeadDatabase } from "./head-database.ts";
import { type HeadFileRefusal, openHeadFile } from "./head-file.ts";

/**
 * @param mode - `create` for a new home: what is there already is then refused.
 * @param storage - Where the node's own database lies.
 */
export async function openHeadStore(
  place: string,
  mode: "create" | "open",
  storage: string,
): Promise<LocalResult<MovableHeadStore, HeadFileRefusal | HeadDatabaseRefusal>> {
  return isPostgresAddress(place)
    ? openHeadDatabase(place, mode, storage)
    : openHeadFile(place, mode);
}
