/**
 * Lowercase hexadecimal, one text for each octet string. RFC 4648 §8, but lowercase.
 *
 * @module
 */

/** ECMAScript 2026 (arraybuffer-base64), in Node 26 and Chromium 147; not yet in `lib` ES2025. */
interface HexOctets {
  toHex(): string;
}
interface HexReader {
  fromHex(text: string): Uint8Array;
}

export function toHex(bytes: Uint8Array): string {
  return (bytes as unknown as HexOctets).toHex();
}

/** @returns The octets; or `undefined` if `text` is not what {@link toHex} writes for them. */
export function fromHex(text: string): Uint8Array | undefined {
  // The native reader takes capitals too.
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  return (Uint8Array as unknown as HexReader).fromHex(text);
}
