/**
 * A draft as it is kept: what is to be said, and once it was cleared what persons approve, with what it
 * was frozen under.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { assert } from "@parley/core/fault";
import { itemOfLine } from "@parley/core/message/item-lines";
import { deskKeys } from "@parley/core/party/descriptor";
import type { VoidReason } from "@parley/core/release/release";
import type { AttachedFile } from "../attached-files.ts";
import type { Channel } from "../channel.ts";
import type { Said } from "../messages.ts";
import type { FrozenMessage } from "../post.ts";

export function formatSaid(said: Said): string {
  return canonicalJson(JSON.parse(JSON.stringify(said)) as JsonValue);
}

/** @param text - That this program wrote: it is not judged again. */
export function parseSaid(text: string): Said {
  return JSON.parse(text) as Said;
}

/** What was frozen, with the files that it names. */
export interface Frozen {
  readonly message: FrozenMessage;
  readonly files: readonly AttachedFile[];
  /** Ids of the keys of the desk that were published then. */
  readonly deskKeys: readonly string[];
}

/** Of items the lines alone, which say them. */
export function formatFrozen({ message, files, deskKeys: keys }: Frozen): string {
  const { items } = message;
  const lines = items && { ...items, shown: items.shown.map(({ line }) => line) };
  return JSON.stringify({ message: { ...message, items: lines }, files, deskKeys: keys });
}

/** @param text - That this program wrote: it is not judged again. */
export function parseFrozen(text: string): Frozen {
  const { message, ...rest } = JSON.parse(text);
  const { items } = message;
  return {
    ...rest,
    message: { ...message, items: items && { ...items, shown: items.shown.map(itemOfLine) } },
  };
}

/** Ids of the keys that sign for a desk of ours, as the peer will look for them. */
export function publishedKeys(channel: Channel, desk: string): readonly string[] {
  const newest = channel.ownKeys.descriptors.at(-1);
  assert(newest !== undefined, "a channel has our descriptor");
  return (deskKeys(newest, desk) ?? []).map(({ kid }) => kid);
}

/** Why what was frozen may not be sent any more; null if it may, as far as agreement, log and keys go. */
export function voidedBy(
  { message, deskKeys: keys }: Frozen,
  channel: Channel,
  epoch: number,
): VoidReason | null {
  const { head } = message.statement;
  if (head.agreement !== channel.agreementVersion) return "agreement";
  if (head.epoch !== epoch) return "epoch";
  return String(publishedKeys(channel, message.by)) === String(keys) ? null : "desk-key";
}
