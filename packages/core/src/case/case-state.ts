/**
 * The state of a case after a message, and the merge of two states that crossed.
 *
 * Pure and integers only: the canonical JSON of a state is equal on both nodes (spec/case.md §4).
 *
 * @module
 */

import { accept, type Result, refuse } from "../result.ts";
import {
  type Clock,
  endClock,
  mergeClocks,
  reopenClock,
  resumeClock,
  sortClocks,
  stopClock,
} from "./case-clock.ts";
import { phaseMerge } from "./case-merge.ts";
import {
  assistanceAsks,
  assistanceResults,
  assistanceSettled,
  type CasePhase,
  type CaseRole,
  type CaseTarget,
  type ClockCause,
  type ClockEffect,
  type ClockName,
  type caseMoves,
  caseRules,
  clockEffects,
  type MoveName,
  proposalAnswers,
  quietPhases,
  replyMoves,
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

/** `proposers` and `back` speak of closure and are empty and null outside `closing`. */
export interface CaseState {
  readonly phase: CasePhase;
  readonly initiator: Side;
  /** The opening asks for a deed, so that only a result closes the case. */
  readonly isAssistance: boolean;
  /** The desk at which the case stands, and how often it was raised. */
  readonly desk: string;
  readonly level: number;
  /** Ordinal of the respondent's last answer, decline or "not answerable", unless taken back. */
  readonly reply: number | null;
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
  readonly to: string;
  readonly ask: string | null;
  /** Of an answer. */
  readonly outcome: string | null;
  /** Of a withdrawal as a whole: what it takes back; the ordinal of another message of its author. */
  readonly takesBack: "opening" | number | null;
  /** Of an escalation: the desks from which the agreement leads to `to`. */
  readonly escalatesFrom: readonly string[];
  readonly periods: ClockPeriods;
  readonly replyBy: number | null;
}

export type CaseRefusal =
  | "case.move-not-allowed"
  | "case.no-result"
  | "case.wrong-desk"
  | "case.wrong-role";

/** The state that opens a case. */
export function openCase(move: CaseMove): CaseState {
  const asksNothing = move.kind === "inquiry" && move.ask === "nothing";
  const cause = (asksNothing ? "inquiry:nothing" : move.kind) as ClockCause;
  return {
    phase: "opened",
    initiator: move.side,
    isAssistance: move.ask !== null && assistanceAsks.has(move.ask),
    desk: move.to,
    level: 0,
    reply: null,
    proposers: [],
    back: null,
    clocks: applyEffect({ clocks: [], initiator: move.side }, move, clockEffects[cause]?.initiator),
    known: move.side === 0 ? [move.ordinal + 1, 0] : [0, move.ordinal + 1],
  };
}

/**
 * Applies one move to the view its author had.
 *
 * @returns The post-state; or `case.move-not-allowed` if the phase has no such move,
 *   `case.wrong-role` if it is not for this role or not for the party that proposed,
 *   `case.wrong-desk` if it raises the case to another desk than the next, `case.no-result` if the
 *   case is one of assistance and an answer says no result, or closure is proposed without one.
 */
export function applyMove(view: CaseState, move: CaseMove): Result<CaseState, CaseRefusal> {
  const name = moveOf(view, move);
  const row = caseRules[view.phase][name];
  if (row === undefined) return refuse("case.move-not-allowed", `${name} in ${view.phase}`);
  const role: CaseRole = move.side === view.initiator ? "initiator" : "respondent";
  const target = row[role];
  if (target === undefined) return refuse("case.wrong-role", `${name} by the ${role}`);
  if (proposalAnswers.has(name) && !view.proposers.some((side) => side !== move.side)) {
    return refuse("case.wrong-role", `${name} by the only proposer`);
  }
  if (name === "escalation" && !move.escalatesFrom.includes(view.desk)) {
    return refuse("case.wrong-desk", "not the desk after the one at which the case stands");
  }
  if (view.isAssistance && lacksResult(view, name, move)) {
    return refuse("case.no-result", `${name} without a result`);
  }
  return accept(moved(view, move, { name, role, phase: phaseOf(view, target) }));
}

/** A kind that moves no case still makes its author's last word a later one. */
export function remarked(view: CaseState, move: CaseMove): CaseState {
  return { ...view, known: withKnown(view.known, move) };
}

/** @param move - Of a kind that has a column in the table. */
function moveOf(view: CaseState, { kind, side, outcome, takesBack }: CaseMove): MoveName {
  if (kind === "answer" && outcome === "planned") return "answer:plan";
  if (kind !== "withdrawal" || takesBack === null) return kind as (typeof caseMoves)[number];
  if (takesBack === "opening") return "withdrawal:opening";
  // Ordinals are of one log: that of the initiator has others.
  const isReply = side !== view.initiator && takesBack === view.reply;
  return isReply ? "withdrawal:reply" : "withdrawal";
}

function lacksResult(view: CaseState, name: MoveName, { outcome }: CaseMove): boolean {
  if (name === "propose-closure") return !assistanceSettled.has(view.phase);
  if (quietPhases.has(view.phase)) return false;
  return name === "answer" && (outcome === null || !assistanceResults.has(outcome));
}

function phaseOf(view: CaseState, target: CaseTarget): CasePhase {
  if (target !== "back") return target;
  return view.back ?? view.phase;
}

function moved(
  view: CaseState,
  move: CaseMove,
  after: { readonly name: MoveName; readonly role: CaseRole; readonly phase: CasePhase },
): CaseState {
  const { name, role, phase } = after;
  const leaves = view.phase === "closing" && phase !== "closing";
  const enters = view.phase !== "closing" && phase === "closing";
  const talk = phase === "closing";
  const clocks = applyEffect(view, move, effectIn(phase, clockEffects[name]?.[role]));
  const raised = name === "escalation";
  return {
    ...view,
    phase,
    desk: raised ? move.to : view.desk,
    level: raised ? view.level + 1 : view.level,
    reply: replyAfter(view, name, move),
    proposers: enters ? [move.side] : talk ? view.proposers : [],
    back: enters ? view.phase : talk ? view.back : null,
    clocks: leaves ? clocks.map((each) => endNamed(each, ["closure"], move.at)) : clocks,
    known: withKnown(view.known, move),
  };
}

function replyAfter(view: CaseState, name: MoveName, { ordinal }: CaseMove): number | null {
  if (replyMoves.has(name)) return ordinal;
  return name === "withdrawal:reply" ? null : view.reply;
}

/** In a case that is withdrawn or closed clocks end, and do nothing else. */
function effectIn(phase: CasePhase, effect: ClockEffect = {}): ClockEffect {
  if (!quietPhases.has(phase)) return effect;
  return { end: effect.end ?? [], endTheirs: effect.endTheirs ?? [] };
}

function withKnown(known: readonly [number, number], move: CaseMove): readonly [number, number] {
  const next = move.ordinal + 1;
  return move.side === 0
    ? [Math.max(known[0], next), known[1]]
    : [known[0], Math.max(known[1], next)];
}

function applyEffect(
  { clocks, initiator }: Pick<CaseState, "clocks" | "initiator">,
  move: CaseMove,
  effect: ClockEffect = {},
): readonly Clock[] {
  const { at, side } = move;
  const { start = [], end = [], endTheirs = [], stop = [], resume = [], reopen = [] } = effect;
  const changed = clocks.map((clock) => {
    const mine = clock.owedBy === side;
    let after = endNamed(clock, mine ? end : endTheirs, at);
    if (mine && stop.includes(clock.name)) after = stopClock(after, at);
    if (clock.owedBy === initiator) return after;
    if (resume.includes(clock.name)) after = resumeClock(after, at);
    return reopen.includes(clock.name) ? reopenClock(after, at) : after;
  });
  return sortClocks(
    start.reduce<readonly Clock[]>((all, name) => started(all, name, move), changed),
  );
}

/** A clock that has not ended goes on: to ask again does not put off what is owed already. */
function started(clocks: readonly Clock[], name: ClockName, move: CaseMove): readonly Clock[] {
  const period = move.periods[name];
  if (period === null) return clocks;
  const owedBy: Side = move.side === 0 ? 1 : 0;
  const isIt = (clock: Clock) => clock.name === name && clock.owedBy === owedBy;
  if (clocks.some((clock) => isIt(clock) && clock.endedAt === null)) return clocks;
  return [...clocks.filter((clock) => !isIt(clock)), startClock(name, move, period)];
}

/** `replyBy` may lengthen the agreement's time for a substantive answer, never shorten it. */
function startClock(name: ClockName, move: CaseMove, periodSeconds: number): Clock {
  const { kind, to: desk, at: startedAt, replyBy } = move;
  const agreed = startedAt + periodSeconds;
  const dueAt = name === "answer" ? Math.max(agreed, replyBy ?? agreed) : agreed;
  const owedBy: Side = move.side === 0 ? 1 : 0;
  const fresh = { stoppedAt: null, endedAt: null, reopened: 0, pauses: [] };
  return { name, owedBy, kind, desk, startedAt, dueAt, ...fresh };
}

function endNamed(clock: Clock, names: readonly ClockName[], at: number): Clock {
  return names.includes(clock.name) ? endClock(clock, at) : clock;
}

/** Whether `x` knows every message of the case that `y` knows. */
export function includesState(x: CaseState, y: CaseState): boolean {
  return x.known[0] >= y.known[0] && x.known[1] >= y.known[1];
}

/**
 * The state in which both `x` and `y` happened: commutative and idempotent (spec/case.md §4).
 *
 * If one knows all that the other knows, it is the later and stands. Otherwise they crossed: the
 * more open phase wins, and each clock as case-clock.ts says; a proposal of closure that lost to a
 * more open phase takes its clock with it. What the respondent last replied is known better by the
 * state that knows more of the respondent's messages; where the case stands, by the one that was
 * raised more often.
 */
export function mergeStates(x: CaseState, y: CaseState): CaseState {
  if (includesState(x, y)) return x;
  if (includesState(y, x)) return y;
  const phase = phaseMerge[x.phase][y.phase];
  const talks = [x, y].filter((state) => phase === "closing" && state.phase === "closing");
  const backs = talks.flatMap((state) => (state.back === null ? [] : [state.back]));
  const [back = null, otherBack = back] = backs;
  const respondent: Side = x.initiator === 0 ? 1 : 0;
  const higher = isHigher(x, y) ? x : y;
  return {
    phase,
    initiator: x.initiator,
    isAssistance: x.isAssistance,
    desk: higher.desk,
    level: higher.level,
    reply: x.known[respondent] > y.known[respondent] ? x.reply : y.reply,
    proposers: ([0, 1] as const).filter((side) =>
      talks.some((state) => state.proposers.includes(side)),
    ),
    back: back === null || otherBack === null ? null : phaseMerge[back][otherBack],
    clocks: mergeClocks(x.clocks, y.clocks).filter(
      (clock) => clock.name !== "closure" || clock.endedAt !== null || phase === "closing",
    ),
    known: [Math.max(x.known[0], y.known[0]), Math.max(x.known[1], y.known[1])],
  };
}

function isHigher(x: CaseState, y: CaseState): boolean {
  return x.level === y.level ? x.desk < y.desk : x.level > y.level;
}
