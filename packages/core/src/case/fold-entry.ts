/**
 * What a fold is fed: one entry of one log, with what it needs of the message.
 *
 * @module
 */
import type { CaseSaying } from "./case-saying.ts";
import type { ClockPeriods } from "./case-state.ts";
import type { Side } from "./case-table.ts";

/** What the fold needs of a message; made from an opened statement by both sides alike. */
export interface FoldMessage {
  readonly jti: string;
  /** Without version: `inquiry`. Of a kind unknown here, as its author wrote it. */
  readonly kind: string;
  readonly case: string | null;
  readonly answers: string | null;
  readonly ask: string | null;
  readonly severity: number | null;
  readonly replyBy: number | null;
  readonly to: string;
  readonly iat: number;
  /** Entries of the peer's log of this class, over all epochs, that its author had opened. */
  readonly seen: number;
  /** From the agreement version that the statement names. */
  readonly periods: ClockPeriods;
  /** Of a `refusal`: the ordinal in the peer's log of this class that it names, and its code. */
  readonly refuses: { readonly ordinal: number; readonly code: string } | null;
  /** Absent for a kind that says nothing beyond its kind that a case goes by. */
  readonly says?: CaseSaying;
}

/**
 * One entry of the log of `side`. `ordinal` counts its entries of this class over all epochs, from
 * 0, without a gap. `content` is the message; or the code with which this node refuses it.
 */
export interface FoldEntry {
  readonly side: Side;
  readonly ordinal: number;
  /** Time of the first receipt that covers it. */
  readonly receivedAt: number;
  readonly content: FoldMessage | { readonly refusedAs: string };
}
