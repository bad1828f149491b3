/**
 * One log of an export: its tree, its tiles, its checkpoints and its receipts, all from its entries.
 *
 * Entries are hashed bundle by bundle and not kept; signatures are verified a file at a time, as
 * many at once as the primitives can. Spec: spec/record.md §3; spec/log.md.
 *
 * @module
 */
import { equalBytes } from "../bytes/octets.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { type LogKeys, verifyCheckpoint } from "../log/checkpoint.ts";
import { mirrorName, verifyCosignature } from "../log/cosignature.ts";
import { type LogOrigin, parseOrigin } from "../log/origin.ts";
import {
  formatReceiptList,
  parseReceiptList,
  type Receipt,
  receiptListLengthMax,
} from "../log/receipt-list.ts";
import { decodeBundle, listTiles, type TileId, tilePath, tileWidth } from "../log/tiles.ts";
import { hashBytes, leafHash } from "../log/tree.ts";
import { logKeysAt, mirrorKeysAt } from "../party/key-positions.ts";
import type { RefusalCode } from "../refusal-codes.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import {
  checkpointListLengthMax,
  type ListedCheckpoint,
  parseCheckpointList,
} from "./checkpoint-list.ts";
import {
  type ExportFiles,
  placeRefusal,
  proven,
  type RecordResult,
  refuseAt,
} from "./export-files.ts";
import {
  indexPath,
  type LogIndex,
  logPath,
  recordPath,
  recordsPerFileMax,
} from "./export-index.ts";
import { LogTree } from "./log-tree.ts";

/** A full bundle of the longest entries. */
export const bundleBytesMax = tileWidth * (2 + 65_535);

/** When a log or a mirror stated a size, by its own word: POSIX seconds. */
export type StatedSize = { readonly size: number; readonly time: number };

export interface VerifiedLog {
  readonly index: LogIndex;
  readonly place: LogOrigin;
  /** Its folder in the export. */
  readonly folder: string;
  readonly tree: LogTree;
  readonly checkpoints: readonly StatedSize[];
  readonly receipts: readonly StatedSize[];
}

export interface LogContext {
  readonly p: Primitives;
  readonly files: ExportFiles;
  readonly keys: ChannelKeys;
  /** Entries hashed since the last report. */
  onEntries(count: number): void;
}

export async function verifyLog(
  context: LogContext,
  index: LogIndex,
): Promise<RecordResult<VerifiedLog>> {
  const place = parseOrigin(index.origin);
  assert(place.ok, "the origin was parsed with the index");
  const { origin, size, checkpointCount } = index;
  const log = { index, place: place.value, folder: logPath(place.value) };
  const tree = await verifyTiles(context, { size, folder: log.folder });
  if (!tree.ok) return tree;
  const grown = { ...log, tree: tree.value };
  const history = { origin, size, checkpointCount, folder: log.folder, tree: tree.value };
  const said = context.keys.keysOf(place.value.author);
  const checkpoints = await verifyCheckpoints(context, history, (at) =>
    logKeysAt(said, origin, at),
  );
  if (!checkpoints.ok) return checkpoints;
  const receipts = await verifyReceipts(context, grown);
  if (!receipts.ok) return receipts;
  return proven({ ...grown, checkpoints: checkpoints.value, receipts: receipts.value });
}

/** Ends with the first file that is missing: an index may claim more than anyone can count. */
export function verifyFileList(files: ExportFiles, wanted: Iterable<string>): RecordResult<true> {
  const rest = new Set(files.paths);
  for (const path of wanted) {
    if (!rest.delete(path)) return refuseAt(path, "record.missing-file", "the index wants it");
  }
  if (rest.size === 0) return proven(true);
  const detail = `${rest.size} files that the index does not want`;
  return refuseAt(indexPath, "record.stray-file", detail);
}

/** Receipt time of an entry; `undefined` while it is in flight. */
export function receiptTimeIn(receipts: readonly StatedSize[], index: number): number | undefined {
  let [low, high] = [0, receipts.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((receipts[middle]?.size ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return receipts[low]?.time;
}

/** The entries of one bundle. */
export async function readBundle(
  files: ExportFiles,
  path: string,
  width: number,
): Promise<RecordResult<readonly Uint8Array[]>> {
  const octets = await files.read(path, bundleBytesMax);
  if (octets === undefined) return unreadable(path);
  const entries = decodeBundle(octets, width);
  return entries.ok ? entries : placeRefusal(path, entries.refusal);
}

export async function readText(
  files: ExportFiles,
  path: string,
  bytesMax: number,
): Promise<RecordResult<string>> {
  const octets = await files.read(path, bytesMax);
  if (octets === undefined) return unreadable(path);
  const text = decodeUtf8(octets);
  return text === undefined ? refuseAt(path, "record.other-file", "not UTF-8") : proven(text);
}

/** Rows of the tree from one level of tiles to the next: C2SP tlog-tiles. */
const tileHeight = 8;

type HashTile = TileId & { readonly kind: "hashes" };
type PlacedLog = Pick<VerifiedLog, "index" | "place" | "folder">;
type GrownLog = PlacedLog & Pick<VerifiedLog, "tree">;

/** What reading a tree takes, whosever log it is. */
export interface TreeContext {
  readonly p: Primitives;
  readonly files: ExportFiles;
  onEntries(count: number): void;
  /** Judges one entry by what it says; absent: entries are octets. */
  judge?(entry: Uint8Array): Result<unknown, RefusalCode>;
}

/** The tree of the first `size` entries, with every tile of it compared. */
export async function verifyTiles(
  context: TreeContext,
  log: { readonly size: number; readonly folder: string },
): Promise<RecordResult<LogTree>> {
  const tree = new LogTree(context.p);
  // Bundles come first: with them the tree is whole.
  for (const tile of listTiles(log.size)) {
    const path = `${log.folder}${tilePath(tile)}`;
    const verified =
      tile.kind === "entries"
        ? await growTree(context, tree, { path, width: tile.width })
        : await compareTile(context.files, tree, { path, tile });
    if (!verified.ok) return verified;
  }
  return proven(tree);
}

async function growTree(
  { p, files, onEntries, judge }: TreeContext,
  tree: LogTree,
  { path, width }: { readonly path: string; readonly width: number },
): Promise<RecordResult<true>> {
  const entries = await readBundle(files, path, width);
  if (!entries.ok) return entries;
  for (const entry of entries.value) {
    const judged = judge?.(entry);
    if (judged?.ok === false) return placeRefusal(path, judged.refusal);
    tree.append(leafHash(p, entry));
  }
  onEntries(width);
  return proven(true);
}

async function compareTile(
  files: ExportFiles,
  tree: LogTree,
  { path, tile }: { readonly path: string; readonly tile: HashTile },
): Promise<RecordResult<true>> {
  const octets = await files.read(path, tileWidth * hashBytes);
  if (octets === undefined) return unreadable(path);
  const hashes = tree.hashes(tile.level * tileHeight, tile.index * tileWidth, tile.width);
  if (equalBytes(octets, hashes)) return proven(true);
  return refuseAt(path, "record.other-root", "not the hashes of the entries");
}

/** A log whose tree is known, and how many checkpoints of it there are. */
export interface LogHistory {
  readonly origin: string;
  readonly size: number;
  readonly checkpointCount: number;
  readonly folder: string;
  readonly tree: LogTree;
}

/** @param keysAt - The keys that sign checkpoints of a size. */
export async function verifyCheckpoints(
  { p, files }: Pick<TreeContext, "p" | "files">,
  { origin, size: whole, checkpointCount: count, folder, tree }: LogHistory,
  keysAt: (size: number) => LogKeys,
): Promise<RecordResult<readonly StatedSize[]>> {
  let newest = "";
  const stated = await verifyList<ListedCheckpoint>(files, {
    ...{ folder, of: "checkpoints", count, lengthMax: checkpointListLengthMax },
    parse: (text) => parseCheckpointList(text, origin),
    verify: async ({ checkpoint: { size, root }, note }) => {
      if (size > tree.size || !equalBytes(root, tree.rootAt(size))) {
        return refuse(
          "record.other-root",
          `the checkpoint of size ${size} is not of these entries`,
        );
      }
      if (size === tree.size) newest = note;
      const signed = await verifyCheckpoint(p, note, {
        origin,
        logKeys: keysAt(size),
      });
      return signed.ok ? accept({ size, time: signed.value.time }) : signed;
    },
    mayFollow: (before, after) => before.size < after.size,
  });
  if (!stated.ok || whole === 0) return stated;
  if (stated.value.at(-1)?.size !== whole) {
    return refuseAt(folder, "record.bad-count", "no checkpoint covers all entries");
  }
  // Again, where a reader of C2SP tiles looks for it.
  const path = `${folder}checkpoint`;
  const head = await readText(files, path, checkpointListLengthMax);
  if (!head.ok || head.value === newest) return head.ok ? stated : head;
  return refuseAt(path, "record.other-file", "not the last checkpoint of the list");
}

async function verifyReceipts(
  { p, files, keys }: LogContext,
  { index, place, folder, tree }: GrownLog,
): Promise<RecordResult<readonly StatedSize[]>> {
  const { origin, receiptCount: count } = index;
  const said = keys.keysOf(place.peer);
  return await verifyList<Receipt>(files, {
    ...{ folder, of: "receipts", count, lengthMax: receiptListLengthMax },
    parse: (text) => {
      const list = parseReceiptList(text);
      if (!list.ok) return list;
      const isExact = list.value.origin === origin && formatReceiptList(list.value) === text;
      if (!isExact) return refuse("log.bad-receipt", "not the receipts of this log");
      return accept(list.value.receipts);
    },
    verify: async ({ size, time, lines }) => {
      if (size > tree.size) return refuse("record.bad-count", `a receipt of size ${size}`);
      const checkpoint = { origin, size, root: tree.rootAt(size) };
      const mirror = { name: mirrorName(place.peer), keys: mirrorKeysAt(said, origin, size) };
      const verified = await verifyCosignature(p, checkpoint, lines, mirror);
      return verified.ok ? accept({ size, time }) : verified;
    },
    mayFollow: (before, after) => before.size < after.size && before.time <= after.time,
  });
}

interface ListFiles<One> {
  readonly folder: string;
  readonly of: "checkpoints" | "receipts";
  /** That the index claims. */
  readonly count: number;
  readonly lengthMax: number;
  parse(text: string): Result<readonly One[], RefusalCode>;
  verify(one: One): Promise<Result<StatedSize, RefusalCode>>;
  mayFollow(before: StatedSize, after: StatedSize): boolean;
}

/** Reads file after file, and verifies at once what is in one. */
async function verifyList<One>(
  files: ExportFiles,
  list: ListFiles<One>,
): Promise<RecordResult<readonly StatedSize[]>> {
  const stated: StatedSize[] = [];
  for (let from = 0; from < list.count; from += recordsPerFileMax) {
    const path = recordPath(list.folder, list.of, from / recordsPerFileMax);
    const part = await readList(files, list, { path, from });
    if (!part.ok) return part;
    for (const verdict of await Promise.all(part.value.map(list.verify))) {
      if (!verdict.ok) return placeRefusal(path, verdict.refusal);
      const before = stated.at(-1);
      if (before !== undefined && !list.mayFollow(before, verdict.value)) {
        return refuseAt(path, "log.receipt-order", `${list.of} out of order`);
      }
      stated.push(verdict.value);
    }
  }
  return proven(stated);
}

async function readList<One>(
  files: ExportFiles,
  list: ListFiles<One>,
  { path, from }: { readonly path: string; readonly from: number },
): Promise<RecordResult<readonly One[]>> {
  const text = await readText(files, path, list.lengthMax);
  if (!text.ok) return text;
  const part = list.parse(text.value);
  if (!part.ok) return placeRefusal(path, part.refusal);
  if (part.value.length === Math.min(recordsPerFileMax, list.count - from)) return part;
  return refuseAt(path, "record.bad-count", `not as many ${list.of} as the index says`);
}

function unreadable(path: string) {
  return refuseAt(path, "record.other-file", "not a file, or longer than it may be");
}
