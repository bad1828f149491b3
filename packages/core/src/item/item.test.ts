import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { choices } from "../kind/choices.ts";
import { type Item, parseItem, redactableFields, valueBytesMax } from "./item.ts";

const item: Item = {
  kind: "ipv4-addr",
  value: "198.51.100.7",
  observed: { at: 1_468_244_527 },
  diamond: "infrastructure",
  grade: "B2",
  collection: "own-sensor",
  marking: { tlp: "AMBER", pap: "AMBER", iep: null, flags: ["ask-first"] },
  use: "internally-visible-actions",
  role: "C2",
  phase: "C2",
  text: { lang: "en", text: "Seen in command traffic." },
  findings: ["generic-text"],
  source: { name: "JAR-16-20296A.csv", row: 257 },
  replaces: { message: "Ej5gWkR9TkKBcEAlzQyqHg", index: 256 },
};
const place = [{ "...": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" }];

function isItem(change: { readonly [name: string]: unknown }): boolean {
  const value = { ...item, ...change } as { [name: string]: JsonValue };
  for (const [name, member] of Object.entries(value)) if (member === undefined) delete value[name];
  return parseItem(value).ok;
}

test("[ITM-1] has each of its fields, within its limits, and no other", () => {
  expect(isItem({})).toBe(true);
  const required = [
    "kind",
    "value",
    "observed",
    "diamond",
    "grade",
    "collection",
    "marking",
    "use",
  ];
  for (const name of required) expect(isItem({ [name]: undefined }), name).toBe(false);
  const optional = ["role", "phase", "text", "comment", "findings", "source", "replaces"];
  for (const name of optional) expect(isItem({ [name]: undefined }), name).toBe(true);
  const wrong: { [name: string]: unknown }[] = [
    { kind: "ipv5-addr" },
    { value: "" },
    { value: 7 },
    { grade: "G1" },
    { grade: "A7" },
    { grade: "a1" },
    { collection: "theft" },
    { use: "any" },
    { diamond: "weapon" },
    { role: "two\nlines" },
    { findings: ["no-such-finding"] },
    { findings: ["no-grade", "no-observed-time"] },
    { source: { name: "a", row: 0 } },
    { replaces: { message: "short", index: 0 } },
    { extra: null },
  ];
  for (const change of wrong) expect(isItem(change), JSON.stringify(change)).toBe(false);
});

test("[ITM-1] a value that is not Unicode is none", () => {
  expect(parseItem({ ...item, value: "a\ud800" } as JsonValue)).toMatchObject({
    refusal: { code: "item.invalid" },
  });
});

test("[ITM-1] counts the octets of a value, not its characters", () => {
  expect(isItem({ value: "a".repeat(valueBytesMax) })).toBe(true);
  expect(isItem({ value: "я".repeat(valueBytesMax / 2) })).toBe(true);
  expect(isItem({ value: "я".repeat(valueBytesMax / 2 + 1) })).toBe(false);
  expect(isItem({ value: null })).toBe(true);
});

test("[ITM-2] a time is an instant, a span, unknown or withheld", () => {
  const good = [{ at: 0 }, { from: 1, to: 2 }, "unknown", "withheld"];
  for (const observed of good) expect(isItem({ observed }), JSON.stringify(observed)).toBe(true);
  const bad = [null, "", "yesterday", {}, { at: -1 }, { at: 1.5 }, { at: 1, from: 1, to: 2 }];
  for (const observed of [...bad, { from: 2, to: 2 }, { from: 3, to: 2 }, { from: 1 }]) {
    expect(isItem({ observed }), JSON.stringify(observed)).toBe(false);
  }
});

test("[ITM-4] a file hash names its function, and nothing else does", () => {
  for (const kind of choices.itemKind) {
    expect(isItem({ kind }), kind).toBe(kind !== "file-hash");
    expect(isItem({ kind, hash: "sha-256" }), kind).toBe(kind === "file-hash");
  }
  expect(isItem({ kind: "file-hash", hash: "crc32" })).toBe(false);
});

test("[ITM-5] any field but the kind may be a digest", () => {
  for (const name of redactableFields.filter((field) => field !== "hash")) {
    expect(isItem({ [name]: place }), name).toBe(true);
  }
  expect(isItem({ kind: "file-hash", hash: place })).toBe(true);
  expect(isItem({ kind: place })).toBe(false);
  expect(isItem({ text: { lang: "en", text: place } })).toBe(false);
  expect(isItem({ value: [...place, ...place] })).toBe(false);
  expect(isItem({ value: [{ "...": "short" }] })).toBe(false);
  expect(isItem({ value: place, grade: "Z9" })).toBe(false);
  expect(isItem({ value: place, grade: undefined })).toBe(false);
  expect(isItem({ value: place, extra: place })).toBe(false);
});

test.prop([fc.jsonValue()])("takes any JSON without throwing", (value) => {
  const parsed = parseItem(value as JsonValue);
  expect(parsed.ok ? "item" : parsed.refusal.detail).toMatch(/^[\x20-\x7e]{1,200}$/);
});
