/**
 * A block of a message for a reader: labels and codes in the reader's language, texts in their
 * author's, nothing left out that the author said.
 *
 * The schema of the kind says what a field is: a code, a time, a text. A block of a kind that is not
 * known has no schema and is shown as it came.
 *
 * @module
 */
import { choices } from "@parley/core/kind/choices";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { escapeLine, escapeText, indent } from "@parley/core/legible/visible-text";
import type { JsonObject } from "@parley/core/message/members";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { timeOf } from "../dates.ts";
import { officeTexts } from "./texts.ts";
import { codeWord, markingOf, rangesOf, unknownWord } from "./wording.ts";

export interface ShownBlock {
  readonly name: string;
  /** Null: committed to, and not shown. */
  readonly value: JsonObject | null;
}

const margin = "  ";

/** @param kind - Undefined for a kind that is not known here. */
export function showBlock(
  lang: Language,
  kind: KindName | undefined,
  { name, value }: ShownBlock,
): string {
  const title = (sayIfKnown(`block.${name}`, lang) ?? escapeLine(name)).toLocaleUpperCase(lang);
  if (value === null) return `${title}\n${margin}${officeTexts[lang]["held-back"]}`;
  if (kind === undefined) return `${title}\n${indent(rawOf(value), margin)}`;
  const { marking, ...fields } = value;
  const head = `${title}   ${markingOf(lang, marking)}`.trimEnd();
  const schema = kinds[kind].schemas.get(name as never)?.schema;
  const lines = inOrder(fields, schema).flatMap(([field, said]) => {
    if (said === null) return [];
    const own = name === "fact" || name === "notice" ? `kind.${kind}.${name}` : name;
    const label = sayIfKnown(`${own}.${field}`, lang) ?? escapeLine(field);
    return showField(lang, label, wordsOf(lang, said, fieldOf(schema, field)));
  });
  return [head, ...lines].join("\n");
}

/** As the form has its fields; on the wire they stand in the order of their names. */
function inOrder(
  fields: JsonObject,
  schema: z.ZodType | undefined,
): readonly (readonly [string, JsonObject[string]])[] {
  const bare = unwrap(schema);
  const names = bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
  const placeOf = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  return Object.entries(fields).toSorted(([a], [b]) => placeOf(a) - placeOf(b));
}

/** Any JSON, readable and harmless. */
export function rawOf(value: unknown): string {
  return escapeText(JSON.stringify(value, null, 2) ?? "");
}

/** Short values beside their label, long ones below it. */
function showField(_: Language, label: string, words: readonly string[]): readonly string[] {
  const [only = "", ...others] = words;
  if (others.length === 0 && !only.includes("\n") && only.length <= 72) {
    return [`${margin}${label}: ${only}`];
  }
  return [`${margin}${label}:`, ...words.map((word) => indent(word, margin.repeat(2)))];
}

/** One string for each row of what was said. */
function wordsOf(lang: Language, said: unknown, schema: z.ZodType | undefined): readonly string[] {
  const bare = unwrap(schema);
  if (Array.isArray(said)) {
    const element = bare instanceof z.ZodArray ? (bare.element as z.ZodType) : undefined;
    return said.flatMap((row) => wordsOf(lang, row, element));
  }
  if (typeof said === "string") return [wordOf(lang, said, schema)];
  if (typeof said === "number") return [isInstant(schema) ? timeOf(said) : String(said)];
  if (typeof said !== "object" || said === null) return [String(said)];
  return [objectOf(lang, said as JsonObject, bare)];
}

function objectOf(lang: Language, said: JsonObject, schema: z.ZodType | undefined): string {
  const { lang: tongue, text, key: _, ...rest } = said;
  if (typeof text === "string" && Object.keys(rest).length === 0) {
    return `[${escapeLine(String(tongue))}] ${escapeText(text)}`;
  }
  const parts = inOrder(rest, schema).flatMap(([field, value]) => {
    if (value === null) return [];
    if (field === "items") return [`${labelOf(lang, field)}: ${rangesOf(lang, value)}`];
    const words = wordsOf(lang, value, fieldOf(schema, field));
    return [`${labelOf(lang, field)}: ${words.join(", ")}`];
  });
  return parts.join("; ");
}

/** Rows of a block have labels of their own. */
function labelOf(lang: Language, field: string): string {
  const rows = ["held-back", "file", "person", "missing", "block"];
  const found = rows.map((row) => sayIfKnown(`${row}.${field}`, lang)).find((word) => word);
  return found ?? escapeLine(field);
}

function wordOf(lang: Language, said: string, schema: z.ZodType | undefined): string {
  const bare = unwrap(schema);
  const list = bare instanceof z.ZodEnum ? listOf(bare.options.map(String)) : undefined;
  if (list !== undefined) return codeWord(lang, list, said);
  if (isInstant(schema) && said === "unknown") return unknownWord(lang);
  return escapeText(said);
}

/** The closed list that has just these codes. */
function listOf(codes: readonly string[]): string | undefined {
  const found = Object.entries(choices).find(
    ([, list]) => list.length === codes.length && list.every((code, at) => code === codes[at]),
  );
  return found?.[0];
}

function isInstant(schema: z.ZodType | undefined): boolean {
  return schema?.meta()?.["control"] === "instant";
}

function fieldOf(schema: z.ZodType | undefined, field: string): z.ZodType | undefined {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) return bare.shape[field] as z.ZodType | undefined;
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return undefined;
  const options = bare.options as readonly z.ZodType[];
  return options.map((option) => fieldOf(option, field)).find((found) => found !== undefined);
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodNullable || schema instanceof z.ZodOptional
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
