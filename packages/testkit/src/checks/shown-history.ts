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

  /** What was shown is the history that its author holds. */
  check(image: LogImage, findings: Findings): void {
    const { origin } = image.row;
    for (let size = 1; size <= image.row.size; size += 1) {
      const root = image.rootAt(size);
      const roots = this.#roots.get(`${origin} ${size}`);
      const isOne =
        roots === undefined || (roots.size === 1 && roots.has(toHex(root ?? new Uint8Array())));
      findings.expect(isOne, "one-history", `${origin} ${size}`, "another root was shown");
      const receipts = this.#receipts.get(`${origin} ${size}`);
      const isOnce = receipts === undefined || receipts.size === 1;
      findings.expect(isOnce, "receipt-lies", `${origin} ${size}`, "receipted twice");
    }
    for (const place of this.#roots.keys()) {
      const [of, size] = place.split(" ");
      const isHeld = of !== origin || Number(size) <= image.row.size;
      findings.expect(isHeld, "one-history", place, "shown, and its author does not hold it");
    }
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
