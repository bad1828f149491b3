/**
 * Where the peer says that an epoch of ours ended: its `service-note`, `epoch-closed`.
 *
 * Judged when it is opened, and kept as the closing size of our log, once. It may stand behind
 * messages that have seen entries of ours which a restored database no longer has: then it is looked
 * for ahead of them, since it says how much is to be taken back. spec/log.md §9.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { type OpeningContext, openMessage } from "@parley/core/entry/open-message";
import { assert, Fault } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { closingOf } from "@parley/core/log/epoch";
import { parseOrigin } from "@parley/core/log/origin";
import type { Message } from "@parley/core/message/message";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { Lease } from "./sharing.ts";
import type { Storage, StorageTransaction } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogEntry, type LogRow } from "./storage-log.ts";

export const serviceNoteKind = kinds["service-note"].value;

interface Said {
  readonly origin: string;
  readonly size: number;
  /** Null: nothing was receipted. */
  readonly checkpoint: string | null;
}

export interface ClosingPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  contextOf(
    channel: Channel,
    log: LogRow,
    at: { readonly index: number; readonly receivedAt: number },
  ): OpeningContext;
}

/** Whether it was accepted, and says where an epoch ended. */
export function isClosing({ kind, message }: Pick<OpenedRow, "kind" | "message">): boolean {
  if (kind !== serviceNoteKind || message === null) return false;
  return closingIn(parseKeptMessage(message).message) !== undefined;
}

export class ClosingNotes {
  readonly #ports: ClosingPorts;
  /**
   * By log, up to which index no note was found. It holds for a channel as it was read: what its keys
   * and notices make of an entry does not get better while they stay as they are.
   */
  readonly #looked = new WeakMap<Channel, Map<number, number>>();

  constructor(ports: ClosingPorts) {
    this.#ports = ports;
  }

  /**
   * @returns `log.unproven-closing` if it speaks of a log that is not ours, of this class, and ended by
   *   a notice of ours; shows no checkpoint of that size; names less than the peer has receipted; or
   *   another size than it named before. Other notes are good.
   */
  async judge(channel: Channel, message: Message): Promise<Result<true, "log.unproven-closing">> {
    const said = closingIn(message);
    if (said === undefined) return accept(true);
    const log = await this.#endedLog(channel, said.origin);
    if (log === undefined || log.class !== message.head.class) {
      return refuse("log.unproven-closing", "of no log that was ended");
    }
    return this.#judge(channel, log, said);
  }

  /** Closes the log that an accepted note speaks of, in the transaction that keeps the note. */
  async keep(tx: StorageTransaction, channel: Channel, row: OpenedRow): Promise<void> {
    assert(row.message !== null, "an accepted note");
    const said = closingIn(parseKeptMessage(row.message).message);
    const log = said && (await tx.logs.readLogByOrigin(said.origin));
    assert(log?.author === channel.me, "a note that was judged");
    const closed = await tx.logs.closeLog(log.id, said?.size ?? 0);
    if (closed !== "conflict") return;
    throw new Fault("log.moved", `${log.origin}: closed at another size meanwhile`, {
      retryable: true,
    });
  }

  /**
   * Looks for the note behind entries that cannot be folded yet, if an epoch of ours waits for it; each
   * entry once, however often it is called.
   *
   * @param from - Index of the first entry that is not opened.
   * @returns Whether an epoch was closed.
   * @throws Fault `log.lease-lost`: another process works the channel, and looks for itself.
   */
  async lookAhead(
    channel: Channel,
    log: LogRow,
    { from, lease }: { readonly from: number; readonly lease: Lease },
  ): Promise<boolean> {
    const { storage } = this.#ports;
    const filter = { channel: channel.id, class: log.class, author: channel.me };
    const own = await storage.read((tx) => tx.logs.listLogs(filter));
    if (own.slice(0, -1).every(({ closedAtSize }) => closedAtSize !== null)) return false;
    const looked = this.#looked.get(channel) ?? new Map<number, number>();
    this.#looked.set(channel, looked);
    let at = Math.max(from, looked.get(log.id) ?? 0);
    while (at < log.size) {
      const count = Math.min(entriesPerBatchMax, log.size - at);
      const entries = await storage.read((tx) => tx.logs.readEntries(log.id, at, count));
      for (const entry of entries) {
        if (await this.#closeBy(channel, log, { entry, lease })) return true;
      }
      at += entries.length;
      looked.set(log.id, at);
    }
    return false;
  }

  /** Closes what an unopened entry says is closed, if it does and is good. */
  async #closeBy(
    channel: Channel,
    log: LogRow,
    { entry, lease }: { readonly entry: LogEntry; readonly lease: Lease },
  ): Promise<boolean> {
    const { bytes, index } = entry;
    const context = this.#ports.contextOf(channel, log, { index, receivedAt: 0 });
    const opened = await openMessage(this.#ports.p, bytes, context);
    const said = opened.ok ? closingIn(opened.value.message) : undefined;
    const row = said && (await this.#endedLog(channel, said.origin));
    if (said === undefined || row === undefined || row.class !== log.class) return false;
    if (!(await this.#judge(channel, row, said)).ok) return false;
    const closed = await this.#ports.storage.write(async (tx) => {
      await lease.fence(tx);
      return tx.logs.closeLog(row.id, said.size);
    });
    return closed === "stored";
  }

  /** A log of ours that a notice of ours has closed. */
  async #endedLog(channel: Channel, origin: string): Promise<LogRow | undefined> {
    const statements = channel.ownKeys.notices.flatMap(({ payload }) => payload.statements);
    const log = await this.#ports.storage.read((tx) => tx.logs.readLogByOrigin(origin));
    if (log?.channel !== channel.id || log.author !== channel.me) return undefined;
    const isEnded = statements.some(
      (one) => one.type === "epoch-closed" && one.class === log.class && one.epoch === log.epoch,
    );
    return isEnded ? log : undefined;
  }

  async #judge(
    channel: Channel,
    log: LogRow,
    { origin, size, checkpoint }: Said,
  ): Promise<Result<true, "log.unproven-closing">> {
    const unproven = (why: string) => refuse("log.unproven-closing", why);
    const place = parseOrigin(origin);
    assert(place.ok, "the origin of a stored log");
    const logKeys = channel.logKeys(origin, size);
    const proof =
      checkpoint === null
        ? accept(null)
        : await verifyCheckpoint(this.#ports.p, checkpoint, { origin, logKeys });
    if (!proof.ok) return unproven("the checkpoint is not good");
    const answer = { size, proof: proof.value };
    const closing = closingOf(place.value, log.receiptedSize, answer);
    if (!closing.ok) return closing;
    const isOther = log.closedAtSize !== null && log.closedAtSize !== size;
    return isOther ? unproven("another size was named before") : accept(true);
  }
}

function closingIn({ control, blocks }: Pick<Message, "control" | "blocks">): Said | undefined {
  if (control.kind !== serviceNoteKind) return undefined;
  const notice = blocks.find(({ name }) => name === "notice")?.value ?? {};
  const { subject, origin, size, checkpoint } = notice;
  if (subject !== "epoch-closed" || typeof origin !== "string" || typeof size !== "number") {
    return undefined;
  }
  return { origin, size, checkpoint: typeof checkpoint === "string" ? checkpoint : null };
}
