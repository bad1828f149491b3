/**
 * The lint of a source: its rows as items, and all that is wrong with it, with places and counts.
 *
 * Nothing is looked up and nothing is dropped: what cannot be mended is told, the findings travel with
 * the items, and the report can be sent back to the author.
 *
 * @module
 */
import {
  type Finding,
  type FindingCode,
  type FindingPart,
  findingCodes,
  type SourceField,
} from "./finding.ts";
import type { Item } from "./item.ts";
import {
  type ReadRow,
  type RowFinding,
  readSourceRow,
  type SourceRow,
  type SourceSettings,
} from "./source-row.ts";

/** A text, or the part of it that begins with its second line, is long from here on. */
export const longTextCharsMin = 200;
/** Names that one finding counts apart; the rest is counted together. */
export const partsMax = 100;

export interface Lint {
  /** One for each row, in order, each with the codes of its own findings. */
  readonly items: readonly Item[];
  /** In the order of `findingCodes`. */
  readonly findings: readonly Finding[];
}

/** @param columnsNotRead - Headings of the source that nothing here reads. */
export function lintRows(
  rows: readonly SourceRow[],
  settings: SourceSettings,
  columnsNotRead: readonly string[] = [],
): Lint {
  const read = rows.map((row) => readSourceRow(row, settings));
  const across = [...repeatedTexts(rows, read), ...duplicates(read)];
  const byRow = new Map<number, RowFinding[]>();
  for (const { index, finding } of across) push(byRow, index, finding);
  const tally = new Map<string, Tally>();
  const items = read.map(({ item, findings }, index) => {
    const all = [...findings, ...(byRow.get(index) ?? [])];
    for (const finding of all) count(tally, finding, rows[index]?.row ?? 0);
    const codes = new Set(all.map(({ code }) => code));
    const ordered = findingCodes.filter((code) => codes.has(code));
    return ordered.length === 0 ? item : { ...item, findings: ordered };
  });
  return { items, findings: [...findingsOf(tally), ...unread(columnsNotRead)].sort(inOrder) };
}

interface Across {
  readonly index: number;
  readonly finding: RowFinding;
}

interface Tally {
  readonly code: FindingCode;
  readonly field: SourceField;
  readonly rows: number[];
  readonly parts: Map<string, number>;
}

/** One text on several values: it can be true of one. A short one is a phrase and is not looked at. */
function repeatedTexts(rows: readonly SourceRow[], read: readonly ReadRow[]): readonly Across[] {
  const places = new Map<string, number[]>();
  for (const [index, { text }] of rows.entries()) {
    for (const part of longPartsOf(text)) push(places, part, index);
  }
  const indices = new Set<number>();
  for (const found of places.values()) {
    const values = new Set(found.map((index) => read[index]?.item.value));
    if (values.size > 1) for (const index of found) indices.add(index);
  }
  const finding = { code: "repeated-text", field: "text" } as const;
  return [...indices].map((index) => ({ index, finding }));
}

/** The whole, and what follows the first line, where authors put what is this row's own. */
function longPartsOf(text: string): readonly string[] {
  const whole = text.trim();
  const [, ...others] = whole.split("\n");
  const parts = [whole, others.join("\n").trim()];
  return parts.filter((part) => part.length >= longTextCharsMin);
}

/** The same thing more than once; both stay. */
function duplicates(read: readonly ReadRow[]): readonly Across[] {
  const places = new Map<string, number[]>();
  for (const [index, { item }] of read.entries()) {
    if (item.value === null) continue;
    const isUrl = item.kind === "url" || item.kind === "other" || item.kind === "file-name";
    const value = isUrl ? item.value : item.value.toLowerCase();
    const key = `${item.kind} ${item.hash ?? ""} ${value}`;
    push(places, key, index);
  }
  const finding = { code: "duplicate", field: "value" } as const;
  return [...places.values()]
    .filter(({ length }) => length > 1)
    .flatMap((indices) => indices.map((index) => ({ index, finding })));
}

function count(tallies: Map<string, Tally>, { code, field, part }: RowFinding, row: number): void {
  const key = `${code} ${field}`;
  const tally: Tally = tallies.get(key) ?? { code, field, rows: [], parts: new Map() };
  tallies.set(key, tally);
  if (tally.rows.at(-1) !== row) tally.rows.push(row);
  if (part === undefined) return;
  const name = tally.parts.has(part) || tally.parts.size < partsMax ? part : "…";
  tally.parts.set(name, (tally.parts.get(name) ?? 0) + 1);
}

function findingsOf(tallies: Map<string, Tally>): readonly Finding[] {
  return [...tallies.values()].map(({ code, field, rows, parts }) => ({
    code,
    field,
    rows,
    count: rows.length,
    parts: [...parts].map(([name, n]) => ({ name, count: n })).sort(mostFirst),
  }));
}

function unread(columns: readonly string[]): readonly Finding[] {
  if (columns.length === 0) return [];
  const parts = columns.slice(0, partsMax).map((name) => ({ name, count: 1 }));
  return [{ code: "column-not-read", field: "columns", rows: [], count: columns.length, parts }];
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function mostFirst(a: FindingPart, b: FindingPart): number {
  return b.count - a.count || (a.name < b.name ? -1 : 1);
}

function inOrder(a: Finding, b: Finding): number {
  return (
    findingCodes.indexOf(a.code) - findingCodes.indexOf(b.code) || (a.field < b.field ? -1 : 1)
  );
}
