/**
 * Goal: what runs is what spec/case.md publishes, cell by cell. Method: each cell of the published
 * table is played as messages into a fold. Then every cell of the table that runs is changed, and the
 * same comparison must fail.
 */
import {
  type CasePhase,
  type CaseRole,
  caseMoves,
  casePhases,
  caseRoles,
  caseRules,
  type MoveName,
} from "@parley/core/case/case-table";
import { viewCase } from "@parley/core/case/case-view";
import { expect, test } from "vitest";
import { kindOf, playTo, sayingsOf, sideOf } from "./case-play.ts";
import { isCaught, type Open, setting } from "./mutants.ts";
import { said } from "./published-case.ts";

/** Nobody can take back what the other party said: no message makes such a move. */
function isPossible(move: MoveName, role: CaseRole): boolean {
  if (move === "withdrawal:opening") return role === "initiator";
  return move !== "withdrawal:reply" || role === "respondent";
}

const cells = casePhases
  .flatMap((phase) => caseMoves.flatMap((move) => caseRoles.map((role) => ({ phase, move, role }))))
  .filter(({ move, role }) => isPossible(move, role));
type Cell = (typeof cells)[number];

/** The move played as a message; `back` is told from the phase by the history, which was answered. */
function played({ phase, move, role }: Cell): string {
  const play = playTo(phase, role === "initiator" ? "respondent" : "initiator");
  if (phaseOf(play) !== phase) return `not led to ${phase}`;
  const code = play.say(sideOf[role], kindOf(move), sayingsOf(move, role));
  return code ?? phaseOf(play) ?? "none";
}

function phaseOf({ fold, now }: ReturnType<typeof playTo>): CasePhase | undefined {
  const record = fold.case("q");
  return record && viewCase(fold, record, now)?.phase;
}

function isAsSaid(cell: Cell): boolean {
  const wanted = said(cell.phase, cell.move, cell.role).replace("back", "answered");
  return played(cell) === wanted;
}

test("[CASE-4] [CASE-22] every move leads where the published table says, and no other is accepted", () => {
  const seen = cells.map((cell) => ({ ...cell, to: played(cell) }));
  const wanted = cells.map((cell) => ({
    ...cell,
    to: said(cell.phase, cell.move, cell.role).replace("back", "answered"),
  }));
  expect(seen).toEqual(wanted);
  expect(new Set(seen.map(({ to }) => to)).size).toBeGreaterThan(casePhases.length);
});

test("[CASE-8] lets only the party that did not propose agree to closure or reject it", () => {
  for (const proposer of caseRoles) {
    for (const kind of ["agree-closure", "reject-closure"]) {
      const own = playTo("closing", proposer).say(sideOf[proposer], kind);
      expect([proposer, kind, own]).toEqual([proposer, kind, "case.wrong-role"]);
    }
  }
});

test("[CASE-4] a change of any cell of the table of phases is noticed", () => {
  const rules = caseRules as Open<Record<CasePhase, Record<string, Record<string, string>>>>;
  const survivors: string[] = [];
  let count = 0;
  for (const cell of cells) {
    const { phase, move, role } = cell;
    const row = rules[phase][move] ?? {};
    const others = [undefined, "received", "withdrawn", "closed"].filter((to) => to !== row[role]);
    for (const to of others) {
      const changed = { ...row, [role]: to } as Record<string, string>;
      if (to === undefined) delete changed[role];
      count += 1;
      const gone = Object.keys(changed).length === 0 ? undefined : changed;
      if (!isCaught(setting(rules[phase], move, gone), () => !isAsSaid(cell))) {
        survivors.push(`${phase} ${move} ${role} → ${to}`);
      }
    }
  }
  console.log(
    `table of phases: ${cells.length} cells, ${count} mutants, ${survivors.length} alive`,
  );
  expect(survivors).toEqual([]);
  expect(cells.every(isAsSaid)).toBe(true);
});
