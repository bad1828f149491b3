/**
 * Times for a person: always UTC, as on the wire, and in the order of ISO 8601 in both languages.
 *
 * @module
 */
/** @param seconds - POSIX seconds. */
export function timeOf(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
