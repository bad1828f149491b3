/**
 * Which process works a channel, where several share one database; and how they wake each other.
 *
 * Whoever works a channel has its lease. What is decided under a lease is written in a transaction
 * that the lease fences: if another process has taken it meanwhile, nothing is kept. News between
 * processes only hurry what the next look at the database would find as well.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { StorageTransaction } from "./storage.ts";

/** Held until `signal` is aborted; a lease that is taken again is another one. */
export interface Lease {
  readonly signal: AbortSignal;
  /** @throws Fault `log.lease-lost`: nothing of this transaction may be kept. */
  fence(tx: StorageTransaction): Promise<void>;
}

/**
 * What one process tells the others. `work`: there is something to do about a channel. `placed`:
 * messages that waited are in their log. `parties`: descriptors, notices or agreements changed.
 */
export type News =
  | { readonly about: "work" | "placed"; readonly channel: string }
  | { readonly about: "parties" | "leases" };

export interface Sharing extends AsyncDisposable {
  /** Whether there may be other processes. */
  readonly isShared: boolean;
  /** The lease of a channel, if this process works it now. */
  leaseOf(channel: string): Lease | undefined;
  /** To every other process that listens; never fails, and may be lost. */
  tell(news: News): void;
  /** @param hear - Called with what other processes tell. @returns What ends it. */
  listen(hear: (news: News) => void): () => void;
  /** @param events - Told at once of every lease that is held already. */
  watch(events: LeaseEvents): void;
}

export interface LeaseEvents {
  onGained(channel: string): void;
  onLost(channel: string): void;
}

const sole: Lease = {
  signal: new AbortController().signal,
  fence: async () => undefined,
};

/** One process, as the lock of the home makes sure: it works every channel. */
export const soleUser: Sharing = {
  isShared: false,
  leaseOf: () => sole,
  tell: () => undefined,
  listen: () => () => undefined,
  watch: () => undefined,
  async [Symbol.asyncDispose]() {},
};

/** The lease of `channel`, for what only its holder may do. */
export function requireLease(sharing: Sharing, channel: string): Lease {
  const lease = sharing.leaseOf(channel);
  if (lease === undefined) throw leaseLost(channel);
  return lease;
}

export function leaseLost(channel: string): Fault {
  return new Fault("log.lease-lost", `channel ${channel}`, { retryable: true });
}

export function isLeaseLost(cause: unknown): boolean {
  return cause instanceof Fault && cause.code === "log.lease-lost";
}
