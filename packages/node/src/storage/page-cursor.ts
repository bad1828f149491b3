/**
 * Where a page of a list begins: the place of the last row before it, as text.
 *
 * @module
 */
import { Defect } from "@parley/core/fault";
import { type PageRequest, pageRowsMax } from "../service/storage-content.ts";

/** Rows of one page, 1 to {@link pageRowsMax}, whatever was asked for. */
export function rowsOf({ rowsMax }: PageRequest): number {
  return Math.max(1, Math.min(rowsMax, pageRowsMax));
}

/** @param rows - One more than are shown, if there are more. @returns Null on the last page. */
export function nextCursor<Row>(
  rows: readonly Row[],
  shown: readonly Row[],
  placeOf: (row: Row) => readonly (string | number)[],
): string | null {
  const last = rows.length > shown.length ? shown.at(-1) : undefined;
  return last === undefined ? null : JSON.stringify(placeOf(last));
}

/** @returns Null also for what is no cursor of ours: the list then starts at its beginning. */
export function parseCursor(
  text: string | null,
  types: readonly ("number" | "string")[],
): readonly (string | number)[] | null {
  if (text === null) return null;
  try {
    const place: unknown = JSON.parse(text);
    const fits =
      Array.isArray(place) &&
      place.length === types.length &&
      place.every((value, at) => typeof value === types[at]);
    return fits ? (place as readonly (string | number)[]) : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw new Defect("only JSON is parsed here", { cause });
  }
}
