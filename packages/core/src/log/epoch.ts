/**
 * Epochs of a log: what opens the next one and which size closes the last.
 *
 * A party whose head store cannot show that its head is the last it signed goes on in the next epoch.
 * Its channel notice names the size it still has; the peer answers with the last size it receipted
 * and the checkpoint that shows it. What the author signed outweighs what it remembers.
 * spec/log.md §9.
 *
 * @module
 */
import { accept, type Result, refuse } from "../result.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { epochMax, formatOrigin, type LogOrigin } from "./origin.ts";

/** Size at which an epoch ended; entries at and above it count for nobody. */
export type EpochClosing = {
  readonly size: number;
  /** `checkpoint`: proven by the author's own signature. `notice`: stated, until the peer answers. */
  readonly basis: "checkpoint" | "notice";
};

/** The same log, one epoch later; `log.last-epoch` after {@link epochMax}. */
export function nextEpoch(origin: LogOrigin): Result<LogOrigin, "log.last-epoch"> {
  if (origin.epoch >= epochMax) return refuse("log.last-epoch", "no epoch is left");
  return accept({ ...origin, epoch: origin.epoch + 1 });
}

/**
 * The size that closes an epoch.
 *
 * @param epoch - Origin of the epoch that ended.
 * @param noticeSize - Size named by the author's channel notice.
 * @param answered - What the peer's `epoch-closed` named, with the author's checkpoint, verified; or
 *   `undefined` while it has not answered.
 * @returns The answered size, even above or below the notice's; or `log.unproven-closing` if the
 *   checkpoint is of another log or size, in which case the notice goes on to count.
 */
export function closingOf(
  epoch: LogOrigin,
  noticeSize: number,
  answered: { readonly size: number; readonly proof: SignedCheckpoint } | undefined,
): Result<EpochClosing, "log.unproven-closing"> {
  if (answered === undefined) return accept({ size: noticeSize, basis: "notice" });
  const { origin, size } = answered.proof.checkpoint;
  if (origin !== formatOrigin(epoch) || size !== answered.size) {
    return refuse("log.unproven-closing", "the checkpoint does not show the size named");
  }
  return accept({ size, basis: "checkpoint" });
}
