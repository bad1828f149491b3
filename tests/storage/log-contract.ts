/**
 * Goal: the part of the storage contract that says what a log may rely on. Method: entries are
 * appended in arbitrary cuts, then read back and proven with `core/log`, which knows no storage.
 */
import { fc, test } from "@fast-check/vitest";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { proveInclusion, verifyInclusion } from "@parley/core/log/proofs";
import type { Receipt } from "@parley/core/log/receipt-list";
import { appendLeaves, emptyRange, emptyRoot, readRange, rootOf } from "@parley/core/log/tree";
import { expect } from "vitest";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import type { CheckpointRow, LogRow } from "../../packages/node/src/service/storage-log.ts";
import { appendTo, entriesOf, leafHashOf, newLog, oneOf, type StoragePlace } from "./fixtures.ts";

const checkpointOf = (size: number, note = `note ${size}`): CheckpointRow => {
  return { size, root: new Uint8Array(32).fill(size % 256), note };
};
const receiptOf = (size: number, time: number, lines = `lines ${size}`): Receipt => {
  return { size, time, lines };
};

export function logContract(place: () => Promise<StoragePlace>): void {
  test.prop(
    { cuts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }) },
    { numRuns: 12 },
  )(
    "[STO-4] any cut of the same entries gives the same log, proven entry by entry",
    async ({ cuts }) => {
      await using at = await place();
      await using storage = await at.open();
      const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
      let count = 0;
      for (const cut of cuts) {
        await appendTo(storage, log.id, entriesOf(count, cut), count);
        count += cut;
      }
      await storage.read(async ({ logs }) => {
        const head = await oneOf(logs.readLog(log.id));
        const leaves = entriesOf(0, count).map(leafHashOf);
        const { range } = appendLeaves(p, emptyRange, leaves);
        expect([head.entryCount, head.size, head.root]).toEqual([count, count, rootOf(p, range)]);
        const reader = (ids: Parameters<typeof logs.readNodes>[1]) => logs.readNodes(log.id, ids);
        for (let index = 0; index < count; index += 7) {
          const [entry] = await logs.readEntries(log.id, index, 1);
          expect(entry?.bytes).toEqual(entriesOf(index, 1)[0]);
          const proof = await proveInclusion(p, reader, index, count);
          const claim = { leafHash: leafHashOf(entriesOf(index, 1)[0]), index, size: count };
          expect(verifyInclusion(p, { ...claim, root: head.root, proof })).toMatchObject({
            ok: true,
          });
        }
        expect(await logs.readHashes(log.id, 0, 0, 256)).toEqual(leaves.slice(0, 256));
      });
      expect(await storage.checkIntegrity()).toEqual([]);
    },
  );

  test("[STO-5] of two appends that expect the same count, the second does nothing", async () => {
    await using at = await place();
    await using one = await at.open();
    await using two = await at.openAgain();
    const log = await one.write((tx) => tx.logs.createLog(newLog("own")));
    const outcomes = await Promise.all([
      appendTo(one, log.id, entriesOf(0, 3), 0),
      appendTo(two, log.id, entriesOf(100, 5), 0),
    ]);
    expect(outcomes.filter(({ isAppended }) => isAppended)).toHaveLength(1);
    const { entryCount } = await oneOf(one.read(({ logs }) => logs.readLog(log.id)));
    const refused = outcomes.find(({ isAppended }) => !isAppended);
    expect(refused).toEqual({ isAppended: false, reason: "moved", count: entryCount });
  });

  test("[STO-5] two writers that retry lose no entry and double none", async () => {
    await using at = await place();
    await using one = await at.open();
    await using two = await at.openAgain();
    const log = await one.write((tx) => tx.logs.createLog(newLog("own")));
    const write = async (storage: Storage, first: number) => {
      for (let made = 0; made < 20; ) {
        const { entryCount } = await oneOf(storage.read(({ logs }) => logs.readLog(log.id)));
        const outcome = await appendTo(storage, log.id, entriesOf(first + made, 1), entryCount);
        if (outcome.isAppended) made += 1;
      }
    };
    await Promise.all([write(one, 0), write(two, 1_000)]);
    const entries = await one.read(({ logs }) => logs.readEntries(log.id, 0));
    const expected = [...entriesOf(0, 20), ...entriesOf(1_000, 20)].map(String).sort();
    expect(entries.map(({ bytes }) => String(bytes)).sort()).toEqual(expected);
  });

  test("[STO-6] an own log's size is signed once: the first note holds", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    const record = (note: string) =>
      storage.write((tx) => tx.logs.recordCheckpoint(log.id, checkpointOf(3, note)));
    expect(await record("first")).toBe("first");
    expect(await record("second")).toBe("first");
    const other = { ...checkpointOf(3), root: new Uint8Array(32) };
    await expect(storage.write((tx) => tx.logs.recordCheckpoint(log.id, other))).rejects.toThrow(
      "one root for each size",
    );
  });

  test("[STO-7] a mirror keeps its last four pending checkpoints, none that another overtook", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await makeMirror(storage, 0);
    for (let size = 10; size <= 60; size += 10) {
      const add = (expected: number) =>
        storage.write((tx) => tx.logs.addPending(log.id, expected, checkpointOf(size)));
      expect(await add(size - 10)).toEqual({ isAppended: true });
      expect(await add(size - 10)).toEqual({ isAppended: false, reason: "moved", count: size });
    }
    const pending = await storage.read(({ logs }) => logs.listPending(log.id));
    expect(pending.map(({ size }) => size)).toEqual([30, 40, 50, 60]);
  });

  test("[STO-8] a mirror cosigns each size once, and only what it holds", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await makeMirror(storage, 8);
    const commit = (size: number, time: number, lines?: string) =>
      storage.write((tx) =>
        tx.logs.commitMirror(log.id, {
          checkpoint: checkpointOf(size),
          receipt: receiptOf(size, time, lines),
        }),
      );
    await storage.write((tx) => tx.logs.addPending(log.id, 0, checkpointOf(5)));
    expect(await commit(5, 1_000, "first")).toEqual(receiptOf(5, 1_000, "first"));
    expect(await commit(5, 2_000, "second")).toEqual(receiptOf(5, 1_000, "first"));
    expect(await commit(3, 2_000)).toBeUndefined();
    expect(await commit(6, 999)).toBeUndefined();
    await expect(commit(9, 2_000)).rejects.toThrow("cosigns what it holds");
    await storage.read(async ({ logs, receipts }) => {
      const held = await oneOf(logs.readLog(log.id));
      expect([held.size, held.receiptedSize, held.entryCount]).toEqual([5, 5, 8]);
      expect(await logs.readLastCheckpoint(log.id)).toEqual(checkpointOf(5));
      expect(await logs.listPending(log.id)).toEqual([]);
      expect(await receipts.listReceipts(log.id, 0)).toEqual([receiptOf(5, 1_000, "first")]);
    });
  });

  test.prop(
    { order: fc.shuffledSubarray([1, 2, 4, 7, 9, 10, 12], { minLength: 1 }) },
    { numRuns: 12 },
  )(
    "[STO-9] receipts in any order give one list, and each entry its first one",
    async ({ order }) => {
      await using at = await place();
      await using storage = await at.open();
      const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
      await appendTo(storage, log.id, entriesOf(0, 12), 0);
      const put = (receipt: Receipt) =>
        storage.write((tx) => tx.receipts.placeReceipt(log.id, receipt));
      for (const size of order) {
        expect(await put(receiptOf(size, size * 10))).toEqual({ ok: true, value: "stored" });
        expect(await put(receiptOf(size, size * 10))).toEqual({ ok: true, value: "present" });
        expect(await put(receiptOf(size, size * 10, "x"))).toMatchObject({
          refusal: { code: "log.receipt-conflict" },
        });
      }
      const sizes = order.toSorted((x, y) => x - y);
      const last = sizes.at(-1) ?? 0;
      await storage.read(async ({ logs, receipts }) => {
        expect((await receipts.listReceipts(log.id, 0)).map(({ size }) => size)).toEqual(sizes);
        expect((await logs.readLog(log.id))?.receiptedSize).toBe(last);
        for (let index = 0; index < 12; index += 1) {
          const first = sizes.find((size) => size > index);
          expect((await receipts.readReceiptOf(log.id, index))?.size).toBe(first);
        }
      });
    },
  );

  test("[STO-9] the time of a receipt never falls", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    await appendTo(storage, log.id, entriesOf(0, 9), 0);
    const put = (size: number, time: number) =>
      storage.write((tx) => tx.receipts.placeReceipt(log.id, receiptOf(size, time)));
    expect(await put(4, 100)).toMatchObject({ ok: true });
    expect(await put(5, 99)).toMatchObject({ refusal: { code: "log.receipt-order" } });
    expect(await put(3, 101)).toMatchObject({ refusal: { code: "log.receipt-order" } });
  });

  test("[STO-10] a closed epoch takes no entry beyond its size, and is closed once", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await makeMirror(storage, 3);
    const close = (size: number) => storage.write((tx) => tx.logs.closeLog(log.id, size));
    expect([await close(5), await close(5), await close(4)]).toEqual([
      "stored",
      "present",
      "conflict",
    ]);
    const three = await appendTo(storage, log.id, entriesOf(3, 3), 3);
    expect(three).toEqual({ isAppended: false, reason: "closed", count: 3 });
    const two = await appendTo(storage, log.id, entriesOf(3, 2), 3);
    expect(two).toEqual({ isAppended: true });
  });

  test("[STO-4] a missing node is a fault, never a wrong proof", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    await appendTo(storage, log.id, entriesOf(0, 2), 0);
    const read = storage.read(({ logs }) => readRange((ids) => logs.readNodes(log.id, ids), 4));
    await expect(read).rejects.toMatchObject({ code: "storage.damaged" });
    expect((await storage.read(({ logs }) => logs.readLog(log.id)))?.root).not.toEqual(
      emptyRoot(p),
    );
  });
}

async function makeMirror(storage: Storage, count: number): Promise<LogRow> {
  const log = await storage.write((tx) => tx.logs.createLog(newLog("mirror")));
  if (count > 0) await appendTo(storage, log.id, entriesOf(0, count), 0);
  return log;
}
