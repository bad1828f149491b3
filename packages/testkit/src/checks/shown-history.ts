/**
 * Everything that was seen of logs on the wire, by somebody who trusts neither side: for each log and
 * size one root, and one receipt.
 *
 * @module
 */
import { toHex } from "@parley/core/bytes/hex";
import type { Findings } from "./finding.ts";
import type { LogImage } from "./log-image.ts";

export class ShownHistory {
  /** By origin and size. */
  readonly #roots = new Map<string, Set<string>>();
  readonly #receipts = new Map<string, Set<string>>();

  /** A checkpoint, whoever showed it. */
  seeCheckpoint(at: {
    readonly origin: string;
    readonly size: number;
    readonly root: Uint8Array;
  }): void {
    add(this.#roots, `${at.origin} ${at.size}`, toHex(at.root));
  }

  /** A cosignature for this size, as its mirror gave it out. */
  seeReceipt(origin: string, size: number, lines: string): void {
    add(this.#receipts, `${origin} ${size}`, lines);
  }

  /** Checkpoints that were seen. */
  checkpointCount(): number {
    return this.#roots.size;
  }

  /**
   * What was shown is the history that its author holds.
   *
   * @param isEnded - Its author lost its disk and went on in the next epoch: what was shown may be lost.
   * @param isMirrorRestored - So did its mirror: a receipt that nobody has any more may be given anew.
   */
  check(
    image: LogImage,
    findings: Findings,
    {
      isEnded,
      isMirrorRestored,
    }: { readonly isEnded: boolean; readonly isMirrorRestored: boolean },
  ): void {
    const { origin } = image.row;
    for (const [place, roots] of this.#roots) {
      const [of, at] = place.split(" ");
      if (of !== origin) continue;
      findings.expect(roots.size === 1, "one-history", place, "another root was shown");
      const held = image.rootAt(Number(at));
      const isHeld = held === undefined ? isEnded : roots.has(toHex(held));
      findings.expect(isHeld, "one-history", place, "shown, and its author does not hold it");
    }
    if (isMirrorRestored) return;
    for (const [place, receipts] of this.#receipts) {
      const isOnce = place.split(" ")[0] !== origin || receipts.size === 1;
      findings.expect(isOnce, "receipt-lies", place, "receipted twice");
    }
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
