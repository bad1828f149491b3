/**
 * What an entry holds, as octets: lines, then zeros up to one of eight sizes.
 *
 * The sizes hide a message's length; that the zeros are checked leaves no room for a second text.
 * Spec: spec/entry.md, "Plaintext".
 *
 * @module
 */
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";

const kibibyte = 1024;

/** Octets that a plaintext may have, rising. */
export const paddedSizes: readonly number[] = [8, 12, 16, 24, 32, 40, 48, 60].map(
  (size) => size * kibibyte,
);

const newline = 0x0a;

/** @returns The lines padded; or `undefined` if they exceed the largest size. */
export function padLines(lines: readonly string[]): Uint8Array | undefined {
  const text = encodeUtf8(`${lines.join("\n")}\n`);
  const size = paddedSizes.find((padded) => padded >= text.length);
  if (size === undefined) return undefined;
  const plaintext = new Uint8Array(size);
  plaintext.set(text);
  return plaintext;
}

/** @returns The lines; or `undefined` if {@link padLines} would have written them otherwise. */
export function unpadLines(plaintext: Uint8Array): readonly string[] | undefined {
  const firstZero = plaintext.indexOf(0);
  const length = firstZero === -1 ? plaintext.length : firstZero; // No line has a zero in it.
  if (plaintext[length - 1] !== newline) return undefined;
  if (paddedSizes.find((padded) => padded >= length) !== plaintext.length) return undefined;
  for (let index = length; index < plaintext.length; index += 1) {
    if (plaintext[index] !== 0) return undefined;
  }
  return decodeUtf8(plaintext.subarray(0, length - 1))?.split("\n");
}
