/** Goal: sessions end by age, idleness and number, and a clock set back makes none older or younger. */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  clockBackSecondsMax,
  endedByNew,
  isFresh,
  judgeSession,
  sessionAgeSecondsMax,
  sessionIdleSecondsMax,
  sessionsPerOfficerMax,
  touchOf,
} from "./sessions.ts";

const start = 1_000_000;
const times = fc.record({
  idle: fc.integer({ min: -500, max: 50_000 }),
  age: fc.integer({ min: -500, max: 50_000 }),
});

property.prop([times])(
  "a session is valid only while both its age and its idleness are within bounds",
  ({ idle, age }) => {
    const row = { createdAt: start - age, lastSeenAt: start - idle, authenticatedAt: start - age };
    const isWithin = (seconds: number, max: number) =>
      seconds >= -clockBackSecondsMax && seconds < max;
    const expected = isWithin(age, sessionAgeSecondsMax) && isWithin(idle, sessionIdleSecondsMax);
    expect(judgeSession(row, start) === "valid").toBe(expected);
    expect(isFresh(row, start, 600)).toBe(isWithin(age, 600));
  },
);

property.prop([fc.array(fc.integer({ min: -300, max: 60_000 }), { maxLength: 30 })])(
  "one more session leaves at most eight, and ends the oldest of those that are valid",
  (ages) => {
    const rows = ages
      .toSorted((a, b) => b - a)
      .map((age, id) => ({
        id,
        createdAt: start - age,
        lastSeenAt: start - (age % 3_000),
        authenticatedAt: 0,
      }));
    const ended = endedByNew(rows, start);
    const left = rows.filter((row) => !ended.includes(row));
    expect(left.length).toBeLessThan(sessionsPerOfficerMax);
    expect(left.every((row) => judgeSession(row, start) === "valid")).toBe(true);
    for (const gone of ended.filter((row) => judgeSession(row, start) === "valid")) {
      expect(left).toHaveLength(sessionsPerOfficerMax - 1);
      expect(left.every((row) => row.id > gone.id)).toBe(true);
    }
  },
);

test("a sign of life is written once a minute, not for each request", () => {
  const row = { createdAt: start, lastSeenAt: start, authenticatedAt: start };
  expect([touchOf(row, start + 59), touchOf(row, start + 60)]).toEqual([undefined, start + 60]);
  expect(touchOf(row, start - 500)).toBeUndefined();
});
