/**
 * Text to UTF-8 octets and back, without repairing anything.
 *
 * A repaired octet would give one signed text two meanings, so neither direction replaces or strips.
 *
 * @module
 */
import { assert } from "../fault.ts";

// `core` has neither DOM nor Node types; both runtimes have these two (WHATWG Encoding).
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, room: Uint8Array): { readonly read: number; readonly written: number };
};
declare const TextDecoder: new (
  label: "utf-8",
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param text - Without lone surrogates, which the parsers of `bytes/canonical-json.ts` refuse. */
export function encodeUtf8(text: string): Uint8Array {
  assert(text.isWellFormed(), "text with a lone surrogate has no UTF-8 form");
  return encoder.encode(text);
}

/** {@link encodeUtf8} to the beginning of `room`. @returns The octets; `undefined` if it has no room. */
export function encodeUtf8Into(text: string, room: Uint8Array): number | undefined {
  assert(text.isWellFormed(), "text with a lone surrogate has no UTF-8 form");
  const { read, written } = encoder.encodeInto(text, room);
  return read === text.length ? written : undefined;
}

/** @returns The text, a leading byte order mark kept; or `undefined` if `bytes` are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // A fatal decoder throws for nothing but malformed octets.
  }
}
