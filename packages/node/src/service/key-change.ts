/**
 * A change of this party's keys: new ones made and published, old ones retired, and each peer told
 * where in its logs.
 *
 * Everything is kept in one transaction or not at all: keys, descriptor, notices, and the entries that
 * say it, whose places the notices name. Whoever calls it is the only user of the home: what was signed
 * by the old keys and not yet appended would be refused. Until the home is opened anew the node goes on
 * with the keys that it opened. spec/keys.md §7.
 *
 * @module
 */
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import type { ChannelNotice } from "@parley/core/party/channel-notice";
import { buildDescriptor, type Descriptor } from "@parley/core/party/descriptor";
import { accept, type Result } from "@parley/core/result";
import { refuseLocally } from "../local-refusal.ts";
import { operator } from "./actor.ts";
import { storeAttachment } from "./attachments.ts";
import { appendAct } from "./audit/audit-log.ts";
import type { Channel } from "./channel.ts";
import {
  type Change,
  following,
  type KeyChangeOrder,
  newestOf,
  nextDescriptor,
  nextNotice,
  readBack,
  statementsFor,
} from "./key-documents.ts";
import { makeKeysOf } from "./key-making.ts";
import { kindOfKey, type NewKey, ringOf, sealKey } from "./key-ring.ts";
import { insertDescriptor } from "./own-party.ts";
import type { PartyNode } from "./party-node.ts";
import { clearMarking, type Draft } from "./post.ts";
import type { SealedKey, StorageTransaction } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

export interface KeyChangeDone {
  readonly serial: number;
  /** Nothing was said in the logs: persons hand the documents over. */
  readonly isOutOfBand: boolean;
  readonly channels: readonly {
    readonly peer: string;
    readonly channel: string;
    /** Serial of the notice; null if nothing is said by position. */
    readonly notice: number | null;
    /** Where it stands, `class/epoch/index`. */
    readonly places: readonly string[];
  }[];
}

/** Makes the change. See the module. */
export async function changeKeys(
  node: PartyNode,
  order: KeyChangeOrder,
): Promise<Result<KeyChangeDone, string>> {
  const { storage } = node;
  const chain = await readOwnChain(node);
  const rows = await storage.read((tx) => tx.keys.listKeys({}));
  const made = order.kinds.flatMap((kind) => makeKeysOf(node.primitives, kind));
  const descriptor = await nextDescriptor(node, chain, order, made);
  if (!descriptor.ok) return descriptor;
  const retired = rows.filter((row) => mustRetire(row, order));
  const change: Change = { order, chain, descriptor: descriptor.value, retired };
  const keep = (tx: StorageTransaction) => keepKeys(node, tx, { change, made });
  return announce(node, change, keep);
}

/**
 * Retires the TLS key whose successor every peer knows by now.
 *
 * @returns `keys.nothing-to-retire`; `keys.not-seen` if a peer has not seen past the entry that named
 *   the new one: it would not let us in.
 */
export async function retireTls(
  node: PartyNode,
  order: Pick<KeyChangeOrder, "authority" | "spoolPath">,
): Promise<Result<KeyChangeDone, string>> {
  const { primitives: p, storage } = node;
  const rows = await storage.read((tx) => tx.keys.listKeys({ purpose: "tls" }));
  const present = rows.filter(({ retiredAt }) => retiredAt === null);
  const next = present.at(-1);
  if (next === undefined || present.length < 2) return refuseLocally("keys.nothing-to-retire", {});
  const unseen = await peersThatHaveNotSeen(node, next.createdAt);
  if (unseen.length > 0) return refuseLocally("keys.not-seen", { peers: unseen.join(", ") });
  const chain = await readOwnChain(node);
  const tls = newestOf(chain).payload.tls.slice(-1);
  const payload = { ...following(node, chain), tls };
  const built = await buildDescriptor(p, payload, order.authority);
  if (!built.ok) return built;
  const descriptor = await readBack(node, built.value);
  const whole = { kinds: [], rings: [], isStolen: false, disowned: [], barFrom: new Map() };
  const change = {
    order: { ...whole, ...order },
    chain,
    descriptor,
    retired: present.slice(0, -1),
  };
  return announce(node, change, (tx) => keepKeys(node, tx, { change, made: [] }));
}

/** A planned change of TLS keys overlaps; everything else that changes is retired at once. */
function mustRetire(row: SealedKey, { kinds, isStolen }: KeyChangeOrder): boolean {
  const kind = kindOfKey(row);
  return (
    row.retiredAt === null && kinds.some((one) => one === kind) && (kind !== "tls" || isStolen)
  );
}

async function announce(
  node: PartyNode,
  change: Change,
  keep: (tx: StorageTransaction) => Promise<void>,
): Promise<Result<KeyChangeDone, string>> {
  const { kinds, isStolen } = change.order;
  // Whoever holds the log or TLS keys could answer in our place: the log is no way to say so.
  const isOutOfBand = isStolen && (kinds.includes("log") || kinds.includes("tls"));
  const told: ToldChannel[] = [];
  for (const channel of node.channels.channels()) {
    const one = await tellChannel(node, channel, { change, isOutOfBand });
    if (!one.ok) return one;
    told.push(one.value);
  }
  const parts = told.flatMap(({ parts }) => parts);
  await node.ownLogs.appendTogether(parts, async (tx) => {
    await keep(tx);
    for (const { notice } of told) if (notice !== undefined) await keepNotice(node, tx, notice);
    // It takes the authority's passphrase and the home's files, which no session stands for.
    const what = { serial: change.descriptor.payload.serial, kinds: [...kinds], isStolen };
    const at = node.clock.nowSeconds();
    await appendAct(tx, node.primitives, { act: "keys.change", at, by: operator, what });
  });
  node.audit.signSoon();
  return accept({
    serial: change.descriptor.payload.serial,
    isOutOfBand,
    channels: told.map(({ channel, notice, parts }) => ({
      ...{ peer: channel.peer, channel: channel.id, notice: notice?.payload.serial ?? null },
      places: parts.map(({ log, requests }) => {
        return `${log.class}/${log.epoch}/${log.size + requests.length - 1}`;
      }),
    })),
  });
}

interface ToldChannel {
  readonly channel: Channel;
  readonly notice: ChannelNotice | undefined;
  readonly parts: Parameters<PartyNode["ownLogs"]["appendTogether"]>[0];
}

/** The notice to one peer, and the entries that bring it, sealed and not yet appended. */
async function tellChannel(
  node: PartyNode,
  channel: Channel,
  { change, isOutOfBand }: { readonly change: Change; readonly isOutOfBand: boolean },
): Promise<Result<ToldChannel, string>> {
  const logs = await node.listLogs(channel);
  const newest = (direction: LogRow["direction"]) =>
    channel.agreement.classes.flatMap((each) => {
      const found = logs.findLast((log) => log.class === each && log.direction === direction);
      return found === undefined ? [] : [found];
    });
  const [own, mirrors] = [newest("own"), newest("mirror")];
  const missing = unsaidDescriptors(channel, change);
  const entryCount = isOutOfBand ? 0 : missing.length;
  const statements = statementsFor(change, { own, mirrors, entryCount });
  const notice = await nextNotice(node, channel, { change, statements });
  if (!notice.ok) return notice;
  if (isOutOfBand) return accept({ channel, notice: notice.value, parts: [] });
  const drafts = await draftsFor(node, channel, { missing, change, notice: notice.value });
  if (!drafts.ok) return drafts;
  const parts: ToldChannel["parts"][number][] = [];
  for (const log of own) {
    const requests = [];
    for (const draft of drafts.value) {
      const prepared = await node.post.prepare(channel, { ...draft, class: log.class });
      if (!prepared.ok) return prepared;
      requests.push(prepared.value.request);
    }
    parts.push({ log, requests });
  }
  return accept({ channel, notice: notice.value, parts });
}

/** What was published since the peer certainly followed us, the new one last: held ones do no harm. */
function unsaidDescriptors(channel: Channel, { chain, descriptor }: Change): readonly Descriptor[] {
  const mine = channel.agreement.parties.find(({ name }) => name === channel.me);
  const digests = [mine?.descriptor, channel.ownKeys.notices.at(-1)?.payload.descriptor];
  const known = Math.max(
    ...digests.map((each) => chain.findIndex(({ digest }) => digest === each)),
  );
  return [...chain.slice(known + 1), descriptor];
}

/** One entry for each descriptor; the last brings the notice too. Documents that are long are files. */
async function draftsFor(
  node: PartyNode,
  channel: Channel,
  said: {
    readonly missing: readonly Descriptor[];
    readonly change: Change;
    readonly notice: ChannelNotice | undefined;
  },
): Promise<Result<readonly Omit<Draft, "class">[], string>> {
  const { primitives: p, storage, clock } = node;
  const ports = { p, storage, clock, spoolPath: said.change.order.spoolPath };
  const drafts: Omit<Draft, "class">[] = [];
  for (const [at, { text }] of said.missing.entries()) {
    const file = await storeAttachment(ports, channel, [encodeUtf8(text)]);
    if (!file.ok) return file;
    const isLast = at === said.missing.length - 1;
    const named = { role: "file", mediaType: "application/jose+json", name: null, ...file.value };
    drafts.push({
      by: "node",
      control: {
        ...{ kind: "key-change.v1", case: null, answers: null, ask: null, clock: null },
        to: "node",
      },
      blocks: {
        notice: {
          marking: clearMarking,
          descriptor: { attachment: file.value.digest },
          channelNotice: isLast ? (said.notice?.text ?? null) : null,
        },
        attachments: { marking: clearMarking, files: [named] },
      },
      items: null,
    });
  }
  return accept(drafts);
}

async function keepKeys(
  { primitives: p, clock }: PartyNode,
  tx: StorageTransaction,
  { change, made }: { readonly change: Change; readonly made: readonly NewKey[] },
): Promise<void> {
  const now = clock.nowSeconds();
  const stored = await insertDescriptor(tx, change.descriptor, now);
  assert(stored === "stored", "nobody else uses the home");
  for (const { id } of change.retired) await tx.keys.retireKey(id, now);
  for (const key of made) {
    const ring = change.order.rings.find(({ name }) => name === ringOf(key));
    assert(ring !== undefined, "the ring of each new key was handed in");
    await tx.keys.insertKey(sealKey(p, ring, key, now));
  }
}

async function keepNotice(
  { clock, party }: PartyNode,
  tx: StorageTransaction,
  { payload, digest, text }: ChannelNotice,
): Promise<void> {
  const row = { channel: payload.channel, author: party, digest, jws: text };
  await tx.channels.insertNotice({ ...row, storedAt: clock.nowSeconds() });
}

async function readOwnChain(node: PartyNode): Promise<readonly Descriptor[]> {
  const rows = await node.storage.read((tx) => tx.parties.listDescriptors(node.party));
  return Promise.all(rows.map(({ jws }) => readBack(node, jws)));
}

/** Peers in whose channel no key-change since `since` is settled. */
async function peersThatHaveNotSeen(node: PartyNode, since: number): Promise<readonly string[]> {
  const unseen: string[] = [];
  for (const { id, me, peer } of node.channels.channels()) {
    const visibility = { channels: [id], classes: ["live"], desks: "all" } as const;
    const { rows } = await node.storage.read((tx) =>
      tx.projections.listMessages({ author: me, kind: "key-change" }, visibility, {
        ...{ after: null, rowsMax: 1 },
      }),
    );
    const [last] = rows;
    const hasSeen = last?.isSettled === true && last.refusedAs === null && (last.iat ?? 0) >= since;
    if (!hasSeen) unseen.push(peer);
  }
  return unseen;
}
