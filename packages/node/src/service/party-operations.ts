/**
 * What can be asked about the two parties: our own descriptors, the peer's, and pairing.
 *
 * Nothing here needs a secret key: what the authority signs is signed where its key file is, and
 * comes in signed. The peer's own digits are never given out, or somebody would copy them instead
 * of listening.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import {
  type Descriptor,
  descriptorBytesMax,
  parseDescriptor,
} from "@parley/core/party/descriptor";
import { type ChainRefusal, verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { compareFingerprint, fingerprint } from "@parley/core/party/fingerprint";
import { type PartyName, partyName } from "@parley/core/party/party-name";
import { accept, refuse } from "@parley/core/result";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import type { Clock } from "./clock.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import { insertDescriptor } from "./own-party.ts";
import type { PeerRow, Storage } from "./storage.ts";

/** Descriptors in one file, at most: a peer that is further behind asks for the newer ones. */
export const chainLengthMax = 24;

export interface PartyService {
  readonly primitives: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Our own name. */
  readonly party: PartyName;
  /** A descriptor, a confirmation or an agreement was stored: what is held in memory is read anew. */
  partiesChanged(): Promise<void>;
}

type Recording = Pick<OperationContext, "record">;

const descriptorText = z.string().max(descriptorBytesMax);
const typedDigits = z.string().max(200);

export const partyOperations: Operations<PartyService> = {
  "descriptor.own": defineOperation(
    z.strictObject({ since: z.int().min(1).optional() }),
    (service: PartyService, { since }) => showOwn(service, since),
  ),
  "descriptor.publish": defineOperation(
    z.strictObject({ descriptor: descriptorText }),
    (service: PartyService, { descriptor }, context) => publishOwn(service, descriptor, context),
  ),
  "peer.import": defineOperation(
    z.strictObject({ chain: z.array(descriptorText).min(1).max(chainLengthMax) }),
    (service: PartyService, { chain }, context) => importPeer(service, chain, context),
  ),
  "peer.confirm": defineOperation(
    z.strictObject({ peer: partyName, digits: typedDigits }),
    (service: PartyService, input, context) => confirmPeer(service, input, context),
  ),
  "peer.list": defineOperation(z.strictObject({}), listPeers),
};

async function showOwn(service: PartyService, since: number | undefined): Promise<OperationResult> {
  const { primitives: p, storage, party } = service;
  const rows = await storage.read((tx) => tx.parties.listDescriptors(party));
  const last = rows.at(-1);
  assert(last !== undefined, "a home has its own descriptor");
  const descriptor = await readStored(p, last.jws);
  const chain = rows.filter(({ serial }) => serial >= (since ?? last.serial));
  return accept({
    ...summaryOf(descriptor),
    fingerprint: fingerprint(p, descriptor),
    chain: chain.map(({ jws }) => jws),
  });
}

async function publishOwn(
  service: PartyService,
  text: string,
  context: Recording,
): Promise<OperationResult> {
  const { primitives: p, storage, clock, party } = service;
  const parsed = await parseDescriptor(p, text);
  if (!parsed.ok) return parsed;
  const now = clock.nowSeconds();
  const before = await storage.read((tx) => tx.parties.readDescriptor(party, "last"));
  assert(before !== undefined, "a home has its own descriptor");
  const trusted = await readStored(p, before.jws);
  const expected = { trusted, party, reader: undefined, now };
  const verified = await verifyDescriptorChain(p, expected, [parsed.value]);
  if (!verified.ok) return verified;
  const { serial, digest } = summaryOf(parsed.value);
  const outcome = await storage.write(async (tx) => {
    const inserted = await insertDescriptor(tx, parsed.value, now);
    if (inserted !== "conflict") await context.record?.(tx, { serial, digest });
    return inserted;
  });
  if (outcome === "conflict")
    return refuse("descriptor.forked", "another one was stored meanwhile");
  return accept(summaryOf(parsed.value));
}

/**
 * Stores what is new in a peer's chain. What we hold already may stand before it.
 *
 * @param limits - `isKnownOnly`: a party that was not imported before is refused `pair.unknown-peer`.
 */
export async function importPeer(
  service: PartyService,
  texts: readonly string[],
  { isKnownOnly = false, record }: { readonly isKnownOnly?: boolean } & Recording = {},
): Promise<OperationResult> {
  const { primitives: p, storage, clock } = service;
  const chain: Descriptor[] = [];
  for (const text of texts) {
    const parsed = await parseDescriptor(p, text);
    if (!parsed.ok) return parsed;
    chain.push(parsed.value);
  }
  const name = chain[0]?.payload.name ?? "";
  const now = clock.nowSeconds();
  const judged = await judgeChain(service, chain, name);
  if (!judged.ok) return judged;
  const { newest, news } = judged.value;
  const result = await storage.write(async (tx): Promise<OperationResult> => {
    const known = await tx.parties.readPeer(name);
    if (isKnownOnly && known === undefined) {
      return refuseLocally("pair.unknown-peer", { peer: name });
    }
    for (const descriptor of news) {
      const outcome = await insertDescriptor(tx, descriptor, now);
      // Another command was faster, with another chain of this party.
      if (outcome === "conflict") return refuseLocally("descriptor.forked", { peer: name });
    }
    const peer = known ?? newPeer(name, now);
    await tx.parties.writePeer(peer);
    const { serial, digest } = summaryOf(newest);
    await record?.(tx, { peer: name, serial, digest, isNew: news.length > 0 });
    return accept({ ...summaryOf(newest), ...stateOf(peer), isNew: news.length > 0 });
  });
  await service.partiesChanged();
  return result;
}

type JudgedChain = { readonly newest: Descriptor; readonly news: readonly Descriptor[] };

/** Follows the chain from what we hold of this party. */
async function judgeChain(
  { primitives: p, storage, clock, party: reader }: PartyService,
  chain: readonly Descriptor[],
  name: string,
): Promise<LocalResult<JudgedChain, ChainRefusal>> {
  const held = await storage.read((tx) => tx.parties.listDescriptors(name));
  const digests = new Set(held.map(({ digest }) => digest));
  const last = held.at(-1);
  const trusted = last === undefined ? undefined : await readStored(p, last.jws);
  const firstNew = chain.findIndex(({ digest }) => !digests.has(digest));
  const news = firstNew === -1 ? [] : chain.slice(firstNew);
  const judged = news.length === 0 && trusted !== undefined ? [trusted] : news;
  const expected = { trusted, party: undefined, reader, now: clock.nowSeconds() };
  const verified = await verifyDescriptorChain(p, expected, judged);
  if (verified.ok) return { ok: true, value: { newest: verified.value, news } };
  const serial = String(trusted?.payload.serial ?? 0);
  return refuseLocally(verified.refusal.code, { peer: name, serial });
}

/**
 * Confirms a peer by the digits that a person heard.
 *
 * Digits that differ change nothing: a confirmation given before stays, for it was of this chain.
 */
async function confirmPeer(
  service: PartyService,
  { peer: name, digits }: { readonly peer: string; readonly digits: string },
  context: Recording,
): Promise<OperationResult> {
  const { primitives: p, storage, clock } = service;
  const last = await storage.read((tx) => tx.parties.readDescriptor(name, "last"));
  if (last === undefined) return refuseLocally("pair.unknown-peer", { peer: name });
  const descriptor = await readStored(p, last.jws);
  const compared = compareFingerprint(p, descriptor, digits);
  if (!compared.ok) {
    const { code, detail } = compared.refusal;
    return refuseLocally(code, { peer: name, groups: (detail.match(/\d/g) ?? []).join(", ") });
  }
  const now = clock.nowSeconds();
  const result = await storage.write(async (tx): Promise<OperationResult> => {
    const peer = await tx.parties.readPeer(name);
    // The name may be our own, whose descriptors are stored and which is no peer.
    if (peer === undefined) return refuseLocally("pair.unknown-peer", { peer: name });
    const confirmedAt = peer.confirmedAt ?? now;
    const confirmed = { ...peer, typedDigits: compared.value, confirmedAt };
    await tx.parties.writePeer(confirmed);
    await context.record?.(tx, { peer: name, digest: descriptor.digest });
    return accept({ ...summaryOf(descriptor), ...stateOf(confirmed) });
  });
  await service.partiesChanged();
  return result;
}

async function listPeers({ primitives: p, storage }: PartyService): Promise<OperationResult> {
  const rows = await storage.read(async (tx) => {
    const found: { readonly peer: PeerRow; readonly jws: string }[] = [];
    for (const peer of await tx.parties.listPeers()) {
      const last = await tx.parties.readDescriptor(peer.party, "last");
      assert(last !== undefined, "a peer is stored with its descriptor");
      found.push({ peer, jws: last.jws });
    }
    return found;
  });
  const peers: JsonValue[] = [];
  for (const { peer, jws } of rows) {
    peers.push({ ...summaryOf(await readStored(p, jws)), ...stateOf(peer) });
  }
  return accept({ peers });
}

function newPeer(party: string, importedAt: number): PeerRow {
  return { party, importedAt, typedDigits: null, confirmedAt: null };
}

/** Stored means that it was verified; what does not parse now was changed on the disk. */
export async function readStored(p: Primitives, jws: string): Promise<Descriptor> {
  const parsed = await parseDescriptor(p, jws);
  if (parsed.ok) return parsed.value;
  const detail = `a descriptor: ${parsed.refusal.code}`;
  throw new Fault("storage.damaged", detail, { retryable: false });
}

function summaryOf({ payload, digest }: Descriptor) {
  const { name, serial, validUntil, addresses } = payload;
  return { party: name, serial, digest, validUntil, addresses };
}

function stateOf({ confirmedAt }: PeerRow) {
  return { state: confirmedAt === null ? "awaiting-digits" : "confirmed", confirmedAt };
}
