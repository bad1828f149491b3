/**
 * One push of an own log to its mirror: checkpoint, entries, receipt.
 *
 * It begins from what the database says and asks the mirror where it stands, so that it may break
 * off anywhere and be done again. A receipt is placed only when no earlier one can be missing: it is
 * the next after the last one held if the mirror moved directly from that one's size to this one's;
 * else the mirror's list is read first. spec/exchange.md §2 to §4.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import {
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  type MirrorInfo,
  packageCount,
  packageInterval,
  type UploadHeader,
  uploadPackagesMax,
} from "@parley/core/log/mirror-messages";
import { proveConsistency, proveSubtreeConsistency } from "@parley/core/log/proofs";
import { logKeysChangeAt } from "@parley/core/party/key-positions";
import type { AttachmentTransfer } from "./attachment-transfer.ts";
import type { Channel } from "./channel.ts";
import {
  badAnswer,
  type ExchangeOutcome,
  exchangeDone,
  refusedAs,
  refusedBy,
} from "./exchange-outcome.ts";
import { type LogJob, pullReceipts, type ReceiptExchangePorts } from "./receipt-exchange.ts";
import type { StorageReader } from "./storage.ts";
import type { CheckpointRow, LogRow } from "./storage-log.ts";

/** Times that a mirror may say where it stands without getting further. */
const stallsMax = 3;

export interface PushPorts extends ReceiptExchangePorts {
  readonly p: Primitives;
  readonly attachments: AttachmentTransfer;
}

interface Push extends LogJob {
  readonly head: CheckpointRow;
}

/** `isDirect`: the mirror's last checkpoint before this one is that of our last receipt. */
type Announced = { readonly kind: "announced"; readonly isDirect: boolean } | ExchangeOutcome;

/** Sends what the last checkpoint covers and no receipt does. One at a time for a log. */
export async function pushLog(ports: PushPorts, job: LogJob): Promise<ExchangeOutcome> {
  const { log, channel } = job;
  const head = await ports.storage.read((tx) => readShownCheckpoint(tx, channel, log));
  if (head === undefined || head.size <= log.receiptedSize) return exchangeDone;
  const push: Push = { ...job, head };
  const sent = await ports.attachments.sendNamed(job, log.receiptedSize, head.size);
  if (sent.kind !== "done") return sent;
  const announced = await announce(ports, push);
  return announced.kind === "announced" ? upload(ports, push, announced.isDirect) : announced;
}

/**
 * The checkpoint that the peer is shown next: the last one, but where the log's keys change the last
 * under the old ones, until it is receipted, because it brings the new (spec/keys.md §7).
 */
export async function readShownCheckpoint(
  tx: StorageReader,
  channel: Channel,
  log: LogRow,
): Promise<CheckpointRow | undefined> {
  const changeAt = logKeysChangeAt(channel.ownKeys, log.origin, log.receiptedSize);
  const last = changeAt === undefined ? undefined : await tx.logs.readCheckpoint(log.id, changeAt);
  return last ?? (await tx.logs.readLastCheckpoint(log.id));
}

/** add-checkpoint, from wherever the mirror is. */
async function announce(ports: PushPorts, push: Push): Promise<Announced> {
  const { log, head, link, signal } = push;
  let old = log.receiptedSize;
  for (let attempt = 0; attempt < stallsMax; attempt++) {
    const proof = await proofFrom(ports, log, old, head.size);
    const body = formatAddCheckpoint({ old, proof, text: head.note });
    const reply = await link.addCheckpoint(body, signal);
    if (reply.kind === "refused") return refusedBy(reply);
    if (reply.kind === "accepted") return { kind: "announced", isDirect: attempt === 0 };
    if (reply.size === old) return badAnswer;
    // An answer of ours or of the mirror was lost: it has the checkpoint.
    if (reply.size === head.size) return { kind: "announced", isDirect: false };
    if (reply.size > head.size) return judgeAhead(ports, push, reply.size);
    old = reply.size;
  }
  return badAnswer;
}

/** The mirror knows a later checkpoint: another push sent it, or we have lost some. */
async function judgeAhead(
  ports: PushPorts,
  push: Push,
  mirrorSize: number,
): Promise<ExchangeOutcome> {
  const { log, head } = push;
  const now = await ports.storage.read((tx) => tx.logs.readLastCheckpoint(log.id));
  if (now === undefined || now.size < mirrorSize) return refusedAs("log.head-mismatch");
  if (now.size === head.size) return { kind: "again" };
  // Beyond a change of keys, of which it has therefore read: only a receipt of ours is missing.
  const pulled = await pullReceipts(ports, push);
  if (pulled.kind !== "done") return pulled;
  const after = await ports.storage.read((tx) => tx.logs.readLog(log.id));
  const isMoved = (after?.receiptedSize ?? 0) >= head.size;
  return isMoved ? { kind: "again" } : refusedAs("mirror.other-size");
}

function proofFrom(
  { p, storage }: PushPorts,
  log: LogRow,
  old: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  if (old === 0) return Promise.resolve([]);
  return storage.read((tx) =>
    proveConsistency(p, (ids) => tx.logs.readNodes(log.id, ids), old, size),
  );
}

/** add-entries, from wherever the mirror is, until it cosigned. */
async function upload(ports: PushPorts, push: Push, isDirect: boolean): Promise<ExchangeOutcome> {
  const { log, head, link, signal } = push;
  const ticket = new Uint8Array(0);
  let header: UploadHeader = {
    origin: log.origin,
    start: log.receiptedSize,
    end: head.size,
    ticket,
  };
  for (let stalls = 0; stalls <= stallsMax; ) {
    const asked = header;
    const reply = await link.addEntries(() => uploadBody(ports, log, asked), signal);
    if (reply.kind === "refused") return refusedBy(reply);
    if (reply.kind === "cosigned") {
      const isNext = isDirect && header.end === head.size;
      return takeReceipt(ports, push, { size: header.end, lines: reply.lines }, isNext);
    }
    const next = await resume(ports, log, reply.info);
    if (next === undefined) return badAnswer;
    if (next.start <= header.start) stalls += 1;
    header = next;
  }
  return badAnswer;
}

/** @returns Where to go on; `undefined` if the mirror names a size that our log never signed. */
async function resume(
  { storage }: PushPorts,
  log: LogRow,
  { size, nextEntry, ticket }: MirrorInfo,
): Promise<UploadHeader | undefined> {
  const signed = await storage.read((tx) => tx.logs.readCheckpoint(log.id, size));
  if (signed === undefined || size <= log.receiptedSize) return undefined;
  return { origin: log.origin, start: Math.min(nextEntry, size), end: size, ticket };
}

async function takeReceipt(
  ports: PushPorts,
  push: Push,
  receipt: { readonly size: number; readonly lines: string },
  isNext: boolean,
): Promise<ExchangeOutcome> {
  if (!isNext) {
    const pulled = await pullReceipts(ports, push);
    if (pulled.kind !== "done") return pulled;
  }
  const placed = await ports.receipts.place(push.channel, push.log, [receipt]);
  return placed.ok ? { kind: "again" } : refusedAs(placed.refusal.code);
}

/** Header and packages, each read when the one before it is on its way. */
async function* uploadBody(
  { p, storage }: PushPorts,
  log: LogRow,
  header: UploadHeader,
): AsyncGenerator<Uint8Array, void> {
  yield encodeUploadHeader(header);
  const count = Math.min(packageCount(header.start, header.end), uploadPackagesMax);
  for (let at = 0; at < count; at++) {
    const { subtreeStart, start, end } = packageInterval(header.start, header.end, at);
    yield await storage.read(async (tx) => {
      const entries = await tx.logs.readEntries(log.id, start, end - start);
      const read = (ids: Parameters<typeof tx.logs.readNodes>[1]) => tx.logs.readNodes(log.id, ids);
      const interval = { start: subtreeStart, end };
      const proof = await proveSubtreeConsistency(p, read, interval, header.end);
      return encodePackage(
        entries.map(({ bytes }) => bytes),
        proof,
      );
    });
  }
}
