/**
 * Goal: what leaves was signed, as it left, by as many persons as the agreement wants, none of them
 * twice. Method: random steps of few officers, most of them not allowed; every step that is taken is
 * judged by a plain count over the steps themselves.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  foldRelease,
  newRelease,
  personsFor,
  type Release,
  type ReleaseStep,
  takeStep,
  voidReasons,
} from "./release.ts";

const officers = ["ann", "boris", "clara", "dmitri"];
const at = 1;

/** Most of what is drawn leads on, so that some of it is sent. */
const anyWhat = fc.oneof(
  ...(["written", "cleared", "approved", "send", "sent"] as const).map((what) => {
    return { weight: 6, arbitrary: fc.constant(what) };
  }),
  { weight: 4, arbitrary: fc.constantFrom("returned", "recalled", "voided", "discarded") },
);
const anyStep: fc.Arbitrary<ReleaseStep> = fc
  .record({
    what: anyWhat,
    by: fc.constantFrom(...officers),
    approvalHash: fc.constantFrom("h1", "h1", "h1", "h2"),
    why: fc.constantFrom(...voidReasons),
  })
  .map((drawn) => ({ ...drawn, at, reason: "no", jti: "j" }) as unknown as ReleaseStep);

function play(steps: readonly ReleaseStep[], persons: number) {
  let release: Release = newRelease;
  const taken: ReleaseStep[] = [];
  for (const step of steps) {
    const next = takeStep(release, step, { persons });
    if (!next.ok) continue;
    release = next.value;
    taken.push(step);
  }
  return { release, taken };
}

const anyHistory = {
  steps: fc.array(anyStep, { minLength: 20, maxLength: 60, size: "max" }),
  persons: fc.integer({ min: 1, max: 4 }),
};

describe("a release", () => {
  test.prop(anyHistory, { numRuns: 2_000, seed: 5 })(
    "[MSG-13] is sent only as so many persons signed it as it stands, each once, its authors as one",
    ({ steps, persons }) => {
      const { release, taken } = play(steps, persons);
      if (release.phase !== "sent") return;
      const until = taken.findLastIndex(({ what }) => what === "cleared");
      const after = taken.slice(until);
      expect(after.map(({ what }) => what).filter((what) => what === "written")).toEqual([]);
      const signed = after.filter((step) => step.what === "cleared" || step.what === "approved");
      const by = signed.map((step) => ("by" in step ? step.by : ""));
      expect(new Set(by).size).toBe(by.length);
      expect(new Set(signed.map((step) => "approvalHash" in step && step.approvalHash)).size).toBe(
        1,
      );
      const authors = new Set(taken.flatMap((step) => (step.what === "written" ? [step.by] : [])));
      const others = by.filter((one) => !authors.has(one));
      expect(others.length + 1).toBeGreaterThanOrEqual(persons);
      if (persons > 1) expect(others).toEqual(by);
    },
  );

  test("the histories reach every phase and are sent by one to four persons", () => {
    const drawn = fc.sample(fc.record(anyHistory), { numRuns: 4_000, seed: 5 });
    const sent = new Map<number, number>();
    const phases = new Set<string>();
    for (const { steps, persons } of drawn) {
      const { release } = play(steps, persons);
      phases.add(release.phase);
      if (release.phase === "sent") sent.set(persons, (sent.get(persons) ?? 0) + 1);
    }
    console.log("sent, by persons wanted:", JSON.stringify([...sent].sort()));
    expect(phases.size).toBe(6);
    expect([...sent.keys()].sort()).toEqual([1, 2, 3, 4]);
  });

  test.prop(anyHistory, { numRuns: 500, seed: 6 })(
    "[MSG-13] folds from the steps that were taken to what they made",
    ({ steps, persons }) => {
      const { release, taken } = play(steps, persons);
      expect(foldRelease(taken, { persons })).toEqual(release);
    },
  );

  const written = { what: "written", by: "ann", at } as const;
  const cleared = { what: "cleared", by: "boris", at, approvalHash: "h1" } as const;
  const approved = { what: "approved", by: "clara", at, approvalHash: "h1" } as const;
  const send = { what: "send", by: "ann", at, approvalHash: "h1" } as const;

  function refusalOf(steps: readonly ReleaseStep[], last: ReleaseStep, persons: number) {
    const taken = takeStep(play(steps, persons).release, last, { persons });
    return taken.ok ? taken.value.phase : taken.refusal.code;
  }

  test("[MSG-13] of two persons is approved by who clears it, who may not be an author", () => {
    expect(refusalOf([written], { ...cleared, by: "ann" }, 2)).toBe("release.same-person");
    expect(refusalOf([written], cleared, 2)).toBe("approved");
    const both = [written, { ...written, by: "boris" }];
    expect(refusalOf(both, cleared, 2)).toBe("release.same-person");
  });

  test("[MSG-13] of three persons wants another one to approve what was cleared", () => {
    expect(refusalOf([written], cleared, 3)).toBe("cleared");
    const steps = [written, cleared];
    expect(refusalOf(steps, { ...approved, by: "boris" }, 3)).toBe("release.same-person");
    expect(refusalOf(steps, { ...approved, by: "ann" }, 3)).toBe("release.same-person");
    expect(refusalOf(steps, { ...approved, approvalHash: "h2" }, 3)).toBe("release.other-payload");
    expect(refusalOf(steps, send, 3)).toBe("release.not-in-this-phase");
    expect(refusalOf(steps, approved, 3)).toBe("approved");
  });

  test("[MSG-13] of one person is cleared and sent by its author alone", () => {
    const alone = [written, { ...cleared, by: "ann" }];
    expect(play(alone, 1).release.phase).toBe("approved");
    expect(refusalOf(alone, send, 1)).toBe("awaiting-key");
  });

  test("[MSG-13] is a draft again when it is changed, returned, recalled, or its surroundings changed", () => {
    const steps = [written, cleared, approved];
    for (const last of [
      written,
      { what: "returned", by: "dmitri", at, reason: "the second sentence" },
      { what: "recalled", by: "ann", at, reason: "too early" },
      { what: "voided", at, why: "epoch" },
    ] as const) {
      const { release } = play([...steps, last], 3);
      expect([release.phase, release.approvalHash, release.signers]).toEqual(["drafted", null, []]);
      expect(refusalOf([...steps, last], send, 3)).toBe("release.not-in-this-phase");
      expect(play([...steps, last, cleared, approved, send], 3).release.phase).toBe("awaiting-key");
    }
  });

  test("[MSG-13] wants another person when the policy became stricter, but stays sent", () => {
    const steps = [written, cleared, send] as const;
    expect(foldRelease(steps, { persons: 2 }).phase).toBe("awaiting-key");
    expect(foldRelease(steps, { persons: 3 }).phase).toBe("cleared");
    const sent = [...steps, { what: "sent", at, jti: "j" }] as const;
    expect(foldRelease(sent, { persons: 3 }).phase).toBe("sent");
  });
});

test("[AGR-3] persons are those of the agreement, or more by a stricter policy, never fewer", () => {
  const agreement = { release: { persons: [{ kind: "inquiry", count: 2 }], otherPersons: 1 } };
  expect(personsFor(agreement, "inquiry")).toBe(2);
  expect(personsFor(agreement, "inquiry", { inquiry: 1 })).toBe(2);
  expect(personsFor(agreement, "inquiry", { inquiry: 4 })).toBe(4);
  expect(personsFor(agreement, "note")).toBe(1);
  expect(personsFor(agreement, "note", { note: 2 })).toBe(2);
  expect(personsFor(agreement, "toString")).toBe(1);
});
