/**
 * Appends to the logs that this party writes: what is waiting for a log goes in one batch.
 *
 * The order is what keeps a log from having two histories: entries and root are durable in the
 * database, then the head store moves by compare-and-set, then the checkpoint is signed, then it is
 * stored and shown. A process that dies between two of these goes on at the next append from what
 * the database and the head store say (spec/log.md §8).
 *
 * @module
 */

import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import { type LogSigners, signCheckpoint } from "@parley/core/log/checkpoint";
import {
  appendLeaves,
  type CompactRange,
  leafHash,
  readRange,
  rootOf,
  type TreeNode,
} from "@parley/core/log/tree";
import type { Clock } from "./clock.ts";
import type { Head, HeadStore } from "./head-store.ts";
import { type Lease, leaseLost, requireLease, type Sharing } from "./sharing.ts";
import type { Storage, StorageTransaction } from "./storage.ts";
import type { OpenedRow, SecretRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogRow } from "./storage-log.ts";

/** Where an entry will stand. */
export interface Place {
  readonly log: LogRow;
  readonly index: number;
  readonly leafHash: Uint8Array;
}

/** One sealed entry, and what is kept with it in the transaction that appends it. */
export interface AppendRequest {
  readonly bytes: Uint8Array;
  /** Under which it was decided; absent for what any lease may append. */
  readonly lease?: Lease;
  /** Our own opened copy, and what we hold back. */
  keep(place: Place): { readonly opened: OpenedRow; readonly secret: SecretRow | null };
  /** It stands: that transaction is over. */
  noted?(place: Place): void;
  /** Whatever else must happen in that transaction. */
  within?(tx: StorageTransaction, place: Place): Promise<void>;
}

export interface OwnLogPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly headStore: HeadStore;
  readonly clock: Clock;
  /** Of a checkpoint of this size. */
  signersAt(log: LogRow, size: number): LogSigners;
  readonly sharing: Sharing;
  /** A new checkpoint of this log is signed and stored. */
  onSigned(log: LogRow): void;
  /** A write failed: entries of this log may be kept and lack a signature. */
  onUnsigned(logId: number): void;
}

interface Batch {
  readonly requests: readonly AppendRequest[];
  readonly places: readonly Place[];
  readonly nodes: readonly TreeNode[];
  readonly root: Uint8Array;
}

interface Grown {
  readonly log: LogRow;
  readonly lease: Lease;
  readonly next: LogRow;
  readonly batch: Batch;
}

interface Waiting {
  readonly request: AppendRequest;
  readonly done: PromiseWithResolvers<Place>;
}

/** Entries with which a batch goes although more are on their way: a batch of a full tile is the largest. */
const batchGoal = 128;
/** It goes after so long in any case: nobody waits for a message that somebody else cannot finish. */
const gatherMs = 100;

export class OwnLogs {
  readonly #ports: OwnLogPorts;
  readonly #waiting = new Map<number, Waiting[]>();
  /** Who waits for a signature over what is kept already. */
  readonly #unsigned = new Map<number, PromiseWithResolvers<void>>();
  readonly #running = new Map<number, Promise<void>>();
  /** By log id: entries that are being made. */
  readonly #expected = new Map<number, number>();
  /** By log id: who waits until a batch is worth its durable writes. */
  readonly #gathering = new Map<number, () => void>();

  constructor(ports: OwnLogPorts) {
    this.#ports = ports;
  }

  /**
   * Appends one entry; resolves when a checkpoint that covers it is signed and stored.
   *
   * Rejects with a Fault if the storage or the head store failed; the entry may then have been
   * kept, and is signed by {@link signPending} or with the next batch.
   */
  append(logId: number, request: AppendRequest): Promise<Place> {
    const done = Promise.withResolvers<Place>();
    const queue = this.#waiting.get(logId) ?? [];
    queue.push({ request, done });
    this.#waiting.set(logId, queue);
    if (this.#isGathered(logId)) this.#gathering.get(logId)?.();
    this.#run(logId);
    return done.promise;
  }

  /**
   * Appends to several logs in one transaction, each of which must still have the size that the
   * caller read: for what is true only if all of it is kept. Nothing else may append meanwhile: the
   * caller is the only user of the home.
   *
   * Rejects with a Fault `log.moved` if a log has another size; nothing was kept then.
   */
  async appendTogether(
    parts: readonly { readonly log: LogRow; readonly requests: readonly AppendRequest[] }[],
    within: (tx: StorageTransaction) => Promise<void>,
  ): Promise<void> {
    const { storage } = this.#ports;
    const grown: Grown[] = [];
    for (const { log, requests } of parts) {
      assert(requests.length <= entriesPerBatchMax, "one batch to a log");
      await this.#checkHead(log);
      const lease = requireLease(this.#ports.sharing, log.channel);
      grown.push({ log, lease, ...(await this.#grow(log, requests)) });
    }
    await storage.write(async (tx) => {
      for (const one of grown) await appendTo(tx, one);
      await within(tx);
    });
    for (const { batch } of grown) noteAll(batch);
    for (const { next, lease } of grown) await this.#sign(next, lease);
  }

  /**
   * An entry for this log is being made: a batch may wait for it, but not long.
   *
   * @returns To be called once, when it was handed to {@link append} or will not be.
   */
  expect(logId: number): () => void {
    this.#expected.set(logId, (this.#expected.get(logId) ?? 0) + 1);
    return () => {
      const left = (this.#expected.get(logId) ?? 1) - 1;
      if (left > 0) this.#expected.set(logId, left);
      else this.#expected.delete(logId);
      if (this.#isGathered(logId)) this.#gathering.get(logId)?.();
    };
  }

  /** Signs what is kept and was not signed: by an earlier process, or because a write failed. */
  signPending(logId: number): Promise<void> {
    const done = this.#unsigned.get(logId) ?? Promise.withResolvers<void>();
    this.#unsigned.set(logId, done);
    this.#run(logId);
    return done.promise;
  }

  /** Resolves when nothing is being appended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #run(logId: number): void {
    if (this.#running.has(logId)) return;
    const running = this.#drain(logId).finally(() => {
      this.#running.delete(logId);
      const isAsked = (this.#waiting.get(logId)?.length ?? 0) > 0 || this.#unsigned.has(logId);
      if (isAsked) this.#run(logId);
    });
    this.#running.set(logId, running);
  }

  async #drain(logId: number): Promise<void> {
    // One turn of the event loop, so that what is asked together goes in one batch.
    await Promise.resolve();
    for (;;) {
      await this.#gather(logId);
      const batch = this.#waiting.get(logId)?.splice(0, entriesPerBatchMax) ?? [];
      const unsigned = this.#unsigned.get(logId);
      this.#unsigned.delete(logId);
      if (batch.length > 0) await this.#settleBatch(logId, batch);
      if (unsigned !== undefined) await this.#settleUnsigned(logId, unsigned);
      if (batch.length === 0 && unsigned === undefined) return;
    }
  }

  async #settleBatch(logId: number, batch: readonly Waiting[]): Promise<void> {
    try {
      const places = await this.#appendBatch(
        logId,
        batch.map(({ request }) => request),
      );
      for (const [i, { done }] of batch.entries()) {
        const place = places[i];
        assert(place !== undefined, "a place for each request");
        done.resolve(place);
      }
    } catch (cause) {
      // Each caller is told; the log itself is read anew before the next batch.
      for (const { done } of batch) done.reject(cause);
      this.#ports.onUnsigned(logId);
    }
  }

  async #settleUnsigned(logId: number, done: PromiseWithResolvers<void>): Promise<void> {
    try {
      const log = await this.#readLog(logId);
      await this.#sign(log, requireLease(this.#ports.sharing, log.channel));
      done.resolve();
    } catch (cause) {
      done.reject(cause);
    }
  }

  #isGathered(logId: number): boolean {
    const count = this.#waiting.get(logId)?.length ?? 0;
    return count === 0 || count >= batchGoal || !this.#expected.has(logId);
  }

  /** A batch costs a dozen durable writes on both sides, whether it has one entry or many. */
  async #gather(logId: number): Promise<void> {
    if (this.#isGathered(logId)) return;
    const gathered = Promise.withResolvers<void>();
    const late = new AbortController();
    this.#gathering.set(logId, gathered.resolve);
    await Promise.race([gathered.promise, this.#ports.clock.sleep(gatherMs, late.signal)]);
    this.#gathering.delete(logId);
    late.abort();
  }

  async #appendBatch(logId: number, requests: readonly AppendRequest[]): Promise<readonly Place[]> {
    const before = await this.#readLog(logId);
    const lease = requireLease(this.#ports.sharing, before.channel);
    if (requests.some((request) => (request.lease ?? lease) !== lease)) {
      throw leaseLost(before.channel);
    }
    await this.#checkHead(before);
    const { next, batch } = await this.#grow(before, requests);
    await this.#ports.storage.write((tx) => appendTo(tx, { log: before, lease, batch }));
    noteAll(batch);
    await this.#sign(next, lease);
    return batch.places;
  }

  /** @returns The log as it will be, and what makes it so. */
  async #grow(
    before: LogRow,
    requests: readonly AppendRequest[],
  ): Promise<{ readonly next: LogRow; readonly batch: Batch }> {
    const { p } = this.#ports;
    const hashes = requests.map(({ bytes }) => leafHash(p, bytes));
    const { range, nodes } = appendLeaves(p, await this.#readRange(before), hashes);
    const root = rootOf(p, range);
    const places = hashes.map((hash, i) => ({
      log: before,
      index: before.size + i,
      leafHash: hash,
    }));
    const next = { ...before, size: range.size, entryCount: range.size, root };
    return { next, batch: { requests, places, nodes, root } };
  }

  async #sign(log: LogRow, lease: Lease): Promise<void> {
    const { p, storage, headStore, clock } = this.#ports;
    const last = await storage.read((tx) => tx.logs.readLastCheckpoint(log.id));
    if (last?.size === log.size || log.size === 0) return;
    const head = await this.#checkHead(log);
    const next: Head = { log: baseOf(log), epoch: log.epoch, size: log.size, root: log.root };
    if (head?.size !== next.size || head.epoch !== next.epoch) {
      const outcome = await headStore.advanceHead(head, next);
      if (!outcome.isAdvanced) throw headFault(log, "the head store moved meanwhile");
    }
    const checkpoint = { origin: log.origin, size: log.size, root: log.root };
    const signers = this.#ports.signersAt(log, log.size);
    const note = await signCheckpoint(p, { checkpoint, time: clock.nowSeconds() }, signers);
    const { size, root } = checkpoint;
    await storage.write(async (tx) => {
      await lease.fence(tx);
      await tx.logs.recordCheckpoint(log.id, { size, root, note });
    });
    this.#ports.onSigned(log);
  }

  /** The head that stands, if this log may go on from it. */
  async #checkHead(log: LogRow): Promise<Head | undefined> {
    const head = await this.#ports.headStore.readHead(baseOf(log));
    if (head === undefined) {
      if (log.size > 0 && (await this.#wasSigned(log)))
        throw headFault(log, "the head store has no head of it");
      return undefined;
    }
    if (head.epoch < log.epoch) return head;
    if (head.epoch > log.epoch || head.size > log.size) {
      throw headFault(log, "the head store knows a later head");
    }
    const range = await this.#readRange({ ...log, size: head.size });
    if (!equalBytes(rootOf(this.#ports.p, range), head.root)) {
      throw headFault(log, "the head store knows another root");
    }
    return head;
  }

  async #wasSigned(log: LogRow): Promise<boolean> {
    const last = await this.#ports.storage.read((tx) => tx.logs.readLastCheckpoint(log.id));
    return last !== undefined;
  }

  async #readLog(logId: number): Promise<LogRow> {
    const log = await this.#ports.storage.read((tx) => tx.logs.readLog(logId));
    assert(log?.direction === "own", "an own log");
    return log;
  }

  #readRange(log: LogRow): Promise<CompactRange> {
    const { storage } = this.#ports;
    return readRange((ids) => storage.read((tx) => tx.logs.readNodes(log.id, ids)), log.size);
  }
}

async function appendTo(
  tx: StorageTransaction,
  { log, lease, batch }: Omit<Grown, "next">,
): Promise<void> {
  await lease.fence(tx);
  const { requests, places, nodes, root } = batch;
  const entries = requests.map(({ bytes }) => bytes);
  const expectedCount = log.entryCount;
  const appended = await tx.logs.append(log.id, { expectedCount, entries, nodes, root });
  if (!appended.isAppended) throw movedFault(log, appended.reason);
  await keepAll(tx, requests, places);
}

async function keepAll(
  tx: StorageTransaction,
  requests: readonly AppendRequest[],
  places: readonly Place[],
): Promise<void> {
  const kept = requests.map((request, i) => {
    const place = places[i];
    assert(place !== undefined, "a place for each request");
    return { request, place, ...request.keep(place) };
  });
  const [first] = kept;
  if (first === undefined) return;
  const { log, index } = first.place;
  const rows = kept.map(({ opened }) => opened);
  const opened = await tx.opened.appendOpened(log.id, index, rows);
  if (!opened.isAppended) throw movedFault(log, opened.reason);
  for (const { request, place, secret } of kept) {
    if (secret !== null) await tx.secrets.insertSecret(secret);
    await request.within?.(tx, place);
  }
}

function noteAll({ requests, places }: Batch): void {
  for (const [i, place] of places.entries()) requests[i]?.noted?.(place);
}

function baseOf({ origin }: LogRow): string {
  return origin.slice(0, origin.lastIndexOf("/"));
}

function movedFault(log: LogRow, reason: string): Fault {
  const code = reason === "closed" ? "log.closed" : "log.moved";
  return new Fault(code, `${log.origin}: another process appended, or the epoch is closed`, {
    retryable: reason !== "closed",
  });
}

function headFault(log: LogRow, what: string): Fault {
  return new Fault("log.head-mismatch", `${log.origin}: ${what}`, { retryable: false });
}
