/**
 * Rows as a person writes them: `1-20,33`, counted from 1.
 *
 * @module
 */

const rowMax = 100_000;
const rangesMax = 10_000;

/** @returns The rows, each once; or `undefined` if they are not so written. */
export function parseRows(text: string): ReadonlySet<number> | undefined {
  const rows = new Set<number>();
  const ranges = text.split(",");
  if (ranges.length > rangesMax) return undefined;
  for (const range of ranges) {
    const match = /^\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*$/.exec(range);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || from < 1 || to < from || to > rowMax) return undefined;
    for (let row = from; row <= to; row += 1) rows.add(row);
  }
  return rows;
}

/** For a flag: the error is the command line library's. */
export function rowsFlag(text: string): ReadonlySet<number> {
  const rows = parseRows(text);
  if (rows === undefined) throw new SyntaxError("1-20,33");
  return rows;
}

/** `FIELD:ROWS`: of these rows, this field. */
export interface FieldRows {
  readonly field: string;
  readonly rows: ReadonlySet<number>;
}

export function fieldRowsFlag(text: string): FieldRows {
  const at = text.indexOf(":");
  const rows = parseRows(text.slice(at + 1));
  if (at < 1 || rows === undefined) throw new SyntaxError("FIELD:1-20,33");
  return { field: text.slice(0, at), rows };
}
