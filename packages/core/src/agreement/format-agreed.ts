/**
 * A single agreed value in the reader's words: periods, sizes, times, hours, lists, texts.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import { choices } from "../kind/choices.ts";
import { formatTimeOfDay, formatUtc } from "../legible/utc.ts";
import { escapeText } from "../legible/visible-text.ts";
import { say } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import type { AgreementSubject } from "./agreement-subjects.ts";

const units = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
] as const;
const sizes = [
  [2 ** 30, "gibibyte"],
  [2 ** 20, "mebibyte"],
  [2 ** 10, "kibibyte"],
] as const;

/** @param member - The nearest member by name; empty if it is the subject itself. */
export function formatAgreed(
  subject: AgreementSubject,
  member: string,
  value: JsonValue,
  language: Language,
): string {
  if (value === null) return say("difference.none-agreed", language);
  if (subject === "adoptBy") return formatUtc(Number(value));
  if (subject === "clocks" || /[sS]econds/.test(member))
    return formatPeriod(Number(value), language);
  if (/^bytes|Bytes/.test(member)) return formatOctets(Number(value), language);
  if (/Days$/.test(member) && typeof value === "number") {
    return say("difference.day", language, { count: value });
  }
  if (member === "hours")
    return (value as unknown as readonly Hours[])
      .map((row) => hoursWords(row, language))
      .join("; ");
  if (typeof value === "boolean")
    return say(value ? "choice.certainty.yes" : "choice.certainty.no", language);
  if (typeof value === "string") return escapeText(value);
  return typeof value === "number" ? String(value) : escapeText(listWords(value));
}

/** The largest unit that the period is a multiple of: 90 minutes are no hours. */
function formatPeriod(seconds: number, language: Language): string {
  // Up to three days are told in hours, as deadlines are.
  const fitting = units.filter(([, unit]) => unit !== "day" || seconds > 3 * 86_400);
  const [size, unit] = fitting.find(([length]) => seconds % length === 0) ?? [1, "second"];
  return say(`difference.${unit as "day"}`, language, { count: seconds / size });
}

function formatOctets(octets: number, language: Language): string {
  const [size, unit] = sizes.find(([length]) => octets > 0 && octets % length === 0) ?? [
    1,
    "octet",
  ];
  return say(`difference.${unit as "octet"}`, language, { count: octets / size });
}

interface Hours {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

function hoursWords({ days, from, to }: Hours, language: Language): string {
  const names = days.map((day) =>
    say(`choice.weekday.${choices.weekday[day - 1] ?? "mon"}`, language),
  );
  return `${names.join(" ")} ${formatTimeOfDay(from)}–${formatTimeOfDay(to)}`;
}

function listWords(value: JsonValue): string {
  return Array.isArray(value) ? value.map(String).join(", ") : JSON.stringify(value);
}
