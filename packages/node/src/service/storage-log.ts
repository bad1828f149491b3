/**
 * The storage port, part 2: logs, their checkpoints and receipts.
 *
 * A log is ours (`own`) or the peer's (`mirror`). Entries are only ever added. In an own log the
 * signed head and the entries move together; in a mirror entries arrive first (`entryCount`) and
 * count once the mirror has cosigned them (`size`).
 *
 * @module
 */
import type { TrafficClass } from "@parley/core/log/origin";
import type { PlaceRefusal, Receipt } from "@parley/core/log/receipt-list";
import type { NodeId, TreeNode } from "@parley/core/log/tree";
import type { Result } from "@parley/core/result";

/** Entries in one append or one read: one entry package, one tile. */
export const entriesPerBatchMax = 256;

/** Nodes asked for at once: a subtree consistency proof of 2^40 leaves needs fewer than 4 × 64. */
export const nodesPerReadMax = 1_024;

/** What an insertion that may be repeated found: nothing, the same, or something else in its place. */
export type InsertOutcome = "stored" | "present" | "conflict";

/** `audit`: a log of ours that is sent to nobody. Its channel is {@link auditChannel}. */
export type LogDirection = "own" | "mirror" | "audit";

/** In place of a channel's id, which is longer: what belongs to the party as a whole. */
export const auditChannel = "audit";

export interface NewLog {
  readonly channel: string;
  readonly class: TrafficClass;
  readonly author: string;
  /** From 1. */
  readonly epoch: number;
  readonly origin: string;
  readonly direction: LogDirection;
  /** Root of the empty tree. */
  readonly emptyRoot: Uint8Array;
}

export interface LogRow extends Omit<NewLog, "emptyRoot"> {
  readonly id: number;
  /** Entries stored: what a mirror calls its next entry. */
  readonly entryCount: number;
  /** Own log: equal to `entryCount`. Mirror: entries cosigned, the mirror checkpoint. */
  readonly size: number;
  /** Of the first `size` entries. */
  readonly root: Uint8Array;
  /** Entries below are opened or refused, each with its row in the opened cache. */
  readonly openedSize: number;
  /** Size of the last receipt; entries of an own log from here on are the outbox. */
  readonly receiptedSize: number;
  /** Size of the last pending checkpoint of a mirror; null before the first. */
  readonly pendingSize: number | null;
  /** Where the epoch was closed: entries beyond it do not count. Null while open. */
  readonly closedAtSize: number | null;
}

export interface LogFilter {
  readonly channel?: string;
  readonly class?: TrafficClass;
  readonly author?: string;
  readonly direction?: LogDirection;
}

export interface LogEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
}

export interface EntryBatch {
  /** What the caller believes {@link LogRow.entryCount} to be. */
  readonly expectedCount: number;
  /** 1 to {@link entriesPerBatchMax}. */
  readonly entries: readonly Uint8Array[];
  /** Every node that the batch completes, its leaves first among them: from `appendLeaves`. */
  readonly nodes: readonly TreeNode[];
  /** A log that we write: the root with the batch. Mirror: null, for only a cosigned root counts. */
  readonly root: Uint8Array | null;
}

/** Nothing was done if what is there is not what the caller expected. */
export type AppendOutcome =
  | { readonly isAppended: true }
  | { readonly isAppended: false; readonly reason: "moved" | "closed"; readonly count: number };

/** A checkpoint as its author signed it. */
export interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

export interface MirrorCommit {
  readonly checkpoint: CheckpointRow;
  readonly receipt: Receipt;
  /** Of ours, of smaller sizes than this one's and larger than the last held: lost, and taken back. */
  readonly earlier?: readonly Receipt[];
}

export interface LogRepository {
  readLog(id: number): Promise<LogRow | undefined>;
  readLogByOrigin(origin: string): Promise<LogRow | undefined>;
  /** By channel, class, author, epoch. */
  listLogs(filter: LogFilter): Promise<readonly LogRow[]>;
  /** @returns The log of this origin, which may have been there. */
  createLog(log: NewLog): Promise<LogRow>;
  /** Closes an epoch at a size, once: a second size is a conflict. */
  closeLog(id: number, closedAtSize: number): Promise<InsertOutcome>;

  append(id: number, batch: EntryBatch): Promise<AppendOutcome>;
  /** In order; fewer than asked for where the log ends. `countMax` ≤ {@link entriesPerBatchMax}, its default. */
  readEntries(id: number, from: number, countMax?: number): Promise<readonly LogEntry[]>;
  /** @returns In the order asked, at most {@link nodesPerReadMax}; a missing node is `storage.damaged`. */
  readNodes(id: number, ids: readonly NodeId[]): Promise<readonly Uint8Array[]>;
  /** Hashes of `level` from `from` on, as a tile needs them: at most 256, fewer where the tree ends. */
  readHashes(
    id: number,
    level: number,
    from: number,
    countMax: number,
  ): Promise<readonly Uint8Array[]>;

  /**
   * The signed checkpoint of an own log, before it is shown: one for each size, for ever.
   *
   * @returns The note that holds: the stored one, if this size was signed before.
   */
  recordCheckpoint(id: number, checkpoint: CheckpointRow): Promise<string>;
  /** Own log: as signed. Mirror: as cosigned. */
  readCheckpoint(id: number, size: number): Promise<CheckpointRow | undefined>;
  readLastCheckpoint(id: number): Promise<CheckpointRow | undefined>;
  /** By size, of at least `fromSize`; at most 256. */
  listCheckpoints(id: number, fromSize: number): Promise<readonly CheckpointRow[]>;

  /**
   * Takes a verified checkpoint of a peer, if the last pending one is still of `expectedSize` (0:
   * none). The same size again changes nothing. Keeps the last
   * `pendingCheckpointsMax` of `core/log/mirror-judge.ts`.
   */
  addPending(id: number, expectedSize: number, checkpoint: CheckpointRow): Promise<AppendOutcome>;
  /** By size. */
  listPending(id: number): Promise<readonly CheckpointRow[]>;
  /**
   * Moves the mirror checkpoint and stores its cosignature, in one: once for each size.
   *
   * The entries must be there. A size cosigned before gives the stored receipt, unchanged.
   *
   * @returns The receipt that holds; or `undefined` if the mirror is beyond this size already, or
   *   the time is before that of the last receipt: sign again with the last receipt's time.
   */
  commitMirror(id: number, commit: MirrorCommit): Promise<Receipt | undefined>;
}

/** Receipts of a log: of an own log the peer's, of a mirror ours. Sizes rise, times never fall. */
export interface ReceiptRepository {
  /** The first with size > `index`: the receipt of that entry. */
  readReceiptOf(logId: number, index: number): Promise<Receipt | undefined>;
  readLastReceipt(logId: number): Promise<Receipt | undefined>;
  /** By size, of at least `fromSize`; at most 256. */
  listReceipts(logId: number, fromSize: number): Promise<readonly Receipt[]>;
  /** A verified receipt of the peer for an own log, in whatever order they come. */
  placeReceipt(logId: number, receipt: Receipt): Promise<Result<InsertOutcome, PlaceRefusal>>;
}
