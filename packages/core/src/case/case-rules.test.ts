/** The rules of a case that no table says: assistance, desks, what is taken back, clocks that stand still. */
import {
  CasePlay,
  foldMessage,
  playPeriods,
  playStart,
  playStepSeconds,
} from "@parley/testkit/case-play";
import { describe, expect, test } from "vitest";
import { clockStopsMax } from "./case-clock.ts";
import { assistanceAsks, type Side } from "./case-table.ts";
import { type CaseView, viewCase } from "./case-view.ts";
import type { FoldMessage } from "./fold-entry.ts";
import { covers, suspensionsPerDayMax } from "./suspensions.ts";

const outcome = (value: string) => ({ says: { what: "outcome", outcome: value } }) as const;
const whole = { says: { what: "withdrawal", isWhole: true } } as const;
const raise = (to: string, from: readonly string[]) => ({
  to,
  says: { what: "escalation", from } as const,
});
const suspend = (
  desks: readonly string[],
  kinds: "all" | readonly string[],
  jti: string,
): Partial<FoldMessage> => ({ jti, case: null, says: { what: "suspension", desks, kinds } });

function viewOf(play: CasePlay, now = play.now): CaseView {
  const record = play.fold.case("q");
  const view = record && viewCase(play.fold, record, now);
  if (view == null) throw new Error("no case");
  return view;
}

function clockOf(play: CasePlay, name: string, owedBy: Side = 1, now = play.now) {
  return viewOf(play, now).clocks.find((clock) => clock.name === name && clock.owedBy === owedBy);
}

describe("a case of assistance", () => {
  test("[CASE-24] is one with these asks, and wants a result or a date", () => {
    expect([...assistanceAsks]).toEqual(["preserve", "mitigate", "block", "take-down"]);
    for (const ask of assistanceAsks) {
      const play = new CasePlay(ask);
      expect(play.say(1, "answer", outcome("nothing-found"))).toBe("case.no-result");
      expect(play.say(1, "answer", outcome("planned"))).toBeNull();
      for (const side of [0, 1] as const) {
        expect(play.say(side, "propose-closure")).toBe("case.no-result");
      }
      expect(viewOf(play).phase).toBe("in-hand");
    }
  });

  test("[CASE-24] can close by each result, by a decline, and when it is withdrawn", () => {
    const ways: readonly ((play: CasePlay) => string | null)[] = [
      (play) => play.say(1, "answer", outcome("done")),
      (play) => play.say(1, "answer", outcome("partly-done")),
      (play) => play.say(1, "answer", outcome("not-done")),
      (play) => play.say(1, "decline"),
      (play) => play.say(0, "withdrawal", { answers: "q", ...whole }),
    ];
    for (const way of ways) {
      const play = new CasePlay("take-down");
      expect(way(play)).toBeNull();
      expect(play.say(0, "propose-closure")).toBeNull();
      expect(play.say(1, "agree-closure")).toBeNull();
      expect(viewOf(play).phase).toBe("closed");
    }
  });

  test("[CASE-24] a result that was taken back is none, even when that crossed the proposal", () => {
    const play = new CasePlay("block");
    play.say(1, "answer", { jti: "a", ...outcome("done") });
    play.say(0, "propose-closure");
    play.say(1, "withdrawal", { answers: "a", ...whole, seen: 1 });
    expect(viewOf(play).phase).toBe("in-hand");
    expect(play.say(1, "agree-closure")).toBe("case.move-not-allowed");
    expect(play.say(0, "propose-closure")).toBe("case.no-result");
  });

  test("[CASE-24] whoever only asks may be answered anything", () => {
    const play = new CasePlay("investigate");
    expect(play.say(0, "propose-closure")).toBeNull();
    expect(new CasePlay("identify").say(1, "answer", outcome("nothing-found"))).toBeNull();
  });
});

describe("desks", () => {
  test("[CASE-23] a case is raised desk by desk, and each time the other party must confirm anew", () => {
    const play = new CasePlay();
    expect(play.say(0, "escalation", raise("political", ["watch"]))).toBe("case.wrong-desk");
    play.say(1, "receipt", { answers: "q" });
    expect(clockOf(play, "receipt")?.standing).toBe("ended");
    expect(play.say(0, "escalation", raise("watch", ["technical"]))).toBeNull();
    expect(viewOf(play)).toMatchObject({ desk: "watch", level: 1 });
    expect(clockOf(play, "receipt")).toMatchObject({ standing: "running", desk: "watch" });
    expect(play.say(1, "escalation", raise("political", ["watch"]))).toBeNull();
    expect(viewOf(play)).toMatchObject({ desk: "political", level: 2 });
    expect(clockOf(play, "receipt", 0)?.standing).toBe("running");
    expect(clockOf(play, "receipt")?.standing).toBe("ended");
    expect(play.say(0, "escalation", raise("political", ["watch"]))).toBe("case.wrong-desk");
  });

  test("[CASE-9] to raise a case does not put off what is owed already", () => {
    const play = new CasePlay();
    play.say(0, "escalation", raise("watch", ["technical"]));
    expect(clockOf(play, "receipt")?.dueAt).toBe(playStart + playPeriods.receipt);
  });

  test("[CASE-23] two that raised it at once have raised it once", () => {
    const play = new CasePlay();
    play.say(0, "escalation", raise("watch", ["technical"]));
    play.say(1, "escalation", { ...raise("watch", ["technical"]), seen: 1 });
    expect(viewOf(play)).toMatchObject({ desk: "watch", level: 1, isCrossed: true });
  });

  test("[CASE-23] a correction and a withdrawal go where the message went that they speak of", () => {
    const play = new CasePlay();
    for (const kind of ["correction", "withdrawal"]) {
      expect(play.say(0, kind, { answers: "q", to: "watch" })).toBe("case.wrong-desk");
      expect(play.say(0, kind, { answers: "q", to: "technical" })).toBeNull();
    }
  });
});

describe("what is taken back", () => {
  test("[CASE-16] nobody corrects or withdraws what the other party said, or resumes for it", () => {
    const play = new CasePlay();
    for (const kind of ["correction", "withdrawal"]) {
      expect(play.say(1, kind, { answers: "q" })).toBe("case.unknown-reference");
    }
    play.say(0, "suspension", suspend(["technical"], "all", "s"));
    const resume = { case: null, answers: "s" };
    expect(play.say(1, "resumption", resume)).toBe("case.unknown-reference");
    expect(play.say(0, "resumption", { case: null, answers: "q" })).toBe("case.unknown-reference");
    expect(play.say(0, "resumption", resume)).toBeNull();
  });

  test("[CASE-22] items that are withdrawn move nothing; the whole of a reply opens the case again", () => {
    const play = new CasePlay();
    play.say(1, "answer", { jti: "a", ...outcome("confirmed") });
    const part = { answers: "a", says: { what: "withdrawal", isWhole: false } } as const;
    expect(play.say(1, "withdrawal", part)).toBeNull();
    expect(viewOf(play).phase).toBe("answered");
    expect(play.say(1, "withdrawal", { jti: "w", answers: "a", ...whole })).toBeNull();
    expect(viewOf(play).phase).toBe("in-hand");
    const [, answer] = viewOf(play).messages;
    expect(answer).toMatchObject({ jti: "a", withdrawnBy: ["w"] });
  });

  test("[CASE-10] a clock that ended with a reply runs on when the reply is taken back, later by that time", () => {
    const play = new CasePlay();
    play.say(1, "answer", { jti: "a", ...outcome("confirmed") });
    play.say(0, "note");
    play.say(1, "withdrawal", { answers: "a", ...whole });
    const due = playStart + playPeriods.answer + 2 * playStepSeconds;
    expect(clockOf(play, "answer")).toMatchObject({ standing: "running", dueAt: due });
    expect(clockOf(play, "final")?.standing).toBe("running");
  });

  test("[CASE-26] nothing is owed in a case that was withdrawn, whatever crossed the withdrawal", () => {
    const play = new CasePlay();
    play.say(0, "withdrawal", { answers: "q", ...whole });
    play.say(1, "holding-reply", { seen: 1 });
    expect(viewOf(play)).toMatchObject({ phase: "withdrawn", isCrossed: true });
    expect(viewOf(play).clocks.every(({ standing }) => standing === "ended")).toBe(true);
    expect(play.say(1, "decline")).toBe("case.move-not-allowed");
  });

  test("[CASE-26] a case that closed is corrected, and owes nothing by it", () => {
    const play = new CasePlay();
    play.say(1, "answer", { jti: "a", ...outcome("confirmed") });
    play.say(0, "propose-closure");
    play.say(1, "agree-closure");
    expect(play.say(1, "withdrawal", { answers: "a", ...whole })).toBeNull();
    expect(play.say(0, "correction", { jti: "c", answers: "q" })).toBeNull();
    expect(viewOf(play).phase).toBe("closed");
    expect(viewOf(play).clocks.every(({ standing }) => standing === "ended")).toBe(true);
    expect(viewOf(play).messages[0]?.correctedBy).toEqual(["c"]);
  });
});

describe("clocks that stand still", () => {
  test("[CASE-25] what is not answerable stops the clocks until it is clarified or taken in hand", () => {
    const repairs: readonly (readonly [Side, string, Partial<FoldMessage>])[] = [
      [0, "clarification", {}],
      [0, "correction", { answers: "q" }],
      [1, "holding-reply", {}],
    ];
    for (const [side, kind, more] of repairs) {
      const play = new CasePlay();
      play.say(1, "not-answerable");
      play.say(0, "note");
      expect(clockOf(play, "answer")?.standing).toBe("stopped");
      expect(clockOf(play, "final")?.standing).toBe("stopped");
      play.say(side, kind, more);
      const due = playStart + playPeriods.answer + 2 * playStepSeconds;
      expect([kind, clockOf(play, "answer")?.dueAt]).toEqual([kind, due]);
      expect(clockOf(play, "answer")?.standing).toBe("running");
    }
  });

  test("[CASE-25] a clock cannot be stopped for ever", () => {
    const play = new CasePlay();
    for (let i = 0; i <= clockStopsMax; i += 1) {
      play.say(1, "not-answerable");
      expect(clockOf(play, "answer")?.standing).toBe(i < clockStopsMax ? "stopped" : "running");
      play.say(0, "clarification");
    }
    expect(clockOf(play, "answer")?.pauses.length).toBe(clockStopsMax);
  });

  test("[CASE-10] a clock that ends while it stands still is not late by that", () => {
    const play = new CasePlay();
    play.say(1, "not-answerable");
    play.say(0, "note", { jti: "n" });
    play.say(1, "decline");
    const answer = clockOf(play, "answer");
    expect(answer?.dueAt).toBe(playStart + playPeriods.answer + 2 * playStepSeconds);
  });

  test("[CASE-27] clocks of a suspended desk stand still until it resumes, and are due later by that", () => {
    const play = new CasePlay();
    play.say(1, "suspension", suspend(["technical"], ["inquiry"], "s"));
    const since = playStart + playStepSeconds;
    const later = since + 10 * playPeriods.answer;
    expect(clockOf(play, "answer", 1, later)).toMatchObject({
      standing: "stopped",
      isSuspended: true,
      isOverdue: false,
      left: playPeriods.answer - playStepSeconds,
    });
    play.say(0, "note");
    play.say(1, "resumption", { case: null, answers: "s" });
    const due = playStart + playPeriods.answer + 2 * playStepSeconds;
    expect(clockOf(play, "answer")).toMatchObject({ standing: "running", dueAt: due });
    expect(clockOf(play, "answer", 1, due + 1)?.isOverdue).toBe(true);
  });

  test("[CASE-27] stops nothing that another desk, another kind or the other party owes", () => {
    const play = new CasePlay();
    play.say(1, "suspension", suspend(["watch"], "all", "s"));
    play.say(1, "suspension", suspend(["technical"], ["call-to-cease"], "t"));
    play.say(0, "suspension", suspend(["technical"], "all", "u"));
    expect(clockOf(play, "answer")?.standing).toBe("running");
  });

  test("[CASE-27] what stands still for two reasons stands still once", () => {
    const play = new CasePlay();
    play.say(1, "suspension", suspend(["technical"], "all", "s"));
    play.say(1, "suspension", suspend(["technical"], ["inquiry"], "t"));
    play.say(1, "not-answerable");
    play.say(0, "clarification");
    play.say(1, "resumption", { case: null, answers: "t" });
    play.say(1, "resumption", { case: null, answers: "s" });
    // From the first suspension to the last resumption.
    const due = playStart + playPeriods.answer + 5 * playStepSeconds;
    expect(clockOf(play, "answer")).toMatchObject({ standing: "running", dueAt: due });
  });

  test("[CASE-27] a suspension that the peer refused, and one beyond the most of a day, stop nothing", () => {
    const play = new CasePlay();
    play.say(1, "suspension", suspend(["technical"], "all", "s"));
    play.say(0, "refusal", { case: null, refuses: { ordinal: 0, code: "entry.unreadable" } });
    expect(clockOf(play, "answer")?.standing).toBe("running");
    for (let i = 0; i < suspensionsPerDayMax; i += 1) {
      play.say(1, "suspension", suspend(["watch"], "all", `s${i}`));
    }
    play.say(1, "suspension", suspend(["technical"], "all", "last"));
    expect(clockOf(play, "answer")?.standing).toBe("running");
  });

  test("[CASE-28] all means all but the tests of the link, which are suspended by name", () => {
    const of = (kinds: "all" | readonly string[]) => ({
      ...{ jti: "s", from: 0, until: null, desks: ["technical"], kinds },
    });
    expect(covers(of("all"), "technical", "inquiry")).toBe(true);
    expect(covers(of("all"), "technical", "link-test")).toBe(false);
    expect(covers(of(["link-test"]), "technical", "link-test")).toBe(true);
    expect(covers(of("all"), "watch", "inquiry")).toBe(false);
  });

  test("[CASE-9] each opening starts its own clocks; one that asks nothing wants a receipt alone", () => {
    const names = (ask: string | undefined, kind: string) => {
      const play = new CasePlay();
      play.say(0, kind, { jti: "o", case: "o", ...(ask === undefined ? {} : { ask }) });
      const record = play.fold.case("o");
      return record && viewCase(play.fold, record, 0)?.clocks.map(({ name }) => name);
    };
    const all = ["receipt", "holding", "answer", "final"];
    expect(names("investigate", "inquiry")).toEqual(all);
    expect(names("nothing", "inquiry")).toEqual(["receipt"]);
    expect(names(undefined, "early-notice")).toEqual(["receipt"]);
    expect(names(undefined, "own-territory-warning")).toEqual(["receipt"]);
    expect(names(undefined, "call-to-cease")).toEqual(all);
    expect(names(undefined, "notice-of-measures")).toEqual(all);
  });
});

describe("a message that is not written yet", () => {
  test("[CASE-4] is judged as it would be, and changes nothing", () => {
    const play = new CasePlay("block");
    const judged = (kind: string, side: Side, more: Partial<FoldMessage> = {}) =>
      play.fold.refusalOf(side, foldMessage({ jti: "d", case: "q", kind, ...more }), play.now);
    expect(judged("answer", 1, outcome("unknown"))).toBe("case.no-result");
    expect(judged("answer", 1, outcome("done"))).toBeNull();
    expect(judged("answer", 0, outcome("done"))).toBe("case.wrong-role");
    expect(judged("correction", 1, { answers: "q" })).toBe("case.unknown-reference");
    expect(judged("correction", 0, { answers: "not here yet" })).toBeNull();
    expect(judged("inquiry", 0, { case: "d" })).toBeNull();
    expect(viewOf(play).phase).toBe("opened");
    expect(play.fold.foldedCount(1)).toBe(0);
  });
});
