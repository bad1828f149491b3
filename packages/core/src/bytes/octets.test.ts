/** Goal: octets join, compare and count as they should. Method: against Buffer and DataView. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Defect } from "../fault.ts";
import { concatBytes, decodeU16, decodeU64, encodeU16, encodeU64, equalBytes } from "./octets.ts";

test.prop([fc.array(fc.uint8Array())])("joins as Buffer does", (parts) => {
  expect(concatBytes(...parts)).toEqual(new Uint8Array(Buffer.concat(parts)));
});

test.prop([fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 })])(
  "is equal to itself, and to nothing in which a bit differs or an octet is missing",
  (bytes, position, difference) => {
    const other = bytes.slice();
    const index = position % bytes.length;
    other[index] = (other[index] ?? 0) ^ difference;
    expect(equalBytes(bytes, bytes.slice())).toBe(true);
    expect(equalBytes(bytes, other)).toBe(false);
    expect(equalBytes(bytes, bytes.subarray(1))).toBe(false);
  },
);

test.prop([fc.nat({ max: 0xff_ff }), fc.maxSafeNat()])("integers come back", (small, large) => {
  const padded = concatBytes(Uint8Array.of(9), encodeU16(small), encodeU64(large));
  expect(decodeU16(padded, 1)).toBe(small);
  expect(decodeU64(padded, 3)).toBe(large);
  expect(decodeU64(padded, 4)).toBeUndefined();
  expect(decodeU16(padded, 10)).toBeUndefined();
});

test("the most significant octet comes first", () => {
  expect([...encodeU16(0x0102)]).toEqual([1, 2]);
  expect([...encodeU64(2 ** 32 + 5)]).toEqual([0, 0, 0, 1, 0, 0, 0, 5]);
});

test("integers that no number holds exactly are not read", () => {
  expect(decodeU64(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0))).toBeUndefined();
  expect(decodeU64(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255))).toBe(2 ** 53 - 1);
});

test.each([-1, 0x1_00_00, 1.5, Number.NaN])("%d is no uint16", (value) => {
  expect(() => encodeU16(value)).toThrow(Defect);
});
