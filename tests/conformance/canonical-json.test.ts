/**
 * Goal: our JSON is that of RFC 8785 and of nobody else. Method: the vectors of the RFC's author, ten
 * thousand numbers, and the JSON test suite, whose `y_` files must be read and `n_` files refused.
 */
import {
  canonicalJson,
  type JsonValue,
  parseCanonicalJson,
  parseStrictJson,
} from "@parley/core/bytes/canonical-json";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import { expect, test } from "vitest";
import { listVectors, readVectorBytes } from "./vector-files.ts";

const limits = { depthMax: 64, bytesMax: 1_000_000 };

function readText(path: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readVectorBytes(path));
}

test.each(listVectors("jcs/input"))("[BYT-1] jcs/%s is written as published", (file) => {
  const value = JSON.parse(readText(`jcs/input/${file}`)) as JsonValue;
  const published = readText(`jcs/output/${file}`).trimEnd();
  expect(canonicalJson(value)).toBe(published);
  expect(parseCanonicalJson(published, limits)).toEqual({ ok: true, value });
});

test.each(listVectors("jcs/input"))("[BYT-2] jcs/%s as it was before is refused", (file) => {
  const result = parseCanonicalJson(readText(`jcs/input/${file}`), limits);
  expect(result).toMatchObject({ ok: false, refusal: { code: "bytes.not-canonical" } });
});

test("[BYT-1] ten thousand numbers of jcs/es6testfile10k.txt are written as published", () => {
  const lines = readText("jcs/es6testfile10k.txt").trimEnd().split("\n");
  expect(lines).toHaveLength(10_000);
  const view = new DataView(new ArrayBuffer(8));
  const wrong = lines.filter((line) => {
    const [ieee = "", published] = line.split(",");
    view.setBigUint64(0, BigInt(`0x${ieee}`));
    return canonicalJson(view.getFloat64(0)) !== published;
  });
  expect(wrong).toEqual([]);
});

const suite = listVectors("json-test-suite/test_parsing");

function readFile(file: string): { readonly text: string | undefined; readonly isRead: boolean } {
  const text = decodeUtf8(readVectorBytes(`json-test-suite/test_parsing/${file}`));
  if (text === undefined) return { text, isRead: false };
  return { text, isRead: parseStrictJson(text, limits).ok };
}

/** JSON, but with a member name twice: I-JSON forbids what the suite lets pass. */
const twice = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

test.each(suite.filter((file) => file.startsWith("y_") && !twice.includes(file)))(
  "[BYT-7] json-test-suite/%s is read",
  (file) => {
    expect(readFile(file).isRead).toBe(true);
  },
);

test.each([...suite.filter((file) => file.startsWith("n_")), ...twice])(
  "[BYT-7] json-test-suite/%s is refused",
  (file) => {
    expect(readFile(file).isRead).toBe(false);
  },
);

test("[BYT-7] of json-test-suite's i_ files only these are read", () => {
  const read = suite.filter((file) => file.startsWith("i_") && readFile(file).isRead);
  expect(read).toEqual([
    "i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
  ]);
});

test("[BYT-2] json-test-suite: what is read canonically is its own canonical form", () => {
  let readCount = 0;
  for (const file of suite) {
    const { text } = readFile(file);
    const result = text === undefined ? undefined : parseCanonicalJson(text, limits);
    if (text === undefined || !result?.ok) continue;
    readCount += 1;
    expect(encodeUtf8(canonicalJson(result.value))).toEqual(encodeUtf8(text));
    expect(file.startsWith("n_")).toBe(false);
  }
  expect(readCount).toBeGreaterThan(20);
});
