/**
 * The body of a message: a digest for each named block, and the root of its item list.
 *
 * Spec: spec/message.md, "Body" and "What is held back".
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import { digestPlaceOf, isDigest } from "./disclosure.ts";
import { exactMembers, isIntegerWithin, isJsonObject, type JsonObject } from "./members.ts";

/** Every name a block may have, in the order in which blocks are disclosed. */
export const blockNames = [
  "fact",
  "assessment",
  "ask",
  "legal",
  "handling",
  "attachments",
  "notice",
] as const;
export type BlockName = (typeof blockNames)[number];

/** Items of one message, wherever the list travels. */
export const itemCountMax = 100_000;
/** Statements of what is held back in one message. */
export const heldBackMax = 64;
/** Ranges of items in one of them. */
export const heldBackRangesMax = 10_000;

/** RFC 6962 tree over the item lines. `root`: base64url; of no lines, the root of the empty tree. */
export type ItemListHead = { readonly count: number; readonly root: string };

export interface Body {
  /** In block order. */
  readonly blocks: readonly { readonly name: BlockName; readonly digest: string }[];
  readonly items: ItemListHead;
}

/** Indices from 0; `to` is the first that is no longer meant. */
export type ItemRange = readonly [from: number, to: number];

/**
 * One statement of what is not shown; its class and grade are the kind's to judge. Without block or
 * items it speaks of something that the message does not even commit to.
 */
export interface HeldBack {
  readonly what: "items" | "item-fields" | "block";
  readonly block: BlockName | null;
  readonly items: readonly ItemRange[];
}

/** @returns The body; or `undefined` if `value` has not the form of one. */
export function parseBody(value: JsonValue): Body | undefined {
  if (!isJsonObject(value)) return undefined;
  const items = parseItemListHead(value["items"]);
  if (items === undefined) return undefined;
  const blocks: { name: BlockName; digest: string }[] = [];
  for (const name of blockNames) {
    if (!Object.hasOwn(value, name)) continue;
    const digest = digestPlaceOf(value[name]);
    if (digest === undefined) return undefined;
    blocks.push({ name, digest });
  }
  return Object.keys(value).length === blocks.length + 1 ? { blocks, items } : undefined;
}

export function bodyValue({ blocks, items }: Body): JsonObject {
  const places = blocks.map(({ name, digest }) => [name, [{ "...": digest }]] as const);
  return { ...Object.fromEntries(places), items };
}

/**
 * What a `handling` block says is held back.
 *
 * @param itemCount - Items of the message; no range may reach beyond.
 * @returns Nothing for no block, or for one that names nothing; `undefined` if its `heldBack` has
 *   not the form.
 */
export function parseHeldBack(
  handling: JsonValue | undefined,
  itemCount: number,
): readonly HeldBack[] | undefined {
  if (!isJsonObject(handling) || !Object.hasOwn(handling, "heldBack")) return [];
  const stated = handling["heldBack"];
  if (!isArray(stated) || stated.length > heldBackMax) return undefined;
  const heldBack: HeldBack[] = [];
  for (const one of stated) {
    const parsed = parseOneHeldBack(one, itemCount);
    if (parsed === undefined) return undefined;
    heldBack.push(parsed);
  }
  return heldBack;
}

export function isBlockHeldBack(heldBack: readonly HeldBack[], name: BlockName): boolean {
  return heldBack.some(({ what, block }) => what === "block" && block === name);
}

/**
 * The items that statements of the kinds `whats` name.
 *
 * @returns In order, apart from one another, so that a reader of the list needs one pass.
 */
export function heldBackItems(
  heldBack: readonly HeldBack[],
  whats: readonly HeldBack["what"][],
): readonly ItemRange[] {
  const named = heldBack.flatMap(({ what, items }) => (whats.includes(what) ? items : []));
  const merged: ItemRange[] = [];
  for (const [from, to] of named.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last === undefined || last[1] < from) merged.push([from, to]);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return merged;
}

function parseItemListHead(value: JsonValue | undefined): ItemListHead | undefined {
  const head = exactMembers(value, ["count", "root"]);
  if (head === undefined || !isIntegerWithin(head.count, 0, itemCountMax)) return undefined;
  return isDigest(head.root) ? { count: head.count, root: head.root } : undefined;
}

function parseOneHeldBack(value: JsonValue, itemCount: number): HeldBack | undefined {
  const held = exactMembers(value, ["block", "class", "grade", "items", "what"]);
  if (held === undefined) return undefined;
  const { what, block } = held;
  if (what !== "items" && what !== "item-fields" && what !== "block") return undefined;
  if (block !== null && (what !== "block" || !isBlockName(block))) return undefined;
  const items = parseRanges(held.items, itemCount);
  if (items === undefined || (what === "block" && items.length > 0)) return undefined;
  return { what, block, items };
}

/** Ranges rise, do not touch, and so have one form. */
function parseRanges(value: JsonValue, itemCount: number): readonly ItemRange[] | undefined {
  if (!isArray(value) || value.length > heldBackRangesMax) return undefined;
  const ranges: ItemRange[] = [];
  let end = -1;
  for (const range of value) {
    if (!isArray(range) || range.length !== 2) return undefined;
    const [from, to] = range;
    if (!isIntegerWithin(from, end + 1, itemCount)) return undefined;
    if (!isIntegerWithin(to, from + 1, itemCount)) return undefined;
    ranges.push([from, to]);
    end = to;
  }
  return ranges;
}

function isBlockName(value: JsonValue): value is BlockName {
  return blockNames.some((name) => name === value);
}

/** Array.isArray does not narrow a readonly array. */
function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
