/**
 * From an entry's standing to a message of its case, with the move that it makes.
 *
 * @module
 */
import type { UnjudgedMessage } from "./case-fold.ts";
import type { CaseMove } from "./case-state.ts";
import type { FoldMessage } from "./fold-entry.ts";
import type { EntryStanding } from "./standings.ts";

type Place = Pick<EntryStanding, "side" | "ordinal" | "receivedAt" | "seenMax">;

/**
 * @param answered - What the message names by `answers`, if that is here.
 * @param unfit - Why its reference is none; null if it is one, or there is none.
 */
export function toCaseMessage(
  { side, ordinal, receivedAt, seenMax }: Place,
  message: FoldMessage,
  {
    answered,
    unfit,
  }: { readonly answered: EntryStanding | undefined; readonly unfit: string | null },
): UnjudgedMessage {
  const { jti, kind, to, answers, ask, severity, seen, iat, periods, replyBy, says } = message;
  const isWhole = says?.what === "withdrawal" && says.isWhole;
  const takesBack: CaseMove["takesBack"] =
    answers === message.case ? "opening" : (answered?.ordinal ?? null);
  const move: CaseMove = {
    ...{ kind, side, ordinal, at: receivedAt, to, ask, periods, replyBy },
    outcome: says?.what === "outcome" ? says.outcome : null,
    takesBack: isWhole ? takesBack : null,
    escalatesFrom: says?.what === "escalation" ? says.from : [],
  };
  const about = { jti, kind, to, side, ordinal, answers, ask, severity, seen, iat };
  return { ...about, seenMax, move, unfit, voidedAs: null };
}
