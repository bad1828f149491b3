/**
 * HKDF-Expand over whatever HMAC an implementation has. RFC 5869 §2.3.
 *
 * Here, because C2SP chunked-encryption expands a key shorter than the hash, which the noble packages
 * refuse to do.
 *
 * @module
 */
import { assert } from "../fault.ts";
import type { HkdfHash } from "./primitives.ts";

const hashBytes = { "SHA-256": 32, "SHA-512": 64 } as const satisfies Record<HkdfHash, number>;

/** @param mac - HMAC under the pseudorandom key of the parts joined, {@link hashBytes} octets. */
export function hkdfExpand(
  mac: (parts: readonly Uint8Array[]) => Uint8Array,
  hash: HkdfHash,
  info: Uint8Array,
  lengthBytes: number,
): Uint8Array {
  assert(lengthBytes <= 255 * hashBytes[hash], "HKDF expands to 255 blocks at most");
  const output = new Uint8Array(lengthBytes);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < lengthBytes; offset += block.length, counter += 1) {
    block = mac([block, info, Uint8Array.of(counter)]);
    output.set(block.subarray(0, lengthBytes - offset), offset);
  }
  return output;
}
