/**
 * What this node has acknowledged of the logs of one channel, as a channel notice of the peer is
 * judged by. spec/keys.md KEY-20.
 *
 * @module
 */
import type { HeldPositions } from "@parley/core/party/notice-positions";
import type { StorageReader } from "./storage.ts";

/** The entry that brings the notice; `undefined` if persons handed it over. */
export type NoticePlace = { readonly origin: string; readonly index: number } | undefined;

/** @returns By origin; zeros for a log that is not held. */
export async function readHeldPositions(
  tx: StorageReader,
  channel: string,
  place: NoticePlace,
): Promise<(origin: string) => HeldPositions> {
  const logs = await tx.logs.listLogs({ channel });
  const held = new Map<string, HeldPositions>();
  for (const log of logs) {
    const opened = log.origin === place?.origin ? place.index + 1 : log.openedSize;
    // Outside of the log nothing tells what was opened before the notice: what is receipted counts.
    const entries = place === undefined ? log.size : opened;
    const checkpointSize = Math.max(log.size, log.pendingSize ?? 0);
    held.set(log.origin, { entries, checkpointSize, receiptSize: log.receiptedSize });
  }
  const nothing: HeldPositions = { entries: 0, checkpointSize: 0, receiptSize: 0 };
  return (origin) => held.get(origin) ?? nothing;
}
