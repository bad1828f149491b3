/**
 * A party that lost its database and went on from a copy, beside a peer that did not: what they say to
 * each other without a network, and what the peer's mirror shows of what it holds.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assert } from "@parley/core/fault";
import { parseReceiptList } from "@parley/core/log/receipt-list";
import { openPaired, type PairedHome, type TestClock } from "@parley/testkit/paired-nodes";
import { expect } from "vitest";
import { createLog } from "../../packages/node/src/log.ts";
import type { Channel } from "../../packages/node/src/service/channel.ts";
import { closeEndedEpochs, takeNotice } from "../../packages/node/src/service/ended-epochs.ts";
import { ExchangeQuota } from "../../packages/node/src/service/exchange-quota.ts";
import { Mirror } from "../../packages/node/src/service/mirror.ts";
import type { PartyNode } from "../../packages/node/src/service/party-node.ts";
import type { Found, LogPath, PeerLink } from "../../packages/node/src/service/peer-link.ts";
import { PeerLogs } from "../../packages/node/src/service/peer-logs.ts";
import { pollLog } from "../../packages/node/src/service/poll-log.ts";
import { openOwn } from "../../packages/node/src/service/rebuild.ts";
import { pullReceipts } from "../../packages/node/src/service/receipt-exchange.ts";
import { ReceiptIntake } from "../../packages/node/src/service/receipt-intake.ts";
import {
  isLeaseLost,
  type Lease,
  leaseLost,
  requireLease,
  type Sharing,
  soleUser,
} from "../../packages/node/src/service/sharing.ts";
import type { LogRow } from "../../packages/node/src/service/storage-log.ts";
import {
  awaitedLogs,
  readReceiptsBack,
  takeBack,
} from "../../packages/node/src/service/take-back.ts";

const signal = new AbortController().signal;

export interface Side extends AsyncDisposable {
  readonly node: PartyNode;
  readonly sharing: FickleSharing;
  readonly channel: Channel;
  readonly mirror: Mirror;
  readonly receipts: ReceiptIntake;
  readonly logs: PeerLogs;
}

/** What a mirror shows of the logs of the party that lost its database; `null`: it says nothing at all. */
export type Shown = (origin: string) => number | null;

/** A copy of everything that a database holds now, its server running or not. */
export function copyDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from, { readOnly: true });
  database.prepare("VACUUM INTO ?").run(to);
  database.close();
}

/** A home made of copies. @param heads - The head store; undefined: it is lost too. */
export function homeOf(
  { rings }: PairedHome,
  copy: { readonly database: string; readonly heads: string | undefined },
): PairedHome & Disposable {
  const directory = mkdtempSync(join(tmpdir(), "parley-restored-"));
  copyFileSync(copy.database, join(directory, "parley.db"));
  if (copy.heads !== undefined && existsSync(copy.heads)) {
    copyFileSync(copy.heads, join(directory, "heads"));
  }
  return {
    ...{ directory, rings },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export async function openSide(
  home: PairedHome,
  clock: TestClock,
  linkTo: () => PeerLink,
): Promise<Side> {
  const sharing = new FickleSharing();
  const node = await openPaired(home, clock, sharing);
  const [channel] = node.channels.channels();
  assert(channel !== undefined, "an agreement opens a channel");
  const log = createLog("silent");
  const { primitives: p, storage } = node;
  const ports = { p, storage, clock, log, book: node.channels };
  const mirror = new Mirror({
    ...{ ...ports, quota: new ExchangeQuota(clock) },
    signersAt: (...at) => node.mirrorSignersAt(...at),
    receiptsLost: async (of, row) => {
      const awaited = awaitedLogs(await node.listLogs(of));
      if (awaited.every((own) => own.class !== row.class)) return undefined;
      return readReceiptsBack(ports, { channel: of, log: row, link: linkTo(), signal });
    },
    onMirrored: () => undefined,
    onFork: async () => assert(false, "nobody forks"),
  });
  const receipts = new ReceiptIntake({
    ...ports,
    onReceipt: () => undefined,
    onBadReceipt: ({ code }) => assert(false, `a receipt that does not hold: ${code}`),
  });
  return {
    ...{ node, sharing, channel, mirror, receipts, logs: new PeerLogs(p, storage, node.channels) },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

/** The requests that a restored node makes, answered by the other's node; no others. */
export function linkOf(
  asking: string,
  answering: () => Side,
  shown: Shown = () => Infinity,
): PeerLink {
  const refused = (code: string) => {
    return { kind: "refused", status: 404, code, retryAfterMs: null } as const;
  };
  const find = async ({ side, hash }: LogPath) => {
    const found = await answering().logs.findLog(asking, side, hash);
    if (!found.ok) return undefined;
    const sizeMax = side === "mirror" ? shown(found.value.row.origin) : Infinity;
    return sizeMax === null ? undefined : { ...found.value, sizeMax };
  };
  const found = <T>(value: T | undefined, code: string): Found<T> =>
    value === undefined ? refused(code) : { kind: "found", value };
  const link: Partial<PeerLink> = {
    readCheckpoint: async (at) => {
      const log = await find(at);
      if (log === undefined) return refused("log.unknown-origin");
      const { storage } = answering().node;
      const rows = await storage.read((tx) => tx.logs.listCheckpoints(log.row.id, 0));
      const last = rows.findLast(({ size }) => size <= log.sizeMax);
      return found(last?.note, "log.unknown-origin");
    },
    readTile: async (at, tile) => {
      const log = await find(at);
      const bytes = log && (await answering().logs.readTile(log, tile));
      return found(bytes, "exchange.no-tile");
    },
    readReceipts: async (at, from) => {
      const log = await find(at);
      if (log === undefined) return refused("log.unknown-origin");
      const list = parseReceiptList(await answering().logs.readReceipts(log, from));
      assert(list.ok, "a list that was just written");
      const receipts = list.value.receipts.filter(({ size }) => size <= log.sizeMax);
      return found({ ...list.value, receipts }, "");
    },
    postNotice: async (text) => {
      if (shown("") === null) return refused("exchange.too-many");
      const taken = await takeNotice(answering().node, asking, text);
      return taken.ok ? found(true, "") : refused(taken.refusal.code);
    },
  };
  return link as PeerLink;
}

/** Works every channel, or believes so: once the lease is lost, nothing that is written may be kept. */
class FickleSharing implements Sharing {
  readonly isShared = false;
  readonly tell = soleUser.tell;
  readonly listen = soleUser.listen;
  readonly watch = soleUser.watch;
  isLost = false;
  readonly #lease: Lease = {
    signal,
    fence: async () => {
      if (this.isLost) throw leaseLost("every channel");
    },
  };

  leaseOf(): Lease {
    return this.#lease;
  }

  async [Symbol.asyncDispose]() {}
}

/** Times that work would have written something under a lease that was lost. */
export const lostWrites = { takeBack: 0, openMirror: 0 };

/** Does it first as one whose lease another has taken meanwhile: then every log stays as it is. */
async function lostFirst(
  { node, sharing, channel }: Side,
  name: keyof typeof lostWrites,
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await node.listLogs(channel);
  sharing.isLost = true;
  try {
    await work();
  } catch (cause) {
    if (!isLeaseLost(cause)) throw cause;
    lostWrites[name] += 1;
  } finally {
    sharing.isLost = false;
  }
  expect(await node.listLogs(channel)).toEqual(before);
}

/** Everything that a poll does, once in each direction. */
export async function exchangeOnce(restored: Side, peer: Side, shown: Shown): Promise<void> {
  const toPeer = linkOf(restored.channel.me, () => peer, shown);
  const toRestored = linkOf(peer.channel.me, () => restored);
  await recover(restored, toPeer);
  await recover(peer, toRestored);
  await poll(peer, restored, toRestored);
  await poll(restored, peer, toPeer);
}

/** Notices, entries and receipts of epochs of ours that are ended and not settled. */
async function recover(side: Side, link: PeerLink): Promise<void> {
  const { node, receipts } = side;
  const channel = now(side);
  const { primitives: p, storage } = node;
  const awaited = awaitedLogs(await node.listLogs(channel));
  if (awaited.length === 0) return;
  for (const { text } of channel.ownKeys.notices) await link.postNotice(text, signal);
  for (const log of awaited) {
    const own = (of: Channel, row: LogRow, entry: Parameters<typeof openOwn>[3]) =>
      openOwn(node, of, row, entry);
    const lease = requireLease(node.sharing, channel.id);
    const work = () =>
      takeBack({ p, storage, openOwn: own }, { channel, log, link, signal, lease });
    await lostFirst(side, "takeBack", work);
    await work();
    await pullReceipts({ p, storage, receipts }, { channel, log, link, signal });
    await node.foldReceipts(channel, log.class);
  }
}

/** What `reader` has not of the logs of `author`; and the receipts that it gives. */
async function poll(reader: Side, author: Side, link: PeerLink): Promise<void> {
  const { node, mirror } = reader;
  const { primitives: p, storage } = node;
  const back = linkOf(author.channel.me, () => reader);
  for (const log of await author.node.listLogs(now(author))) {
    if (log.direction !== "own" || !isShown(await author.node.listLogs(now(author)), log)) continue;
    const channel = now(reader);
    const outcome = await pollLog(
      { p, storage, mirror },
      { channel, origin: log.origin, link, signal },
    );
    assert(outcome.kind !== "refused", `a log that is read: ${JSON.stringify(outcome)}`);
    const fresh = await author.node.storage.read((tx) => tx.logs.readLog(log.id));
    assert(fresh !== undefined, "a log that was listed");
    const { storage: own, primitives } = author.node;
    const ports = { p: primitives, storage: own, receipts: author.receipts };
    await pullReceipts(ports, { channel: now(author), log: fresh, link: back, signal });
    await author.node.foldReceipts(now(author), log.class);
  }
  for (const log of await node.listLogs(now(reader))) {
    if (log.direction === "own") continue;
    const isAwaiting = awaitedLogs(await node.listLogs(now(reader))).length > 0;
    const work = () => node.openMirror(now(reader), log);
    if (isAwaiting) await lostFirst(reader, "openMirror", work);
    await work();
  }
  await closeEndedEpochs(node, now(reader));
}

/** Only the newest epoch goes on, and only once the peer has said where the others ended. */
function isShown(logs: readonly LogRow[], log: LogRow): boolean {
  const own = logs.filter((one) => one.author === log.author && one.class === log.class);
  return own.every(
    ({ id, epoch, closedAtSize }) => id === log.id || (epoch < log.epoch && closedAtSize !== null),
  );
}

/** The channel with whatever notices came meanwhile. */
export function now({ node, channel }: Side): Channel {
  return node.channels.byId(channel.id) ?? channel;
}
