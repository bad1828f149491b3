/**
 * Writes the tables of spec/case.md from those that run: phases, clocks, and both of merge.
 *
 * Run: npx node --conditions=parley-source tools/generate-case.ts
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clockMerge, clockStandings, phaseMerge } from "@parley/core/case/case-merge";
import {
  type CaseRow,
  type ClockEffect,
  caseMoves,
  casePhases,
  caseRoles,
  caseRules,
  clockEffects,
  clockNames,
} from "@parley/core/case/case-table";
import { repositoryRoot } from "./project-files.ts";

const path = "spec/case.md";

/** The document with each table between its markers. */
export function generateCase(): string {
  const tables = {
    phases: phaseTable(),
    clocks: clockTable(),
    merge: squareTable(casePhases, phaseMerge),
    "clock-merge": squareTable(clockStandings, clockMerge),
  };
  return Object.entries(tables).reduce(
    (whole, [name, table]) => {
      const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
      const [head, rest] = whole.split(begin);
      const tail = rest?.split(end)[1];
      if (head === undefined || tail === undefined) throw new Error(`no markers for ${name}`);
      return `${head}${begin}\n\n${table}\n\n${end}${tail}`;
    },
    readFileSync(join(repositoryRoot, path), "utf8"),
  );
}

function phaseTable(): string {
  const rows = caseMoves.map((move) => [
    `\`${move}\``,
    ...casePhases.map((phase) => cell(caseRules[phase][move])),
  ]);
  return tableOf(["move", ...casePhases], rows);
}

function cell(row: CaseRow = {}): string {
  const { initiator, respondent } = row;
  if (initiator !== undefined && initiator === respondent) return initiator;
  const parts = [
    ...(initiator === undefined ? [] : [`I: ${initiator}`]),
    ...(respondent === undefined ? [] : [`R: ${respondent}`]),
  ];
  return parts.length === 0 ? "–" : parts.join("; ");
}

function clockTable(): string {
  const head = [
    "cause",
    "by",
    "starts",
    "ends",
    "ends, of the other",
    "stops",
    "resumes",
    "reopens",
  ];
  const rows = Object.entries(clockEffects).flatMap(([cause, byRole]) =>
    caseRoles.flatMap((role) => {
      const effect: ClockEffect | undefined = byRole[role];
      if (effect === undefined) return [];
      const { start, end, endTheirs, stop, resume, reopen } = effect;
      const lists = [start, end, endTheirs, stop, resume, reopen].map(names);
      return [[`\`${cause}\``, role === "initiator" ? "I" : "R", ...lists]];
    }),
  );
  return tableOf(head, rows);
}

function names(list: readonly string[] = []): string {
  return list.length === clockNames.length ? "all" : list.join(", ");
}

function squareTable<K extends string>(
  keys: readonly K[],
  square: Readonly<Record<K, Readonly<Record<K, K>>>>,
): string {
  return tableOf(
    ["", ...keys],
    keys.map((x) => [`**${x}**`, ...keys.map((y) => square[x][y])]),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

if (import.meta.main) writeFileSync(join(repositoryRoot, path), generateCase());
