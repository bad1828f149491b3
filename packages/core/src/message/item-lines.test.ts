/**
 * Goal: a list is exactly the lines that were committed to, and nothing is missing unless the message
 * says so. Method: lists of which arbitrary items are withheld or partial, arbitrary statements of
 * what is held back, and lines spoiled, dropped, added or moved; judged from what was drawn.
 */

import { fc, test } from "@fast-check/vitest";
import { must } from "@parley/testkit/sample-message";
import { expect } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { leafHash } from "../log/tree.ts";
import type { HeldBack, ItemRange } from "./body.ts";
import { makeDisclosure } from "./disclosure.ts";
import {
  bytesOfLines,
  createItemListReader,
  headOfLines,
  itemLineBytesMax,
  leafOfLine,
  openItemLines,
  withholdLine,
} from "./item-lines.ts";

type Shape = "whole" | "partial" | "withheld";

const shapes = fc.array(fc.constantFrom<Shape>("whole", "whole", "partial", "withheld"), {
  maxLength: 12,
});
const range = fc
  .tuple(fc.nat(11), fc.integer({ min: 1, max: 4 }))
  .map(([from, length]): ItemRange => [from, from + length]);
const heldBack = fc.array(
  fc.record({
    what: fc.constantFrom<HeldBack["what"]>("items", "item-fields", "block"),
    block: fc.constant(null),
    items: fc.array(range, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);

function lineOf(shape: Shape, index: number): string {
  const value = shape === "partial" ? [{ "...": makeDisclosure(p, index).digest }] : index;
  const { disclosure } = makeDisclosure(p, { value });
  return shape === "withheld" ? withholdLine(p, disclosure) : disclosure;
}

function isNamed(held: readonly HeldBack[], index: number, whats: readonly string[]): boolean {
  return held.some(
    ({ what, items }) =>
      whats.includes(what) && items.some(([from, to]) => from <= index && index < to),
  );
}

/** What the rules want, item by item. */
function mayStand(held: readonly HeldBack[], shape: Shape, index: number): boolean {
  if (shape === "whole") return true;
  return isNamed(held, index, shape === "withheld" ? ["items"] : ["items", "item-fields"]);
}

test.prop([shapes, heldBack])(
  "[MSG-11] an item may be withheld or partial only where the message says so",
  (list, held) => {
    const lines = list.map(lineOf);
    const opened = openItemLines(p, lines, headOfLines(p, lines), held);
    const isRight = list.every((shape, index) => mayStand(held, shape, index));
    expect(opened.ok).toBe(isRight);
    if (!opened.ok) {
      expect(opened.refusal.code).toBe("message.missing-item");
      return;
    }
    const read = opened.value.map(({ item, isPartial }): Shape => {
      if (item === null) return "withheld";
      return isPartial ? "partial" : "whole";
    });
    expect(read).toEqual(list);
  },
);

test("is tested on lists that stand and lists that do not, both of several items", () => {
  const drawn = fc.sample(fc.tuple(shapes, heldBack), { seed: 1, numRuns: 500 });
  const verdicts = drawn
    .filter(([list]) => list.length > 2 && list.some((shape) => shape !== "whole"))
    .map(([list, held]) => list.every((shape, index) => mayStand(held, shape, index)));
  expect(new Set(verdicts)).toEqual(new Set([true, false]));
});

test("[MSG-11] a range within another does not end it", () => {
  const held: HeldBack[] = [
    { what: "items", block: null, items: [[0, 4]] },
    { what: "items", block: null, items: [[1, 2]] },
  ];
  const lines = (["withheld", "withheld", "withheld", "withheld"] as const).map(lineOf);
  expect(openItemLines(p, lines, headOfLines(p, lines), held).ok).toBe(true);
});

const all: HeldBack[] = [{ what: "items", block: null, items: [[0, 100]] }];

test.prop([shapes, fc.nat(11), fc.nat(11)])(
  "[MSG-9] a list with a line dropped, added, moved or replaced is refused",
  (list, i, j) => {
    const lines = list.map(lineOf);
    const head = headOfLines(p, lines);
    const other = lineOf("whole", 99);
    const spoiled = [
      lines.toSpliced(i % (lines.length + 1), 0, other),
      ...(lines.length === 0 ? [] : [lines.toSpliced(i % lines.length, 1)]),
      ...(lines.length === 0 ? [] : [lines.with(i % lines.length, other)]),
      swapped(lines, i, j),
    ].filter((candidate) => candidate.join() !== lines.join());
    for (const candidate of spoiled) {
      expect(openItemLines(p, candidate, head, all)).toMatchObject({
        refusal: { code: "message.bad-items" },
      });
    }
    expect(openItemLines(p, lines, head, all).ok).toBe(true);
  },
);

test("[MSG-9] a list has the same root whether its lines are shown or withheld", () => {
  const lines = (["whole", "partial", "whole"] as const).map(lineOf);
  const withheld = lines.map((line) => withholdLine(p, line));
  expect(headOfLines(p, withheld)).toEqual(headOfLines(p, lines));
  expect(lines.map((line) => leafOfLine(p, line))).toEqual(
    lines.map((line) => leafHash(p, encodeUtf8(line))),
  );
});

test("[MSG-9] the empty list has the root of the empty tree", () => {
  const root = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
  expect(headOfLines(p, [])).toEqual({ count: 0, root });
});

test.each([
  ["nothing", ""],
  ["a mark alone", "#"],
  ["a short hash", "#AAAA"],
  ["a hash that is not canonical", `#${"A".repeat(42)}B`],
  ["junk", "not base64url!"],
  ["a text in place of an item", makeDisclosure(p, "203.0.113.7").disclosure],
  ["a list in place of an item", makeDisclosure(p, []).disclosure],
  [
    "a line that is too long",
    makeDisclosure(p, { value: "a".repeat(itemLineBytesMax) }).disclosure,
  ],
])("[MSG-10] %s is no line", (_, line) => {
  const reader = createItemListReader(p, { count: 1, root: "" }, all);
  expect(reader.push(line)).toMatchObject({ refusal: { code: "message.bad-item" } });
});

test("octets of a list count a newline for each line", () => {
  expect(bytesOfLines(["ab", "#"])).toBe(5);
});

test("a reader of 911 lines gives each as it comes", () => {
  const lines = Array.from({ length: 911 }, (_, index) => lineOf("whole", index));
  const reader = createItemListReader(p, headOfLines(p, lines), []);
  const items = lines.map((line) => must(reader.push(line)).item);
  expect(items.at(-1)).toEqual({ value: 910 });
  expect(reader.end().ok).toBe(true);
});

function swapped(lines: readonly string[], i: number, j: number): readonly string[] {
  if (lines.length === 0) return lines;
  const [a, b] = [i % lines.length, j % lines.length];
  return lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
}
