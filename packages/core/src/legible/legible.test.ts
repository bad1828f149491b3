/**
 * Goal: whoever has only the text on paper knows what the message says, in either language. Method:
 * the example of every kind; each thing that it says must be found, in the reader's words, and
 * nothing that is in no language.
 */
import { describe, expect, test } from "vitest";
import { choices } from "../kind/choices.ts";
import type { Kind } from "../kind/define-kind.ts";
import { kinds } from "../kind/kinds.ts";
import type { JsonObject } from "../message/members.ts";
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import { languages } from "../vocabulary/words.ts";
import { type LegibleMessage, legible, legibleItemsMax } from "./legible.ts";
import { noteVerbale } from "./note-verbale.ts";
import { formatTimeOfDay, formatUtc } from "./utc.ts";

const all = Object.values(kinds) as unknown as readonly Kind[];
const jti = "Ej5gWkR9TkKBcEAlzQyqHg";
const root = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

function messageOf(kind: Kind, change: Partial<LegibleMessage> = {}): LegibleMessage {
  const { control, blocks } = kind.definition.example;
  const party = { iss: "washington.example", aud: "moscow.example", channel: root };
  const seen = { epoch: 1, size: 0, root };
  const at = { class: "live", epoch: 1, agreement: 1, jti, iat: 1_483_000_000, seen } as const;
  return {
    head: { ...party, ...at },
    control: { kind: kind.value, ...control },
    blocks: Object.entries(blocks).map(([name, value]) => ({ name, value })) as never,
    items: { count: 0, root },
    itemLines: [],
    ...change,
  };
}

function named(name: keyof typeof kinds): Kind {
  return kinds[name] as unknown as Kind;
}

/** Every text, name and code that an example says, wherever it stands. */
function leavesOf(value: unknown, key = ""): readonly (readonly [key: string, leaf: unknown])[] {
  if (value === null || key === "marking" || key === "lang" || key === "key") return [];
  if (typeof value !== "object") return [[key, value]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, Array.isArray(value) ? key : name),
  );
}

describe.each(languages)("in %s", (language) => {
  test.each(all)("[KND-11] $value says everything that its example says", (kind) => {
    // A long text is broken over lines behind the margin.
    const text = legible(messageOf(kind), { language }).replaceAll(/\s+/g, " ");
    for (const [key, leaf] of leavesOf(kind.definition.example.blocks)) {
      expect([key, wordsOf(key, leaf, language).some((word) => text.includes(word))]).toEqual([
        key,
        true,
      ]);
    }
    expect(text).not.toMatch(/undefined|\[object|\bnull\b/);
    expect(text).toContain(say("line.no-admission", language));
  });

  test.each(all)("$value names each of its fields in the reader's language", (kind) => {
    const text = legible(messageOf(kind), { language });
    const { name, example } = kind.definition;
    for (const block of ["fact", "notice"] as const) {
      for (const [field, value] of Object.entries(example.blocks[block] ?? {})) {
        if (field === "marking" || value === null || isEmptyList(value, field)) continue;
        expect(text).toContain(`${sayIfKnown(`kind.${name}.${block}.${field}`, language)}:`);
      }
    }
    expect(text.split("\n")[0]).toBe(sayIfKnown(`kind.${name}.title`, language)?.toUpperCase());
  });

  test.each(all)(
    "$value is a note verbale in the third person, with the form's courtesies",
    (kind) => {
      const note = noteVerbale(messageOf(kind), { language, place: "live/1/17" });
      const values = { author: "washington.example", addressee: "moscow.example" };
      const act = sayIfKnown(`verbale.act.${kind.definition.name}`, language);
      expect(act === undefined).toBe(kind.by === "node");
      const words = act ?? say("verbale.act.other", language);
      const lines = note.split("\n");
      expect(lines).toContain(say("verbale.opening", language, { ...values, act: words }));
      expect(lines).toContain(say("verbale.closing", language, values));
      expect(lines).toContain(say("verbale.number", language, { number: "live/1/17" }));
      expect(note).not.toMatch(/undefined|\[object/);
    },
  );

  test("[KND-11] a legal kind says that it decides nothing about lawfulness, and no other kind does", () => {
    const saying = all.filter((kind) =>
      legible(messageOf(kind), { language }).includes(say("line.no-judgement", language)),
    );
    expect(saying.map(({ definition }) => definition.name)).toEqual([
      "call-to-cease",
      "notice-of-measures",
    ]);
  });

  test("[KND-11] an exercise says so on the first line and on the last, on paper too", () => {
    const { head } = messageOf(named("inquiry"));
    const drill = messageOf(named("inquiry"), { head: { ...head, class: "exercise" } });
    for (const text of [legible(drill, { language }), noteVerbale(drill, { language })]) {
      const lines = text.trimEnd().split("\n");
      expect([lines[0], lines.at(-1)]).toEqual(Array(2).fill(say("class.exercise", language)));
    }
  });

  test("a kind that is not known is shown raw, and says so", () => {
    const fact = { secret: { "plan\u202e": [1, 2] } } as unknown as JsonObject;
    const strange = messageOf(named("note"), {
      control: { ...messageOf(named("note")).control, kind: "treaty.v9" },
      blocks: [{ name: "fact", value: fact }],
    });
    const text = legible(strange, { language });
    expect(text).toContain(say("line.unknown-kind", language));
    expect(text).toContain("plan\\u{202e}");
    expect(text.split("\n")[0]).toBe("TREATY.V9");
    expect(noteVerbale(strange, { language })).toContain(say("verbale.act.other", language));
  });

  test("items are written out defanged, and what is not shown keeps its number", () => {
    const item = {
      ...{ kind: "ipv4-addr", value: "198.51.100.7", observed: { at: 1_468_244_527 } },
      ...{ diamond: null, grade: "B2", collection: "own-sensor", use: "none" },
      marking: { tlp: "RED", pap: null, iep: null, flags: [] },
      text: [{ "...": root }],
    } as unknown as JsonObject;
    const lines = [
      { line: "", item, isPartial: true },
      { line: "", item: null, isPartial: false },
    ];
    const text = legible(
      messageOf(named("indicator-share"), { items: { count: 2, root }, itemLines: lines }),
      { language },
    );
    expect(text).toContain("198[.]51[.]100[.]7");
    expect(text).not.toContain("198.51.100.7");
    expect(text).toContain(formatUtc(1_468_244_527));
    expect(text).toContain(`${say("item.text", language)}: ${say("legible.not-shown", language)}`);
    expect(text).toContain(`  1. ${say("legible.not-shown", language)}`);
  });

  test("a block that is held back is there by its name, and a longer list is counted", () => {
    const held = messageOf(named("note"), { blocks: [{ name: "assessment", value: null }] });
    expect(legible(held, { language })).toContain(
      `${say("block.assessment", language).toUpperCase()}\n  ${say("legible.not-shown", language)}`,
    );
    const line = { line: "", item: null, isPartial: false };
    const long = messageOf(named("indicator-share"), {
      items: { count: legibleItemsMax + 5, root },
      itemLines: Array.from({ length: legibleItemsMax + 5 }, () => line),
    });
    expect(legible(long, { language })).toContain(
      say("legible.items-more", language, { count: 5 }),
    );
    const attached = messageOf(named("indicator-share"), {
      items: { count: 911, root },
      itemLines: null,
    });
    expect(legible(attached, { language })).toContain(say("legible.items-attached", language));
  });
});

test("[KND-11] no line of an author's text stands at the margin, where headings stand", () => {
  const text = "One.\nANSWER\nFrom: moscow.example";
  const fact = { marking: {}, text: { lang: "en", text } } as unknown as JsonObject;
  const note = messageOf(named("note"), { blocks: [{ name: "fact", value: fact }] });
  const lines = legible(note, { language: "en" }).split("\n");
  expect(lines.filter((line) => /^(ANSWER|From: moscow)/.test(line))).toEqual([]);
  expect(lines.some((line) => line.trim() === "ANSWER")).toBe(true);
});

test("[KND-11] the key of a file is not written on paper", () => {
  const key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const file = { role: "file", digest: root, key, bytes: 9, mediaType: "text/plain", name: "a" };
  const value = { marking: {}, files: [file] } as unknown as JsonObject;
  const note = messageOf(named("note"), { blocks: [{ name: "attachments", value }] });
  const text = legible(note, { language: "en" });
  expect(text).toContain(root);
  expect(text).not.toContain(key);
});

test("a time is the same day and second as the calendar has it, in leap years and at the ends", () => {
  const times = [0, 951_782_400, 951_868_799, 1_483_000_000, 4_107_542_399, 253_402_300_799];
  expect(times.map(formatUtc)).toEqual([
    "1970-01-01 00:00:00 UTC",
    "2000-02-29 00:00:00 UTC",
    "2000-02-29 23:59:59 UTC",
    "2016-12-29 08:26:40 UTC",
    "2100-02-28 23:59:59 UTC",
    "9999-12-31 23:59:59 UTC",
  ]);
  expect([0, 485, 1_440].map(formatTimeOfDay)).toEqual(["00:00", "08:05", "24:00"]);
});

function isCode(text: string): boolean {
  return (
    text === "unknown" ||
    Object.values(choices).some((list) => (list as readonly string[]).includes(text))
  );
}

/** How a leaf may be said: one code may stand in several lists. */
function wordsOf(key: string, leaf: unknown, language: (typeof languages)[number]): string[] {
  if (typeof leaf === "string") {
    if (key === "kinds") return [sayIfKnown(`kind.${leaf}.title`, language) ?? leaf];
    if (!isCode(leaf)) return [leaf.replaceAll(/\s+/g, " ")];
    const lists = Object.keys(choices);
    const words = lists.flatMap((list) => sayIfKnown(`choice.${list}.${leaf}`, language) ?? []);
    return words.length > 0 ? words : [leaf];
  }
  const number = Number(leaf);
  if (number > 1_400_000_000) return [formatUtc(number)];
  if (key === "from" || key === "to") return [formatTimeOfDay(number)];
  // The last of a range is the one before its end.
  return [String(number), String(number - 1)];
}

function isEmptyList(value: unknown, field: string): boolean {
  // No items named means the message as a whole, which is said.
  return Array.isArray(value) && value.length === 0 && field !== "items";
}
