/**
 * What a peer may read here: our mirror of its logs, and the logs that we write to it. Of any other
 * log it is as if there were none. spec/exchange.md §4 and §5.
 *
 * @module
 */

import { concatBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { originHash } from "@parley/core/log/origin";
import { formatReceiptList } from "@parley/core/log/receipt-list";
import { encodeBundle, type TileId, tileWidth, tileWidthAt } from "@parley/core/log/tiles";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel, ChannelBook } from "./channel.ts";
import { readShownCheckpoint } from "./push-log.ts";
import type { Storage, StorageReader } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

/** `mirror`: the reader's log as we hold it. `log`: ours, written to the reader. */
export type ReadSide = "mirror" | "log";

export type FindRefusal = "log.unknown-origin" | "exchange.not-allowed";

/** Rows of the tree from one level of tiles to the next. */
const tileHeight = 8;

export interface FoundLog {
  readonly channel: Channel;
  readonly row: LogRow;
}

export class PeerLogs {
  readonly #p: Primitives;
  readonly #storage: Storage;
  readonly #book: ChannelBook;
  /** Hashes of origins that were looked at: as many as there are logs. */
  readonly #hashes = new Map<string, string>();

  constructor(p: Primitives, storage: Storage, book: ChannelBook) {
    this.#p = p;
    this.#storage = storage;
    this.#book = book;
  }

  /** @param hash - SHA-256 of the origin, lowercase hexadecimal. */
  async findLog(
    peer: string,
    side: ReadSide,
    hash: string,
  ): Promise<Result<FoundLog, FindRefusal>> {
    return this.#storage.read(async (tx) => {
      for (const { id } of await tx.channels.listChannels(peer)) {
        const direction = side === "mirror" ? "mirror" : "own";
        const rows = await tx.logs.listLogs({ channel: id, direction });
        const row = rows.find(({ origin }) => this.#hashOf(origin) === hash);
        if (row === undefined) continue;
        const channel = this.#book.byId(id);
        if (channel?.peer === peer) return accept({ channel, row });
        return refuse("exchange.not-allowed", "the channel is suspended");
      }
      return refuse("log.unknown-origin", "no such log of this peer");
    });
  }

  /** The mirror checkpoint with the cosignature, or the last that our log signed and may show. */
  async readCheckpoint({ channel, row }: FoundLog): Promise<string | undefined> {
    const shown = await this.#storage.read((tx) =>
      row.direction === "own" ? readShownCheckpoint(tx, channel, row) : lastCheckpoint(tx, row),
    );
    return shown?.note;
  }

  /** @returns `undefined` for a tile that no signed checkpoint has, or that was pruned. */
  async readTile({ row }: FoundLog, id: TileId): Promise<Uint8Array | undefined> {
    return this.#storage.read(async (tx) => {
      const size = (await lastCheckpoint(tx, row))?.size ?? 0;
      const level = id.kind === "entries" ? 0 : id.level;
      if (tileWidthAt(level, id.index, size) < id.width) return undefined;
      const from = id.index * tileWidth;
      if (id.kind === "entries") {
        const entries = await tx.logs.readEntries(row.id, from, id.width);
        const bytes = entries.map((entry) => entry.bytes);
        return entries.length === id.width ? encodeBundle(bytes) : undefined;
      }
      const hashes = await tx.logs.readHashes(row.id, level * tileHeight, from, id.width);
      return hashes.length === id.width ? concatBytes(...hashes) : undefined;
    });
  }

  /** The receipts of sizes above `from`, as a list. */
  async readReceipts({ row }: FoundLog, from: number): Promise<string> {
    const receipts = await this.#storage.read((tx) => tx.receipts.listReceipts(row.id, from + 1));
    return formatReceiptList({ origin: row.origin, receipts });
  }

  #hashOf(origin: string): string {
    const known = this.#hashes.get(origin);
    if (known !== undefined) return known;
    const hash = originHash(this.#p, origin);
    this.#hashes.set(origin, hash);
    return hash;
  }
}

function lastCheckpoint(tx: StorageReader, row: LogRow) {
  return tx.logs.readLastCheckpoint(row.id);
}
