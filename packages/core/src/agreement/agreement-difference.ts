/**
 * What differs between two versions of an agreement, so that a person can read it before signing: what
 * it was, what it is, and what that means. R-8; spec/agreement.md §4.
 *
 * It speaks of what holds, not of how it is written; a digest of either says whether they are the same.
 *
 * @module
 */
import type { JsonValue } from "../bytes/canonical-json.ts";
import { escapeLine, indent } from "../legible/visible-text.ts";
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import {
  type AgreementLeaf,
  type AgreementLeaves,
  agreementLeaves,
  type LeafStep,
} from "./agreement-leaves.ts";
import type { AgreementPayload } from "./agreement-schema.ts";
import {
  type AgreementSubject,
  agreementSubjects,
  type MeasuredSubject,
  measuredSubjects,
} from "./agreement-subjects.ts";
import { formatAgreed } from "./format-agreed.ts";

export interface AgreementChange {
  readonly subject: AgreementSubject;
  readonly steps: readonly LeafStep[];
  /** Undefined: not agreed there. */
  readonly was: AgreementLeaf | undefined;
  readonly is: AgreementLeaf | undefined;
  /** Of a measure: whether it became less or more; no period is more than any. */
  readonly direction: "less" | "more" | "changed";
}

/** @returns In the order of an agreement on paper; of each subject what is new last. */
export function agreementChanges(
  was: AgreementPayload,
  is: AgreementPayload,
): readonly AgreementChange[] {
  const kinds = {
    quotas: kindsOf(was.quotas.perDay, is.quotas.perDay),
    release: kindsOf(was.release.persons, is.release.persons),
  };
  const before = agreementLeaves(was, kinds);
  const after = agreementLeaves(is, kinds);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys.flatMap((key) => changeOf(key, before, after));
  return agreementSubjects.flatMap((subject) =>
    changes.filter((change) => change.subject === subject),
  );
}

/** The same as lines in the reader's language, ended by a line feed. */
export function agreementDifference(
  was: AgreementPayload,
  is: AgreementPayload,
  language: Language,
): string {
  const changes = agreementChanges(was, is);
  const [first, second] = is.parties.map(({ name }) => name);
  const head = say("difference.title", language, {
    ...{ first: first ?? "", second: second ?? "", was: was.version, is: is.version },
    count: changes.length,
  });
  const parts = changes.map((change, index) => changeText(change, index + 1, language));
  const text = changes.length === 0 ? [say("difference.none", language)] : parts;
  return `${[head, ...text].join("\n\n")}\n`;
}

/** What a change means for both, in one sentence. */
export function meaningOf(
  { subject, direction }: Pick<AgreementChange, "subject" | "direction">,
  language: Language,
): string {
  const measured = measuredSubjects.find((each) => each === subject);
  if (measured === undefined) {
    return say(
      `agreement.${subject as Exclude<AgreementSubject, MeasuredSubject>}.means`,
      language,
    );
  }
  return say(`agreement.${measured}.${direction === "less" ? "less" : "more"}`, language);
}

function changeText(change: AgreementChange, number: number, language: Language): string {
  const { subject, steps, was, is } = change;
  const words = [
    say(`agreement.${subject}`, language),
    ...steps.map((one) => stepWords(one, language)),
  ];
  const value = (leaf: AgreementLeaf | undefined) =>
    leaf === undefined
      ? say("difference.not-agreed", language)
      : formatAgreed(subject, lastMember(steps), leaf.value, language);
  const lines = [
    `${say("difference.was", language)} ${value(was)}`,
    `${say("difference.is", language)} ${value(is)}`,
    meaningOf(change, language),
  ];
  return [`${number}. ${words.join(" › ")}`, ...lines.map((each) => indent(each, "   "))].join(
    "\n",
  );
}

function changeOf(
  key: string,
  before: AgreementLeaves,
  after: AgreementLeaves,
): readonly AgreementChange[] {
  const [was, is] = [before.get(key), after.get(key)];
  const { subject, steps } = was ?? is ?? { subject: "protocol", steps: [] };
  if (JSON.stringify(was?.value) === JSON.stringify(is?.value)) return [];
  const isClock = subject === "clocks";
  if (isClock && (was?.value ?? null) === null && (is?.value ?? null) === null) return [];
  return [{ subject, steps, was, is, direction: directionOf(subject, was?.value, is?.value) }];
}

function directionOf(
  subject: AgreementSubject,
  was: JsonValue | undefined,
  is: JsonValue | undefined,
): AgreementChange["direction"] {
  if (!measuredSubjects.some((each) => each === subject)) return "changed";
  const [before, now] = [was, is].map((value) => {
    return typeof value === "number" ? value : Number.POSITIVE_INFINITY;
  });
  return (now ?? 0) < (before ?? 0) ? "less" : "more";
}

function stepWords({ is, name }: LeafStep, language: Language): string {
  switch (is) {
    case "kind":
      return sayIfKnown(`kind.${name}.title`, language) ?? escapeLine(name);
    case "clock":
      return sayIfKnown(`clock.${name}`, language) ?? escapeLine(name);
    case "severity":
      return say("difference.severity", language, { level: name });
    case "member":
      return sayIfKnown(`agreed.${name}`, language) ?? escapeLine(name);
    case "language":
      return `[${name}]`;
    case "name":
      return escapeLine(name);
  }
}

function lastMember(steps: readonly LeafStep[]): string {
  return steps.findLast(({ is }) => is === "member")?.name ?? "";
}

function kindsOf(...lists: readonly (readonly { readonly kind: string }[])[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list.map(({ kind }) => kind)))].sort();
}
