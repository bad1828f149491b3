/**
 * The storage port, part 4: what several processes on one database need to share its channels.
 *
 * A process that works a channel (appends to its logs, sends them, opens, folds, acts by the clock)
 * has its lease. A lease that changes hands gets the next token: a transaction that is fenced by an
 * older one writes nothing, however late it comes. Times are those of the database, so that no
 * process needs the clock of another.
 *
 * @module
 */
import type { OpenedRow, SecretRow } from "./storage-content.ts";

export interface LeaseRow {
  readonly channel: string;
  /** The process: a random name of its own for each start. */
  readonly holder: string;
  /** From 1, higher with each change of hands. */
  readonly token: number;
  /** Unix milliseconds by the database's clock; 0: given back. */
  readonly untilMs: number;
}

export interface LeaseRepository {
  /** Every lease that was ever taken, by channel. */
  listLeases(): Promise<readonly LeaseRow[]>;
  /**
   * Prolongs what `holder` has and takes those of `channels` that are free or whose time is over.
   *
   * @returns What `holder` has now.
   */
  takeLeases(
    holder: string,
    channels: readonly string[],
    leaseMs: number,
  ): Promise<readonly LeaseRow[]>;
  /** Gives back everything; whoever asks next takes it at once. */
  releaseLeases(holder: string): Promise<void>;
  /** Whether this token is still the last. Nobody can take the lease before this transaction ends. */
  isLastToken(channel: string, token: number): Promise<boolean>;
}

/** A sealed message that waits for the process which works its channel: not yet in any log. */
export interface OutgoingRow {
  /** The id of the message. */
  readonly jti: string;
  readonly channel: string;
  readonly logId: number;
  readonly bytes: Uint8Array;
  /** Our own opened copy, as far as it is known before the entry has its place. */
  readonly opened: Omit<OpenedRow, "leafHash" | "index">;
  readonly secret: Omit<SecretRow, "index"> | null;
}

/** Outgoing messages taken over at once. */
export const outgoingPerBatchMax = 64;

export interface OutgoingRepository {
  /** After those that wait already. */
  insertOutgoing(row: OutgoingRow): Promise<void>;
  /** In the order in which they came; at most {@link outgoingPerBatchMax}. */
  listOutgoing(channel: string): Promise<readonly OutgoingRow[]>;
  /** Whether a message waits. */
  readIsOutgoing(jti: string): Promise<boolean>;
  /** @returns Whether it was there. */
  deleteOutgoing(jti: string): Promise<boolean>;
}
