/**
 * What the fields of forms are made of: texts with their language, times, ids, ranges of items.
 *
 * Lengths are in Unicode code points, as JSON Schema counts them.
 *
 * @module
 */
import { z } from "zod";
import { heldBackRangesMax, itemCountMax } from "../message/body.ts";
import { timeMax } from "../message/control.ts";
import "./field.ts";
import { form } from "./form-sentences.ts";

/** Of a free text, unless its field says less. */
export const textCharsMax = 4_000;
/** Of a language tag: RFC 5646 §4.4.1. */
export const langCharsMax = 35;
/** Of what stands on one line. */
export const lineCharsMax = 200;

/** Of a descriptor, notice or agreement that stands in the message; a longer one is attached. */
export const documentCharsMax = 32_768;

/** What turns a line round for the eye: embeddings, overrides and isolates of Unicode UAX #9. */
const turns = "\\u202a-\\u202e\\u2066-\\u2069";
/** No control characters but tab and line feed: a text cannot steer what shows it. */
const textClass = `[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029${turns}]`;
const lineClass = `[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029${turns}]`;

export const lang = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/, form("a language tag such as en or ru"))
  .meta({ id: "lang", description: "BCP 47 language tag.", maxLength: langCharsMax });

/** Free text in its author's language, which governs. */
export function text(charsMax: number = textCharsMax) {
  return z.strictObject({ lang, text: charsOf(textClass, charsMax) });
}

/** A name or an address, in no language. */
export function line(charsMax: number = lineCharsMax) {
  return charsOf(lineClass, charsMax);
}

/** A signed document or note that another part of Parley reads. */
export function document(charsMax: number) {
  return charsOf(textClass, charsMax);
}

export const instant = z
  .int()
  .min(0)
  .max(timeMax)
  .meta({ id: "instant", description: "POSIX seconds, UTC." });

/** Every question of fact may be answered so. */
export const unknown = z.literal("unknown");

export const jti = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, form("the id of a message: 22 characters of base64url"))
  .meta({ id: "jti", description: "The id of a message: 16 octets, base64url." });

export const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, form("a digest: 43 characters of base64url"))
  .meta({ id: "digest", description: "32 octets, base64url." });

/** A signed document in the message, or the attached file that holds it. */
export const signedDocument = z.union([
  charsOf(textClass, documentCharsMax),
  z.strictObject({ attachment: digest }),
]);

export const origin = z
  .string()
  .regex(
    /^[a-z0-9.-]{3,63}\/[a-z0-9.-]{3,63}\/[0-9a-f]{16}\/(live|exercise|link)\/[1-9][0-9]{0,5}$/,
  )
  .meta({ id: "origin", description: "Origin of a log." });

/** Name of a desk: spec/keys.md, "Names". */
export const deskName = z
  .string()
  .regex(
    /^(?!node$)[a-z0-9-]{1,32}$/,
    form("the name of a desk: 1 to 32 of a-z, 0-9 and -, and not node"),
  )
  .meta({ id: "desk", description: "Name of a desk; not `node`." });

/** Name of a kind without its version; it may be one that the reader does not know. */
export const kindName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    form("the name of a kind: 1 to 40 of a-z, 0-9 and -, a letter first"),
  )
  .meta({ id: "kind", description: "Name of a kind, without version." });

/** 1,440 is the end of the day. */
export const timeOfDay = z
  .int()
  .min(0)
  .max(1_440)
  .meta({ id: "time-of-day", description: "Minutes of the UTC day; 1440 is its end." });

/** Admiralty: reliability of the source and credibility of the information, judged apart. */
export const grade = z
  .string()
  .regex(/^[A-F][1-6]$/, form("an Admiralty grade: a letter A to F and a number 1 to 6"))
  .meta({ id: "grade", description: "Admiralty letter and number; F and 6 say unknown." });

/** Ranges of item indices, `to` excluded, rising and apart. Empty: the message as a whole. */
export const itemRanges = z
  .array(
    z.tuple([
      z
        .int()
        .min(0)
        .max(itemCountMax - 1),
      z.int().min(1).max(itemCountMax),
    ]),
  )
  .max(heldBackRangesMax)
  .refine(areRisingRanges, form("ranges must rise, hold something and not touch"))
  .meta({ id: "item-ranges", description: "Ranges [from, to) of item indices, rising, apart." });

/** A list of codes has one form: each once, in the order in which the list is declared. */
export function choicesOf<const L extends readonly [string, ...string[]]>(
  list: L,
  { min = 0 }: { readonly min?: number } = {},
) {
  return z
    .array(z.enum(list))
    .min(min)
    .max(list.length)
    .refine(
      (codes) => isInOrder(list, codes),
      form("codes must be in the order of their list, each once"),
    )
    .meta({ uniqueItems: true });
}

/** A set of names has one form: in order of their UTF-16 code units, each once. */
export function sortedSet<S extends z.ZodType<string>>(name: S, countMax: number) {
  return z
    .array(name)
    .min(1)
    .max(countMax)
    .refine(
      (names) => names.every((each, at) => at === 0 || each > (names[at - 1] ?? each)),
      form("names must be in order, each once"),
    )
    .meta({ uniqueItems: true });
}

function charsOf(charClass: string, charsMax: number) {
  return z
    .string()
    .regex(new RegExp(`^${charClass}{1,${charsMax}}$`, "u"))
    .meta({ minLength: 1, maxLength: charsMax });
}

function areRisingRanges(ranges: readonly (readonly [number, number])[]): boolean {
  let end = -1;
  for (const [from, to] of ranges) {
    if (from <= end || to <= from) return false;
    end = to;
  }
  return true;
}

function isInOrder(list: readonly string[], codes: readonly string[]): boolean {
  const places = codes.map((code) => list.indexOf(code));
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? place));
}
