/**
 * The channels of this node, read from its storage: every descriptor, notice and agreement is
 * verified again when it is read, so that a changed row is found and never obeyed. Rows of one
 * channel that do not verify close that channel and no other.
 *
 * @module
 */
import { parseAgreement, requireBoth } from "@parley/core/agreement/agreement";
import {
  type AgreementChain,
  agreedDescriptor,
  agreementFor,
  appendAgreement,
  newestAgreement,
} from "@parley/core/agreement/agreement-chain";
import { clockPeriods, desksBelow } from "@parley/core/agreement/agreement-rules";
import { fromBase64Url } from "@parley/core/bytes/base64";
import type { Side } from "@parley/core/case/case-table";
import type { Primitives } from "@parley/core/crypto/primitives";
import { Fault } from "@parley/core/fault";
import { mirrorName } from "@parley/core/log/cosignature";
import { channelHexOf, parseOrigin } from "@parley/core/log/origin";
import { makeJti } from "@parley/core/message/control";
import { descriptorsUpTo, verifyNotice } from "@parley/core/party/channel-notice";
import { type Descriptor, openingKey, parseDescriptor } from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import {
  keyHolder,
  logKeysAt,
  mirrorKeysAt,
  type PartyKeys,
} from "@parley/core/party/key-positions";
import type { Channel, ChannelBook, KnownOrigin } from "./channel.ts";
import type { AgreementRow, ChannelRow, NoticeRow, Storage, StorageReader } from "./storage.ts";

interface Rows {
  readonly me: string;
  readonly descriptors: ReadonlyMap<string, readonly string[]>;
  readonly confirmed: ReadonlySet<string>;
  readonly channels: readonly {
    readonly row: ChannelRow;
    readonly agreements: readonly AgreementRow[];
    readonly notices: readonly NoticeRow[];
  }[];
}

/** A channel that is closed because what is stored of it, or of its peer, does not verify. */
export interface DamagedChannel {
  readonly peer: string;
  readonly cause: Fault;
}

export class StoredChannels implements ChannelBook {
  readonly #p: Primitives;
  readonly #storage: Storage;
  #channels: readonly Channel[] = [];
  #damaged: readonly DamagedChannel[] = [];
  #byHex = new Map<string, Channel>();
  #byPin = new Map<string, string>();

  /** {@link fingerprint} of the last reload. */
  #read = "";

  constructor(p: Primitives, storage: Storage) {
    this.#p = p;
    this.#storage = storage;
  }

  channels(): readonly Channel[] {
    return this.#channels;
  }

  /** What the last reload left out. */
  damaged(): readonly DamagedChannel[] {
    return this.#damaged;
  }

  byId(id: string): Channel | undefined {
    return this.#channels.find((channel) => channel.id === id);
  }

  byPeer(peer: string): readonly Channel[] {
    return this.#channels.filter((channel) => channel.peer === peer);
  }

  byOrigin(origin: string): KnownOrigin | undefined {
    const parsed = parseOrigin(origin);
    if (!parsed.ok) return undefined;
    const { author, peer, channelHex, class: trafficClass, epoch } = parsed.value;
    const channel = this.#byHex.get(channelHex);
    const names = channel && [channel.me, channel.peer];
    if (channel === undefined || !names?.includes(author) || !names.includes(peer))
      return undefined;
    if (author === peer) return undefined;
    return { channel, author, class: trafficClass, epoch };
  }

  peerByPin(pin: string): string | undefined {
    return this.#byPin.get(pin);
  }

  /** Whether another process has changed what the last reload read. */
  async isBehind(): Promise<boolean> {
    return fingerprint(await this.#storage.read(readRows)) !== this.#read;
  }

  /** @throws Fault `storage.damaged` if this party's own descriptors do not verify. */
  async reload(): Promise<void> {
    const rows = await this.#storage.read(readRows);
    this.#read = fingerprint(rows);
    const own = rows.descriptors.get(rows.me) ?? [];
    const chains = new Map([[rows.me, await readChain(this.#p, rows.me, own)]]);
    const damaged: DamagedChannel[] = [];
    for (const [peer, texts] of rows.descriptors) {
      if (peer === rows.me) continue;
      await unlessDamaged(damaged, peer, async () => {
        chains.set(peer, await readChain(this.#p, peer, texts));
      });
    }
    const channels: Channel[] = [];
    for (const { row, agreements, notices } of rows.channels) {
      if (!chains.has(row.peer)) continue;
      const parties = { me: rows.me, peer: row.peer, chains };
      await unlessDamaged(damaged, row.peer, async () => {
        const channel = await readChannel(this.#p, { row, agreements, notices }, parties);
        if (channel !== undefined) channels.push(channel);
      });
    }
    this.#damaged = damaged;
    this.#channels = channels;
    this.#byHex = new Map(channels.map((channel) => [hexOf(channel.id), channel]));
    this.#byPin = new Map(
      [...rows.confirmed].flatMap((peer) =>
        (chains.get(peer)?.at(-1)?.payload.tls ?? []).map((pin) => [pin, peer] as const),
      ),
    );
  }
}

async function unlessDamaged(
  damaged: DamagedChannel[],
  peer: string,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "storage.damaged") throw cause;
    damaged.push({ peer, cause });
  }
}

/** Changes with what is read: what may stand in these rows is told apart by its digest. */
function fingerprint({ descriptors, confirmed, channels }: Rows): string {
  return JSON.stringify([
    [...descriptors].map(([party, texts]) => [party, texts.length]),
    [...confirmed],
    channels.map(({ row, agreements, notices }) => [
      [row.id, row.state, notices.length],
      agreements.map(({ version, signedBy }) => [version, signedBy.length]),
    ]),
  ]);
}

async function readRows(tx: StorageReader): Promise<Rows> {
  const home = await tx.home.readHome();
  if (home === undefined) throw damaged("no home record");
  const peers = (await tx.parties.listPeers()).filter(({ confirmedAt }) => confirmedAt !== null);
  const descriptors = new Map<string, readonly string[]>();
  for (const party of [home.party, ...peers.map((peer) => peer.party)]) {
    descriptors.set(
      party,
      (await tx.parties.listDescriptors(party)).map(({ jws }) => jws),
    );
  }
  const confirmed = new Set(peers.map(({ party }) => party));
  const channels = [];
  for (const row of await tx.channels.listChannels()) {
    if (row.state !== "open" || !confirmed.has(row.peer)) continue;
    const agreements = await tx.channels.listAgreements(row.id);
    const notices = await tx.channels.listNotices(row.id);
    channels.push({ row, agreements, notices });
  }
  return { me: home.party, descriptors, confirmed, channels };
}

async function readChain(
  p: Primitives,
  party: string,
  texts: readonly string[],
): Promise<readonly Descriptor[]> {
  const chain: Descriptor[] = [];
  for (const text of texts) {
    const read = await parseDescriptor(p, text);
    if (!read.ok) throw damaged(`descriptor of ${party}: ${read.refusal.code}`);
    chain.push(read.value);
  }
  // Whether the newest is still valid today is asked when something is sent, not when it is read.
  const expected = { trusted: undefined, party, reader: undefined, now: 0 };
  const followed = await verifyDescriptorChain(p, expected, chain);
  if (!followed.ok) throw damaged(`descriptors of ${party}: ${followed.refusal.code}`);
  return chain;
}

async function readChannel(
  p: Primitives,
  stored: Omit<Rows["channels"][number], never>,
  parties: {
    readonly me: string;
    readonly peer: string;
    readonly chains: ReadonlyMap<string, readonly Descriptor[]>;
  },
): Promise<Channel | undefined> {
  const { me, peer, chains } = parties;
  // Whatever is wrong with the id is wrong here, and not when something is looked up.
  hexOf(stored.row.id);
  const agreements = await readAgreements(p, stored.agreements, [...chains.values()].flat());
  if (agreements === undefined) return undefined;
  const keysOf = async (party: string, other: string): Promise<PartyKeys> => {
    const descriptors = chains.get(party) ?? [];
    const own = stored.notices.filter(({ author }) => author === party);
    const about = { party, peer: other, channel: stored.row.id, descriptors };
    const agreed = agreedDescriptor(agreements, party);
    return { descriptors, notices: await readNotices(p, about, own), agreed };
  };
  const keys = new Map([
    [me, await keysOf(me, peer)],
    [peer, await keysOf(peer, me)],
  ]);
  return channelOf(p, { id: stored.row.id, me, peer, agreements, keys });
}

async function readAgreements(
  p: Primitives,
  rows: readonly AgreementRow[],
  descriptors: readonly Descriptor[],
): Promise<AgreementChain | undefined> {
  let chain: AgreementChain | undefined;
  for (const { jws, version, signedBy } of rows) {
    if (signedBy.length < 2) continue;
    const read = await parseAgreement(p, jws, descriptors);
    if (!read.ok) throw damaged(`agreement ${version}: ${read.refusal.code}`);
    const both = requireBoth(read.value);
    if (!both.ok) throw damaged(`agreement ${version}: ${both.refusal.code}`);
    const grown = appendAgreement(chain, both.value);
    if (!grown.ok) throw damaged(`agreement ${version}: ${grown.refusal.code}`);
    chain = grown.value;
  }
  return chain;
}

async function readNotices(
  p: Primitives,
  about: Omit<Parameters<typeof verifyNotice>[2], "before">,
  rows: readonly NoticeRow[],
): Promise<PartyKeys["notices"]> {
  const notices: PartyKeys["notices"][number][] = [];
  for (const { jws } of rows) {
    const descriptors = descriptorsUpTo(jws, about.descriptors);
    const read = await verifyNotice(p, jws, { ...about, descriptors, before: notices });
    if (!read.ok) throw damaged(`notice of ${about.party}: ${read.refusal.code}`);
    notices.push(read.value);
  }
  return notices;
}

function channelOf(
  p: Primitives,
  made: {
    readonly id: string;
    readonly me: string;
    readonly peer: string;
    readonly agreements: AgreementChain;
    readonly keys: ReadonlyMap<string, PartyKeys>;
  },
): Channel {
  const { id, me, peer, agreements } = made;
  const said = (party: string): PartyKeys =>
    made.keys.get(party) ?? { descriptors: [], notices: [] };
  const newest = said(peer).descriptors.at(-1);
  if (newest === undefined) throw damaged(`no descriptor of ${peer}`);
  const agreement = newestAgreement(agreements).payload;
  const named = (version: number) => agreements.versions[version - 1]?.payload ?? agreement;
  const mySide: Side = me < peer ? 0 : 1;
  const otherOf = (party: string) => (party === me ? peer : me);
  return {
    id,
    me,
    peer,
    mySide,
    peerSide: mySide === 0 ? 1 : 0,
    makeJti: () => makeJti(p, mySide),
    suite: "pq1",
    agreementVersion: agreement.version,
    agreement,
    agreementStanding: (version, receivedAt) => {
      const found = agreementFor(agreements, version, receivedAt);
      if (found.ok) return "in-force";
      return found.refusal.code === "agreement.superseded" ? "superseded" : "unknown";
    },
    periods: (version, kind, severity) => clockPeriods(named(version), kind, severity),
    desksBelow: (version, desk) => desksBelow(named(version), desk),
    peerOpeningKey: (to) => openingKey(newest, to),
    peerKeys: said(peer),
    ownKeys: said(me),
    signerAt: (origin, kid) => keyHolder(said(peer), { kid, origin }),
    ownSignerOf: (kid) => keyHolder(said(me), { kid, origin: "" })?.name,
    logKeys: (origin, size) => {
      const author = origin.split("/", 1)[0] ?? "";
      return logKeysAt(said(author), origin, size);
    },
    mirrorOf: (author, origin, size) => {
      const mirror = otherOf(author);
      return { name: mirrorName(mirror), keys: mirrorKeysAt(said(mirror), origin, size) };
    },
    peerAddresses: newest.payload.addresses,
    peerPins: newest.payload.tls,
    attachmentBytesMax: agreement.attachments.bytesMax,
    attachmentBytesPerDay: agreement.attachments.bytesPerDay,
    entriesPerHourMax: agreement.quotas.entriesPerHour,
    bytesPerHourMax: agreement.quotas.bytesPerHour,
  };
}

function hexOf(channelId: string): string {
  const bytes = fromBase64Url(channelId);
  if (bytes === undefined) throw damaged("a channel id is not one");
  return channelHexOf(bytes);
}

function damaged(what: string): Fault {
  return new Fault("storage.damaged", what, { retryable: false });
}
