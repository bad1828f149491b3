/**
 * How many messages of a kind a side wrote in a UTC day, by the receipt's time.
 *
 * @module
 */
import type { Side } from "./case-table.ts";

/** Side, day since 1970, kind, and how many. */
export type DayCount = readonly [side: Side, day: number, kind: string, count: number];

/** Receipts of one log never go back in time; those of its next epoch may, by as little as clocks do. */
const keptDays = 7;
const daySeconds = 86_400;

/** @param time - POSIX seconds. */
export function dayOf(time: number): number {
  return Math.floor(time / daySeconds);
}

export class DayCounts {
  readonly #counts = new Map<string, number>();
  readonly #lastDay: [number, number] = [0, 0];

  constructor(counts: readonly DayCount[]) {
    for (const [side, day, kind, count] of counts) {
      this.#counts.set(keyOf(side, day, kind), count);
      this.#lastDay[side] = Math.max(this.#lastDay[side], day);
    }
  }

  /** @returns The count with this one. */
  add(side: Side, day: number, kind: string): number {
    if (day > this.#lastDay[side]) this.#forgetBefore(side, day);
    const key = keyOf(side, day, kind);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }

  remove(side: Side, day: number, kind: string): void {
    const key = keyOf(side, day, kind);
    const count = this.#counts.get(key);
    if (count !== undefined) this.#counts.set(key, count - 1);
  }

  /** In an order that follows from the counts alone. */
  list(): readonly DayCount[] {
    return [...this.#counts]
      .map(([key, count]) => [...partsOf(key), count] as const)
      .toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));
  }

  #forgetBefore(side: Side, day: number): void {
    this.#lastDay[side] = day;
    for (const key of this.#counts.keys()) {
      const [of, then] = partsOf(key);
      if (of === side && then < day - keptDays) this.#counts.delete(key);
    }
  }
}

function keyOf(side: Side, day: number, kind: string): string {
  return `${side} ${day} ${kind}`;
}

function partsOf(key: string): readonly [Side, number, string] {
  const [side, day, ...kind] = key.split(" ");
  return [side === "0" ? 0 : 1, Number(day), kind.join(" ")];
}
