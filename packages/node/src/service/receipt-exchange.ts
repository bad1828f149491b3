/**
 * Receipts fetched from the mirror of an own log, and handed back for a log that we mirror.
 * spec/exchange.md EXC-24, EXC-25.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { originHash } from "@parley/core/log/origin";
import { formatReceiptList, type Receipt } from "@parley/core/log/receipt-list";
import type { Channel } from "./channel.ts";
import {
  badAnswer,
  type ExchangeOutcome,
  exchangeDone,
  refusedAs,
  refusedBy,
} from "./exchange-outcome.ts";
import type { PeerLink } from "./peer-link.ts";
import type { ReceiptIntake } from "./receipt-intake.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

export interface ReceiptExchangePorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly receipts: ReceiptIntake;
}

/** One log, and the link to the peer that it concerns. */
export interface LogJob {
  readonly channel: Channel;
  readonly log: LogRow;
  readonly link: PeerLink;
  readonly signal: AbortSignal;
}

/** Places every receipt that the mirror has above the last one held. */
export async function pullReceipts(
  { p, receipts }: ReceiptExchangePorts,
  { channel, log, link, signal }: LogJob,
): Promise<ExchangeOutcome> {
  const at = { side: "mirror", hash: originHash(p, log.origin) } as const;
  for (let from = log.receiptedSize; ; ) {
    const reply = await link.readReceipts(at, from, signal);
    if (reply.kind === "refused") {
      return reply.code === "log.unknown-origin" ? exchangeDone : refusedBy(reply);
    }
    const list = reply.value;
    const [first] = list.receipts;
    const last = list.receipts.at(-1);
    if (list.origin !== log.origin) return badAnswer;
    if (first === undefined || last === undefined) return exchangeDone;
    if (first.size <= from) return badAnswer;
    const placed = await receipts.place(channel, log, list.receipts);
    if (!placed.ok) return refusedAs(placed.refusal.code);
    from = last.size;
  }
}

/** How far the author of a mirrored log has our receipts; `undefined`: it was not asked yet. */
export type HandedBack = number | undefined;

/** Hands the author of a mirrored log every receipt of ours that it lacks. */
export async function handReceiptsBack(
  { storage }: ReceiptExchangePorts,
  { log, link, signal }: LogJob,
  handedBack: HandedBack,
): Promise<{ readonly outcome: ExchangeOutcome; readonly handedBack: HandedBack }> {
  const post = (receipts: readonly Receipt[]) =>
    link.postReceipts(formatReceiptList({ origin: log.origin, receipts }), signal);
  let from = handedBack ?? 0;
  if (handedBack === undefined) {
    // An empty list asks how far the author is.
    const reply = await post([]);
    if (reply.kind === "refused") return { outcome: refusedBy(reply), handedBack };
    from = reply.value;
  }
  for (;;) {
    const after = from + 1;
    const receipts = await storage.read((tx) => tx.receipts.listReceipts(log.id, after));
    const last = receipts.at(-1);
    if (last === undefined) return { outcome: exchangeDone, handedBack: from };
    const reply = await post(receipts);
    if (reply.kind === "refused") return { outcome: refusedBy(reply), handedBack: undefined };
    if (reply.value < last.size) return { outcome: badAnswer, handedBack: undefined };
    from = last.size;
  }
}
