/**
 * The December 2016 case before it is sent: what is said in it, and the 911 published indicators, are
 * looked at as Washington's release officer would. Nothing is to be found but what was put in.
 */

import type { ItemToSend } from "@parley/core/item/item-list";
import type { KindName } from "@parley/core/kind/kinds";
import type { Marking } from "@parley/core/kind/marking";
import type { JsonObject } from "@parley/core/message/members";
import { checkDraft, type DraftToCheck } from "@parley/core/presend/check-draft";
import { emptyLists } from "@parley/core/presend/own-lists";
import { importCsv } from "@parley/node/adapters/csv/import-csv";
import * as december from "@parley/node/practice/december-2016";
import { expect, test } from "vitest";
import { readVectorBytes } from "./vector-files.ts";

const settings = {
  name: "JAR-16-20296A.csv",
  lang: "en",
  collection: "not-stated",
  use: "internally-visible-actions",
} as const;

async function* once(octets: Uint8Array) {
  yield octets;
}

const read = await importCsv(once(readVectorBytes("grizzly-steppe/JAR-16-20296A.csv")), settings);
if (!read.ok) throw new Error(read.refusal.detail);
/** Rows 36 to 55 are held back, the descriptions of 20 to 35 redacted, as in the practice. */
const items = read.value.items.map((item, index): ItemToSend => {
  if (index >= 35 && index < 55) return { item, disposition: { what: "hold-back" } };
  const isRedacted = index >= 19 && index < 35;
  const disposition = isRedacted ? ({ what: "redact", fields: ["text"] } as const) : undefined;
  return { item, disposition: disposition ?? { what: "share" } };
});

const context = {
  agreement: { collection: { timeGrainSeconds: 3_600 } },
  lists: {
    ...emptyLists,
    domains: ["washington.example", "moscow.example"],
    publicNames: ["watch@washington.example"],
    tools: ["Ermine"],
    sensors: ["East 4"],
  },
};
const amber: Marking = {
  ...{ tlp: "AMBER", pap: "AMBER", iep: null },
  flags: ["no-public-attribution"],
};
const inquiryBlocks = december.inquiryBlocks as DraftToCheck["blocks"];

function found(change: Partial<DraftToCheck>): readonly string[] {
  const draft: DraftToCheck = {
    ...{ kind: "inquiry", blocks: inquiryBlocks, items, files: [], marking: amber },
    ...change,
  };
  const { findings } = checkDraft(draft, context);
  return findings.map(({ code, place }) => `${code} ${place}`);
}

const others: Readonly<Partial<Record<KindName, Readonly<Record<string, unknown>>>>> = {
  receipt: december.receiptBlocks("Дежурный офицер"),
  "holding-reply": december.holdingBlocks(1_483_000_000),
  "not-answerable": december.notAnswerableBlocks(911),
  correction: december.correctionBlocks,
  clarification: december.clarificationBlocks,
  answer: december.answerBlocks,
  "propose-closure": december.closureBlocks,
  "agree-closure": december.agreementBlocks,
};

test("the inquiry of December 2016 with its 911 indicators passes without a finding", () => {
  expect(items.map(({ disposition }) => disposition.what)).toContain("redact");
  expect(found({})).toEqual([]);
});

test.each(Object.entries(others))("so does the %s that follows", (kind, blocks) => {
  const draft = { kind: kind as KindName, blocks: blocks as DraftToCheck["blocks"], items: [] };
  expect(found(draft)).toEqual([]);
});

test("marked AMBER as a whole, its blocks are told that ask for more", () => {
  expect(found({ marking: { ...amber, pap: null, flags: [] } })).toEqual([
    "marking-above-message /blocks/fact/marking",
    "marking-above-message /blocks/assessment/marking",
    "marking-above-message /blocks/ask/marking",
  ]);
});

test("a value that is held back is told wherever it is written, of 911 alone", () => {
  const value = items[40]?.item.value ?? "";
  const said = `One more server, ${value.replaceAll(".", "[.]")}, was seen by Ermine at East-4.`;
  const ask = { ...inquiryBlocks.ask, text: { lang: "en", text: said } } as unknown as JsonObject;
  expect(value).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(found({ blocks: { ...inquiryBlocks, ask } })).toEqual([
    "names-withheld /blocks/ask/text/text",
    "tool-name /blocks/ask/text/text",
    "sensor-name /blocks/ask/text/text",
  ]);
});

test("a time that was noted to the second is told, where it leaves", () => {
  const timed = items.map(({ item, disposition }, index) => ({
    item: index % 100 === 45 ? { ...item, observed: { at: 1_481_248_327 } } : item,
    disposition,
  }));
  expect(found({ items: timed })).toEqual(
    [145, 245, 345, 445, 545, 645, 745, 845].map((at) => `time-too-fine /items/${at}/observed`),
  );
});
