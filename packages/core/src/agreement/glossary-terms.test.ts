import { expect, test } from "vitest";
import { glossary } from "./default-texts.ts";
import { disputedTerms, glossaryTerms } from "./glossary-terms.ts";

const used = (text: string, lang: string) =>
  glossaryTerms(text, lang, { glossary }).map(({ term, from, to }) => [
    term.en,
    text.slice(from, to),
  ]);

test.each([
  ["The attack was seen.", "en", "attack", "attack"],
  ["Two attacks and two receipts", "en", "attack", "attacks"],
  ["Attacked at night", "en", "attack", "Attacked"],
  ["Critical infrastructure was hit", "en", "critical infrastructure", "Critical infrastructure"],
  ["Атака замечена.", "ru", "attack", "Атака"],
  ["Мы видели эту атаку", "ru", "attack", "атаку"],
  ["следы атак", "ru", "attack", "атак"],
  [
    "объектам критической инфраструктуры",
    "ru",
    "critical infrastructure",
    "критической инфраструктуры",
  ],
  ["в области информационной безопасности", "ru", "cybersecurity", "информационной безопасности"],
  ["установлением источника", "ru", "attribution", "установлением источника"],
  ["без подтверждения приема", "ru", "receipt", "подтверждения приема"],
])("finds in “%s” (%s) the term %s", (text, lang, term, part) => {
  expect(used(text, lang)).toContainEqual([term, part]);
});

test.each([
  ["The attache of the infrastructure", "en"],
  ["A critical view of infrastructure", "en"],
  ["Атаман и безопасность", "ru"],
  ["The attack was seen.", "de"],
  ["Атака замечена.", "en"],
])("finds no term in “%s” (%s)", (text, lang) => {
  expect(used(text, lang)).toEqual([]);
});

test("disputed terms alone are flagged, each where it stands, with the word of the other language", () => {
  const text = "An incident is no attack; attribution is not asked.";
  expect(disputedTerms(text, "en-US", { glossary })).toEqual([
    { term: { en: "attack", ru: "атака", disputed: true }, from: 18, to: 24 },
    { term: { en: "attribution", ru: "установление источника", disputed: true }, from: 26, to: 37 },
  ]);
  expect(used(text, "en").map(([term]) => term)).toContain("incident");
});

test("a short word keeps what only looks like its ending", () => {
  const one = { glossary: [{ en: "use", ru: "приём", disputed: true }] };
  const parts = (text: string) =>
    disputedTerms(text, "ru", one).map(({ from, to }) => text.slice(from, to));
  expect(parts("приём, приёма, приёмом и при")).toEqual(["приём", "приёма", "приёмом"]);
});
