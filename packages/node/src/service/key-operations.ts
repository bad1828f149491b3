/**
 * What can be asked about keys without opening any: how old they are, what a peer is handed when the
 * channel cannot be relied on, and what a peer has handed over.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseJws } from "@parley/core/crypto/jws";
import { assert } from "@parley/core/fault";
import { parseOrigin } from "@parley/core/log/origin";
import {
  type ChannelNotice,
  noticeBytesMax,
  noticeType,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { authorityKeys, type Descriptor, descriptorBytesMax } from "@parley/core/party/descriptor";
import { fingerprint } from "@parley/core/party/fingerprint";
import { judgePositions, placesTaken } from "@parley/core/party/notice-positions";
import { partyName } from "@parley/core/party/party-name";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { readHeldPositions } from "./held-positions.ts";
import { kindOfKey } from "./key-ring.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import { chainLengthMax, importPeer, type PartyService, readStored } from "./party-operations.ts";
import { StoredChannels } from "./stored-channels.ts";

/** Notices in one file, at most: one for each change of keys and each restore. */
export const handedNoticesMax = 256;

const document = z.string().max(Math.max(descriptorBytesMax, noticeBytesMax));

export const keyOperations: Operations<PartyService> = {
  "keys.list": defineOperation(z.strictObject({}), listKeys),
  "keys.handover": defineOperation(
    z.strictObject({ peer: partyName }),
    (service: PartyService, { peer }) => handOver(service, peer),
  ),
  "keys.import": defineOperation(
    z.strictObject({
      documents: z
        .array(document)
        .min(1)
        .max(chainLengthMax + handedNoticesMax),
    }),
    (service: PartyService, { documents }, context) => importDocuments(service, documents, context),
  ),
};

/** Public parts and ages of our keys; and of each peer whether the digits typed are still its own. */
async function listKeys({ primitives: p, storage, party }: PartyService): Promise<OperationResult> {
  const stored = await storage.read(async (tx) => ({
    keys: await tx.keys.listKeys({}),
    own: await tx.parties.listDescriptors(party),
    peers: await Promise.all(
      (await tx.parties.listPeers()).map(async (peer) => ({
        peer,
        last: await tx.parties.readDescriptor(peer.party, "last"),
      })),
    ),
  }));
  const keys: JsonValue[] = stored.keys.map((row) => {
    const { id, purpose, algorithm, createdAt, retiredAt } = row;
    return { kind: kindOfKey(row), purpose, algorithm, id, createdAt, retiredAt };
  });
  const chain = await Promise.all(stored.own.map(({ jws }) => readStored(p, jws)));
  const peers: JsonValue[] = [];
  for (const { peer, last } of stored.peers) {
    if (peer.typedDigits === null || last === undefined) continue;
    const present = digitsOf(fingerprint(p, await readStored(p, last.jws)));
    const isCurrent = digitsOf(peer.typedDigits) === present;
    peers.push({ peer: peer.party, digits: isCurrent ? "current" : "outdated" });
  }
  return accept({ keys: [...authorityRows(chain), ...keys], peers });
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** The authority's keys are in no row: the descriptors say since when they are in force. */
function authorityRows(chain: readonly Descriptor[]): JsonValue[] {
  const rows = new Map<string, { since: number; until: number | null; algorithm: string }>();
  for (const descriptor of chain) {
    const { issuedAt } = descriptor.payload;
    const present = authorityKeys(descriptor);
    for (const [kid, row] of rows) {
      const isGone = row.until === null && !present.some((key) => key.kid === kid);
      if (isGone) rows.set(kid, { ...row, until: issuedAt });
    }
    for (const { kid, algorithm } of present) {
      if (!rows.has(kid)) rows.set(kid, { since: issuedAt, until: null, algorithm });
    }
  }
  return [...rows].map(([id, { since, until, algorithm }]) => {
    const about = { kind: "authority", purpose: "sign", algorithm, id };
    return { ...about, createdAt: since, retiredAt: until };
  });
}

async function handOver(service: PartyService, peer: string): Promise<OperationResult> {
  const { storage, party } = service;
  const documents = await storage.read(async (tx) => {
    const channels = await tx.channels.listChannels(peer);
    const channel = channels.find(({ state }) => state === "open");
    if (channel === undefined) return undefined;
    const descriptors = await tx.parties.listDescriptors(party);
    const notices = await tx.channels.listNotices(channel.id);
    return [
      ...descriptors.slice(-chainLengthMax).map(({ jws }) => jws),
      ...notices.filter(({ author }) => author === party).map(({ jws }) => jws),
    ];
  });
  if (documents === undefined) return refuseLocally("pair.unknown-peer", { peer });
  return accept({ peer, documents });
}

/** Descriptors first: a notice names one of them. A notice that is held already changes nothing. */
async function importDocuments(
  service: PartyService,
  documents: readonly string[],
  { record }: Pick<OperationContext, "record">,
): Promise<OperationResult> {
  const isNotice = (text: string) => {
    const jws = parseJws(text, noticeBytesMax);
    return jws.ok && jws.value.signatures[0]?.header.typ === noticeType;
  };
  const descriptors = documents.filter((text) => !isNotice(text));
  if (descriptors.length === 0) return refuseLocally("keys.no-descriptor", {});
  const imported = await importPeer(service, descriptors, {
    isKnownOnly: true,
    ...(record && { record }),
  });
  if (!imported.ok) return imported;
  const about = z.looseObject({ party: z.string(), isNew: z.boolean() }).parse(imported.value);
  let { isNew } = about;
  for (const text of documents.filter(isNotice)) {
    const kept = await importNotice(service, about.party, text);
    if (!kept.ok) return kept;
    isNew ||= kept.value === "stored";
  }
  await service.partiesChanged();
  return accept({ ...about, isNew } as JsonValue);
}

async function importNotice(service: PartyService, peer: string, text: string) {
  const { primitives: p, storage, clock } = service;
  const book = new StoredChannels(p, storage);
  await book.reload();
  const [channel] = book.byPeer(peer);
  if (channel === undefined) return refuseLocally("pair.unknown-peer", { peer });
  const { notices: before, descriptors } = channel.peerKeys;
  if (before.some((held) => held.text === text)) return accept("present" as const);
  const place = { party: peer, peer: channel.me, channel: channel.id };
  const verified = await verifyNotice(p, text, { ...place, descriptors, before });
  if (!verified.ok) return verified;
  return await keep({ storage, clock }, channel, verified.value);
}

async function keep(
  { storage, clock }: Pick<PartyService, "storage" | "clock">,
  channel: Channel,
  { payload, digest, text }: ChannelNotice,
) {
  return storage.write(async (tx) => {
    const heldOf = await readHeldPositions(tx, channel.id, undefined);
    const judged = judgePositions(payload.statements, heldOf);
    if (!judged.ok) {
      const places = flagsFor(channel, placesTaken(payload.statements, heldOf));
      return refuseLocally("notice.below-receipted", { peer: channel.peer, places });
    }
    const row = { channel: channel.id, author: channel.peer, digest, jws: text };
    await tx.channels.insertNotice({ ...row, storedAt: clock.nowSeconds() });
    return accept("stored" as const);
  });
}

/** As the author types them: `--bar-from` for its own logs, `--receipts-from` for ours. */
function flagsFor({ me }: Channel, places: ReadonlyMap<string, number>): string {
  const flags = [...places].map(([origin, place]) => {
    const log = parseOrigin(origin);
    assert(log.ok, "the origin of a verified statement");
    const { author, class: of, epoch } = log.value;
    return `${author === me ? "--receipts-from" : "--bar-from"} ${of}/${epoch}/${place}`;
  });
  return flags.join(" ");
}
