/**
 * Histories that lead to each phase, and the moves that a table of spec/case.md is asked about.
 */
import type { Clock } from "@parley/core/case/case-clock";
import {
  type CasePhase,
  type CaseRole,
  clockNames,
  type MoveName,
  type Side,
} from "@parley/core/case/case-table";
import type { FoldMessage } from "@parley/core/case/fold-entry";
import { CasePlay } from "@parley/testkit/case-play";

export const sideOf: Readonly<Record<CaseRole, Side>> = { initiator: 0, respondent: 1 };

const outcome = (value: string) => ({ says: { what: "outcome", outcome: value } }) as const;
const whole = { says: { what: "withdrawal", isWhole: true } } as const;

/** Each side's note, which it may take back. */
const notes = { initiator: "n0", respondent: "n1" } as const;

/** What a message of the move says, besides its kind. */
export function sayingsOf(move: MoveName, role: CaseRole): Partial<FoldMessage> {
  switch (move) {
    case "answer":
      return outcome("nothing-found");
    case "answer:plan":
      return outcome("planned");
    case "withdrawal:opening":
      return { answers: "q", ...whole };
    case "withdrawal:reply":
      return { answers: "r", ...whole };
    case "withdrawal":
      return { answers: notes[role], ...whole };
    case "correction":
      return { answers: notes[role] };
    case "escalation":
      return { to: "watch", says: { what: "escalation", from: ["technical"] } };
    default:
      return {};
  }
}

export function kindOf(move: MoveName): string {
  return move.split(":")[0] ?? move;
}

/**
 * A case in this phase, in which both have said a note and R has a reply that it may take back.
 *
 * @param proposer - Who proposed closure, where it was.
 */
export function playTo(phase: CasePhase, proposer: CaseRole): CasePlay {
  const play = new CasePlay();
  const noted = (role: CaseRole) => play.say(sideOf[role], "note", { jti: notes[role] });
  const reply = (kind: string, more: Partial<FoldMessage> = {}) =>
    play.say(1, kind, { jti: "r", ...more });
  noted("initiator");
  noted("respondent");
  switch (phase) {
    case "opened":
      // What R says crosses a correction, which leaves the case as open as it was.
      reply("not-answerable");
      play.say(0, "correction", { answers: "n0", seen: 1 });
      return play;
    case "received":
      reply("not-answerable");
      play.say(0, "clarification");
      return play;
    case "in-hand":
      reply("answer", outcome("planned"));
      return play;
    case "not-answerable":
      reply("not-answerable");
      return play;
    case "declined":
      reply("decline");
      return play;
    default:
      break;
  }
  reply("answer", outcome("nothing-found"));
  if (phase === "withdrawn") play.say(0, "withdrawal", { answers: "q", ...whole });
  if (phase === "closing" || phase === "closed") play.say(sideOf[proposer], "propose-closure");
  if (phase === "closed") play.say(proposer === "initiator" ? 1 : 0, "agree-closure");
  return play;
}

/** Every clock of both sides, as `change` has it. */
export function everyClock(change: Partial<Clock>): readonly Clock[] {
  return clockNames.flatMap((name) =>
    ([0, 1] as const).map((owedBy) => ({
      ...{ name, owedBy, kind: "inquiry", desk: "technical", startedAt: 100, dueAt: 9_000 },
      ...{ stoppedAt: null, endedAt: null, reopened: 0, pauses: [], ...change },
    })),
  );
}
