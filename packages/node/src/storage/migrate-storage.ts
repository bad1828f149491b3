/**
 * Carries everything of a node from one database to another: all rows in one transaction, which is
 * kept only if both databases then have the same digest.
 *
 * The source is held against writers of every process meanwhile, and is left as it was.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { sql } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { isPostgresAddress, publicPlace } from "../postgres-address.ts";
import { isSameHead } from "../service/head-store.ts";
import type { MovedStorage, StorageMove } from "../service/storage-move.ts";
import { digestAllRows, RowDigest, RowInserter, readAllRows } from "./all-rows.ts";
import { openHeadStore } from "./open-head-store.ts";
import { PostgresPresence } from "./postgres-presence.ts";
import { SqlLeases } from "./sharing-repositories.ts";
import type { SqlStorageParts } from "./sql-storage.ts";
import type { Db } from "./tables.ts";
import { undoCreate } from "./undo-create.ts";
import { closeParts, openEmpty, openParts, writeAlone } from "./whole-database.ts";

type MoveResult<T> = LocalResult<T, string>;

/**
 * @returns `storage.exists` or `storage.other-program` if the target is not empty, `storage.in-use`
 *   if another process has the source; what opening refuses. Then, and after a fault, the target is
 *   as it was, or has empty tables, which the next try takes.
 */
export async function migrateStorage(move: StorageMove): Promise<MoveResult<MovedStorage>> {
  const source = await openParts(move.from, "open");
  if (!source.ok) return source;
  let presence: PostgresPresence | undefined;
  try {
    if (isPostgresAddress(move.from)) {
      presence = await PostgresPresence.take(move.from, "alone");
      if (presence === undefined) return refuseLocally("storage.in-use", {});
    }
    const target = await openEmpty(move.to);
    if (!target.ok) return target;
    let isDone = false;
    try {
      const moved = await moveRows(move, source.value, target.value.parts);
      isDone = moved.ok;
      return moved;
    } finally {
      await closeParts(target.value.parts);
      if (!isDone && target.value.isNew) await undoCreate(move.to);
    }
  } finally {
    await presence?.[Symbol.asyncDispose]();
    await closeParts(source.value);
  }
}

/** Carries the heads over, all at once. @param storage - Where the node's database will lie. */
export async function migrateHeads(
  move: { readonly from: string; readonly to: string },
  storage: string,
): Promise<MoveResult<{ readonly heads: number }>> {
  const source = await openHeadStore(move.from, "open", storage);
  if (!source.ok) return source;
  await using from = source.value;
  const heads = await from.listHeads();
  const made = await openHeadStore(move.to, "create", storage);
  const isThere = !made.ok && made.refusal.code === "head-store.exists";
  const target = isThere ? await openHeadStore(move.to, "open", storage) : made;
  if (!target.ok) return target;
  await using to = target.value;
  // A try that was cut off left none.
  if ((await to.listHeads()).length > 0) {
    return refuseLocally("head-store.exists", { path: publicPlace(move.to) });
  }
  await to.adoptHeads(heads);
  const there = await to.listHeads();
  if (there.length !== heads.length || !there.every((head, i) => isSameHead(head, heads[i]))) {
    throw new Fault("head-store.damaged", publicPlace(move.to), { retryable: false });
  }
  return { ok: true, value: { heads: heads.length } };
}

async function moveRows(
  { progress, signal }: StorageMove,
  source: SqlStorageParts,
  target: SqlStorageParts,
): Promise<MoveResult<MovedStorage>> {
  return writeAlone(source, async (from) => {
    if (await isWorkedOn(from, source)) return refuseLocally("storage.in-use", {});
    return writeAlone(target, async (to): Promise<MoveResult<MovedStorage>> => {
      const inserter = new RowInserter(to);
      const digest = new RowDigest();
      let rows = 0;
      for await (const page of readAllRows(from)) {
        signal.throwIfAborted();
        digest.add(page);
        await inserter.insert(page);
        rows += page.rows.length;
        progress(rows);
      }
      const expected = digest.finish();
      if ((await digestAllRows(to)) !== expected) {
        throw new Fault("storage.io", "the copy is not what was read", { retryable: true });
      }
      return { ok: true, value: { rows, digest: expected } };
    });
  });
}

async function isWorkedOn(db: Db, { traits }: SqlStorageParts): Promise<boolean> {
  const { rows } = await sql<{ now: number }>`select ${traits.nowMs} as now`.execute(db);
  const leases = await new SqlLeases(db, traits).listLeases();
  return leases.some(({ untilMs }) => untilMs > (rows[0]?.now ?? 0));
}
