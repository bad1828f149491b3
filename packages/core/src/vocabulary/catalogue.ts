/**
 * All words, in both languages, by key.
 *
 * @module
 */
import { agreementWords } from "./agreement-words.ts";
import { choiceWords } from "./choice-words.ts";
import { caseWords, fieldWords } from "./field-words.ts";
import { findingWords } from "./finding-words.ts";
import { kindWords } from "./kind-words.ts";
import { officeKindWords } from "./kind-words-office.ts";
import { legibleWords } from "./legible-words.ts";
import type { MessageKey } from "./message-key.ts";
import { presendWords } from "./presend-words.ts";
import { channelRefusalWords } from "./refusal-words-channel.ts";
import { messageRefusalWords } from "./refusal-words-message.ts";
import { recordRefusalWords } from "./refusal-words-record.ts";
import { type FillValues, fillIn, type Language, type Words } from "./words.ts";

/** A missing key, and one too many, do not compile. */
export const catalogue: Readonly<Record<MessageKey, Words>> = {
  ...kindWords,
  ...officeKindWords,
  ...fieldWords,
  ...caseWords,
  ...choiceWords,
  ...findingWords,
  ...legibleWords,
  ...presendWords,
  ...agreementWords,
  ...channelRefusalWords,
  ...messageRefusalWords,
  ...recordRefusalWords,
};

export function say(key: MessageKey, language: Language, values: FillValues = {}): string {
  return fillIn(catalogue[key][language], values);
}

/** @param key - Made of a code that a peer wrote. @returns Its words; undefined for an unknown code. */
export function sayIfKnown(key: string, language: Language): string | undefined {
  return Object.hasOwn(catalogue, key) ? catalogue[key as MessageKey][language] : undefined;
}
