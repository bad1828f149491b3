/**
 * A party descriptor: what a party says about itself, signed by its authority.
 *
 * A descriptor proves only that whoever holds its authority keys wrote it. Whose keys these are is
 * learned by reading the fingerprint aloud (`fingerprint.ts`); that a later descriptor is of the
 * same party, by the chain (`descriptor-chain.ts`). spec/keys.md §2.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { isUsablePoint } from "../crypto/ed25519-point.ts";
import {
  type JwsSigner,
  type ParsedJws,
  parseJws,
  signJws,
  type VerificationKey,
  verifyJws,
} from "../crypto/jws.ts";
import { keyId, openingKeyId } from "../crypto/key-id.ts";
import type { Primitives, SignatureAlgorithm } from "../crypto/primitives.ts";
import type { SuiteName } from "../crypto/suites.ts";
import { assert } from "../fault.ts";
import type { LogKeys } from "../log/checkpoint.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type DescriptorPayload, descriptorPayload } from "./descriptor-schema.ts";
import { nodeName } from "./party-name.ts";
import { describeIssue } from "./signed-fields.ts";

export const descriptorType = "parley-descriptor+jws";

/** Octets of a descriptor: every list of the payload full, and four signatures. */
export const descriptorBytesMax = 262_144;

/** Signatures of one authority: one for each algorithm. */
export const authoritySignatureCount = 2;

/** To whom an entry is sealed. */
export interface OpeningKey {
  /** As `openingKeyId` makes it. */
  readonly id: string;
  readonly publicKey: Uint8Array;
}

/** Keys of a desk or of the node. */
export interface DeskKeys {
  readonly suite: SuiteName;
  /** All sign, in this order. */
  readonly signing: readonly VerificationKey[];
  readonly opening: OpeningKey;
}

/** A descriptor that its own authority has signed. Whose authority that is has not been judged. */
export interface Descriptor {
  readonly payload: DescriptorPayload;
  /** SHA-256 of the canonical payload, base64url. */
  readonly digest: string;
  /** As signed. */
  readonly text: string;
  readonly jws: ParsedJws;
  readonly keys: DescriptorKeys;
}

/** The keys of a payload, decoded and named. */
export interface DescriptorKeys {
  readonly authority: readonly VerificationKey[];
  /** By name; the node under `node`. */
  readonly desks: ReadonlyMap<string, DeskKeys>;
  readonly log: LogKeys;
  readonly mirror: LogKeys;
}

export type DescriptorPayloadRefusal =
  | "descriptor.malformed"
  | "descriptor.bad-key"
  | "descriptor.shared-key";
export type DescriptorRefusal =
  | DescriptorPayloadRefusal
  | "jws.malformed"
  | "jws.wrong-signers"
  | "jws.bad-signature";

/**
 * Signs a descriptor as the reader will expect it.
 *
 * @param signers - The authority's two; when the authority changes, the old one's two before.
 * @returns The text to hand out; or why no reader would accept the payload.
 */
export async function buildDescriptor(
  p: Primitives,
  payload: DescriptorPayload,
  signers: readonly JwsSigner[],
): Promise<Result<string, DescriptorRefusal>> {
  const text = await signJws(canonicalJson(payload), descriptorType, signers);
  const read = await parseDescriptor(p, text);
  return read.ok ? accept(text) : read;
}

/**
 * Reads a descriptor and verifies that the authority it names has signed it.
 *
 * Where the authority changed, the two signatures of the old one stand before and are left to
 * `verifyDescriptorChain`, which knows its keys.
 *
 * @param text - The peer's, of any length.
 */
export async function parseDescriptor(
  p: Primitives,
  text: string,
): Promise<Result<Descriptor, DescriptorRefusal>> {
  const jws = parseJws(text, descriptorBytesMax);
  if (!jws.ok) return jws;
  const checked = await checkDescriptorPayload(p, jws.value.payload);
  if (!checked.ok) return checked;
  const { payload, keys } = checked.value;
  const signatureCount = jws.value.signatures.length;
  const isOfTwo = signatureCount === 2 * authoritySignatureCount && payload.serial > 1;
  if (signatureCount !== authoritySignatureCount && !isOfTwo) {
    return refuse("jws.wrong-signers", "signatures are not those of one authority, or of two");
  }
  const own = jws.value.signatures.slice(-authoritySignatureCount);
  const expected = { typ: descriptorType, keys: keys.authority };
  const signed = await verifyJws(p, { ...jws.value, signatures: own }, expected);
  if (!signed.ok) return signed;
  const digest = toBase64Url(p.sha256(encodeUtf8(jws.value.payloadText)));
  return accept({ payload, keys, digest, text, jws: jws.value });
}

/**
 * Judges a payload apart from its signatures.
 *
 * @returns `descriptor.malformed` if a member is missing, unknown or out of form;
 *   `descriptor.bad-key` if a key is one under which anybody can sign, or to which nobody can seal;
 *   `descriptor.shared-key` if a key has two places.
 */
export async function checkDescriptorPayload(
  p: Primitives,
  value: unknown,
): Promise<
  Result<
    { readonly payload: DescriptorPayload; readonly keys: DescriptorKeys },
    DescriptorPayloadRefusal
  >
> {
  const parsed = descriptorPayload.safeParse(value);
  if (!parsed.success) return refuse("descriptor.malformed", describeIssue(parsed.error));
  const payload = parsed.data;
  const placed = placedKeys(payload);
  const weak = placed.find(({ alg, pub }) => alg === "Ed25519" && !isUsablePoint(decode(pub)));
  if (weak !== undefined) return refuse("descriptor.bad-key", `${weak.place}: small order`);
  for (const { alg, pub, place } of placed) {
    if (alg === "X-Wing" && (await p.encapsulate(decode(pub))) === undefined) {
      return refuse("descriptor.bad-key", `${place}: nothing can be sealed to it`);
    }
  }
  const places = new Map<string, string>();
  for (const { pub, place } of placed) {
    const other = places.get(pub);
    if (other !== undefined) return refuse("descriptor.shared-key", `${other} and ${place}`);
    places.set(pub, place);
  }
  return accept({ payload, keys: decodeKeys(p, payload) });
}

/** @returns The keys that sign for a desk, or for the node; `undefined` if there is no such desk. */
export function deskKeys(
  descriptor: Descriptor,
  desk: string,
): readonly VerificationKey[] | undefined {
  return descriptor.keys.desks.get(desk)?.signing;
}

/** The keys with which the party's machine signs what it says at night. */
export function nodeKeys(descriptor: Descriptor): readonly VerificationKey[] {
  const keys = deskKeys(descriptor, nodeName);
  assert(keys !== undefined, "every descriptor has a node");
  return keys;
}

export function authorityKeys(descriptor: Descriptor): readonly VerificationKey[] {
  return descriptor.keys.authority;
}

/** Keys of the party's own logs, until a channel notice replaces them: see `key-positions.ts`. */
export function logKeys(descriptor: Descriptor): LogKeys {
  return descriptor.keys.log;
}

/** Keys of the party's mirror, until a channel notice replaces them: see `key-positions.ts`. */
export function mirrorKeys(descriptor: Descriptor): LogKeys {
  return descriptor.keys.mirror;
}

/** @param to - A desk's name, or `node`. */
export function openingKey(descriptor: Descriptor, to: string): OpeningKey | undefined {
  return descriptor.keys.desks.get(to)?.opening;
}

/** A key with its place in the payload, for a log. */
interface PlacedKey {
  readonly place: string;
  readonly alg: SignatureAlgorithm | "X-Wing";
  /** Base64url. */
  readonly pub: string;
}

/** Every public key of the payload. */
function placedKeys(payload: DescriptorPayload): PlacedKey[] {
  const { authority, node, log, mirror } = payload;
  const at = (place: string, keys: readonly { alg: SignatureAlgorithm; pub: string }[]) =>
    keys.map(({ alg, pub }) => ({ place, alg, pub }));
  const desks = payload.desks.map((desk, index) => ({ place: `desks.${index}`, ...desk }));
  return [
    ...at("authority", authority),
    ...[...desks, { place: nodeName, ...node }].flatMap(({ place, keys, opening }) => [
      ...at(place, keys),
      { place: `${place}.opening`, alg: "X-Wing" as const, pub: opening },
    ]),
    ...at("log", log),
    ...at("mirror", mirror),
  ];
}

function decodeKeys(p: Primitives, payload: DescriptorPayload): DescriptorKeys {
  const named = (keys: readonly { alg: SignatureAlgorithm; pub: string }[]): VerificationKey[] =>
    keys.map(({ alg, pub }) => {
      const publicKey = decode(pub);
      return { algorithm: alg, kid: keyId(p, alg, publicKey), publicKey };
    });
  const owners = [...payload.desks, { name: nodeName, ...payload.node }];
  const desks = owners.map(({ name, suite, keys, opening }): [string, DeskKeys] => {
    const publicKey = decode(opening);
    const own = { id: openingKeyId(p, publicKey), publicKey };
    return [name, { suite, signing: named(keys), opening: own }];
  });
  return {
    authority: named(payload.authority),
    desks: new Map(desks),
    log: decodeLogKeys(payload.log),
    mirror: decodeLogKeys(payload.mirror),
  };
}

/** @param keys - As the schema of the payload has accepted them. */
export function decodeLogKeys(keys: DescriptorPayload["log"]): LogKeys {
  return { ed25519: decode(keys[0].pub), mlDsa44: decode(keys[1].pub) };
}

function decode(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  assert(bytes !== undefined, "the schema has decoded it before");
  return bytes;
}
