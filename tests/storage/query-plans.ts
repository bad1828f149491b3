/**
 * How SQLite goes about every statement that was prepared while tests ran.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";

/** Tables that grow with what parties say to one another. */
const growing: readonly string[] = [
  ...["entry", "node", "checkpoint", "pendingCheckpoint", "receipt", "opened", "secret"],
  ...["attachment", "attachmentPart", "attachmentReference"],
  ...["projectedCase", "projectedCaseDesk", "projectedMessage"],
  ...["session", "act", "draft", "draftStep"],
];

export interface PreparedTexts extends Disposable {
  readonly texts: ReadonlySet<string>;
}

/** From now until it is disposed of. */
export function collectPrepared(): PreparedTexts {
  const texts = new Set<string>();
  const { prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, text: string, ...more: []) {
    texts.add(text);
    return prepare.call(this, text, ...more);
  };
  return {
    texts,
    [Symbol.dispose]() {
      DatabaseSync.prototype.prepare = prepare;
    },
  };
}

export interface Scan {
  readonly text: string;
  /** In SQLite's words. */
  readonly detail: string;
}

/** @returns Each scan of a table that grows, and each sort of rows of one. */
export function findScans(database: DatabaseSync, texts: Iterable<string>): readonly Scan[] {
  const scans: Scan[] = [];
  for (const text of texts) {
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) continue;
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all();
    for (const { detail } of plan as { detail: string }[]) {
      const scanned = /^SCAN (\w+)/.exec(detail)?.[1];
      if (scanned !== undefined && growing.includes(scanned)) scans.push({ text, detail });
    }
  }
  return scans;
}
