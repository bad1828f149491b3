/**
 * Writes one log into an export: its tiles, its checkpoints, its receipts, and keys if it is opened.
 *
 * It goes up to the size that was fixed when the export began; what comes meanwhile is not in it.
 *
 * @module
 */
import { concatBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { Fault } from "@parley/core/fault";
import { parseOrigin } from "@parley/core/log/origin";
import { formatReceiptList, type Receipt } from "@parley/core/log/receipt-list";
import { encodeBundle, listTiles, type TileId, tilePath, tileWidth } from "@parley/core/log/tiles";
import { formatCheckpointList, ownNoteOf } from "@parley/core/record/checkpoint-list";
import { formatContentKeys } from "@parley/core/record/content-keys";
import { type LogIndex, logPath, recordPath } from "@parley/core/record/export-index";
import { filesOf } from "./attached-files.ts";
import { contentKeyOf } from "./entry-key.ts";
import type { ExportDirectory } from "./export-directory.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Storage } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogEntry, LogRow } from "./storage-log.ts";

/** Rows of the tree from one level of tiles to the next: C2SP tlog-tiles. */
const tileHeight = 8;

export interface LogExport {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly keys: KeyRing;
  readonly directory: ExportDirectory;
  readonly isOpened: boolean;
  /** Digests of the attachments that messages name. Grows. */
  readonly attachments: Set<string>;
  /** Entries written; throws when whoever asked has gone. */
  onEntries(count: number): void;
}

/** @param size - Of a checkpoint of the log. */
export async function exportLog(context: LogExport, log: LogRow, size: number): Promise<LogIndex> {
  const { directory, isOpened } = context;
  const origin = parseOrigin(log.origin);
  if (!origin.ok) throw damaged(log, "its origin");
  const folder = logPath(origin.value);
  let keyCount = 0;
  for (const tile of listTiles(size)) {
    const path = `${folder}${tilePath(tile)}`;
    if (tile.kind === "hashes") {
      await directory.write(path, await readTile(context, log, tile));
      continue;
    }
    const from = tile.index * tileWidth;
    const { entries, rows } = await readEntries(context, log, { from, count: tile.width });
    await directory.write(path, encodeBundle(entries.map(({ bytes }) => bytes)));
    for (const digest of rows.flatMap(attachedDigests)) context.attachments.add(digest);
    if (isOpened) {
      const keys = await Promise.all(
        entries.map((entry) => contentKeyOf(context, log, entry, rows[entry.index - from])),
      );
      keyCount += keys.filter((key) => key !== undefined).length;
      const list = formatContentKeys(log.origin, keys);
      await directory.write(recordPath(folder, "keys", tile.index), list);
    }
    context.onEntries(tile.width);
  }
  const checkpointCount = await exportCheckpoints(context, log, { folder, size });
  const receiptCount = await exportReceipts(context, log, { folder, size });
  const counts = { checkpointCount, receiptCount, keyCount: isOpened ? keyCount : null };
  return { origin: log.origin, size, ...counts };
}

interface Place {
  readonly folder: string;
  readonly size: number;
}

export async function readTile(
  { storage }: Pick<LogExport, "storage">,
  log: LogRow,
  { level, index, width }: TileId & { readonly kind: "hashes" },
): Promise<Uint8Array> {
  const first = index * tileWidth;
  const hashes = await storage.read((tx) =>
    tx.logs.readHashes(log.id, level * tileHeight, first, width),
  );
  if (hashes.length !== width) throw damaged(log, "nodes of its tree");
  return concatBytes(...hashes);
}

async function readEntries(
  { storage }: LogExport,
  log: LogRow,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<{ readonly entries: readonly LogEntry[]; readonly rows: readonly OpenedRow[] }> {
  const found = await storage.read(async (tx) => ({
    entries: await tx.logs.readEntries(log.id, from, count),
    rows: await tx.opened.listOpened(log.id, from, count),
  }));
  if (found.entries.length !== count) throw damaged(log, "entries");
  return found;
}

function attachedDigests({ message }: OpenedRow): readonly string[] {
  if (message === null) return [];
  return filesOf(parseKeptMessage(message).message).map(({ digest }) => digest);
}

export async function exportCheckpoints(
  { storage, directory }: Pick<LogExport, "storage" | "directory">,
  log: LogRow,
  { folder, size }: Place,
): Promise<number> {
  let [count, from, newest] = [0, 0, ""];
  for (let number = 0; ; number++) {
    const rows = await storage.read((tx) => tx.logs.listCheckpoints(log.id, from));
    const within = rows.filter((row) => row.size <= size);
    const last = within.at(-1);
    if (last === undefined) break;
    const notes = within.map(({ note }) => {
      const own = ownNoteOf(note);
      if (!own.ok) throw damaged(log, "a checkpoint");
      return own.value;
    });
    const path = recordPath(folder, "checkpoints", number);
    await directory.write(path, formatCheckpointList(log.origin, notes));
    newest = notes.at(-1) ?? newest;
    count += within.length;
    from = last.size + 1;
  }
  if (count > 0) await directory.write(`${folder}checkpoint`, newest);
  return count;
}

async function exportReceipts(
  { storage, directory }: LogExport,
  log: LogRow,
  { folder, size }: Place,
): Promise<number> {
  let [count, from] = [0, 0];
  for (let number = 0; ; number++) {
    const listed = await storage.read((tx) => tx.receipts.listReceipts(log.id, from));
    const receipts: readonly Receipt[] = listed.filter((one) => one.size <= size);
    const last = receipts.at(-1);
    if (last === undefined) return count;
    const path = recordPath(folder, "receipts", number);
    await directory.write(path, formatReceiptList({ origin: log.origin, receipts }));
    count += receipts.length;
    from = last.size + 1;
  }
}

function damaged(log: LogRow, what: string): Fault {
  return new Fault("storage.damaged", `${log.origin}: ${what}`, { retryable: false });
}
