/**
 * Terms of the glossary where a text uses them, so that a disputed one is flagged in its place.
 *
 * A word is told by its stem: endings of English and Russian nouns and adjectives are taken off, by a
 * list, so that «атакой» is the term «атака». It errs towards a term: a flag costs a reader a glance.
 *
 * @module
 */
import { foldWord, wordsOf } from "../presend/letters.ts";
import { NameIndex } from "../presend/name-index.ts";
import type { AgreementPayload } from "./agreement-schema.ts";

type Term = AgreementPayload["glossary"][number];

export interface TermUse {
  readonly term: Term;
  /** UTF-16 code units of the text. */
  readonly from: number;
  readonly to: number;
}

const stemCharsMin = 4;
/** Longer ones first: the first that fits is taken off. */
const russianEndings = (
  "иями ями ами ыми ими ого его ому ему ией иях иям ием ью ия ии ию ие ий ая яя ое ее ые ый ой ей ую юю " +
  "ых их ым им ом ем ам ям ах ях ов ев а я о е у ю ы и ь й"
).split(" ");
const englishEndings = ["ies", "es", "s", "ed", "ing", "e", "y"];

/** @param lang - BCP 47. @returns In order of place; none in a language that the glossary has not. */
export function glossaryTerms(
  text: string,
  lang: string,
  { glossary }: Pick<AgreementPayload, "glossary">,
): readonly TermUse[] {
  const language = (["en", "ru"] as const).find(
    (each) => lang === each || lang.startsWith(`${each}-`),
  );
  if (language === undefined) return [];
  const endings = (language === "en" ? englishEndings : russianEndings).map(foldWord);
  const index = new NameIndex(
    glossary.map((term, at) => ({ name: term[language], code: String(at) })),
    (word) => stemOf(foldWord(word), endings),
  );
  const steps = { count: 0 };
  return index.find(wordsOf(text, steps), steps).flatMap(({ code, from, to }) => {
    const term = glossary[Number(code)];
    return term === undefined ? [] : [{ term, from, to }];
  });
}

/** The terms that do not mean the same to both parties. */
export function disputedTerms(
  text: string,
  lang: string,
  agreement: Pick<AgreementPayload, "glossary">,
): readonly TermUse[] {
  return glossaryTerms(text, lang, agreement).filter(({ term }) => term.disputed);
}

function stemOf(word: string, endings: readonly string[]): string {
  const ending = endings.find(
    (each) => word.endsWith(each) && word.length - each.length >= stemCharsMin,
  );
  return ending === undefined ? word : word.slice(0, -ending.length);
}
