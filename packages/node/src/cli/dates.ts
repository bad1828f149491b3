/**
 * Times for a person: always UTC, as on the wire, and in the order of ISO 8601 in both languages.
 *
 * @module
 */
/** @param seconds - POSIX seconds. */
export function timeOf(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A typed time, UTC. @returns POSIX seconds. */
export function parseTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SyntaxError("2026-12-01T12:00:00Z");
  return time / 1_000;
}
