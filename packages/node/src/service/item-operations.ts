/**
 * The items of one message in pages, wherever their list travelled: in the entry or beside the log.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { createItemListReader, type ItemLine } from "@parley/core/message/item-lines";
import { heldBackOf, type Message } from "@parley/core/message/message";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import { filesOf } from "./attached-files.ts";
import type { Channel } from "./channel.ts";
import { parseKeptMessage, wholeMessage } from "./kept-message.ts";
import { type OfficeService, pickChannel } from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { isVisible, visibleTo } from "./people/roles.ts";

/** Items in one answer. */
export const itemsPerPageMax = 10_000;

const listInput = z.strictObject({
  channel: z.string().min(3).max(63).optional(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  from: z.int().min(0).default(0),
  rows: z.int().min(1).max(itemsPerPageMax).default(1_000),
});

export const itemOperations: Operations<OfficeService> = {
  "item.list": defineOperation(listInput, listItems),
};

async function listItems(
  { node }: OfficeService,
  { channel: name, jti, from, rows: rowsMax }: z.output<typeof listInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, name, visible);
  if (!channel.ok) return channel;
  const query = { channel: channel.value.id, jti };
  const row = await node.storage.read((tx) => tx.opened.readOpenedByJti(query));
  if (row?.message == null || !isVisible(visible, row)) {
    return refuseLocally("message.unknown", { id: jti });
  }
  const message = wholeMessage(parseKeptMessage(row.message));
  const { count, root } = message.items;
  const rows: JsonValue[] = [];
  let index = 0;
  for await (const line of readItems(node, channel.value, message)) {
    if (!line.ok) return line;
    context.signal.throwIfAborted();
    const { item, isPartial } = line.value;
    if (index >= from) rows.push({ index, item, isPartial });
    index += 1;
    if (rows.length === rowsMax) break;
    if (index % 1_000 === 0) context.progress({ what: "items", done: index, total: count });
  }
  const next = from + rows.length < count && rows.length > 0 ? from + rows.length : null;
  return accept({ count, root, rows, next });
}

async function* readItems(
  node: PartyNode,
  channel: Channel,
  message: Message,
): AsyncGenerator<Result<ItemLine, RefusalCode>> {
  const file = filesOf(message).find(({ role }) => role === "items");
  if (message.itemLines !== null || file === undefined) {
    for (const line of message.itemLines ?? []) yield accept(line);
    return;
  }
  const heldBack = heldBackOf(message.blocks, message.items) ?? [];
  const reader = createItemListReader(node.primitives, message.items, heldBack);
  for await (const line of node.openingDesk.readItemLines(channel, file)) {
    const read = line.ok ? reader.push(line.value) : line;
    yield read;
    if (!read.ok) return;
  }
}
