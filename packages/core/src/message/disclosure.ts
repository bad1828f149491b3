/**
 * A disclosure: the text that opens exactly one digest of a statement.
 *
 * It is base64url of the canonical JSON `[salt, value]`; its digest is SHA-256 of that text. Salts
 * have 128 random bits, so that a digest says nothing about its value. RFC 9901 §4.2.2 (array
 * elements) lets JSON be written in many ways; here each value and salt has one text.
 * Spec: spec/message.md, "Disclosure".
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import { isJsonObject, type JsonObject } from "./members.ts";

/** Octets of JSON in one disclosure, and in all disclosures of one entry together. */
export const disclosedBytesMax = 40_000;

/** Arrays and objects inside one another in a disclosure, the outer array of salt and value included. */
export const disclosureDepthMax = 16;

export const saltBytes = 16;
export const digestBytes = 32;

/** `digest` is base64url of SHA-256 over the ASCII text `disclosure`. */
export interface Disclosure {
  readonly disclosure: string;
  readonly digest: string;
}

/** Opens to another digest, in place of a value: the whole of an array. */
export type DigestPlace = readonly [{ readonly "...": string }];

/** What a disclosure says, whatever it opens. */
export interface ReadDisclosure {
  readonly value: JsonValue;
  /** Somewhere in `value` a {@link DigestPlace} stands for a value that is not shown here. */
  readonly isPartial: boolean;
  /** Octets of the JSON text. */
  readonly jsonBytes: number;
}

export interface OpenedDisclosure extends ReadDisclosure {
  readonly digest: string;
}

/** Takes disclosures from the front of a list, each where its digest is expected. */
export interface DisclosureReader {
  /** @returns The next disclosure, if it opens `digest`; else `undefined`, and nothing is taken. */
  take(digest: string): OpenedDisclosure | undefined;
  /** What was not taken. */
  rest(): readonly string[];
}

/**
 * Salts `value` and makes its disclosure.
 *
 * @param value - Must pass {@link isDisclosable}; what persons wrote is checked before it gets here.
 */
export function makeDisclosure(p: Primitives, value: JsonValue): Disclosure {
  const disclosure = disclose(p, value);
  return { disclosure, digest: digestOf(p, disclosure) };
}

/** The text of {@link makeDisclosure} alone, where no digest names it. */
export function disclose(p: Primitives, value: JsonValue): string {
  assert(isDisclosable(value), "a value with a member name that RFC 9901 reserves");
  const text = canonicalJson([toBase64Url(p.random(saltBytes)), value]);
  return toBase64Url(encodeUtf8(text));
}

/** Whether {@link openDisclosure} takes what was made of `value`: its limits are the reader's own. */
export function isReadable(value: JsonValue, disclosure: string): boolean {
  const jsonBytes = Math.floor((disclosure.length * 3) / 4);
  return jsonBytes <= disclosedBytesMax && isShallow(value, disclosureDepthMax - 1);
}

/**
 * @param text - The peer's, of any length.
 * @returns The value and the digest that it opens; or `message.bad-disclosure` if `text` is not what
 *   {@link makeDisclosure} would have written for its salt and value.
 */
export function openDisclosure(
  p: Primitives,
  text: string,
): Result<OpenedDisclosure, "message.bad-disclosure"> {
  const read = readDisclosure(text);
  return read.ok ? accept({ ...read.value, digest: digestOf(p, text) }) : read;
}

/** {@link openDisclosure} where no digest names it. */
export function readDisclosure(text: string): Result<ReadDisclosure, "message.bad-disclosure"> {
  if (text.length > disclosedBytesMax * 2) return refuse("message.bad-disclosure", "too long");
  const bytes = fromBase64Url(text);
  const json = bytes && decodeUtf8(bytes);
  if (bytes === undefined || json === undefined) {
    return refuse("message.bad-disclosure", "not base64url of UTF-8");
  }
  const limits = { depthMax: disclosureDepthMax, bytesMax: disclosedBytesMax };
  const parsed = parseCanonicalJson(json, limits);
  if (!parsed.ok) return refuse("message.bad-disclosure", parsed.refusal.detail);
  if (!isPair(parsed.value))
    return refuse("message.bad-disclosure", "not a pair of salt and value");
  const [salt, value] = parsed.value;
  if (!isSalt(salt)) return refuse("message.bad-disclosure", "the salt has not 16 octets");
  const digestUse = digestUseOf(value);
  if (digestUse === "reserved") return refuse("message.bad-disclosure", "a reserved member name");
  return accept({ value, isPartial: digestUse === "partial", jsonBytes: bytes.length });
}

/** @param texts - The peer's. One that is no disclosure is never taken. */
export function createDisclosureReader(p: Primitives, texts: readonly string[]): DisclosureReader {
  let taken = 0;
  let next = openAt(taken);

  function openAt(index: number): OpenedDisclosure | undefined {
    const text = texts[index];
    const opened = text === undefined ? undefined : openDisclosure(p, text);
    return opened?.ok ? opened.value : undefined;
  }

  return {
    take: (digest) => {
      const disclosure = next;
      if (disclosure?.digest !== digest) return undefined;
      taken += 1;
      next = openAt(taken);
      return disclosure;
    },
    rest: () => texts.slice(taken),
  };
}

/** @returns Whether somewhere in `value`, which is disclosable, a digest stands for what is not shown. */
export function isPartial(value: JsonValue): boolean {
  return digestUseOf(value) === "partial";
}

/** @returns Whether RFC 9901 would read `value` as it stands: no `_sd`, `_sd_alg`, stray `...`. */
export function isDisclosable(value: JsonValue): boolean {
  return digestUseOf(value) !== "reserved";
}

/** @returns A block's members: a block is shown whole, only an item may stand with fields missing. */
export function blockValueOf({ value, isPartial }: ReadDisclosure): JsonObject | undefined {
  return isJsonObject(value) && !isPartial ? value : undefined;
}

/** @returns The digest, if `value` is exactly `[{"...": digest}]`; else `undefined`. */
export function digestPlaceOf(value: JsonValue | undefined): string | undefined {
  if (!Array.isArray(value) || value.length !== 1) return undefined;
  const element: JsonValue | undefined = value[0];
  if (typeof element !== "object" || element === null || Array.isArray(element)) return undefined;
  const digest = (element as { readonly [name: string]: JsonValue })["..."];
  return isDigest(digest) && Object.keys(element).length === 1 ? digest : undefined;
}

/** @returns Whether `value` is base64url of 32 octets, as every digest on the wire is. */
export function isDigest(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.length === 43 && fromBase64Url(value) !== undefined;
}

/** SHA-256 of the UTF-8 octets of `text`, in base64url: how statements and disclosures are named. */
export function digestOf(p: Primitives, text: string): string {
  assert(text.isWellFormed(), "text with a lone surrogate has no UTF-8 form");
  return p.sha256Text(text);
}

function isPair(value: JsonValue): value is readonly [JsonValue, JsonValue] {
  return Array.isArray(value) && value.length === 2;
}

function isSalt(value: JsonValue): boolean {
  return typeof value === "string" && value.length === 22 && fromBase64Url(value) !== undefined;
}

/** What a reader of RFC 9901 would find in `value`: nothing of its own, digests in place, or worse. */
function digestUseOf(value: JsonValue): "none" | "partial" | "reserved" {
  if (typeof value !== "object" || value === null) return "none";
  if (digestPlaceOf(value) !== undefined) return "partial";
  let use: "none" | "partial" = "none";
  const members = value as { readonly [name: string]: JsonValue };
  // Names of an array's elements are their indices, which none of these equals.
  for (const name of Object.keys(members)) {
    if (name === "_sd" || name === "_sd_alg" || name === "...") return "reserved";
    const inner = digestUseOf(members[name] as JsonValue);
    if (inner === "reserved") return "reserved";
    if (inner === "partial") use = "partial";
  }
  return use;
}

/** @param depthMax - Arrays and objects inside one another, `value` itself included. */
function isShallow(value: JsonValue, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depthMax > 0 && Object.values(value).every((child) => isShallow(child, depthMax - 1));
}
