/**
 * What this process wrote last into its own logs, in memory until it is receipted and folded: the
 * push and the fold need not read it back from the database.
 *
 * Only a shortcut: who does not find an entry here reads it there, after a restart all.
 *
 * @module
 */
import type { OpenedMessage } from "@parley/core/entry/open-message";
import { type AttachedFile, filesOf } from "./attached-files.ts";

/** Entries of one log that are remembered; some kilobytes each. */
const entriesMax = 2_048;

export interface RecentEntry {
  readonly index: number;
  readonly desk: string;
  /** As far as the fold reads it: without what it shows, a notice excepted. */
  readonly opened: Pick<OpenedMessage, "message" | "isKnownKind">;
  readonly files: readonly AttachedFile[];
}

export class RecentEntries {
  /** By log id and index. */
  readonly #logs = new Map<number, Map<number, RecentEntry>>();

  /** An entry that stands: its transaction is over. */
  note(logId: number, entry: Pick<RecentEntry, "index" | "desk" | "opened">): void {
    const { message, isKnownKind } = entry.opened;
    const blocks = message.blocks.filter(({ name }) => name === "notice");
    const opened = { isKnownKind, message: { ...message, blocks, itemLines: null } };
    const log = this.#logs.get(logId) ?? new Map<number, RecentEntry>();
    this.#logs.set(logId, log);
    log.set(entry.index, { ...entry, opened, files: filesOf(message) });
    const [oldest] = log.keys();
    if (log.size > entriesMax && oldest !== undefined) log.delete(oldest);
  }

  /** @returns The entries [from, from + count) in order; `undefined` if any of them is not here. */
  list(logId: number, from: number, count: number): readonly RecentEntry[] | undefined {
    const log = this.#logs.get(logId);
    const entries: RecentEntry[] = [];
    for (let index = from; index < from + count; index += 1) {
      const entry = log?.get(index);
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return entries;
  }

  /** They are receipted and folded, and nobody asks for them any more. */
  forget(logId: number, from: number, count: number): void {
    const log = this.#logs.get(logId);
    for (let index = from; index < from + count; index += 1) log?.delete(index);
  }
}
