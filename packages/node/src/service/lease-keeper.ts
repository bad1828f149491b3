/**
 * Takes the leases of channels that no other process works, keeps them, and lets them go.
 *
 * A lease is ours from before the database was asked until its time is over by our own clock, which
 * runs on while the process is stopped; what the clock does not catch, the fence does.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { Log } from "../log.ts";
import type { Clock } from "./clock.ts";
import { type Lease, type LeaseEvents, leaseLost, type News, type Sharing } from "./sharing.ts";
import type { Storage, StorageTransaction } from "./storage.ts";

/** Renewals in the time of one lease: two may fail. */
const renewalsPerLease = 3;

/** How news travels between processes: texts, each heard by all that listen, or lost. */
export interface WakeUps extends AsyncDisposable {
  send(text: string): void;
  /** Set once. */
  onText: (text: string) => void;
}

export interface LeaseKeeperPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly wakeUps: WakeUps;
  /** That the process is there, for as long as it may take leases. */
  readonly presence: AsyncDisposable;
  readonly leaseMs: number;
}

interface Held extends Lease {
  readonly token: number;
  readonly lost: AbortController;
  /** By `performance.now()`. */
  untilMs: number;
}

export class LeaseKeeper implements Sharing {
  readonly isShared = true;
  readonly #ports: LeaseKeeperPorts;
  readonly #holder: string;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<(news: News) => void>();
  readonly #stop = new AbortController();
  #hurry = new AbortController();
  #running: Promise<void> | undefined;
  #events: LeaseEvents | undefined;

  constructor(ports: LeaseKeeperPorts) {
    this.#ports = ports;
    this.#holder = toBase64Url(ports.p.random(16));
    ports.wakeUps.onText = (text) => this.#hear(text);
  }

  /** Begins to take leases; resolves after the first look. @param channels - Ids, asked each time. */
  async start(channels: () => readonly string[]): Promise<void> {
    await this.#renew(channels());
    this.#running = this.#keep(channels);
  }

  watch(events: LeaseEvents): void {
    this.#events = events;
    for (const channel of this.#held.keys()) events.onGained(channel);
  }

  leaseOf(channel: string): Lease | undefined {
    const held = this.#held.get(channel);
    if (held === undefined || performance.now() < held.untilMs) return held;
    this.#lose(channel, held);
    return undefined;
  }

  tell(news: News): void {
    this.#ports.wakeUps.send(JSON.stringify({ ...news, from: this.#holder }));
  }

  listen(hear: (news: News) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /** Gives everything back, so that another process goes on at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    for (const [channel, held] of this.#held) this.#lose(channel, held);
    try {
      await this.#ports.storage.write((tx) => tx.leases.releaseLeases(this.#holder));
      this.tell({ about: "leases" });
    } catch (cause) {
      // They end by themselves.
      this.#ports.log.event("node.fault", {}, cause);
    }
    await this.#ports.wakeUps[Symbol.asyncDispose]();
    await this.#ports.presence[Symbol.asyncDispose]();
  }

  async #keep(channels: () => readonly string[]): Promise<void> {
    const { clock, leaseMs, log } = this.#ports;
    const { signal } = this.#stop;
    for (;;) {
      await clock.sleep(
        Math.floor(leaseMs / renewalsPerLease),
        AbortSignal.any([signal, this.#hurry.signal]),
      );
      if (signal.aborted) return;
      this.#hurry = new AbortController();
      try {
        await this.#renew(channels());
      } catch (cause) {
        log.event("node.fault", {}, cause);
      }
      for (const channel of [...this.#held.keys()]) this.leaseOf(channel);
    }
  }

  async #renew(channels: readonly string[]): Promise<void> {
    const { storage, leaseMs } = this.#ports;
    const askedAt = performance.now();
    const rows = await storage.write((tx) => tx.leases.takeLeases(this.#holder, channels, leaseMs));
    const untilMs = askedAt + leaseMs;
    const tokens = new Map(rows.map(({ channel, token }) => [channel, token]));
    for (const [channel, held] of this.#held) {
      if (tokens.get(channel) !== held.token) this.#lose(channel, held);
    }
    for (const [channel, token] of tokens) {
      const held = this.#held.get(channel);
      if (held === undefined) this.#gain(channel, token, untilMs);
      else held.untilMs = untilMs;
    }
  }

  #gain(channel: string, token: number, untilMs: number): void {
    const lost = new AbortController();
    const fence = async (tx: StorageTransaction) => {
      if (!(await tx.leases.isLastToken(channel, token))) throw leaseLost(channel);
    };
    this.#held.set(channel, { token, lost, untilMs, signal: lost.signal, fence });
    this.#ports.log.event("lease.gained", { token });
    this.#events?.onGained(channel);
  }

  #lose(channel: string, held: Held): void {
    this.#held.delete(channel);
    held.lost.abort(leaseLost(channel));
    this.#ports.log.event("lease.lost", { token: held.token });
    this.#events?.onLost(channel);
  }

  #hear(text: string): void {
    const news = JSON.parse(text) as News & { readonly from: string };
    if (news.from === this.#holder) return;
    if (news.about === "leases") this.#hurry.abort();
    for (const hear of this.#listeners) hear(news);
  }
}
