/**
 * Takes back what a restored database lost and the peer still holds: entries of an ended epoch of ours
 * from the peer's mirror, and receipts that we gave from the peer's own list.
 *
 * Whatever the peer shows counts only by our own signature on it. It may show less than it holds;
 * where the epoch ends is what it says in its log (`closing-note.ts`). spec/log.md §9.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import {
  parseSignedCheckpoint,
  type SignedCheckpoint,
  verifyCheckpoint,
} from "@parley/core/log/checkpoint";
import { verifyCosignature } from "@parley/core/log/cosignature";
import { verifyPackage } from "@parley/core/log/mirror-judge";
import { packageInterval } from "@parley/core/log/mirror-messages";
import { originHash } from "@parley/core/log/origin";
import { proveConsistency, verifyConsistency } from "@parley/core/log/proofs";
import type { Receipt } from "@parley/core/log/receipt-list";
import { appendLeaves, readRange, rootOf } from "@parley/core/log/tree";
import type { Channel } from "./channel.ts";
import {
  badAnswer,
  type ExchangeOutcome,
  exchangeDone,
  refusedAs,
  refusedBy,
} from "./exchange-outcome.ts";
import { withOwnLines } from "./held-log.ts";
import { readPackage, type Shown, type TileJob, TileRefused, tileReader } from "./read-tiles.ts";
import type { Lease } from "./sharing.ts";
import type { Storage, StorageReader } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogEntry, LogRow } from "./storage-log.ts";

export interface TakeBackPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  /** Our own copy of an entry that we sealed, by the archive key. */
  openOwn(channel: Channel, log: LogRow, entry: LogEntry): Promise<OpenedRow>;
}

export interface TakeBackJob extends TileJob {
  readonly channel: Channel;
  /** Of ours, of an epoch that is ended. */
  readonly log: LogRow;
}

/** Writes nothing once another process works the channel. */
export interface FencedTakeBack extends TakeBackJob {
  readonly lease: Lease;
}

/** Whether the log of an ended epoch lacks something that is said to be there. */
export function isAwaited({ closedAtSize, size, receiptedSize }: LogRow): boolean {
  return closedAtSize === null || Math.min(size, receiptedSize) < closedAtSize;
}

/** Logs of ours whose epoch is ended, and that may lack entries. @param logs - By epoch within a class. */
export function awaitedLogs(logs: readonly LogRow[]): readonly LogRow[] {
  const own = logs.filter(({ direction }) => direction === "own");
  const newest = new Map(own.map((log) => [log.class, log.epoch]));
  return own.filter((log) => log.epoch !== newest.get(log.class) && isAwaited(log));
}

/**
 * Brings the log of an ended epoch up to what the peer's mirror shows of it.
 *
 * Refusals: those of `verifyCheckpoint`; `log.head-mismatch` if what we signed is not what we have;
 * `log.bad-proof` for entries that are not of it.
 *
 * @throws Fault `log.lease-lost`, `log.moved`: what another process has begun is its own to end.
 */
export async function takeBack(
  ports: TakeBackPorts,
  job: FencedTakeBack,
): Promise<ExchangeOutcome> {
  const { p } = ports;
  const { channel, log, link, signal } = job;
  const at = { side: "mirror", hash: originHash(p, log.origin) } as const;
  const reply = await link.readCheckpoint(at, signal);
  if (reply.kind === "refused") {
    return reply.code === "log.unknown-origin" ? exchangeDone : refusedBy(reply);
  }
  const parsed = parseSignedCheckpoint(reply.value);
  if (!parsed.ok) return badAnswer;
  const { size } = parsed.value.checkpoint;
  const logKeys = channel.logKeys(log.origin, size);
  const signed = await verifyCheckpoint(p, reply.value, { origin: log.origin, logKeys });
  if (!signed.ok) return refusedAs(signed.refusal.code);
  const end = Math.min(size, log.closedAtSize ?? size);
  const note = withOwnLines(p, parsed.value, logKeys);
  if (end <= log.size) return takeSignature(ports, job, { signed: signed.value, note });
  const read = tileReader(p, job, at, size);
  try {
    return await take(ports, job, {
      shown: { ...job, parsed: parsed.value, at, read },
      note,
      signed: signed.value,
      end,
    });
  } catch (error) {
    if (error instanceof TileRefused) return error.outcome;
    throw error;
  }
}

interface Taken {
  readonly shown: Shown;
  readonly signed: SignedCheckpoint;
  readonly note: string;
  /** Entries from here on count for nobody. */
  readonly end: number;
}

/**
 * A copy may have been made between an entry and our signature on it: then the peer has the checkpoint
 * and we do not, and no receipt counts before we have it.
 */
async function takeSignature(
  { p, storage }: TakeBackPorts,
  { log, lease }: FencedTakeBack,
  { signed: { checkpoint }, note }: Pick<Taken, "signed" | "note">,
): Promise<ExchangeOutcome> {
  const { size, root } = checkpoint;
  if (size === 0 || size > log.size) return exchangeDone;
  const held = await storage.read(async (tx) => ({
    signed: await tx.logs.readLastCheckpoint(log.id),
    root: await rootAt(tx, p, log, size),
  }));
  if (held.signed !== undefined && held.signed.size >= size) return exchangeDone;
  if (!equalBytes(held.root, root)) return refusedAs("log.head-mismatch");
  await storage.write(async (tx) => {
    await lease.fence(tx);
    await tx.logs.recordCheckpoint(log.id, { size, root, note });
  });
  return exchangeDone;
}

async function take(
  { p, storage, openOwn }: TakeBackPorts,
  { channel, log, lease, signal }: FencedTakeBack,
  { shown, signed: { checkpoint }, note, end }: Taken,
): Promise<ExchangeOutcome> {
  const follows = verifyConsistency(p, {
    ...{ size1: log.size, root1: log.root, size2: checkpoint.size, root2: checkpoint.root },
    proof: log.size === 0 ? [] : await proveConsistency(p, shown.read, log.size, checkpoint.size),
  });
  if (log.size > 0 && !follows.ok) return refusedAs("log.head-mismatch");
  for (let start = log.size; start < end; ) {
    signal.throwIfAborted();
    const upload = await readPackage(p, shown, packageInterval(start, checkpoint.size, 0));
    const { subtreeStart } = upload.interval;
    const { before, range } = await storage.read(async (tx) => ({
      before:
        start === subtreeStart
          ? []
          : await tx.logs.readHashes(log.id, 0, subtreeStart, start - subtreeStart),
      range: await readRange((ids) => tx.logs.readNodes(log.id, ids), start),
    }));
    const verified = verifyPackage(p, checkpoint, before, upload);
    if (!verified.ok) return refusedAs(verified.refusal.code);
    const entries = upload.entries.slice(0, end - start);
    const grown = appendLeaves(p, range, verified.value.slice(0, entries.length));
    const rows = await Promise.all(
      entries.map((bytes, i) => {
        const leafHash = verified.value[i];
        assert(leafHash !== undefined, "a hash for each entry");
        return openOwn(channel, log, { index: start + i, bytes, leafHash });
      }),
    );
    const expectedCount = start;
    const root = rootOf(p, grown.range);
    await storage.write(async (tx) => {
      await lease.fence(tx);
      const batch = { expectedCount, entries, nodes: grown.nodes, root };
      const appended = await tx.logs.append(log.id, batch);
      if (!appended.isAppended) throw movedFault(log);
      const opened = await tx.opened.appendOpened(log.id, expectedCount, rows);
      if (!opened.isAppended) throw movedFault(log);
      if (grown.range.size !== checkpoint.size) return;
      await tx.logs.recordCheckpoint(log.id, { size: checkpoint.size, root, note });
    });
    start += entries.length;
  }
  return exchangeDone;
}

/** @returns Our receipts of a log of the peer that the peer holds and we lost, verified, by size. */
export async function readReceiptsBack(
  { p, storage }: Pick<TakeBackPorts, "p" | "storage">,
  { channel, log, link, signal }: TakeBackJob,
): Promise<readonly Receipt[]> {
  const at = { side: "log", hash: originHash(p, log.origin) } as const;
  const receipts: Receipt[] = [];
  for (let from = log.receiptedSize; ; ) {
    const reply = await link.readReceipts(at, from, signal);
    if (reply.kind === "refused") throw unreadable(log, reply.code);
    const list = reply.value.receipts.filter(({ size }) => size > from && size <= log.entryCount);
    const last = list.at(-1);
    if (reply.value.origin !== log.origin || last === undefined) return receipts;
    for (const { size, lines } of list) {
      const root = await storage.read((tx) => rootAt(tx, p, log, size));
      const checkpoint = { origin: log.origin, size, root };
      const mirror = channel.mirrorOf(log.author, log.origin, size);
      const verified = await verifyCosignature(p, checkpoint, lines, mirror);
      if (!verified.ok) throw unreadable(log, verified.refusal.code);
      receipts.push({ size, ...verified.value });
    }
    from = last.size;
  }
}

async function rootAt(
  tx: StorageReader,
  p: Primitives,
  log: LogRow,
  size: number,
): Promise<Uint8Array> {
  return rootOf(p, await readRange((ids) => tx.logs.readNodes(log.id, ids), size));
}

function unreadable({ origin }: LogRow, code: string): Fault {
  const what = `${origin}: the peer does not show our receipts: ${code}`;
  return new Fault("peer.no-receipts", what, { retryable: true });
}

function movedFault({ origin }: LogRow): Fault {
  const what = `${origin}: another process takes it back`;
  return new Fault("log.moved", what, { retryable: true });
}
