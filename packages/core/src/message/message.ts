/**
 * A message: a statement together with the disclosures that open it.
 *
 * The peer's reader takes a message only whole: every control value, every block that the message
 * itself does not name as held back, each disclosure once and at its place. The outsider's reader
 * takes any part. Both assume that the statement has verified, and judge form alone.
 * Spec: spec/message.md; RFC 9901 §7.1.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  type BlockName,
  type Body,
  blockNames,
  type HeldBack,
  type ItemListHead,
  isBlockHeldBack,
  parseBody,
  parseHeldBack,
} from "./body.ts";
import { type ControlName, type ControlValues, controlNames, isControl } from "./control.ts";
import {
  blockValueOf,
  createDisclosureReader,
  type DisclosureReader,
  digestOf,
  disclosedBytesMax,
} from "./disclosure.ts";
import { type ItemLine, openItemLines } from "./item-lines.ts";
import type { JsonObject } from "./members.ts";
import {
  disclosedBytes,
  type FrozenPayload,
  type ParsedStatement,
  parsePayload,
  type StatementDraft,
  type StatementHead,
  type StatementPayload,
} from "./statement.ts";

/** A named part of a body; `value` is null if it was not shown. */
export type Block = {
  readonly name: BlockName;
  readonly digest: string;
  readonly value: JsonObject | null;
};

/** JSON. */
export type Message = {
  /** SHA-256 of the statement's line, base64url: how a statement is named. */
  readonly hash: string;
  readonly head: StatementHead;
  readonly control: ControlValues;
  /** In block order, the withheld ones in their places. */
  readonly blocks: readonly Block[];
  readonly items: ItemListHead;
  /** Null if there are items and they travel as an attachment. */
  readonly itemLines: readonly ItemLine[] | null;
};

export type MessageRefusal =
  | "message.bad-body"
  | "message.bad-control"
  | "message.bad-disclosure"
  | "message.bad-item"
  | "message.bad-items"
  | "message.bad-payload"
  | "message.missing-block"
  | "message.missing-item"
  | "message.too-large";

/**
 * Opens a message as its addressee must receive it.
 *
 * @param statement - Verified already.
 * @param lines - What followed the statement: control disclosures, block disclosures, item lines,
 *   each kind in its order. The peer chooses them.
 */
export function openStatement(
  p: Primitives,
  statement: ParsedStatement,
  lines: readonly string[],
): Result<Message, MessageRefusal> {
  const payload = parsePayload(statement.jws.payload);
  if (!payload.ok) return payload;
  return openPayload(p, payload.value, { hash: digestOf(p, statement.line), lines });
}

/**
 * The message that {@link openStatement} finds in what was frozen from `draft`: its author need not
 * read it again.
 *
 * @param sent.hash - Of the statement's line.
 * @param sent.itemLines - Null if there are items and they travel as an attachment.
 */
export function messageOfDraft(
  p: Primitives,
  { head, control, blocks, items }: StatementDraft,
  { disclosures, withheld }: FrozenPayload,
  sent: { readonly hash: string; readonly itemLines: readonly ItemLine[] | null },
): Message {
  const kept = new Map(withheld.map(({ block, disclosure }) => [block, disclosure]));
  const shown = disclosures.values().drop(controlNames.length);
  const opened = blockNames.flatMap((name): Block[] => {
    const value = blocks[name];
    if (value === undefined) return [];
    const disclosure = kept.get(name) ?? shown.next().value;
    assert(disclosure !== undefined, "a block is sent or withheld");
    return [{ name, digest: digestOf(p, disclosure), value: kept.has(name) ? null : value }];
  });
  return { hash: sent.hash, head, control, blocks: opened, items, itemLines: sent.itemLines };
}

/** {@link openStatement}, for a caller that has read the payload and hashed the line already. */
export function openPayload(
  p: Primitives,
  { head, digests }: StatementPayload,
  sent: { readonly hash: string; readonly lines: readonly string[] },
): Result<Message, MessageRefusal> {
  const { hash, lines } = sent;
  const shown = lines.filter((line) => !line.startsWith("#"));
  if (disclosedBytes(shown) > disclosedBytesMax) {
    return refuse("message.too-large", `more than ${disclosedBytesMax} octets disclosed`);
  }
  const reader = createDisclosureReader(p, lines);
  const controls = openControls(digests, reader);
  if (!controls.ok) return controls;
  const { control, body } = controls.value;

  const blocks = openBlocks(body, reader);
  if (blocks === undefined) return refuse("message.bad-body", "a block is out of form");
  const rest = reader.rest();
  const heldBack = heldBackOf(blocks, body.items);
  if (heldBack === undefined) return refuse("message.bad-body", "heldBack is out of form");
  const missing = blocks.find(({ name, value }) => !value && !isBlockHeldBack(heldBack, name));
  if (missing !== undefined) {
    return refuse("message.missing-block", `block ${missing.name} is not shown and not named`);
  }
  const message = { hash, head, control, blocks, items: body.items };
  if (rest.length === 0 && body.items.count > 0) return accept({ ...message, itemLines: null });
  if (body.items.count === 0 && rest.length > 0) {
    return refuse("message.bad-disclosure", "a disclosure opens nothing");
  }
  const itemLines = openItemLines(p, rest, body.items, heldBack);
  return itemLines.ok ? accept({ ...message, itemLines: itemLines.value }) : itemLines;
}

/** What is held back, of blocks whose `handling` is as the message has it; `undefined` if malformed. */
export function heldBackOf(
  blocks: readonly Block[],
  items: ItemListHead,
): readonly HeldBack[] | undefined {
  const handling = blocks.find(({ name }) => name === "handling");
  return parseHeldBack(handling?.value ?? undefined, items.count);
}

/** Each of the first seven lines must open the digest of its own name. */
function openControls(
  digests: StatementPayload["digests"],
  reader: DisclosureReader,
): Result<
  { readonly control: ControlValues; readonly body: Body },
  "message.bad-body" | "message.bad-control" | "message.bad-disclosure"
> {
  const values: [ControlName, JsonValue][] = [];
  for (const name of controlNames) {
    const taken = reader.take(digests[name]);
    if (taken === undefined) return refuse("message.bad-disclosure", `${name} is not disclosed`);
    values.push([name, taken.value]);
  }
  const { body: bodyJson, ...control } = Object.fromEntries(values) as Record<
    ControlName,
    JsonValue
  >;
  if (!isControl(control)) return refuse("message.bad-control", "a control value is out of form");
  const body = parseBody(bodyJson);
  if (body === undefined) return refuse("message.bad-body", "not blocks and an item list");
  return hasOwnDigests(body, digests)
    ? accept({ control, body })
    : refuse("message.bad-body", "two places commit to one digest");
}

/** RFC 9901 §7.1: no digest twice in a statement and what it opens to. */
function hasOwnDigests(body: Body, digests: StatementPayload["digests"]): boolean {
  const all = [...Object.values(digests), ...body.blocks.map(({ digest }) => digest)];
  return new Set(all).size === all.length;
}

/** @returns Every block, shown or not; or `undefined` if one that is shown is no block. */
function openBlocks(body: Body, reader: DisclosureReader): readonly Block[] | undefined {
  const blocks: Block[] = [];
  for (const { name, digest } of body.blocks) {
    const taken = reader.take(digest);
    const value = taken === undefined ? null : blockValueOf(taken);
    if (value === undefined) return undefined;
    blocks.push({ name, digest, value });
  }
  return blocks;
}
