/** Goal: text and octets say the same, and nothing is repaired. Method: round trips, and bad octets. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Defect } from "../fault.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

test.prop([fc.string({ unit: "binary" })])("[BYT-5] reads back what it writes", (text) => {
  expect(decodeUtf8(encodeUtf8(text))).toBe(text);
});

test.prop([fc.uint8Array({ maxLength: 12 })])(
  "[BYT-5] octets that are read are those that are written",
  (bytes) => {
    const text = decodeUtf8(bytes);
    if (text !== undefined) expect(encodeUtf8(text)).toEqual(bytes);
  },
);

test("[BYT-5] a byte order mark is a character like any other", () => {
  expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe("\ufeffA");
});

test.each([
  ["an overlong form", [0xc0, 0xaf]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["a cut character", [0xe2, 0x82]],
  ["an octet above F4", [0xf5, 0x80, 0x80, 0x80]],
])("[BYT-5] %s is refused", (_what, octets) => {
  expect(decodeUtf8(Uint8Array.from(octets))).toBeUndefined();
});

test("[BYT-5] a lone surrogate has no octets", () => {
  expect(() => encodeUtf8("\ud800")).toThrow(Defect);
});
