/**
 * The blocks of small kinds, from what is typed: a text, a reason, a time; for the rest a sensible
 * default. Whether they are what the kind wants is judged by the kind.
 *
 * @module
 */
import type { KindName } from "@parley/core/kind/kinds";
import type { JsonObject } from "@parley/core/message/members";

/** What flags said; what was not typed is undefined. */
export interface ShortWords {
  /** BCP 47: of `text`. */
  readonly lang: string;
  readonly text: string | undefined;
  readonly marking: JsonObject;
  /** POSIX seconds. */
  readonly now: number;
  readonly receivedBy: string;
  readonly reason: string | undefined;
  readonly outcome: string | undefined;
  readonly grounds: string | undefined;
  /** Of a holding reply: when the next word comes; of an answer: until when it is planned. */
  readonly until: number | undefined;
  readonly missing: readonly MissingRow[];
}

/** A field that a message lacks or gives, of these items: ranges of indices, the second excluded. */
export type MissingRow = {
  readonly field: string;
  readonly items: readonly (readonly [number, number])[];
};

/** A day: what a holding reply promises unless it says otherwise. */
const nextWordSeconds = 86_400;
const indexMax = 100_000;

type Fields = Readonly<Record<string, JsonObject>>;

/** @returns `undefined` for a kind that says more than flags can, or lacks the text it needs. */
export function shortBlocks(kind: KindName, words: ShortWords): Fields | undefined {
  const { marking, now, until } = words;
  const text = words.text === undefined ? null : { lang: words.lang, text: words.text };
  const fact = (fields: JsonObject): Fields => ({ fact: { marking, ...fields } });
  const missing = words.missing as unknown as JsonObject[];
  switch (kind) {
    case "receipt":
      return { notice: { marking, receivedBy: words.receivedBy, text } };
    case "holding-reply":
      return fact({ nextWordBy: until ?? now + nextWordSeconds, text });
    case "decline":
      return fact({ reason: words.reason ?? "cannot", text });
    case "not-answerable":
      return missing.length === 0 ? undefined : fact({ missing, text });
    case "agree-closure":
      return text === null ? {} : fact({ text });
    case "reject-closure":
      return fact({ reason: words.reason ?? "not-resolved", text });
    default:
      return text === null ? undefined : saidBlocks(kind, words, { fact, text, missing });
  }
}

/** Of kinds that need a text. */
function saidBlocks(
  kind: KindName,
  { outcome, grounds, until }: ShortWords,
  made: {
    readonly text: JsonObject;
    readonly missing: readonly JsonObject[];
    fact(fields: JsonObject): Fields;
  },
): Fields | undefined {
  const { fact, text, missing } = made;
  switch (kind) {
    case "note":
    case "correction":
      return fact({ text });
    case "clarification":
      return fact({ supplies: missing, text });
    case "answer": {
      const came = outcome ?? (until === undefined ? "done" : "planned");
      return fact({ outcome: came, plannedFor: until ?? null, text });
    }
    case "propose-closure":
      return fact({ grounds: grounds ?? "resolved", summary: text, effectiveAt: null });
    default:
      return undefined;
  }
}

/** `observed-time`, or `observed-time:0-910,915`: items by their indices, from 0. */
export function missingFlag(text: string): MissingRow {
  const [field = "", ranges] = text.split(":");
  if (ranges === undefined) return { field, items: [] };
  const found = ranges.split(",").map((range): [number, number] => {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range.trim());
    const from = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || last < from || last >= indexMax) throw new SyntaxError("FIELD:0-910,915");
    return [from, last + 1];
  });
  return { field, items: merged(found) };
}

/** Rising and apart, as the wire has them. */
function merged(ranges: readonly [number, number][]): readonly [number, number][] {
  const apart: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = apart.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}
