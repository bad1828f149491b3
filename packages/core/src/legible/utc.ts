/**
 * Times for a person: UTC, in the order of ISO 8601, the same in every language.
 *
 * @module
 */
const daySeconds = 86_400;

/** @param seconds - POSIX seconds, 0 or more. @returns `2016-12-29 08:05:00 UTC`. */
export function formatUtc(seconds: number): string {
  const rest = seconds % daySeconds;
  const parts = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60];
  return `${dateOf(Math.floor(seconds / daySeconds))} ${parts.map(twoDigits).join(":")} UTC`;
}

/** @param minutes - Of a day, 0 to 1,440. @returns `08:05`. */
export function formatTimeOfDay(minutes: number): string {
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** Days since 1970-01-01, counted in years that begin in March, eras of 400 years. */
function dateOf(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
