/**
 * What a field says, in the reader's words: codes and times in the reader's language, texts in their
 * author's. The JSON Schema of the kind says which is which, so that a reader in twenty years who has
 * the schemas and the words can do the same.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import { choices } from "../kind/choices.ts";
import type { JsonSchema } from "../kind/json-schema.ts";
import { isJsonObject, type JsonObject } from "../message/members.ts";
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import { formatTimeOfDay, formatUtc } from "./utc.ts";
import { escapeLine, escapeText } from "./visible-text.ts";

/** Where a value stands: its schema, the definitions around it, and whose language it is read in. */
export interface Reading {
  readonly language: Language;
  readonly schema: JsonSchema;
  readonly defs: JsonSchema;
}

/** Labels of the members of rows, whichever list they are in. */
const rowNames = ["held-back", "file", "person", "missing", "contact", "hours", "block"] as const;
/** A key opens a file: it is no part of what is read. */
const unread: ReadonlySet<string> = new Set(["key"]);

/** @returns One string for each row of what is said; none for null, which says nothing. */
export function valueWords(value: JsonValue, reading: Reading): readonly string[] {
  const at = { ...reading, schema: schemaFor(value, reading) };
  const named = refName(reading.schema, reading.defs);
  if (value === null) return [];
  if (named === "item-ranges") return [rangeWords(value, reading.language)];
  if (Array.isArray(value)) {
    const element = (at.schema["items"] ?? {}) as JsonSchema;
    return value.flatMap((row: JsonValue) => valueWords(row, { ...reading, schema: element }));
  }
  if (typeof value === "number") return [numberWords(value, named)];
  if (typeof value === "string" && named === "kind") return [kindWords(value, reading.language)];
  if (typeof value === "string") return [stringWords(value, at)];
  return isJsonObject(value) ? [objectWords(value, at)] : [String(value)];
}

/** Members in the order of the form; on the wire they stand in the order of their names. */
export function inFormOrder(
  value: JsonObject,
  schema: JsonSchema,
): readonly (readonly [string, JsonValue])[] {
  const names = Object.keys((schema["properties"] ?? {}) as JsonObject);
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  return Object.entries(value).toSorted(([a], [b]) => place(a) - place(b));
}

export function memberSchema(schema: JsonSchema, name: string): JsonSchema {
  return ((schema["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>)[name] ?? {};
}

/** Follows references, and of alternatives takes the one that the value has the shape of. */
export function schemaFor(
  value: JsonValue,
  { schema, defs }: Omit<Reading, "language">,
): JsonSchema {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const named = defs[reference.replace("#/$defs/", "")] as JsonSchema | undefined;
    return schemaFor(value, { schema: named ?? {}, defs });
  }
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  if (alternatives === undefined) return schema;
  const all = alternatives.map((each) => schemaFor(value, { schema: each, defs }));
  return all.find((each) => hasShape(each, value)) ?? {};
}

/** `TLP:AMBER · PAP:RED · ask first`: labels of TLP and PAP are the same in every language. */
export function markingWords(marking: JsonValue | undefined, language: Language): string {
  if (!isJsonObject(marking)) return "";
  const { tlp, pap, iep, flags } = marking;
  const words = [
    typeof tlp === "string" ? `TLP:${escapeLine(tlp)}` : "",
    typeof pap === "string" ? `PAP:${escapeLine(pap)}` : "",
    isJsonObject(iep) ? `IEP:${escapeLine(String(iep["name"]))}` : "",
    ...(Array.isArray(flags) ? flags.map((flag) => codeWord("flag", String(flag), language)) : []),
  ];
  return words.filter((word) => word !== "").join(" · ");
}

/** A code of a closed list; one that no list has is shown as it is. */
export function codeWord(list: string, code: string, language: Language): string {
  return sayIfKnown(`choice.${list}.${code}`, language) ?? escapeLine(code);
}

function objectWords(value: JsonObject, at: Reading): string {
  const { lang, text, ...rest } = value;
  if (typeof lang === "string" && typeof text === "string" && Object.keys(rest).length === 0) {
    return `[${escapeLine(lang)}] ${escapeText(text)}`;
  }
  if (value["tlp"] !== undefined) return markingWords(value, at.language);
  const parts = inFormOrder(value, at.schema).flatMap(([name, member]) => {
    if (unread.has(name)) return [];
    const words = valueWords(member, { ...at, schema: memberSchema(at.schema, name) });
    return words.length === 0 ? [] : [`${rowLabel(name, at.language)}: ${words.join(", ")}`];
  });
  return parts.join("; ");
}

function rowLabel(name: string, language: Language): string {
  const known = rowNames.map((row) => sayIfKnown(`${row}.${name}`, language));
  return known.find((word) => word !== undefined) ?? escapeLine(name);
}

function numberWords(value: number, named: string | undefined): string {
  if (named === "instant") return formatUtc(value);
  return named === "time-of-day" ? formatTimeOfDay(value) : String(value);
}

/** @param name - Without version. */
function kindWords(name: string, language: Language): string {
  return sayIfKnown(`kind.${name}.title`, language) ?? escapeLine(name);
}

function stringWords(value: string, { schema, language }: Reading): string {
  const codes = schema["enum"] as readonly string[] | undefined;
  if (codes !== undefined) return codeWord(listOf(codes) ?? "", value, language);
  if (schema["const"] === "unknown") return say("choice.certainty.unknown", language);
  if (schema["const"] === "all") return say("legible.all-kinds", language);
  if (schema["const"] === "withheld") return say("observed.withheld", language);
  const subject = sayIfKnown(`choice.subject.${value}`, language);
  return (schema["const"] === value ? subject : undefined) ?? escapeText(value);
}

/** The closed list that has just these codes. */
function listOf(codes: readonly string[]): string | undefined {
  const found = Object.entries(choices).find(
    ([, list]) => list.length === codes.length && list.every((code, at) => code === codes[at]),
  );
  return found?.[0];
}

/** `[[0, 20], [25, 26]]` as `0–19, 25`. */
function rangeWords(ranges: JsonValue, language: Language): string {
  if (!Array.isArray(ranges) || ranges.length === 0) return say("legible.whole", language);
  return ranges
    .map((range: JsonValue) => {
      const [from = 0, to = 0] = Array.isArray(range) ? range.map(Number) : [];
      return from === to - 1 ? String(from) : `${from}–${to - 1}`;
    })
    .join(", ");
}

/** Name of the definition that a schema is, or that one of its alternatives is. */
function refName(schema: JsonSchema, defs: JsonSchema): string | undefined {
  const reference = schema["$ref"];
  if (typeof reference === "string") return reference.replace("#/$defs/", "");
  const alternatives = (schema["anyOf"] ?? schema["allOf"]) as readonly JsonSchema[] | undefined;
  return alternatives?.map((each) => refName(each, defs)).find((name) => name !== undefined);
}

function hasShape(schema: JsonSchema, value: JsonValue): boolean {
  if (schema["const"] !== undefined) return schema["const"] === value;
  if (value === null) return schema["type"] === "null";
  if (typeof value === "number") return schema["type"] === "integer";
  if (Array.isArray(value)) return schema["type"] === "array";
  if (!isJsonObject(value)) return schema["type"] === typeof value;
  if (schema["type"] !== "object") return false;
  return Object.entries(value).every(([name, member]) => {
    const own = memberSchema(schema, name);
    return Object.keys(own).length > 0 && (own["const"] ?? member) === member;
  });
}
