/** Goal: one predicate says what is seen, and never more than an officer's own rights. Method: drawn rights and rows. */
import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  formatRole,
  holdsRole,
  isVisible,
  narrowed,
  parseRole,
  roleNames,
  roles,
  visibleTo,
} from "./roles.ts";

const desks = ["technical", "watch", "political"] as const;
const role = fc
  .constantFrom(...roleNames)
  .chain((name) =>
    roles[name].of === "party"
      ? fc.constant({ officer: "a", role: name as string, desk: "*" })
      : fc
          .constantFrom(...desks)
          .map((desk) => ({ officer: "a", role: name as string, desk: desk as string })),
  );
const some = <T>(...all: T[]) => fc.oneof(fc.constant("all" as const), fc.subarray(all));
const rights = fc.record({
  roles: fc.array(role, { maxLength: 4 }),
  channels: some("c1", "c2"),
  classes: some<"live" | "exercise" | "link">("live", "exercise", "link"),
});
const row = fc.record({
  channel: fc.constantFrom("c1", "c2"),
  class: fc.constantFrom("live", "exercise", "link"),
  desk: fc.constantFrom(...desks, "node", null),
});

function actorWith(of: {
  roles: readonly { officer: string; role: string; desk: string }[];
  channels: never;
  classes: never;
}) {
  const { channels, classes } = of;
  const officer = {
    id: "a",
    name: "anna",
    title: "",
    state: "active",
    channels,
    classes,
    createdAt: 1,
    enrolledAt: 1,
    leftAt: null,
  } as const;
  const session = {
    id: "s",
    officer: "a",
    tokenHash: new Uint8Array(),
    createdAt: 1,
    lastSeenAt: 1,
    authenticatedAt: 1,
    source: "",
  };
  return { kind: "officer", officer, roles: of.roles, session } as const;
}

property.prop([rights, row], { numRuns: 500 })(
  "a row is seen exactly by its channel, its class, and a role at its desk or over all",
  (of, one) => {
    const has = (all: "all" | readonly string[], wanted: string) =>
      all === "all" || all.includes(wanted);
    const isAuditor = of.roles.some((each) => each.role === "auditor");
    const atDesk = of.roles.filter((each) => each.desk !== "*");
    const seesDesk =
      isAuditor ||
      (one.desk === "node" ? atDesk.length > 0 : atDesk.some(({ desk }) => desk === one.desk));
    const expected = has(of.channels, one.channel) && has(of.classes, one.class) && seesDesk;
    expect(isVisible(visibleTo(actorWith(of as never)), one)).toBe(expected);
  },
);

property.prop([rights, rights, row], { numRuns: 500 })(
  "what is narrowed shows what both show",
  (first, second, one) => {
    const [a, b] = [visibleTo(actorWith(first as never)), visibleTo(actorWith(second as never))];
    expect(isVisible(narrowed(a, b), one)).toBe(isVisible(a, one) && isVisible(b, one));
  },
);

test("administrators and key custodians see no traffic, the operator all", () => {
  for (const name of ["administrator", "key-custodian"]) {
    const of = {
      roles: [{ officer: "a", role: name, desk: "*" }],
      channels: "all",
      classes: "all",
    };
    expect(visibleTo(actorWith(of as never)).desks).toEqual([]);
  }
  expect(
    isVisible(visibleTo({ kind: "operator" }), { channel: "c", class: "live", desk: null }),
  ).toBe(true);
});

property.prop([role])(
  "a role is written and read the same, and counts at its own desk alone",
  (one) => {
    expect(parseRole(formatRole(one))).toEqual({ role: one.role, desk: one.desk });
    for (const desk of desks) {
      expect(holdsRole([one], [one.role as never], desk)).toBe(
        one.desk === "*" || one.desk === desk,
      );
    }
  },
);

test("a role without its desk, with one too many, or unknown is none", () => {
  for (const text of [
    "",
    "drafter",
    "drafter/",
    "drafter/paris",
    "drafter/watch/x",
    "auditor/watch",
    "king",
    "toString",
  ]) {
    expect(parseRole(text)).toBeUndefined();
  }
});
