/**
 * Base64 and base64url with exactly one text for each octet string. RFC 4648 §4 and §5.
 *
 * Padded with `=` where C2SP notes are concerned (§4), unpadded in everything of JOSE (§5). A reader
 * refuses what its own writer would not have written: white space, missing or superfluous padding,
 * the other alphabet, and pad bits that are not zero (§3.5).
 *
 * @module
 */

type Alphabet = "base64" | "base64url";

/** ECMAScript 2026 (arraybuffer-base64), in Node 26 and Chromium 147; not yet in `lib` ES2025. */
interface Base64Octets {
  toBase64(options: { readonly alphabet: Alphabet; readonly omitPadding: boolean }): string;
}
interface Base64Reader {
  fromBase64(
    text: string,
    options: { readonly alphabet: Alphabet; readonly lastChunkHandling: "strict" },
  ): Uint8Array;
}

const reader = Uint8Array as unknown as Base64Reader;

export function toBase64(bytes: Uint8Array): string {
  return (bytes as unknown as Base64Octets).toBase64({ alphabet: "base64", omitPadding: false });
}

export function toBase64Url(bytes: Uint8Array): string {
  return (bytes as unknown as Base64Octets).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** @returns The octets; or `undefined` if `text` is not what {@link toBase64} writes for them. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padCount = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return decode(text, "base64", (text.length / 4) * 3 - padCount);
}

/** @returns The octets; or `undefined` if `text` is not what {@link toBase64Url} writes for them. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const padding = rest === 0 ? "" : "=".repeat(4 - rest);
  return decode(text + padding, "base64url", Math.floor((text.length * 3) / 4));
}

/**
 * The native reader skips white space, even in strict mode, and would read padding that stood in
 * `text` already. Both make fewer octets than the length promises, which is how they are noticed.
 */
function decode(text: string, alphabet: Alphabet, lengthBytes: number): Uint8Array | undefined {
  try {
    const bytes = reader.fromBase64(text, { alphabet, lastChunkHandling: "strict" });
    return bytes.length === lengthBytes ? bytes : undefined;
  } catch {
    return undefined; // A SyntaxError for any other text; there is nothing else it throws.
  }
}
