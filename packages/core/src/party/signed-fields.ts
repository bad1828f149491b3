/**
 * Fields that descriptor, channel notice and agreement have in common, and how their refusals read.
 *
 * @module
 */
import { z } from "zod";
import { fromBase64Url } from "../bytes/base64.ts";
import { signatureSizes } from "../crypto/primitives.ts";

/** The end of the year 9999, so that every time has a four-digit year. POSIX seconds, UTC. */
export const timeMax = 253_402_300_799;

/** Serials and versions, from 1: a new one each day for two thousand years. */
export const serialMax = 999_999;

/** Versions of the protocol. */
export const protocolMax = 999;

export const time = z.int().min(0).max(timeMax);
export const serial = z.int().min(1).max(serialMax);

/** SHA-256, base64url. */
export const digest = octets(32);

/** BCP 47, as far as it is needed to name what a person reads: `en`, `ru`, `sr-Latn`. */
export const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/);

const codeForm = /^[a-z][a-z0-9-]{0,39}$/;

export const code = z.string().regex(codeForm);

/** A kind without its version. Kinds that a reader does not know have this form too. */
export const kindName = z.string().regex(codeForm);

/**
 * Controls, line and paragraph separators, and what turns the direction of writing: a text that
 * persons compare must look like what it is. Newline is allowed only in {@link paragraph}.
 */
const unprintable = "\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069";
const lineForm = new RegExp(`^[^${unprintable}]+$`, "u");
const paragraphForm = new RegExp(`^(?:[^${unprintable}]|\\n)+$`, "u");

/** One line of text. `lengthMax`: UTF-16 code units. */
export function line(lengthMax: number) {
  return z.string().max(lengthMax).regex(lineForm);
}

/** Several lines of text. `lengthMax`: UTF-16 code units. */
export function paragraph(lengthMax: number) {
  return z.string().max(lengthMax).regex(paragraphForm);
}

/** Base64url of exactly so many octets. */
export function octets(lengthBytes: number) {
  return z
    .string()
    .max(Math.ceil((lengthBytes * 4) / 3))
    .refine((text) => fromBase64Url(text)?.length === lengthBytes, {
      error: `not base64url of ${lengthBytes} octets`,
    });
}

export const ed25519Key = publicKey("Ed25519");
export const mlDsa44Key = publicKey("ML-DSA-44");
export const mlDsa65Key = publicKey("ML-DSA-65");

/** Two keys that sign together, in the order in which they sign: log and mirror. */
export const logKeyPair = z.tuple([ed25519Key, mlDsa44Key]);

function publicKey<A extends keyof typeof signatureSizes>(algorithm: A) {
  return z.strictObject({
    alg: z.literal(algorithm),
    pub: octets(signatureSizes[algorithm].publicKeyBytes),
  });
}

/** Each text once and in the order of UTF-16 code units, so that a set has one form. */
export function isSortedSet(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] as string) < text);
}

/**
 * Where and how a value fails its schema, for a log.
 *
 * zod's own messages quote the value, which is the peer's; ours do not.
 */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "out of form";
  const place = issue.path.map(String).join(".") || "document";
  return `${place}: ${issue.code === "custom" ? issue.message : issue.code}`;
}
