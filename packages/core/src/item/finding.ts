/**
 * Everything that a lint of evidence can find, by code.
 *
 * Codes travel with the items, so that the reader knows what the author knew to be wrong; their words
 * are in the catalogues. A code is never renamed and never used for something else.
 *
 * @module
 */

/** In the order in which a report lists them: what makes an item unanswerable first. */
export const findingCodes = [
  "no-value",
  "hash-in-comment",
  "hash-of-other-kind",
  "value-not-of-kind",
  "unknown-kind",
  "no-observed-time",
  "observed-time-unreadable",
  "observed-day-only",
  "no-grade",
  "grade-unreadable",
  "placeholder-address",
  "network-address",
  "special-address",
  "text-contradicts-kind",
  "repeated-text",
  "generic-text",
  "country-in-text-only",
  "no-text",
  "no-phase",
  "no-role",
  "duplicate",
  "marking-missing",
  "marking-unreadable",
  "marking-tlp-1",
  "defanged",
  "html-entities",
  "multi-line-field",
  "characters-removed",
  "text-cut",
  "column-not-read",
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** Of what a report counts in parts: hash functions, countries, kinds, columns. */
export interface FindingPart {
  readonly name: string;
  readonly count: number;
}

export interface Finding {
  readonly code: FindingCode;
  /** The field of the source in which it was found. */
  readonly field: SourceField;
  /** Rows of the source, from 1, rising. Empty if it concerns the whole source. */
  readonly rows: readonly number[];
  /** How many rows; of a finding about the whole source, how many things. */
  readonly count: number;
  /** The most frequent first. */
  readonly parts: readonly FindingPart[];
}

/** What a row of any source may say. */
export type SourceField =
  | "value"
  | "kind"
  | "comment"
  | "role"
  | "phase"
  | "observed"
  | "marking"
  | "text"
  | "grade"
  | "columns";
