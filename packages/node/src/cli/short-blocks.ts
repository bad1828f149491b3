/**
 * The blocks of kinds that need no file: one text, or none.
 *
 * @module
 */
import type { KindName } from "@parley/core/kind/kinds";
import type { JsonObject } from "@parley/core/message/members";
import type { Language } from "../config.ts";

export interface ShortWords {
  readonly lang: Language;
  readonly text: string | undefined;
  readonly tlp: string;
  /** POSIX seconds. */
  readonly now: number;
}

/** A day: what a holding reply promises unless a file says otherwise. */
const nextWordSeconds = 86_400;

/** @returns `undefined` for a kind that says more than one text can, or lacks the text it needs. */
export function shortBlocks(
  kind: KindName,
  { lang, text, tlp, now }: ShortWords,
): Readonly<Record<string, JsonObject>> | undefined {
  const marking = { tlp, pap: null, iep: null, flags: [] };
  const said = text === undefined ? null : { lang, text };
  const needed = (fields: JsonObject) =>
    said === null ? undefined : { fact: { marking, text: said, ...fields } };
  switch (kind) {
    case "receipt":
      return { notice: { marking, receivedBy: "—", text: said } };
    case "holding-reply": {
      const nextWordBy = now + nextWordSeconds;
      return { fact: { marking, nextWordBy, text: said } };
    }
    case "decline":
      return { fact: { marking, reason: "cannot", text: said } };
    case "agree-closure":
      return said === null ? {} : { fact: { marking, text: said } };
    case "reject-closure":
      return { fact: { marking, reason: "other", text: said } };
    case "note":
    case "correction":
      return needed({});
    case "clarification":
      return needed({ supplies: [] });
    case "answer":
      return needed({ outcome: "done", plannedFor: null });
    case "propose-closure":
      return said === null
        ? undefined
        : { fact: { marking, grounds: "answered", summary: said, effectiveAt: null } };
    default:
      return undefined;
  }
}
