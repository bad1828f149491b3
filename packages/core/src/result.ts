/**
 * What a function that may refuse returns: a value, or a coded refusal.
 *
 * A refusal is somebody else's mistake and is data: it is signed, logged and answered (STYLE.md, "Errors").
 *
 * @module
 */

/** Longest `detail` of a refusal, in UTF-16 code units: it goes to a log, and a peer may shape it. */
export const refusalDetailMax = 200;

/** What a field breaks: `choice` is of a closed list, `length` of a text, `count` of a list's entries. */
export const fieldRules = [
  ...(["missing", "unknown", "type", "choice", "form", "characters"] as const),
  ...(["length", "count", "range"] as const),
] as const;

/** What is wrong with one field. It stays on the machine of whoever wrote the field. */
export interface FieldFault {
  /** `fact.sentences.0.text`: the members down to the field, places in lists from 0. */
  readonly path: string;
  readonly rule: (typeof fieldRules)[number];
  /** Of `type` and `choice`: what may stand there; of `form`: a sentence, or a regular expression. */
  readonly allowed: readonly string[];
  /** Of `length` in Unicode code points, of `count` in entries, of `range` the number itself. */
  readonly found: number | null;
  /** Both included; null: no bound on this side. */
  readonly min: number | null;
  readonly max: number | null;
}

/** A coded "no". `detail` is English, for a log, and holds no value that a peer sent. */
export type Refusal<C extends string> = {
  readonly code: C;
  readonly detail: string;
  /** Where the form of one field is what is refused. */
  readonly fault?: FieldFault;
};

export type Result<T, C extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal<C> };

export function accept<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function refuse<C extends string>(code: C, detail: string): Result<never, C> {
  return { ok: false, refusal: { code, detail: detail.slice(0, refusalDetailMax) } };
}
