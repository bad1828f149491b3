/**
 * Goal: two states that crossed become what spec/case.md publishes, cell by cell and either way
 * round; and every change of a cell of the tables that run is noticed.
 */
import type { Clock } from "@parley/core/case/case-clock";
import { clockMerge, clockStandings, phaseMerge } from "@parley/core/case/case-merge";
import { type CaseState, mergeStates } from "@parley/core/case/case-state";
import { type CasePhase, casePhases } from "@parley/core/case/case-table";
import { expect, test } from "vitest";
import { everyClock } from "./case-play.ts";
import { isCaught, type Open, setting } from "./mutants.ts";
import { published } from "./published-case.ts";

/** Two states that crossed: each knows a message of its own side that the other does not. */
function crossed(phases: readonly [CasePhase, CasePhase], ofClock: readonly [Clock[], Clock[]]) {
  const state = (at: 0 | 1): CaseState => ({
    ...{ phase: phases[at], initiator: 0, isAssistance: false, desk: "technical", level: 0 },
    ...{ reply: null, proposers: phases[at] === "closing" ? [at] : [] },
    back: phases[at] === "closing" ? "answered" : null,
    clocks: ofClock[at],
    known: at === 0 ? [2, 1] : [1, 2],
  });
  return [mergeStates(state(0), state(1)), mergeStates(state(1), state(0))] as const;
}

function standing(how: string): Clock {
  const [clock] = everyClock({
    stoppedAt: how === "stopped" ? 200 : null,
    endedAt: how === "ended" ? 250 : null,
  });
  if (clock === undefined) throw new Error("no clock");
  return clock;
}

function howStands({ endedAt, stoppedAt }: Clock): string {
  if (endedAt !== null) return "ended";
  return stoppedAt === null ? "running" : "stopped";
}

/** Every cell of both tables of merge, each way round. */
function mergesDiffer(): readonly string[] {
  const phases = published("merge");
  const stands = published("clock-merge");
  const ofPhases = phases.rows.flatMap(([x = "", ...row]) =>
    row.flatMap((wanted, at) => {
      const y = phases.head[at + 1] ?? "";
      const both = crossed([x as CasePhase, y as CasePhase], [[], []]);
      return both.some(({ phase }) => phase !== wanted) ? [`${x} ${y}`] : [];
    }),
  );
  const ofClocks = stands.rows.flatMap(([x = "", ...row]) =>
    row.flatMap((wanted, at) => {
      const y = stands.head[at + 1] ?? "";
      const both = crossed(["in-hand", "in-hand"], [[standing(x)], [standing(y)]]);
      const seen = both.map(({ clocks: [clock] }) => clock && howStands(clock));
      return seen.some((how) => how !== wanted) ? [`${x} ${y}`] : [];
    }),
  );
  return [...ofPhases, ...ofClocks];
}

test("[CASE-7] two states that crossed become what the published tables say, from either side", () => {
  expect(published("merge").rows.length).toBe(casePhases.length);
  expect(mergesDiffer()).toEqual([]);
});

test("[CASE-7] a change of any cell of the tables of merge is noticed", () => {
  const survivors: string[] = [];
  let count = 0;
  const tryAll = <K extends string>(table: Open<Record<K, Record<K, K>>>, keys: readonly K[]) => {
    for (const x of keys) {
      for (const y of keys) {
        for (const to of keys.filter((key) => key !== table[x][y])) {
          count += 1;
          const row = table[x] as Record<K, K>;
          if (!isCaught(setting(row, y, to), () => mergesDiffer().length > 0)) {
            survivors.push(`${x} ${y} → ${to}`);
          }
        }
      }
    }
  };
  tryAll(phaseMerge as Open<Record<CasePhase, Record<CasePhase, CasePhase>>>, casePhases);
  tryAll(clockMerge as Open<typeof clockMerge>, clockStandings);
  console.log(`tables of merge: ${count} mutants, ${survivors.length} alive`);
  expect(survivors).toEqual([]);
  expect(mergesDiffer()).toEqual([]);
});
