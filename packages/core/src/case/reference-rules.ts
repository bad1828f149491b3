/**
 * What a message may name by `answers`, by its kind: whose message, of which kind, at which desk.
 *
 * Spec: spec/case.md §2.
 *
 * @module
 */
import type { Side } from "./case-table.ts";
import type { FoldMessage } from "./fold-entry.ts";
import type { EntryStanding } from "./standings.ts";

/** Kinds that speak of a message of their own author. */
const aboutOwn: ReadonlySet<string> = new Set(["correction", "withdrawal", "resumption"]);
/** Kinds that go to the desk that has what they speak of, so that they reach whoever got it. */
const toSameDesk: ReadonlySet<string> = new Set(["correction", "withdrawal"]);

/**
 * @param answered - What it names: of `side` itself or seen by it, and not refused by the peer.
 * @returns Null if it may; else the code.
 */
export function unfitReference(
  side: Side,
  { kind, to, case: caseId }: FoldMessage,
  answered: EntryStanding,
): "case.unknown-reference" | "case.wrong-desk" | null {
  const isOwn = answered.side === side;
  // Nobody confirms for the other that something was received, or takes back what the other said.
  if (isOwn ? kind === "receipt" : aboutOwn.has(kind)) return "case.unknown-reference";
  if (kind === "resumption" && answered.message?.kind !== "suspension") {
    return "case.unknown-reference";
  }
  if (answered.caseId !== caseId) return "case.unknown-reference";
  return toSameDesk.has(kind) && answered.message?.to !== to ? "case.wrong-desk" : null;
}
