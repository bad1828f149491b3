/**
 * Whether one more case may be opened on a channel: cases cost memory, rows and a place in every list
 * for as long as they are open, whoever opened them.
 *
 * Counted in the database only when the bound may have been reached: what was open then, and every
 * opening since, is at most what is open. Ours that are still in flight are not in the database yet:
 * those beyond the bound the peer refuses. spec/case.md CASE-29.
 *
 * @module
 */
import { openCasesMax } from "@parley/core/case/case-table";
import type { Lease } from "./sharing.ts";
import type { Storage } from "./storage.ts";

export class OpenCases {
  readonly #storage: Storage;
  /** By channel, under the lease of whoever alone opens cases there meanwhile. */
  readonly #atMost = new WeakMap<Lease, Map<string, number>>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Counts one more, if it may be.
   *
   * @param lease - Absent where another process works the channel.
   * @param unkept - Openings that were allowed and are not in the database yet.
   */
  async mayOpen(channel: string, lease: Lease | undefined, unkept = 0): Promise<boolean> {
    const known = (lease && this.#atMost.get(lease)) ?? new Map<string, number>();
    if (lease !== undefined) this.#atMost.set(lease, known);
    let atMost = known.get(channel) ?? Number.POSITIVE_INFINITY;
    if (atMost >= openCasesMax) atMost = (await this.#count(channel)) + unkept;
    const isAllowed = atMost < openCasesMax;
    known.set(channel, isAllowed ? atMost + 1 : atMost);
    return isAllowed;
  }

  #count(channel: string): Promise<number> {
    return this.#storage.read((tx) => tx.projections.countOpenCases(channel, openCasesMax));
  }
}
