/**
 * A text in both languages. A key that one of them lacks does not compile.
 *
 * Plain words with `{name}` where a value is put; no plural forms: a count stands after a colon.
 *
 * @module
 */
import { assert } from "../fault.ts";

export const languages = ["en", "ru"] as const;
export type Language = (typeof languages)[number];

export type Words = { readonly [L in Language]: string };

/** What may stand for a name in braces. */
export type FillValues = Readonly<Record<string, string | number>>;

/** Puts values where the text has `{name}`. A name without a value is a defect. */
export function fillIn(text: string, values: FillValues): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    assert(value !== undefined, `a text wants {${name}}, which is not given`);
    return String(value);
  });
}
