/**
 * What an agreement is about, as a reader meets it.
 *
 * @module
 */
import type { AgreementPayload } from "./agreement-schema.ts";

/** What stands at the top of an agreement and is agreed, in its order on paper. */
export const agreementSubjects = [
  "protocol",
  "adoptBy",
  "parties",
  "suites",
  "classes",
  "desks",
  "clocks",
  "quotas",
  "attachments",
  "severity",
  "handling",
  "defaultLine",
  "glossary",
  "probability",
  "release",
  "collection",
  "retention",
  "linkTests",
  "drills",
  "witnesses",
  "cosignature",
  "matching",
  "useStatement",
  "exercise",
] as const satisfies readonly (keyof AgreementPayload)[];
export type AgreementSubject = (typeof agreementSubjects)[number];

/** Subjects of which less and more mean something else each. */
export const measuredSubjects = [
  "clocks",
  "quotas",
  "attachments",
  "release",
  "collection",
  "retention",
  "matching",
] as const satisfies readonly AgreementSubject[];
export type MeasuredSubject = (typeof measuredSubjects)[number];
