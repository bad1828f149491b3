/**
 * What somebody who typed a word wrongly may have meant.
 *
 * @module
 */

/** @returns The words, those first that take the fewest letters put in, left out or changed. */
export function nearestTo(typed: string, words: readonly string[]): readonly string[] {
  const distances = new Map(words.map((word) => [word, distance(typed.slice(0, 64), word)]));
  return words.toSorted((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
}

/** Levenshtein's, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
