/**
 * When desks of one party were suspended, by kind, and for how long a clock stood still by it.
 *
 * A suspension begins at its own receipt and ends at that of the first resumption that answers it.
 * Tests of the link go on unless a suspension names them. Spec: spec/case.md §5.
 *
 * @module
 */
import type { Clock } from "./case-clock.ts";
import { dayOf } from "./day-counts.ts";
import type { FoldMessage } from "./fold-entry.ts";

/** Of one party in one UTC day of receipt; what exceeds it stops no clock. */
export const suspensionsPerDayMax = 32;

/** `until` is null while it lasts. POSIX seconds, from receipts. */
export interface Suspension {
  readonly jti: string;
  readonly from: number;
  readonly until: number | null;
  readonly desks: readonly string[];
  readonly kinds: "all" | readonly string[];
}

type Span = readonly [from: number, to: number];

/** What "all" leaves out: the tests say that a link lives, whoever is at a desk. */
const unlessNamed: ReadonlySet<string> = new Set(["link-test", "link-answer"]);

export function covers({ desks, kinds }: Suspension, desk: string, kind: string): boolean {
  if (!desks.includes(desk)) return false;
  return kinds === "all" ? !unlessNamed.has(kind) : kinds.includes(kind);
}

/** Whether tests of the link, or answers to them, are suspended by their name, at whatever desk. */
export function isNamedNow(suspensions: readonly Suspension[], kind: string): boolean {
  return suspensions.some(({ until, kinds }) => {
    return until === null && kinds !== "all" && kinds.includes(kind);
  });
}

/** What suspensions do to a clock. */
export interface SuspendedClock {
  /** Seconds by which it is due later, for suspensions that are over. */
  readonly seconds: number;
  /** Since when it stands still; null if it does not. */
  readonly since: number | null;
}

/** @param suspensions - Of the party that owes the clock, in log order. */
export function suspendedClock(clock: Clock, suspensions: readonly Suspension[]): SuspendedClock {
  const those = suspensions.filter((one) => covers(one, clock.desk, clock.kind));
  const open = those.filter(({ until }) => until === null).map(({ from }) => from);
  const lasts = open.length > 0 && clock.endedAt === null && clock.stoppedAt === null;
  const since = lasts ? Math.max(clock.startedAt, Math.min(...open)) : null;
  const end = clock.endedAt ?? clock.stoppedAt ?? since ?? Number.POSITIVE_INFINITY;
  const spans = spansOf(clock, those, end);
  const paused = clock.pauses.reduce((sum, pause) => sum + overlap(spans, pause), 0);
  return { seconds: spans.reduce((sum, [from, to]) => sum + to - from, 0) - paused, since };
}

/** Apart from one another and rising, cut to where the clock began and to `end`. */
function spansOf(clock: Clock, suspensions: readonly Suspension[], end: number): readonly Span[] {
  const merged: [number, number][] = [];
  for (const one of suspensions) {
    const from = Math.max(one.from, clock.startedAt);
    const to = Math.min(one.until ?? end, end);
    if (to <= from) continue;
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function overlap(spans: readonly Span[], [from, to]: Span): number {
  return spans.reduce((sum, span) => {
    return sum + Math.max(0, Math.min(span[1], to) - Math.max(span[0], from));
  }, 0);
}

/** A suspension, or a resumption, which suspends nothing. JSON as it stands. */
export interface PauseNotice {
  readonly ordinal: number;
  readonly jti: string;
  /** When it was received. POSIX seconds. */
  readonly at: number;
  readonly answers: string | null;
  readonly suspends: Pick<Suspension, "desks" | "kinds"> | null;
}

/** The suspensions and resumptions of one party that stand. */
export class Pauses {
  #notices: readonly PauseNotice[];
  #suspensions: readonly Suspension[];

  constructor(notices: readonly PauseNotice[]) {
    this.#notices = notices;
    this.#suspensions = suspensionsOf(notices);
  }

  /** In log order. */
  get notices(): readonly PauseNotice[] {
    return this.#notices;
  }

  get suspensions(): readonly Suspension[] {
    return this.#suspensions;
  }

  /** @returns Whether it is one that counts: of another kind, nothing is changed. */
  add(ordinal: number, at: number, { kind, jti, answers, says }: FoldMessage): boolean {
    if (kind !== "suspension" && kind !== "resumption") return false;
    const suspends = says?.what === "suspension" ? { desks: says.desks, kinds: says.kinds } : null;
    this.#set([...this.#notices, { ordinal, jti, at, answers, suspends }]);
    return true;
  }

  /** The peer refused it. @returns Whether it was one. */
  remove(ordinal: number): boolean {
    const left = this.#notices.filter((notice) => notice.ordinal !== ordinal);
    if (left.length === this.#notices.length) return false;
    this.#set(left);
    return true;
  }

  #set(notices: readonly PauseNotice[]): void {
    this.#notices = notices;
    this.#suspensions = suspensionsOf(notices);
  }
}

/** @param notices - Of one party, those that stand, in log order. */
function suspensionsOf(notices: readonly PauseNotice[]): readonly Suspension[] {
  const made = new Map<string, Suspension>();
  const ofDay = new Map<number, number>();
  for (const { jti, at, answers, suspends } of notices) {
    if (suspends !== null) {
      const count = (ofDay.get(dayOf(at)) ?? 0) + 1;
      ofDay.set(dayOf(at), count);
      if (count <= suspensionsPerDayMax) made.set(jti, { jti, from: at, until: null, ...suspends });
      continue;
    }
    const ended = answers === null ? undefined : made.get(answers);
    if (ended?.until === null) made.set(ended.jti, { ...ended, until: at });
  }
  return [...made.values()];
}
