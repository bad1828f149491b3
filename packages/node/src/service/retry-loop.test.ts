/**
 * Goal: work is done again after a pause within its bounds, never twice at once, and stops when told.
 * Method: a clock that records the pauses and ends them when a test says so.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Clock } from "./clock.ts";
import { type Attempt, pauseMs, RetryLoop } from "./retry-loop.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Pauses end by `endPause`, or by their signal. */
function loopOf(attempts: readonly Attempt[], random = 0.5, pauseMsMax = 60_000) {
  const stop = new AbortController();
  const pauses: number[] = [];
  const seen = { runs: 0, unreached: [] as number[], atOnce: 0, atOnceMax: 0 };
  let endPause = () => {};
  const clock: Clock = {
    nowSeconds: () => 0,
    sleep: (ms, signal) => {
      pauses.push(ms);
      return new Promise((resolve) => {
        endPause = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
  const work = async (): Promise<Attempt> => {
    seen.atOnce += 1;
    seen.atOnceMax = Math.max(seen.atOnceMax, seen.atOnce);
    await turn();
    seen.atOnce -= 1;
    seen.runs += 1;
    return attempts[seen.runs - 1] ?? { isDone: true };
  };
  const ports = { clock, random: () => random, pauseMsMax, signal: stop.signal };
  const loop = new RetryLoop(ports, work, (failures) => seen.unreached.push(failures));
  return { loop, pauses, seen, stop, endPause: () => endPause() };
}

const unreached: Attempt = { isDone: false, waitMs: 0, isUnreached: true };
const refused: Attempt = { isDone: false, waitMs: 2_000, isUnreached: false };

test.prop([
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: 10 ** 7 }),
  fc.double({ min: 0, max: 0.999, noNaN: true }),
])("a pause is a random part of a bound that doubles and ends", (failures, pauseMsMax, random) => {
  const ms = pauseMs(failures, pauseMsMax, random);
  expect(ms).toBeGreaterThanOrEqual(0);
  expect(ms).toBeLessThanOrEqual(Math.min(pauseMsMax, 500 * 2 ** (failures - 1)));
  expect(pauseMs(1_000, pauseMsMax, 0.999)).toBeGreaterThanOrEqual(Math.floor(pauseMsMax * 0.998));
});

test("what fails is done again, later each time, and a success begins anew", async () => {
  const { loop, pauses, seen, endPause } = loopOf([
    unreached,
    unreached,
    { isDone: true },
    unreached,
  ]);
  loop.wake();
  for (const expected of [[250], [250, 500]]) {
    await turn();
    await turn();
    expect(pauses).toEqual(expected);
    endPause();
  }
  await loop.idle();
  expect(seen).toMatchObject({ runs: 3, unreached: [1, 2] });
  loop.wake();
  await turn();
  await turn();
  expect(pauses).toEqual([250, 500, 250]);
});

test("a pause that was asked for is kept within our own bound", async () => {
  const long = loopOf([refused]);
  long.loop.wake();
  await turn();
  await turn();
  expect(long.pauses).toEqual([2_000]);
  const bounded = loopOf([refused], 0.5, 900);
  bounded.loop.wake();
  await turn();
  await turn();
  expect(bounded.pauses).toEqual([900]);
});

test("who comes up hurries what nobody answered, not what was refused", async () => {
  const away = loopOf([unreached]);
  away.loop.wake();
  await turn();
  await turn();
  away.loop.hurry();
  await away.loop.idle();
  expect(away.seen.runs).toBe(2);
  const against = loopOf([refused]);
  against.loop.wake();
  await turn();
  await turn();
  against.loop.hurry();
  await turn();
  await turn();
  expect(against.seen.runs).toBe(1);
});

test("waking while it runs makes it run once more, never twice at once", async () => {
  const { loop, seen } = loopOf([]);
  for (let at = 0; at < 5; at++) loop.wake();
  await loop.idle();
  loop.wake();
  loop.wake();
  await loop.idle();
  expect(seen.atOnceMax).toBe(1);
  expect(seen.runs).toBeGreaterThanOrEqual(2);
  expect(seen.runs).toBeLessThanOrEqual(4);
});

test("a stop ends a pause and everything after it", async () => {
  const { loop, seen, stop } = loopOf(Array(9).fill(unreached));
  loop.wake();
  await turn();
  await turn();
  stop.abort();
  await loop.idle();
  loop.wake();
  await loop.idle();
  expect(seen.runs).toBe(1);
});
