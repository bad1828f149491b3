/**
 * Messages that one process seals and another, which works their channel, appends.
 *
 * Each waits in the database and leaves it in the transaction that appends it: once, whoever dies.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { Clock } from "./clock.ts";
import type { AppendRequest, OwnLogs } from "./own-log.ts";
import { Serial } from "./serial.ts";
import { type Lease, requireLease, type Sharing } from "./sharing.ts";
import type { Storage, StorageReader } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";
import { type OutgoingRow, outgoingPerBatchMax } from "./storage-sharing.ts";

/** Pause before one looks again whether a message was appended; news cut it short. Milliseconds. */
const lookMs = 250;
/** How long a message waits for a process that works its channel before it is taken back. Milliseconds. */
const waitMsMax = 60_000;

export interface OutgoingPorts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly sharing: Sharing;
  readonly ownLogs: OwnLogs;
}

export class Outgoing {
  readonly #ports: OutgoingPorts;
  readonly #serials = new Map<string, Serial>();
  #news = new AbortController();

  constructor(ports: OutgoingPorts) {
    this.#ports = ports;
    ports.sharing.listen(({ about }) => {
      if (about === "placed") this.#look();
    });
  }

  /**
   * Leaves a sealed message to whoever works its channel; resolves when it stands in the log under a
   * signed checkpoint.
   *
   * @param within - What else must happen in the transaction that keeps it.
   * @returns The index of its entry.
   * @throws Fault `log.not-worked` if nobody appended it in time: it is taken back, nothing was said.
   */
  async hand(log: LogRow, { bytes, keep, within }: AppendRequest): Promise<number> {
    const { storage, sharing, clock } = this.#ports;
    const kept = keep({ log, index: 0, leafHash: new Uint8Array(0) });
    const { leafHash: _, index: __, ...opened } = kept.opened;
    const { index: ___, ...secret } = kept.secret ?? { index: 0 };
    const jti = opened.jti ?? "";
    const row: OutgoingRow = {
      ...{ jti, channel: log.channel, logId: log.id, bytes, opened },
      secret: kept.secret === null ? null : (secret as OutgoingRow["secret"]),
    };
    await storage.write(async (tx) => {
      // It may have been appended by this process just before its lease was lost.
      if ((await this.#indexOf(tx, row)) !== undefined) return;
      await tx.outgoing.insertOutgoing(row);
      await within?.(tx, { log, index: 0, leafHash: new Uint8Array(0) });
    });
    sharing.tell({ about: "work", channel: log.channel });
    const giveUpAt = performance.now() + waitMsMax;
    for (;;) {
      const found = await storage.read((tx) => this.#find(tx, row));
      if (found.isSigned) return found.index;
      if (!found.isWaiting && found.index === undefined) throw epochClosed(log);
      if (performance.now() > giveUpAt && (await this.#takeBack(row))) throw notWorked(log);
      await clock.sleep(lookMs, this.#news.signal);
    }
  }

  /** Appends what waits for a channel that this process works. */
  drain(channel: string): Promise<void> {
    const serial = this.#serials.get(channel) ?? new Serial();
    this.#serials.set(channel, serial);
    return serial.run(async () => {
      for (;;) {
        const rows = await this.#ports.storage.read((tx) => tx.outgoing.listOutgoing(channel));
        if (rows.length === 0) return;
        await this.#appendAll(channel, rows);
        this.#ports.sharing.tell({ about: "placed", channel });
        this.#look();
        if (rows.length < outgoingPerBatchMax) return;
      }
    });
  }

  async #appendAll(channel: string, rows: readonly OutgoingRow[]): Promise<void> {
    const lease = requireLease(this.#ports.sharing, channel);
    const appending = rows.map((row) => this.#append(row, lease));
    for (const outcome of await Promise.allSettled(appending)) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  async #append(row: OutgoingRow, lease: Lease): Promise<void> {
    const { storage, ownLogs } = this.#ports;
    try {
      await ownLogs.append(row.logId, {
        bytes: row.bytes,
        lease,
        keep: ({ index, leafHash }) => ({
          opened: { ...row.opened, index, leafHash },
          secret: row.secret && { ...row.secret, index },
        }),
        within: async (tx) => {
          if (await tx.outgoing.deleteOutgoing(row.jti)) return;
          throw new Fault("log.moved", "a message was taken back", { retryable: true });
        },
      });
    } catch (cause) {
      // Sealed for an epoch that is closed, it can stand nowhere: who waits for it is told.
      if (!(cause instanceof Fault && cause.code === "log.closed")) throw cause;
      await storage.write((tx) => tx.outgoing.deleteOutgoing(row.jti));
    }
  }

  async #find(tx: StorageReader, row: OutgoingRow): Promise<Found> {
    const index = await this.#indexOf(tx, row);
    const isWaiting = await tx.outgoing.readIsOutgoing(row.jti);
    const signed = await tx.logs.readLastCheckpoint(row.logId);
    if (index === undefined || (signed?.size ?? 0) <= index) {
      return { isSigned: false, isWaiting, index };
    }
    return { isSigned: true, index };
  }

  async #indexOf(
    tx: StorageReader,
    { channel, jti, logId, opened: { author } }: OutgoingRow,
  ): Promise<number | undefined> {
    const row = await tx.opened.readOpenedByJti({ channel, author, jti });
    return row?.logId === logId ? row.index : undefined;
  }

  #takeBack({ jti }: OutgoingRow): Promise<boolean> {
    return this.#ports.storage.write((tx) => tx.outgoing.deleteOutgoing(jti));
  }

  #look(): void {
    this.#news.abort();
    this.#news = new AbortController();
  }
}

type Found =
  | { readonly isSigned: true; readonly index: number }
  | { readonly isSigned: false; readonly isWaiting: boolean; readonly index: number | undefined };

function epochClosed({ origin }: LogRow): Fault {
  return new Fault("log.closed", origin, { retryable: false });
}

function notWorked({ origin }: LogRow): Fault {
  return new Fault("log.not-worked", origin, { retryable: true });
}
