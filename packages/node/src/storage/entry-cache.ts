/**
 * The entries that this process appended last, in memory: they are pushed, or opened, next.
 *
 * An entry never changes once its transaction stands, so what is here is what the database holds.
 *
 * @module
 */
import type { LogEntry } from "../service/storage-log.ts";

/** Of all logs together: some 500 of the longest entries, or 3,000 short ones. */
const bytesMax = 33_554_432;

export class EntryCache {
  /** Oldest first. */
  readonly #entries = new Map<string, LogEntry>();
  #bytes = 0;

  put(logId: number, entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const key = keyOf(logId, entry.index);
      if (this.#entries.has(key)) continue;
      this.#entries.set(key, entry);
      this.#bytes += entry.bytes.length;
    }
    for (const [key, { bytes }] of this.#entries) {
      if (this.#bytes <= bytesMax) break;
      this.#entries.delete(key);
      this.#bytes -= bytes.length;
    }
  }

  /** @returns The entries [from, from + count); `undefined` if any of them is not here. */
  list(logId: number, from: number, count: number): readonly LogEntry[] | undefined {
    const found: LogEntry[] = [];
    for (let index = from; index < from + count; index += 1) {
      const entry = this.#entries.get(keyOf(logId, index));
      if (entry === undefined) return undefined;
      found.push(entry);
    }
    return found;
  }
}

function keyOf(logId: number, index: number): string {
  return `${logId}/${index}`;
}
