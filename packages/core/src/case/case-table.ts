/**
 * The protocol of a case as data: which kind may be sent by which role in which phase, where it
 * leads, and what it does to the clocks.
 *
 * Both nodes, the checker and the auditor run this table over the same messages, so a change here
 * is a change of the protocol and of spec/case.md §3. A kind that is named in no row moves no case:
 * it may be sent in every phase and changes nothing.
 *
 * @module
 */

/** A party by its place in the channel: 0 is the smaller party name in octet order. */
export type Side = 0 | 1;

/** A party by its role in one case: who opened it, and the other. */
export type CaseRole = "initiator" | "respondent";

/** Phases, the most open first: `mergeStates` of two that crossed takes the earlier in this list. */
export const casePhases = [
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

/** Kinds that open a case: the case is named by the opening message's own `jti`. */
export const openingKinds: ReadonlySet<string> = new Set([
  "early-notice",
  "own-territory-warning",
  "inquiry",
  "call-to-cease",
  "notice-of-measures",
]);

/** Kinds that need a proposal of closure by the other party that is still open. */
export const proposalAnswers: ReadonlySet<string> = new Set(["agree-closure", "reject-closure"]);

/** Where a move leads; `back` is the phase before closure was proposed. */
export type CaseTarget = CasePhase | "back";

/** Where a kind leads, by the role of its author; a role that is absent may not send it. */
export type CaseRow = { readonly [role in CaseRole]?: CaseTarget };

type PhaseRows = Readonly<Record<string, CaseRow>>;

/** Rows that leave the phase as it is, for both roles. */
function staying(phase: CasePhase, ...kinds: readonly string[]): PhaseRows {
  return Object.fromEntries(kinds.map((kind) => [kind, { initiator: phase, respondent: phase }]));
}

/** What the respondent may answer, and either may propose, until closure is discussed. */
const work: PhaseRows = {
  "holding-reply": { respondent: "in-hand" },
  answer: { respondent: "answered" },
  decline: { respondent: "declined" },
  "not-answerable": { respondent: "not-answerable" },
  "propose-closure": { initiator: "closing", respondent: "closing" },
};

const repairs = ["clarification", "correction"] as const;
const repairsReopen: PhaseRows = Object.fromEntries(
  repairs.map((kind) => [kind, { initiator: "received", respondent: "not-answerable" }]),
);
const repairsReceive: PhaseRows = Object.fromEntries(
  repairs.map((kind) => [kind, { initiator: "opened", respondent: "received" }]),
);

/** The table (phase, kind, role) → phase. What is not listed for a phase is refused in it. */
export const caseRules: Readonly<Record<CasePhase, PhaseRows>> = {
  opened: {
    ...work,
    ...staying("opened", "note"),
    ...repairsReceive,
    receipt: { initiator: "opened", respondent: "received" },
  },
  received: { ...work, ...staying("received", "receipt", "note", ...repairs) },
  "in-hand": { ...work, ...staying("in-hand", "receipt", "note", ...repairs) },
  "not-answerable": {
    ...work,
    ...staying("not-answerable", "receipt", "note"),
    ...repairsReopen,
  },
  answered: {
    ...work,
    ...staying("answered", "receipt", "note", ...repairs),
    "holding-reply": { respondent: "answered" },
  },
  declined: { ...work, ...staying("declined", "receipt", "note", ...repairs) },
  closing: {
    ...staying("closing", "receipt", "note"),
    answer: { respondent: "answered" },
    clarification: { initiator: "back", respondent: "back" },
    correction: { initiator: "back", respondent: "back" },
    "agree-closure": { initiator: "closed", respondent: "closed" },
    "reject-closure": { initiator: "back", respondent: "back" },
  },
  closed: staying("closed", "receipt", "note"),
};

/** Kinds that move cases; every other kind, known or not, moves none. */
export const caseKinds: ReadonlySet<string> = new Set([
  ...openingKinds,
  ...Object.values(caseRules).flatMap((rows) => Object.keys(rows)),
]);

/** What a message does to clocks. Leaving `closing` ends `closure` besides. */
export type ClockEffect = {
  readonly start?: readonly ClockName[];
  readonly end?: readonly ClockName[];
  readonly stop?: readonly ClockName[];
  readonly resume?: readonly ClockName[];
};

/** Clock effects by kind and role of the author; what is not listed has none. */
export const clockEffects: Readonly<Record<string, { readonly [role in CaseRole]?: ClockEffect }>> =
  {
    inquiry: { initiator: { start: ["receipt", "holding", "answer", "final"] } },
    receipt: { respondent: { end: ["receipt"] } },
    "holding-reply": { respondent: { end: ["receipt", "holding"] } },
    answer: { respondent: { end: ["receipt", "holding", "answer"] } },
    decline: { respondent: { end: ["receipt", "holding", "answer", "final"] } },
    "not-answerable": { respondent: { end: ["receipt", "holding"], stop: ["answer"] } },
    clarification: { initiator: { resume: ["answer"] }, respondent: { end: ["receipt"] } },
    correction: { initiator: { resume: ["answer"] }, respondent: { end: ["receipt"] } },
    "propose-closure": {
      initiator: { start: ["closure"] },
      respondent: { start: ["closure"], end: ["receipt"] },
    },
    "agree-closure": { initiator: { end: clockNames }, respondent: { end: clockNames } },
  };
