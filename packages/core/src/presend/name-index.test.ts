import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { wordsOf } from "./letters.ts";
import { NameIndex, nameWordsMax } from "./name-index.ts";

const steps = () => ({ count: 0 });
const anyWords = (lengthMax: number) =>
  fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: lengthMax });
const codes = ["tool-name", "sensor-name", "user-name"] as const;
const anyNames = fc.array(fc.tuple(anyWords(5), fc.constantFrom(...codes)), { maxLength: 8 });

/** Every name at every place, one after the other. */
function searched(
  names: readonly (readonly [readonly string[], string])[],
  words: readonly string[],
): readonly string[] {
  const found = names.flatMap(([name, code]) =>
    words.flatMap((_, at) => {
      const isHere = name.every((word, offset) => words[at + offset] === word);
      return isHere ? [`${code} to ${at + name.length}`] : [];
    }),
  );
  return [...new Set(found)].sort();
}

function indexed(
  names: readonly (readonly [readonly string[], (typeof codes)[number]])[],
  words: readonly string[],
): readonly string[] {
  const index = new NameIndex(names.map(([name, code]) => ({ name: name.join("-"), code })));
  const hits = index.find(wordsOf(words.join(" "), steps()), steps());
  return [...new Set(hits.map(({ code, to }) => `${code} to ${(to + 1) / 2}`))].sort();
}

test.prop([anyNames, anyWords(30)])(
  "finds every name that a plain search finds, and no other",
  (names, words) => {
    expect(indexed(names, words)).toEqual(searched(names, words));
  },
);

test("names that are drawn overlap, and are found within one another", () => {
  const drawn = fc.sample(fc.tuple(anyNames, anyWords(30)), { seed: 3, numRuns: 200 });
  const counts = drawn.map(([names, words]) => searched(names, words).length);
  expect(counts.filter((count) => count > 5).length).toBeGreaterThan(20);
  expect(counts.filter((count) => count === 0).length).toBeGreaterThan(5);
});

test("of a long name the first words are looked for, and of one with a star its beginning", () => {
  const long = Array.from({ length: nameWordsMax + 5 }, (_, n) => `w${n}`);
  const index = new NameIndex([
    { name: long.join(" "), code: "tool-name" },
    { name: "Ёлк*", code: "sensor-name" },
    { name: "two words*", code: "user-name" },
  ]);
  const found = (text: string) =>
    index.find(wordsOf(text, steps()), steps()).map(({ code }) => code);
  expect(found(long.slice(0, nameWordsMax).join(" "))).toEqual(["tool-name"]);
  expect(found(long.slice(0, nameWordsMax - 1).join(" "))).toEqual([]);
  expect(found("из елками, ЁЛКА и ёл")).toEqual(["sensor-name", "sensor-name"]);
  expect(found("two words and two wordsmiths")).toEqual(["user-name"]);
});
