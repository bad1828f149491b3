/**
 * One clock of a case: a deadline that one party owes, with every time that it stood still.
 *
 * Integers only: POSIX seconds, from receipts. "Overdue" is not stored; case-view.ts computes it, and
 * with it the time for which the desk that owes was suspended.
 *
 * @module
 */
import { type ClockStanding, clockMerge } from "./case-merge.ts";
import { type ClockName, clockNames, type Side } from "./case-table.ts";

/**
 * A clock stops no more often than this, so that a state has a bound; whoever has stopped it so
 * often has had the time it needs.
 */
export const clockStopsMax = 16;

/**
 * `endedAt` and `stoppedAt` are null while it runs, and never both a time. `dueAt` counts the times
 * of `pauses`, and not one that has not ended.
 */
export interface Clock {
  readonly name: ClockName;
  readonly owedBy: Side;
  /** Kind of the message that started it, and the desk to which that was addressed. */
  readonly kind: string;
  readonly desk: string;
  readonly startedAt: number;
  readonly dueAt: number;
  readonly stoppedAt: number | null;
  readonly endedAt: number | null;
  /** How often it was opened again after it had ended. */
  readonly reopened: number;
  /** From, to: when it stood still, rising; at most {@link clockStopsMax}. */
  readonly pauses: readonly (readonly [number, number])[];
}

export function standingOf({ endedAt, stoppedAt }: Clock): ClockStanding {
  if (endedAt !== null) return "ended";
  return stoppedAt === null ? "running" : "stopped";
}

export function stopClock(clock: Clock, at: number): Clock {
  const mayStop = standingOf(clock) === "running" && clock.pauses.length < clockStopsMax;
  return mayStop ? { ...clock, stoppedAt: at } : clock;
}

/** A clock that stood still is due later by as long as it stood. */
export function resumeClock(clock: Clock, at: number): Clock {
  if (clock.stoppedAt === null) return clock;
  return { ...paused(clock, clock.stoppedAt, at), stoppedAt: null };
}

export function endClock(clock: Clock, at: number): Clock {
  return clock.endedAt === null ? { ...resumeClock(clock, at), endedAt: at } : clock;
}

/** What ended it was taken back: it runs on, as if it had stood still since. */
export function reopenClock(clock: Clock, at: number): Clock {
  if (clock.endedAt === null) return clock;
  const open = { ...clock, endedAt: null, reopened: clock.reopened + 1 };
  return clock.pauses.length < clockStopsMax ? paused(open, clock.endedAt, at) : open;
}

/** The time of a receipt never goes back within a log, but it may between two. */
function paused(clock: Clock, from: number, to: number): Clock {
  if (to <= from) return clock;
  return { ...clock, dueAt: clock.dueAt + to - from, pauses: [...clock.pauses, [from, to]] };
}

export function sortClocks(clocks: readonly Clock[]): readonly Clock[] {
  const place = (clock: Clock) => clockNames.indexOf(clock.name) * 2 + clock.owedBy;
  return [...clocks].sort((x, y) => place(x) - place(y));
}

export function isSameClock(x: Clock, y: Clock): boolean {
  return x.name === y.name && x.owedBy === y.owedBy;
}

/** Every clock of two states that crossed: one that only one state has is that one's. */
export function mergeClocks(xs: readonly Clock[], ys: readonly Clock[]): readonly Clock[] {
  const merged = xs.map((x) => {
    const y = ys.find((other) => isSameClock(x, other));
    return y === undefined ? x : mergeClock(x, y);
  });
  return sortClocks([...merged, ...ys.filter((y) => !xs.some((x) => isSameClock(x, y)))]);
}

/**
 * Started at different times: the later start, for it is a new deadline; opened again more often:
 * that one. Otherwise it stands as the table of clocks says, at the earlier end or the later stop;
 * due at the later time of both, or where only one runs, of that one.
 */
function mergeClock(x: Clock, y: Clock): Clock {
  if (x.startedAt !== y.startedAt) return x.startedAt > y.startedAt ? x : y;
  if (x.reopened !== y.reopened) return x.reopened > y.reopened ? x : y;
  const standing = clockMerge[standingOf(x)][standingOf(y)];
  const running = [x, y].filter((clock) => standingOf(clock) === "running");
  const [first = x, second = first] = standing === "running" ? running : [x, y];
  return {
    ...laterDue(first, second),
    stoppedAt: standing === "stopped" ? Math.max(x.stoppedAt ?? 0, y.stoppedAt ?? 0) : null,
    endedAt: standing === "ended" ? Math.min(...ends(x), ...ends(y)) : null,
  };
}

function ends({ endedAt }: Clock): readonly number[] {
  return endedAt === null ? [] : [endedAt];
}

function laterDue(x: Clock, y: Clock): Clock {
  if (x.dueAt !== y.dueAt) return x.dueAt > y.dueAt ? x : y;
  // Equal in all that counts: the order of their text decides, alike on both nodes.
  return JSON.stringify([x.kind, x.desk, x.pauses]) >= JSON.stringify([y.kind, y.desk, y.pauses])
    ? x
    : y;
}
