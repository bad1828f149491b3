/** The vectors of kinds and items, which whoever writes the other side runs too. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseItem } from "@parley/core/item/item";
import type { Kind, KindContent } from "@parley/core/kind/define-kind";
import { kinds } from "@parley/core/kind/kinds";
import { type JsonPatchOperation, patchJson } from "@parley/testkit/json-patch";
import { expect, test } from "vitest";

interface VectorFile {
  readonly valid: readonly { readonly name: string; readonly value: JsonValue }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly code: string;
    readonly patch: readonly JsonPatchOperation[];
  }[];
}

function read(path: string): VectorFile {
  const file = join(import.meta.dirname, "../../spec/vectors", path);
  return JSON.parse(readFileSync(file, "utf8")) as VectorFile;
}

function first({ valid }: VectorFile): JsonValue {
  const [example] = valid;
  if (example === undefined) throw new Error("no valid vector");
  return example.value;
}

function judgeContent(kind: Kind, value: JsonValue): string {
  const { jti, control, blocks, items } = value as unknown as KindContent;
  const content = { jti, control, blocks, items: { count: items.count, isAttached: false } };
  const result = kind.parse(content);
  return result.ok ? "accepted" : result.refusal.code;
}

test.each(Object.values(kinds) as unknown as readonly Kind[])(
  "[KND-1] [KND-2] vectors of $value",
  (kind) => {
    const file = read(`kinds/${kind.value}.json`);
    expect(file.valid.map(({ value }) => judgeContent(kind, value))).toEqual(["accepted"]);
    const verdicts = file.invalid.map((vector) => ({
      name: vector.name,
      code: judgeContent(kind, patchJson(first(file), vector.patch)),
    }));
    expect(verdicts).toEqual(
      file.invalid.map((vector) => ({ name: vector.name, code: vector.code })),
    );
    expect(file.invalid.length).toBeGreaterThan(20);
  },
);

test("[ITM-1] vectors of items", () => {
  const file = read("items/items.json");
  const codeOf = (value: JsonValue) => {
    const item = parseItem(value);
    return item.ok ? "accepted" : item.refusal.code;
  };
  for (const { name, value } of file.valid) expect(codeOf(value), name).toBe("accepted");
  for (const { name, code, patch } of file.invalid) {
    expect(codeOf(patchJson(first(file), patch)), name).toBe(code);
  }
  expect(file.invalid.length).toBeGreaterThan(60);
});
