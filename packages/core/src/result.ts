/**
 * What a function that may refuse returns: a value, or a coded refusal.
 *
 * A refusal is somebody else's mistake and is data: it is signed, logged and answered (STYLE.md, "Errors").
 *
 * @module
 */

/** Longest `detail` of a refusal, in UTF-16 code units: it goes to a log, and a peer may shape it. */
export const refusalDetailMax = 200;

/** A coded "no". `detail` is English, for a log, and holds no value that a peer sent. */
export type Refusal<C extends string> = { readonly code: C; readonly detail: string };

export type Result<T, C extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal<C> };

export function accept<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function refuse<C extends string>(code: C, detail: string): Result<never, C> {
  return { ok: false, refusal: { code, detail: detail.slice(0, refusalDetailMax) } };
}
