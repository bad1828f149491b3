/**
 * Whether the positions of a notice leave alone what its reader has acknowledged.
 *
 * A party may say of its keys what it likes about what is to come. If it could bar a key, or replace
 * the keys of its log or mirror, at a place that its peer has opened or receipted, it would unmake the
 * peer's record of what was said: stored checkpoints and receipts would no longer verify.
 * spec/keys.md KEY-20.
 *
 * @module
 */
import { accept, type Result, refuse } from "../result.ts";
import type { NoticeStatement } from "./channel-notice.ts";

/** What the reader of a notice holds of one log. Zero for a log of which it holds nothing. */
export interface HeldPositions {
  /** A log of the notice's author: entries that the reader has acknowledged, by its rule of the time. */
  readonly entries: number;
  /** A log of the notice's author: size of the largest checkpoint accepted. */
  readonly checkpointSize: number;
  /** A log of the reader: size of the last receipt of the notice's author. */
  readonly receiptSize: number;
}

/** @param heldOf - By origin. */
export function judgePositions(
  statements: readonly NoticeStatement[],
  heldOf: (origin: string) => HeldPositions,
): Result<true, "notice.below-receipted"> {
  for (const said of statements) {
    if (!("origin" in said) || said.type === "disowned") continue;
    const held = heldOf(said.origin);
    const { first, least } = positionsOf(said, held);
    if (first < least) {
      return refuse("notice.below-receipted", `${said.type} at ${first}: not below ${least}`);
    }
  }
  return accept(true);
}

/**
 * For each log that {@link judgePositions} refuses a notice for, the first entry from which its reader
 * would take it: what the author must name.
 */
export function placesTaken(
  statements: readonly NoticeStatement[],
  heldOf: (origin: string) => HeldPositions,
): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const said of statements) {
    if (judgePositions([said], heldOf).ok || !("origin" in said)) continue;
    const { entries, checkpointSize, receiptSize } = heldOf(said.origin);
    const isOfReader = said.type === "mirror-keys";
    places.set(said.origin, isOfReader ? receiptSize : Math.max(entries, checkpointSize));
  }
  return places;
}

function positionsOf(
  said: Extract<NoticeStatement, { type: "key-may-not-sign" | "log-keys" | "mirror-keys" }>,
  { entries, checkpointSize, receiptSize }: HeldPositions,
): { readonly first: number; readonly least: number } {
  switch (said.type) {
    case "key-may-not-sign":
      return { first: said.firstIndex, least: entries };
    case "log-keys":
      return { first: said.fromSize, least: checkpointSize + 1 };
    case "mirror-keys":
      return { first: said.fromSize, least: receiptSize + 1 };
  }
}
