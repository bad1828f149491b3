/**
 * The report of a lint, in one language, to be read here and sent back to the author of the data.
 *
 * @module
 */
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import type { Finding, FindingPart } from "./finding.ts";

/** Places and parts that one finding lists. */
export const listedMax = 20;

export interface LintResult {
  readonly sourceName: string;
  readonly rowCount: number;
  readonly findings: readonly Finding[];
}

/** @returns Plain text, lines ended by a line feed. Names of columns are as the source has them. */
export function lintReport(
  { sourceName, rowCount, findings }: LintResult,
  language: Language,
): string {
  const head = { source: sourceName, rows: rowCount, findings: findings.length };
  const lines = [say("report.title", language, head)];
  if (findings.length === 0) lines.push(say("report.sound", language));
  for (const [index, { code, field, rows, count, parts }] of findings.entries()) {
    const text = say(`finding.${code}`, language);
    const about = { n: index + 1, field: say(`source.${field}`, language), count };
    lines.push("", say("report.finding", language, { ...about, rows: rowCount, text }));
    if (parts.length > 0) {
      lines.push(say("report.parts", language, { parts: listParts(parts, language) }));
    }
    if (rows.length > 0) {
      lines.push(say("report.rows", language, { places: listPlaces(rows, language) }));
    }
  }
  lines.push("", say("report.end", language));
  return `${lines.join("\n")}\n`;
}

function listPlaces(rows: readonly number[], language: Language): string {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last?.[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  const words = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return shorten(words, language);
}

function listParts(parts: readonly FindingPart[], language: Language): string {
  const words = parts.map(({ name, count }) => {
    const kind = sayIfKnown(`choice.itemKind.${name}`, language) ?? name.replace(/^sha-/, "SHA-");
    return `${kind} ${count}`;
  });
  return shorten(words, language);
}

function shorten(words: readonly string[], language: Language): string {
  const listed = words.slice(0, listedMax);
  const more = words.length - listed.length;
  return more === 0
    ? listed.join(", ")
    : `${listed.join(", ")}, ${say("report.more", language, { count: more })}`;
}
