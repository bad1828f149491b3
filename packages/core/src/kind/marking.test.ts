import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { choices } from "./choices.ts";
import {
  type IepPolicy,
  joinedPolicy,
  joinMarkings,
  leastMarking,
  type Marking,
  markingSchema,
  stricterMembers,
  strictestMarking,
  tlpOf,
} from "./marking.ts";

const day = fc.constantFrom("2016-12-29T00:00:00Z", "2017-01-01T00:00:00Z", "2026-11-24T09:30:00Z");
const anyPolicy: fc.Arbitrary<IepPolicy> = fc.record(
  {
    id: fc.constantFrom("a", "b"),
    name: fc.constantFrom("A", "B"),
    description: fc.constantFrom("one", "two"),
    iep_version: fc.constant(2 as const),
    start_date: day,
    end_date: fc.option(day, { nil: null }),
    encrypt_in_transit: fc.constantFrom("must", "may"),
    permitted_actions: fc.constantFrom(...choices.use),
    affected_party_notifications: fc.constantFrom("may", "must-not"),
    tlp: fc.constantFrom("red", "amber", "green", "clear"),
    attribution: fc.constantFrom("may", "must", "must-not"),
    unmodified_resale: fc.constantFrom("may", "must-not"),
    external_reference: fc.constantFrom("https://a.example/policy"),
  },
  {
    requiredKeys: [
      ...(["id", "name", "iep_version", "start_date", "end_date", "encrypt_in_transit"] as const),
      ...(["permitted_actions", "affected_party_notifications", "tlp"] as const),
      ...(["attribution", "unmodified_resale"] as const),
    ],
  },
);
const anyMarking: fc.Arbitrary<Marking> = fc.record({
  tlp: fc.constantFrom(...choices.tlp),
  pap: fc.option(fc.constantFrom(...choices.pap), { nil: null }),
  iep: fc.option(anyPolicy, { nil: null }),
  flags: fc.subarray([...choices.flag]),
});

test.prop([anyMarking, anyMarking, anyMarking])(
  "[MRK-1] the strictest wins, whatever the order in which markings are taken",
  (a, b, c) => {
    expect(joinMarkings(a, b)).toEqual(joinMarkings(b, a));
    expect(joinMarkings(joinMarkings(a, b), c)).toEqual(joinMarkings(a, joinMarkings(b, c)));
    expect(joinMarkings(a, a)).toEqual(a);
    expect(joinMarkings(a, leastMarking)).toEqual(a);
    expect(strictestMarking([a, b, c])).toEqual(strictestMarking([c, a, b]));
  },
);

test.prop([anyMarking, anyMarking])(
  "[MRK-1] the join of two markings is a marking, and binds to all that either does",
  (a, b) => {
    const joined = joinMarkings(a, b);
    expect(markingSchema.safeParse(joined).success).toBe(true);
    expect([stricterMembers(a, joined), stricterMembers(b, joined)]).toEqual([[], []]);
    expect(stricterMembers(joined, a).length + stricterMembers(joined, b).length > 0).toBe(
      stricterMembers(a, b).length + stricterMembers(b, a).length > 0,
    );
  },
);

test.prop([anyMarking, anyMarking, anyMarking])(
  "[MRK-1] what is added makes no marking laxer",
  (a, b, c) => {
    if (stricterMembers(a, b).length > 0) return;
    expect(stricterMembers(joinMarkings(a, c), joinMarkings(b, c))).toEqual([]);
  },
);

test("markings that are drawn differ in every member, and are often comparable", () => {
  const drawn = fc.sample(fc.tuple(anyMarking, anyMarking), { seed: 5, numRuns: 2_000 });
  const members = drawn.flatMap(([a, b]) => stricterMembers(a, b));
  expect([...new Set(members)].sort()).toEqual(["flags", "iep", "pap", "tlp"]);
  const comparable = drawn.filter(([a, b]) => stricterMembers(a, b).length === 0).length;
  const kept = drawn.filter(
    ([a, b]) => a.iep && b.iep && joinMarkings(a, b).iep?.id !== joinedPolicy.id,
  );
  expect([comparable > 20, kept.length > 20]).toEqual([true, true]);
  console.log(
    `markings: ${comparable} of 2000 pairs comparable, ${kept.length} keep a policy's id`,
  );
});

const policy: IepPolicy = {
  ...{ id: "a", name: "A", iep_version: 2, start_date: "2017-01-01T00:00:00Z" },
  ...{ end_date: "2018-01-01T00:00:00Z", encrypt_in_transit: "may", tlp: "green" },
  ...{ permitted_actions: "externally-visible-direct-actions", attribution: "must" },
  ...{ affected_party_notifications: "may", unmodified_resale: "may" },
};
const withPolicy = (change: Partial<IepPolicy>): Marking => ({
  ...leastMarking,
  iep: { ...policy, ...change },
});

test("[MRK-2] two policies of other names join to one that bears the name of neither", () => {
  const other = withPolicy({ id: "b", attribution: "must-not", end_date: null });
  const { iep } = joinMarkings(withPolicy({ description: "own" }), other);
  expect(iep).toEqual({ ...policy, ...joinedPolicy, attribution: "must-not", end_date: null });
  const later = { start_date: "2017-06-01T00:00:00Z", end_date: "2019-01-01T00:00:00Z" };
  const both = { start_date: policy.start_date, end_date: later.end_date };
  expect(joinMarkings(withPolicy(later), withPolicy({})).iep).toEqual({ ...policy, ...both });
  expect(joinMarkings(withPolicy({}), withPolicy({ tlp: "red" })).iep).toEqual({
    ...policy,
    tlp: "red",
  });
});

test("[MRK-3] a policy's TLP counts as the marking's, and no PAP as PAP:CLEAR", () => {
  expect(tlpOf(withPolicy({}))).toBe("GREEN");
  expect(tlpOf({ ...withPolicy({}), tlp: "AMBER" })).toBe("AMBER");
  expect(stricterMembers(withPolicy({}), leastMarking)).toEqual(["tlp", "iep"]);
  expect(stricterMembers({ ...leastMarking, pap: "CLEAR" }, leastMarking)).toEqual([]);
  expect(stricterMembers({ ...leastMarking, pap: "GREEN" }, leastMarking)).toEqual(["pap"]);
});

test("[MRK-1] AMBER+STRICT is stricter than AMBER, and flags add up in their order", () => {
  const a: Marking = { tlp: "AMBER+STRICT", pap: "GREEN", iep: null, flags: ["no-third-state"] };
  const b: Marking = { tlp: "AMBER", pap: "RED", iep: null, flags: ["ask-first"] };
  const rest = { tlp: "AMBER+STRICT", pap: "RED", iep: null };
  expect(joinMarkings(a, b)).toEqual({ ...rest, flags: ["ask-first", "no-third-state"] });
});

interface Pair {
  readonly name: string;
  readonly a: Marking;
  readonly b: Marking;
  readonly strictest: Marking;
  readonly aAboveB: readonly string[];
  readonly bAboveA: readonly string[];
}
const { pairs } = JSON.parse(
  readFileSync(
    join(import.meta.dirname, "../../../../spec/vectors/markings/strictest.json"),
    "utf8",
  ),
) as { pairs: readonly Pair[] };

test.each(pairs)("[MRK-1] [MRK-2] [MRK-3] vector: $name", ({ a, b, ...vector }) => {
  expect([joinMarkings(a, b), joinMarkings(b, a)]).toEqual([vector.strictest, vector.strictest]);
  expect([stricterMembers(a, b), stricterMembers(b, a)]).toEqual([vector.aAboveB, vector.bAboveA]);
  expect([a, b, vector.strictest].map((each) => markingSchema.safeParse(each).success)).toEqual([
    ...[true, true, true],
  ]);
});
