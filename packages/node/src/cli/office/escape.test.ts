/**
 * Goal: nothing that a peer writes can steer a terminal, pass for a line of ours, or name a file that
 * does harm. Method: texts of any characters, the ones that cannot be seen drawn often.
 */
import { fc, test } from "@fast-check/vitest";
import { escapeLine, escapeText, indent } from "@parley/core/legible/visible-text";
import { expect } from "vitest";
import { safeName } from "../commands/attachment.ts";
import { showBlock } from "./show-block.ts";
import { rangesOf, spanOf } from "./wording.ts";

const hidden = fc.constantFrom("\u001b", "\u202e", "\u2066", "\u200b", "\u2028", "\r", "\n", "\0");
const anyText = fc
  .array(
    fc.oneof(hidden, fc.string({ unit: "binary", maxLength: 3 }), fc.constantFrom("/", ".", "..")),
  )
  .map((parts) => parts.join(""));

test.prop([anyText])("what cannot be seen is written out, wherever it stands", (text) => {
  const shown = escapeText(text);
  expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(escapeLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
});

test.prop([anyText])("no line of a text is at the margin", (text) => {
  const lines = indent(escapeText(text), "  ").split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("  "))).toEqual([]);
});

test.prop([fc.option(anyText)])("a name of the peer's becomes one plain file name", (name) => {
  const safe = safeName({ name, digest: "Fv3kAAAAAAAAAAAAAAAAAAAA" });
  expect(safe).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
  expect([...safe].length).toBeLessThanOrEqual(100);
});

test("a block of a kind that is not known is shown as it came, and harmless", () => {
  const value = { a: { b: ["\u202ex", 1, null] }, text: "line\nVerdict: accepted" };
  const shown = showBlock("en", undefined, { name: "fact", value });
  expect(shown).toContain('"\\u{202e}x"');
  expect(shown.split("\n").filter((line) => /^\S/.test(line))).toEqual(["FACT"]);
});

test("the texts that are drawn hold what must not pass", () => {
  const drawn = fc.sample(anyText, { seed: 1, numRuns: 200 }).join("");
  for (const character of ["\u001b", "\u202e", "\n", "/"]) expect(drawn).toContain(character);
});

test.each([
  [0, "0 min"],
  [59, "0 min"],
  [-5_400, "1 h 30 min"],
  [86_400, "1 d"],
  [86_400 + 59 * 60, "1 d"],
  [2 * 86_400 + 3 * 3_600 + 59, "2 d 3 h"],
])("%i seconds are said as %s", (seconds, words) => {
  expect(spanOf("en", seconds)).toBe(words);
});

test("ranges are said with both ends, and none as the message itself", () => {
  const ranges = [
    [0, 20],
    [25, 26],
  ];
  expect(rangesOf("en", ranges)).toBe("0–19, 25");
  expect(rangesOf("ru", [])).toBe("сообщение в целом");
});
