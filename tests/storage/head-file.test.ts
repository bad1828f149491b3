/**
 * Goal: a head never goes back, whatever asks, and a spoilt file is never taken for an old one.
 * Method: a property draws changes, illegal ones too, and judges from the history of what was said
 * to be kept; every byte of the file is flipped in turn.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { assert, Defect } from "@parley/core/fault";
import { expect } from "vitest";
import type { Head } from "../../packages/node/src/service/head-store.ts";
import { openHeadFile } from "../../packages/node/src/storage/head-file.ts";

function place() {
  const directory = mkdtempSync(join(tmpdir(), "parley-heads-"));
  const path = join(directory, "heads");
  const open = (mode: "create" | "open") => {
    const opened = openHeadFile(path, mode);
    assert(opened.ok, "the head store opens");
    return opened.value;
  };
  return { path, open, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

const head = (epoch: number, size: number, fill = 0, log = "a/b/00/live"): Head => {
  return { log, epoch, size, root: new Uint8Array(32).fill(fill) };
};
const anyHead = fc
  .record({ epoch: fc.integer({ min: 1, max: 3 }), size: fc.nat(3), fill: fc.nat(1) })
  .map(({ epoch, size, fill }) => head(epoch, size, fill));

test.prop(
  { steps: fc.array(fc.record({ next: anyHead, isHonest: fc.boolean() }), { maxLength: 12 }) },
  { numRuns: 25 },
)("[STO-20] what was kept only grows, and is there after opening again", async ({ steps }) => {
  using at = place();
  const kept: Head[] = [];
  {
    await using store = at.open("create");
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
  await using store = at.open("open");
  expect(await store.readHead("a/b/00/live")).toEqual(kept.at(-1));
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
});

test("[STO-20] a head that grows is kept, each log by itself", async () => {
  using at = place();
  await using store = at.open("create");
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

test("[STO-20] every flipped byte of the file is damage, and so is a cut one", async () => {
  using at = place();
  await using store = at.open("create");
  await store.advanceHead(undefined, head(1, 1));
  const good = readFileSync(at.path);
  const spoil = async (bytes: Buffer) => {
    writeFileSync(at.path, bytes);
    await expect(store.readHead("a/b/00/live")).rejects.toMatchObject({
      code: "head-store.damaged",
    });
  };
  for (let index = 0; index < good.length; index += 1) {
    const bytes = Buffer.from(good);
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    await spoil(bytes);
  }
  await spoil(good.subarray(0, -1));
  await spoil(Buffer.alloc(0));
  writeFileSync(at.path, good);
  expect(await store.readHead("a/b/00/live")).toEqual(head(1, 1));
});

test("[STO-20] a file that is gone is not begun anew, and one holder at a time has it", async () => {
  using at = place();
  expect(openHeadFile(at.path, "open")).toMatchObject({
    refusal: { code: "head-store.missing" },
  });
  const store = at.open("create");
  expect(openHeadFile(at.path, "create")).toMatchObject({
    refusal: { code: "head-store.exists" },
  });
  expect(openHeadFile(at.path, "open")).toMatchObject({ refusal: { code: "head-store.busy" } });
  await store[Symbol.asyncDispose]();
  await using again = at.open("open");
  expect(await again.readHead("a/b/00/live")).toBeUndefined();
});
