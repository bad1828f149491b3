import { expect, test } from "vitest";
import { findingCodes } from "../item/finding.ts";
import { choices } from "../kind/choices.ts";
import type { Kind } from "../kind/define-kind.ts";
import { kinds } from "../kind/kinds.ts";
import { refusalCodes } from "../refusal-codes.ts";
import { catalogue, say, sayIfKnown } from "./catalogue.ts";
import { fillIn, languages } from "./words.ts";

const entries = Object.entries(catalogue);

test("every text is there in both languages, each in its own letters", () => {
  const latin = new Set(["marking.tlp", "marking.pap", "marking.iep", "choice.itemKind.url"]);
  for (const [key, { en, ru }] of entries) {
    expect(en, key).not.toMatch(/[а-яё]/i);
    expect(en.trim(), key).not.toBe("");
    if (!key.startsWith("report.finding") && !latin.has(key)) expect(ru, key).toMatch(/[а-яё]/i);
  }
});

test("both languages have the same gaps to fill", () => {
  const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [key, { en, ru }] of entries) expect(gaps(ru), key).toEqual(gaps(en));
});

test("speaks calmly: no exclamation marks, «вы» in small letters, «пометка» and not «гриф»", () => {
  for (const [key, { en, ru }] of entries) {
    expect(en + ru, key).not.toContain("!");
    expect(ru, key).not.toMatch(/(?<=[а-я,] )В(ы|ас|ам|аш)|гриф/);
  }
});

test("a refusal is told in two sentences at least: what happened, and what to do", () => {
  for (const [key, words] of entries.filter(([name]) => name.startsWith("refusal."))) {
    for (const language of languages) {
      expect(words[language].match(/[.?](\s|$)/g)?.length ?? 0, key).toBeGreaterThanOrEqual(2);
    }
  }
});

test("a finding asks its author for something, or says what was done", () => {
  for (const code of findingCodes) {
    const { en, ru } = catalogue[`finding.${code}`];
    expect(`${code}: ${en}`).toMatch(/Please|was (read|restored)|were removed|nothing of them/);
    expect(`${code}: ${ru}`).toMatch(/Просим|[Пп]рочитано|восстановлено|удалены|ничего не принято/);
  }
});

test("says what a peer may write, and nothing for a code that it invented", () => {
  expect(sayIfKnown("refusal.attachment.missing", "ru")).toContain("приложени");
  expect(["refusal.made.up", "toString", "__proto__"].map((key) => sayIfKnown(key, "en"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("has words for everything that a peer can be refused with", () => {
  const told = Object.entries(refusalCodes).filter(([, { audience }]) => audience !== "local");
  for (const [code] of told) expect(sayIfKnown(`refusal.${code}`, "en"), code).toBeDefined();
});

test("has a label for every field and choice of every kind", () => {
  for (const kind of Object.values(kinds) as unknown as readonly Kind[]) {
    const { name, example } = kind.definition;
    expect(sayIfKnown(`kind.${name}.title`, "ru")).toBeDefined();
    for (const block of ["fact", "notice"] as const) {
      const fields = Object.keys(example.blocks[block] ?? {}).filter(
        (field) => field !== "marking",
      );
      for (const field of fields) {
        expect(sayIfKnown(`kind.${name}.${block}.${field}`, "ru"), field).toBeDefined();
      }
    }
  }
  expect(choices.ask.map((ask) => say(`choice.ask.${ask}`, "ru"))).toContain("расследовать");
});

test("a value that is not given is a defect, not a gap", () => {
  expect(() => fillIn("{toString}", {})).toThrow("toString");
  expect(fillIn("{a}{a}", { a: "{b}" })).toBe("{b}{b}");
});
