/**
 * Which Ed25519 public keys are refused before any library sees them.
 *
 * RFC 8032 does not forbid keys of small order, under which one signature is good for almost any
 * message, and libraries differ on them and on keys whose y is not reduced. Both implementations of
 * the primitives ask here first, so that they cannot differ. Source: RFC 8032 §5.1.3.
 *
 * @module
 */

/** y of the eight points of small order; each belongs to both signs of x. Most significant first. */
const smallOrderY: readonly bigint[] = [
  0n,
  1n,
  0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffecn, // −1
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];

const fieldPrime = 2n ** 255n - 19n;

/** @returns Whether `publicKey` has 32 octets, y reduced, and is not one of small order. */
export function isUsableEd25519Key(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  let y = 0n;
  for (let index = 31; index >= 0; index -= 1) y = (y << 8n) | BigInt(publicKey[index] as number);
  y &= 2n ** 255n - 1n; // The top bit is the sign of x.
  return y < fieldPrime && !smallOrderY.includes(y);
}
