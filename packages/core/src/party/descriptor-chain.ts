/**
 * The chain of a party's descriptors: each names the digest of the one before and is signed by its
 * authority, so that trust given once, in person, reaches the newest.
 *
 * spec/keys.md §3.
 *
 * @module
 */
import { verifyJws } from "../crypto/jws.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import { authorityKeys, type Descriptor, descriptorType } from "./descriptor.ts";

export type ChainRefusal =
  | "descriptor.broken-chain"
  | "descriptor.expired"
  | "descriptor.forked"
  | "descriptor.own-party"
  | "descriptor.shared-key"
  | "descriptor.wrong-party"
  | "jws.wrong-signers"
  | "jws.bad-signature";

/** Against what a chain is judged. */
export interface ChainExpectation {
  /** The newest one of this party that we hold; `undefined` when pairing. */
  readonly trusted: Descriptor | undefined;
  /** Whose descriptors they must be; `undefined` if anybody's will do. */
  readonly party: string | undefined;
  /** The party that reads, whose own descriptor is not a peer's; `undefined` for a checker. */
  readonly reader: string | undefined;
  /** POSIX seconds, UTC. */
  readonly now: number;
}

/**
 * Follows `next` from the descriptor trusted so far.
 *
 * Without a trusted one the first of `next` is taken as it is, whatever its serial: the fingerprint
 * says whose it is. The trusted one itself may stand first in `next` and changes nothing.
 *
 * @param next - At least one, parsed, in order of serial.
 * @returns The newest; or `descriptor.own-party` or `descriptor.wrong-party` if it is not of the
 *   party expected, `descriptor.forked` if it is another one of the serial trusted,
 *   `descriptor.broken-chain` if a serial or the digest of the one before does not follow,
 *   `descriptor.shared-key` if a key has moved to another place, `jws.wrong-signers` or
 *   `jws.bad-signature` if the authority of the one before has not signed, and `descriptor.expired`
 *   if the newest is no longer valid.
 */
export async function verifyDescriptorChain(
  p: Primitives,
  expected: ChainExpectation,
  next: readonly Descriptor[],
): Promise<Result<Descriptor, ChainRefusal>> {
  let newest = expected.trusted;
  for (const [index, descriptor] of next.entries()) {
    const named = checkParty(expected, newest, descriptor);
    if (!named.ok) return named;
    if (newest !== undefined) {
      const isSame = index === 0 && descriptor.digest === newest.digest;
      const followed = isSame ? accept(descriptor) : await follow(p, newest, descriptor);
      if (!followed.ok) return followed;
    }
    newest = descriptor;
  }
  assert(newest !== undefined && next.length > 0, "a chain has at least one descriptor");
  if (newest.payload.validUntil < expected.now) {
    return refuse("descriptor.expired", "validUntil has passed");
  }
  return accept(newest);
}

function checkParty(
  expected: ChainExpectation,
  before: Descriptor | undefined,
  { payload }: Descriptor,
): Result<true, ChainRefusal> {
  if (payload.name === expected.reader) {
    return refuse("descriptor.own-party", "the reader's own descriptor");
  }
  const party = before?.payload.name ?? expected.party ?? payload.name;
  if (payload.name !== party || payload.name !== (expected.party ?? party)) {
    return refuse("descriptor.wrong-party", "the descriptor of another party");
  }
  return accept(true);
}

/** One step, from `before` to `after`. */
async function follow(
  p: Primitives,
  before: Descriptor,
  after: Descriptor,
): Promise<Result<Descriptor, ChainRefusal>> {
  const { payload } = after;
  if (payload.serial === before.payload.serial) {
    return refuse("descriptor.forked", "two descriptors have one serial");
  }
  if (payload.serial !== before.payload.serial + 1 || payload.previous !== before.digest) {
    return refuse("descriptor.broken-chain", "it does not name the descriptor before it");
  }
  if (payload.issuedAt < before.payload.issuedAt) {
    return refuse("descriptor.broken-chain", "issued before the descriptor before it");
  }
  const moved = movedKey(before, after);
  if (moved !== undefined) return refuse("descriptor.shared-key", `${moved} was another's key`);
  const signed = await verifyJws(p, after.jws, {
    typ: descriptorType,
    keys: hasSameAuthority(before, after)
      ? authorityKeys(before)
      : [...authorityKeys(before), ...authorityKeys(after)],
  });
  return signed.ok ? accept(after) : signed;
}

function hasSameAuthority(a: Descriptor, b: Descriptor): boolean {
  const kids = [a, b].map((each) => authorityKeys(each).map(({ kid }) => kid));
  return String(kids[0]) === String(kids[1]);
}

/** @returns Where in `after` a signing key stands that stood elsewhere in `before`. */
function movedKey(before: Descriptor, after: Descriptor): string | undefined {
  const places = signingPlaces(before);
  for (const [kid, place] of signingPlaces(after)) {
    const earlier = places.get(kid);
    if (earlier !== undefined && earlier !== place) return place;
  }
  return undefined;
}

/** By `kid`: `authority`, or `desk` and its name. Log and mirror sign what no desk can. */
function signingPlaces(descriptor: Descriptor): Map<string, string> {
  const places = new Map<string, string>();
  for (const { kid } of authorityKeys(descriptor)) places.set(kid, "authority");
  for (const [name, { signing }] of descriptor.keys.desks) {
    for (const { kid } of signing) places.set(kid, `desk ${name}`);
  }
  return places;
}
