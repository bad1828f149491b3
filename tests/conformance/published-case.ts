/** The tables of spec/case.md, read from the document. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CasePhase,
  type CaseRole,
  clockNames,
  type MoveName,
} from "@parley/core/case/case-table";

const text = readFileSync(join(import.meta.dirname, "../../spec/case.md"), "utf8");

/** Rows of the table between two markers, and its head. */
export function published(name: string): { readonly head: string[]; readonly rows: string[][] } {
  const part = text.split(`<!-- ${name}: generated -->`)[1]?.split(`<!-- ${name}: end -->`)[0];
  const lines = (part ?? "").trim().split("\n");
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(/[`*]/g, ""));
  const [head = [], , ...rows] = lines.map(cells);
  if (rows.length === 0) throw new Error(`no table ${name}`);
  return { head, rows };
}

const phaseTable = published("phases");
const clockTable = published("clocks");

/** What the document says of a move: a phase, `back`, or the code of the refusal. */
export function said(phase: CasePhase, move: MoveName, role: CaseRole): string {
  const row = phaseTable.rows.find(([name]) => name === move);
  const cell = row?.[phaseTable.head.indexOf(phase)];
  if (cell === undefined) throw new Error(`no cell ${phase} ${move}`);
  if (cell === "–") return "case.move-not-allowed";
  const parts = cell.split("; ").map((part) => part.split(": "));
  const letter = role === "initiator" ? "I" : "R";
  const [own] = parts.flatMap(([who, to]) =>
    to === undefined ? [who] : who === letter ? [to] : [],
  );
  return own ?? "case.wrong-role";
}

/** What a message may do to clocks: the columns of the document. */
export const clockDeeds = [
  "starts",
  "ends",
  "ends, of the other",
  "stops",
  "resumes",
  "reopens",
] as const;
export type ClockDeeds = Readonly<Record<(typeof clockDeeds)[number], string>>;

/** What the document says that a cause by a role does; nothing if it is in no row. */
export function saidOfClocks(cause: string, role: CaseRole): ClockDeeds {
  const letter = role === "initiator" ? "I" : "R";
  const row = clockTable.rows.find((cellsOf) => cellsOf[0] === cause && cellsOf[1] === letter);
  const at = (name: string) => {
    const cell = row?.[clockTable.head.indexOf(name)] ?? "";
    return cell === "all" ? clockNames.join(", ") : cell;
  };
  return Object.fromEntries(clockDeeds.map((name) => [name, at(name)])) as ClockDeeds;
}
