/** JAR-16-20296A: every fault that its PROVENANCE names is found, with its count and its places. */
import { expect, test } from "vitest";
import { defang } from "../../packages/core/src/item/defang.ts";
import type { Finding } from "../../packages/core/src/item/finding.ts";
import { parseItem } from "../../packages/core/src/item/item.ts";
import { lintReport } from "../../packages/core/src/item/lint-report.ts";
import { importCsv } from "../../packages/node/src/adapters/csv/import-csv.ts";
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

async function importFile(name: string) {
  const read = await importCsv(once(readVectorBytes(`grizzly-steppe/${name}`)), settings);
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value;
}

const imported = await importFile("JAR-16-20296A.csv");
const { items, findings } = imported;

function find(code: Finding["code"]): Finding | undefined {
  return findings.find((finding) => finding.code === code);
}

function partsOf(code: Finding["code"]): Readonly<Record<string, number>> {
  return Object.fromEntries(find(code)?.parts.map(({ name, count }) => [name, count]) ?? []);
}

test("makes 911 items of 911 rows", () => {
  expect(items).toHaveLength(911);
  expect(items.map(({ source }) => source?.row)).toEqual(items.map((_, index) => index + 1));
  expect(items.filter(({ kind }) => kind === "ipv4-addr")).toHaveLength(876);
  expect(items.filter(({ kind }) => kind === "file-hash")).toHaveLength(24);
  expect(items.filter(({ kind }) => kind === "domain-name")).toHaveLength(10);
  expect(items.filter(({ kind }) => kind === "url")).toHaveLength(1);
});

test("[ITM-9] counts every fault of the file exactly", () => {
  expect(Object.fromEntries(findings.map(({ code, count }) => [code, count]))).toEqual({
    "hash-in-comment": 19,
    "value-not-of-kind": 1,
    "no-observed-time": 911,
    "no-grade": 911,
    "placeholder-address": 8,
    "network-address": 3,
    "text-contradicts-kind": 1,
    "repeated-text": 2,
    "generic-text": 654,
    "country-in-text-only": 248,
    "no-phase": 698,
    "no-role": 8,
    "marking-tlp-1": 911,
    defanged: 887,
    "html-entities": 2,
    "multi-line-field": 2,
  });
  expect(partsOf("hash-in-comment")).toEqual({ "sha-256": 17, "sha-1": 2 });
  expect(partsOf("generic-text")["ipv4-addr"]).toBe(628);
  expect(partsOf("country-in-text-only")).toMatchObject({
    China: 45,
    "United States": 44,
    Russia: 2,
  });
});

test("[ITM-9] says where", () => {
  expect(find("placeholder-address")?.rows).toEqual([92, 93, 95, 96, 97, 98, 100, 101]);
  expect(find("network-address")?.rows).toEqual([21, 310, 560]);
  expect(find("text-contradicts-kind")?.rows).toEqual([11]);
  expect(find("repeated-text")?.rows).toEqual([888, 890]);
  expect(find("hash-in-comment")?.rows).toEqual(Array.from({ length: 19 }, (_, n) => 893 + n));
});

test("imports the 19 hashes with their right function and value", () => {
  const mended = items.filter(({ findings: codes }) => codes?.includes("hash-in-comment"));
  expect(mended.map(({ hash, value }) => `${hash} ${value?.length}`).sort()).toEqual([
    ...Array(2).fill("sha-1 40"),
    ...Array(17).fill("sha-256 64"),
  ]);
  expect(items[892]).toMatchObject({
    kind: "file-hash",
    hash: "sha-1",
    value: "9CB7716D83C0D06AB356BDFA52DEF1AF64BC5210",
  });
});

test("reads the same from the defanged and the refanged copy, but for the finding", async () => {
  const refanged = await importFile("JAR-16-20296A.refanged.csv");
  expect(refanged.findings.find(({ code }) => code === "defanged")).toBeUndefined();
  const withoutFindings = (list: typeof items) => list.map(({ findings: _, ...item }) => item);
  expect(withoutFindings(refanged.items)).toEqual(withoutFindings(items));
});

test("[ITM-1] every item that the import makes is one", () => {
  const refused = items.filter((item) => !parseItem(JSON.parse(JSON.stringify(item))).ok);
  expect(refused).toEqual([]);
});

test("shows no value that could be clicked", () => {
  const shown = items.map(({ value, kind }) => defang(value ?? "", kind));
  expect(shown.filter((text) => /[a-z0-9]\.[a-z0-9]|:\/\//i.test(text))).toEqual([]);
});

test.each(["en", "ru"] as const)("has a report in %s to send back to the author", (language) => {
  const report = lintReport({ ...imported, sourceName: settings.name }, language);
  expect(report).toContain("911");
  for (const finding of findings) expect(report).toContain(String(finding.count));
  expect(report).toContain("893–911");
  expect(report).not.toMatch(/\{|undefined|!/);
});
