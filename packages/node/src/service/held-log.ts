/**
 * What this node's mirror holds of one log, as the judge wants it.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { Checkpoint, LogKeys, UnverifiedCheckpoint } from "@parley/core/log/checkpoint";
import type { MirrorState } from "@parley/core/log/mirror-judge";
import { formatNote, noteKey } from "@parley/core/log/note";
import type { ChannelBook, KnownOrigin } from "./channel.ts";
import type { StorageReader } from "./storage.ts";
import type { CheckpointRow, LogRow } from "./storage-log.ts";

export interface HeldLog extends KnownOrigin {
  readonly origin: string;
  /** `undefined`: known, and nothing of it was ever accepted. */
  readonly row: LogRow | undefined;
  readonly state: MirrorState;
  /** The checkpoints of `state.pending`, with their signatures. */
  readonly notes: readonly CheckpointRow[];
}

export interface HeldPlace {
  /** Who asks. */
  readonly peer: string;
  readonly origin: string;
  /** The keys of the log are those for a checkpoint of this size. */
  readonly size: number;
}

/**
 * @returns `log.unknown-origin` for a log that this peer does not write to us, or an epoch that was
 *   not opened; `exchange.not-allowed` for one of a channel that is suspended.
 */
export async function readHeldLog(
  tx: StorageReader,
  book: ChannelBook,
  { peer, origin, size }: HeldPlace,
): Promise<HeldLog | "log.unknown-origin" | "exchange.not-allowed"> {
  const row = await tx.logs.readLogByOrigin(origin);
  const known = book.byOrigin(origin);
  if (known === undefined) {
    const channel = row && (await tx.channels.readChannel(row.channel));
    const isTheirs = channel?.peer === peer && row?.author === peer;
    return isTheirs ? "exchange.not-allowed" : "log.unknown-origin";
  }
  if (known.channel.peer !== peer || known.author !== peer) return "log.unknown-origin";
  // A later epoch exists once its author's notice opened it.
  if (row === undefined && known.epoch > 1) return "log.unknown-origin";
  const logKeys = known.channel.logKeys(origin, size);
  const notes = row === undefined ? [] : await readNotes(tx, row);
  const isCosigned = row !== undefined && row.size > 0;
  const state = {
    origin,
    logKeys,
    pending: notes.map((note): Checkpoint => ({ origin, size: note.size, root: note.root })),
    mirrorCheckpoint: isCosigned ? { origin, size: row.size, root: row.root } : undefined,
    nextEntry: row?.entryCount ?? 0,
  };
  return { ...known, origin, row, state, notes };
}

/** The note with the two lines of the log's keys only: whatever else stands there nobody verified. */
export function withOwnLines(
  p: Primitives,
  { checkpoint, note }: UnverifiedCheckpoint,
  keys: LogKeys,
): string {
  const own = [
    noteKey(p, checkpoint.origin, "ed25519-note", keys.ed25519),
    noteKey(p, checkpoint.origin, "mldsa44-cosignature", keys.mlDsa44),
  ];
  const signatures = own.flatMap(({ name, keyId }) =>
    note.signatures.filter((line) => line.name === name && equalBytes(line.keyId, keyId)),
  );
  return formatNote({ text: note.text, signatures });
}

/** A pending checkpoint that was cosigned is forgotten as pending, and is still the last accepted. */
async function readNotes(tx: StorageReader, row: LogRow): Promise<readonly CheckpointRow[]> {
  const pending = await tx.logs.listPending(row.id);
  const cosigned = row.size > 0 ? await tx.logs.readCheckpoint(row.id, row.size) : undefined;
  return cosigned === undefined ? pending : [cosigned, ...pending];
}
