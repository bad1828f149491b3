/**
 * How the entries of one log stand, as far as a fold holds them: all that it folded itself, and of
 * what was folded before it whatever was brought back.
 *
 * Changed in place, for it holds what a replay of 10⁶ entries must not copy.
 *
 * @module
 */
import { assert } from "../fault.ts";
import type { Side } from "./case-table.ts";
import type { FoldMessage } from "./fold-entry.ts";

/** How an entry stands: what the fold made of it, whether or not it belongs to a case. */
export interface EntryStanding {
  readonly side: Side;
  readonly ordinal: number;
  readonly receivedAt: number;
  readonly message: FoldMessage | null;
  readonly caseId: string | null;
  readonly seenMax: number;
  /** The n-th of its kind by its author in the UTC day of receipt, from 1; 0 if it does not count. */
  readonly nthOfDay: number;
  /** Null while it stands; else the code of whoever refused it. */
  readonly refusedAs: string | null;
  /** The refusal was the peer's own, in its log. */
  readonly refusedByPeer: boolean;
  /** Its id was in use already, so that it does not bear it. */
  readonly isRepeat: boolean;
  /** It is among the messages of its case, whether or not it stands there. */
  readonly isOfCase: boolean;
}

export class Standings {
  /** Entries that were folded before this fold began. */
  readonly #pastCount: number;
  readonly #pastSeenMax: number;
  readonly #past = new Map<number, EntryStanding>();
  readonly #own: EntryStanding[] = [];
  /** Entries that were folded when the changes were last taken note of. */
  #notedCount: number;
  /** Of these, the ones that stand otherwise since. */
  readonly #replaced = new Set<number>();

  constructor(pastCount: number, pastSeenMax: number) {
    this.#pastCount = pastCount;
    this.#pastSeenMax = pastSeenMax;
    this.#notedCount = pastCount;
  }

  /** Folded entries: those here and those before. */
  get count(): number {
    return this.#pastCount + this.#own.length;
  }

  get residentCount(): number {
    return this.#past.size + this.#own.length;
  }

  get seenMax(): number {
    const last = this.at(this.count - 1);
    return last === undefined ? this.#pastSeenMax : last.seenMax;
  }

  /** @returns `undefined` for one that is not folded, or was folded before and not brought back. */
  at(ordinal: number): EntryStanding | undefined {
    return ordinal < this.#pastCount
      ? this.#past.get(ordinal)
      : this.#own[ordinal - this.#pastCount];
  }

  push(standing: EntryStanding): void {
    assert(standing.ordinal === this.count, "entries are folded in order");
    this.#own.push(standing);
  }

  /** In place of what stands at its ordinal. */
  replace(standing: EntryStanding): void {
    assert(this.at(standing.ordinal) !== undefined, "what changes is here");
    if (standing.ordinal < this.#notedCount) this.#replaced.add(standing.ordinal);
    if (standing.ordinal < this.#pastCount) this.#past.set(standing.ordinal, standing);
    else this.#own[standing.ordinal - this.#pastCount] = standing;
  }

  /** Brings back one that was folded before; one that is here already is not touched. */
  restore(standing: EntryStanding): boolean {
    const { ordinal } = standing;
    if (ordinal >= this.#pastCount || this.#past.has(ordinal)) return false;
    this.#past.set(ordinal, standing);
    return true;
  }

  /** What was folded, or stands otherwise, since the last {@link note}. */
  changed(): readonly EntryStanding[] {
    const replaced = [...this.#replaced].flatMap((ordinal) => this.at(ordinal) ?? []);
    return [...replaced, ...this.#own.slice(this.#notedCount - this.#pastCount)];
  }

  note(): void {
    this.#notedCount = this.count;
    this.#replaced.clear();
  }

  /** Every one, in log order, of a fold that began with the first entry. */
  all(): readonly EntryStanding[] {
    assert(this.#pastCount === 0, "a fold that goes on does not hold everything");
    return this.#own;
  }
}
