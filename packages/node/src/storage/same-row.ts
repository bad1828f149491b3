/**
 * Whether a row is stored already as it is: what makes an insertion repeatable.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";

/** Compares the members of `row`; what the stored row has besides does not matter. */
export function isSameRow(stored: object, row: object): boolean {
  const there = new Map<string, unknown>(Object.entries(stored));
  return Object.entries(row).every(([name, value]) => {
    const held = there.get(name);
    return held instanceof Uint8Array && value instanceof Uint8Array
      ? equalBytes(held, value)
      : held === value;
  });
}
