import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Clock } from "./case-clock.ts";
import { type CaseState, includesState, mergeStates } from "./case-state.ts";
import { casePhases, clockNames, type Side } from "./case-table.ts";

const clock: fc.Arbitrary<Clock> = fc
  .record({
    name: fc.constantFrom(...clockNames),
    owedBy: fc.constantFrom<Side>(0, 1),
    kind: fc.constantFrom("inquiry", "escalation"),
    desk: fc.constantFrom("technical", "watch"),
    startedAt: fc.constantFrom(100, 100, 100, 200),
    dueAt: fc.integer({ min: 300, max: 400 }),
    stoppedAt: fc.option(fc.integer({ min: 200, max: 300 })),
    endedAt: fc.option(fc.integer({ min: 200, max: 500 })),
    reopened: fc.constantFrom(0, 0, 0, 1),
    pauses: fc.constantFrom([], [], [[110, 120] as const]),
  })
  .map((drawn) => (drawn.endedAt === null ? drawn : { ...drawn, stoppedAt: null }));

/** States as two sides may hold them: some know more than others, some have crossed. */
const state: fc.Arbitrary<CaseState> = fc
  .record({
    phase: fc.constantFrom(...casePhases),
    initiator: fc.constant<Side>(0),
    isAssistance: fc.constant(false),
    desk: fc.constantFrom("technical", "watch"),
    level: fc.nat(1),
    reply: fc.option(fc.nat(3)),
    proposers: fc.constantFrom<Side[]>([0], [1]),
    back: fc.constantFrom("received" as const, "answered" as const),
    clocks: fc.uniqueArray(clock, { selector: ({ name, owedBy }) => `${name} ${owedBy}` }),
    known: fc.tuple(fc.nat(2), fc.nat(2)),
  })
  .map((drawn) => {
    const place = (one: Clock) => clockNames.indexOf(one.name) * 2 + one.owedBy;
    const clocks = drawn.clocks.toSorted((x, y) => place(x) - place(y));
    if (drawn.phase === "closing") return { ...drawn, clocks };
    const kept = clocks.filter(({ name, endedAt }) => name !== "closure" || endedAt !== null);
    return { ...drawn, proposers: [], back: null, clocks: kept };
  });

/** Two different states that know the same messages cannot exist; such pairs are not drawn. */
const pair = fc
  .tuple(state, state)
  .filter(([x, y]) => !(includesState(x, y) && includesState(y, x)));

test.prop([pair])("[CASE-7] merges two states alike from either side", ([x, y]) => {
  expect(mergeStates(x, y)).toEqual(mergeStates(y, x));
});

test.prop([state])("[CASE-7] merges a state with itself into itself", (x) => {
  expect(mergeStates(x, x)).toEqual(x);
});

test.prop([pair])("[CASE-7] gains nothing by merging one of the two again", ([x, y]) => {
  const merged = mergeStates(x, y);
  expect(mergeStates(merged, x)).toEqual(merged);
  expect(mergeStates(y, merged)).toEqual(merged);
});

test.prop([pair])(
  "[CASE-7] takes the more open phase of two that crossed, else the later",
  ([x, y]) => {
    const merged = mergeStates(x, y);
    if (includesState(x, y)) expect(merged).toBe(x);
    else if (includesState(y, x)) expect(merged).toBe(y);
    else {
      const rank = (one: CaseState) => casePhases.indexOf(one.phase);
      expect(rank(merged)).toBe(Math.min(rank(x), rank(y)));
    }
  },
);

test.prop([pair])(
  "[CASE-7] keeps a clock that ended in either as ended, else running if it ran",
  ([x, y]) => {
    if (includesState(x, y) || includesState(y, x)) return;
    const merged = mergeStates(x, y);
    for (const a of x.clocks) {
      const same = (each: Clock) => each.name === a.name && each.owedBy === a.owedBy;
      const [b, both] = [y.clocks.find(same), merged.clocks.find(same)];
      if (b === undefined || both === undefined) continue;
      if (a.startedAt !== b.startedAt || a.reopened !== b.reopened) continue;
      expect(both.endedAt === null).toBe(a.endedAt === null && b.endedAt === null);
      const stopped = a.stoppedAt !== null && b.stoppedAt !== null;
      expect(both.stoppedAt !== null).toBe(stopped);
    }
  },
);

test("the pairs drawn hold some that crossed and some that did not", () => {
  const drawn = fc.sample(pair, { seed: 1, numRuns: 300 });
  const crossed = drawn.filter(([x, y]) => !includesState(x, y) && !includesState(y, x));
  expect(crossed.length).toBeGreaterThan(50);
  expect(drawn.length - crossed.length).toBeGreaterThan(50);
});
