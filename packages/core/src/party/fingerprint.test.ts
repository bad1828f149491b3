/**
 * Goal: 30 digits stand for one name and one authority, and a slip of the tongue is noticed. Method:
 * a worked example computed otherwise; every digit changed; typing habits.
 */
import { createHash } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { sampleDescriptor } from "@parley/testkit/sample-party";
import { describe, expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { authorityKeys } from "./descriptor.ts";
import { compareFingerprint, fingerprint, parseTypedFingerprint } from "./fingerprint.ts";

const name = "washington.example";
const first = await sampleDescriptor(p, name);
const digits = fingerprint(p, first);

test("[KEY-11] is what the specification computes", () => {
  const kids = authorityKeys(first).map(({ kid }) => kid);
  const text = `parley fingerprint v1\n${name}\n${kids[0]}\n${kids[1]}\n`;
  const hash = createHash("sha256").update(text).digest();
  const groups = [0, 5, 10, 15, 20, 25].map((start) => {
    const number = BigInt(`0x${hash.subarray(start, start + 5).toString("hex")}`);
    return String(number % 100_000n).padStart(5, "0");
  });
  expect(digits).toBe(groups.join(" "));
  expect(digits).toMatch(/^(\d{5} ){5}\d{5}$/);
});

test("[KEY-11] stays when anything but name and authority changes", async () => {
  const later = await sampleDescriptor(p, name, { after: first, keyEra: "second" });
  expect(fingerprint(p, later)).toBe(digits);
  expect(fingerprint(p, await sampleDescriptor(p, "moscow.example"))).not.toBe(digits);
  expect(fingerprint(p, await sampleDescriptor(p, name, { authorityEra: "new" }))).not.toBe(digits);
});

describe("[KEY-12] takes digits typed", () => {
  const plain = digits.replaceAll(" ", "");
  test.each([
    digits,
    plain,
    digits.replaceAll(" ", "-"),
    digits.replaceAll(" ", " – "),
    digits.replaceAll(" ", "\n"),
    `  ${digits}\t`,
    digits.replaceAll(" ", "\u00a0"),
    digits.replaceAll(" ", ". "),
    [...plain].join(" "),
  ])("as %j", (typed) => {
    expect(parseTypedFingerprint(typed)).toEqual({ ok: true, value: digits });
    expect(compareFingerprint(p, first, typed)).toEqual({ ok: true, value: digits });
  });
});

test.each([
  "",
  "12345",
  `${digits}1`,
  digits.slice(1),
  digits.replace(/^./, "a"),
  "١".repeat(30),
  " ".repeat(101),
])("[KEY-12] refuses %j, which is not 30 digits", (typed) => {
  const refusal = { ok: false, refusal: { code: "fingerprint.malformed" } };
  expect(parseTypedFingerprint(typed)).toMatchObject(refusal);
  expect(compareFingerprint(p, first, typed)).toMatchObject(refusal);
});

test.prop([fc.nat({ max: 29 }), fc.integer({ min: 1, max: 9 })])(
  "[KEY-12] refuses digits of which one differs, and says in which group",
  (place, by) => {
    const typed = [...digits.replaceAll(" ", "")];
    typed[place] = String((Number(typed[place]) + by) % 10);
    const verdict = compareFingerprint(p, first, typed.join(""));
    expect(verdict).toEqual({
      ok: false,
      refusal: {
        code: "fingerprint.differs",
        detail: `groups that differ: ${Math.floor(place / 5) + 1}`,
      },
    });
  },
);

test("[KEY-12] refuses digits in which two groups changed places", () => {
  const [a, b, ...rest] = digits.split(" ");
  const verdict = compareFingerprint(p, first, [b, a, ...rest].join(" "));
  expect(verdict).toMatchObject({ refusal: { detail: "groups that differ: 1, 2" } });
});
