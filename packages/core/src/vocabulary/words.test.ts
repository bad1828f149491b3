/**
 * Goal: a count stands with the form of the word that belongs to it, in both languages.
 */
import { expect, test } from "vitest";
import { fillIn } from "./words.ts";

test.each([
  [0, "0 cases", "0 дел"],
  [1, "1 case", "1 дело"],
  [2, "2 cases", "2 дела"],
  [5, "5 cases", "5 дел"],
  [11, "11 cases", "11 дел"],
  [21, "21 cases", "21 дело"],
  [104, "104 cases", "104 дела"],
  [911, "911 cases", "911 дел"],
])("%i", (count, en, ru) => {
  expect(fillIn("{count:case|cases}", { count })).toBe(en);
  expect(fillIn("{count:дело|дела|дел}", { count: String(count) })).toBe(ru);
});

test("what is no count is shown as it is", () => {
  expect(fillIn("{count:case|cases} of {name}", { count: "—", name: "x" })).toBe("— cases of x");
});
