/**
 * Goal: what a move does to clocks is what spec/case.md publishes, row by row; and every change of a
 * row of the table that runs is noticed.
 */
import type { Clock } from "@parley/core/case/case-clock";
import { applyMove, type CaseMove, type CaseState, openCase } from "@parley/core/case/case-state";
import {
  type CaseRole,
  type ClockCause,
  type ClockName,
  caseMoves,
  caseRoles,
  caseRules,
  clockEffects,
  clockNames,
  type MoveName,
  openingKinds,
  type Side,
} from "@parley/core/case/case-table";
import { playPeriods } from "@parley/testkit/case-play";
import { expect, test } from "vitest";
import { everyClock, sideOf } from "./case-play.ts";
import { isCaught, type Open, setting } from "./mutants.ts";
import { type ClockDeeds, published, saidOfClocks } from "./published-case.ts";

/** What it does to clocks that run, that stand still, that have ended, and that are not there. */
function seenOfClocks(cause: ClockCause, role: CaseRole): ClockDeeds {
  const side = sideOf[role];
  const after = (change: Partial<Clock> | null) => clocksAfter(cause, side, change);
  const named = (found: readonly Clock[]) =>
    clockNames.filter((name) => found.some((clock) => clock.name === name)).join(", ");
  const running = after({});
  const mine = (clock: Clock) => clock.owedBy === side;
  return {
    starts: named(after(null)),
    ends: named(running.filter((clock) => mine(clock) && clock.endedAt !== null)),
    // One that ended and was started again has ended too.
    "ends, of the other": named(
      running.filter((clock) => !mine(clock) && (clock.endedAt ?? clock.startedAt - 100) > 0),
    ),
    stops: named(running.filter(({ stoppedAt }) => stoppedAt !== null)),
    resumes: named(
      after({ stoppedAt: 200 }).filter(
        ({ owedBy, stoppedAt, endedAt }) => owedBy === 1 && stoppedAt === null && endedAt === null,
      ),
    ),
    reopens: named(
      after({ endedAt: 200 }).filter(
        ({ startedAt, endedAt }) => startedAt === 100 && endedAt === null,
      ),
    ),
  };
}

function clocksAfter(
  cause: ClockCause,
  side: Side,
  change: Partial<Clock> | null,
): readonly Clock[] {
  const [kind = "", variant] = cause.split(":");
  const says: Partial<CaseMove> = {
    ask: variant === "nothing" ? "nothing" : "investigate",
    outcome: variant === "plan" ? "planned" : "unknown",
    takesBack: variant === "opening" ? "opening" : variant === "reply" ? 3 : null,
  };
  const move: CaseMove = {
    ...{ kind, side, ordinal: 5, at: 300, to: "watch", ask: null, outcome: null, takesBack: null },
    ...{ escalatesFrom: ["technical"], periods: playPeriods, replyBy: null, ...says },
  };
  if (openingKinds.has(kind)) return change === null ? openCase(move).clocks : everyClock(change);
  return clocksMoved(move, change);
}

function clocksMoved(move: CaseMove, change: Partial<Clock> | null): readonly Clock[] {
  const { kind, side } = move;
  const all = change === null ? [] : everyClock(change);
  const talk = kind === "agree-closure" || kind === "reject-closure";
  const view: CaseState = {
    ...{ phase: talk ? "closing" : "in-hand", initiator: 0, isAssistance: false, level: 0 },
    ...{ desk: "technical", reply: 3, proposers: talk ? [side === 0 ? 1 : 0] : [] },
    back: talk ? "answered" : null,
    // Leaving closing ends that clock, whatever the table says.
    clocks: all.filter(({ name }) => kind !== "reject-closure" || name !== "closure"),
    known: [5, 5],
  };
  const result = applyMove(view, move);
  return result.ok ? result.value.clocks : view.clocks;
}

const causes = [...openingKinds, "inquiry:nothing", ...caseMoves] as ClockCause[];
const pairs = causes.flatMap((cause) => caseRoles.map((role) => ({ cause, role })));
/** Only the initiator opens a case; in one that has ended clocks only end. */
const opens = (cause: string) => openingKinds.has(cause) || cause === "inquiry:nothing";
const quiet = (cause: string) => cause === "agree-closure" || cause === "withdrawal:opening";
const made = pairs.filter(
  ({ cause, role }) => (!opens(cause) || role === "initiator") && isMade(cause, role),
);

function isMade(cause: ClockCause, role: CaseRole): boolean {
  if (opens(cause)) return true;
  const move = cause as MoveName;
  return Object.values(caseRules).some((row) => row[move]?.[role] !== undefined);
}

function clocksDiffer(): boolean {
  return made.some(
    ({ cause, role }) =>
      JSON.stringify(seenOfClocks(cause, role)) !== JSON.stringify(saidOfClocks(cause, role)),
  );
}

test("[CASE-9] [CASE-26] every move does to the clocks what the published table says, and nothing else", () => {
  expect(made.map(({ cause, role }) => [cause, role, seenOfClocks(cause, role)])).toEqual(
    made.map(({ cause, role }) => [cause, role, saidOfClocks(cause, role)]),
  );
});

/** What can be seen of an effect: an opening meets no clocks, and in a case that has ended they only end. */
function visible(cause: ClockCause): readonly string[] {
  const kinds = ["start", "end", "endTheirs", "stop", "resume", "reopen"];
  if (opens(cause)) return ["start"];
  return quiet(cause) ? kinds.filter((kind) => kind.startsWith("end")) : kinds;
}

/** Leaving closing ends that clock anyhow; and one effect on a clock may undo or forestall another. */
function isMasked(at: {
  cause: ClockCause;
  role: CaseRole;
  kind: string;
  name: ClockName;
}): boolean {
  const { cause, role, kind, name } = at;
  if (name === "closure" && /^(agree|reject)-closure$/.test(cause)) return true;
  if (role === "initiator") return kind === "stop" && has(at, "end");
  if (kind === "end") return has(at, "reopen");
  if (kind === "stop") return has(at, "end") || has(at, "resume");
  return kind === "resume" && (has(at, "end") || has(at, "stop"));
}

function has(
  { cause, role, name }: { cause: ClockCause; role: CaseRole; name: ClockName },
  kind: "end" | "stop" | "resume" | "reopen",
): boolean {
  return clockEffects[cause]?.[role]?.[kind]?.includes(name) ?? false;
}

test("[CASE-9] a change of any row of the table of clocks is noticed", () => {
  const effects = clockEffects as Open<
    Record<string, Record<string, Record<string, readonly string[]>>>
  >;
  const mutants = made.flatMap(({ cause, role }) =>
    visible(cause).flatMap((kind) =>
      clockNames
        .filter((name) => !isMasked({ cause, role, kind, name }))
        .map((name) => ({ cause, role, kind, name })),
    ),
  );
  const survivors = mutants.filter(({ cause, role, kind, name }) => {
    const effect = effects[cause]?.[role] ?? {};
    const list = effect[kind] ?? [];
    const toggled = list.includes(name) ? list.filter((each) => each !== name) : [...list, name];
    const changed = { ...effects[cause], [role]: { ...effect, [kind]: toggled } };
    return !isCaught(setting(effects, cause, changed), clocksDiffer);
  });
  const count = mutants.length;
  console.log(
    `table of clocks: ${published("clocks").rows.length} rows, ${count} mutants, ${survivors.length} alive`,
  );
  expect(survivors).toEqual([]);
  expect(clocksDiffer()).toBe(false);
});
