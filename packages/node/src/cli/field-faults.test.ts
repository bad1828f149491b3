/**
 * Goal: whoever writes a field wrong reads which one, what is wrong and what is allowed, in either
 * language; a program reads its path and rule. Method: two parties in a box, the whole command.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "@parley/core/kind/kinds";
import { type Office, officeOf } from "@parley/testkit/office-commands";
import { deliver, type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, expect, test } from "vitest";

let pair: PairedNodes;
let west: Office;
let east: Office;

beforeAll(async () => {
  pair = await pairedNodes();
  west = officeOf(pair.washington);
  east = officeOf(pair.moscow);
});
afterAll(async () => pair[Symbol.asyncDispose]());

function fileOf(office: Office, name: string, value: unknown): string {
  const path = join(office.directory, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

async function inquire(): Promise<string> {
  const body = fileOf(west, "inquiry.json", kinds.inquiry.definition.example.blocks);
  const flags = ["--ask", "identify", "--severity", "4", "--body", body];
  const sent = await west.json("send", "inquiry", ...flags);
  await deliver(pair.washington, pair.moscow);
  await deliver(pair.moscow, pair.washington);
  return String(sent["jti"]);
}

const inquiryFact = kinds.inquiry.definition.example.blocks.fact;

test.each([
  [
    "a text that is too long",
    ["note", "--text", "🙂".repeat(4_001)],
    { path: "fact.text.text", rule: "length" },
    ["fact.text.text has 4001 characters; allowed: 1 to 4000", "4001 знак; допустимо от 1 до 4000"],
  ],
  [
    "a text of nothing",
    ["note", "--text", ""],
    { path: "fact.text.text", rule: "length" },
    ["has 0 characters; allowed: 1 to 4000", "0 знаков; допустимо от 1 до 4000"],
  ],
  [
    "a sign that turns the writing",
    ["note", "--text", "safe\u202Egnp.exe"],
    { path: "fact.text.text", rule: "characters" },
    ["a character that is not allowed", "недопустимый знак"],
  ],
  [
    "a language that is none",
    ["note", "--text", "x", "--text-lang", "English!"],
    { path: "fact.text.lang", rule: "form" },
    ["wanted: a language tag such as en or ru", "нужно: метка языка, например en или ru"],
  ],
])("%s is told by field, bound and what was found", async (_, words, field, [en, ru]) => {
  const english = await west.json("send", ...words);
  expect(english).toMatchObject({ exitCode: 1, code: "kind.invalid-body", field });
  expect(english["message"]).toContain(en);
  const russian = await west.json("send", ...words, "--lang", "ru");
  expect(russian).toMatchObject({ field });
  expect(russian["message"]).toContain(ru);
  expect(russian["message"]).not.toMatch(/Invalid|expected|wanted/);
});

test.each([
  [
    "missing",
    { ...inquiryFact, sentences: undefined },
    "fact.sentences",
    ["is missing", "нет, а оно"],
  ],
  ["unknown", { ...inquiryFact, colour: 1 }, "fact.colour", ["no such field", "не бывает"]],
  ["type", { ...inquiryFact, sentences: "x" }, "fact.sentences", ["a list […]", "список […]"]],
  ["count", { ...inquiryFact, sentences: [] }, "fact.sentences", ["0 entries", "0 записей"]],
])("a field of a body that breaks %s is named", async (rule, fact, path, [en, ru]) => {
  const body = fileOf(west, "wrong.json", { ...kinds.inquiry.definition.example.blocks, fact });
  const flags = ["--ask", "block", "--severity", "1", "--body", body];
  for (const [lang, words] of Object.entries({ en, ru })) {
    const said = await west.json("send", "inquiry", ...flags, "--lang", lang);
    expect(said).toMatchObject({ code: "kind.invalid-body", field: { path, rule } });
    expect(said["message"]).toContain(path);
    expect(said["message"]).toContain(words);
  }
});

test("a reason that no list has is told with the reasons that there are", async () => {
  const id = await inquire();
  for (const [lang, words] of Object.entries({ en: "must be one of", ru: "одно из" })) {
    const said = await east.json("send", "decline", "--case", id, "--reason", "x", "--lang", lang);
    expect(said).toMatchObject({ code: "kind.invalid-body", field: { path: "fact.reason" } });
    expect(said["message"]).toContain(words);
    expect(said["message"]).toContain("not-ours");
    expect(said["message"]).not.toContain("Invalid");
  }
});

test("a file of items is told where it is wrong", async () => {
  for (const [content, path, rule] of [
    ["no JSON", "", "form"],
    [{ items: "x" }, "v", "missing"],
  ] as const) {
    const file = fileOf(west, "items.json", content);
    for (const lang of ["en", "ru"]) {
      const said = await west.json(
        ...["send", "note", "--text", "x", "--items", file, "--lang", lang],
      );
      expect(said).toMatchObject({ code: "office.bad-items-file", field: { path, rule } });
      expect(said["message"]).not.toMatch(/Invalid|undefined/);
    }
  }
});

test("the help of every kind names each field of its example and prints it, in both languages", async () => {
  for (const [name, { definition }] of Object.entries(kinds)) {
    for (const lang of ["en", "ru"]) {
      const { out, exitCode } = await west.type("send", name, "--help", "--lang", lang);
      expect(exitCode).toBe(0);
      expect(out).toContain(JSON.stringify(definition.example.blocks, null, 2));
      for (const [block, fields] of Object.entries(definition.example.blocks)) {
        if (block === "attachments" || block === "handling") continue;
        for (const field of Object.keys(fields).filter((each) => each !== "marking")) {
          expect([name, out]).toEqual([name, expect.stringContaining(`  ${block}.${field}: `)]);
        }
      }
      expect(out).not.toMatch(/undefined|NaN/);
    }
  }
  const { out } = await west.type("send", "answer", "--help");
  expect(out).toContain("fact.outcome: required; one of done, ");
  expect(out).toContain("fact.text.text: required; text, 1 to 4000 characters");
  expect(out).toContain("fact.text.lang: required; language tag such as en or ru");
  expect(out).toContain("fact.plannedFor: required; time in seconds since 1970, UTC | null; ");
  expect((await west.type("send", "--help")).out).not.toContain("FIELDS OF");
});
