/**
 * Goal: one text for each salt and value, and no text that a reader of RFC 9901 understands
 * otherwise. Method: round trips over arbitrary JSON, the reserved names among its members; then
 * every way in which the same value could have been written.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  createDisclosureReader,
  digestOf,
  disclosedBytesMax,
  isDisclosable,
  isReadable,
  makeDisclosure,
  openDisclosure,
} from "./disclosure.ts";

const salt = "AAAAAAAAAAAAAAAAAAAAAA";
const digest = digestOf(p, "anything");
const place = [{ "...": digest }];

/** JSON in which reserved names turn up. */
const { value: anyValue } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, digest),
    fc.string({ unit: "grapheme" }),
    fc.constant<JsonValue>(place),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        { weight: 9, arbitrary: fc.stringMatching(/^[a-z]{1,4}$/) },
        { weight: 1, arbitrary: fc.constantFrom("_sd", "...", "_sd_alg", "__proto__") },
      ),
      tie("value"),
      { maxKeys: 3 },
    ),
  ),
}));

function encode(json: string): string {
  return toBase64Url(encodeUtf8(json));
}

test.prop([anyValue])("[MSG-3] a disclosure opens to the value it was made from", (value) => {
  fc.pre(isDisclosable(value));
  const made = makeDisclosure(p, value);
  const opened = openDisclosure(p, made.disclosure);
  expect(opened).toMatchObject({ ok: true, value: { digest: made.digest } });
  if (opened.ok) expect(JSON.stringify(opened.value.value)).toBe(canonical(value));
});

test("is tested on values that are disclosable, partial and reserved", () => {
  const all = fc.sample(anyValue, { seed: 1, numRuns: 1000 });
  const uses = all.map((value) => {
    if (!isDisclosable(value)) return "reserved";
    const opened = openDisclosure(p, makeDisclosure(p, value).disclosure);
    return opened.ok && opened.value.isPartial ? "partial" : "whole";
  });
  expect(new Set(uses)).toEqual(new Set(["reserved", "partial", "whole"]));
});

test.prop([anyValue])("[MSG-16] a value with a reserved name opens nothing", (value) => {
  const text = encode(`["${salt}",${canonical(value)}]`);
  expect(openDisclosure(p, text).ok).toBe(isDisclosable(value));
});

/** Around both limits of a reader: nesting of 16 with salt and value, 40,000 octets. */
const anyLarge = fc.oneof(
  anyValue,
  fc.nat(20).map((depth): JsonValue => JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`)),
  fc
    .tuple(fc.constantFrom("a", "ж", '"'), fc.integer({ min: -40, max: 5 }))
    .map(([unit, more]): JsonValue => {
      const unitBytes = JSON.stringify(unit.repeat(2)).length - JSON.stringify(unit).length;
      const octets = unit === "ж" ? 2 : unitBytes;
      return unit.repeat(Math.floor(disclosedBytesMax / octets) + more);
    }),
);

test.prop([anyLarge])(
  "what we write is within the limits exactly if a reader takes it",
  (value) => {
    fc.pre(isDisclosable(value));
    const made = makeDisclosure(p, value);
    expect(isReadable(value, made.disclosure)).toBe(openDisclosure(p, made.disclosure).ok);
  },
);

test("is tried on both sides of both limits", () => {
  const all = fc.sample(anyLarge, { seed: 1, numRuns: 500 }).filter(isDisclosable);
  const tried = all.map((value) => {
    const shape = typeof value === "string" ? "text" : "other";
    return `${shape} ${isReadable(value, makeDisclosure(p, value).disclosure)}`;
  });
  expect(new Set(tried)).toEqual(new Set(["text true", "text false", "other true", "other false"]));
});

test.prop([fc.string({ unit: "binary" })])("[MSG-3] any text is opened or refused", (text) => {
  const opened = openDisclosure(p, text);
  if (!opened.ok) expect(opened.refusal.code).toBe("message.bad-disclosure");
});

test("[MSG-3] equal values have unequal digests, for their salts differ", () => {
  expect(makeDisclosure(p, "inquiry.v1").digest).not.toBe(makeDisclosure(p, "inquiry.v1").digest);
});

const deep = `${"[".repeat(16)}${"]".repeat(16)}`;
test.each([
  ["white space", encode(`["${salt}", null]`)],
  ["members out of order", encode(`["${salt}",{"b":1,"a":2}]`)],
  ["a number written otherwise", encode(`["${salt}",1.0]`)],
  ["a member twice", encode(`["${salt}",{"a":1,"a":1}]`)],
  ["an escape that is not needed", encode(`["${salt}","\\u0061"]`)],
  ["a byte order mark", encode(`\ufeff["${salt}",null]`)],
  ["the three elements of an object member", encode(`["${salt}","kind","inquiry.v1"]`)],
  ["no value", encode(`["${salt}"]`)],
  ["no array", encode(`{"0":"${salt}","1":null}`)],
  ["a salt of 15 octets", encode(`["AAAAAAAAAAAAAAAAAAAA",null]`)],
  ["a salt of 17 octets", encode(`["${"A".repeat(23)}",null]`)],
  ["a salt that is not canonical", encode(`["AAAAAAAAAAAAAAAAAAAAAB",null]`)],
  ["a salt that is a number", encode(`[1,null]`)],
  ["padding", `${encode(`["${salt}",11]`)}=`],
  ["the other alphabet", encode(`["${salt}","???~~~"]`).replaceAll("_", "/").replaceAll("-", "+")],
  ["white space around", ` ${encode(`["${salt}",null]`)}`],
  ["octets that are not UTF-8", toBase64Url(Uint8Array.of(0x5b, 0xff, 0x5d))],
  ["nesting of 17", encode(`["${salt}",${deep}]`)],
  ["too many octets", encode(`["${salt}","${"a".repeat(disclosedBytesMax)}"]`)],
  ["nothing", ""],
  ["a digest beside another member", encode(`["${salt}",[{"...":"${digest}","a":1}]]`)],
  ["two digests in one array", encode(`["${salt}",[{"...":"${digest}"},{"...":"${digest}"}]]`)],
  ["a digest that is no digest", encode(`["${salt}",[{"...":"AA"}]]`)],
] as const)("[MSG-3] refuses %s", (_, text) => {
  expect(openDisclosure(p, text)).toMatchObject({ refusal: { code: "message.bad-disclosure" } });
});

test("nesting of 16 and 40,000 octets are within the limits", () => {
  const value = "a".repeat(disclosedBytesMax - `["${salt}",""]`.length);
  expect(openDisclosure(p, encode(`["${salt}","${value}"]`)).ok).toBe(true);
  expect(openDisclosure(p, encode(`["${salt}",${deep.slice(1, -1)}]`)).ok).toBe(true);
});

test("a reader takes a disclosure only where its digest is expected, and once", () => {
  const [a, b] = [makeDisclosure(p, "a"), makeDisclosure(p, "b")];
  const reader = createDisclosureReader(p, [a.disclosure, b.disclosure, "junk"]);
  expect(reader.take(b.digest)).toBeUndefined();
  expect(reader.take(a.digest)?.value).toBe("a");
  expect(reader.take(a.digest)).toBeUndefined();
  expect(reader.take(b.digest)?.value).toBe("b");
  expect(reader.rest()).toEqual(["junk"]);
});

/** Independent of bytes/canonical-json.ts: enough of RFC 8785 for the values drawn here. */
function canonical(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const names = Object.keys(value).sort();
  const members = value as { readonly [name: string]: JsonValue };
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(members[name] ?? null)}`).join(",")}}`;
}
