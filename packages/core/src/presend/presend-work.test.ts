/**
 * Goal: the work grows as the draft does, whatever stands in it. Method: what is looked at is counted,
 * not timed, over texts that are made to cost most; each is given once and four times as long.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Item } from "../item/item.ts";
import type { ItemToSend } from "../item/item-list.ts";
import { leastMarking } from "../kind/marking.ts";
import { checkDraft, presendTextLengthMax } from "./check-draft.ts";
import { fileEdgeBytesMax, metadataOf } from "./file-metadata.ts";
import { emptyLists } from "./own-lists.ts";

/** All different. */
const counted = (length: number) => {
  const parts = Array.from({ length: Math.ceil(length / 9) }, (_, n) => `10.0.0.${n % 256}/`);
  return parts.join("").slice(0, length);
};
const repeated = (part: string) => (length: number) =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);

/** Each fills a text of any length. */
const hostile: Readonly<Record<string, (length: number) => string>> = {
  letters: repeated("a"),
  dots: repeated("."),
  "dots and letters": repeated("a."),
  addresses: repeated("10.0.0.1/"),
  "addresses that differ": counted,
  colons: repeated(":"),
  "hexadecimal and colons": repeated("a:"),
  "mailboxes without end": repeated("a@"),
  "back and forward strokes": repeated("\\Users/"),
  brackets: repeated("[.]"),
  "times of the day": repeated("1:23:"),
  digits: repeated("1"),
  "words of a name that never ends": repeated("a a a a a a a b "),
  "beginnings of names": repeated("aaaaaaaaaaaaaaaa "),
  "letters of two alphabets": repeated("аa"),
  "invisible characters": repeated("\u200b"),
  "accents upon accents": repeated("\u0301"),
  "pairs of code units": repeated("𝐚"),
  "a letter between invisible ones": repeated("a\u200b"),
  schemes: repeated("hxxp://"),
};
const lists = {
  ...emptyLists,
  domains: ["a.a", "washington.example"],
  tools: [
    "a a a a a a a a",
    "a a a b",
    ..."abcdefgh".split("").map((_, n) => `${"a".repeat(n + 1)}*`),
  ],
};
const context = { agreement: { collection: { timeGrainSeconds: 3_600 } }, lists };
const noteOf = (text: string) => ({
  ...({ kind: "note", items: [], files: [], marking: null } as const),
  blocks: { fact: { text: { lang: "en", text } } },
});
const stepsOf = (text: string) => checkDraft(noteOf(text), context).steps;

/** Steps of which a character costs this many at most. */
const stepsPerCharacterMax = 20;

test.each(Object.entries(hostile))("a text of %s costs as much as it is long", (name, fill) => {
  const [short, long] = [stepsOf(fill(16_000)), stepsOf(fill(64_000))];
  expect(long / short).toBeLessThan(4.2);
  expect(long / 64_000).toBeLessThan(stepsPerCharacterMax);
  console.log(`presend: ${name}: ${(long / 64_000).toFixed(1)} steps a character`);
});

test("the texts that are tried cost differently, so that the count is one of work", () => {
  const costs = Object.values(hostile).map((fill) => Math.round(stepsOf(fill(16_000)) / 1_600));
  expect(new Set(costs).size).toBeGreaterThan(5);
});

const anyHostile = fc
  .array(fc.tuple(fc.constantFrom(...Object.values(hostile)), fc.nat(2_000)), { maxLength: 20 })
  .map((parts) => parts.map(([fill, length]) => fill(length)).join(""));

test.prop([fc.oneof(anyHostile, fc.string({ unit: "binary", maxLength: 4_000 }))])(
  "whatever is written, the check ends, points into the text, and is bounded by its length",
  (text) => {
    const { findings, steps } = checkDraft(noteOf(text), context);
    expect(steps).toBeLessThanOrEqual(stepsPerCharacterMax * (text.length + 100));
    for (const { span } of findings) {
      const { from, to } = span ?? { from: 0, to: 1 };
      expect(from >= 0 && from < to && to <= Math.max(text.length, 1)).toBe(true);
    }
  },
);

test("of a text that no form takes the beginning is looked at", () => {
  const text = `${"a ".repeat(presendTextLengthMax / 2)}10.0.0.1`;
  expect(checkDraft(noteOf(text), context).counts["private-address"]).toBeUndefined();
  expect(checkDraft(noteOf(text.slice(100)), context).counts["private-address"]).toBe(1);
});

const anyDraft = fc.record({
  kind: fc.constantFrom("note", "inquiry", "answer", "contact-list", "service-note" as const),
  blocks: fc.dictionary(
    fc.constantFrom("fact", "ask", "handling", "notice", "attachments"),
    fc.object({ maxDepth: 4 }),
  ),
});

test.prop([anyDraft])("a draft that is out of form is looked at all the same", (drawn) => {
  const draft = JSON.parse(JSON.stringify(drawn)) as ReturnType<typeof noteOf>;
  const report = checkDraft({ ...draft, items: [], files: [], marking: leastMarking }, context);
  expect(report.findings.every(({ place }) => place.startsWith("/blocks/"))).toBe(true);
});

test("a hundred thousand items cost as much as ten times ten thousand", () => {
  const item: Item = {
    ...{ kind: "ipv4-addr", value: null, observed: "unknown", diamond: null, grade: "F6" },
    ...{ collection: "not-stated", marking: { ...leastMarking, flags: [] }, use: "none" },
  };
  const itemsOf = (count: number): ItemToSend[] =>
    Array.from({ length: count }, (_, n) => ({
      item: { ...item, value: `203.${100 + (n >> 12)}.${100 + ((n >> 6) & 63)}.${100 + (n & 63)}` },
      disposition: { what: n % 2 === 0 ? "share" : "hold-back" },
    }));
  const steps = (count: number) =>
    checkDraft({ ...noteOf("x"), items: itemsOf(count) }, context).steps;
  const [some, all] = [steps(10_000), steps(100_000)];
  expect(all / some).toBeLessThan(10.5);
  console.log(`presend: ${(all / 100_000).toFixed(1)} steps an item`);
});

test.prop([fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...magics())])(
  "whatever a file holds, looking into it ends, and costs no more than its edges",
  (octets, magic) => {
    const head = Uint8Array.from([...magic, ...octets]);
    const steps = { count: 0 };
    metadataOf({ name: null, mediaType: "a/b", head, tail: octets }, steps);
    expect(steps.count).toBeLessThanOrEqual(60 * (head.length + octets.length));
  },
);

test("of a long file the first and the last mebibyte are looked at", () => {
  const steps = { count: 0 };
  const head = new Uint8Array(3 * fileEdgeBytesMax).fill(0x20);
  head.set(new TextEncoder().encode("%PDF-1.7"));
  head.set(new TextEncoder().encode("/Author (A)"), fileEdgeBytesMax);
  const tail = new Uint8Array(3 * fileEdgeBytesMax);
  tail.set(new TextEncoder().encode("/Author (A)"), 2 * fileEdgeBytesMax - 20);
  expect(metadataOf({ name: null, mediaType: "application/pdf", head, tail }, steps)).toBeNull();
  expect(steps.count).toBeLessThanOrEqual(60 * 2 * fileEdgeBytesMax);
});

function magics(): readonly (readonly number[])[] {
  const exif = [..."Exif\0\0II*\0\b\0\0\0"].map((letter) => letter.charCodeAt(0));
  return [
    [..."%PDF-"].map((letter) => letter.charCodeAt(0)),
    [0x50, 0x4b, 3, 4],
    [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, ...exif],
    [0xff, 0xd8, 0xff],
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    [0xd0, 0xcf, 0x11, 0xe0],
    [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0],
    [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8],
    [0],
  ];
}
