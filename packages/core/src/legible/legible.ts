/**
 * Any message as plain text in the reader's language, legible without this program.
 *
 * Headings stand at the margin and everything that an author wrote behind it, so that no text passes
 * for a heading; what cannot be seen is written out; values of items are defanged. A kind that is not
 * known here is shown raw. Pure: what is known of the message's way is handed in.
 *
 * @module
 */

import type { JsonValue } from "../bytes/canonical-json.ts";
import { defang } from "../item/defang.ts";
import type { Choice } from "../kind/choices.ts";
import type { Kind } from "../kind/define-kind.ts";
import { type JsonSchema, jsonSchemaOfItem, jsonSchemaOfKind } from "../kind/json-schema.ts";
import { kindNameOf, kindOf } from "../kind/kinds.ts";
import { digestPlaceOf } from "../message/disclosure.ts";
import type { JsonObject } from "../message/members.ts";
import type { Message } from "../message/message.ts";
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import {
  codeWord,
  inFormOrder,
  markingWords,
  memberSchema,
  schemaFor,
  valueWords,
} from "./legible-value.ts";
import { formatUtc } from "./utc.ts";
import { escapeLine, escapeText, indent } from "./visible-text.ts";

/** Items that are written out; the others are counted. */
export const legibleItemsMax = 1_000;

const margin = "  ";
/** A longer line than this stands below its label. */
const lineCharsMax = 72;
const legalKinds: ReadonlySet<string> = new Set(["call-to-cease", "notice-of-measures"]);

/** What is read of a message: everything but the digests. */
export type LegibleMessage = Pick<Message, "head" | "control" | "items" | "itemLines"> & {
  readonly blocks: readonly Pick<Message["blocks"][number], "name" | "value">[];
};

/** What is known of a message besides itself. */
export interface LegibleContext {
  readonly language: Language;
  /** `live/1/17`. */
  readonly place?: string;
  /** POSIX seconds. */
  readonly receivedAt?: number;
}

/** @returns Lines that end with a line feed each. */
export function legible(message: LegibleMessage, context: LegibleContext): string {
  const { language } = context;
  const kind = kindTitle(message.control.kind, language);
  const parts = [kind.toUpperCase(), headLines(message, context), legibleBody(message, language)];
  return framed(message, language, parts);
}

/** The blocks, the items, and what is said with every form. */
export function legibleBody(message: LegibleMessage, language: Language): string {
  const kind = kindOf(message.control.kind);
  const name = kindNameOf(message.control.kind);
  const lines = [
    ...(kind === undefined ? [say("line.unknown-kind", language)] : []),
    say("line.no-admission", language),
    ...(legalKinds.has(name) ? [say("line.no-judgement", language)] : []),
  ];
  return [
    ...message.blocks.map((block) => blockText(block, kind, language)),
    ...itemTexts(message, language),
    lines.join("\n"),
  ].join("\n\n");
}

/** An exercise says so on its first and its last line. */
export function framed(
  { head }: LegibleMessage,
  language: Language,
  parts: readonly string[],
): string {
  const banner = head.class === "exercise" ? [say("class.exercise", language)] : [];
  return `${[...banner, ...parts, ...banner].join("\n\n")}\n`;
}

/** @param value - As the control value has it; a peer's, perhaps unknown. */
function kindTitle(value: string, language: Language): string {
  return sayIfKnown(`kind.${kindNameOf(value)}.title`, language) ?? escapeLine(value);
}

function headLines({ head, control }: LegibleMessage, context: LegibleContext): string {
  const { language, place, receivedAt } = context;
  const clock = control.clock;
  const to = control.to === "node" ? head.aud : `${head.aud}, ${escapeLine(control.to)}`;
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    [say("legible.from", language), head.iss],
    [say("control.to", language), to],
    [say("legible.written", language), formatUtc(head.iat)],
    [say("legible.received", language), receivedAt === undefined ? null : formatUtc(receivedAt)],
    [say("legible.class", language), say(`class.${head.class}`, language)],
    [say("legible.place", language), place],
    [say("legible.id", language), head.jti],
    [say("control.case", language), control.case],
    [say("control.answers", language), control.answers],
    [say("control.ask", language), control.ask && codeWord("ask", control.ask, language)],
    [say("control.severity", language), clock && `${clock.severity} / 5`],
    [say("control.replyBy", language), clock?.replyBy == null ? null : formatUtc(clock.replyBy)],
  ];
  return rows.flatMap(([label, words]) => (words ? [`${label}: ${words}`] : [])).join("\n");
}

function blockText(
  { name, value }: LegibleMessage["blocks"][number],
  kind: Kind | undefined,
  language: Language,
): string {
  const title = say(`block.${name}`, language).toUpperCase();
  if (value === null) return `${title}\n${margin}${say("legible.not-shown", language)}`;
  if (kind === undefined) return `${title}\n${indent(rawText(value), margin)}`;
  const whole = jsonSchemaOfKind(kind);
  const defs = (whole["$defs"] ?? {}) as JsonSchema;
  const blocks = memberSchema(memberSchema(whole, "blocks"), name);
  const schema = schemaFor(value, { schema: blocks, defs });
  const { marking, ...fields } = value;
  const own = name === "fact" || name === "notice" ? `kind.${kind.definition.name}.${name}` : name;
  const lines = inFormOrder(fields, schema).flatMap(([field, said]) => {
    const words = valueWords(said, { language, schema: memberSchema(schema, field), defs });
    return fieldLines(sayIfKnown(`${own}.${field}`, language) ?? escapeLine(field), words);
  });
  return [`${title}   ${markingWords(marking, language)}`.trimEnd(), ...lines].join("\n");
}

/** Short values beside their label, long ones below it. */
function fieldLines(label: string, words: readonly string[]): readonly string[] {
  const [only, ...others] = words;
  if (only === undefined) return [];
  if (others.length === 0 && !only.includes("\n") && only.length <= lineCharsMax) {
    return [`${margin}${label}: ${only}`];
  }
  return [`${margin}${label}:`, ...words.map((word) => indent(word, margin.repeat(2)))];
}

function rawText(value: JsonObject): string {
  return escapeText(JSON.stringify(value, null, 2));
}

function itemTexts({ items, itemLines }: LegibleMessage, language: Language): readonly string[] {
  if (items.count === 0) return [];
  const title = `${say("legible.items", language).toUpperCase()}: ${items.count}`;
  if (itemLines === null) return [`${title}\n${margin}${say("legible.items-attached", language)}`];
  const shown = itemLines.slice(0, legibleItemsMax).map(({ item }, index) => {
    const words = item === null ? say("legible.not-shown", language) : itemWords(item, language);
    return indent(`${index}. ${words}`, margin);
  });
  const left = itemLines.length - shown.length;
  const more = left > 0 ? [`${margin}${say("legible.items-more", language, { count: left })}`] : [];
  return [[title, ...shown, ...more].join("\n")];
}

function itemWords(item: JsonObject, language: Language): string {
  const whole = jsonSchemaOfItem();
  const defs = (whole["$defs"] ?? {}) as JsonSchema;
  const schema = schemaFor(item, { schema: { $ref: "#/$defs/item" }, defs });
  const fields = inFormOrder(item, schema).flatMap(([name, value]) => {
    const label = sayIfKnown(`item.${name}`, language) ?? escapeLine(name);
    if (digestPlaceOf(value) !== undefined)
      return [`${label}: ${say("legible.not-shown", language)}`];
    const at = { language, schema: memberSchema(schema, name), defs };
    const words = name === "value" ? shownValue(item, value) : valueWords(value, at);
    return words.length === 0 ? [] : [`${label}: ${words.join(", ")}`];
  });
  return fields.join("; ");
}

/** Nobody can click what was observed. */
function shownValue(item: JsonObject, value: JsonValue): readonly string[] {
  const kind = String(item["kind"]) as Choice<"itemKind">;
  return typeof value === "string" ? [escapeLine(defang(value, kind))] : [];
}
