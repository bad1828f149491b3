/**
 * Goal: an addressee takes a message only whole, each disclosure at its place, once. Method: the
 * sample's lines spoiled in one place each; arbitrary choices of what is sent, judged from the
 * choice; and bodies that no honest author signs.
 */

import { fc, test } from "@fast-check/vitest";
import {
  must,
  sampleDraft,
  sampleHeldBack,
  sampleItemLines,
  sampleMarking,
} from "@parley/testkit/sample-message";
import { expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { type ControlName, controlNames } from "./control.ts";
import { type Disclosure, digestOf, makeDisclosure } from "./disclosure.ts";
import { headOfLines } from "./item-lines.ts";
import { type Message, messageOfDraft, openPayload } from "./message.ts";
import {
  buildPayload,
  parsePayload,
  type StatementDraft,
  type StatementPayload,
} from "./statement.ts";

const itemLines = sampleItemLines(p);
const draft = sampleDraft(p, itemLines);
const hash = "a hash";

interface Sent {
  readonly payload: StatementPayload;
  readonly disclosures: readonly string[];
  readonly withheld: readonly string[];
}

function freeze(part: Partial<StatementDraft> = {}): Sent {
  const frozen = must(buildPayload(p, { ...draft, ...part }));
  return {
    payload: must(parsePayload(JSON.parse(frozen.payloadText))),
    disclosures: frozen.disclosures,
    withheld: frozen.withheld.map(({ disclosure }) => disclosure),
  };
}

/** A payload that commits to values of any form. */
function commit(values: Partial<Record<ControlName, JsonValue | Disclosure>>): Sent {
  const all = { ...draft.control, body: { items: headOfLines(p, []) }, ...values };
  const made = controlNames.map((name) => {
    const value = all[name] as JsonValue | Disclosure;
    return isDisclosure(value) ? value : makeDisclosure(p, value);
  });
  const digests = Object.fromEntries(
    controlNames.map((name, index) => [name, made[index]?.digest ?? ""]),
  ) as StatementPayload["digests"];
  const disclosures = made.map(({ disclosure }) => disclosure);
  return { payload: { head: draft.head, digests }, disclosures, withheld: [] };
}

function isDisclosure(value: JsonValue | Disclosure): value is Disclosure {
  return typeof value === "object" && value !== null && "disclosure" in value;
}

function open({ payload }: Sent, lines: readonly string[]) {
  return openPayload(p, payload, { hash, lines });
}

const plainBlocks = {
  fact: { marking: sampleMarking, text: "a" },
  ask: { marking: sampleMarking },
};
test.each<[string, readonly string[], Partial<StatementDraft>, boolean]>([
  ["with items, some of them and a block held back", itemLines, {}, true],
  ["with a list beside it", itemLines, {}, false],
  ["without items", [], { blocks: plainBlocks }, true],
  ["without blocks", [], { blocks: {} }, true],
])("a message %s is to its author what its reader finds", (_, lines, part, isInline) => {
  const whole = { ...draft, ...part, items: headOfLines(p, lines) };
  const frozen = must(buildPayload(p, whole));
  const payload = must(parsePayload(JSON.parse(frozen.payloadText)));
  const sent = [...frozen.disclosures, ...(isInline ? lines : [])];
  const read = must(openPayload(p, payload, { hash, lines: sent }));
  const made = messageOfDraft(p, whole, frozen, { hash, itemLines: read.itemLines });
  expect(canonicalJson(made as JsonValue)).toBe(canonicalJson(read as JsonValue));
});

function codeOf(sent: Sent, lines: readonly string[]): string | undefined {
  const opened = open(sent, lines);
  return opened.ok ? undefined : opened.refusal.code;
}

const sample = freeze();
const lines = [...sample.disclosures, ...itemLines];

test("[MSG-5] a message sent whole opens to what its author wrote", () => {
  const message = must(open(sample, lines));
  expect(message).toMatchObject({ hash, head: draft.head, control: draft.control });
  expect(message.blocks.map(({ name, value }) => [name, value])).toEqual([
    ["fact", draft.blocks.fact],
    ["assessment", null],
    ["handling", draft.blocks.handling],
  ]);
  expect(message.itemLines?.map(({ line }) => line)).toEqual(itemLines);
});

test("a message is JSON as it stands, nothing undefined in it", () => {
  const message = must(open(sample, lines));
  expect(JSON.parse(JSON.stringify(message)) as Message).toStrictEqual(message);
});

test.each(controlNames.map((name, index) => [name, index] as const))(
  "[MSG-5] refuses a message in which %s is not disclosed",
  (_, index) => {
    expect(codeOf(sample, lines.toSpliced(index, 1))).toBe("message.bad-disclosure");
  },
);

test.each([
  ["two control disclosures exchanged", [lines[1] ?? "", lines[0] ?? "", ...lines.slice(2)]],
  ["a control value of another salt", lines.with(0, makeDisclosure(p, "inquiry.v1").disclosure)],
  ["a control value of another kind", lines.with(0, makeDisclosure(p, "note.v1").disclosure)],
  ["no lines", []],
])("[MSG-5] refuses a message with %s", (_, spoiled) => {
  expect(codeOf(sample, spoiled)).toBe("message.bad-disclosure");
});

const empty = freeze({ items: headOfLines(p, []), blocks: { fact: draft.blocks.fact ?? {} } });
test.each([
  ["a disclosure left over", [...empty.disclosures, makeDisclosure(p, {}).disclosure]],
  ["a disclosure twice", [...empty.disclosures, empty.disclosures.at(-1) ?? ""]],
  ["an empty line", [...empty.disclosures, ""]],
])("[MSG-5] refuses a message with %s", (_, spoiled) => {
  expect(codeOf(empty, empty.disclosures)).toBeUndefined();
  expect(codeOf(empty, spoiled)).toBe("message.bad-disclosure");
});

test.each<[string, Partial<Record<ControlName, JsonValue>>]>([
  ["a kind without version", { kind: "inquiry" }],
  ["a kind of version 0", { kind: "inquiry.v0" }],
  ["a case that is no id", { case: "case 1" }],
  ["answers that is a number", { answers: 17 }],
  ["an ask that is a sentence", { ask: "Please investigate." }],
  ["a clock with more", { clock: { replyBy: null, severity: 3, start: 0 } }],
  ["a severity of 6", { clock: { replyBy: null, severity: 6 } }],
  ["a time with a fraction", { clock: { replyBy: 0.5, severity: 3 } }],
  ["no desk", { to: null }],
  ["two desks", { to: ["technical", "watch"] }],
  ["a digest in place of a clock", { clock: [{ "...": makeDisclosure(p, null).digest }] }],
])("[MSG-6] refuses %s", (_, values) => {
  const sent = commit(values);
  expect(codeOf(sent, sent.disclosures)).toBe("message.bad-control");
});

const items = headOfLines(p, []);
const fact = makeDisclosure(p, { marking: sampleMarking });
const place = [{ "...": fact.digest }];
test.each<[string, JsonValue]>([
  ["a text", "body"],
  ["no item list", { fact: place }],
  ["an unknown block", { items, sources: place }],
  ["a block in plain", { fact: { marking: sampleMarking }, items }],
  ["two blocks of one digest", { fact: place, items, legal: place }],
  ["a count below 0", { items: { ...items, count: -1 } }],
  ["a count beyond the limit", { items: { ...items, count: 100_001 } }],
  ["a root that is none", { items: { ...items, root: "" } }],
])("[MSG-7] refuses a body that is or has %s", (_, body) => {
  const sent = commit({ body });
  expect(codeOf(sent, [...sent.disclosures, fact.disclosure])).toBe("message.bad-body");
});

test("[MSG-4] refuses a body in which a block has two faces", () => {
  const other = makeDisclosure(p, { marking: sampleMarking, text: "the second face" });
  const body = { fact: [...place, { "...": other.digest }], items };
  const disclosure = toBase64Url(encodeUtf8(canonicalJson(["AAAAAAAAAAAAAAAAAAAAAA", body])));
  const sent = commit({ body: { disclosure, digest: digestOf(p, disclosure) } });
  for (const face of [fact, other]) {
    expect(codeOf(sent, [...sent.disclosures, face.disclosure])).toBe("message.bad-disclosure");
  }
});

test("[MSG-7] refuses a body that commits to the digest of a control value", () => {
  const kind = makeDisclosure(p, "inquiry.v1");
  const sent = commit({ kind, body: { fact: [{ "...": kind.digest }], items } });
  expect(codeOf(sent, sent.disclosures)).toBe("message.bad-body");
});

test.each<[string, JsonValue]>([
  ["a text", "fact"],
  ["a list", []],
  ["an object with a value missing", { text: place }],
])("[MSG-7] refuses a block that is %s", (_, value) => {
  const block = makeDisclosure(p, value);
  const sent = commit({ body: { fact: [{ "...": block.digest }], items } });
  expect(codeOf(sent, [...sent.disclosures, block.disclosure])).toBe("message.bad-body");
});

const statement = { block: null, class: "source", grade: null, items: [], what: "items" };
test.each<[string, JsonValue]>([
  ["no list", {}],
  ["a statement with more", [{ ...statement, why: "" }]],
  ["an unknown what", [{ ...statement, what: "all" }]],
  ["a block that is none", [{ ...statement, block: "sources", what: "block" }]],
  ["a block where items are meant", [{ ...statement, block: "fact" }]],
  [
    "items where a block is meant",
    [{ ...statement, block: "fact", items: [[0, 1]], what: "block" }],
  ],
  ["an empty range", [{ ...statement, items: [[1, 1]] }]],
  ["a range beyond the list", [{ ...statement, items: [[0, 4]] }]],
  [
    "ranges that touch",
    [
      {
        ...statement,
        items: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
  ],
  [
    "ranges out of order",
    [
      {
        ...statement,
        items: [
          [2, 3],
          [0, 1],
        ],
      },
    ],
  ],
])("[MSG-7] refuses a handling block whose heldBack has %s", (_, heldBack) => {
  const handling = makeDisclosure(p, { heldBack, marking: sampleMarking });
  const body = { handling: [{ "...": handling.digest }], items: draft.items };
  const sent = commit({ body });
  expect(codeOf(sent, [...sent.disclosures, handling.disclosure])).toBe("message.bad-body");
});

test("[MSG-8] a block that is held back opens later, at its own place only", () => {
  const [assessment = ""] = sample.withheld;
  const whole = lines.toSpliced(8, 0, assessment);
  expect(must(open(sample, whole)).blocks[1]?.value).toEqual(draft.blocks.assessment);
  expect(codeOf(sample, lines.toSpliced(7, 0, assessment))).toBe("message.missing-block");
});

/** Which of the three blocks are sent, and which of them `handling` names. */
const choice = fc.record({
  sent: fc.subarray(["fact", "assessment", "handling"] as const),
  named: fc.subarray(["fact", "assessment"] as const),
});
test.prop([choice])("[MSG-8] a block is missing only where the message names it", (chosen) => {
  const handling = {
    heldBack: chosen.named.map((block) => ({ ...statement, block, what: "block" })),
    marking: sampleMarking,
  };
  const blocks = { ...draft.blocks, handling };
  const made = Object.entries(blocks).map(([name, value]) => ({
    name,
    ...makeDisclosure(p, value),
  }));
  const places = made.map(({ name, digest }) => [name, [{ "...": digest }]]);
  const sent = commit({ body: { ...Object.fromEntries(places), items } as JsonValue });
  const shown = made.filter(({ name }) => chosen.sent.some((block) => block === name));
  const isNamed = (name: string) =>
    chosen.sent.includes("handling") && chosen.named.some((block) => block === name);
  const isRight = made.every(
    ({ name, ...one }) => shown.some(({ digest }) => digest === one.digest) || isNamed(name),
  );
  const code = codeOf(sent, [...sent.disclosures, ...shown.map(({ disclosure }) => disclosure)]);
  expect(code).toBe(isRight ? undefined : "message.missing-block");
});

test("[MSG-9] items that travel beside the entry are absent, not wrong", () => {
  expect(must(open(sample, sample.disclosures)).itemLines).toBeNull();
  expect(codeOf(sample, lines.slice(0, -1))).toBe("message.bad-items");
});

test("[MSG-11] an item missing without being named is refused with the message", () => {
  const sent = freeze({
    blocks: { handling: { heldBack: (sampleHeldBack as JsonValue[]).slice(0, 1) } },
  });
  expect(codeOf(sent, [...sent.disclosures, ...itemLines])).toBe("message.missing-item");
});

test("[MSG-12] more than 40,000 octets of disclosed JSON are refused", () => {
  const long = Array.from(
    { length: 3 },
    () => makeDisclosure(p, { value: "a".repeat(14_000) }).disclosure,
  );
  const sent = freeze({ items: headOfLines(p, long), blocks: {} });
  expect(codeOf(sent, [...sent.disclosures, ...long])).toBe("message.too-large");
});

test.prop([fc.nat(lines.length), fc.array(fc.string({ unit: "binary" }), { maxLength: 3 })])(
  "[MSG-5] whatever stands in place of lines is refused, never thrown",
  (index, junk) => {
    const spoiled = lines.toSpliced(index, junk.length, ...junk);
    fc.pre(spoiled.join("\n") !== lines.join("\n"));
    expect(codeOf(sample, spoiled)).toMatch(/^message\./);
  },
);
