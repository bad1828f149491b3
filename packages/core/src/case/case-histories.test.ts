/**
 * Goal: whatever two sides say, most of it illegal, the two logs folded in any order give the same
 * cases, clocks and refusals, byte for byte; and what the history shows bears out what the fold says.
 */
import { fc, test as property } from "@fast-check/vitest";
import { foldMessage, playStart } from "@parley/testkit/case-play";
import { describe, expect, test } from "vitest";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { assistanceResults, casePhases, type Side } from "./case-table.ts";
import { viewClass } from "./case-view.ts";
import { ClassFold } from "./class-fold.ts";
import type { FoldMessage } from "./fold-entry.ts";

const step = fc.record({
  side: fc.constantFrom<Side>(0, 1),
  kind: fc.constantFrom(
    ...["inquiry", "call-to-cease", "receipt", "holding-reply"],
    ...["answer", "answer", "answer", "decline", "not-answerable", "clarification", "correction"],
    ...["withdrawal", "withdrawal", "escalation", "escalation", "propose-closure"],
    ...["propose-closure", "agree-closure", "agree-closure", "reject-closure", "note"],
    ...["suspension", "resumption", "refusal", "assessment", "something-unknown"],
  ),
  ask: fc.constantFrom("nothing", "investigate", "take-down"),
  outcome: fc.constantFrom("done", "not-done", "planned", "unknown"),
  to: fc.constantFrom("technical", "technical", "technical", "watch", "political"),
  isWhole: fc.boolean(),
  which: fc.nat(2),
  about: fc.nat(5),
  lag: fc.constantFrom(0, 0, 0, 0, 1, 3),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(step, { size: "large", maxLength: 70 });

const below: Readonly<Record<string, readonly string[]>> = {
  technical: [],
  watch: ["technical"],
  political: ["watch"],
};
const opening = new Set(["inquiry", "early-notice", "call-to-cease"]);
const outside = new Set(["suspension", "resumption", "refusal"]);

function saysOf({ kind, outcome, to, isWhole }: Step): Pick<FoldMessage, "says"> {
  switch (kind) {
    case "answer":
      return { says: { what: "outcome", outcome } };
    case "withdrawal":
      return { says: { what: "withdrawal", isWhole } };
    case "escalation":
      return { says: { what: "escalation", from: below[to] ?? [] } };
    case "suspension":
      return { says: { what: "suspension", desks: [to], kinds: isWhole ? "all" : ["inquiry"] } };
    default:
      return {};
  }
}

const answering = new Set(["receipt", "correction", "withdrawal", "resumption"]);

function caseOf({ kind, which }: Step, jti: string, all: readonly FoldMessage[]): string | null {
  if (opening.has(kind)) return jti;
  if (outside.has(kind)) return null;
  const cases = all.filter((message) => message.case === message.jti).slice(-2);
  return cases[which % cases.length]?.jti ?? null;
}

function answeredOf({ about }: Step, caseId: string | null, all: readonly FoldMessage[]) {
  const inCase = all.filter((message) => message.case === caseId);
  return inCase.at(-1 - (about % Math.max(1, inCase.length)))?.jti ?? null;
}

/** Both logs, as the two sides wrote them: each names what it had seen, perhaps not the latest. */
function logsOf(steps: readonly Step[]): readonly [FoldMessage[], FoldMessage[]] {
  const logs: [FoldMessage[], FoldMessage[]] = [[], []];
  const all: FoldMessage[] = [];
  for (const [at, one] of steps.entries()) {
    const { side, ask, to, lag } = one;
    const kind = at === 0 ? "inquiry" : one.kind;
    const peer: Side = side === 0 ? 1 : 0;
    const jti = `m${at}`;
    const caseId = caseOf({ ...one, kind }, jti, all);
    const message = foldMessage({
      ...{ jti, kind, to, iat: playStart + at, case: caseId, ...saysOf(one) },
      answers: answering.has(kind) ? answeredOf(one, caseId, all) : null,
      ask: kind === "inquiry" ? ask : null,
      seen: Math.max(0, logs[peer].length - lag),
      refuses:
        kind === "refusal" ? { ordinal: logs[peer].length - 1, code: "entry.unreadable" } : null,
    });
    logs[side].push(message);
    all.push(message);
  }
  return logs;
}

/** Feeds both logs to the end, in turns: true is side 1. */
function foldOf(
  logs: readonly [FoldMessage[], FoldMessage[]],
  turns: readonly boolean[],
): ClassFold {
  const fold = new ClassFold();
  const next: [number, number] = [0, 0];
  for (let i = 0; next[0] < logs[0].length || next[1] < logs[1].length; i += 1) {
    const wanted: Side = turns[i % turns.length] === true ? 1 : 0;
    const side: Side = next[wanted] < logs[wanted].length ? wanted : wanted === 0 ? 1 : 0;
    const ordinal = next[side];
    const content = logs[side][ordinal];
    if (content === undefined) throw new Error("beyond the log");
    fold.feed({ side, ordinal, receivedAt: playStart + ordinal * 3_600, content });
    next[side] += 1;
  }
  return fold;
}

const now = playStart + 400_000;
const textOf = (fold: ClassFold) => canonicalJson(viewClass(fold, now) as unknown as JsonValue);
const turns = fc.array(fc.boolean(), { minLength: 1 });

describe("any history", () => {
  property.prop([history, turns, turns])(
    "[CASE-19] folded in two orders gives the same, byte for byte",
    (steps, some, others) => {
      const logs = logsOf(steps);
      expect(textOf(foldOf(logs, some))).toBe(textOf(foldOf(logs, others)));
    },
  );

  property.prop([history])(
    "[CASE-24] closes no case of assistance without a result of the other side that stands",
    (steps) => {
      const logs = logsOf(steps);
      for (const view of viewClass(foldOf(logs, [true, false]), now).cases) {
        if (view.phase !== "closed" || view.ask !== "take-down") continue;
        const saysSo = view.messages.some(({ jti, kind, side, withdrawnBy }) => {
          const { says } = logs[side].find((one) => one.jti === jti) ?? {};
          if (jti === view.id) return withdrawnBy.length > 0;
          if (side === view.initiator) return false;
          return (
            kind === "decline" || (says?.what === "outcome" && assistanceResults.has(says.outcome))
          );
        });
        expect(saysSo).toBe(true);
      }
    },
  );

  property.prop([history])(
    "[CASE-9] a clock is owed by one side and ends after it began",
    (steps) => {
      for (const view of viewClass(foldOf(logsOf(steps), [false]), now).cases) {
        const keys = view.clocks.map(({ name, owedBy }) => `${name} ${owedBy}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { pauses, dueAt, startedAt } of view.clocks) {
          expect(dueAt).toBeGreaterThanOrEqual(startedAt);
          expect(pauses.every(([from, to]) => from < to)).toBe(true);
        }
      }
    },
  );

  test("is drawn so that every phase, code, suspension and crossing is met", () => {
    const views = fc
      .sample(history, { seed: 5, numRuns: 400 })
      .map((steps) => viewClass(foldOf(logsOf(steps), [true, false, false]), now));
    const cases = views.flatMap((view) => view.cases);
    const refused = views.flatMap(({ sides }) => sides.flatMap((side) => side.refused));
    const codes = new Set(refused.map(([, code]) => String(code)));
    const count = {
      messages: views.reduce((sum, { sides }) => sum + sides.reduce((n, s) => n + s.folded, 0), 0),
      refused: refused.length,
      cases: cases.length,
      crossed: cases.filter(({ isCrossed }) => isCrossed).length,
      raised: cases.filter(({ level }) => level > 0).length,
      suspended: cases.flatMap((view) => view.clocks).filter(({ isSuspended }) => isSuspended)
        .length,
      paused: cases.flatMap((view) => view.clocks).filter(({ pauses }) => pauses.length > 0).length,
      helped: cases.filter(({ ask, phase }) => ask === "take-down" && phase === "closed").length,
    };
    console.log(`histories: ${JSON.stringify(count)}`);
    expect(Object.entries(count).filter(([, met]) => met === 0)).toEqual([]);
    expect(count.refused * 3).toBeGreaterThan(count.messages);
    const phases = cases.flatMap((view) => [view.phase, ...view.messages.map((m) => m.phase)]);
    expect([...new Set(phases)].sort()).toEqual([...casePhases].sort());
    for (const code of [
      "move-not-allowed",
      "no-result",
      "wrong-desk",
      "wrong-role",
      "unknown-reference",
    ]) {
      expect(codes).toContain(`case.${code}`);
    }
  });
});
