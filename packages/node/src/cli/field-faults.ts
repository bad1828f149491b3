/**
 * What is wrong with one field, in the reader's words: which field, what was found, what is allowed.
 *
 * @module
 */
import { formSentences } from "@parley/core/kind/form-sentences";
import type { FieldFault } from "@parley/core/result";
import type { FillValues } from "@parley/core/vocabulary/words";
import type { Language } from "../config.ts";
import { bilingual, fill } from "./bilingual.ts";

const texts = bilingual(
  {
    whole: "the top level",
    missing: "{path} is missing",
    unknown: "{path}: there is no such field",
    type: "{path} must be {allowed}",
    choice: "{path} must be one of: {allowed}",
    form: "{path} is not of its form; wanted: {allowed}",
    "form.only": "{path} is not of its form",
    characters:
      "{path} has a character that is not allowed: controls and signs that turn the direction of " +
      "writing are not, nor is a line break in what stands on one line",
    length: "{path} has {found:character|characters}; allowed: {bounds}",
    count: "{path} has {found:entry|entries}; allowed: {bounds}",
    range: "{path} is {found}; allowed: {bounds}",
    between: "{min} to {max}",
    least: "at least {min}",
    most: "at most {max}",
    or: " or ",
  },
  {
    whole: "верхнего уровня",
    missing: "поля {path} нет, а оно нужно",
    unknown: "поля {path} не бывает",
    type: "в поле {path} должно стоять: {allowed}",
    choice: "в поле {path} допустимо одно из: {allowed}",
    form: "поле {path} не той формы; нужно: {allowed}",
    "form.only": "поле {path} не той формы",
    characters:
      "в поле {path} есть недопустимый знак: нельзя ставить управляющие знаки и знаки, меняющие " +
      "направление письма, а там, где место для одной строки, — и перевод строки",
    length: "в поле {path} {found:знак|знака|знаков}; допустимо {bounds}",
    count: "в поле {path} {found:запись|записи|записей}; допустимо {bounds}",
    range: "в поле {path} стоит {found}; допустимо {bounds}",
    between: "от {min} до {max}",
    least: "не меньше {min}",
    most: "не больше {max}",
    or: " или ",
  },
);

/** By zod's names; another name is shown as it is. */
const typeNames: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    ...{ string: "a text", number: "a number", int: "a whole number", boolean: "true or false" },
    ...{ array: "a list […]", tuple: "a list […]", object: "fields {…}", record: "fields {…}" },
    null: "null (nothing)",
  },
  ru: {
    ...{ string: "текст", number: "число", int: "целое число", boolean: "true или false" },
    ...{ array: "список […]", tuple: "список […]", object: "поля {…}", record: "поля {…}" },
    null: "null (ничего)",
  },
};

/** One clause without a full stop: it stands inside a sentence. */
export function faultWords(lang: Language, fault: FieldFault): string {
  const text = texts[lang];
  const path = fault.path === "" ? text.whole : fault.path;
  const allowed = allowedWords(lang, fault);
  const form = fault.rule === "form" && allowed === "" ? "form.only" : fault.rule;
  const values = { path, allowed, found: fault.found ?? "—", bounds: boundsOf(lang, fault) };
  return fill(text[form], values);
}

function allowedWords(lang: Language, { rule, allowed }: FieldFault): string {
  const names = typeNames[lang];
  if (rule === "type") return allowed.map((name) => names[name] ?? name).join(texts[lang].or);
  if (rule !== "form" || lang === "en") return allowed.join(", ");
  const russian: Readonly<Record<string, string>> = formSentences;
  return allowed.map((sentence) => russian[sentence] ?? sentence).join(", ");
}

function boundsOf(lang: Language, { min, max }: FieldFault): string {
  const text = texts[lang];
  const values: FillValues = { min: min ?? "", max: max ?? "" };
  if (min === null) return fill(text.most, values);
  return fill(max === null ? text.least : text.between, values);
}
