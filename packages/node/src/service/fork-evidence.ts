/**
 * Evidence that a peer signed two histories of one log: both checkpoints, and what ties them.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { SignedCheckpoint } from "@parley/core/log/checkpoint";
import type { PrefixProof } from "@parley/core/log/fork";
import { proveConsistency } from "@parley/core/log/proofs";
import { type NodeReader, readRange, rootOf } from "@parley/core/log/tree";
import type { Channel } from "./channel.ts";
import type { HeldLog } from "./held-log.ts";
import type { Storage } from "./storage.ts";

/** What `core/log/fork.ts` judges. */
export interface ForkEvidence {
  readonly channel: Channel;
  readonly origin: string;
  readonly logId: number;
  /** The checkpoint that the mirror stands by, with the log's signatures. */
  readonly held: string;
  /** The one that contradicts it, with the log's signatures: other lines could be of any length. */
  readonly shown: string;
  /** What the larger of the two trees has in the place of the smaller; not needed for equal sizes. */
  readonly prefix: PrefixProof | undefined;
}

/**
 * Compares a checkpoint that came too late to follow with what the mirror holds at its size.
 *
 * @param signed - Verified with the log's keys.
 * @returns `undefined` if it agrees, or if nothing signed covers what is held there.
 */
export async function findForkBehind(
  { p, storage }: { readonly p: Primitives; readonly storage: Storage },
  { row, notes, channel, origin }: HeldLog,
  { signed, shown }: { readonly signed: SignedCheckpoint; readonly shown: string },
): Promise<ForkEvidence | undefined> {
  const { size, root } = signed.checkpoint;
  const holder = notes.find((note) => note.size >= size);
  if (row === undefined || holder === undefined || holder.size > row.entryCount) return undefined;
  return storage.read(async (tx) => {
    const read: NodeReader = (ids) => tx.logs.readNodes(row.id, ids);
    const own = rootOf(p, await readRange(read, size));
    if (equalBytes(own, root)) return undefined;
    const isSameSize = holder.size === size;
    const proof = isSameSize ? [] : await proveConsistency(p, read, size, holder.size);
    const prefix = isSameSize ? undefined : { root: own, proof };
    return { channel, origin, logId: row.id, held: holder.note, shown, prefix };
  });
}
