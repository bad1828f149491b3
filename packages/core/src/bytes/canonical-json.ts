/**
 * JSON with one text for each value: written as RFC 8785 orders it, and read only if it is so written.
 *
 * Readers refuse what two parsers could read differently: a member name that comes twice, a lone
 * surrogate, a number beyond binary64, nesting that a recursive parser may not survive.
 * Source: RFC 8785; RFC 7493 (I-JSON); spec/00-overview.md.
 *
 * @module
 */
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import { encodeUtf8 } from "./utf8.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** What a reader takes; every caller says both. */
export interface JsonLimits {
  /** Arrays and objects inside one another: `[[]]` is 2 deep, a string 0. */
  readonly depthMax: number;
  /** Octets of the text in UTF-8. */
  readonly bytesMax: number;
}

/** @param value - Finite numbers and well-formed strings only: anything else is a defect of ours. */
export function canonicalJson(value: JsonValue): string {
  const text = write(value);
  assert(text !== undefined, "a value that I-JSON cannot represent");
  return text;
}

/**
 * Reads a text that somebody else has signed or hashed.
 *
 * @returns The value; or `bytes.not-canonical` if `text` is too long or too deep, not JSON, or not
 *   exactly what {@link canonicalJson} writes for its value.
 */
export function parseCanonicalJson(
  text: string,
  limits: JsonLimits,
): Result<JsonValue, "bytes.not-canonical"> {
  const parsed = readJson(text, limits);
  if (typeof parsed === "string") return refuse("bytes.not-canonical", parsed);
  if (write(parsed.value) !== text)
    return refuse("bytes.not-canonical", "not as RFC 8785 orders it");
  return accept(parsed.value);
}

/**
 * Reads a text that nobody signed, where order and white space are free.
 *
 * @returns The value; or `bytes.not-json` if `text` is too long or too deep, not JSON, names a member
 *   twice, or holds a lone surrogate or a number beyond binary64.
 */
export function parseStrictJson(
  text: string,
  limits: JsonLimits,
): Result<JsonValue, "bytes.not-json"> {
  const parsed = readJson(text, limits);
  if (typeof parsed === "string") return refuse("bytes.not-json", parsed);
  if (write(parsed.value) === undefined) return refuse("bytes.not-json", "outside I-JSON");
  // JSON.parse keeps the last of two members of one name, so that there are fewer than colons.
  if (countMembers(parsed.value) !== parsed.memberCount) {
    return refuse("bytes.not-json", "a member name comes twice");
  }
  return accept(parsed.value);
}

/** @returns The value and the members written in the text; or why it is refused. */
function readJson(
  text: string,
  limits: JsonLimits,
): { readonly value: JsonValue; readonly memberCount: number } | string {
  if (text.length > limits.bytesMax) return "too long";
  if (!text.isWellFormed()) return "not Unicode";
  // An octet is at most a code unit, a code unit at most three octets.
  if (text.length * 3 > limits.bytesMax && encodeUtf8(text).length > limits.bytesMax) {
    return "too long";
  }
  const { depth, memberCount } = measure(text, limits.depthMax);
  if (depth > limits.depthMax) return "too deep";
  try {
    return { value: JSON.parse(text) as JsonValue, memberCount };
  } catch {
    return "not JSON"; // The engine's message quotes the text, which is the peer's.
  }
}

/**
 * Nesting and colons outside of strings, before any parser recurses. Right for every text that is
 * JSON; of another one it says nothing, but then JSON.parse refuses it. Stops above `depthMax`.
 */
function measure(text: string, depthMax: number): { depth: number; memberCount: number } {
  let open = 0;
  let depth = 0;
  let memberCount = 0;
  for (let index = 0; index < text.length && depth <= depthMax; index += 1) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
        index = endOfString(text, index);
        break;
      case 0x3a: // :
        memberCount += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        open += 1;
        if (open > depth) depth = open;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        open -= 1;
        break;
      default:
    }
  }
  return { depth, memberCount };
}

/** @returns Where the closing quotation mark stands, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashCount = 0;
  while (text.charCodeAt(index - 1 - backslashCount) === 0x5c) backslashCount += 1;
  return backslashCount % 2 === 1;
}

/** @returns The canonical text; or `undefined` where I-JSON has no form for the value. */
function write(value: JsonValue): string | undefined {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      return Number.isFinite(value) ? String(value === 0 ? 0 : value) : undefined;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return isArray(value) ? writeArray(value) : writeObject(value);
    default:
      return undefined;
  }
}

function writeString(text: string): string | undefined {
  if (text.length <= plainLengthMax && isPlain(text)) return `"${text}"`;
  // JSON.stringify escapes exactly as RFC 8785 §3.2.2.2, but lets lone surrogates through.
  return text.isWellFormed() ? JSON.stringify(text) : undefined;
}

/** Above it, asking character by character costs more than JSON.stringify. */
const plainLengthMax = 64;

/** Whether nothing in it is escaped: printable ASCII without quotation mark and backslash. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

function writeArray(elements: readonly JsonValue[]): string | undefined {
  let text = "[";
  let separator = "";
  for (const element of elements) {
    const written = write(element);
    if (written === undefined) return undefined;
    text += separator + written;
    separator = ",";
  }
  return `${text}]`;
}

function writeObject(members: { readonly [name: string]: JsonValue }): string | undefined {
  let text = "{";
  let separator = "";
  for (const name of namesInOrder(members)) {
    const writtenName = writeString(name);
    const written = write(members[name] as JsonValue);
    if (writtenName === undefined || written === undefined) return undefined;
    text += `${separator}${writtenName}:${written}`;
    separator = ",";
  }
  return `${text}}`;
}

/** By UTF-16 code units, as RFC 8785 §3.2.3 wants. What was read canonical is in order already. */
function namesInOrder(members: { readonly [name: string]: JsonValue }): readonly string[] {
  const names = Object.keys(members);
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] as string) > (names[index] as string)) return names.sort();
  }
  return names;
}

function countMembers(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  const children = isArray(value) ? value : Object.values(value);
  let count = isArray(value) ? 0 : children.length;
  for (const child of children) count += countMembers(child);
  return count;
}

/** Array.isArray does not narrow a readonly array. */
function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
