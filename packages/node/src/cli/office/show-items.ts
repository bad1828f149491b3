/**
 * Items for a reader: one line each with what is known of it, defanged; what is not shown is said.
 *
 * @module
 */
import { defang } from "@parley/core/item/defang";
import type { ShownItem } from "@parley/core/item/item";
import { escapeLine, escapeText, indent } from "@parley/core/legible/visible-text";
import { digestPlaceOf } from "@parley/core/message/disclosure";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { fill } from "../bilingual.ts";
import { timeOf } from "../dates.ts";
import { officeTexts } from "./texts.ts";
import { codeWord, markingOf, rangesOf, unknownWord } from "./wording.ts";

export const itemRow = z.object({
  index: z.int(),
  item: z.record(z.string(), z.json()).nullable(),
  isPartial: z.boolean(),
});
export type ItemRow = z.output<typeof itemRow>;

/** @param count - Items of the message; more than `rows` where not all are shown. */
export function showItems(lang: Language, rows: readonly ItemRow[], count: number): string {
  const texts = officeTexts[lang];
  const lines = rows.map((row) => `  ${String(row.index).padStart(5)}  ${lineOf(lang, row)}`);
  const title = `${texts.items.toLocaleUpperCase(lang)}   ${count}`;
  const more =
    rows.length < count ? [fill(texts["items.more"], { count: count - rows.length })] : [];
  return [title, ...lines, ...more.map((line) => `  ${line}`), ...findingsOf(lang, rows)].join(
    "\n",
  );
}

function lineOf(lang: Language, { item: sent }: ItemRow): string {
  if (sent === null) return officeTexts[lang]["held-back"];
  // The node has judged the form of every item; what is redacted stands as a digest.
  const item = sent as unknown as ShownItem;
  const { kind, value, hash, observed, grade, marking, role, phase, text, comment } = item;
  const known = (field: unknown, words: () => string) => shown(lang, field, words);
  const parts = [
    codeWord(lang, "itemKind", kind),
    known(value, () => defanged(value as string | null, item)),
    known(hash, () => String(hash)),
    `${sayIfKnown("item.observed", lang)}: ${known(observed, () => whenOf(lang, observed))}`,
    known(grade, () => String(grade)),
    known(marking, () => markingOf(lang, marking)),
    known(role, () => defangProse(escapeLine(String(role)))),
    known(phase, () => defangProse(escapeLine(String(phase)))),
  ];
  const below = [text, comment].filter((field) => field !== undefined);
  const texts = below.map((field) => known(field, () => textOf(field)));
  return [
    parts.filter((part) => part !== "").join("  "),
    ...texts.map((words) => indent(words, "           ")),
  ].join("\n");
}

function shown(lang: Language, field: unknown, words: () => string): string {
  if (field === undefined) return "";
  return digestPlaceOf(field as never) === undefined ? words() : `[${officeTexts[lang].redacted}]`;
}

function defanged(value: string | null, { kind }: ShownItem): string {
  return value === null ? "—" : escapeLine(defang(value, kind));
}

function whenOf(lang: Language, observed: unknown): string {
  if (typeof observed === "string") return sayIfKnown(`observed.${observed}`, lang) ?? observed;
  const { at, from, to } = observed as Readonly<Record<string, number>>;
  if (at !== undefined) return timeOf(at);
  return from === undefined || to === undefined
    ? unknownWord(lang)
    : `${timeOf(from)} – ${timeOf(to)}`;
}

function textOf(field: unknown): string {
  const { lang, text } = field as { readonly lang: string; readonly text: string };
  return `[${escapeLine(lang)}] ${defangProse(escapeText(text))}`;
}

/** Addresses and names that stand in a text: a terminal would make a link of them. */
const clickable = /\S*(?::\/\/|\d{1,3}(?:\.\d{1,3}){3}|[\p{L}\d-]+\.\p{L}{2,})\S*/gu;

function defangProse(text: string): string {
  return text.replace(clickable, (word) => defang(word, "other"));
}

/** Each finding once, with the items that have it. */
function findingsOf(lang: Language, rows: readonly ItemRow[]): readonly string[] {
  const ranges = new Map<string, [number, number][]>();
  for (const { index, item } of rows) {
    const codes = Array.isArray(item?.["findings"]) ? item["findings"] : [];
    for (const code of codes) {
      const known = ranges.get(String(code)) ?? [];
      const last = known.at(-1);
      if (last?.[1] === index) last[1] = index + 1;
      else known.push([index, index + 1]);
      ranges.set(String(code), known);
    }
  }
  if (ranges.size === 0) return [];
  const lines = [...ranges].map(([code, found]) => {
    const words = sayIfKnown(`finding.${code}`, lang) ?? escapeLine(code);
    return `  ${rangesOf(lang, found)}: ${words}`;
  });
  return ["", officeTexts[lang]["findings.title"], ...lines];
}
