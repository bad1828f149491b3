/**
 * Goal: what runs is the table of spec/case.md §3, and each cell of it. A changed cell fails here.
 */
import { expect, test } from "vitest";
import { applyMove, type CaseState } from "./case-state.ts";
import { caseKinds, casePhases, clockEffects, clockNames, type Side } from "./case-table.ts";

const periods = { receipt: 1, holding: 2, answer: 3, final: 4, closure: 5 };

function stateIn(phase: (typeof casePhases)[number], proposer: Side): CaseState {
  const talk = phase === "closing";
  const proposers = talk ? [proposer] : [];
  return { phase, proposers, back: talk ? "answered" : null, clocks: [], known: [1, 0] };
}

function allowedFrom(proposer: Side): string[] {
  return casePhases.flatMap((phase) =>
    [...caseKinds].sort().flatMap((kind) =>
      ([0, 1] as const).flatMap((side) => {
        const move = { kind, side, ordinal: 5, at: 100, periods, replyBy: null };
        const result = applyMove(stateIn(phase, proposer), 0, move);
        const role = side === 0 ? "initiator" : "respondent";
        return result.ok ? `${phase}: ${role} ${kind} → ${result.value.phase}` : [];
      }),
    ),
  );
}

const always = ["note", "receipt"];
const both = (phase: string, kind: string, to: string) => [
  `${phase}: initiator ${kind} → ${to}`,
  `${phase}: respondent ${kind} → ${to}`,
];
const answers = (phase: string, holding: string) => [
  `${phase}: respondent answer → answered`,
  `${phase}: respondent decline → declined`,
  `${phase}: respondent holding-reply → ${holding}`,
  `${phase}: respondent not-answerable → not-answerable`,
  ...both(phase, "propose-closure", "closing"),
];
const repairs = (phase: string, to: string) =>
  ["clarification", "correction"].flatMap((kind) => both(phase, kind, to));

const expectedBesidesProposalAnswers = [
  ...answers("opened", "in-hand"),
  ...both("opened", "note", "opened"),
  "opened: initiator receipt → opened",
  "opened: respondent receipt → received",
  "opened: initiator clarification → opened",
  "opened: respondent clarification → received",
  "opened: initiator correction → opened",
  "opened: respondent correction → received",
  ...answers("received", "in-hand"),
  ...answers("in-hand", "in-hand"),
  ...answers("not-answerable", "in-hand"),
  ...answers("answered", "answered"),
  ...answers("declined", "in-hand"),
  ...["received", "in-hand", "answered", "declined"].flatMap((phase) => [
    ...repairs(phase, phase),
    ...always.flatMap((kind) => both(phase, kind, phase)),
  ]),
  "not-answerable: initiator clarification → received",
  "not-answerable: respondent clarification → not-answerable",
  "not-answerable: initiator correction → received",
  "not-answerable: respondent correction → not-answerable",
  ...always.flatMap((kind) => both("not-answerable", kind, "not-answerable")),
  "closing: respondent answer → answered",
  ...repairs("closing", "answered"),
  ...always.flatMap((kind) => both("closing", kind, "closing")),
  ...always.flatMap((kind) => both("closed", kind, "closed")),
];

test("[CASE-4] allows the moves of the table and no other", () => {
  const initiatorProposed = [
    ...expectedBesidesProposalAnswers,
    "closing: respondent agree-closure → closed",
    "closing: respondent reject-closure → answered",
  ];
  expect(allowedFrom(0).sort()).toEqual(initiatorProposed.sort());
});

test("[CASE-8] lets only the party that did not propose agree to closure or reject it", () => {
  const fromOther = allowedFrom(1).filter((line) => /agree|reject/.test(line));
  expect(fromOther).toEqual([
    "closing: initiator agree-closure → closed",
    "closing: initiator reject-closure → answered",
  ]);
});

test("[CASE-9] starts, stops, resumes and ends the clocks that the table of clocks names", () => {
  const lines = Object.entries(clockEffects).flatMap(([kind, byRole]) =>
    Object.entries(byRole).flatMap(([role, effect]) =>
      Object.entries(effect).map(([what, names]) => `${kind} by ${role}: ${what} ${names}`),
    ),
  );
  expect(lines.sort()).toEqual(
    [
      "inquiry by initiator: start receipt,holding,answer,final",
      "receipt by respondent: end receipt",
      "holding-reply by respondent: end receipt,holding",
      "answer by respondent: end receipt,holding,answer",
      "decline by respondent: end receipt,holding,answer,final",
      "not-answerable by respondent: end receipt,holding",
      "not-answerable by respondent: stop answer",
      "clarification by initiator: resume answer",
      "clarification by respondent: end receipt",
      "correction by initiator: resume answer",
      "correction by respondent: end receipt",
      "propose-closure by initiator: start closure",
      "propose-closure by respondent: start closure",
      "propose-closure by respondent: end receipt",
      `agree-closure by initiator: end ${clockNames}`,
      `agree-closure by respondent: end ${clockNames}`,
    ].sort(),
  );
});
