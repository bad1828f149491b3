/**
 * What an entry holds, as octets: lines, then zeros up to one of eight sizes.
 *
 * The sizes hide a message's length; that the zeros are checked leaves no room for a second text.
 * Spec: spec/entry.md, "Plaintext".
 *
 * @module
 */
import { decodeUtf8, encodeUtf8Into } from "../bytes/utf8.ts";

const kibibyte = 1024;

/** Octets that a plaintext may have, rising. */
export const paddedSizes: readonly number[] = [8, 12, 16, 24, 32, 40, 48, 60].map(
  (size) => size * kibibyte,
);

const newline = 0x0a;

/** Room for the largest plaintext. */
export const plaintextBytesMax = 60 * kibibyte;

/**
 * @param room - {@link plaintextBytesMax} octets or more, of which the result is the beginning: what
 *   is new for each entry costs more than sealing it.
 * @returns The lines padded; or `undefined` if they exceed the largest size.
 */
export function padLines(lines: readonly string[], room: Uint8Array): Uint8Array | undefined {
  const textBytes = encodeUtf8Into(`${lines.join("\n")}\n`, room);
  const size = paddedSizes.find((padded) => padded >= (textBytes ?? Number.POSITIVE_INFINITY));
  return size === undefined ? undefined : room.subarray(0, size).fill(0, textBytes);
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
