/**
 * Goal: one text for each value, and no other text read. Method: values and texts at random, with the
 * `canonicalize` package as the second opinion; texts that mean the same but are written otherwise.
 * The published vectors are in tests/conformance/canonical-json.test.ts.
 */
import { fc, test } from "@fast-check/vitest";
import canonicalize from "canonicalize";
import { expect } from "vitest";
import { Defect } from "../fault.ts";
import {
  canonicalJson,
  type JsonLimits,
  type JsonValue,
  parseCanonicalJson,
  parseStrictJson,
} from "./canonical-json.ts";

const limits: JsonLimits = { depthMax: 32, bytesMax: 100_000 };
const name = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("10", "9", "__proto__", "é"));
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1e21, 1e-7, 5e-324),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map(objectOf),
  ),
}));

/** Object.fromEntries would set the prototype for "__proto__" in some engines' literals; this never. */
function objectOf(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  return JSON.parse(
    `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
  ) as JsonValue;
}

test.prop([anyValue])("[BYT-1] writes what another implementation writes", (value) => {
  expect(canonicalJson(value)).toBe(canonicalize(value));
});

test.prop([anyValue])("[BYT-2] reads what it writes, to the same value", (value) => {
  const text = canonicalJson(value);
  const read = parseCanonicalJson(text, limits);
  expect(read.ok && canonicalJson(read.value)).toBe(text);
  expect(parseStrictJson(text, limits).ok).toBe(true);
});

test.prop([anyValue, fc.integer({ min: 1, max: 3 })])(
  "[BYT-2] refuses the same value written with white space",
  (value, indent) => {
    const text = JSON.stringify(value, undefined, indent);
    const isCanonical = text === canonicalJson(value);
    expect(parseCanonicalJson(text, limits).ok).toBe(isCanonical);
  },
);

test("the values drawn are objects with members out of order often enough", () => {
  const values = fc.sample(anyValue, { seed: 7, numRuns: 1_000 });
  const reordered = values.filter((value) => JSON.stringify(value) !== canonicalJson(value));
  expect(reordered.length).toBeGreaterThan(50);
});

test.each([
  ["members out of order", '{"b":1,"a":2}'],
  ["order by code point instead of code unit", '{"\uffff":1,"\u{10000}":2}'],
  ["a member twice", '{"a":1,"a":1}'],
  ["a member twice, once escaped", '{"a":1,"\\u0061":1}'],
  ["a space", '{"a": 1}'],
  ["a line break at the end", "1\n"],
  ["a byte order mark", "\ufeff1"],
  ["a number otherwise", "1.0"],
  ["a number with exponent", "1e2"],
  ["minus zero", "-0"],
  ["a number beyond 2^53", "9007199254740993"],
  ["a number beyond binary64", "1e400"],
  ["a needless escape", '"\\/"'],
  ["a capital in an escape", '"\\u001F"'],
  ["an escaped lone surrogate", '"\\ud800"'],
  ["a lone surrogate", '"\ud800"'],
  ["a lone surrogate as name", '{"\\udc00":1}'],
  ["two values", "1 2"],
  ["nothing", ""],
  ["NaN", "NaN"],
])("[BYT-2] refuses %s", (_what, text) => {
  const result = parseCanonicalJson(text, limits);
  expect(result).toMatchObject({ ok: false, refusal: { code: "bytes.not-canonical" } });
});

test.each([
  ["a member twice", '{"a":1,"a":1}'],
  ["a member twice, deep inside", '[{"x":[{"a":1,"b":":","\\u0061":{}}]}]'],
  ["an escaped lone surrogate", '"\\ud800"'],
  ["a lone surrogate", '"\ud800"'],
  ["a number beyond binary64", "-1e400"],
])("[BYT-7] free JSON: refuses %s", (_what, text) => {
  const result = parseStrictJson(text, limits);
  expect(result).toMatchObject({ ok: false, refusal: { code: "bytes.not-json" } });
});

test("[BYT-7] free JSON: reads any order, white space, and colons and brackets in strings", () => {
  const text = ' {"b" : "{[:\\"[:", "a\\\\" : [ 1.0 , {} ] }\n';
  expect(parseStrictJson(text, { ...limits, depthMax: 3 })).toEqual({
    ok: true,
    value: { b: '{[:"[:', "a\\": [1, {}] },
  });
});

test.each([parseCanonicalJson, parseStrictJson])(
  "[BYT-3] %o: depth and length are at most",
  (parse) => {
    const deep = `${"[".repeat(5)}${"]".repeat(5)}`;
    expect(parse(deep, { depthMax: 5, bytesMax: 10 }).ok).toBe(true);
    expect(parse(deep, { depthMax: 4, bytesMax: 10 }).ok).toBe(false);
    expect(parse(deep, { depthMax: 5, bytesMax: 9 }).ok).toBe(false);
    expect(parse('"éé"', { depthMax: 0, bytesMax: 6 }).ok).toBe(true);
    expect(parse('"éé"', { depthMax: 0, bytesMax: 5 }).ok).toBe(false);
  },
);

test("[BYT-3] a million brackets are refused, not recursed into", () => {
  const text = '[{"a":'.repeat(1_000_000);
  expect(parseCanonicalJson(text, { depthMax: 64, bytesMax: 10_000_000 })).toMatchObject({
    ok: false,
    refusal: { detail: "too deep" },
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, "\ud800", { "\udc00": 1 }])(
  "[BYT-1] writing %j is a defect",
  (value) => {
    expect(() => canonicalJson(value)).toThrow(Defect);
  },
);
