/**
 * Letters as a reader sees them: words, scripts, and which letters are taken for those of another.
 *
 * A folded word is the key under which all that looks alike is found: small letters, Cyrillic and
 * Greek ones as the Latin ones that they look like in either case, nothing that cannot be seen. Source:
 * Unicode script data of the engine; the pairs are those of Unicode's confusables (UTS #39) between
 * these alphabets.
 *
 * @module
 */
import type { Steps } from "./presend-finding.ts";

/** A word and where it stands, in UTF-16 code units. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Letters, digits and what is written above and below them. */
const wordCharacter = /[\p{L}\p{N}\p{M}]/u;
/** Seen by no reader, but for line feed and tab. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** By small letter: the Latin one that it looks like, small or as a capital. */
const alike: ReadonlyMap<string, string> = new Map([
  ...pairs("авекмнорстухіјѕһԁԛԝѵӏёү", "abekmhopctyxijshdqwvley"),
  ...pairs("αβεζηικμνορτυχ", "abezhikmnoptyx"),
]);

/** Letters of Cyrillic that look like Latin ones as they stand, and those Latin ones. */
const cyrillicAsLatin = new Set("АВЕКМНОРСТУХІЈЅԌԚԜаеорсухіјѕһԁԛԝѵӏ");
const latinAsCyrillic = new Set("ABEKMHOPCTYXIJSGQWaeopcyxijshdqwvl");
const latin = /\p{Script=Latin}/u;
const cyrillic = /\p{Script=Cyrillic}/u;
/** Others that hold letters which are taken for Latin or Cyrillic ones. */
const other = /[\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u;
/** Wide letters and those of formulas: they look like plain ones and are none. */
const disguised = /[\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7cb}]/u;

export function isUnseen(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code >= 0x20 && code < 0x7f) return false;
  return character !== "\n" && character !== "\t" && unseen.test(character);
}

/** Every word of a text, as it stands there, without what cannot be seen. */
export function wordsOf(text: string, steps: Steps): readonly Word[] {
  const words: Word[] = [];
  let word = "";
  let [from, end, at] = [0, 0, 0];
  for (const character of text) {
    steps.count += 1;
    if (isWordCharacter(character)) {
      if (word === "") from = at;
      word += character;
      end = at + character.length;
    } else if (word !== "" && !isUnseen(character)) {
      words.push({ text: word, from, to: end });
      word = "";
    }
    at += character.length;
  }
  if (word !== "") words.push({ text: word, from, to: end });
  return words;
}

/** The key of a word: what looks alike has one key. */
export function foldWord(word: string): string {
  const small = word.toLowerCase();
  if (isAscii(small)) return small;
  return [...small.normalize("NFKC")].map((letter) => alike.get(letter) ?? letter).join("");
}

/**
 * Whether a word has letters of two scripts where one is taken for the other, or letters that are taken
 * for plain ones.
 *
 * Not: a word whose letters can be told apart (`URLов`), for people write so.
 */
export function isMixed(word: string): boolean {
  if (isAscii(word)) return false;
  if (disguised.test(word)) return true;
  const letters = [...word].filter((each) => latin.test(each) || cyrillic.test(each));
  const fromLatin = letters.filter((letter) => latin.test(letter));
  const fromCyrillic = letters.filter((letter) => cyrillic.test(letter));
  if (letters.length > 0 && other.test(word)) return true;
  if (fromLatin.length === 0 || fromCyrillic.length === 0) return false;
  return (
    fromLatin.every((letter) => latinAsCyrillic.has(letter)) ||
    fromCyrillic.every((letter) => cyrillicAsLatin.has(letter))
  );
}

/** Whether a word of Cyrillic letters reads as a Latin one: two letters at least. */
export function readsAsLatin(word: string): boolean {
  const letters = [...word];
  return letters.length > 1 && letters.every((letter) => cyrillicAsLatin.has(letter));
}

/** Whether texts of the language are written in Cyrillic letters. @param lang - BCP 47. */
export function isCyrillicLanguage(lang: string): boolean {
  return /^(?:be|bg|kk|ky|mk|mn|ru|sr|tg|uk)(?:-(?!Latn)|$)/.test(lang);
}

/** `U+202E`. */
export function codePointName(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${code.padStart(4, "0")}`;
}

function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 0x80) {
    return (
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39)
    );
  }
  return wordCharacter.test(character) && !unseen.test(character);
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

function pairs(from: string, to: string): readonly (readonly [string, string])[] {
  return [...from].map((letter, at) => [letter, to[at] ?? letter] as const);
}
