/**
 * Every string of a draft that somebody wrote and that would leave, with its place.
 *
 * What the peer does not get (a block, an item or a field that is held back) is not among them: it is
 * what the others must not name.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { ItemField } from "../item/item.ts";
import type { ItemToSend } from "../item/item-list.ts";
import type { Kind } from "../kind/define-kind.ts";
import { type JsonSchema, jsonSchemaOfCommonBlock, jsonSchemaOfKind } from "../kind/json-schema.ts";
import { type KindName, kinds } from "../kind/kinds.ts";
import { memberSchema, schemaFor } from "../legible/legible-value.ts";
import { type BlockName, blockNames } from "../message/body.ts";
import { disclosureDepthMax } from "../message/disclosure.ts";
import { isJsonObject, type JsonObject } from "../message/members.ts";

/** `value`: evidence as it was found, in whatever letters; `mailbox`: a field that asks for one. */
export type TextUse = "prose" | "mailbox" | "value";

export interface DraftText {
  /** JSON Pointer. */
  readonly place: string;
  readonly text: string;
  /** BCP 47; null where none is stated. */
  readonly lang: string | null;
  readonly use: TextUse;
}

/** The parts of a draft that hold texts. */
export interface TextDraft {
  readonly kind: KindName;
  readonly blocks: { readonly [B in BlockName]?: JsonObject };
  readonly items: readonly ItemToSend[];
}

interface Reader {
  readonly defs: JsonSchema;
  readonly texts: DraftText[];
}

/** Fields of an item that somebody wrote, and how they are looked at. */
const itemTexts = [
  ["value", "value"],
  ["role", "prose"],
  ["phase", "prose"],
  ["text", "prose"],
  ["comment", "prose"],
  ["source", "value"],
] as const satisfies readonly (readonly [ItemField, TextUse])[];

/** @returns Texts of blocks that are shown, in block order. */
export function blockTexts({ kind, blocks }: TextDraft): readonly DraftText[] {
  const heldBack = heldBackBlocks(blocks);
  const shown = blockNames.filter((name) => !heldBack.has(name));
  return shown.flatMap((name) => textsOfBlock(kind, name, blocks[name]));
}

/** @returns Texts of blocks that the peer does not get. */
export function heldBackBlockTexts({ kind, blocks }: TextDraft): readonly DraftText[] {
  return [...heldBackBlocks(blocks)].flatMap((name) => textsOfBlock(kind, name, blocks[name]));
}

/** The names of blocks that `handling` says are held back. */
export function heldBackBlocks(blocks: TextDraft["blocks"]): ReadonlySet<BlockName> {
  const stated = blocks.handling?.["heldBack"];
  const rows = Array.isArray(stated) ? (stated as readonly JsonValue[]) : [];
  const names = rows.map((row) => (isJsonObject(row) ? row["block"] : null));
  return new Set(blockNames.filter((name) => names.includes(name)));
}

/** @returns What of one item leaves. */
export function shownItemTexts({ item, disposition }: ItemToSend, index: number): DraftText[] {
  if (disposition.what === "hold-back") return [];
  const redacted = disposition.what === "redact" ? disposition.fields : [];
  return itemTexts.flatMap(([field, use]) => {
    return redacted.includes(field)
      ? []
      : textsOfItemField(item[field], use, `/items/${index}/${field}`);
  });
}

function textsOfItemField(
  said: ItemToSend["item"][(typeof itemTexts)[number][0]],
  use: TextUse,
  place: string,
): DraftText[] {
  if (typeof said === "string") return [{ place, text: said, lang: null, use }];
  if (said === null || said === undefined) return [];
  if ("name" in said) return [{ place: `${place}/name`, text: said.name, lang: null, use }];
  return [{ place: `${place}/text`, text: said.text, lang: said.lang, use }];
}

function textsOfBlock(
  kind: KindName,
  name: BlockName,
  fields: JsonObject | undefined,
): readonly DraftText[] {
  if (fields === undefined) return [];
  const isCommon = name === "handling" || name === "attachments";
  const whole = isCommon
    ? jsonSchemaOfCommonBlock(name)
    : jsonSchemaOfKind(kinds[kind] as unknown as Kind);
  const schema = isCommon ? whole : memberSchema(memberSchema(whole, "blocks"), name);
  const reader = { defs: (whole["$defs"] ?? {}) as JsonSchema, texts: [] };
  walk(fields, { schema, place: `/blocks/${name}`, lang: null, depth: 0 }, reader);
  return reader.texts;
}

interface At {
  readonly schema: JsonSchema;
  readonly place: string;
  readonly lang: string | null;
  readonly depth: number;
}

/** What has no schema (a draft may be unfinished, or wrong) is taken for written by somebody. */
function walk(value: JsonValue, at: At, reader: Reader): void {
  if (at.depth > disclosureDepthMax) return;
  const schema = schemaFor(value, { schema: at.schema, defs: reader.defs });
  if (typeof value === "string" && isWritten(schema)) {
    reader.texts.push({ ...textAt(at), text: value });
  }
  for (const member of membersOf(value, schema)) {
    const place = `${at.place}/${escapePointer(member.name)}`;
    const lang = member.lang ?? at.lang;
    walk(member.value, { schema: member.schema, place, lang, depth: at.depth + 1 }, reader);
  }
}

interface Member {
  readonly name: string;
  readonly value: JsonValue;
  readonly schema: JsonSchema;
  readonly lang: string | undefined;
}

/** Of a list or an object, but for the language of a text and signed documents. */
function membersOf(value: JsonValue, schema: JsonSchema): readonly Member[] {
  if (Array.isArray(value)) {
    const element = (schema["items"] ?? {}) as JsonSchema;
    return (value as readonly JsonValue[]).map((each, index) => {
      return { name: String(index), value: each, schema: element, lang: undefined };
    });
  }
  if (!isJsonObject(value)) return [];
  const lang = typeof value["lang"] === "string" ? value["lang"] : undefined;
  return Object.entries(value).flatMap(([name, member]) => {
    const own = memberSchema(schema, name);
    const isNote = name === "lang" || (own["control"] === "document" && name !== "iep");
    return isNote ? [] : [{ name, value: member, schema: own, lang }];
  });
}

function textAt({ place, lang }: At): Omit<DraftText, "text"> {
  if (place.endsWith("/email")) return { place, lang, use: "mailbox" };
  return { place, lang, use: /\/files\/\d+\/name$/.test(place) ? "value" : "prose" };
}

/** Codes, ids and digests have a list or a form of their own; what people write has neither. */
function isWritten(schema: JsonSchema): boolean {
  const pattern = schema["pattern"];
  if (schema["enum"] !== undefined || schema["const"] !== undefined) return false;
  return typeof pattern !== "string" || pattern.startsWith("^[^");
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
