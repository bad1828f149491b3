/**
 * The exchange with every peer: pushes what our logs have, polls what peers have, and tries again.
 *
 * Each own log with entries beyond its last receipt has a loop of its own, one push at a time; so
 * has each channel for polling. A failure of one holds up no other. Everything begins from what the
 * database says, so that it may stop anywhere. spec/exchange.md.
 *
 * @module
 */
import { fromBase64Url } from "@parley/core/bytes/base64";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import { channelHexOf, formatOrigin, trafficClasses } from "@parley/core/log/origin";
import type { Receipt } from "@parley/core/log/receipt-list";
import type { Log } from "../log.ts";
import type { AttachmentTransfer } from "./attachment-transfer.ts";
import type { Channel, ChannelBook } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { type ExchangeOutcome, exchangeDone, refusedBy } from "./exchange-outcome.ts";
import type { LinkState, LinkStates } from "./link-states.ts";
import type { Mirror } from "./mirror.ts";
import type { PeerDialer, PeerLink } from "./peer-link.ts";
import { type PollJob, pollLog } from "./poll-log.ts";
import { pushLog } from "./push-log.ts";
import {
  type HandedBack,
  handReceiptsBack,
  type LogJob,
  pullReceipts,
} from "./receipt-exchange.ts";
import type { ReceiptIntake } from "./receipt-intake.ts";
import { type Attempt, RetryLoop } from "./retry-loop.ts";
import type { Lease, Sharing } from "./sharing.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";
import { awaitedLogs, readReceiptsBack, type TakeBackPorts, takeBack } from "./take-back.ts";
import { Turns } from "./turns.ts";

/** Exchanges at a time over all peers: each may hold one package of entries in memory. */
const exchangesMax = 32;
/** Attachments that are fetched from one peer at a time. */
const fetchesOfPeerMax = 2;

export interface SenderPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: ChannelBook;
  readonly dialer: PeerDialer;
  readonly states: LinkStates;
  readonly mirror: Mirror;
  readonly receipts: ReceiptIntake;
  readonly attachments: AttachmentTransfer;
  readonly openOwn: TakeBackPorts["openOwn"];
  readonly sharing: Sharing;
  readonly pollMs: number;
  readonly retryMsMax: number;
}

/** `queuedEntries`: of ours, signed or not, that no receipt covers. */
export type PeerLinkState = LinkState & { readonly queuedEntries: number };

interface Poller {
  readonly channel: Channel;
  readonly loop: RetryLoop;
}

export class Sender {
  readonly #ports: SenderPorts;
  readonly #stop = new AbortController();
  readonly #turns = new Turns(exchangesMax);
  /** By peer, apart from the turns of all: a peer that sends slowly holds up its own messages only. */
  readonly #fetchTurns = new Map<string, Turns>();
  readonly #pushes = new Map<number, { readonly peer: string; readonly loop: RetryLoop }>();
  readonly #polls = new Map<string, Poller>();
  readonly #timers = new Set<Promise<void>>();
  /** By log id of mirrors: how far their authors have our receipts. */
  readonly #handedBack = new Map<number, HandedBack>();

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** Begins; again after a change of the channel book. */
  start(): void {
    for (const channel of this.#ports.book.channels()) {
      if (this.#polls.has(channel.id)) continue;
      const loop = this.#retrying(channel, "poll", () => this.#pollChannel(channel.id));
      this.#polls.set(channel.id, { channel, loop });
      const timer = this.#pollAlways(channel.id, loop).finally(() => this.#timers.delete(timer));
      this.#timers.add(timer);
    }
  }

  /** A checkpoint of an own log was signed. */
  wake(log: LogRow): void {
    const channel = this.#ports.book.byId(log.channel);
    if (channel === undefined || this.#stop.signal.aborted) return;
    let push = this.#pushes.get(log.id);
    if (push === undefined) {
      const loop = this.#retrying(channel, log.origin, () => this.#push(log.channel, log.id));
      push = { peer: channel.peer, loop };
      this.#pushes.set(log.id, push);
    }
    push.loop.wake();
  }

  /** The peer reached us, so that it may be reachable: what waits for it goes now. */
  contact(peer: string): void {
    this.#ports.states.onRequest(peer);
    for (const push of this.#pushes.values()) if (push.peer === peer) push.loop.hurry();
    for (const { channel, loop } of this.#polls.values()) if (channel.peer === peer) loop.hurry();
  }

  /** The peer says that it has seen entries of ours that we have no receipt for. */
  receiptMissing(channel: Channel): void {
    this.#polls.get(channel.id)?.loop.wake();
  }

  /** Fetches an attachment that a message of the peer names, now. */
  async fetchAttachment(
    channel: Channel,
    digest: string,
    bytesTotal: number,
  ): Promise<ExchangeOutcome> {
    const at = { link: this.#linkTo(channel), signal: this.#stop.signal };
    const turns = this.#fetchTurns.get(channel.peer) ?? new Turns(fetchesOfPeerMax);
    this.#fetchTurns.set(channel.peer, turns);
    return turns.take(() => this.#ports.attachments.fetch(channel, digest, bytesTotal, at));
  }

  /**
   * Our receipts of a log of the peer that a restored database lost; asked for as long as an epoch of
   * ours of the same class is not settled. A peer that only dials us cannot be asked.
   */
  async readReceiptsBack(channel: Channel, log: LogRow): Promise<readonly Receipt[] | undefined> {
    if (!isDialled(channel)) return undefined;
    const logs = await this.#ports.storage.read((tx) => tx.logs.listLogs({ channel: channel.id }));
    if (awaitedLogs(logs).every((own) => own.class !== log.class)) return undefined;
    const link = this.#linkTo(channel);
    return readReceiptsBack(this.#ports, { channel, log, link, signal: this.#stop.signal });
  }

  /** Every peer with an open channel. */
  async linkStates(): Promise<readonly PeerLinkState[]> {
    const { storage, book, states } = this.#ports;
    const peers = [...new Set(book.channels().map(({ peer }) => peer))];
    const logs = await storage.read((tx) => tx.logs.listLogs({ direction: "own" }));
    return peers.map((peer) => {
      const own = logs.filter(({ channel, closedAtSize }) => {
        return book.byId(channel)?.peer === peer && closedAtSize === null;
      });
      const queuedEntries = own.reduce((sum, log) => sum + log.entryCount - log.receiptedSize, 0);
      return { ...states.stateOf(peer), queuedEntries };
    });
  }

  /** Resolves when nothing of it runs. */
  async stop(): Promise<void> {
    this.#stop.abort(new Fault("node.stopping", "the node stops", { retryable: true }));
    const loops = [...this.#pushes.values(), ...this.#polls.values()];
    await Promise.all([...loops.map(({ loop }) => loop.idle()), ...this.#timers]);
  }

  #retrying(channel: Channel, about: string, step: () => Promise<ExchangeOutcome>): RetryLoop {
    const { clock, p, states, log, retryMsMax } = this.#ports;
    const { signal } = this.#stop;
    const { peer } = channel;
    const random = () => new DataView(p.random(4).buffer).getUint32(0) / 2 ** 32;
    const code = () => states.stateOf(peer).problems.find((one) => one.about === about)?.code ?? "";
    return new RetryLoop(
      { clock, random, signal, pauseMsMax: retryMsMax },
      () => this.#attempt(peer, about, step),
      (attempt, retryMs) => log.event("peer.unreachable", { peer, code: code(), attempt, retryMs }),
    );
  }

  /** Runs steps until nothing is left, one turn for each, so that others come between. */
  async #attempt(
    peer: string,
    about: string,
    step: () => Promise<ExchangeOutcome>,
  ): Promise<Attempt> {
    const { states, log } = this.#ports;
    const { signal } = this.#stop;
    try {
      for (;;) {
        if (signal.aborted) return { isDone: true };
        const outcome = await this.#turns.take(step);
        if (outcome.kind === "again") continue;
        if (outcome.kind === "done") {
          states.clear(peer, about);
          return { isDone: true };
        }
        states.report(peer, about, outcome.code);
        log.event("peer.refused-us", { peer, origin: about, code: outcome.code });
        return { isDone: false, waitMs: outcome.retryAfterMs ?? 0, isUnreached: false };
      }
    } catch (cause) {
      if (signal.aborted) return { isDone: true };
      if (!(cause instanceof Fault)) {
        log.event("node.defect", {}, cause);
        states.report(peer, about, "node.defect");
        return { isDone: true };
      }
      const isUnreached = cause.code.startsWith("peer.");
      if (!isUnreached) log.event("node.fault", {}, cause);
      states.report(peer, about, cause.code);
      return { isDone: false, waitMs: 0, isUnreached };
    }
  }

  async #push(channelId: string, logId: number): Promise<ExchangeOutcome> {
    const { storage, book } = this.#ports;
    const channel = book.byId(channelId);
    const log = await storage.read((tx) => tx.logs.readLog(logId));
    assert(log?.direction === "own", "an own log is pushed");
    const lease = this.#ports.sharing.leaseOf(channelId);
    if (lease === undefined) return exchangeDone;
    if (channel === undefined || !isDialled(channel)) return exchangeDone;
    const logs = await storage.read((tx) => tx.logs.listLogs({ channel: channelId }));
    if (!isSent(logs, log)) return exchangeDone;
    const link = this.#linkTo(channel);
    const signal = AbortSignal.any([this.#stop.signal, lease.signal]);
    return pushLog(this.#ports, { channel, log, link, signal });
  }

  async #pollAlways(channelId: string, loop: RetryLoop): Promise<void> {
    const { clock, book, p, pollMs } = this.#ports;
    const { signal } = this.#stop;
    while (!signal.aborted && book.byId(channelId) !== undefined) {
      loop.wake();
      // Between half and one and a half of the time, so that polls of many nodes spread.
      const part = 0.5 + (p.random(1)[0] ?? 0) / 256;
      await clock.sleep(pollMs * part, signal);
    }
    this.#polls.delete(channelId);
  }

  /** What the peer has for us, and what it has not acknowledged. */
  async #pollChannel(channelId: string): Promise<ExchangeOutcome> {
    const { storage, book } = this.#ports;
    const channel = book.byId(channelId);
    const lease = this.#ports.sharing.leaseOf(channelId);
    if (channel === undefined || lease === undefined) return exchangeDone;
    const logs = await storage.read((tx) => tx.logs.listLogs({ channel: channelId }));
    const waiting = logs.filter((log) => isSent(logs, log) && isQueued(log));
    const awaited = awaitedLogs(logs);
    for (const log of waiting) this.wake(log);
    if (!isDialled(channel)) return exchangeDone;

    const signal = AbortSignal.any([this.#stop.signal, lease.signal]);
    const at = { channel, link: this.#linkTo(channel), signal };
    const steps = [
      ...(awaited.length === 0 ? [] : [() => this.#handNoticesOver(at)]),
      ...awaited.map((log) => () => this.#takeBack({ ...at, log, lease })),
      ...waiting.map((log) => () => pullReceipts(this.#ports, { ...at, log })),
      ...originsOf(channel, logs).map((origin) => () => this.#pollOne({ ...at, origin })),
    ];
    // One log that is refused does not keep us from the others.
    let outcome = exchangeDone;
    for (const step of steps) {
      const ended = await step();
      if (ended.kind === "refused") outcome = ended;
    }
    return outcome;
  }

  /** Those that end epochs, until what the peer answers is here; it may have lost them too. */
  async #handNoticesOver({ channel, link, signal }: Omit<LogJob, "log">): Promise<ExchangeOutcome> {
    for (const { text, payload } of channel.ownKeys.notices) {
      if (payload.statements.some(({ type }) => !type.startsWith("epoch-"))) continue;
      const reply = await link.postNotice(text, signal);
      if (reply.kind === "refused") return refusedBy(reply);
    }
    return exchangeDone;
  }

  async #takeBack(job: LogJob & { readonly lease: Lease }): Promise<ExchangeOutcome> {
    const taken = await takeBack(this.#ports, job);
    const pulled = await pullReceipts(this.#ports, job);
    return taken.kind === "refused" ? taken : pulled;
  }

  async #pollOne(job: PollJob): Promise<ExchangeOutcome> {
    const polled = await pollLog(this.#ports, job);
    const log = await this.#ports.storage.read((tx) => tx.logs.readLogByOrigin(job.origin));
    if (log === undefined || log.size === 0) return polled;
    const known = this.#handedBack.get(log.id);
    if (known === log.size) return polled;
    const back = await handReceiptsBack(this.#ports, { ...job, log }, known);
    this.#handedBack.set(log.id, back.handedBack);
    return polled.kind === "refused" ? polled : back.outcome;
  }

  #linkTo({ peer, peerAddresses, peerPins }: Channel): PeerLink {
    return this.#ports.dialer.linkTo({ peer, addresses: peerAddresses, pins: peerPins });
  }
}

/** A peer without an address dials us. */
function isDialled({ peerAddresses }: Channel): boolean {
  return peerAddresses.length > 0;
}

function isQueued(log: LogRow): boolean {
  return log.size > log.receiptedSize;
}

/** The newest epoch, once the peer has said where each earlier one ended: it must know of it. */
function isSent(
  logs: readonly LogRow[],
  { class: trafficClass, epoch, direction }: LogRow,
): boolean {
  const own = logs.filter((log) => log.direction === "own" && log.class === trafficClass);
  const isSaid = own.every((log) => log.epoch >= epoch || log.closedAtSize !== null);
  return direction === "own" && isSaid && own.every((log) => log.epoch <= epoch);
}

/** The peer's logs: of each class the newest epoch that we know; the first exists with the channel. */
function originsOf(channel: Channel, logs: readonly LogRow[]): readonly string[] {
  const { me, peer } = channel;
  const id = fromBase64Url(channel.id);
  assert(id !== undefined, "a channel id is base64url");
  return trafficClasses.map((trafficClass) => {
    const held = logs.filter((log) => log.direction === "mirror" && log.class === trafficClass);
    const epoch = Math.max(1, ...held.map((log) => log.epoch));
    const channelHex = channelHexOf(id);
    return formatOrigin({ author: peer, peer: me, channelHex, class: trafficClass, epoch });
  });
}
