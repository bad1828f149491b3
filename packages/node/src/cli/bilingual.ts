/**
 * Texts in both languages, side by side. A key that one language lacks does not compile.
 *
 * @module
 */
import { type FillValues, fillIn } from "@parley/core/vocabulary/words";
import type { Language } from "../config.ts";

export type Bilingual<Key extends string> = Readonly<
  Record<Language, Readonly<Record<Key, string>>>
>;

/** English says which keys there are; Russian must have them all, and no other. */
export function bilingual<const Key extends string>(
  en: Readonly<Record<Key, string>>,
  ru: Readonly<Record<NoInfer<Key>, string>>,
): Bilingual<Key> {
  return { en, ru };
}

/** As `fillIn` of the vocabulary, for a terminal. */
export function fill(text: string, values: FillValues = {}): string {
  return fillIn(text, values, printable);
}

/** Values may come from a file of the peer's: nothing in them may steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? character : "\u{fffd}",
  );
}
