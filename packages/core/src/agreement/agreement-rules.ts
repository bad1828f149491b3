/**
 * What an agreement says about one kind, desk or severity, in the form in which it is asked.
 *
 * @module
 */
import type { ClockPeriods } from "../case/case-state.ts";
import type { ClockName } from "../case/case-table.ts";
import { nodeName } from "../party/party-name.ts";
import type { AgreementPayload } from "./agreement-schema.ts";

/** What a node may be told, and says itself. No agreement changes it. */
export const nodeKinds: readonly string[] = [
  "key-change",
  "link-answer",
  "link-test",
  "refusal",
  "service-note",
];

/**
 * Periods of the clocks that a message of this kind starts, in seconds.
 *
 * @param severity - 0 to 5; a message without a severity counts as 0.
 */
export function clockPeriods(
  agreement: AgreementPayload,
  kind: string,
  severity: number | null,
): ClockPeriods {
  const period = (name: ClockName): number | null => {
    const clock = agreement.clocks.find((each) => each.kind === kind && each.clock === name);
    return clock?.bySeverity[severity ?? 0] ?? null;
  };
  return {
    receipt: period("receipt"),
    holding: period("holding"),
    answer: period("answer"),
    final: period("final"),
    closure: period("closure"),
  };
}

/** Desks that escalate to this one, in order of name. */
export function desksBelow({ desks }: AgreementPayload, desk: string): readonly string[] {
  return desks.filter(({ escalatesTo }) => escalatesTo === desk).map(({ name }) => name);
}

/** Whether a message of this kind may be addressed to this desk, or to `node`. */
export function mayKind(agreement: AgreementPayload, desk: string, kind: string): boolean {
  if (desk === nodeName) return nodeKinds.includes(kind);
  return agreement.desks.some(({ name, kinds }) => name === desk && kinds.includes(kind));
}

/** Messages of this kind in one UTC day of receipt, each way; what exceeds it is marked. */
export function quotaOf({ quotas }: AgreementPayload, kind: string): number {
  return quotas.perDay.find((each) => each.kind === kind)?.count ?? quotas.otherPerDay;
}

/** @param hour - 0 to 23, UTC. @returns The party whose link test is due in it. */
export function linkTester({ linkTests }: AgreementPayload, hour: number): string {
  return hour % 2 === 0 ? linkTests.evenHours : linkTests.oddHours;
}

/** What TLP means by organisation, clients and community when this desk of this party receives. */
export function handlingOf(
  { handling }: AgreementPayload,
  party: string,
  desk: string,
): AgreementPayload["handling"][number] | undefined {
  return handling.find((each) => each.party === party && each.desk === desk);
}

/** A level of the common scale beside the levels of both parties that stand at it. */
export interface SeverityRow {
  /** 0 to 5. */
  readonly common: number;
  readonly title: AgreementPayload["severity"]["common"][number];
  /** In order of the parties; empty where a party has no level of its own. */
  readonly levels: readonly AgreementPayload["severity"]["scales"][number]["levels"][];
}

/** Both parties' own scales beside the common one, level 0 first (R-30). */
export function severityRows({ severity }: AgreementPayload): readonly SeverityRow[] {
  return severity.common.map((title, common) => ({
    common,
    title,
    levels: severity.scales.map(({ levels }) => levels.filter((level) => level.common === common)),
  }));
}
