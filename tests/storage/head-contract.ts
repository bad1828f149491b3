/**
 * Goal: a head never goes back, whatever asks, in every head store. Method: a property draws changes,
 * illegal ones too, and judges from the history of what was said to be kept.
 */
import { fc, test } from "@fast-check/vitest";
import { Defect } from "@parley/core/fault";
import { expect } from "vitest";
import type { Head, HeadStore } from "../../packages/node/src/service/head-store.ts";

/** Where one head store lies; disposed with it. */
export interface HeadPlace extends AsyncDisposable {
  open(mode: "create" | "open"): Promise<HeadStore>;
}

export const head = (epoch: number, size: number, fill = 0, log = "a/b/00/live"): Head => {
  return { log, epoch, size, root: new Uint8Array(32).fill(fill) };
};
const anyHead = fc
  .record({ epoch: fc.integer({ min: 1, max: 3 }), size: fc.nat(3), fill: fc.nat(1) })
  .map(({ epoch, size, fill }) => head(epoch, size, fill));

export function headContract(place: () => Promise<HeadPlace>): void {
  test.prop(
    { steps: fc.array(fc.record({ next: anyHead, isHonest: fc.boolean() }), { maxLength: 12 }) },
    { numRuns: 25 },
  )("[STO-20] what was kept only grows, and is there after opening again", async ({ steps }) => {
    await using at = await place();
    const kept: Head[] = [];
    {
      await using store = await at.open("create");
      for (const { next, isHonest } of steps) {
        const expected = isHonest ? kept.at(-1) : head(9, 9);
        const outcome = await store.advanceHead(expected, next).catch((defect: unknown) => {
          expect(defect).toBeInstanceOf(Defect);
          return "refused" as const;
        });
        if (outcome !== "refused" && outcome.isAdvanced) kept.push(next);
        if (!isHonest) expect(outcome).toEqual({ isAdvanced: false, head: kept.at(-1) });
      }
    }
    await using store = await at.open("open");
    expect(await store.readHead("a/b/00/live")).toEqual(kept.at(-1));
    expectGrowth(kept);
  });

  test("[STO-20] a head that grows is kept, each log by itself", async () => {
    await using at = await place();
    await using store = await at.open("create");
    expect(await store.advanceHead(undefined, head(1, 1))).toEqual({ isAdvanced: true });
    expect(await store.advanceHead(head(1, 1), head(1, 7, 1))).toEqual({ isAdvanced: true });
    expect(await store.advanceHead(head(1, 7, 1), head(2, 0))).toEqual({ isAdvanced: true });
    expect(await store.advanceHead(undefined, head(1, 4, 0, "a/c/00/link"))).toEqual({
      isAdvanced: true,
    });
    expect(await store.readHead("a/b/00/live")).toEqual(head(2, 0));
    await expect(store.advanceHead(head(2, 0), head(1, 9))).rejects.toThrow("never goes back");
    await expect(store.advanceHead(head(2, 0), head(2, 0, 1))).rejects.toThrow("never goes back");
  });
}

function expectGrowth(kept: readonly Head[]): void {
  for (const [i, after] of kept.entries()) {
    const before = kept[i - 1];
    if (before === undefined) continue;
    const isSame =
      String([before.epoch, before.size, before.root]) ===
      String([after.epoch, after.size, after.root]);
    const isLater =
      after.epoch > before.epoch || (after.epoch === before.epoch && after.size > before.size);
    expect(isSame || isLater).toBe(true);
  }
}
