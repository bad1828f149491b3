/** Goal: codes are those of RFC 6238, taken once, one step either way. Method: its vectors; drawn times. */
import { fc, test as property } from "@fast-check/vitest";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { expect, test } from "vitest";
import { judgeTotp, makeTotpSecret, totpCodeAt, totpText, totpUri } from "./second-factor.ts";

/** RFC 6238 Appendix B, the rows of SHA-1; of the eight digits there the last six are ours. */
const secret = encodeUtf8("12345678901234567890");
const vectors = [
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
] as const;

test.each(vectors)("the code at %i is that of RFC 6238", (time, code) => {
  expect(totpCodeAt(secret, time)).toBe(code.slice(2));
  expect(judgeTotp(secret, { typed: code.slice(2), now: time, lastStep: 0 })).toBe(
    Math.floor(time / 30),
  );
});

property.prop([
  fc.integer({ min: 90, max: 4_000_000_000 }),
  fc.integer({ min: -4, max: 4 }),
  fc.integer({ min: -3, max: 3 }),
])(
  "a code is good within one step either way of its own, and only after the last that was taken",
  (now, stepsAway, lastAway) => {
    const step = Math.floor(now / 30);
    const typed = totpCodeAt(secret, (step + stepsAway) * 30);
    // Two steps may by chance have one code; then it is good for the nearer.
    const others = [-1, 0, 1].filter((away) => totpCodeAt(secret, (step + away) * 30) === typed);
    const lastStep = step + lastAway;
    const expected = others.map((away) => step + away).filter((one) => one > lastStep);
    const judged = judgeTotp(secret, { typed, now, lastStep });
    if (expected.length === 0) expect(judged).toBeUndefined();
    else expect(judged === undefined || expected.includes(judged)).toBe(true);
    if (others.length === 1 && expected.length === 1) expect(judged).toBe(expected[0]);
  },
);

test("what is not six digits is no code, spaces are let go", () => {
  const code = totpCodeAt(secret, 59);
  for (const typed of ["", code.slice(1), `${code}0`, "１２３４５６", `-${code.slice(1)}`]) {
    expect(judgeTotp(secret, { typed, now: 59, lastStep: 0 })).toBeUndefined();
  }
  expect(
    judgeTotp(secret, { typed: ` ${code.slice(0, 3)} ${code.slice(3)} `, now: 59, lastStep: 0 }),
  ).toBe(1);
});

test("a secret has 160 bits, and is written for a reader and for a hand", () => {
  const made = makeTotpSecret(p);
  expect(made).toHaveLength(20);
  const uri = totpUri(made, { party: "washington.example", name: "anna" });
  expect(uri).toContain("otpauth://totp/washington.example:anna?");
  expect(uri).toContain(`secret=${totpText(made).replaceAll(" ", "")}`);
});
