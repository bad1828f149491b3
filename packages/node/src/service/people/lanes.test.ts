/**
 * Goal: guessing is slow, and no stranger can keep an officer out. Method: any sequence of attempts by
 * strangers from many sources, and the officer's own between them, judged from the history.
 */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import type { LaneRow } from "../storage-people.ts";
import { applyFailure, applySuccess, laneRules, lanesOf, waitOf } from "./lanes.ts";

type Attempt = {
  readonly who: "stranger" | "at-device" | "with-code";
  readonly source: string;
  readonly name: string;
  readonly isRight: boolean;
  /** Seconds since the one before. */
  readonly after: number;
};

const attempt: fc.Arbitrary<Attempt> = fc.record({
  who: fc.constantFrom("stranger", "stranger", "stranger", "at-device", "with-code"),
  source: fc.constantFrom("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"),
  name: fc.constantFrom("anna", "boris"),
  isRight: fc.constantFrom(false, false, false, false, false, true),
  after: fc.oneof(
    { weight: 40, arbitrary: fc.nat(3) },
    { weight: 2, arbitrary: fc.nat(4_000) },
    { weight: 1, arbitrary: fc.nat(90_000) },
  ),
});

/** The flow of `sign-in.ts` without its storage. @returns For each, how long it had to wait. */
function play(attempts: readonly Attempt[]) {
  const rows = new Map<string, LaneRow>();
  let now = 1_000_000;
  return attempts.map(({ who, source, name, isRight, after }) => {
    now += after;
    const device = who === "at-device" ? "d1" : undefined;
    const lanes = lanesOf({ name, source, device, hasRightCode: who === "with-code" });
    const wait = Math.max(...lanes.map(({ kind, lane }) => waitOf(rows.get(lane), kind, now)));
    if (wait > 0) return { wait, now };
    for (const { kind, lane } of lanes) {
      rows.set(lane, applyFailure(rows.get(lane), { kind, lane, isPinned: true }, now));
    }
    // A stranger is never right: he may hold an account of his own, which is another name.
    if (isRight && who !== "stranger") takeBack(rows, lanes);
    return { wait, now };
  });
}

function takeBack(rows: Map<string, LaneRow>, lanes: ReturnType<typeof lanesOf>): void {
  for (const { kind, lane } of lanes) {
    const row = rows.get(lane);
    const next = row && applySuccess(row, kind);
    if (next === undefined) rows.delete(lane);
    else rows.set(lane, next);
  }
}

property.prop([fc.array(attempt, { maxLength: 200, size: "max" })])(
  "whatever strangers do, an officer at a known device or with a recovery code never waits for it",
  (attempts) => {
    // The officer is right each time; only strangers fail.
    const mixed = attempts.map((one) => (one.who === "stranger" ? one : { ...one, isRight: true }));
    const judged = play(mixed);
    for (const [at, { who }] of mixed.entries()) {
      if (who !== "stranger") expect(judged[at]?.wait).toBe(0);
    }
  },
);

property.prop([fc.array(attempt, { maxLength: 400, size: "max" })])(
  "strangers together have at most so many attempts at one name in a day, from however many sources",
  (attempts) => {
    const strangers = attempts.map((one) => ({
      ...one,
      who: "stranger" as const,
      name: "anna",
      after: one.after % 600,
    }));
    const admitted = play(strangers).filter(({ wait }) => wait === 0);
    const bound = laneRules.strangers.freeFailures + 6;
    for (const { now } of admitted) {
      const day = admitted.filter((one) => one.now >= now && one.now < now + 86_400);
      expect(day.length).toBeLessThanOrEqual(bound);
    }
  },
);

test("the properties meet their cases: lanes close, in each kind", () => {
  const kinds = new Set<string>();
  for (const seed of [1, 2, 3, 4, 5]) {
    for (const attempts of fc.sample(fc.array(attempt, { minLength: 150, maxLength: 200 }), {
      seed,
      numRuns: 20,
    })) {
      const judged = play(attempts);
      for (const [at, { wait }] of judged.entries())
        if (wait > 0) kinds.add(attempts[at]?.who ?? "");
    }
  }
  expect([...kinds].sort()).toEqual(["at-device", "stranger", "with-code"]);
});

test("five failures cost nothing, each further one twice as long, up to a bound", () => {
  const about = { kind: "source", lane: "source s1", isPinned: false } as const;
  let row: LaneRow | undefined;
  let now = 0;
  const waits: number[] = [];
  for (let n = 0; n < 14; n += 1) {
    row = applyFailure(row, about, now);
    waits.push(waitOf(row, "source", now));
    now += waits.at(-1) ?? 0;
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  expect(waitOf(row, "source", now - 1_000_000)).toBe(0);
  expect(waitOf(row, "source", now - 40_000)).toBeLessThanOrEqual(3_600);
});

test("success with another account gives a stranger nothing back but that attempt", () => {
  const about = { kind: "source", lane: "source s1", isPinned: false } as const;
  let row: LaneRow | undefined;
  for (let n = 0; n < 5; n += 1) row = applyFailure(row, about, n);
  const next = applySuccess(applyFailure(row, about, 6), "source");
  expect(next).toMatchObject({ failures: 5, blockedUntil: 0 });
  expect(waitOf(applyFailure(next, about, 7), "source", 7)).toBe(60);
});
