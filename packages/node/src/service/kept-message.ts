/**
 * An opened message as the opened cache keeps it, and where it is read again.
 *
 * Of the items only their lines are kept, which say them: a list of items in a message is most of it,
 * and few who read a message ask for its items.
 *
 * @module
 */
import type { OpenedMessage } from "@parley/core/entry/open-message";
import { type ItemLine, itemOfLine } from "@parley/core/message/item-lines";
import type { Message } from "@parley/core/message/message";

/**
 * With lines in place of items, and without the index, which its row says: a message that another
 * process appends is kept before it has one. JSON.
 */
export interface KeptMessage extends Omit<OpenedMessage, "message" | "index"> {
  readonly message: Omit<Message, "itemLines"> & { readonly itemLines: readonly string[] | null };
}

export function formatKeptMessage(opened: Omit<OpenedMessage, "index">): string {
  const { origin, contentKey, by, isKnownKind, message } = opened;
  const itemLines = message.itemLines?.map(({ line }) => line) ?? null;
  const kept = { origin, contentKey, by, isKnownKind, message: { ...message, itemLines } };
  return JSON.stringify(kept satisfies KeptMessage);
}

/** @param text - That this program wrote: it is not judged again. */
export function parseKeptMessage(text: string): KeptMessage {
  return JSON.parse(text) as KeptMessage;
}

/** The message with its items. */
export function wholeMessage({ message }: KeptMessage): Message {
  const itemLines: readonly ItemLine[] | null = message.itemLines?.map(itemOfLine) ?? null;
  return { ...message, itemLines };
}
