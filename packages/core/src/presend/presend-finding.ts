/**
 * Everything that the check before sending can find, by code, and what a finding says.
 *
 * Local: nothing of it crosses the border. A code is never renamed and never used for something
 * else; its sentence is in the catalogues. docs/presend.md.
 *
 * @module
 */
/** `stops`: the draft is not cleared until it is mended. `acknowledge`: an officer says that it stays. */
export type PresendSeverity = "stops" | "acknowledge";

/** In the order in which a report lists them. */
export const presendSeverities = {
  "names-withheld": "stops",
  "marking-above-message": "stops",
  "tool-name": "stops",
  "sensor-name": "stops",
  "time-too-fine": "stops",
  "invisible-character": "stops",
  "private-address": "acknowledge",
  "own-address": "acknowledge",
  "internal-host": "acknowledge",
  "own-host": "acknowledge",
  "own-email": "acknowledge",
  "user-name": "acknowledge",
  "time-in-text": "acknowledge",
  "not-defanged": "acknowledge",
  "mixed-script": "acknowledge",
  "document-metadata": "acknowledge",
  "document-not-read": "acknowledge",
} as const satisfies Readonly<Record<string, PresendSeverity>>;
export type PresendCode = keyof typeof presendSeverities;
export const presendCodes = Object.keys(presendSeverities) as readonly PresendCode[];

/** Findings of one code that a report lists; the others are counted. */
export const listedPerCodeMax = 100;

export interface PresendFinding {
  readonly code: PresendCode;
  readonly severity: PresendSeverity;
  /** JSON Pointer (RFC 6901) into `{blocks, items, files}`; of an item, its index in the list. */
  readonly place: string;
  /** UTF-16 code units of the string at `place`; null: what stands there as a whole. */
  readonly span: { readonly from: number; readonly to: number } | null;
  /** What was found, to be shown in the sentence; what cannot be seen is written as U+202E. */
  readonly found: string;
}

export interface PresendReport {
  /** In order of code, then as the draft has them. At most {@link listedPerCodeMax} of each code. */
  readonly findings: readonly PresendFinding[];
  /** How many of each code there are, listed or not. */
  readonly counts: { readonly [C in PresendCode]?: number };
  /** Characters and octets that were looked at, each as often as it was: how much work it was. */
  readonly steps: number;
}

/** Counts work that is done, so that a test can show that it grows as the draft does. */
export interface Steps {
  count: number;
}
