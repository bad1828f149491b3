/**
 * The item list of a message as lines: each shows its item, or only the hash of the line that would.
 *
 * The lines are the leaves of an RFC 6962 tree whose root the body commits to, so that a list read
 * inline and one read from an attachment are the same list, and one line can be shown alone with an
 * inclusion proof. A line that is not shown keeps its place. What an item says is judged elsewhere.
 * Spec: spec/message.md, "Item list".
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { appendLeaves, emptyRange, leafHash, rootOf } from "../log/tree.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type HeldBack, heldBackItems, type ItemListHead, type ItemRange } from "./body.ts";
import { digestBytes, readDisclosure } from "./disclosure.ts";
import { isJsonObject, type JsonObject } from "./members.ts";

/** Octets of all lines of a list that travels in the entry, newlines included; some 75 items. */
export const inlineItemsBytesMax = 16_384;

/** Octets of one line without its newline. */
export const itemLineBytesMax = 16_384;

/** Leaves that a reader holds before it hashes them together. */
const leavesHeldMax = 1_024;

/** Before the leaf hash of a line that is not shown; no disclosure begins with it. */
const withheldMark = "#";

/** One item as it was received. JSON. */
export type ItemLine = {
  readonly line: string;
  /** Null if only the hash of its line was sent. */
  readonly item: JsonObject | null;
  /** Fields of the item are digests: their values were not sent. */
  readonly isPartial: boolean;
};

export type ItemRefusal = "message.bad-item" | "message.bad-items" | "message.missing-item";

/** Takes the lines of one list in order; after a refusal it is spent. */
export interface ItemListReader {
  /**
   * @param line - Without its newline.
   * @returns The item; or `message.bad-item` if the line has not the form of one,
   *   `message.missing-item` if the item or a field of it is not shown and no statement of what is
   *   held back names it, `message.bad-items` if there are more lines than items.
   */
  push(line: string): Result<ItemLine, ItemRefusal>;
  /** @returns `message.bad-items` if the lines do not have the count and root of the body. */
  end(): Result<true, "message.bad-items">;
}

/** What stands in a list in place of `line`. */
export function withholdLine(p: Primitives, line: string): string {
  return withheldMark + toBase64Url(leafHash(p, encodeUtf8(line)));
}

/** @returns The hash by which a line stands in the tree, shown or not; or `undefined` for neither. */
export function leafOfLine(p: Primitives, line: string): Uint8Array | undefined {
  if (!line.startsWith(withheldMark)) return leafHash(p, encodeUtf8(line));
  const leaf = fromBase64Url(line.slice(withheldMark.length));
  return leaf?.length === digestBytes ? leaf : undefined;
}

/** @param lines - Ours, shown or withheld, at most `itemCountMax`. */
export function headOfLines(p: Primitives, lines: readonly string[]): ItemListHead {
  const leaves = lines.map((line) => leafOfLine(p, line) ?? leafHash(p, encodeUtf8(line)));
  const { range } = appendLeaves(p, emptyRange, leaves);
  return { count: lines.length, root: toBase64Url(rootOf(p, range)) };
}

/** @param line - That was read before, or built. */
export function itemOfLine(line: string): ItemLine {
  if (line.startsWith(withheldMark)) return { line, item: null, isPartial: false };
  const shown = readShown(line);
  assert(shown.ok, "a line that was read or built");
  return shown.value;
}

/** Octets that the lines take, newlines included. */
export function bytesOfLines(lines: readonly string[]): number {
  return lines.reduce((sum, { length }) => sum + length + 1, 0);
}

/** @param heldBack - Of the same message: which items may be missing, whole or in part. */
export function createItemListReader(
  p: Primitives,
  head: ItemListHead,
  heldBack: readonly HeldBack[],
): ItemListReader {
  const mayMiss = createCursor(heldBackItems(heldBack, ["items"]));
  const mayBePartial = createCursor(heldBackItems(heldBack, ["items", "item-fields"]));
  let range = emptyRange;
  /** Of the lines behind `range`. */
  let leaves: Uint8Array[] = [];

  function grow(): void {
    range = appendLeaves(p, range, leaves).range;
    leaves = [];
  }

  function push(line: string): Result<ItemLine, ItemRefusal> {
    const index = range.size + leaves.length;
    if (index >= head.count) return refuse("message.bad-items", "more lines than items");
    const read = readLine(p, line);
    if (!read.ok) return read;
    const { leaf, ...item } = read.value;
    if (!mayMiss(index) && item.item === null) {
      return refuse("message.missing-item", `item ${index} is not shown and not named`);
    }
    if (!mayBePartial(index) && item.isPartial) {
      return refuse("message.missing-item", `item ${index} lacks fields that are not named`);
    }
    if (leaves.push(leaf) >= leavesHeldMax) grow();
    return accept(item);
  }

  function end(): Result<true, "message.bad-items"> {
    grow();
    if (range.size !== head.count) return refuse("message.bad-items", "fewer lines than items");
    const root = toBase64Url(rootOf(p, range));
    return root === head.root ? accept(true) : refuse("message.bad-items", "another root");
  }

  return { push, end };
}

/** Reads a whole list that is held in memory: one that came in an entry. */
export function openItemLines(
  p: Primitives,
  lines: readonly string[],
  head: ItemListHead,
  heldBack: readonly HeldBack[],
): Result<readonly ItemLine[], ItemRefusal> {
  if (lines.length !== head.count) return refuse("message.bad-items", "not as many lines as items");
  const reader = createItemListReader(p, head, heldBack);
  const items: ItemLine[] = [];
  for (const line of lines) {
    const item = reader.push(line);
    if (!item.ok) return item;
    items.push(item.value);
  }
  const isWhole = reader.end();
  return isWhole.ok ? accept(items) : isWhole;
}

function readLine(
  p: Primitives,
  line: string,
): Result<ItemLine & { readonly leaf: Uint8Array }, "message.bad-item"> {
  if (line.length > itemLineBytesMax) return refuse("message.bad-item", "a line is too long");
  if (line.startsWith(withheldMark)) {
    const leaf = leafOfLine(p, line);
    if (leaf === undefined) return refuse("message.bad-item", "not the hash of a line");
    return accept({ line, item: null, isPartial: false, leaf });
  }
  const shown = readShown(line);
  return shown.ok ? accept({ ...shown.value, leaf: leafHash(p, encodeUtf8(line)) }) : shown;
}

function readShown(line: string): Result<ItemLine, "message.bad-item"> {
  const read = readDisclosure(line);
  if (!read.ok) return refuse("message.bad-item", read.refusal.detail);
  const { value, isPartial } = read.value;
  if (!isJsonObject(value)) return refuse("message.bad-item", "an item is an object");
  return accept({ line, item: value, isPartial });
}

/** Whether an index lies in one of `ranges`, asked in rising order: the list is passed once. */
function createCursor(ranges: readonly ItemRange[]): (index: number) => boolean {
  let next = 0;
  return (index) => {
    while ((ranges[next]?.[1] ?? Number.POSITIVE_INFINITY) <= index) next += 1;
    const range = ranges[next];
    return range !== undefined && range[0] <= index;
  };
}
