/**
 * Two parties with real databases and real sockets on the loopback, and nothing above the exchange:
 * entries are made-up octets that nobody opens. For tests of spec/exchange.md.
 *
 * @module
 */

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert, Fault } from "@parley/core/fault";
import { type LogSigners, signCheckpoint } from "@parley/core/log/checkpoint";
import { mirrorName } from "@parley/core/log/cosignature";
import { channelHexOf, formatOrigin, originHash, type TrafficClass } from "@parley/core/log/origin";
import { appendLeaves, emptyRoot, leafHash, readRange, rootOf } from "@parley/core/log/tree";
import { refuse } from "@parley/core/result";
import { createPeerListener, type PeerAppLimits } from "@parley/node/http/peer/peer-app";
import { createPeerDialer } from "@parley/node/http/peer/peer-client";
import {
  createPeerAgent,
  createPeerServer,
  makeTlsIdentity,
  type PeerServerLimits,
  type TlsIdentity,
} from "@parley/node/http/peer/tls";
import { createLog, type Log } from "@parley/node/log";
import { AttachmentIntake } from "@parley/node/service/attachment-intake";
import { AttachmentTransfer } from "@parley/node/service/attachment-transfer";
import type { Channel, ChannelBook } from "@parley/node/service/channel";
import { type Clock, systemClock } from "@parley/node/service/clock";
import { ExchangeQuota } from "@parley/node/service/exchange-quota";
import type { ForkEvidence } from "@parley/node/service/fork-evidence";
import { LinkStates } from "@parley/node/service/link-states";
import { Mirror } from "@parley/node/service/mirror";
import type { PeerDialer, PeerLink } from "@parley/node/service/peer-link";
import { PeerLogs } from "@parley/node/service/peer-logs";
import { type BadReceipt, ReceiptIntake } from "@parley/node/service/receipt-intake";
import { Sender } from "@parley/node/service/sender";
import { soleUser } from "@parley/node/service/sharing";
import type { Storage } from "@parley/node/service/storage";
import type { AttachmentKey } from "@parley/node/service/storage-content";
import type { LogRow } from "@parley/node/service/storage-log";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";
import { type FaultyStorage, faultyStorage } from "./faulty-storage.ts";
import { type RawConnection, rawConnection } from "./raw-connection.ts";

/** The channel of both. */
export const channelId = toBase64Url(p.sha256(encodeUtf8("a channel of tests")));
const channelHex = channelHexOf(p.sha256(encodeUtf8("a channel of tests")));

export const washington = "washington.example";
export const moscow = "moscow.example";

/** What a party's agreement and descriptor say here; a test changes it as it goes. */
export interface ExchangeTerms {
  addresses: readonly string[];
  attachmentBytesMax: number;
  attachmentBytesPerDay: number;
  entriesPerHourMax: number;
  bytesPerHourMax: number;
}

export interface ExchangeParty {
  readonly name: string;
  readonly terms: ExchangeTerms;
  readonly clock: Clock & { now: number };
  readonly storage: FaultyStorage;
  readonly book: ChannelBook;
  readonly log: Log;
  /** Every line that was logged. */
  readonly lines: Record<string, unknown>[];
  readonly identity: TlsIdentity;
  readonly logSigners: LogSigners;
  readonly mirrorSigners: LogSigners;
  readonly mirror: Mirror;
  readonly receipts: ReceiptIntake;
  readonly attachments: AttachmentIntake;
  readonly transfer: AttachmentTransfer;
  readonly states: LinkStates;
  readonly dialer: PeerDialer;
  readonly port: number;
  readonly forks: ForkEvidence[];
  readonly badReceipts: BadReceipt[];
  /** Ids of own logs that got a receipt, and of mirrored logs that grew. */
  readonly receipted: number[];
  readonly mirrored: number[];
  /** Why connections were refused. */
  readonly strangers: string[];
  /** What `attachmentsOf` says of any range. */
  named: readonly AttachmentKey[];
  /** This party suspends the channel. */
  suspend(): Promise<void>;
  channel(): Channel;
  /** Appends to an own log and signs, as `OwnLogs` does. */
  append(entries: readonly Uint8Array[], trafficClass?: TrafficClass): Promise<LogRow>;
  ownLog(trafficClass?: TrafficClass): Promise<LogRow>;
  mirrorLog(trafficClass?: TrafficClass): Promise<LogRow | undefined>;
  /** A sender that stops with the party. */
  sender(options?: { readonly dialer?: PeerDialer; readonly pollMs?: number }): Sender;
  link(): PeerLink;
  /** One raw request to the other party's listener. */
  ask(
    method: string,
    path: string,
    options?: { readonly headers?: Record<string, string>; readonly body?: unknown },
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string; bytes: Uint8Array }>;
  /** A connection to the other party's listener for octets of one's own. */
  dial(): Promise<RawConnection>;
}

export interface ExchangeParties extends AsyncDisposable {
  readonly washington: ExchangeParty;
  readonly moscow: ExchangeParty;
}

export interface ExchangeOptions {
  readonly limits?: Partial<PeerAppLimits>;
  readonly server?: Partial<PeerServerLimits>;
  readonly answerMs?: number;
  readonly retryMsMax?: number;
  /** For one attachment that is fetched. Milliseconds. */
  readonly fetchMsMax?: number;
}

export function originOf(author: string, trafficClass: TrafficClass = "live", epoch = 1): string {
  const peer = author === washington ? moscow : washington;
  return formatOrigin({ author, peer, channelHex, class: trafficClass, epoch });
}

export function hashOf(author: string, trafficClass: TrafficClass = "live"): string {
  return originHash(p, originOf(author, trafficClass));
}

export function entriesOf(first: number, count: number, bytes = 24): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const entry = new Uint8Array(bytes).fill(at);
    entry.set(encodeUtf8(`entry ${first + at}`).subarray(0, bytes));
    return entry;
  });
}

/** Waits until it is so; fails after ten seconds. */
export async function until(what: () => Promise<boolean> | boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await what())) {
    assert(performance.now() < end, `not so in ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function exchangeParties(options: ExchangeOptions = {}): Promise<ExchangeParties> {
  const closing: (() => unknown)[] = [];
  const identities = {
    [washington]: await makeTlsIdentity(washington, new Uint8Array(32).fill(1)),
    [moscow]: await makeTlsIdentity(moscow, new Uint8Array(32).fill(2)),
  };
  const all: Record<string, ExchangeParty> = {};
  const world: World = { closing, identities, options, party: (name) => mustHave(all[name]) };
  for (const [name, seed] of [
    [washington, 10],
    [moscow, 20],
  ] as const) {
    all[name] = await makeParty(world, name, seed);
  }
  return {
    washington: mustHave(all[washington]),
    moscow: mustHave(all[moscow]),
    async [Symbol.asyncDispose]() {
      for (const close of closing.reverse()) await close();
    },
  };
}

interface World {
  readonly closing: (() => unknown)[];
  readonly identities: Readonly<Record<string, TlsIdentity>>;
  readonly options: ExchangeOptions;
  party(name: string): ExchangeParty;
}

async function makeParty(world: World, name: string, seed: number): Promise<ExchangeParty> {
  const { closing, identities, options } = world;
  const other = name === washington ? moscow : washington;
  const directory = await mkdtemp(join(tmpdir(), "parley-exchange-"));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const opened = await openSqliteStorage(join(directory, "parley.db"), "create");
  assert(opened.ok, "a new directory");
  const storage = faultyStorage(opened.value);
  closing.push(() => storage[Symbol.asyncDispose]());
  await prepare(storage, name, other);

  const clock = { now: 1_480_593_600, nowSeconds: () => clock.now, sleep: systemClock.sleep };
  const lines: Record<string, unknown>[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(JSON.parse(line)) });
  const terms: ExchangeTerms = {
    addresses: [],
    attachmentBytesMax: 64 * 2 ** 20,
    attachmentBytesPerDay: 128 * 2 ** 20,
    entriesPerHourMax: 1_000_000,
    bytesPerHourMax: 2 ** 33,
  };
  const logSigners = signersOf(seed);
  const mirrorSigners = signersOf(seed + 2);
  const channel = channelOf(world, name, other, terms);
  let isOpen = true;
  const book = bookOf(channel, mustHave(identities[other]).pin, () => isOpen);
  const collected = {
    forks: [] as ForkEvidence[],
    badReceipts: [] as BadReceipt[],
    receipted: [] as number[],
    mirrored: [] as number[],
    strangers: [] as string[],
  };
  const quota = new ExchangeQuota(clock);
  const mirror = new Mirror({
    ...{ p, storage, clock, log, book, quota, signersAt: () => mirrorSigners },
    onMirrored: (_channel, logId) => collected.mirrored.push(logId),
    onFork: async (evidence) => void collected.forks.push(evidence),
  });
  const receipts = new ReceiptIntake({
    ...{ p, storage, log },
    onReceipt: (_channel, logId) => collected.receipted.push(logId),
    onBadReceipt: (bad) => collected.badReceipts.push(bad),
  });
  const attachments = new AttachmentIntake({ p, storage, clock, log, book });
  const made: { named: readonly AttachmentKey[] } = { named: [] };
  const transfer = new AttachmentTransfer({
    ...{ storage, log, intake: attachments },
    attachmentsOf: async () => party.named,
    ...(options.fetchMsMax !== undefined && { fetchMsMax: () => options.fetchMsMax ?? 0 }),
  });
  const states = new LinkStates(clock, log);
  const identity = mustHave(identities[name]);
  const limits = { connectMs: 2_000, answerMs: options.answerMs ?? 5_000 };
  const dialer = createPeerDialer({
    ...{ identity, clock, observer: states },
    limits: { ...limits, shortMs: 10_000, longMs: 30_000 },
  });
  closing.push(() => dialer[Symbol.asyncDispose]());
  let senderOf: Sender | undefined;
  const listener = createPeerListener(
    {
      ...{ p, storage, log, book, quota, mirror, receipts, attachments },
      takeNotice: async () => refuse("notice.wrong-channel", "no such channel"),
      logs: new PeerLogs(p, storage, book),
      onContact: (peer) => senderOf?.contact(peer),
    },
    options.limits,
  );
  const server = createPeerServer({
    identity,
    peerOf: (pin) => book.peerByPin(pin),
    onRequest: listener,
    onStranger: (reason) => collected.strangers.push(reason),
    limits: options.server ?? {},
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  terms.addresses = [`https://127.0.0.1:${port}`];

  const party: ExchangeParty = {
    ...{ name, terms, clock, storage, book, log, lines, identity, logSigners, mirrorSigners },
    ...{ mirror, receipts, attachments, transfer, states, dialer, port, ...collected, ...made },
    channel: () => channel,
    suspend: async () => {
      isOpen = false;
      await storage.write((tx) => tx.channels.setChannelState(channelId, "closed"));
    },
    append: async (entries, trafficClass = "live") => {
      const row = await party.ownLog(trafficClass);
      await appendEntries(party, row, entries);
      return party.ownLog(trafficClass);
    },
    ownLog: async (trafficClass = "live") =>
      mustHave(await readRow(storage, originOf(name, trafficClass))),
    mirrorLog: (trafficClass = "live") => readRow(storage, originOf(other, trafficClass)),
    sender: ({ dialer: by = dialer, pollMs = 3_600_000 } = {}) => {
      const retryMsMax = options.retryMsMax ?? 30;
      const ports = { p, storage, clock, log, book, states, mirror, receipts };
      const sender = new Sender({
        sharing: soleUser,
        ...ports,
        ...{ dialer: by, attachments: transfer, pollMs, retryMsMax },
        openOwn: () => Promise.reject(new Error("no epoch of theirs is ended")),
      });
      senderOf = sender;
      closing.push(() => sender.stop());
      return sender;
    },
    link: () =>
      dialer.linkTo({
        peer: other,
        addresses: channel.peerAddresses,
        pins: channel.peerPins,
      }),
    ask: (method, path, { headers = {}, body } = {}) =>
      askRaw(world, party, other, { method, path, headers, body }),
    dial: () => rawConnection(world.party(other).port, identity),
  };
  return party;
}

function channelOf(world: World, me: string, peer: string, terms: ExchangeTerms): Channel {
  const other = () => world.party(peer);
  const of = (author: string) => world.party(author);
  const keys = (signers: LogSigners) => ({
    ed25519: signers.ed25519.publicKey,
    mlDsa44: signers.mlDsa44.publicKey,
  });
  const channel = {
    ...{ id: channelId, me, peer, ownKeys: { descriptors: [], notices: [] } },
    logKeys: (origin: string) => keys(of(origin.split("/", 1)[0] ?? "").logSigners),
    mirrorOf: (author: string) => {
      const mirror = author === me ? peer : me;
      return { name: mirrorName(mirror), keys: keys(of(mirror).mirrorSigners) };
    },
    get peerAddresses() {
      return other().terms.addresses;
    },
    get peerPins() {
      return [other().identity.pin];
    },
    get attachmentBytesMax() {
      return terms.attachmentBytesMax;
    },
    get attachmentBytesPerDay() {
      return terms.attachmentBytesPerDay;
    },
    get entriesPerHourMax() {
      return terms.entriesPerHourMax;
    },
    get bytesPerHourMax() {
      return terms.bytesPerHourMax;
    },
  };
  // What a channel says of messages nobody here asks.
  return channel as unknown as Channel;
}

function bookOf(channel: Channel, pin: string, isOpen: () => boolean): ChannelBook {
  const open = () => (isOpen() ? [channel] : []);
  const form = /^([a-z.]+)\/([a-z.]+)\/[0-9a-f]{16}\/(live|exercise|link)\/([0-9]+)$/;
  return {
    channels: open,
    byId: (id) => open().find((known) => known.id === id),
    byPeer: (peer) => open().filter((known) => known.peer === peer),
    byOrigin: (origin) => {
      const [, author = "", , trafficClass, epoch] = form.exec(origin) ?? [];
      const isKnown = origin.includes(`/${channelHex}/`) && open().length > 0;
      if (!isKnown || (author !== washington && author !== moscow)) return undefined;
      return { channel, author, class: trafficClass as TrafficClass, epoch: Number(epoch) };
    },
    peerByPin: (shown) => (shown === pin ? channel.peer : undefined),
    reload: async () => {},
  };
}

async function prepare(storage: Storage, me: string, peer: string): Promise<void> {
  await storage.write(async (tx) => {
    await tx.channels.insertChannel({ id: channelId, peer, state: "open", createdAt: 1 });
    for (const trafficClass of ["live", "exercise", "link"] as const) {
      const origin = originOf(me, trafficClass);
      await tx.logs.createLog({
        ...{ channel: channelId, class: trafficClass, author: me, epoch: 1, origin },
        ...{ direction: "own", emptyRoot: emptyRoot(p) },
      });
    }
  });
}

async function appendEntries(
  party: ExchangeParty,
  row: LogRow,
  entries: readonly Uint8Array[],
): Promise<void> {
  let size = row.entryCount;
  for (let at = 0; at < entries.length; at += 256) {
    const batch = entries.slice(at, at + 256);
    await party.storage.write(async ({ logs }) => {
      const before = await readRange((ids) => logs.readNodes(row.id, ids), size);
      const leaves = batch.map((entry) => leafHash(p, entry));
      const { range, nodes } = appendLeaves(p, before, leaves);
      const root = rootOf(p, range);
      await logs.append(row.id, { expectedCount: size, entries: batch, nodes, root });
    });
    size += batch.length;
  }
  const { root, origin } = mustHave(await readRow(party.storage, row.origin));
  const checkpoint = { origin, size, root };
  const note = await signCheckpoint(p, { checkpoint, time: party.clock.now }, party.logSigners);
  await party.storage.write((tx) => tx.logs.recordCheckpoint(row.id, { size, root, note }));
}

async function askRaw(
  world: World,
  me: ExchangeParty,
  other: string,
  request: { method: string; path: string; headers: Record<string, string>; body: unknown },
) {
  const agent = createPeerAgent(me.identity, [mustHave(world.identities[other]).pin]);
  try {
    const response = await agent.request({
      origin: `https://127.0.0.1:${world.party(other).port}`,
      path: `/parley/v1/${request.path}`,
      method: request.method as "GET",
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body as string }),
    });
    const bytes = new Uint8Array(await response.body.arrayBuffer());
    const text = Buffer.from(bytes).toString();
    return { status: response.statusCode, headers: response.headers, text, bytes };
  } finally {
    await agent.destroy();
  }
}

/**
 * A relay on the way to a port that cuts each connection after so many octets; the connections after
 * those listed are left alone.
 */
export async function cuttingRelay(
  port: number,
  cuts: readonly { readonly upBytes?: number; readonly downBytes?: number }[],
): Promise<AsyncDisposable & { readonly port: number; connections(): number }> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const cut = cuts[connections] ?? {};
    connections += 1;
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    pass(near, far, cut.upBytes ?? Number.POSITIVE_INFINITY);
    pass(far, near, cut.downBytes ?? Number.POSITIVE_INFINITY);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function pass(from: Socket, to: Socket, bytesMax: number): void {
  let passedBytes = 0;
  from.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, bytesMax - passedBytes);
    passedBytes += part.length;
    if (passedBytes < bytesMax) to.write(part);
    else to.end(part, () => from.destroy());
  });
}

export function signersOf(seed: number): LogSigners {
  return {
    ed25519: p.signer("Ed25519", new Uint8Array(32).fill(seed)),
    mlDsa44: p.signer("ML-DSA-44", new Uint8Array(32).fill(seed + 1)),
  };
}

function readRow(storage: Storage, origin: string): Promise<LogRow | undefined> {
  return storage.read((tx) => tx.logs.readLogByOrigin(origin));
}

function mustHave<T>(value: T | undefined): T {
  assert(value !== undefined, "it is there");
  return value;
}

/** Which call of a link fails, and whether the peer had it. */
export type LinkFailure = "unsent" | "answer-lost";

/** A dialer whose n-th call fails; `callCount` says how many there were. */
export function lossyDialer(
  dialer: PeerDialer,
  failAt: number,
  failure: LinkFailure,
): PeerDialer & { callCount(): number; readonly calls: string[] } {
  const calls: string[] = [];
  const lossy = (link: PeerLink): PeerLink =>
    new Proxy(link, {
      get: (target, name: keyof PeerLink) => {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          calls.push(name);
          const isLost = calls.length === failAt;
          const fault = new Fault("peer.connection-lost", name, { retryable: true });
          if (isLost && failure === "unsent") throw fault;
          const reply = await method.apply(target, args);
          if (isLost) throw fault;
          return reply;
        };
      },
    });
  return {
    linkTo: (target) => lossy(dialer.linkTo(target)),
    callCount: () => calls.length,
    calls,
    [Symbol.asyncDispose]: async () => {},
  };
}
