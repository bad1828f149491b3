/**
 * The state of a case after a message, and the merge of two states that crossed.
 *
 * Pure and integers only: the canonical JSON of a state is equal on both nodes (spec/case.md §4).
 *
 * @module
 */

import { accept, type Result, refuse } from "../result.ts";
import {
  type CasePhase,
  type CaseRole,
  type CaseTarget,
  type ClockName,
  casePhases,
  caseRules,
  clockEffects,
  clockNames,
  proposalAnswers,
  type Side,
} from "./case-table.ts";

/** Periods of the agreement version that a message names; seconds. `null`: no such clock. */
export interface ClockPeriods {
  readonly receipt: number | null;
  readonly holding: number | null;
  readonly answer: number | null;
  readonly final: number | null;
  readonly closure: number | null;
}

/**
 * One deadline. Times are POSIX seconds, from receipts. `endedAt` and `stoppedAt` are null while
 * it runs; an ended clock is never resumed. "Overdue" is not stored: it is `dueAt` < end or now.
 */
export interface Clock {
  readonly name: ClockName;
  readonly owedBy: Side;
  readonly startedAt: number;
  readonly dueAt: number;
  readonly stoppedAt: number | null;
  readonly endedAt: number | null;
}

/** `proposers` and `back` speak of closure and are empty and null outside `closing`. */
export interface CaseState {
  readonly phase: CasePhase;
  readonly proposers: readonly Side[];
  readonly back: CasePhase | null;
  readonly clocks: readonly Clock[];
  /** By side: one more than the ordinal of its last message in the case that this state knows. */
  readonly known: readonly [number, number];
}

/** A move as the table sees it. `at` is the receipt time of its entry. */
export interface CaseMove {
  readonly kind: string;
  readonly side: Side;
  readonly ordinal: number;
  readonly at: number;
  readonly periods: ClockPeriods;
  readonly replyBy: number | null;
}

export type CaseRefusal = "case.move-not-allowed" | "case.wrong-role";

/** The state that opens a case. */
export function openCase(move: CaseMove): CaseState {
  return {
    phase: "opened",
    proposers: [],
    back: null,
    clocks: applyClocks([], move, "initiator"),
    known: move.side === 0 ? [move.ordinal + 1, 0] : [0, move.ordinal + 1],
  };
}

/**
 * Applies one move to the view its author had.
 *
 * @returns The post-state; or `case.move-not-allowed` if the phase has no such move,
 *   `case.wrong-role` if it is not for this role or not for the party that proposed.
 */
export function applyMove(
  view: CaseState,
  initiator: Side,
  move: CaseMove,
): Result<CaseState, CaseRefusal> {
  const row = caseRules[view.phase][move.kind];
  if (row === undefined) return refuse("case.move-not-allowed", `${move.kind} in ${view.phase}`);
  const role: CaseRole = move.side === initiator ? "initiator" : "respondent";
  const target = row[role];
  if (target === undefined) return refuse("case.wrong-role", `${move.kind} by the ${role}`);
  if (proposalAnswers.has(move.kind) && !view.proposers.some((side) => side !== move.side)) {
    return refuse("case.wrong-role", `${move.kind} by the only proposer`);
  }
  return accept(moved(view, move, { role, phase: phaseOf(view, target) }));
}

/** A kind that moves no case still makes its author's last word a later one. */
export function remarked(view: CaseState, move: CaseMove): CaseState {
  return { ...view, known: withKnown(view.known, move) };
}

function phaseOf(view: CaseState, target: CaseTarget): CasePhase {
  if (target !== "back") return target;
  return view.back ?? view.phase;
}

function moved(
  view: CaseState,
  move: CaseMove,
  after: { readonly role: CaseRole; readonly phase: CasePhase },
): CaseState {
  const clocks = applyClocks(view.clocks, move, after.role);
  const leaves = view.phase === "closing" && after.phase !== "closing";
  const enters = view.phase !== "closing" && after.phase === "closing";
  const talk = after.phase === "closing";
  return {
    phase: after.phase,
    proposers: enters ? [move.side] : talk ? view.proposers : [],
    back: enters ? view.phase : talk ? view.back : null,
    clocks: leaves ? endClocks(clocks, ["closure"], move.at) : clocks,
    known: withKnown(view.known, move),
  };
}

function withKnown(known: readonly [number, number], move: CaseMove): readonly [number, number] {
  const next = move.ordinal + 1;
  return move.side === 0
    ? [Math.max(known[0], next), known[1]]
    : [known[0], Math.max(known[1], next)];
}

function applyClocks(clocks: readonly Clock[], move: CaseMove, role: CaseRole): readonly Clock[] {
  const effect = clockEffects[move.kind]?.[role];
  if (effect === undefined) return clocks;
  let after = endClocks(clocks, effect.end ?? [], move.at);
  after = after.map((clock) =>
    effect.stop?.includes(clock.name) && clock.endedAt === null && clock.stoppedAt === null
      ? { ...clock, stoppedAt: move.at }
      : clock,
  );
  after = after.map((clock) =>
    effect.resume?.includes(clock.name) ? resumed(clock, move.at) : clock,
  );
  for (const name of effect.start ?? []) {
    const period = move.periods[name];
    if (period === null) continue;
    after = [...after.filter((clock) => clock.name !== name), startClock(name, move, period)];
  }
  return sortClocks(after);
}

/** `replyBy` may lengthen the agreement's time for a substantive answer, never shorten it. */
function startClock(name: ClockName, move: CaseMove, periodSeconds: number): Clock {
  const agreed = move.at + periodSeconds;
  const dueAt = name === "answer" ? Math.max(agreed, move.replyBy ?? agreed) : agreed;
  const owedBy: Side = move.side === 0 ? 1 : 0;
  return { name, owedBy, startedAt: move.at, dueAt, stoppedAt: null, endedAt: null };
}

/** A clock that stood still is due later by as long as it stood. */
function resumed(clock: Clock, at: number): Clock {
  if (clock.stoppedAt === null || clock.endedAt !== null) return clock;
  return { ...clock, dueAt: clock.dueAt + Math.max(0, at - clock.stoppedAt), stoppedAt: null };
}

function endClocks(
  clocks: readonly Clock[],
  names: readonly ClockName[],
  at: number,
): readonly Clock[] {
  return clocks.map((clock) =>
    names.includes(clock.name) && clock.endedAt === null ? { ...clock, endedAt: at } : clock,
  );
}

function sortClocks(clocks: readonly Clock[]): readonly Clock[] {
  return [...clocks].sort((x, y) => clockNames.indexOf(x.name) - clockNames.indexOf(y.name));
}

/** Whether `x` knows every message of the case that `y` knows. */
export function includesState(x: CaseState, y: CaseState): boolean {
  return x.known[0] >= y.known[0] && x.known[1] >= y.known[1];
}

/**
 * The state in which both `x` and `y` happened: commutative and idempotent (spec/case.md §4).
 *
 * If one knows all that the other knows, it is the later and stands. Otherwise they crossed: the
 * more open phase wins, and each clock as {@link mergeClock} says; a proposal of closure that lost
 * to a more open phase takes its clock with it.
 */
export function mergeStates(x: CaseState, y: CaseState): CaseState {
  if (includesState(x, y)) return x;
  if (includesState(y, x)) return y;
  const phase = moreOpen(x.phase, y.phase);
  const talks = [x, y].filter((state) => phase === "closing" && state.phase === "closing");
  const proposers = ([0, 1] as const).filter((side) =>
    talks.some((state) => state.proposers.includes(side)),
  );
  const backs = talks.flatMap((state) => (state.back === null ? [] : [state.back]));
  return {
    phase,
    proposers,
    back: backs.length === 0 ? null : backs.reduce(moreOpen),
    clocks: mergeClocks(x.clocks, y.clocks).filter(
      (clock) => clock.name !== "closure" || clock.endedAt !== null || phase === "closing",
    ),
    known: [Math.max(x.known[0], y.known[0]), Math.max(x.known[1], y.known[1])],
  };
}

function moreOpen(x: CasePhase, y: CasePhase): CasePhase {
  return casePhases.indexOf(x) <= casePhases.indexOf(y) ? x : y;
}

function mergeClocks(xs: readonly Clock[], ys: readonly Clock[]): readonly Clock[] {
  return clockNames.flatMap((name) => {
    const x = xs.find((clock) => clock.name === name);
    const y = ys.find((clock) => clock.name === name);
    if (x === undefined) return y === undefined ? [] : [y];
    return [y === undefined ? x : mergeClock(x, y)];
  });
}

/**
 * One clock of two states that crossed. Started at different times: the later start (it is a new
 * deadline). Otherwise ended in either: ended, at the earlier end. Otherwise it runs if it runs in
 * either, with the later due time of those that run; stopped in both: at the later stop.
 */
function mergeClock(x: Clock, y: Clock): Clock {
  if (x.startedAt !== y.startedAt) return x.startedAt > y.startedAt ? x : y;
  if (x.owedBy !== y.owedBy) return x.owedBy < y.owedBy ? x : y;
  const runs = [x, y].filter((clock) => clock.stoppedAt === null);
  const dueAt = Math.max(...(runs.length === 0 ? [x, y] : runs).map((clock) => clock.dueAt));
  const ends = [x, y].flatMap((clock) => (clock.endedAt === null ? [] : [clock.endedAt]));
  const stops = [x, y].flatMap((clock) => (clock.stoppedAt === null ? [] : [clock.stoppedAt]));
  return {
    ...x,
    dueAt,
    stoppedAt: runs.length > 0 ? null : Math.max(...stops),
    endedAt: ends.length === 0 ? null : Math.min(...ends),
  };
}
