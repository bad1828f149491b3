/** Goal: one hexadecimal text for each octet string. Method: round trips, and texts nearly right. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { fromHex, toHex } from "./hex.ts";

test.prop([fc.uint8Array()])("[BYT-6] reads back what it writes", (bytes) => {
  expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
  expect(fromHex(toHex(bytes))).toEqual(bytes);
});

test.each(["A0", "a", "0x00", "a0 ", "g0", "é0"])("[BYT-6] %j is refused", (text) => {
  expect(fromHex(text)).toBeUndefined();
});
