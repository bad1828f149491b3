/**
 * How a bench says what it found: a table for whoever reads, and one line for whoever judges.
 *
 * @module
 */

/** What a figure has to be: at least `min`, at most `max`. */
export interface Goal {
  readonly min?: number;
  readonly max?: number;
}

/** `figures` and `goals` have the same keys; `met` is true if every figure is within its goal. */
export interface Verdict {
  readonly bench: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly goals: Readonly<Record<string, Goal>>;
  readonly met: boolean;
}

export function judge(
  bench: string,
  goals: Readonly<Record<string, Goal>>,
  measured: Readonly<Record<string, number>>,
): Verdict {
  const figures: Record<string, number> = {};
  let met = true;
  for (const [
    key,
    { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY },
  ] of Object.entries(goals)) {
    const figure = measured[key];
    if (figure === undefined || !Number.isFinite(figure))
      throw new Error(`${key} was not measured`);
    figures[key] = Number(figure.toPrecision(4));
    met &&= figure >= min && figure <= max;
  }
  return { bench, figures, goals, met };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new Error("a median of nothing");
  return (upper + lower) / 2;
}

/** Left column as text, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}
