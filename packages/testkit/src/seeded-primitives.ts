/**
 * Primitives whose random numbers come from a seed: the same calls give the same octets, signatures
 * and encapsulations included. For vectors and for tests that must be repeatable.
 *
 * @module
 */
import { concatBytes, encodeU64 } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { noblePrimitives, type RandomBytes } from "@parley/core/crypto/crypto-noble";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { Primitives } from "@parley/core/crypto/primitives";

export function seededPrimitives(seed: string): Primitives {
  return noblePrimitives(seededRandom(seed));
}

/** SHA-256 of the seed and a counter, block after block. */
export function seededRandom(seed: string): RandomBytes {
  const prefix = encodeUtf8(`${seed}\n`);
  let counter = 0;
  let held: Uint8Array = new Uint8Array(0);
  return (lengthBytes) => {
    while (held.length < lengthBytes) {
      const block = nodePrimitives.sha256(concatBytes(prefix, encodeU64(counter)));
      held = concatBytes(held, block);
      counter += 1;
    }
    const taken = held.slice(0, lengthBytes);
    held = held.slice(lengthBytes);
    return taken;
  };
}
