/**
 * Texts in both languages, side by side. A key that one language lacks does not compile.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
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

/** What may stand for a name in braces. */
export type FillValues = Readonly<Record<string, string | number>>;

/** Puts values where the text has `{name}`. A name without a value is a defect. */
export function fill(text: string, values: FillValues = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    assert(value !== undefined, `a text wants {${name}}, which is not given`);
    return printable(String(value));
  });
}

/** Values may come from a file of the peer's: nothing in them may steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? character : "\u{fffd}",
  );
}
