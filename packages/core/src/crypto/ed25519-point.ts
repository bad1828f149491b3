/**
 * Which points are refused as an Ed25519 public key, and as R of a signature, before any library
 * sees them.
 *
 * RFC 8032 does not forbid points of small order. Under a key of small order one signature is good
 * for almost any message; on R, and on points whose y is not reduced, libraries differ. Both
 * implementations of the primitives ask here first, so that they cannot differ. RFC 8032 §5.1.3.
 *
 * @module
 */

/** y of the eight points of small order; each belongs to both signs of x. */
const smallOrderY: readonly bigint[] = [
  0n,
  1n,
  0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffecn, // −1
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];

const fieldPrime = 2n ** 255n - 19n;
/** The top bit is the sign of x. */
const yMask = 2n ** 255n - 1n;

/** @returns Whether `point` has 32 octets, y reduced, and is not of small order. */
export function isUsablePoint(point: Uint8Array): boolean {
  if (point.length !== 32) return false;
  const y = littleEndian(point) & yMask;
  return y < fieldPrime && !smallOrderY.includes(y);
}

export function littleEndian(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    number = (number << 8n) | BigInt(bytes[index] as number);
  }
  return number;
}
