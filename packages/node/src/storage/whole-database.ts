/**
 * Opens a database for what goes over all of its rows.
 *
 * @module
 */
import type { Transaction } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { isPostgresAddress, publicPlace } from "../postgres-address.ts";
import { isWithoutRows } from "./all-rows.ts";
import { openPostgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";
import type { SqlStorageParts } from "./sql-storage.ts";
import type { Tables } from "./tables.ts";

export function openParts(
  place: string,
  mode: "create" | "open",
): Promise<LocalResult<SqlStorageParts, string>> {
  return isPostgresAddress(place) ? openPostgres(place, mode) : openSqlite(place, mode);
}

/**
 * Makes the tables, or takes those that an earlier try has left without a row.
 *
 * @returns `storage.not-empty`; what opening refuses.
 */
export async function openEmpty(
  place: string,
): Promise<LocalResult<{ readonly parts: SqlStorageParts; readonly isNew: boolean }, string>> {
  const made = await openParts(place, "create");
  if (made.ok) return { ok: true, value: { parts: made.value, isNew: true } };
  if (made.refusal.code !== "storage.exists") return made;
  const there = await openParts(place, "open");
  if (!there.ok) return there;
  if (await isWithoutRows(there.value.reader)) {
    return { ok: true, value: { parts: there.value, isNew: false } };
  }
  await closeParts(there.value);
  return refuseLocally("storage.not-empty", { database: publicPlace(place) });
}

/** In the one transaction that writes, however long it takes. */
export function writeAlone<T>(
  { writer, traits }: SqlStorageParts,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return writer
    .transaction()
    .setAccessMode("read write")
    .execute(async (tx) => {
      if (traits.patience !== undefined) await traits.patience.execute(tx);
      return work(tx);
    });
}

export async function closeParts({ writer, reader }: SqlStorageParts): Promise<void> {
  await reader.destroy();
  await writer.destroy();
}
