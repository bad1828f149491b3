/**
 * What becomes of two states that crossed, as data: one table of phases and one of clocks.
 *
 * Commutative and idempotent, so that both nodes come to the same in whatever order they merge. The
 * tables of spec/case.md §4 are made from them.
 *
 * @module
 */
import { type CasePhase, casePhases } from "./case-table.ts";

type Square<K extends string, V> = Readonly<Record<K, Readonly<Record<K, V>>>>;

/** The more open phase wins. */
export const phaseMerge: Square<CasePhase, CasePhase> = squareOf(casePhases, (x, y) =>
  casePhases.indexOf(x) <= casePhases.indexOf(y) ? x : y,
);

/** How one clock stands. */
export const clockStandings = ["running", "stopped", "ended"] as const;
export type ClockStanding = (typeof clockStandings)[number];

/**
 * How a clock stands that was started once, the same times, and stands differently in two states:
 * ended in either, ended; else running if it runs in either.
 */
export const clockMerge: Square<ClockStanding, ClockStanding> = {
  running: { running: "running", stopped: "running", ended: "ended" },
  stopped: { running: "running", stopped: "stopped", ended: "ended" },
  ended: { running: "ended", stopped: "ended", ended: "ended" },
};

function squareOf<K extends string, V>(keys: readonly K[], at: (x: K, y: K) => V): Square<K, V> {
  const row = (x: K) => Object.fromEntries(keys.map((y) => [y, at(x, y)])) as Record<K, V>;
  return Object.fromEntries(keys.map((x) => [x, row(x)])) as Record<K, Record<K, V>>;
}
