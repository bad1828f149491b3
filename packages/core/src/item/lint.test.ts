import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { type FindingCode, findingCodes } from "./finding.ts";
import { parseItem } from "./item.ts";
import { lintRows } from "./lint.ts";
import { parseObserved } from "./observed-time.ts";
import type { SourceRow } from "./source-row.ts";

const settings = { name: "a.csv", lang: "en", collection: "unknown", use: "none" } as const;
/** Nothing is wrong with it. */
const faultless: SourceRow = {
  row: 1,
  value: "8.8.8.8",
  kind: "IPV4ADDR",
  comment: "",
  role: "C2",
  phase: "C2",
  observed: "2016-07-11T13:42:07Z",
  marking: "TLP:GREEN",
  text: "Answered to our sensor.",
  reliability: "B",
  credibility: "2",
};

function lint(...changes: readonly Partial<SourceRow>[]) {
  return lintRows(
    changes.map((change, index) => ({ ...faultless, row: index + 1, ...change })),
    settings,
  );
}

function codesOf(...changes: readonly Partial<SourceRow>[]): readonly FindingCode[] {
  return lint(...changes).findings.map(({ code }) => code);
}

test("finds nothing where nothing is wrong", () => {
  expect(codesOf({})).toEqual([]);
  expect(lint({}).items[0]?.findings).toBeUndefined();
});

const long = "The implant beacons with the following request. ".repeat(6);
const cases: readonly (readonly [FindingCode, readonly Partial<SourceRow>[]])[] = [
  ["no-value", [{ value: "" }]],
  ["no-value", [{ value: "", kind: "MD5", comment: "SHA1:tooshort" }]],
  ["hash-in-comment", [{ value: "", kind: "MD5", comment: `SHA-256 = ${"a1".repeat(32)}` }]],
  ["hash-of-other-kind", [{ value: "a1".repeat(20), kind: "MD5" }]],
  ["value-not-of-kind", [{ value: "300.1.1.1" }]],
  ["value-not-of-kind", [{ value: "not hexadecimal", kind: "SHA256" }]],
  ["unknown-kind", [{ kind: "TELEX" }]],
  ["no-observed-time", [{ observed: " " }]],
  ["observed-time-unreadable", [{ observed: "11.07.2016" }]],
  ["observed-time-unreadable", [{ observed: "2016-07-11T13:42:07" }]],
  ["observed-day-only", [{ observed: "2016-07-11" }]],
  ["no-grade", [{ reliability: null, credibility: null }]],
  ["grade-unreadable", [{ reliability: "likely" }]],
  ["placeholder-address", [{ value: "91.1.1.1" }]],
  ["network-address", [{ value: "51.255.33.0" }]],
  ["special-address", [{ value: "192.168.1.1" }]],
  ["special-address", [{ value: "fe80::1", kind: "IPV6ADDR" }]],
  ["text-contradicts-kind", [{ text: "The domain was seen." }]],
  ["text-contradicts-kind", [{ value: "a.example", kind: "FQDN", text: "Via this IP address." }]],
  ["repeated-text", [{ text: long }, { text: long, value: "8.8.4.4" }]],
  ["repeated-text", [{ text: `One.\n${long}` }, { text: `Two.\n${long}`, value: "8.8.4.4" }]],
  [
    "generic-text",
    [{ text: "It is recommended that network administrators review traffic to the IP address." }],
  ],
  ["country-in-text-only", [{ text: "This IP address is located in the Netherlands." }]],
  ["no-text", [{ text: "" }]],
  ["no-phase", [{ phase: "" }]],
  ["no-role", [{ role: "\t" }]],
  ["duplicate", [{}, {}]],
  [
    "duplicate",
    [
      { value: "A.example", kind: "FQDN" },
      { value: "a[.]EXAMPLE", kind: "FQDN" },
    ],
  ],
  ["marking-missing", [{ marking: "" }]],
  ["marking-unreadable", [{ marking: "FOUO" }]],
  ["marking-tlp-1", [{ marking: "TLP:WHITE" }]],
  ["defanged", [{ value: "8[.]8[.]8[.]8" }]],
  ["html-entities", [{ text: "a &amp; b" }]],
  ["multi-line-field", [{ comment: "a\nb" }]],
  ["characters-removed", [{ text: "a\u0007b" }]],
  ["characters-removed", [{ text: "a\u202eb" }]],
  ["text-cut", [{ text: "я".repeat(4_001) }]],
];

test.each(cases)("[ITM-9] finds %s", (code, changes) => {
  expect(codesOf(...changes)).toContain(code);
});

test("[ITM-9] every finding has a row that makes it, but for columns, which are the reader's to tell", () => {
  const made = new Set([...cases.map(([code]) => code), "column-not-read"]);
  expect(findingCodes.filter((code) => !made.has(code))).toEqual([]);
  const { findings } = lintRows([], settings, ["COLOUR"]);
  expect(findings).toEqual([
    {
      code: "column-not-read",
      field: "columns",
      rows: [],
      count: 1,
      parts: [{ name: "COLOUR", count: 1 }],
    },
  ]);
});

test("[ITM-10] what is wrong with an item travels with it", () => {
  const { items } = lint({}, { value: "91[.]1[.]1[.]1", phase: "" });
  expect(items.map(({ findings }) => findings)).toEqual([
    undefined,
    ["placeholder-address", "no-phase", "defanged"],
  ]);
});

test("takes the hash that was meant, and the one of the declared function before a stronger", () => {
  const comment = `SHA256:${"a1".repeat(32)}|MD5:${"b2".repeat(16)}|SHA1:${"c3".repeat(20)}`;
  const row = { value: "", kind: "MD5", comment };
  expect(lint(row).items[0]).toMatchObject({ hash: "md5", value: "b2".repeat(16) });
  expect(lint({ ...row, kind: "SHA512" }).items[0]).toMatchObject({ hash: "sha-256" });
});

test("a short text or one on equal values is nobody's mistake", () => {
  expect(codesOf({ text: "Short." }, { text: "Short.", value: "8.8.4.4" })).toEqual([]);
  expect(codesOf({ text: long }, { text: long })).toEqual(["duplicate"]);
});

test("[ITM-11] what cannot be read of a marking is RED", () => {
  const tlpOf = (marking: string) => lint({ marking }).items[0]?.marking.tlp;
  expect(["TLP:WHITE", "white", "TLP: AMBER+STRICT", "green"].map(tlpOf)).toEqual([
    "CLEAR",
    "CLEAR",
    "AMBER+STRICT",
    "GREEN",
  ]);
  expect(["", "FOUO", "TLP:", "TLP:CLEAR;RED"].map(tlpOf)).toEqual(["RED", "RED", "RED", "RED"]);
});

test("reads times that name one instant or one day, and no others", () => {
  expect(parseObserved("1970-01-01T00:00:00Z")).toEqual({ at: 0 });
  expect(parseObserved("2016-02-29 23:59+03:00")).toEqual({ at: 1_456_779_540 });
  expect(parseObserved("2000-03-01")).toEqual({ from: 951_868_800, to: 951_955_200 });
  const bad = ["2015-02-29", "1900-02-29", "2016-13-01", "2016-00-10", "2016-07-32", "1969-12-31"];
  const worse = ["2016-07-11T25:00Z", "2016-07-11T10:00+15:00", "2016", "11/07/2016", "0", ""];
  for (const text of [...bad, ...worse]) expect(parseObserved(text), text).toBeUndefined();
});

test.prop([fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })])(
  "agrees with the calendar of the platform",
  (date) => {
    expect(parseObserved(date.toISOString())).toEqual({ at: Math.floor(date.getTime() / 1000) });
  },
);

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("IPV4ADDR", "MD5", "FQDN", "URL", "1.1.1.1", "TLP:WHITE", "", "__proto__"),
);
const anyRow = fc.record({
  row: fc.constant(1),
  value: anyText,
  kind: anyText,
  comment: anyText,
  role: anyText,
  phase: anyText,
  observed: anyText,
  marking: anyText,
  text: anyText,
  reliability: fc.option(anyText),
  credibility: fc.option(anyText),
});

test.prop([fc.array(anyRow, { maxLength: 12 })])(
  "[ITM-9] makes one item of each row, whatever stands in it, and drops none",
  (rows) => {
    const { items, findings } = lintRows(rows, settings);
    expect(items).toHaveLength(rows.length);
    for (const item of items) {
      const parsed = parseItem(JSON.parse(JSON.stringify(item)) as JsonValue);
      expect(parsed.ok ? "item" : parsed.refusal.detail).toBe("item");
    }
    for (const { count, rows: places } of findings) expect(count).toBe(places.length);
  },
);
