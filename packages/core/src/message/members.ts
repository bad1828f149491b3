/**
 * Reading JSON whose members are all known: no more, no fewer, each within its bounds.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";

export type JsonObject = { readonly [name: string]: JsonValue };

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns `value`, if it is an object with exactly the members `names`. */
export function exactMembers<N extends string>(
  value: JsonValue | undefined,
  names: readonly N[],
): { readonly [name in N]: JsonValue } | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== names.length) return undefined;
  if (!names.every((name) => Object.hasOwn(value, name))) return undefined;
  return value as { readonly [name in N]: JsonValue };
}

export function isIntegerWithin(
  value: JsonValue | undefined,
  min: number,
  max: number,
): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

export function isTextLike(value: JsonValue | undefined, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}
