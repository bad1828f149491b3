/**
 * Goal: one text for each octet string, in both alphabets. Method: round trips; then texts that are
 * nearly right, judged by Node's Buffer, which reads anything: what is read must be written the same.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "./base64.ts";

const octets = fc.uint8Array({ maxLength: 70 });
/** Mostly base64, with what a lenient reader would skip, take or stop at. */
const nearlyBase64 = fc
  .array(fc.constantFrom(..."ABQRghwx0189+/-_==\n \t*é"), { maxLength: 9 })
  .map((characters) => characters.join(""));

test.prop([octets])("[BYT-4] reads back what it writes, as Buffer writes it", (bytes) => {
  const buffer = Buffer.from(bytes);
  expect(toBase64(bytes)).toBe(buffer.toString("base64"));
  expect(toBase64Url(bytes)).toBe(buffer.toString("base64url"));
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
});

test.prop([nearlyBase64], { numRuns: 5_000 })(
  "[BYT-4] reads a text exactly if it is the one that is written",
  (text) => {
    const standard = Buffer.from(text, "base64");
    const isStandard = standard.toString("base64") === text;
    expect(fromBase64(text)).toEqual(isStandard ? new Uint8Array(standard) : undefined);
    const url = Buffer.from(text, "base64url");
    const isUrl = url.toString("base64url") === text;
    expect(fromBase64Url(text)).toEqual(isUrl ? new Uint8Array(url) : undefined);
  },
);

test("the texts drawn are read often enough, and refused often enough", () => {
  const texts = fc.sample(nearlyBase64, { seed: 7, numRuns: 2_000 });
  const readCount = texts.filter((text) => fromBase64Url(text) !== undefined).length;
  expect(readCount).toBeGreaterThan(200);
  expect(readCount).toBeLessThan(1_800);
});

test.each([
  ["white space", "QUJD RA"],
  ["white space that makes up the length", "QUJD    "],
  ["a line break at the end", "QUJD\n"],
  ["padding", "QUI="],
  ["padding and white space", "QQ =="],
  ["pad bits", "QUJ"],
  ["the other alphabet", "-_+/"],
  ["a character too many", "QUJDR"],
])("[BYT-4] base64url with %s is refused", (_what, text) => {
  expect(fromBase64Url(text)).toBeUndefined();
});

test.each([
  ["no padding", "QUI"],
  ["too little padding", "QQ="],
  ["too much padding", "QUJD===="],
  ["padding inside", "QQ==QUJD"],
  ["white space", "QUJD\nQUJ"],
  ["pad bits", "QUJ="],
])("[BYT-4] base64 with %s is refused", (_what, text) => {
  expect(fromBase64(text)).toBeUndefined();
});
