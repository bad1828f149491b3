/**
 * What a check of invariants found: a list, so that one run says everything that is wrong.
 *
 * @module
 */
import { Defect } from "@parley/core/fault";

/** Names of the invariants, as reports and canaries know them. */
export type Invariant =
  | "tree"
  | "checkpoint"
  | "receipt"
  | "head"
  | "opened"
  | "refusal"
  | "attachment"
  | "doubled"
  | "acknowledged"
  | "projection"
  | "database"
  | "mirror-prefix"
  | "one-history"
  | "receipt-lies"
  | "fold-differs"
  | "liveness";

export interface Finding {
  readonly invariant: Invariant;
  /** The log, with index or size: `washington.example/…/live/1 17`. */
  readonly where: string;
  readonly what: string;
}

/** Collects findings of one check. */
export class Findings {
  readonly list: Finding[] = [];

  /** Notes it unless `holds`. */
  expect(holds: boolean, invariant: Invariant, where: string, what: string): void {
    if (!holds) this.list.push({ invariant, where, what });
  }
}

/** An invariant is broken; the message names the first findings. */
export class InvariantBroken extends Defect {
  readonly findings: readonly Finding[];

  constructor(who: string, findings: readonly Finding[]) {
    const lines = findings.slice(0, 5).map((one) => `${one.invariant}: ${one.where}: ${one.what}`);
    super(`${who}: ${findings.length} findings\n${lines.join("\n")}`);
    this.findings = findings;
  }
}

export function requireNone(who: string, findings: readonly Finding[]): void {
  if (findings.length > 0) throw new InvariantBroken(who, findings);
}
