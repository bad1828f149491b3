/**
 * What `parley send KIND --help` says besides: the fields of the kind, from its own schema.
 *
 * @module
 */
import { type JsonSchema, jsonSchemaOfKind } from "@parley/core/kind/json-schema";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import type { Language } from "../config.ts";
import { bilingual, fill } from "./bilingual.ts";
import { kindTitle } from "./office/wording.ts";

const texts = bilingual(
  {
    fields: "FIELDS OF {kind} ({title}), as --body takes them",
    marking: "  Every block may have a marking; without one it gets that of --marking.",
    example: "EXAMPLE",
    needed: "required",
    free: "may be left out",
    choice: "one of {values}",
    chars: "text, {min} to {max} characters",
    text: "text",
    upTo: "text, up to {max} characters",
    lang: "language tag such as en or ru",
    instant: "time in seconds since 1970, UTC",
    number: "whole number",
    between: "whole number, {min} to {max}",
    list: "list, {min} to {max} entries",
    fields_: "fields:",
    boolean: "true or false",
  },
  {
    fields: "ПОЛЯ ВИДА {kind} ({title}), как их принимает --body",
    marking: "  У каждого раздела может быть пометка; без неё он получает пометку из --marking.",
    example: "ПРИМЕР",
    needed: "нужно",
    free: "можно опустить",
    choice: "одно из {values}",
    chars: "текст, от {min} до {max} знаков",
    text: "текст",
    upTo: "текст, до {max} знаков",
    lang: "метка языка, например en или ru",
    instant: "время в секундах с 1970 года, UTC",
    number: "целое число",
    between: "целое число, от {min} до {max}",
    list: "список, от {min} до {max} записей",
    fields_: "поля:",
    boolean: "true или false",
  },
);

type Properties = Readonly<Record<string, JsonSchema>>;

/** Blocks that may stand in every kind: spec/kinds.md. */
const common: ReadonlySet<string> = new Set(["handling", "attachments"]);

/** @param name - As typed. @returns An empty text for what is no kind. */
export function kindHelp(lang: Language, name: string): string {
  if (!Object.hasOwn(kinds, name)) return "";
  const kind = name as KindName;
  const schema = jsonSchemaOfKind(kinds[kind]) as JsonSchema;
  const blocks = (schema["properties"] as Properties)["blocks"] ?? {};
  const defs = (schema["$defs"] ?? {}) as Properties;
  const example = JSON.stringify(kinds[kind].definition.example.blocks, null, 2);
  const text = texts[lang];
  return [
    "",
    fill(text.fields, { kind, title: kindTitle(lang, kind) }),
    ...membersOf({ lang, kind, defs }, "", blocks),
    text.marking,
    "",
    text.example,
    `${example}\n`,
  ].join("\n");
}

interface Place {
  readonly lang: Language;
  readonly kind: KindName;
  readonly defs: Properties;
}

function membersOf(place: Place, path: string, schema: JsonSchema): readonly string[] {
  const required = (schema["required"] ?? []) as readonly string[];
  const members = Object.entries((schema["properties"] ?? {}) as Properties);
  return members.flatMap(([name, member]) => {
    if (name === "marking" || (path === "" && common.has(name))) return [];
    return fieldLines(place, `${path}${name}`, { member, isNeeded: required.includes(name) });
  });
}

function fieldLines(
  place: Place,
  path: string,
  { member, isNeeded }: { readonly member: JsonSchema; readonly isNeeded: boolean },
): readonly string[] {
  const { lang, kind, defs } = place;
  const text = texts[lang];
  const label =
    sayIfKnown(`kind.${kind}.${path}`, lang) ??
    sayIfKnown(path, lang) ??
    sayIfKnown(`block.${path}`, lang);
  const { description } = member;
  const meaning = lang === "en" && typeof description === "string" ? description : label;
  const branches = branchesOf(resolved(defs, member)).map((branch) => resolved(defs, branch));
  const forms = branches.map((branch) => formOf(lang, branch)).join(" | ");
  const words = [isNeeded ? text.needed : text.free, forms, meaning ?? ""];
  const below = branches.flatMap((branch) => {
    const items = branch["items"];
    const inside = items === undefined ? branch : resolved(defs, items as JsonSchema);
    return membersOf(place, items === undefined ? `${path}.` : `${path}[].`, inside);
  });
  return [`  ${path}: ${words.filter((word) => word !== "").join("; ")}`, ...below];
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  return (schema["anyOf"] ?? schema["oneOf"] ?? [schema]) as readonly JsonSchema[];
}

function resolved(defs: Properties, schema: JsonSchema): JsonSchema {
  return { ...defs[nameOf(schema)], ...schema };
}

function nameOf(schema: JsonSchema): string {
  return String(schema["$ref"] ?? "").replace("#/$defs/", "");
}

function formOf(lang: Language, schema: JsonSchema): string {
  const text = texts[lang];
  const { enum: choices, const: only } = schema;
  const name = nameOf(schema);
  if (name === "lang" || name === "instant") return text[name];
  if (only !== undefined) return String(only);
  if (Array.isArray(choices)) return fill(text.choice, { values: choices.join(", ") });
  return typeWords(lang, schema);
}

function typeWords(lang: Language, schema: JsonSchema): string {
  const text = texts[lang];
  const { type, minimum, maximum } = schema;
  if (type === "string") {
    const { minLength, maxLength } = schema;
    if (maxLength === undefined) return text.text;
    if (minLength === undefined) return fill(text.upTo, { max: Number(maxLength) });
    return fill(text.chars, { min: Number(minLength), max: Number(maxLength) });
  }
  if (type === "integer") {
    if (maximum === undefined) return text.number;
    return fill(text.between, { min: Number(minimum ?? 0), max: Number(maximum) });
  }
  if (type === "array") {
    const { minItems = 0, maxItems } = schema;
    return fill(text.list, { min: Number(minItems), max: String(maxItems ?? "…") });
  }
  if (type === "object") return text.fields_;
  return type === "boolean" ? text.boolean : String(type ?? "");
}
