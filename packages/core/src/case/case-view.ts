/**
 * What a fold says, as JSON that is equal on both nodes: a case, and all of a class at a cut.
 *
 * Integers only, no locale, no clock: `now` is handed in. "Overdue" and "crossed" exist here alone;
 * they are shown and never stored (spec/case.md §3).
 *
 * @module
 */

import type { Clock } from "./case-clock.ts";
import {
  type CaseMessage,
  type CaseRecord,
  caseState,
  causalOrder,
  haveCrossed,
} from "./case-fold.ts";
import type { CasePhase, ClockName, Side } from "./case-table.ts";
import type { ClassFold } from "./class-fold.ts";
import { type Suspension, suspendedClock } from "./suspensions.ts";

/**
 * How a clock stands at `now`. `dueAt` counts every time that is over in which it stood still, by a
 * suspension too. `left` is in seconds, negative when overdue, null once it ended.
 */
export interface ClockView extends Clock {
  readonly standing: "running" | "stopped" | "ended";
  /** It stands still because the desk that owes is suspended. */
  readonly isSuspended: boolean;
  readonly isOverdue: boolean;
  readonly left: number | null;
}

export interface CaseMessageView {
  readonly jti: string;
  readonly kind: string;
  readonly side: Side;
  readonly ordinal: number;
  readonly answers: string | null;
  readonly ask: string | null;
  readonly to: string;
  readonly iat: number;
  readonly receivedAt: number;
  /** The phase after it, as its author knew the case. */
  readonly phase: CasePhase;
  /** It was written before its author had seen these messages of the peer, which had not seen it. */
  readonly crossedWith: readonly string[];
  readonly isSettled: boolean;
  /** By its author's clock it was written more than {@link aheadSecondsMax} after its receipt. */
  readonly isAhead: boolean;
  /** Messages of its author that correct it, and that take it back as a whole. */
  readonly correctedBy: readonly string[];
  readonly withdrawnBy: readonly string[];
}

/** How far an author's clock may be ahead of the receipt before it shows. */
export const aheadSecondsMax = 120;

/** The case without its messages. */
export interface CaseHead {
  readonly id: string;
  readonly initiator: Side;
  readonly phase: CasePhase;
  readonly severity: number | null;
  readonly ask: string | null;
  /** Where the case stands, and how often it was raised. */
  readonly desk: string;
  readonly level: number;
  /** The two last messages crossed, and nothing since has seen both. */
  readonly isCrossed: boolean;
  readonly clocks: readonly ClockView[];
}

export interface CaseView extends CaseHead {
  /** The messages that stand, in the order of `causalOrder`. */
  readonly messages: readonly CaseMessageView[];
}

/** @returns The case as it stands; `null` while its opening does not. */
export function viewCase(fold: ClassFold, record: CaseRecord, now: number): CaseView | null {
  const head = viewHead(fold, record, now);
  if (head === null) return null;
  const standing = causalOrder(record).filter(({ verdict }) => verdict.stands);
  const messages = standing.flatMap((message) => viewMessage(fold, message, standing));
  return { ...head, messages };
}

/**
 * The case without its messages: costs the same however long it is.
 *
 * @returns `null` while its opening does not stand.
 */
export function viewHead(fold: ClassFold, record: CaseRecord, now: number): CaseHead | null {
  const state = caseState(record);
  if (state === null) return null;
  const stands = ({ verdict }: CaseMessage) => verdict.stands;
  const opening = record.messages[record.initiator].find(
    (message) => message.jti === record.id && stands(message),
  );
  const [x, y] = record.messages.map((messages) => messages.findLast(stands));
  return {
    id: record.id,
    initiator: record.initiator,
    phase: state.phase,
    severity: opening?.severity ?? null,
    ask: opening?.ask ?? null,
    desk: state.desk,
    level: state.level,
    isCrossed: x !== undefined && y !== undefined && haveCrossed(x, y),
    clocks: state.clocks.map((clock) => viewClock(clock, fold.suspensions(clock.owedBy), now)),
  };
}

/** @param suspensions - Of the party that owes the clock. */
export function viewClock(
  clock: Clock,
  suspensions: readonly Suspension[],
  now: number,
): ClockView {
  const { seconds, since } = suspendedClock(clock, suspensions);
  const dueAt = clock.dueAt + seconds;
  if (clock.endedAt !== null) {
    const isOverdue = clock.endedAt > dueAt;
    return { ...clock, dueAt, standing: "ended", isSuspended: false, isOverdue, left: null };
  }
  const stoodAt = clock.stoppedAt ?? since;
  const left = dueAt - (stoodAt ?? now);
  const standing = stoodAt === null ? "running" : "stopped";
  return { ...clock, dueAt, standing, isSuspended: since !== null, isOverdue: left < 0, left };
}

/** @returns The running clock that is due first; ties by the order of `clockNames`. */
export function nearestClock(view: CaseHead): { name: ClockName; clock: ClockView } | null {
  const running = view.clocks.filter(({ standing }) => standing === "running");
  const [first, ...others] = running;
  if (first === undefined) return null;
  const clock = others.reduce((a, b) => (b.dueAt < a.dueAt ? b : a), first);
  return { name: clock.name, clock };
}

function viewMessage(
  fold: ClassFold,
  message: CaseMessage,
  standing: readonly CaseMessage[],
): CaseMessageView[] {
  if (!message.verdict.stands) return [];
  const { jti, kind, side, ordinal, answers, ask, to, iat, move, verdict } = message;
  const crossed = standing.filter((other) => haveCrossed(message, other));
  const about = standing.filter((other) => other.answers === jti && other.side === side);
  return [
    {
      ...{ jti, kind, side, ordinal, answers, ask, to, iat },
      receivedAt: move.at,
      phase: verdict.post.phase,
      crossedWith: crossed.map((other) => other.jti),
      isSettled: ordinal < fold.settledCount(side),
      isAhead: iat > move.at + aheadSecondsMax,
      correctedBy: about.filter((other) => other.kind === "correction").map((other) => other.jti),
      withdrawnBy: about.filter(({ move: by }) => by.takesBack !== null).map((other) => other.jti),
    },
  ];
}

/** Everything two nodes must agree on at one cut and one `now`, cases in the order of their ids. */
export function viewClass(fold: ClassFold, now: number) {
  const cases = [...fold.cases()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    sides: ([0, 1] as const).map((side) => ({
      folded: fold.foldedCount(side),
      settled: fold.settledCount(side),
      seenMax: fold.seenMax(side),
      refused: fold
        .standings(side)
        .flatMap(({ ordinal, refusedAs }) => (refusedAs === null ? [] : [[ordinal, refusedAs]])),
    })),
    cases: cases.flatMap((record) => viewCase(fold, record, now) ?? []),
  };
}
