/**
 * What can be asked about agreements: a draft to sign, and what was signed by both.
 *
 * As with descriptors, nothing here needs the authority's key: signing is done where its file is. A
 * proposal that one side has signed lives in its file only; what both have signed is stored, and
 * opens the channel.
 *
 * @module
 */
import {
  type Agreement,
  agreementBytesMax,
  checkAgreementPayload,
  parseAgreement,
  readAgreementDraft,
  requireBoth,
} from "@parley/core/agreement/agreement";
import { type AgreementChain, appendAgreement } from "@parley/core/agreement/agreement-chain";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { defaultAgreement } from "@parley/core/agreement/default-agreement";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseJws } from "@parley/core/crypto/jws";
import { Fault } from "@parley/core/fault";
import type { Descriptor } from "@parley/core/party/descriptor";
import { partyName } from "@parley/core/party/party-name";
import { accept, refuse } from "@parley/core/result";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import { type PartyService, readStored } from "./party-operations.ts";
import type { AgreementRow, ChannelRow } from "./storage.ts";

const secondsPerDay = 86_400;
const agreementText = z.string().max(agreementBytesMax);

export const agreementOperations: Operations<PartyService> = {
  "agreement.draft": defineOperation(
    z.strictObject({
      peer: partyName,
      adoptDays: z.int().min(1).max(366),
      /** A draft as it was edited; absent: the default, or the version in force. */
      draft: agreementText.optional(),
    }),
    draftAgreement,
  ),
  "agreement.read": defineOperation(
    z.strictObject({ agreement: agreementText }),
    async (service: PartyService, { agreement }) => {
      const read = await readForPeer(service, agreement);
      return read.ok ? accept(summaryOf(read.value.agreement)) : read;
    },
  ),
  "agreement.import": defineOperation(
    z.strictObject({ agreement: agreementText }),
    (service: PartyService, { agreement }, context) => importAgreement(service, agreement, context),
  ),
  "agreement.list": defineOperation(
    z.strictObject({ peer: partyName.optional() }),
    (service: PartyService, { peer }) => listAgreements(service, peer),
  ),
};

/** What both sides need to know of a peer before anything can be agreed with it. */
interface PeerState {
  readonly name: string;
  /** Oldest first, of both parties. */
  readonly descriptors: readonly Descriptor[];
  readonly own: Descriptor;
  readonly theirs: Descriptor;
  readonly channel: ChannelRow | undefined;
  /** In force; `undefined` before version 1. */
  readonly chain: AgreementChain | undefined;
}
type Refused = Extract<OperationResult, { readonly ok: false }>;
type PeerRefusal = "pair.unknown-peer" | "pair.not-confirmed";

async function readPeer(
  { primitives: p, storage, party }: PartyService,
  name: string,
): Promise<LocalResult<PeerState, PeerRefusal>> {
  const rows = await storage.read(async (tx) => {
    const channel = (await tx.channels.listChannels(name)).find(({ state }) => state === "open");
    return {
      peer: await tx.parties.readPeer(name),
      own: await tx.parties.listDescriptors(party),
      theirs: await tx.parties.listDescriptors(name),
      channel,
      agreements: channel === undefined ? [] : await tx.channels.listAgreements(channel.id),
    };
  });
  if (rows.peer === undefined) return refuseLocally("pair.unknown-peer", { peer: name });
  if (rows.peer.confirmedAt === null) return refuseLocally("pair.not-confirmed", { peer: name });
  const own = await Promise.all(rows.own.map(({ jws }) => readStored(p, jws)));
  const theirs = await Promise.all(rows.theirs.map(({ jws }) => readStored(p, jws)));
  const [ownLast, theirsLast] = [own.at(-1), theirs.at(-1)];
  if (ownLast === undefined || theirsLast === undefined) throw damaged("no descriptor");
  const descriptors = [...own, ...theirs];
  let chain: AgreementChain | undefined;
  for (const { jws } of rows.agreements) {
    const parsed = await parseAgreement(p, jws, descriptors);
    const both = parsed.ok ? requireBoth(parsed.value) : parsed;
    const grown = both.ok ? appendAgreement(chain, both.value) : both;
    if (!grown.ok) throw damaged(`an agreement: ${grown.refusal.code}`);
    chain = grown.value;
  }
  const { channel } = rows;
  const parties = { descriptors, own: ownLast, theirs: theirsLast };
  return { ok: true, value: { name, ...parties, channel, chain } };
}

async function draftAgreement(
  service: PartyService,
  input: { readonly peer: string; readonly adoptDays: number; readonly draft?: string | undefined },
): Promise<OperationResult> {
  const peer = await readPeer(service, input.peer);
  if (!peer.ok) return peer;
  const createdAt = service.clock.nowSeconds();
  const dates = { createdAt, adoptBy: createdAt + input.adoptDays * secondsPerDay };
  const started = startDraft(peer.value, dates, input.draft);
  if (!started.ok) return started;
  const { version } = started.value;
  return accept({ peer: input.peer, version, payload: started.value as unknown as JsonValue });
}

/** The draft that was edited, or the version in force, or the default: as the next version, of today. */
function startDraft(
  { own, theirs, chain }: PeerState,
  dates: { readonly createdAt: number; readonly adoptBy: number },
  draft: string | undefined,
): ReturnType<typeof readAgreementDraft> {
  const fresh = defaultAgreement({ parties: [own, theirs], ...dates });
  const inForce = chain?.versions.at(-1);
  const edited = draft === undefined ? undefined : readAgreementDraft(draft);
  if (edited?.ok === false) return edited;
  const base = edited?.value ?? inForce?.payload ?? fresh;
  const version = (inForce?.payload.version ?? 0) + 1;
  const previous = inForce?.digest ?? null;
  return accept({ ...base, ...dates, version, previous, parties: fresh.parties });
}

type Read = { readonly agreement: Agreement; readonly peer: PeerState };

/** Reads what one side or both have signed, with the peer that it names besides us. */
async function readForPeer(
  service: PartyService,
  text: string,
): Promise<{ readonly ok: true; readonly value: Read } | Refused> {
  const jws = parseJws(text, agreementBytesMax);
  if (!jws.ok) return jws;
  const payload = checkAgreementPayload(jws.value.payload);
  if (!payload.ok) return payload;
  const names = payload.value.parties.map(({ name }) => name);
  const other = names.find((name) => name !== service.party);
  if (other === undefined || !names.includes(service.party)) {
    return refuse("agreement.wrong-parties", "not between this party and another");
  }
  const peer = await readPeer(service, other);
  if (!peer.ok) return peer;
  const parsed = await parseAgreement(service.primitives, text, peer.value.descriptors);
  return parsed.ok ? accept({ agreement: parsed.value, peer: peer.value }) : parsed;
}

async function importAgreement(
  service: PartyService,
  text: string,
  { record }: Pick<OperationContext, "record">,
): Promise<OperationResult> {
  const read = await readForPeer(service, text);
  if (!read.ok) return read;
  const { agreement, peer } = read.value;
  const both = requireBoth(agreement);
  if (!both.ok) return both;
  const grown = appendAgreement(peer.chain, both.value);
  if (!grown.ok) return grown;
  const storedAt = service.clock.nowSeconds();
  const id = grown.value.channel;
  const { payload, digest, signedBy } = both.value;
  const outcome = await service.storage.write(async (tx) => {
    const row: ChannelRow = { id, peer: peer.name, state: "open", createdAt: storedAt };
    if (peer.channel === undefined) await tx.channels.insertChannel(row);
    const { version } = payload;
    const agreed = { channel: id, version, digest };
    const written = await tx.channels.writeAgreement({ ...agreed, jws: text, signedBy, storedAt });
    if (written !== "conflict") await record?.(tx, { peer: peer.name, ...agreed });
    return written;
  });
  if (outcome === "conflict") return refuse("agreement.forked", "another one was stored meanwhile");
  await service.partiesChanged();
  return accept({ ...summaryOf(agreement), peer: peer.name, channel: id });
}

async function listAgreements(
  { storage }: PartyService,
  peer: string | undefined,
): Promise<OperationResult> {
  const channels = await storage.read(async (tx) => {
    const list: JsonValue[] = [];
    for (const { id, peer: name, state } of await tx.channels.listChannels(peer)) {
      const versions = (await tx.channels.listAgreements(id)).map(versionOf);
      list.push({ channel: id, peer: name, state, versions });
    }
    return list;
  });
  return accept({ channels });
}

function versionOf({ version, digest, signedBy, storedAt, jws }: AgreementRow): JsonValue {
  return { version, digest, signedBy, storedAt, agreement: jws };
}

function summaryOf({ payload, digest, signedBy, text }: Agreement) {
  const { version, adoptBy, createdAt } = payload;
  const parties = payload.parties.map(({ name }) => name);
  return {
    version,
    digest,
    parties,
    signedBy,
    createdAt,
    adoptBy,
    agreement: text,
    payload: json(payload),
  };
}

/** The payload is JSON by its schema, whose optional members TypeScript cannot match to it. */
function json(payload: AgreementPayload): JsonValue {
  return payload as unknown as JsonValue;
}

function damaged(detail: string): Fault {
  return new Fault("storage.damaged", detail, { retryable: false });
}
