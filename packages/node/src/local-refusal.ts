/**
 * A refusal to this party's own people, with the values that its sentence names.
 *
 * What a peer is told has no such values (STYLE.md, "Errors"): they stay on this machine.
 *
 * @module
 */
import { type Refusal, refusalDetailMax } from "@parley/core/result";

/** By the names that stand in braces in the text catalogues: file, port, setting. Never a secret. */
export type RefusalParams = Readonly<Record<string, string>>;

export type LocalRefusal<C extends string> = Refusal<C> & { readonly params: RefusalParams };

export type LocalResult<T, C extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: LocalRefusal<C> };

export function refuseLocally<C extends string>(
  code: C,
  params: RefusalParams,
): { readonly ok: false; readonly refusal: LocalRefusal<C> } {
  const words = Object.entries(params).map(([name, value]) => `${name}: ${value}`);
  return {
    ok: false,
    refusal: { code, detail: words.join("; ").slice(0, refusalDetailMax), params },
  };
}
