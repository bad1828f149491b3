/**
 * One class of one channel as its fold needs it: its logs, and what is held in memory of them.
 *
 * @module
 */

import type { Side } from "@parley/core/case/case-table";
import type { ClassFold } from "@parley/core/case/class-fold";
import type { FoldEntry } from "@parley/core/case/fold-entry";
import { toFoldMessage } from "@parley/core/case/fold-message";
import type { TrafficClass } from "@parley/core/log/origin";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** The logs of one class of one channel, by epoch, and its fold. */
export interface ClassState {
  /** As it is now: descriptors, notices and agreements may be added while the fold stands. */
  readonly channel: Channel;
  readonly class: TrafficClass;
  readonly fold: ClassFold;
  /** Of side 0 and of side 1; earlier epochs first. */
  readonly logs: readonly [readonly LogRow[], readonly LogRow[]];
  /** Entries of each side that the fold was fed, those that wait included. */
  readonly fed: [number, number];
  /** By side and ordinal, of what was fed or brought back: the desk of this party that it concerns. */
  readonly desks: readonly [Map<number, string>, Map<number, string>];
  /** Desks of the cases that were projected, and how many messages of each side that counts. */
  readonly caseDesks: Map<string, { readonly desks: Set<string>; counted: [number, number] }>;
  /** How far it is projected. See {@link noteProjected}. */
  projected: {
    /** As it stands in the database; `undefined` before anything was projected. */
    readonly position: string | undefined;
    readonly settled: SideCounts;
  };
}

export type SideCounts = readonly [number, number];

/**
 * Where an epoch's entries begin among all of the class; infinite while it is not known where an
 * earlier one ended.
 */
export function ordinalBase(logs: readonly LogRow[], epoch: number): number {
  return logs
    .filter((log) => log.epoch < epoch)
    .reduce((sum, log) => sum + (log.closedAtSize ?? Number.POSITIVE_INFINITY), 0);
}

/**
 * Whether the entries of an epoch have their ordinals: each earlier one is closed, and whole up to
 * the size that closed it.
 */
export function isFollowable(logs: readonly LogRow[], { epoch }: LogRow): boolean {
  return logs.every(
    (log) =>
      log.epoch >= epoch || (log.closedAtSize !== null && feedableSize(log) === log.closedAtSize),
  );
}

/** Entries of a log that a fold may be fed: receipted, and opened if they are the peer's. */
export function feedableSize(log: LogRow): number {
  const receipted = Math.min(log.receiptedSize, log.openedSize);
  return log.closedAtSize === null ? receipted : Math.min(receipted, log.closedAtSize);
}

/** What a fold is fed of one entry: a message, or the code of its refusal. */
export interface Feed {
  readonly index: number;
  readonly desk: string | null;
  readonly opened: Parameters<typeof toFoldMessage>[0] | { readonly refusedAs: string };
}

/**
 * A message refused by the fold itself was accepted when it was opened, and is judged by the fold
 * again; one that was refused in opening has no message.
 */
export function feedOf({
  index,
  desk,
  message,
  verdict,
}: Pick<OpenedRow, "index" | "desk" | "message" | "verdict">): Feed {
  const opened = message === null ? { refusedAs: verdict } : parseKeptMessage(message);
  return { index, desk, opened };
}

/** What the fold is fed, of `side`. */
export function contentOf(
  state: ClassState,
  side: Side,
  { opened }: Pick<Feed, "opened">,
): FoldEntry["content"] {
  return "refusedAs" in opened ? opened : foldContent(state, side, opened);
}

/** The message as the fold reads it: of `side`, which had seen the other side's logs. */
export function foldContent(
  state: ClassState,
  side: Side,
  opened: Parameters<typeof toFoldMessage>[0],
): ReturnType<typeof toFoldMessage> {
  const theirs = state.logs[side === 0 ? 1 : 0];
  return toFoldMessage(opened, {
    peerOrdinal: (epoch, size) => ordinalBase(theirs, epoch) + size,
    peerEpoch: (origin) => theirs.find((log) => log.origin === origin)?.epoch,
    periods: (version, kind, severity) => state.channel.periods(version, kind, severity),
    deskBelow: (version, desk) => state.channel.desksBelow(version, desk),
  });
}
