/**
 * Epochs of a log: what opens the next one and which size closes the last.
 *
 * A party whose head store cannot show that its head is the last it signed goes on in the next epoch.
 * The peer answers its channel notice with the last size that it receipted and the checkpoint that
 * shows it. What the author signed outweighs what it remembers.
 * spec/log.md §9.
 *
 * @module
 */
import { accept, type Result, refuse } from "../result.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { epochMax, formatOrigin, type LogOrigin } from "./origin.ts";

/** The same log, one epoch later; `log.last-epoch` after {@link epochMax}. */
export function nextEpoch(origin: LogOrigin): Result<LogOrigin, "log.last-epoch"> {
  if (origin.epoch >= epochMax) return refuse("log.last-epoch", "no epoch is left");
  return accept({ ...origin, epoch: origin.epoch + 1 });
}

/** What the peer's `epoch-closed` names. */
export interface ClosingAnswer {
  readonly size: number;
  /** The author's checkpoint, verified; null: nothing was receipted, and the size is 0. */
  readonly proof: SignedCheckpoint | null;
}

/**
 * The size that closes an epoch.
 *
 * @param epoch - Origin of the epoch that ended.
 * @param receiptedSize - Of the last receipt of the peer that is held.
 * @returns The answered size, whatever the notice says; or `log.unproven-closing` if the checkpoint
 *   is of another log or size, or none and the size not 0; or if the size is below the receipt, by which
 *   the peer said to hold more. The epoch goes on to wait for a better answer.
 */
export function closingOf(
  epoch: LogOrigin,
  receiptedSize: number,
  { size, proof }: ClosingAnswer,
): Result<number, "log.unproven-closing"> {
  const shown = proof?.checkpoint ?? { origin: formatOrigin(epoch), size: 0 };
  if (shown.origin !== formatOrigin(epoch) || shown.size !== size) {
    return refuse("log.unproven-closing", "the checkpoint does not show the size named");
  }
  if (size < receiptedSize) {
    return refuse("log.unproven-closing", "the peer has receipted more");
  }
  return accept(size);
}
