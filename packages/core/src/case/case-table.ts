/**
 * The protocol of a case as data: which move may be made by which role in which phase, where it
 * leads, and what it does to the clocks.
 *
 * Both nodes, the checker and the auditor run these tables over the same messages, so a change here
 * is a change of the protocol; the tables of spec/case.md are made from them. A kind that is named in
 * no row moves no case: it may be sent in every phase and changes nothing.
 *
 * @module
 */

/** A party by its place in the channel: 0 is the smaller party name in octet order. */
export type Side = 0 | 1;

/** A party by its role in one case: who opened it, and the other. */
export type CaseRole = "initiator" | "respondent";
export const caseRoles = ["initiator", "respondent"] as const;

/**
 * Phases, the most open first: of two that crossed the earlier in this list wins. `withdrawn` comes
 * before all, so that nothing that crossed a withdrawal undoes it.
 */
export const casePhases = [
  "withdrawn",
  "opened",
  "received",
  "in-hand",
  "not-answerable",
  "answered",
  "declined",
  "closing",
  "closed",
] as const;
export type CasePhase = (typeof casePhases)[number];

/** Clocks that a case may carry, in the order in which they are listed. */
export const clockNames = ["receipt", "holding", "answer", "final", "closure"] as const;
export type ClockName = (typeof clockNames)[number];

/** Open on one channel at once, live and in exercises together; one more is refused. */
export const openCasesMax = 10_000;

/** Kinds that open a case: the case is named by the opening message's own `jti`. */
export const openingKinds: ReadonlySet<string> = new Set([
  "early-notice",
  "own-territory-warning",
  "inquiry",
  "call-to-cease",
  "notice-of-measures",
]);

/** Asks for a deed: such a case closes by a result, and by nothing else. */
export const assistanceAsks: ReadonlySet<string> = new Set([
  "preserve",
  "mitigate",
  "block",
  "take-down",
]);

/** Outcomes of an answer that are a result of assistance. */
export const assistanceResults: ReadonlySet<string> = new Set(["done", "partly-done", "not-done"]);

/** Phases from which closing a case of assistance may be proposed: there is a result, or no ask. */
export const assistanceSettled: ReadonlySet<CasePhase> = new Set([
  "answered",
  "declined",
  "withdrawn",
]);

/** Phases in which nobody owes anything new: clocks end in them, and none starts or runs on. */
export const quietPhases: ReadonlySet<CasePhase> = new Set(["withdrawn", "closed"]);

/** The columns of the table: a kind, or what a message of it says. */
export const caseMoves = [
  "receipt",
  "holding-reply",
  "answer",
  "answer:plan",
  "decline",
  "not-answerable",
  "clarification",
  "correction",
  "withdrawal:opening",
  "withdrawal:reply",
  "withdrawal",
  "escalation",
  "propose-closure",
  "agree-closure",
  "reject-closure",
  "note",
] as const;
export type MoveName = (typeof caseMoves)[number];

/** Kinds that have a column; every other kind, known or not, moves no case. */
export const caseKinds: ReadonlySet<string> = new Set([
  ...openingKinds,
  ...caseMoves.filter((move) => !move.includes(":")),
]);

/** Moves that need a proposal of closure by the other party that is still open. */
export const proposalAnswers: ReadonlySet<MoveName> = new Set(["agree-closure", "reject-closure"]);

/** Moves that are the respondent's word on the matter: the last one is what can be taken back. */
export const replyMoves: ReadonlySet<MoveName> = new Set([
  "answer",
  "answer:plan",
  "decline",
  "not-answerable",
]);

/** Where a move leads; `back` is the phase before closure was proposed. */
export type CaseTarget = CasePhase | "back";

/** Where a move leads, by the role of its author; a role that is absent may not make it. */
export type CaseRow = { readonly [role in CaseRole]?: CaseTarget };

/** A move that is absent may not be made by anybody. */
type PhaseRow = { readonly [move in MoveName]?: CaseRow };

const both = (initiator: CaseTarget, respondent: CaseTarget = initiator): CaseRow => ({
  initiator,
  respondent,
});
const initiator = (target: CaseTarget): CaseRow => ({ initiator: target });
const respondent = (target: CaseTarget): CaseRow => ({ respondent: target });

/** What is possible while the matter is worked on; `phase` stands unless a move leads elsewhere. */
function working(phase: CasePhase): PhaseRow {
  return {
    receipt: both(phase),
    "holding-reply": respondent("in-hand"),
    answer: respondent("answered"),
    "answer:plan": respondent("in-hand"),
    decline: respondent("declined"),
    "not-answerable": respondent("not-answerable"),
    clarification: both(phase),
    correction: both(phase),
    "withdrawal:opening": initiator("withdrawn"),
    "withdrawal:reply": respondent("in-hand"),
    withdrawal: both(phase),
    escalation: both(phase),
    "propose-closure": both("closing"),
    note: both(phase),
  };
}

/** The table (phase, move, role) → phase. What is not listed for a phase is refused in it. */
export const caseRules: Readonly<Record<CasePhase, PhaseRow>> = {
  withdrawn: {
    receipt: both("withdrawn"),
    answer: respondent("withdrawn"),
    correction: both("withdrawn"),
    "withdrawal:opening": initiator("withdrawn"),
    "withdrawal:reply": respondent("withdrawn"),
    withdrawal: both("withdrawn"),
    "propose-closure": both("closing"),
    note: both("withdrawn"),
  },
  opened: {
    ...working("opened"),
    receipt: both("opened", "received"),
    clarification: both("opened", "received"),
    correction: both("opened", "received"),
    "withdrawal:reply": respondent("received"),
    withdrawal: both("opened", "received"),
    escalation: both("opened", "received"),
  },
  received: { ...working("received"), "withdrawal:reply": respondent("received") },
  "in-hand": working("in-hand"),
  "not-answerable": {
    ...working("not-answerable"),
    clarification: both("received", "not-answerable"),
    correction: both("received", "not-answerable"),
  },
  answered: { ...working("answered"), "holding-reply": respondent("answered") },
  declined: working("declined"),
  closing: {
    receipt: both("closing"),
    answer: respondent("answered"),
    "answer:plan": respondent("in-hand"),
    clarification: both("back"),
    correction: both("back"),
    "withdrawal:opening": initiator("withdrawn"),
    "withdrawal:reply": respondent("in-hand"),
    withdrawal: both("back"),
    "agree-closure": both("closed"),
    "reject-closure": both("back"),
    note: both("closing"),
  },
  closed: {
    receipt: both("closed"),
    correction: both("closed"),
    "withdrawal:opening": initiator("closed"),
    "withdrawal:reply": respondent("closed"),
    withdrawal: both("closed"),
    note: both("closed"),
  },
};

/**
 * What a move does to clocks. `start` is of clocks that the other party then owes; `end` and `stop`
 * are of those that the author owes, `endTheirs` of those that the other party owes. `resume` sets
 * going what was stopped, and `reopen` what had ended, of clocks of the respondent. Leaving
 * `closing` ends `closure` besides, whoever owes it.
 */
export type ClockEffect = {
  readonly start?: readonly ClockName[];
  readonly end?: readonly ClockName[];
  readonly endTheirs?: readonly ClockName[];
  readonly stop?: readonly ClockName[];
  readonly resume?: readonly ClockName[];
  readonly reopen?: readonly ClockName[];
};

/** What an opening or a move starts, ends, stops, resumes; an inquiry that asks nothing is apart. */
export type ClockCause =
  | MoveName
  | "early-notice"
  | "own-territory-warning"
  | "inquiry"
  | "inquiry:nothing"
  | "call-to-cease"
  | "notice-of-measures";

const work = ["receipt", "holding", "answer", "final"] as const;
const toReceive = { initiator: { start: ["receipt"] } } as const;
const toWork = { initiator: { start: work } } as const;
const repair = {
  initiator: { resume: ["answer", "final"] },
  respondent: { end: ["receipt"] },
} as const;

/** Clock effects by cause and role of the author; what is not listed has none. */
export const clockEffects: {
  readonly [cause in ClockCause]?: { readonly [role in CaseRole]?: ClockEffect };
} = {
  "early-notice": toReceive,
  "own-territory-warning": toReceive,
  "inquiry:nothing": toReceive,
  inquiry: toWork,
  "call-to-cease": toWork,
  "notice-of-measures": toWork,
  receipt: { initiator: { end: ["receipt"] }, respondent: { end: ["receipt"] } },
  "holding-reply": { respondent: { end: ["receipt", "holding"], resume: ["answer", "final"] } },
  answer: { respondent: { end: work } },
  "answer:plan": { respondent: { end: ["receipt", "holding", "answer"], resume: ["final"] } },
  decline: { respondent: { end: work } },
  "not-answerable": { respondent: { end: ["receipt", "holding"], stop: ["answer", "final"] } },
  clarification: repair,
  correction: repair,
  "withdrawal:opening": { initiator: { endTheirs: clockNames } },
  "withdrawal:reply": {
    respondent: {
      end: ["receipt"],
      resume: ["answer", "final"],
      reopen: ["answer", "final"],
    },
  },
  escalation: {
    initiator: { start: ["receipt"] },
    respondent: { start: ["receipt"], end: ["receipt"] },
  },
  "propose-closure": {
    initiator: { start: ["closure"] },
    respondent: { start: ["closure"], end: ["receipt"] },
  },
  "agree-closure": {
    initiator: { end: clockNames, endTheirs: clockNames },
    respondent: { end: clockNames, endTheirs: clockNames },
  },
};
