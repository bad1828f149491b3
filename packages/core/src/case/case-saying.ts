/**
 * What a message says beyond its kind, as far as cases and clocks go by it; nothing else of a body
 * is looked at by a fold.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { Block } from "../message/message.ts";

export type CaseSaying =
  /** Of an answer. */
  | { readonly what: "outcome"; readonly outcome: string }
  /** Of a withdrawal: the message as a whole is taken back, not some of its items. */
  | { readonly what: "withdrawal"; readonly isWhole: boolean }
  /** Of an escalation: the desks from which the agreement leads to the one it is addressed to. */
  | { readonly what: "escalation"; readonly from: readonly string[] }
  /** Of a suspension: desks of its author, and kinds. */
  | {
      readonly what: "suspension";
      readonly desks: readonly string[];
      readonly kinds: "all" | readonly string[];
    };

/**
 * @param kind - Known here, without its version; `blocks` are as the kind has them.
 * @param deskBelow - The desks that escalate to this one, by the agreement that the message names.
 */
export function sayingOf(
  kind: string,
  blocks: readonly Pick<Block, "name" | "value">[],
  escalation: { readonly to: string; deskBelow(desk: string): readonly string[] },
): CaseSaying | undefined {
  const own = blocks.find(({ name }) => name === "fact" || name === "notice")?.value ?? {};
  switch (kind) {
    case "answer":
      return { what: "outcome", outcome: String(own["outcome"]) };
    case "withdrawal":
      return { what: "withdrawal", isWhole: listOf(own["items"]).length === 0 };
    case "escalation":
      return { what: "escalation", from: escalation.deskBelow(escalation.to) };
    case "suspension": {
      const kinds = own["kinds"] === "all" ? "all" : listOf(own["kinds"]).map(String);
      return { what: "suspension", desks: listOf(own["desks"]).map(String), kinds };
    }
    default:
      return undefined;
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
