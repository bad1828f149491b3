/**
 * An agreement as a list of single things that are agreed, each under a name that does not depend on
 * where it stands: a desk is named by its name, a clock by its kind, a term by its English word.
 *
 * A count that holds for every kind that is not listed is written out for the kinds that are: what
 * counts is what holds, not how it is written.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { AgreementPayload } from "./agreement-schema.ts";
import { type AgreementSubject, agreementSubjects } from "./agreement-subjects.ts";

/** How a step of a path is put into words. */
export type LeafStep = {
  readonly is: "member" | "kind" | "clock" | "severity" | "language" | "name";
  readonly name: string;
};

export interface AgreementLeaf {
  readonly subject: AgreementSubject;
  readonly steps: readonly LeafStep[];
  readonly value: JsonValue;
  /** JSON Pointer; of what is written out, the member that it follows from. */
  readonly place: string;
}

/** By a key that is the same in two agreements for the same thing. */
export type AgreementLeaves = ReadonlyMap<string, AgreementLeaf>;

/** Members of which each row is named by itself. */
const rowNames: Readonly<Record<string, (row: Row) => readonly LeafStep[]>> = {
  clocks: (row) => [step("kind", row["kind"]), step("clock", row["clock"])],
  desks: (row) => [step("name", row["name"])],
  glossary: (row) => [step("name", row["en"])],
  handling: (row) => [step("name", row["party"]), step("name", row["desk"])],
  levels: (row) => [step("name", row["code"])],
  parties: (row) => [step("name", row["name"])],
  perDay: (row) => [step("kind", row["kind"])],
  persons: (row) => [step("kind", row["kind"])],
  probability: (row) => [step("name", row["code"])],
  scales: (row) => [step("name", row["party"])],
  texts: (row) => [step("name", row["id"])],
};
/** Members that name a row, or say on the row above what is said of it here. */
const namedAbove: Readonly<Record<string, readonly string[]>> = {
  clocks: ["kind", "clock"],
  desks: ["name"],
  glossary: ["en"],
  handling: ["party", "desk"],
  levels: ["code"],
  parties: ["name"],
  perDay: ["kind"],
  persons: ["kind"],
  probability: ["code"],
  scales: ["party"],
  texts: ["id"],
};
/** Lists of six. */
const bySeverity: ReadonlySet<string> = new Set(["bySeverity", "common"]);
/** Sets: each of what they hold is agreed by itself. */
const entryOf: Readonly<Record<string, LeafStep["is"]>> = {
  ...{ classes: "name", kinds: "kind", languages: "name", suites: "name" },
};

type Row = { readonly [name: string]: JsonValue };
interface At {
  readonly subject: AgreementSubject;
  readonly steps: readonly LeafStep[];
  readonly place: string;
  readonly member: string;
}

/** @param kinds - Of which a count is written out where only that of the others is said. */
export function agreementLeaves(
  payload: AgreementPayload,
  kinds: { readonly quotas: readonly string[]; readonly release: readonly string[] },
): AgreementLeaves {
  const leaves = new Map<string, AgreementLeaf>();
  const parties = payload.parties.map(({ name }) => name);
  for (const subject of agreementSubjects) {
    const value = payload[subject] as unknown as JsonValue;
    walk(value, { subject, steps: [], place: `/${subject}`, member: subject }, { leaves, parties });
  }
  const { quotas, release } = payload;
  const written = [
    { subject: "quotas", list: kinds.quotas, value: quotas.otherPerDay, of: "otherPerDay" },
    { subject: "release", list: kinds.release, value: release.otherPersons, of: "otherPersons" },
  ] as const;
  for (const { subject, list, value, of } of written) {
    for (const kind of list) {
      const steps = [step("kind", kind)];
      const place = `/${subject}/${of}`;
      if (!leaves.has(keyOf(subject, steps))) add(leaves, { subject, steps, value, place });
    }
  }
  return leaves;
}

interface Walker {
  readonly leaves: Map<string, AgreementLeaf>;
  readonly parties: readonly string[];
}

function walk(value: JsonValue, at: At, walker: Walker): void {
  const isList = Array.isArray(value);
  if (isList && isRows(value as readonly JsonValue[], at.member)) {
    walkRows(value as readonly JsonValue[], at, walker);
  } else if (typeof value === "object" && value !== null && !isList) {
    const skipped = namedAbove[at.member] ?? [];
    for (const [name, member] of Object.entries(value as Row)) {
      if (skipped.includes(name)) continue;
      const steps = [...at.steps, ...memberSteps(name)];
      walk(member, { ...at, steps, place: `${at.place}/${name}`, member: name }, walker);
    }
  } else add(walker.leaves, { ...at, value });
}

function walkRows(rows: readonly JsonValue[], at: At, walker: Walker): void {
  for (const [index, row] of rows.entries()) {
    const steps = [...at.steps, ...rowSteps(row, index, { at, walker })];
    const place = `${at.place}/${index}`;
    if (at.member in entryOf) add(walker.leaves, { ...at, steps, place, value: true });
    else walk(row, { ...at, steps, place }, walker);
  }
}

function isRows(list: readonly JsonValue[], member: string): boolean {
  const isText = list.every((each) => typeof each === "string");
  return (
    member === "staffing" ||
    member in rowNames ||
    member in entryOf ||
    (bySeverity.has(member) && !isText)
  );
}

function rowSteps(
  row: JsonValue,
  index: number,
  { at, walker }: { readonly at: At; readonly walker: Walker },
): readonly LeafStep[] {
  const entry = entryOf[at.member];
  if (entry !== undefined) return [step(entry, row)];
  if (bySeverity.has(at.member)) return [step("severity", String(index))];
  if (at.member === "staffing") return [step("name", walker.parties[index])];
  return rowNames[at.member]?.(row as Row) ?? [];
}

/** What only groups others is not said: `perDay`, `bySeverity`, `common` of a scale. */
function memberSteps(name: string): readonly LeafStep[] {
  if (["perDay", "persons", "bySeverity", "count", "staffing", "scales"].includes(name)) return [];
  return name === "en" || name === "ru" ? [step("language", name)] : [step("member", name)];
}

function add(leaves: Map<string, AgreementLeaf>, leaf: AgreementLeaf): void {
  const { subject, steps, value, place } = leaf;
  leaves.set(keyOf(subject, steps), { subject, steps, value, place });
}

function keyOf(subject: string, steps: readonly LeafStep[]): string {
  return JSON.stringify([subject, ...steps.map(({ is, name }) => [is, name])]);
}

function step(is: LeafStep["is"], name: JsonValue | undefined): LeafStep {
  return { is, name: String(name) };
}
