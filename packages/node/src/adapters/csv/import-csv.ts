/**
 * CSV in the form of JAR-16-20296A → items and lint findings.
 *
 * Columns are found by their headings, in any order. What the form does not have (a grade of the
 * source) may stand in columns of its own; a column that nothing reads is told. One row makes one
 * item: nothing is dropped.
 *
 * @module
 */
import type { Finding } from "@parley/core/item/finding";
import type { Item } from "@parley/core/item/item";
import { lintRows } from "@parley/core/item/lint";
import type { SourceRow, SourceSettings } from "@parley/core/item/source-row";
import { itemCountMax } from "@parley/core/message/body";
import { accept, type Result, refuse } from "@parley/core/result";
import { type CsvRefusal, readCsv } from "./read-csv.ts";

/** Headings of the form, and what they hold. */
const formColumns = {
  INDICATOR_VALUE: "value",
  TYPE: "kind",
  COMMENT: "comment",
  ROLE: "role",
  ATTACK_PHASE: "phase",
  OBSERVED_DATE: "observed",
  HANDLING: "marking",
  DESCRIPTION: "text",
} as const;
/** Headings that may be there besides. */
const gradeColumns = {
  SOURCE_RELIABILITY: "reliability",
  INFORMATION_CREDIBILITY: "credibility",
} as const;

export interface CsvImport {
  /** One for each row, in order. */
  readonly items: readonly Item[];
  readonly findings: readonly Finding[];
  readonly rowCount: number;
}

export type ImportRefusal =
  | CsvRefusal
  | "csv.missing-columns"
  | "csv.repeated-column"
  | "csv.too-many-rows"
  | "csv.wrong-width";

/**
 * @returns The items; or `csv.missing-columns` if the headings are not those of the form,
 *   `csv.repeated-column` if one stands twice, `csv.wrong-width` for a row with more or fewer fields
 *   than headings, `csv.too-many-rows` above {@link itemCountMax}, and what `readCsv` refuses. `detail`
 *   names columns and rows: the file is the importing person's own.
 */
export async function importCsv(
  source: AsyncIterable<Uint8Array>,
  settings: SourceSettings,
): Promise<Result<CsvImport, ImportRefusal>> {
  const rows: SourceRow[] = [];
  let headings: Headings | undefined;
  const read = await readCsv(source, (fields, index): Result<true, ImportRefusal> => {
    if (headings === undefined) {
      const found = readHeadings(fields);
      if (!found.ok) return found;
      headings = found.value;
      return accept(true);
    }
    if (index > itemCountMax) return refuse("csv.too-many-rows", `more than ${itemCountMax} rows`);
    if (fields.length !== headings.width) {
      return refuse(
        "csv.wrong-width",
        `row ${index}: ${fields.length} of ${headings.width} fields`,
      );
    }
    rows.push(rowOf(fields, index, headings));
    return accept(true);
  });
  if (!read.ok) return read;
  if (headings === undefined) return refuse("csv.missing-columns", "the file is empty");
  const { items, findings } = lintRows(rows, settings, headings.unread);
  return accept({ items, findings, rowCount: rows.length });
}

interface Headings {
  readonly width: number;
  /** By field of a row, the place of its column. */
  readonly places: ReadonlyMap<string, number>;
  readonly unread: readonly string[];
}

function readHeadings(
  fields: readonly string[],
): Result<Headings, "csv.missing-columns" | "csv.repeated-column"> {
  const names = fields.map((name) => name.trim().toUpperCase());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return refuse("csv.repeated-column", repeated.slice(0, 80));
  const missing = Object.keys(formColumns).filter((name) => !names.includes(name));
  if (missing.length > 0) return refuse("csv.missing-columns", missing.join(", "));
  const columns: Readonly<Record<string, string>> = { ...formColumns, ...gradeColumns };
  const places = new Map<string, number>();
  const unread: string[] = [];
  for (const [place, name] of names.entries()) {
    const field = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (field === undefined) unread.push(name.slice(0, 80));
    else places.set(field, place);
  }
  return accept({ width: names.length, places, unread });
}

function rowOf(fields: readonly string[], row: number, { places }: Headings): SourceRow {
  const at = (field: string) => fields[places.get(field) ?? -1];
  return {
    row,
    value: at("value") ?? "",
    kind: at("kind") ?? "",
    comment: at("comment") ?? "",
    role: at("role") ?? "",
    phase: at("phase") ?? "",
    observed: at("observed") ?? "",
    marking: at("marking") ?? "",
    text: at("text") ?? "",
    reliability: at("reliability") ?? null,
    credibility: at("credibility") ?? null,
  };
}
