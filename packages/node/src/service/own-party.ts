/**
 * The party that this node is: its keys and first descriptor, and the ones that follow.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JwsSigner } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert } from "@parley/core/fault";
import type { DescriptorRefusal } from "@parley/core/party/descriptor";
import { buildDescriptor, type Descriptor, parseDescriptor } from "@parley/core/party/descriptor";
import type { DescriptorPayload } from "@parley/core/party/descriptor-schema";
import { accept, type Result } from "@parley/core/result";
import { operator } from "./actor.ts";
import { appendAct, createAuditLog } from "./audit/audit-log.ts";
import { makeHomeKeys, makeKeys } from "./key-making.ts";
import { desks, type KeyOwner, type NewKey, type RingKey, ringOf, sealKey } from "./key-ring.ts";
import type { Storage, StorageTransaction } from "./storage.ts";
import type { InsertOutcome } from "./storage-log.ts";

/** The protocol that this program speaks. */
export const protocolVersion = 1;
const secondsPerDay = 86_400;
/** How long a descriptor is valid unless said otherwise. */
export const validDaysDefault = 730;

/** What the operator says about the party; the rest of a descriptor is keys. */
export interface PartyProfile {
  readonly addresses: readonly string[];
  readonly contacts: DescriptorPayload["contacts"];
  readonly validDays: number;
}

export interface NewParty {
  readonly name: string;
  readonly profile: PartyProfile;
  readonly isPractice: boolean;
  readonly authority: readonly JwsSigner[];
  /** The node's and every desk's. */
  readonly rings: readonly RingKey[];
  /** The pin of a TLS key, by its seed: `http/peer/tls.ts` knows the form of certificates. */
  pinOf(seed: Uint8Array): Promise<string>;
}

/**
 * Makes all keys of a party but the authority's, signs its first descriptor, and stores everything in
 * one transaction, in a database that holds no party yet.
 */
export async function createParty(
  p: Primitives,
  storage: Storage,
  party: NewParty,
  now: number,
): Promise<Result<Descriptor, DescriptorRefusal>> {
  const keys = makeKeys(p);
  const payload = await firstPayload(party, keys, now);
  const built = await buildDescriptor(p, payload, party.authority);
  if (!built.ok) return built;
  const descriptor = await readBack(p, built.value);
  await storage.write(async (tx) => {
    const { name, isPractice } = party;
    const record = { party: name, protocol: protocolVersion, isPractice, createdAt: now };
    assert((await tx.home.insertHome(record)) === "stored", "a new database holds no party");
    for (const key of [...keys, ...makeHomeKeys(p)]) {
      const ring = party.rings.find((one) => one.name === ringOf(key));
      assert(ring !== undefined, "every ring was handed in");
      await tx.keys.insertKey(sealKey(p, ring, key, now));
    }
    await insertDescriptor(tx, descriptor, now);
    await createAuditLog(tx, p, name);
    await appendAct(tx, p, { act: "home.make", at: now, by: operator, what: { party: name } });
  });
  return accept(descriptor);
}

/**
 * Signs the descriptor that follows, with the same keys: another address, other contacts, a later end.
 *
 * @param authority - The present one's; a new authority is for `key-change`.
 */
export async function renewDescriptor(
  p: Primitives,
  before: Descriptor,
  profile: PartyProfile,
  signing: { readonly authority: readonly JwsSigner[]; readonly now: number },
): Promise<Result<Descriptor, DescriptorRefusal>> {
  const payload: DescriptorPayload = {
    ...before.payload,
    ...profileFields(profile, Math.max(signing.now, before.payload.issuedAt)),
    serial: before.payload.serial + 1,
    previous: before.digest,
  };
  const built = await buildDescriptor(p, payload, signing.authority);
  return built.ok ? accept(await readBack(p, built.value)) : built;
}

/** Stores a descriptor that was verified: our own or a peer's. */
export async function insertDescriptor(
  tx: StorageTransaction,
  { payload, digest, text }: Descriptor,
  storedAt: number,
): Promise<InsertOutcome> {
  const { name: party, serial } = payload;
  return tx.parties.insertDescriptor({ party, serial, digest, jws: text, storedAt });
}

async function readBack(p: Primitives, text: string): Promise<Descriptor> {
  const read = await parseDescriptor(p, text);
  assert(read.ok, "what was just built is read");
  return read.value;
}

function profileFields({ addresses, contacts, validDays }: PartyProfile, now: number) {
  return {
    addresses: [...addresses],
    contacts,
    issuedAt: now,
    validUntil: now + validDays * secondsPerDay,
  };
}

async function firstPayload(
  party: NewParty,
  keys: readonly NewKey[],
  now: number,
): Promise<DescriptorPayload> {
  const tls = keys.find(({ purpose }) => purpose === "tls");
  assert(tls !== undefined, "a party has a TLS key");
  const payload = {
    v: 1,
    protocol: [protocolVersion],
    name: party.name,
    serial: 1,
    previous: null,
    ...profileFields(party.profile, now),
    authority: party.authority.map(({ signer }) => publicOf(signer.algorithm, signer.publicKey)),
    desks: [...desks].sort().map((name) => ({ name, ...keysOf(keys, name) })),
    node: keysOf(keys, "node"),
    log: pairOf(keys, "log"),
    mirror: pairOf(keys, "mirror"),
    tls: [await party.pinOf(tls.secret)],
  };
  // `buildDescriptor` judges it as any reader would: the operator's name and addresses are in it.
  return payload as unknown as DescriptorPayload;
}

/** The public keys of one kind, as a descriptor names them: `opening` for those who have one. */
export function publicKeysOf(keys: readonly NewKey[]) {
  const [{ purpose } = { purpose: "sign" }] = keys;
  const opening = keys.find((key) => key.purpose === "open")?.publicKey;
  return {
    keys: pairOf(keys, purpose as NewKey["purpose"]),
    ...(opening && { opening: toBase64Url(opening) }),
  };
}

function keysOf(keys: readonly NewKey[], owner: KeyOwner) {
  const own = keys.filter((key) => key.owner === owner);
  const opening = own.find(({ purpose }) => purpose === "open")?.publicKey;
  assert(opening, "each owner has an opening key");
  return {
    suite: "pq1",
    keys: pairOf(own, "sign"),
    opening: toBase64Url(opening),
  };
}

function pairOf(keys: readonly NewKey[], wanted: NewKey["purpose"]) {
  return keys.flatMap(({ purpose, algorithm, publicKey }) =>
    purpose === wanted && publicKey !== null ? [publicOf(algorithm, publicKey)] : [],
  );
}

function publicOf(alg: string, publicKey: Uint8Array) {
  return { alg, pub: toBase64Url(publicKey) };
}
