/**
 * Receipts of a peer for our own logs: verified against our own tree, then put in their place.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { type CosignatureRefusal, verifyCosignature } from "@parley/core/log/cosignature";
import type { PlaceRefusal, Receipt } from "@parley/core/log/receipt-list";
import { readRange, rootOf } from "@parley/core/log/tree";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Log } from "../log.ts";
import type { Channel } from "./channel.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

export type ReceiptRefusal = "log.bad-receipt" | CosignatureRefusal | PlaceRefusal;

/** A receipt that does not hold: what its mirror gave out, with the code of what is wrong. */
export interface BadReceipt {
  readonly channel: Channel;
  readonly origin: string;
  readonly size: number;
  readonly lines: string;
  readonly code: ReceiptRefusal;
}

export interface ReceiptPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly log: Log;
  /** New receipts are held, or may be: whoever folds looks for himself. */
  onReceipt(channel: Channel, logId: number): void;
  /** To be kept as evidence. A peer decides how often. */
  onBadReceipt(bad: BadReceipt): void;
}

export class ReceiptIntake {
  readonly #ports: ReceiptPorts;

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  /**
   * Takes receipts of one log, in the order in which they came.
   *
   * @returns The size of the last receipt that is now held; or why one was refused, which is
   *   `log.bad-receipt` for a size that was never signed. Those before it are kept.
   */
  async place(
    channel: Channel,
    log: LogRow,
    receipts: readonly Pick<Receipt, "size" | "lines">[],
  ): Promise<Result<number, ReceiptRefusal>> {
    let placedSize = 0;
    try {
      for (const receipt of receipts) {
        const placed = await this.#placeOne(channel, log, receipt);
        if (!placed.ok) return this.#refuse(channel, log, receipt, placed.refusal);
        if (placed.value) placedSize = receipt.size;
      }
    } catch (fault) {
      // It may have been kept: then nobody brings it again.
      if (placedSize === 0) this.#ports.onReceipt(channel, log.id);
      throw fault;
    } finally {
      if (placedSize > 0) {
        this.#ports.log.event("log.receipted", { origin: log.origin, size: placedSize });
        this.#ports.onReceipt(channel, log.id);
      }
    }
    const last = await this.#ports.storage.read((tx) => tx.receipts.readLastReceipt(log.id));
    return accept(last?.size ?? 0);
  }

  /** @returns Whether it is new. */
  async #placeOne(
    channel: Channel,
    log: LogRow,
    { size, lines }: Pick<Receipt, "size" | "lines">,
  ): Promise<Result<boolean, ReceiptRefusal>> {
    const { p, storage } = this.#ports;
    const held = await storage.read(async (tx) => {
      const next = await tx.receipts.readReceiptOf(log.id, size - 1);
      if (next?.size === size && next.lines === lines) return "present";
      const signed = await tx.logs.readLastCheckpoint(log.id);
      if (signed === undefined || size > signed.size) return "unsigned";
      return rootOf(p, await readRange((ids) => tx.logs.readNodes(log.id, ids), size));
    });
    if (held === "present") return accept(false);
    if (held === "unsigned") return refuse("log.bad-receipt", "a size that the log has not");
    const checkpoint = { origin: log.origin, size, root: held };
    const mirror = channel.mirrorOf(log.author, log.origin, size);
    const verified = await verifyCosignature(p, checkpoint, lines, mirror);
    if (!verified.ok) return verified;
    const receipt = { size, ...verified.value };
    const placed = await storage.write((tx) => tx.receipts.placeReceipt(log.id, receipt));
    return placed.ok ? accept(placed.value === "stored") : placed;
  }

  #refuse(
    channel: Channel,
    { origin }: LogRow,
    { size, lines }: Pick<Receipt, "size" | "lines">,
    { code, detail }: { readonly code: ReceiptRefusal; readonly detail: string },
  ): Result<never, ReceiptRefusal> {
    this.#ports.log.event("peer.refused-us", { peer: channel.peer, origin, code });
    this.#ports.onBadReceipt({ channel, origin, size, lines, code });
    return refuse(code, detail);
  }
}
