/**
 * Where the epochs of a log ended, from the answers of its peer.
 *
 * Spec: spec/log.md §9.
 *
 * @module
 */
import type { Primitives } from "../crypto/primitives.ts";
import { verifyCheckpoint } from "../log/checkpoint.ts";
import { closingOf } from "../log/epoch.ts";
import { logKeysAt } from "../party/key-positions.ts";
import { accept } from "../result.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import type { RecordEntry } from "./open-log.ts";
import type { VerifiedLog } from "./verify-log.ts";

/** A log with what its entries say. */
export interface ReadLog {
  readonly log: VerifiedLog;
  readonly entries: readonly RecordEntry[];
}

type Sides<T> = readonly [T, T];

/** By side, then by epoch: the size up to which entries count. */
export async function closedSizes(
  p: Primitives,
  keys: ChannelKeys,
  sides: Sides<readonly ReadLog[]>,
): Promise<Sides<readonly number[]>> {
  const of = async (own: readonly ReadLog[], theirs: readonly ReadLog[]) => {
    const sizes: number[] = [];
    for (const { log } of own) {
      const isLast = log === own.at(-1)?.log;
      const closed = isLast ? log.index.size : await closedSize(p, keys, log, theirs);
      sizes.push(Math.min(closed, log.index.size));
    }
    return sizes;
  };
  return [await of(sides[0], sides[1]), await of(sides[1], sides[0])];
}

/** The peer's first good answer; until there is one, what was receipted. */
async function closedSize(
  p: Primitives,
  keys: ChannelKeys,
  { index: { origin }, place, receipts }: VerifiedLog,
  theirs: readonly ReadLog[],
): Promise<number> {
  const said = keys.keysOf(place.author);
  const receipted = receipts.at(-1)?.size ?? 0;
  for (const notice of theirs.flatMap(({ entries }) => entries.flatMap(noticeOf))) {
    const { subject, origin: named, size, checkpoint } = notice;
    if (subject !== "epoch-closed" || named !== origin || typeof size !== "number") continue;
    const logKeys = logKeysAt(said, origin, size);
    const proof =
      typeof checkpoint === "string"
        ? await verifyCheckpoint(p, checkpoint, { origin, logKeys })
        : accept(null);
    if (!proof.ok) continue;
    const closing = closingOf(place, receipted, { size, proof: proof.value });
    if (closing.ok) return closing.value;
  }
  return receipted;
}

function noticeOf({ message }: RecordEntry) {
  if (message?.control.kind !== "service-note.v1") return [];
  return message.blocks.flatMap(({ value }) => (value === null ? [] : [value]));
}
