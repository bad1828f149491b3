/**
 * Codes, places, times and spans in the reader's words. Labels of markings stay as they are.
 *
 * @module
 */
import { kindNameOf } from "@parley/core/kind/kinds";
import { escapeLine } from "@parley/core/legible/visible-text";
import { say, sayIfKnown } from "@parley/core/vocabulary/catalogue";
import type { Language } from "../../config.ts";
import { fill } from "../bilingual.ts";
import { timeOf } from "../dates.ts";
import { officeTexts } from "./texts.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `2 d 3 h`, `3 h 5 min`, `0 min`: the two largest units, cut off. */
export function spanOf(lang: Language, seconds: number): string {
  const texts = officeTexts[lang];
  const units = [
    [day, texts.days],
    [hour, texts.hours],
    [minute, texts.minutes],
  ] as const;
  let rest = Math.abs(seconds);
  const parts: string[] = [];
  for (const [size, unit] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
    else if (parts.length === 1) break;
  }
  return parts.length === 0 ? `0 ${texts.minutes}` : parts.join(" ");
}

/** @param kind - With or without its version; a peer's, perhaps unknown. */
export function kindTitle(lang: Language, kind: string): string {
  const name = kind.includes(".") ? kindNameOf(kind) : kind;
  return sayIfKnown(`kind.${name}.title`, lang) ?? escapeLine(kind);
}

/** A code of a closed list; one that no list has is shown as it is. */
export function codeWord(lang: Language, list: string, code: string): string {
  return sayIfKnown(`choice.${list}.${code}`, lang) ?? escapeLine(code);
}

/** `live/1/17`; never translated, for it is quoted in both capitals. */
export function placeOf(at: {
  readonly class: string;
  readonly epoch: number;
  readonly index: number;
}): string {
  return `${at.class}/${at.epoch}/${at.index}`;
}

/** The class, where it is not live: an exercise is never taken for something else. */
export function classMark(lang: Language, trafficClass: string): string {
  return trafficClass === "live" ? "" : (sayIfKnown(`class.${trafficClass}`, lang) ?? trafficClass);
}

export interface ShownClock {
  readonly name: string;
  readonly standing: "running" | "stopped" | "ended";
  readonly isOverdue: boolean;
  readonly left: number | null;
  readonly dueAt: number;
  readonly endedAt: number | null;
}

export function clockWord(lang: Language, name: string): string {
  return sayIfKnown(`clock.${name}`, lang) ?? escapeLine(name);
}

/** How much of a clock is left, or since when it is over. */
export function standingOf(lang: Language, clock: ShownClock): string {
  const texts = officeTexts[lang];
  const { standing, isOverdue, left, dueAt, endedAt } = clock;
  if (standing === "ended") {
    const values = { at: timeOf(endedAt ?? dueAt), due: timeOf(dueAt) };
    return fill(isOverdue ? texts["ended.late"] : texts.ended, values);
  }
  const span = spanOf(lang, left ?? 0);
  if (isOverdue) return fill(texts.overdue, { span });
  return fill(standing === "stopped" ? texts.stopped : texts.left, { span });
}

/** The sentence of a refusal, if the code is known; a peer may write any. */
export function refusalSentence(lang: Language, code: string): string {
  return sayIfKnown(`refusal.${code}`, lang) ?? "";
}

/** `TLP:AMBER+STRICT PAP:RED`, then flags in words. */
export function markingOf(lang: Language, marking: unknown): string {
  if (typeof marking !== "object" || marking === null) return "";
  const { tlp, pap, iep, flags } = marking as Readonly<Record<string, unknown>>;
  const words = [
    typeof tlp === "string" ? `TLP:${escapeLine(tlp)}` : "",
    typeof pap === "string" ? `PAP:${escapeLine(pap)}` : "",
    typeof iep === "object" && iep !== null ? `IEP:${nameOfIep(iep)}` : "",
    ...(Array.isArray(flags) ? flags.map((flag) => codeWord(lang, "flag", String(flag))) : []),
  ];
  return words.filter((word) => word !== "").join(" · ");
}

function nameOfIep(iep: object): string {
  const { name } = iep as { readonly name?: unknown };
  return typeof name === "string" ? escapeLine(name) : "?";
}

/** `[0, 20), [25, 26)` as `0–19, 25`. */
export function rangesOf(lang: Language, ranges: unknown): string {
  const texts = officeTexts[lang];
  if (!Array.isArray(ranges) || ranges.length === 0) return texts.whole;
  return ranges
    .map((range) => {
      const [from, to] = Array.isArray(range) ? range.map(Number) : [0, 0];
      const [first = 0, last = 0] = [from, (to ?? 0) - 1];
      return first === last ? String(first) : fill(texts.of, { from: first, to: last });
    })
    .join(", ");
}

export function phaseWord(lang: Language, phase: string): string {
  return sayIfKnown(`phase.${phase}`, lang) ?? escapeLine(phase);
}

export function unknownWord(lang: Language): string {
  return say("observed.unknown", lang);
}
