/**
 * Goal: both nodes, whatever order their entries arrived in, fold the same cases. Method: histories
 * of two honest nodes in which most moves are illegal, many cross, some cannot be opened by the
 * other side, and what is judged is the history, not the state under test.
 */
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { casePhases, type Side } from "./case-table.ts";
import { viewCase, viewClass } from "./case-view.ts";
import { ClassFold } from "./class-fold.ts";
import type { FoldEntry, FoldMessage } from "./fold-entry.ts";
import { BroughtBack, type FoldPast } from "./fold-past.ts";

const periods = {
  receipt: 1_800,
  holding: 21_600,
  answer: 259_200,
  final: 2_592_000,
  closure: 900,
};
const t0 = 1_480_000_000;

function message(values: Partial<FoldMessage> & { readonly jti: string }): FoldMessage {
  return {
    ...{ kind: "note", case: null, answers: null, ask: null, severity: null, replyBy: null },
    ...{ to: "technical", iat: t0, seen: 0, periods, refuses: null },
    ...values,
  };
}

/** Feeds entries given as [side, message], each received ten seconds after the one before. */
function foldOf(entries: readonly (readonly [Side, FoldMessage])[]): ClassFold {
  const fold = new ClassFold();
  const next: [number, number] = [0, 0];
  for (const [place, [side, content]] of entries.entries()) {
    fold.feed({ side, ordinal: next[side], receivedAt: t0 + place * 10, content });
    next[side] += 1;
  }
  return fold;
}

const inquiry = message({ jti: "q", case: "q", kind: "inquiry", ask: "investigate", severity: 4 });
const inCase = (jti: string, kind: string, seen: number, more: Partial<FoldMessage> = {}) =>
  message({ jti, case: "q", kind, seen, ...more });

function phaseOf(fold: ClassFold): string | undefined {
  const record = fold.case("q");
  return record && viewCase(fold, record, t0 + 1_000)?.phase;
}

describe("a case", () => {
  test("[CASE-1] is the merge of the two last post-states, the later one if it had seen the other", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("r", "receipt", 1)],
      [1, inCase("h", "holding-reply", 1)],
      [1, inCase("a", "answer", 1)],
      [0, inCase("p", "propose-closure", 3)],
      [1, inCase("c", "agree-closure", 2)],
    ]);
    expect(phaseOf(fold)).toBe("closed");
    const view = viewClass(fold, t0 + 1_000).cases[0];
    expect(view?.messages.map(({ kind, phase }) => `${kind} ${phase}`)).toEqual([
      "inquiry opened",
      "receipt received",
      "holding-reply in-hand",
      "answer answered",
      "propose-closure closing",
      "agree-closure closed",
    ]);
    expect(view?.clocks.every(({ standing }) => standing === "ended")).toBe(true);
  });

  test("[CASE-2] is named by the message that opens it, and by no other", () => {
    const fold = foldOf([[0, { ...inquiry, jti: "other" }]]);
    expect(fold.standing(0, 0)?.refusedAs).toBe("case.unknown");
    expect(fold.case("q")).toBeUndefined();
  });

  test("[CASE-3] judges a message by what its author had seen, whatever came meanwhile", () => {
    const crossed = foldOf([
      [0, inquiry],
      [1, inCase("n", "not-answerable", 1)],
      [0, inCase("c", "correction", 0)],
    ]);
    expect(phaseOf(crossed)).toBe("opened");
    const view = viewClass(crossed, t0 + 1_000).cases[0];
    expect(view?.isCrossed).toBe(true);
    expect(view?.messages.map((m) => [m.kind, m.crossedWith])).toEqual([
      ["inquiry", []],
      ["correction", ["n"]],
      ["not-answerable", ["c"]],
    ]);
    const answer = view?.clocks.find(({ name }) => name === "answer");
    expect([answer?.standing, answer?.dueAt]).toEqual(["running", t0 + periods.answer]);
  });

  test("[CASE-6] does not close by an agreement that had not seen everything", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("a", "answer", 1)],
      [0, inCase("p", "propose-closure", 1)],
      [0, inCase("m", "clarification", 1)],
      [1, inCase("c", "agree-closure", 2)],
    ]);
    expect(phaseOf(fold)).toBe("answered");
    expect(fold.standing(1, 1)?.refusedAs).toBeNull();
  });

  test("[CASE-5] refuses a message of a case that its author had not seen open", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("a", "answer", 0)],
    ]);
    expect(fold.standing(1, 0)?.refusedAs).toBe("case.unknown");
    expect(phaseOf(fold)).toBe("opened");
  });

  test("[CASE-10] stops the clock of an answer while it is not answerable and adds the time it stood", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("n", "not-answerable", 1)],
      [0, inCase("c", "correction", 1)],
    ]);
    const answer = viewClass(fold, t0 + 30).cases[0]?.clocks.find(({ name }) => name === "answer");
    expect(answer?.dueAt).toBe(t0 + periods.answer + 10);
    expect(phaseOf(fold)).toBe("received");
  });

  test("[CASE-11] lets replyBy lengthen the time for an answer and never shorten it", () => {
    const due = (replyBy: number) => {
      const fold = foldOf([[0, { ...inquiry, replyBy }]]);
      return viewClass(fold, t0).cases[0]?.clocks.find(({ name }) => name === "answer")?.dueAt;
    };
    expect(due(t0 + 60)).toBe(t0 + periods.answer);
    expect(due(t0 + 400_000)).toBe(t0 + 400_000);
  });

  test("[CASE-12] shows overdue from the clock's own times, never stored", () => {
    const fold = foldOf([[0, inquiry]]);
    const receipt = (now: number) => viewClass(fold, now).cases[0]?.clocks[0];
    expect(receipt(t0 + 1_800)).toMatchObject({ name: "receipt", isOverdue: false, left: 0 });
    expect(receipt(t0 + 1_801)).toMatchObject({ isOverdue: true, left: -1, owedBy: 1 });
  });
});

describe("a refusal", () => {
  test("[CASE-13] voids the entry it names and folds the case again without it", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("a", "answer", 1)],
      [0, inCase("p", "propose-closure", 1)],
      [
        1,
        message({
          jti: "x",
          kind: "refusal",
          seen: 2,
          refuses: { ordinal: 1, code: "entry.unreadable" },
        }),
      ],
    ]);
    expect(phaseOf(fold)).toBe("answered");
    expect(fold.standing(0, 1)).toMatchObject({
      refusedAs: "entry.unreadable",
      refusedByPeer: true,
    });
  });

  test("[CASE-14] has no effect on what its author had already seen past", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("a", "answer", 1)],
      [
        1,
        message({
          jti: "x",
          kind: "refusal",
          seen: 1,
          refuses: { ordinal: 0, code: "entry.unreadable" },
        }),
      ],
    ]);
    expect(fold.standing(0, 0)?.refusedAs).toBeNull();
  });

  test("[CASE-14] has no effect on an entry that it had not seen itself", () => {
    const fold = foldOf([
      [
        1,
        message({
          jti: "x",
          kind: "refusal",
          seen: 0,
          refuses: { ordinal: 0, code: "entry.unreadable" },
        }),
      ],
      [0, inquiry],
    ]);
    expect(fold.standing(0, 0)?.refusedAs).toBeNull();
  });

  test("[CASE-15] is never refused itself", () => {
    const fold = foldOf([
      [0, inquiry],
      [
        1,
        message({
          jti: "x",
          kind: "refusal",
          seen: 1,
          refuses: { ordinal: 0, code: "entry.unreadable" },
        }),
      ],
      [
        0,
        message({
          jti: "y",
          kind: "refusal",
          seen: 1,
          refuses: { ordinal: 0, code: "entry.unreadable" },
        }),
      ],
    ]);
    expect(fold.standing(1, 0)?.refusedAs).toBeNull();
    expect(fold.standing(0, 0)?.refusedByPeer).toBe(true);
  });
});

describe("references and counts", () => {
  test("[CASE-16] refuses an answer to what its author had not seen, or to another case", () => {
    const fold = foldOf([
      [0, inquiry],
      [1, inCase("a", "answer", 1, { answers: "q" })],
      [0, inCase("b", "note", 0, { answers: "a" })],
      [0, inCase("c", "note", 1, { answers: "a" })],
      [0, message({ jti: "d", seen: 1, answers: "a" })],
    ]);
    expect([1, 2, 3].map((ordinal) => fold.standing(0, ordinal)?.refusedAs)).toEqual([
      "case.unknown-reference",
      null,
      "case.unknown-reference",
    ]);
  });

  test("[CASE-16] nobody confirms receipt of a message of its own", () => {
    const fold = foldOf([
      [0, inquiry],
      [0, inCase("a", "receipt", 0, { answers: "q" })],
      [1, inCase("b", "receipt", 1, { answers: "q" })],
    ]);
    expect(fold.standing(0, 1)?.refusedAs).toBe("case.unknown-reference");
    expect(fold.standing(1, 0)?.refusedAs).toBeNull();
  });

  test("[CASE-17] counts the n-th of a kind in the UTC day of receipt, and a refused one not", () => {
    const fold = foldOf([
      [0, message({ jti: "1" })],
      [0, message({ jti: "2" })],
      [
        1,
        message({
          jti: "x",
          kind: "refusal",
          seen: 1,
          refuses: { ordinal: 0, code: "entry.unreadable" },
        }),
      ],
      [0, message({ jti: "3" })],
    ]);
    expect([0, 1, 2].map((ordinal) => fold.standing(0, ordinal)?.nthOfDay)).toEqual([0, 1, 2]);
  });

  test("[CASE-18] settles an entry once the peer's log has seen past it", () => {
    const fold = foldOf([
      [0, inquiry],
      [0, inCase("n", "note", 0)],
      [1, inCase("r", "receipt", 1)],
    ]);
    expect([fold.settledCount(0), fold.settledCount(1)]).toEqual([1, 0]);
  });
});

/** One step of a history: who writes what, how far behind in reading, and what then is delivered. */
const step = fc.record({
  side: fc.constantFrom<Side>(0, 1),
  kind: fc.constantFrom(
    ...["inquiry", "inquiry", "receipt", "holding-reply", "answer", "decline", "not-answerable"],
    ...["clarification", "correction", "propose-closure", "agree-closure", "reject-closure"],
    ...["note", "withdrawal", "something-unknown"],
  ),
  which: fc.nat(3),
  lag: fc.constantFrom(0, 0, 0, 1, 3),
  unreadable: fc.constantFrom(false, false, false, false, true),
  /** Entries of the other side that each side opens after the step. */
  opens: fc.tuple(fc.nat(2), fc.nat(2)),
});
const history = fc.array(step, { size: "large", maxLength: 60 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Written = { readonly message: FoldMessage; readonly unreadable: boolean };

const whole = { what: "withdrawal", isWhole: true } as const;

/** Plays steps as two honest nodes do: what cannot be opened, or is illegal, is refused at once. */
class TwoNodes {
  readonly logs: [Written[], Written[]] = [[], []];
  readonly folds = [new ClassFold(), new ClassFold()] as const;
  readonly #opened: [number, number] = [0, 0];
  #count = 0;

  write(side: Side, values: Partial<FoldMessage>, unreadable: boolean): void {
    this.#count += 1;
    const jti = `m${this.#count}`;
    const written = message({ jti, iat: t0 + this.#count, seen: this.#opened[side], ...values });
    const isOpening = written.kind === "inquiry";
    const content = isOpening ? { ...written, case: jti } : written;
    this.logs[side].push({ message: content, unreadable });
    this.#feed(side, side, content);
  }

  /** `node` opens the next entry of its peer, and refuses it if it must. */
  open(node: Side): void {
    const peer: Side = node === 0 ? 1 : 0;
    const ordinal = this.#opened[node];
    const next = this.logs[peer][ordinal];
    if (next === undefined) return;
    this.#opened[node] += 1;
    this.#feed(node, peer, next.unreadable ? { refusedAs: "entry.unreadable" } : next.message);
    const code = this.folds[node].standing(peer, ordinal)?.refusedAs;
    if (code == null || next.message.kind === "refusal") return;
    this.write(node, { kind: "refusal", refuses: { ordinal, code } }, false);
  }

  play(steps: readonly Step[]): this {
    for (const { side, kind, which, lag, unreadable, opens } of steps) {
      const cases = [...this.folds[side].cases()].slice(-4);
      const caseId = cases[which % Math.max(1, cases.length)]?.id ?? null;
      const seen = Math.max(0, this.#opened[side] - lag);
      const severity = kind === "inquiry" ? 4 : null;
      const about = kind === "withdrawal" ? { answers: caseId, says: whole } : {};
      this.write(side, { kind, case: caseId, seen, severity, ...about }, unreadable);
      for (const node of [0, 1] as const) for (let i = 0; i < opens[node]; i += 1) this.open(node);
    }
    return this;
  }

  /** Reads everything, and lets each side say so, until both have seen all. */
  settle(): this {
    for (let round = 0; round < 3; round += 1) {
      for (const node of [0, 1] as const) {
        while (this.#opened[node] < this.logs[node === 0 ? 1 : 0].length) this.open(node);
        this.write(node, { kind: "service-note" }, false);
      }
    }
    return this;
  }

  /** Every entry as `node` feeds it, in an order chosen by `turns`. */
  entries(node: Side, turns: readonly boolean[]): readonly FoldEntry[] {
    const entries: FoldEntry[] = [];
    const next: [number, number] = [0, 0];
    for (let i = 0; ; i += 1) {
      const wants: Side = turns[i % turns.length] === true ? 1 : 0;
      const side: Side = next[wants] < this.logs[wants].length ? wants : wants === 0 ? 1 : 0;
      const written = this.logs[side][next[side]];
      if (written === undefined) return entries;
      const hidden = written.unreadable && side !== node;
      const content = hidden ? { refusedAs: "entry.unreadable" } : written.message;
      entries.push(this.#entry(side, next[side], content));
      next[side] += 1;
    }
  }

  /** What `node` folds at a cut, with the two logs fed in an order chosen by `turns`. */
  at(node: Side, cut: readonly [number, number], turns: readonly boolean[]): ClassFold {
    const fold = new ClassFold();
    const next: [number, number] = [0, 0];
    for (let i = 0; next[0] < cut[0] || next[1] < cut[1]; i += 1) {
      const wants: Side = turns[i % Math.max(1, turns.length)] === true ? 1 : 0;
      const side: Side = next[wants] < cut[wants] ? wants : wants === 0 ? 1 : 0;
      const written = this.logs[side][next[side]];
      if (written === undefined) throw new Error("cut beyond the log");
      const hidden = written.unreadable && side !== node;
      fold.feed(
        this.#entry(side, next[side], hidden ? { refusedAs: "entry.unreadable" } : written.message),
      );
      next[side] += 1;
    }
    return fold;
  }

  #entry(side: Side, ordinal: number, content: FoldEntry["content"]): FoldEntry {
    return { side, ordinal, receivedAt: t0 + ordinal * 7_200, content };
  }

  #feed(node: Side, side: Side, content: FoldEntry["content"]): void {
    const fold = this.folds[node];
    const ordinal = side === node ? this.logs[node].length - 1 : this.#opened[node] - 1;
    fold.feed(this.#entry(side, ordinal, content));
  }
}

describe("two nodes", () => {
  property.prop([
    history,
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.array(fc.boolean(), { minLength: 1 }),
  ])(
    "[CASE-19] fold the same once everything is settled, in whatever order it arrived",
    (steps, turnsA, turnsB) => {
      const nodes = new TwoNodes().play(steps).settle();
      const cut = [nodes.logs[0].length, nodes.logs[1].length] as const;
      const a = viewClass(nodes.at(0, cut, turnsA), t0);
      expect(viewClass(nodes.at(1, cut, turnsB), t0)).toEqual(a);
      const settled = cut.map((size, side) => size - (a.sides[side]?.settled ?? 0));
      expect(Math.min(...settled)).toBeLessThanOrEqual(1);
    },
  );

  property.prop([history, fc.nat(), fc.nat()])(
    "[CASE-20] agree on every settled entry at every cut",
    (steps, x, y) => {
      const nodes = new TwoNodes().play(steps).settle();
      const cut = [x % (nodes.logs[0].length + 1), y % (nodes.logs[1].length + 1)] as const;
      const [a, b] = [nodes.at(0, cut, [true]), nodes.at(1, cut, [false])];
      for (const side of [0, 1] as const) {
        const settled = Math.min(a.settledCount(side), b.settledCount(side));
        const codes = (fold: ClassFold) =>
          fold
            .standings(side)
            .slice(0, settled)
            .map(({ refusedAs, receivedAt }) => [refusedAs, receivedAt]);
        expect(codes(a)).toEqual(codes(b));
      }
    },
  );

  property.prop([history, fc.array(fc.boolean(), { minLength: 1 }), fc.array(fc.boolean())])(
    "[CASE-20] fold the same when they forget all and go on from a cut, whenever they do so",
    async (steps, turns, forgets) => {
      await goOn(steps, turns, forgets);
    },
  );

  test("go on from cuts before refusals of what was folded before, and before any phase", async () => {
    const total = { cuts: 0, broughtBack: 0, voided: 0 };
    for (const steps of fc.sample(history, { seed: 3, numRuns: 50 })) {
      const counts = await goOn(steps, [true, false, false], [true, true, false]);
      for (const key of ["cuts", "broughtBack", "voided"] as const) total[key] += counts[key];
    }
    console.info(`cuts gone on from: ${JSON.stringify(total)}`);
    expect(Math.min(total.cuts, total.broughtBack, total.voided)).toBeGreaterThan(100);
  });

  property.prop([history])("[CASE-21] never close a case on one side's word", (steps) => {
    const nodes = new TwoNodes().play(steps).settle();
    const cut = [nodes.logs[0].length, nodes.logs[1].length] as const;
    for (const view of viewClass(nodes.at(0, cut, [true]), t0).cases) {
      if (view.phase !== "closed") continue;
      const agreed = view.messages.filter(({ kind }) => kind === "agree-closure");
      const proposed = view.messages.filter(({ kind }) => kind === "propose-closure");
      expect(agreed.some((a) => proposed.some((p) => p.side !== a.side))).toBe(true);
    }
  });

  test("are tested on histories that reach every phase, crossing and refusal", () => {
    const views = fc.sample(history, { seed: 1, numRuns: 300 }).map((steps) => {
      const nodes = new TwoNodes().play(steps).settle();
      return viewClass(nodes.at(0, [nodes.logs[0].length, nodes.logs[1].length], [true]), t0);
    });
    const cases = views.flatMap((view) => view.cases);
    const reached = new Set(
      cases.flatMap((view) => [view.phase, ...view.messages.map((m) => m.phase)]),
    );
    expect([...reached].sort()).toEqual([...casePhases].sort());
    expect(cases.some((view) => view.isCrossed)).toBe(true);
    const codes = new Set(
      views.flatMap((v) => v.sides.flatMap((s) => s.refused.map(([, code]) => code))),
    );
    for (const code of [
      "entry.unreadable",
      "case.move-not-allowed",
      "case.wrong-role",
      "case.unknown",
      "case.unknown-reference",
    ]) {
      expect(codes).toContain(code);
    }
  });
});

/** A fold that forgets all now and then and goes on from its cut. */
class Forgetful {
  fold = new ClassFold();
  broughtBack = 0;
  readonly #fed: FoldEntry[] = [];
  /** What was folded up to the cut, as it would be kept: nothing in memory is shared. */
  #kept = new ClassFold();
  readonly past: FoldPast = {
    findStandings: async (jtis) => jtis.flatMap((jti) => this.#kept.find(jti) ?? []),
    listCases: async (ids) =>
      ([0, 1] as const).flatMap((side) =>
        this.#kept.standings(side).filter(({ caseId }) => caseId !== null && ids.includes(caseId)),
      ),
    listOpenIds: async () => [...this.#kept.cases()].map(({ id }) => id),
    listFrom: async (side, ordinal) => this.#kept.standings(side).slice(ordinal),
  };
  back = new BroughtBack(this.fold, this.past);

  /** Brings back what these need, which will be fed one after another. */
  async before(entries: readonly FoldEntry[]): Promise<void> {
    const before = this.fold.residentCount;
    await this.back.before(entries);
    this.broughtBack += this.fold.residentCount - before;
  }

  async feed(entry: FoldEntry): Promise<ReadonlySet<string>> {
    this.#fed.push(entry);
    return this.#feed(entry);
  }

  async forget(): Promise<void> {
    this.#kept = new ClassFold();
    for (const entry of this.#fed) this.#kept.feed(structuredClone(entry));
    this.fold = new ClassFold(JSON.parse(JSON.stringify(this.fold.cut())));
    this.back = new BroughtBack(this.fold, this.past);
    for (const side of [0, 1] as const) {
      const own = this.#fed.filter((entry) => entry.side === side);
      for (const entry of own.slice(this.fold.foldedCount(side))) await this.#feed(entry);
    }
  }

  async #feed(entry: FoldEntry): Promise<ReadonlySet<string>> {
    await this.before([entry]);
    return this.fold.feed(entry);
  }
}

const entriesAtOnce = 7;

/** Folds a settled history whole and forgetfully, and compares after every entry. */
async function goOn(
  steps: readonly Step[],
  turns: readonly boolean[],
  forgets: readonly boolean[],
): Promise<{ cuts: number; broughtBack: number; voided: number }> {
  const nodes = new TwoNodes().play(steps).settle();
  const counts = { cuts: 0, broughtBack: 0, voided: 0 };
  const whole = new ClassFold();
  const forgetful = new Forgetful();
  const entries = nodes.entries(0, turns);
  for (const [at, entry] of entries.entries()) {
    if (forgets[at % Math.max(1, forgets.length)] === true) {
      counts.cuts += 1;
      await forgetful.forget();
      // As many as come in one batch, one time in two.
      if (counts.cuts % 2 === 0) await forgetful.before(entries.slice(at, at + entriesAtOnce));
    }
    whole.noteChanges();
    const changed = whole.feed(entry);
    expect(await forgetful.feed(entry)).toEqual(changed);
    const { fold } = forgetful;
    expect(fold.cut()).toEqual(whole.cut());
    for (const side of [0, 1] as const) {
      expect(fold.settledCount(side)).toBe(whole.settledCount(side));
      for (const standing of whole.changedStandings(side)) {
        expect(fold.standing(side, standing.ordinal)).toEqual(standing);
      }
    }
    for (const id of changed) expect(fold.case(id)).toEqual(whole.case(id));
  }
  for (const record of whole.cases()) {
    await forgetful.back.case(record.id);
    expect(forgetful.fold.case(record.id)).toEqual(record);
    counts.voided += record.messages.flat().filter(({ voidedAs }) => voidedAs !== null).length;
  }
  return { ...counts, broughtBack: forgetful.broughtBack };
}

test("[CASE-20] an id that was used, or is answered, counts beyond a cut", async () => {
  const before = foldOf([[0, message({ jti: "n" })]]);
  const past: FoldPast = {
    findStandings: async (jtis) => jtis.flatMap((jti) => before.find(jti) ?? []),
    listCases: async () => [],
    listOpenIds: async () => [],
    listFrom: async () => [],
  };
  const said = [
    [1, message({ jti: "x", answers: "n", seen: 1 }), null],
    [1, message({ jti: "y", answers: "z", seen: 1 }), "case.unknown-reference"],
    [0, message({ jti: "n" }), "entry.repeat"],
  ] as const;
  for (const [side, content, refusedAs] of said) {
    const fold = new ClassFold(before.cut());
    await new BroughtBack(fold, past).before([{ side, content }]);
    const ordinal = fold.foldedCount(side);
    fold.feed({ side, ordinal, receivedAt: t0 + 10, content });
    expect(fold.standing(side, ordinal)?.refusedAs).toBe(refusedAs);
  }
});

test("[CASE-20] a refusal that waits takes effect beyond a cut, when what its author saw is taken back", async () => {
  const refusal = (jti: string, seen: number, ordinal: number) =>
    message({ jti, kind: "refusal", seen, refuses: { ordinal, code: "entry.unreadable" } });
  const said: readonly (readonly [Side, FoldMessage])[] = [
    [1, message({ jti: "b0" })],
    [0, message({ jti: "a0", seen: 1 })],
    // It has seen b1, and a0 has seen past b0 until b1 refuses a0.
    [0, refusal("a1", 2, 0)],
    [1, refusal("b1", 1, 0)],
  ];
  const forgetful = new Forgetful();
  const next: [number, number] = [0, 0];
  for (const [at, [side, content]] of said.entries()) {
    if (at === 2) await forgetful.forget();
    await forgetful.feed({ side, ordinal: next[side], receivedAt: t0 + at, content });
    next[side] += 1;
  }
  expect(forgetful.fold.waitingCount(0)).toBe(0);
  expect(forgetful.fold.standing(1, 0)?.refusedByPeer).toBe(true);
});

test("feeds each log in order, once", () => {
  const fold = new ClassFold();
  expect(() => fold.feed({ side: 0, ordinal: 1, receivedAt: t0, content: inquiry })).toThrow(
    /ordinal 1/,
  );
});
