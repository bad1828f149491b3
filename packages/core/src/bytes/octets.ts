/**
 * Octet strings: joined, compared, and unsigned integers in them, most significant octet first.
 *
 * @module
 */
import { assert } from "../fault.ts";

export const u16Max = 0xff_ff;

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let lengthBytes = 0;
  for (const part of parts) lengthBytes += part.length;
  const whole = new Uint8Array(lengthBytes);
  joinBytes(parts, whole);
  return whole;
}

/** Puts the parts into the beginning of `room`, which must be long enough. @returns Their octets. */
export function joinBytes(parts: readonly Uint8Array[], room: Uint8Array): number {
  let offset = 0;
  for (const part of parts) {
    room.set(part, offset);
    offset += part.length;
  }
  return offset;
}

/** In time that depends on the lengths only: commitments and secrets are compared with it. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) {
    difference |= (a[index] as number) ^ (b[index] as number);
  }
  return difference === 0;
}

/** @param value - 0 to {@link u16Max}. */
export function encodeU16(value: number): Uint8Array {
  assert(Number.isInteger(value) && value >= 0 && value <= u16Max, "not a uint16");
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** @returns The number; or `undefined` if fewer than 2 octets stand at `offset`. */
export function decodeU16(bytes: Uint8Array, offset = 0): number | undefined {
  const high = bytes[offset];
  const low = bytes[offset + 1];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

/** @param value - 0 to 2^53 − 1. */
export function encodeU64(value: number): Uint8Array {
  assert(Number.isSafeInteger(value) && value >= 0, "not a safe unsigned integer");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/**
 * @returns The number; or `undefined` if fewer than 8 octets stand at `offset`, or if they exceed
 *   2^53 − 1, which no size and no time here does.
 */
export function decodeU64(bytes: Uint8Array, offset = 0): number | undefined {
  if (bytes.length < offset + 8) return undefined;
  const value = new DataView(bytes.buffer, bytes.byteOffset + offset, 8).getBigUint64(0);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
