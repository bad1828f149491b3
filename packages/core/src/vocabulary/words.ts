/**
 * A text in both languages. A key that one of them lacks does not compile.
 *
 * Plain words with `{name}` where a value is put, and `{name:case|cases}` where a count is put with the
 * word that belongs to it: English has two forms, Russian three, `{name:дело|дела|дел}`.
 *
 * @module
 */
import { assert } from "../fault.ts";

export const languages = ["en", "ru"] as const;
export type Language = (typeof languages)[number];

export type Words = { readonly [L in Language]: string };

/** What may stand for a name in braces. */
export type FillValues = Readonly<Record<string, string | number>>;

/**
 * Puts values where the text has `{name}`. A name without a value is a defect.
 *
 * @param show - What becomes of each value.
 */
export function fillIn(
  text: string,
  values: FillValues,
  show: (value: string) => string = (value) => value,
): string {
  return text.replace(/\{(\w+)(?::([^{}]+))?\}/g, (_, name: string, forms?: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    assert(value !== undefined, `a text wants {${name}}, which is not given`);
    const shown = show(String(value));
    return forms === undefined ? shown : `${shown} ${formFor(Number(value), forms.split("|"))}`;
  });
}

const english = new Intl.PluralRules("en");
const russian = new Intl.PluralRules("ru");

/** What is no count, or none of whole things, has the last form. */
function formFor(count: number, forms: readonly string[]): string {
  const [one, few] = forms;
  const category = (forms.length === 2 ? english : russian).select(count);
  const form = category === "one" ? one : category === "few" && forms.length > 2 ? few : undefined;
  const last = form ?? forms.at(-1);
  assert(last !== undefined, "a split text has a part");
  return last;
}
