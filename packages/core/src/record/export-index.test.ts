/**
 * Goal: an index has one text, claims nothing impossible, and names no file outside the export.
 * Method: indices of every shape there and back; then the same with any part of the JSON otherwise.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import {
  type ExportIndex,
  formatExportIndex,
  listExportPaths,
  parseExportIndex,
} from "./export-index.ts";

const channel = "A".repeat(43);
const origin = (author: string, epoch: number) => {
  const peer = author === "a.example" ? "b.example" : "a.example";
  return `${author}/${peer}/0000000000000000/live/${epoch}`;
};

const index: ExportIndex = {
  channel,
  parties: [
    { name: "a.example", firstSerial: 1, descriptorCount: 2, noticeCount: 1 },
    { name: "b.example", firstSerial: 7, descriptorCount: 1, noticeCount: 0 },
  ],
  agreementCount: 2,
  logs: [
    { origin: origin("a.example", 1), size: 257, checkpointCount: 9, receiptCount: 3, keyCount: 2 },
    { origin: origin("a.example", 2), size: 0, checkpointCount: 0, receiptCount: 0, keyCount: 0 },
    { origin: origin("b.example", 1), size: 1, checkpointCount: 1, receiptCount: 0, keyCount: 0 },
  ],
  attachments: [{ digest: `${"B".repeat(42)}E`, bytes: 72 }],
};

const read = (json: JsonValue) => parseExportIndex(encodeUtf8(`${canonicalJson(json)}\n`));
const json = () => JSON.parse(formatExportIndex(index)) as { [name: string]: JsonValue };

describe("an index", () => {
  test("is read as it was written, and lists its files", () => {
    const parsed = parseExportIndex(encodeUtf8(formatExportIndex(index)));
    expect(parsed).toEqual({ ok: true, value: index });
    const paths = [...listExportPaths(index)];
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toContain("parties/b.example/descriptors/7");
    expect(paths).toContain("logs/a.example/live/1/tile/entries/001.p/1");
    expect(paths).toContain("logs/a.example/live/1/keys/001");
    expect(paths.some((path) => path.startsWith("logs/a.example/live/2"))).toBe(false);
    expect(paths.some((path) => path.includes(".."))).toBe(false);
  });

  test("[REC-2] that is written otherwise, or has another member, is none", () => {
    const text = formatExportIndex(index);
    const others = [
      text.trimEnd(),
      ` ${text}`,
      `${text}\n`,
      text.replace(",", ", "),
      text.replace('"v":1', '"v":1,"v":1'),
      text.replace('"v":1', '"v":2'),
      text.replace('"v":1', '"v":1,"w":1'),
      text.replace("parley-export", "parley-proof"),
    ];
    for (const other of others) expect(parseExportIndex(encodeUtf8(other)).ok, other).toBe(false);
  });

  test("[REC-2] that claims what cannot be is none", () => {
    const [first, second, third] = json()["logs"] as readonly { [name: string]: JsonValue }[];
    const [attachment] = json()["attachments"] as readonly JsonValue[];
    const impossible: readonly [string, JsonValue][] = [
      ["logs", [{ ...first, origin: "../b.example/0000000000000000/live/1" }]],
      ["logs", [{ ...first, origin: origin("c.example", 1) }]],
      ["logs", [{ ...first, origin: origin("a.example", 1).replace("00000000", "00000001") }]],
      ["logs", [second ?? null]],
      ["logs", [third ?? null, first ?? null]],
      ["logs", [first ?? null, { ...third, keys: null }]],
      ["logs", [{ ...first, checkpoints: 0 }]],
      ["logs", [{ ...first, receipts: 258 }]],
      ["logs", [{ ...first, size: 2 ** 40 + 1 }]],
      ["attachments", [attachment ?? null, attachment ?? null]],
      ["parties", [...(json()["parties"] as readonly JsonValue[])].reverse()],
      ["agreements", 0],
    ];
    for (const [name, value] of impossible) {
      expect(read({ ...json(), [name]: value }).ok, canonicalJson(value)).toBe(false);
    }
    expect(read(json()).ok).toBe(true);
  });

  test.prop([fc.constantFrom(...Object.keys(json())), fc.jsonValue({ maxDepth: 3 })])(
    "[REC-2] with anything in the place of a member is refused or read as written, never worse",
    (name, value) => {
      const spoilt = { ...json(), [name]: JSON.parse(JSON.stringify(value)) as JsonValue };
      const parsed = read(spoilt);
      if (parsed.ok) expect(formatExportIndex(parsed.value)).toBe(`${canonicalJson(spoilt)}\n`);
      else expect(parsed.refusal.code).toBe("record.not-an-export");
    },
  );
});
