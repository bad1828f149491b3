/**
 * When a question counts as dealt with, in every count and proof alike.
 *
 * @module
 */
import type { CaseRecord } from "../case/case-fold.ts";

/** Kinds with which a question is dealt with, whatever the answer is. */
export const answeringKinds: readonly string[] = ["answer", "decline", "not-answerable"];

/** Whether the party that was asked has said a word of {@link answeringKinds} that stands. */
export function isAnswered({ initiator, messages }: CaseRecord): boolean {
  return messages[initiator === 0 ? 1 : 0].some(
    ({ kind, verdict }) => verdict.stands && answeringKinds.includes(kind),
  );
}
