/**
 * From items to the lines of a list: shared, redacted field by field, or held back whole.
 *
 * What is held back is committed to: its place and its hash stand, and the author keeps what opens
 * them, to be shown later or never. How lines are read is `message/item-lines.ts`.
 * Spec: spec/kinds.md, "Items"; spec/message.md, "Item list".
 *
 * @module
 */
import { fromBase64Url } from "../bytes/base64.ts";
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { proveInclusion, verifyInclusion } from "../log/proofs.ts";
import { appendLeaves, emptyRange, type NodeReader } from "../log/tree.ts";
import { type ItemListHead, type ItemRange, itemCountMax } from "../message/body.ts";
import {
  digestPlaceOf,
  disclose,
  isPartial,
  isReadable,
  makeDisclosure,
  openDisclosure,
  readDisclosure,
} from "../message/disclosure.ts";
import {
  headOfLines,
  type ItemLine,
  itemLineBytesMax,
  leafOfLine,
  withholdLine,
} from "../message/item-lines.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type Item, type ItemField, parseItem, type ShownItem } from "./item.ts";

/** What the peer gets of an item. A field that it does not have is not redacted; the kind never is. */
export type Disposition =
  | { readonly what: "share" }
  | { readonly what: "redact"; readonly fields: readonly ItemField[] }
  | { readonly what: "hold-back" };

export interface ItemToSend {
  readonly item: Item;
  readonly disposition: Disposition;
}

/** What opens one item that was not shown whole. JSON: the author keeps it. */
export type ItemSecret = {
  readonly index: number;
  /** The line that the tree commits to. */
  readonly line: string;
  /** Disclosures of the redacted fields. */
  readonly fields: readonly { readonly field: string; readonly disclosure: string }[];
};

export interface BuiltItemList {
  /** What is sent, in order. */
  readonly lines: readonly string[];
  /** The same as its reader finds it. */
  readonly shown: readonly ItemLine[];
  readonly head: ItemListHead;
  /** For the statement of what is held back: `items` and `item-fields`. */
  readonly heldBackItems: readonly ItemRange[];
  readonly redactedItems: readonly ItemRange[];
  readonly secrets: readonly ItemSecret[];
}

/**
 * @returns The list; or `item.too-many` for more than {@link itemCountMax} items, `item.too-large` for
 *   one whose line no reader would take.
 */
export function buildItemList(
  p: Primitives,
  items: readonly ItemToSend[],
): Result<BuiltItemList, "item.too-many" | "item.too-large"> {
  if (items.length > itemCountMax)
    return refuse("item.too-many", `more than ${itemCountMax} items`);
  const shown: ItemLine[] = [];
  const secrets: ItemSecret[] = [];
  for (const [index, { item, disposition }] of items.entries()) {
    const names = disposition.what === "redact" ? disposition.fields : [];
    const { value, fields } = redact(p, item, names);
    const line = disclose(p, value);
    if (line.length > itemLineBytesMax || !isReadable(value, line)) {
      return refuse("item.too-large", `item ${index} takes more than ${itemLineBytesMax} octets`);
    }
    const isHeldBack = disposition.what === "hold-back";
    shown.push(
      isHeldBack
        ? { line: withholdLine(p, line), item: null, isPartial: false }
        : { line, item: value, isPartial: isPartial(value) },
    );
    if (isHeldBack || fields.length > 0) secrets.push({ index, line, fields });
  }
  const redacted = new Set(
    secrets.flatMap(({ index, fields }) => (fields.length > 0 ? index : [])),
  );
  const lines = shown.map(({ line }) => line);
  return accept({
    lines,
    shown,
    head: headOfLines(p, lines),
    heldBackItems: rangesOf(items.map(({ disposition }) => disposition.what === "hold-back")),
    redactedItems: rangesOf(items.map((_, index) => redacted.has(index))),
    secrets,
  });
}

/** Shows one item of a list to somebody who has only the message's head: its line, and this. */
export async function proveItem(
  p: Primitives,
  lines: readonly string[],
  index: number,
): Promise<readonly Uint8Array[]> {
  const leaves = lines.map((line) => {
    const leaf = leafOfLine(p, line);
    assert(leaf !== undefined, "lines of a list that was built or read");
    return leaf;
  });
  const { nodes } = appendLeaves(p, emptyRange, leaves);
  const byId = new Map(nodes.map(({ level, index: at, hash }) => [`${level}/${at}`, hash]));
  const read: NodeReader = async (ids) =>
    ids.map(({ level, index: at }) => {
      const hash = byId.get(`${level}/${at}`);
      assert(hash !== undefined, "a full subtree of the list");
      return hash;
    });
  return proveInclusion(p, read, index, lines.length);
}

export interface ItemClaim {
  /** Shown or withheld, without its newline. */
  readonly line: string;
  readonly index: number;
  /** Of the message that the item is said to stand in. */
  readonly head: ItemListHead;
  readonly proof: readonly Uint8Array[];
}

/**
 * @returns The item, null for a line that shows none; or `log.bad-proof` if it does not stand there,
 *   `item.invalid` if what stands there is no item.
 */
export function verifyItem(
  p: Primitives,
  { line, index, head, proof }: ItemClaim,
): Result<ShownItem | null, "log.bad-proof" | "item.invalid"> {
  const leafHash = line.isWellFormed() ? leafOfLine(p, line) : undefined;
  const root = fromBase64Url(head.root);
  if (leafHash === undefined || root === undefined) {
    return refuse("log.bad-proof", "no line or no root");
  }
  const stands = verifyInclusion(p, { leafHash, index, size: head.count, root, proof });
  if (!stands.ok) return stands;
  if (line.startsWith("#")) return accept(null);
  const opened = readDisclosure(line);
  return opened.ok ? parseItem(opened.value.value) : refuse("item.invalid", opened.refusal.detail);
}

/**
 * Puts a redacted field back where its digest stands.
 *
 * @returns The item with the field; or `item.not-there` if the disclosure opens another digest.
 */
export function revealField(
  p: Primitives,
  item: ShownItem,
  field: ItemField,
  disclosure: string,
): Result<ShownItem, "item.not-there" | "item.invalid"> {
  const opened = openDisclosure(p, disclosure);
  const digest = digestPlaceOf(item[field] as JsonValue | undefined);
  if (!opened.ok || digest !== opened.value.digest) {
    return refuse("item.not-there", "opens no redacted field of this item");
  }
  return parseItem({ ...(item as { [name: string]: JsonValue }), [field]: opened.value.value });
}

function redact(p: Primitives, item: Item, names: readonly ItemField[]) {
  const fields: { field: string; disclosure: string }[] = [];
  const value: { [name: string]: JsonValue } = { ...(item as { [name: string]: JsonValue }) };
  for (const field of names) {
    const content = value[field];
    assert(field !== "kind", "a kind is never redacted");
    if (content === undefined) continue;
    const { disclosure, digest } = makeDisclosure(p, content);
    fields.push({ field, disclosure });
    value[field] = [{ "...": digest }];
  }
  return { value, fields };
}

function rangesOf(chosen: readonly boolean[]): readonly ItemRange[] {
  const ranges: [number, number][] = [];
  for (const [index, isChosen] of chosen.entries()) {
    if (!isChosen) continue;
    const last = ranges.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}
