/**
 * How a bound is shown: something at the bound, which is not refused for it, and something one octet
 * or item over, which is refused with the code of the table.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { expect } from "vitest";
import { bounds } from "../../tools/bounds.ts";

type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: { readonly code: string; readonly detail: string } };

/** What is judged at `size` octets, items or levels. */
export type Probe = (size: number) => unknown;

/**
 * A form may be wrong at the bound in another way, for a text of the largest size is not easily a
 * good one: then it is refused with other words.
 */
export async function expectBound(name: string, probe: Probe): Promise<void> {
  const bound = bounds[name];
  if (bound === undefined) expect.fail(`${name} is not in the table`);
  const at = (await probe(bound.value)) as Verdict;
  const over = (await probe(bound.value + 1)) as Verdict;
  if (over.ok) expect.fail(`${bound.value + 1} ${bound.unit} were accepted`);
  expect(over.refusal.code).toBe(bound.refusal);
  if (!at.ok) expect(at.refusal.detail).not.toBe(over.refusal.detail);
}

/** `[[…]]`, so deep. */
export function nested(levels: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}

/** So many, each made from its index. */
export function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
