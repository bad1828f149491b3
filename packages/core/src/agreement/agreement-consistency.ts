/**
 * What the schema of each member of an agreement cannot say: order, references, completeness.
 *
 * @module
 */
import { isSortedSet } from "../party/signed-fields.ts";
import { isWitnessPolicy } from "./witness-policy.ts";

interface Desk {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly escalatesTo: string | null;
  readonly staffing: readonly {
    readonly hours: readonly {
      readonly days: readonly number[];
      readonly from: number;
      readonly to: number;
    }[];
  }[];
}

/** The members of an agreement that depend on one another; each of them is in form. */
export interface AgreementParts {
  readonly version: number;
  readonly previous: string | null;
  readonly createdAt: number;
  readonly adoptBy: number;
  readonly parties: readonly { readonly name: string; readonly authority: readonly string[] }[];
  readonly suites: readonly string[];
  readonly classes: readonly string[];
  readonly desks: readonly Desk[];
  readonly clocks: readonly { readonly kind: string; readonly clock: string }[];
  readonly quotas: { readonly perDay: readonly { readonly kind: string }[] };
  readonly release: { readonly persons: readonly { kind: string; count: number }[] };
  readonly severity: {
    readonly scales: readonly { party: string; levels: readonly { code: string }[] }[];
  };
  readonly handling: readonly { readonly party: string; readonly desk: string }[];
  readonly glossary: readonly { readonly en: string }[];
  readonly probability: readonly {
    readonly code: string;
    readonly fromPercent: number;
    readonly toPercent: number;
  }[];
  readonly linkTests: {
    readonly evenHours: string;
    readonly oddHours: string;
    readonly texts: readonly { readonly id: string }[];
  };
  readonly witnesses: { readonly policy: string };
}

/** @returns The first thing that is wrong, for a log; `undefined` if nothing is. */
export function inconsistencyOf(parts: AgreementParts): string | undefined {
  return (
    wrongHead(parts) ??
    wrongDesks(parts.desks) ??
    wrongScales(parts) ??
    wrongOrder(parts) ??
    (isWitnessPolicy(parts.witnesses.policy) ? undefined : "witnesses: not a tlog-policy")
  );
}

function wrongHead(parts: AgreementParts): string | undefined {
  const { parties, linkTests } = parts;
  if ((parts.version === 1) !== (parts.previous === null)) {
    return "previous is null in version 1 and nowhere else";
  }
  if (parts.adoptBy <= parts.createdAt) return "adoptBy is not after createdAt";
  const names = parties.map(({ name }) => name);
  if (!isSortedSet(names)) return "parties are not two in order of name";
  const kids = parties.flatMap(({ authority }) => authority);
  if (new Set(kids).size !== kids.length) return "parties share an authority key";
  if (!isSortedSet(parts.classes)) return "classes are not a sorted set";
  if (!parts.classes.includes("live")) return "there is no agreement without live traffic";
  const byTurns = [linkTests.evenHours, linkTests.oddHours].sort();
  if (String(byTurns) !== String(names)) return "linkTests: the parties do not take turns";
  return undefined;
}

function wrongDesks(desks: readonly Desk[]): string | undefined {
  if (!isSortedSet(desks.map(({ name }) => name))) return "desks are not in order of name";
  const upward = new Map(desks.map(({ name, escalatesTo }) => [name, escalatesTo]));
  for (const { name, kinds, staffing } of desks) {
    if (!isSortedSet(kinds)) return "the kinds of a desk are not a sorted set";
    if (!endsAtTop(upward, name)) return "a desk escalates to itself, or to a desk that is not";
    for (const { days, from, to } of staffing.flatMap(({ hours }) => hours)) {
      if (!isSortedSet(days.map(String)) || from >= to) return "the hours of a desk do not rise";
    }
  }
  return undefined;
}

/** Whether the way up from `desk` meets only desks that exist and comes to an end. */
function endsAtTop(upward: ReadonlyMap<string, string | null>, desk: string): boolean {
  let next: string | null | undefined = desk;
  for (let step = 0; step <= upward.size; step += 1) {
    next = upward.get(next);
    if (next === null) return true;
    if (next === undefined) return false;
  }
  return false;
}

function wrongScales({ parties, desks, ...parts }: AgreementParts): string | undefined {
  const names = parties.map(({ name }) => name);
  const { scales } = parts.severity;
  if (String(scales.map(({ party }) => party)) !== String(names)) {
    return "severity scales are not one for each party, in order";
  }
  for (const { levels } of scales) {
    if (new Set(levels.map(({ code }) => code)).size !== levels.length) {
      return "a severity scale has two levels of one code";
    }
  }
  const wanted = names.flatMap((party) => desks.map(({ name }) => `${party} ${name}`));
  const given = parts.handling.map(({ party, desk }) => `${party} ${desk}`);
  if (String(given) !== String(wanted)) {
    return "handling is not defined once for each desk of each party, in order";
  }
  for (const [index, band] of parts.probability.entries()) {
    const before = parts.probability[index - 1]?.toPercent ?? 0;
    if (band.fromPercent < before || band.toPercent <= band.fromPercent) {
      return "probability bands do not rise";
    }
  }
  return undefined;
}

function wrongOrder(parts: AgreementParts): string | undefined {
  const { quotas, release, clocks, linkTests, glossary, probability, suites } = parts;
  if (release.persons.some(({ count }) => count < 1)) return "a message that nobody releases";
  const codes = probability.map(({ code }) => code);
  if (new Set(codes).size !== codes.length) return "two probability bands have one code";
  const sets: Readonly<Record<string, readonly string[]>> = {
    suites,
    clocks: clocks.map(({ kind, clock }) => `${kind} ${clock}`),
    quotas: quotas.perDay.map(({ kind }) => kind),
    release: release.persons.map(({ kind }) => kind),
    linkTests: linkTests.texts.map(({ id }) => id),
    glossary: glossary.map(({ en }) => en),
  };
  const [unsorted] = Object.entries(sets).find(([, texts]) => !isSortedSet(texts)) ?? [];
  return unsorted === undefined ? undefined : `${unsorted}: not a sorted set`;
}
