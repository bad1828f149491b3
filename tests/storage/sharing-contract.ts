/**
 * Goal: of several processes on one database one works a channel, and one that was stopped past its
 * lease writes nothing, whenever it wakes. Method: two storages on one place, as two processes have
 * them; the first keeper's clock stands still, so that it renews nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { expect, test } from "vitest";
import type { Clock } from "../../packages/node/src/service/clock.ts";
import { LeaseKeeper } from "../../packages/node/src/service/lease-keeper.ts";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import {
  type OutgoingRow,
  outgoingPerBatchMax,
} from "../../packages/node/src/service/storage-sharing.ts";
import { channel, newLog, type StoragePlace } from "./fixtures.ts";

const longMs = 60_000;

/** Whoever sleeps by it wakes when it is told to stop. */
const stopped: Clock = {
  nowSeconds: () => 1,
  sleep: (_ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    }),
};

function keeperOf(storage: Storage, leaseMs: number): LeaseKeeper {
  const log = { event: () => undefined, flush: () => undefined };
  const wakeUps = {
    send: () => undefined,
    onText: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const presence = { [Symbol.asyncDispose]: async () => undefined };
  return new LeaseKeeper({ p, storage, clock: stopped, log, wakeUps, presence, leaseMs });
}

export function sharingContract(place: () => Promise<StoragePlace>): void {
  test("[STO-22] a channel is one holder's until its time is over or it is given back", async () => {
    await using at = await place();
    await using one = await at.open();
    await using two = await at.openAgain();
    const take = (storage: Storage, holder: string, ms: number) =>
      storage.write((tx) => tx.leases.takeLeases(holder, [channel], ms));
    expect(await take(one, "a", longMs)).toMatchObject([{ channel, holder: "a", token: 1 }]);
    expect(await take(two, "b", longMs)).toEqual([]);
    expect(await take(one, "a", longMs)).toMatchObject([{ holder: "a", token: 1 }]);
    await one.write((tx) => tx.leases.releaseLeases("a"));
    expect(await take(two, "b", 0)).toMatchObject([{ holder: "b", token: 2 }]);
    await untilTaken(one, "a", 3);
  });

  test("[STO-22] who slept past its lease writes nothing of what it decided under it", async () => {
    await using at = await place();
    await using one = await at.open();
    await using two = await at.openAgain();
    const log = await one.write((tx) => tx.logs.createLog(newLog("own")));
    await using keeper = keeperOf(one, 200);
    await keeper.start(() => [channel]);
    const lease = keeper.leaseOf(channel);
    assert(lease !== undefined, "nobody else asked");
    const decide = (jti: string) =>
      one.write(async (tx) => {
        await tx.outgoing.insertOutgoing(outgoing(jti, log.id));
        await lease.fence(tx);
      });
    await decide("in-time");
    await untilTaken(two, "other", 2);
    await expect(decide("late")).rejects.toMatchObject({ code: "log.lease-lost", retryable: true });
    const kept = await two.read((tx) => tx.outgoing.listOutgoing(channel));
    expect(kept.map(({ jti }) => jti)).toEqual(["in-time"]);
    expect(keeper.leaseOf(channel)).toBeUndefined();
    expect(lease.signal.aborted).toBe(true);
  });

  test("[STO-22] what waits for the process that works its channel comes in order, and goes once", async () => {
    await using at = await place();
    await using one = await at.open();
    await using two = await at.openAgain();
    const log = await one.write((tx) => tx.logs.createLog(newLog("own")));
    const ids = Array.from({ length: outgoingPerBatchMax + 1 }, (_, i) => `jti-${i}`);
    for (const jti of ids) {
      await one.write((tx) => tx.outgoing.insertOutgoing(outgoing(jti, log.id)));
    }
    const waiting = await two.read((tx) => tx.outgoing.listOutgoing(channel));
    expect(waiting.map(({ jti }) => jti)).toEqual(ids.slice(0, outgoingPerBatchMax));
    expect(waiting[0]).toEqual(outgoing("jti-0", log.id));
    const takeOver = (storage: Storage) =>
      storage.write((tx) => tx.outgoing.deleteOutgoing("jti-0"));
    const taken = await Promise.all([takeOver(one), takeOver(two)]);
    expect(taken.sort()).toEqual([false, true]);
    expect(await one.read((tx) => tx.outgoing.readIsOutgoing("jti-0"))).toBe(false);
  });
}

/** Until the time of whoever has it is over by the clock of the database. */
async function untilTaken(storage: Storage, holder: string, token: number): Promise<void> {
  const giveUpAt = performance.now() + longMs;
  for (;;) {
    const rows = await storage.write((tx) => tx.leases.takeLeases(holder, [channel], longMs));
    if (rows.length > 0) return expect(rows).toMatchObject([{ holder, token }]);
    assert(performance.now() < giveUpAt, "a lease ends");
    await delay(20);
  }
}

function outgoing(jti: string, logId: number): OutgoingRow {
  return {
    ...{ jti, channel, logId, bytes: new Uint8Array([1, 2, 3]), secret: null },
    opened: {
      ...{ channel, class: "live", author: "washington.example", verdict: "accepted", logId },
      ...{ openedAt: 1, jti, kind: "note.v1", case: null, desk: "technical", iat: 1, seen: 0 },
      ...{ message: "{}", contentKey: new Uint8Array(32).fill(7) },
    },
  };
}
