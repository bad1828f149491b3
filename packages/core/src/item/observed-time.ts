/**
 * Times of observation as sources write them.
 *
 * Only what names one instant or one UTC day is read: a clock time without a zone could be any of
 * forty. Sources: RFC 3339; ISO 8601 calendar dates.
 *
 * @module
 */
import { timeMax } from "../message/control.ts";
import type { Item } from "./item.ts";

const daySeconds = 86_400;
const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)? ?(Z|[+-]\d{2}:\d{2}))?$/;
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @returns An instant, a whole UTC day, or `undefined` for what is neither. */
export function parseObserved(text: string): Exclude<Item["observed"], string> | undefined {
  const [match, year, month, day, hour, minute, second, zone] = form.exec(text.trim()) ?? [];
  if (match === undefined) return undefined;
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  if (midnight === undefined) return undefined;
  if (zone === undefined) return within({ from: midnight, to: midnight + daySeconds });
  const clock = clockSeconds(Number(hour), Number(minute), Number(second ?? 0));
  const offset = offsetSeconds(zone);
  if (clock === undefined || offset === undefined) return undefined;
  const at = midnight + clock - offset;
  return at >= 0 && at <= timeMax ? { at } : undefined;
}

function clockSeconds(hour: number, minute: number, second: number): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * 3_600 + minute * 60 + second;
}

function within(day: { from: number; to: number }): { from: number; to: number } | undefined {
  return day.from >= 0 && day.to <= timeMax ? day : undefined;
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const [hours, minutes] = zone.slice(1).split(":").map(Number);
  if (hours === undefined || minutes === undefined || hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

/** POSIX seconds of 00:00 UTC. Days from the civil calendar, with years that begin in March. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  const days = monthDays[month - 1];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (days === undefined || day < 1 || day > days) return undefined;
  if (month === 2 && day === 29 && !isLeap) return undefined;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const yearOfEra = y - era * 400;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * daySeconds;
}
