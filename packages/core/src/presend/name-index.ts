/**
 * Finds many names in a text in one pass, as words: what stands between them does not matter, so
 * that a name is found defanged, hyphenated or spread over lines too.
 *
 * A. V. Aho and M. J. Corasick's automaton (1975) over folded words. Each word moves it forward once,
 * and backward no more often than forward: the work is twice the words of the text at most.
 *
 * @module
 */
import { foldWord, type Word, wordsOf } from "./letters.ts";
import type { Steps } from "./presend-finding.ts";

/** Of a longer name the first are looked for: they say enough. */
export const nameWordsMax = 8;

/** `code`: what a hit is told as. */
export interface ListedName<C extends string> {
  readonly name: string;
  readonly code: C;
}

export interface NameHit<C extends string> {
  readonly code: C;
  readonly from: number;
  readonly to: number;
}

/** Words that are known, and so states, are fewer: a state and a word make one number. */
const wordIdsMax = 2 ** 22;
const root = 0;

export class NameIndex<C extends string> {
  readonly #wordIds = new Map<string, number>();
  /** By state and word: the state in which it goes on. */
  readonly #next = new Map<number, number>();
  /** By state: where it goes on if no word fits. */
  readonly #fail: number[] = [root];
  /** By state: the names that end here, with how many words they have. */
  readonly #ends = new Map<number, ReadonlyMap<C, number>>();
  /** Names that end in `*`: beginnings of a word, which inflected names need. */
  readonly #beginnings = new Map<string, C>();
  readonly #beginningLengths: readonly number[];

  readonly #keyOf: (word: string) => string;

  /** @param keyOf - What two words must have in common to be the same. */
  constructor(names: Iterable<ListedName<C>>, keyOf: (word: string) => string = foldWord) {
    this.#keyOf = keyOf;
    const uncounted: Steps = { count: 0 };
    const lengths = new Set<number>();
    for (const { name, code } of names) {
      const keys = wordsOf(name, uncounted).map(({ text }) => keyOf(text));
      const [first = ""] = keys;
      if (name.endsWith("*") && keys.length === 1) {
        this.#beginnings.set(first, code);
        lengths.add(first.length);
      } else this.#add(keys.slice(0, nameWordsMax), code);
    }
    this.#beginningLengths = [...lengths].sort((a, b) => a - b);
    this.#linkFailures();
  }

  /** @param words - Of one text, in order. */
  find(words: readonly Word[], steps: Steps): readonly NameHit<C>[] {
    const hits: NameHit<C>[] = [];
    let state = root;
    for (const [at, word] of words.entries()) {
      const key = this.#keyOf(word.text);
      const wordId = this.#wordIds.get(key);
      while (state !== root && this.#nextOf(state, wordId) === undefined) {
        steps.count += 1;
        state = this.#fail[state] ?? root;
      }
      steps.count += 1;
      state = this.#nextOf(state, wordId) ?? root;
      for (const [code, wordCount] of this.#ends.get(state) ?? []) {
        const first = words[at - wordCount + 1] ?? word;
        hits.push({ code, from: first.from, to: word.to });
      }
      const code = this.#codeOfBeginning(key, steps);
      if (code !== undefined) hits.push({ code, from: word.from, to: word.to });
    }
    return hits;
  }

  #codeOfBeginning(key: string, steps: Steps): C | undefined {
    for (const length of this.#beginningLengths) {
      if (length > key.length) return undefined;
      steps.count += 1;
      const code = this.#beginnings.get(key.slice(0, length));
      if (code !== undefined) return code;
    }
    return undefined;
  }

  #nextOf(state: number, wordId: number | undefined): number | undefined {
    return wordId === undefined ? undefined : this.#next.get(state * wordIdsMax + wordId);
  }

  #add(keys: readonly string[], code: C): void {
    let state = root;
    for (const key of keys) {
      const wordId = this.#wordIds.get(key) ?? this.#wordIds.size;
      this.#wordIds.set(key, wordId);
      const next = this.#nextOf(state, wordId) ?? this.#fail.push(root) - 1;
      this.#next.set(state * wordIdsMax + wordId, next);
      state = next;
    }
    if (state === root) return;
    this.#ends.set(state, new Map([...(this.#ends.get(state) ?? []), [code, keys.length]]));
  }

  /** Shallow states first: a failure is shallower than its state, and so is known. */
  #linkFailures(): void {
    const children = new Map<number, { wordId: number; next: number }[]>();
    for (const [edge, next] of this.#next) {
      const state = Math.floor(edge / wordIdsMax);
      const list = children.get(state);
      const child = { wordId: edge % wordIdsMax, next };
      if (list === undefined) children.set(state, [child]);
      else list.push(child);
    }
    const queue = (children.get(root) ?? []).map(({ next }) => next);
    for (const state of queue) {
      for (const { wordId, next } of children.get(state) ?? []) {
        const fail = this.#failureOf(state, wordId);
        this.#fail[next] = fail;
        const inherited = this.#ends.get(fail);
        if (inherited !== undefined) {
          this.#ends.set(next, new Map([...inherited, ...(this.#ends.get(next) ?? [])]));
        }
        queue.push(next);
      }
    }
  }

  #failureOf(state: number, wordId: number): number {
    let fail = this.#fail[state] ?? root;
    while (fail !== root && this.#nextOf(fail, wordId) === undefined)
      fail = this.#fail[fail] ?? root;
    return this.#nextOf(fail, wordId) ?? root;
  }
}
