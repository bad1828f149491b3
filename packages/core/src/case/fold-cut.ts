/**
 * Where a fold stands, and what one that goes on from there must have again.
 *
 * @module
 */
import type { Side } from "./case-table.ts";
import type { DayCount } from "./day-counts.ts";
import type { PauseNotice } from "./suspensions.ts";

/**
 * Where a fold of both logs stands, for one that goes on from there without what was folded before.
 * JSON as it stands.
 */
export interface FoldCut {
  /** Entries of side 0 and of side 1. */
  readonly folded: readonly [number, number];
  readonly seenMax: readonly [number, number];
  readonly ofDay: readonly DayCount[];
  /** Suspensions and resumptions of side 0 and of side 1. */
  readonly pauses: readonly [readonly PauseNotice[], readonly PauseNotice[]];
}

/** What a fold that goes on must have again. */
export interface FoldNeeds {
  /** Messages of these ids, if there are any. */
  readonly jtis: readonly string[];
  /** This case with its messages and what they answer, if there is one. */
  readonly caseId: string | null;
  /** Every entry of this side from here on, and the cases of them all. */
  readonly from: { readonly side: Side; readonly ordinal: number } | null;
  /** Every case that is open: its clocks may come to stand otherwise. */
  readonly openCases: boolean;
}
