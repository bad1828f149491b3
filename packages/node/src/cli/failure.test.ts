/**
 * Goal: every failure can be said in both languages, with every value it names. Method: all codes of
 * the catalogue, with every value that any code is given.
 */
import { Fault } from "@parley/core/fault";
import { refusalCodes } from "@parley/core/refusal-codes";
import { expect, test } from "vitest";
import { configKeys, languages } from "../config.ts";
import { fill, printable } from "./bilingual.ts";
import { describeRefusal, describeThrown } from "./failure.ts";
import { failureTextsEn } from "./failure-texts-en.ts";
import { failureTextsRu } from "./failure-texts-ru.ts";
import { officeFailureTextsEn } from "./office-failure-texts-en.ts";
import { officeFailureTextsRu } from "./office-failure-texts-ru.ts";
import { partyFailureTexts } from "./party-failure-texts.ts";
import { peopleFailureTexts } from "./people-failure-texts.ts";
import { expectedTexts } from "./texts.ts";

const namesIn = (text: object) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();

test("both languages name the same values", () => {
  const english = {
    ...failureTextsEn,
    ...partyFailureTexts.en,
    ...officeFailureTextsEn,
    ...peopleFailureTexts.en,
  };
  const all: Readonly<Record<string, object>> = {
    ...failureTextsRu,
    ...partyFailureTexts.ru,
    ...officeFailureTextsRu,
    ...peopleFailureTexts.ru,
  };
  for (const [code, text] of Object.entries(english)) {
    const russian = all[code] ?? {};
    expect([code, namesIn(russian)]).toEqual([code, namesIn(text)]);
    expect(Object.values(russian).join("")).toMatch(/[а-я]/);
    expect(Object.values(text).join("")).not.toMatch(/[а-я]/);
  }
});

test("a wrong setting is told with what to write instead, in the reader's language", () => {
  for (const key of configKeys) {
    const params = { key, source: "environment", name: "PARLEY_X", found: "y" };
    for (const lang of languages) {
      const refusal = { code: "config.bad-value", detail: "", params };
      const { exitCode, happened, next } = describeRefusal(lang, refusal);
      expect(exitCode).toBe(2);
      expect(happened).toContain("PARLEY_X");
      expect(next).toContain(expectedTexts[lang][key]);
    }
  }
});

test("a code without a text of its own is said by its code, and is a refusal", () => {
  const failure = describeRefusal("en", { code: "area.reason", detail: "why" });
  expect(failure).toMatchObject({ code: "area.reason", exitCode: 1 });
  expect(failure.happened).toBe("Refused with the code area.reason: why");
  expect(Object.keys(refusalCodes)).not.toContain("area.reason");
});

test("a fault is said by its code, and what was thrown otherwise not by its words", () => {
  const fault = new Fault("listen.port-taken", "127.0.0.1:1", { retryable: true });
  expect(describeThrown("en", fault)).toMatchObject({
    code: "listen.port-taken",
    exitCode: 3,
    happened: "Another program listens on 127.0.0.1:1 already.",
  });
  const thrown = describeThrown("ru", new SyntaxError("quoted content"));
  expect(thrown).toMatchObject({ code: "node.defect", exitCode: 3 });
  expect(JSON.stringify(thrown)).not.toContain("quoted");
});

test("a value cannot steer the terminal, and a missing one is a defect", () => {
  expect(fill("a {b}", { b: "\u001b[2J\u202Ec" })).toBe("a \u{fffd}[2J\u{fffd}c");
  expect(printable("line\nline")).toBe("line\nline");
  expect(() => fill("a {toString}")).toThrow("{toString}");
});
