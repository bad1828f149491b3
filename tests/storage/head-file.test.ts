/**
 * Goal: the head store in a file keeps the contract of head stores, and a spoilt file is never taken
 * for an old one. Method: every byte of the file is flipped in turn.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@parley/core/fault";
import { expect, test } from "vitest";
import { openHeadFile } from "../../packages/node/src/storage/head-file.ts";
import { head, headContract } from "./head-contract.ts";

function place() {
  const directory = mkdtempSync(join(tmpdir(), "parley-heads-"));
  const path = join(directory, "heads");
  const open = (mode: "create" | "open") => {
    const opened = openHeadFile(path, mode);
    assert(opened.ok, "the head store opens");
    return opened.value;
  };
  return { path, open, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

headContract(async () => {
  const at = place();
  return {
    open: async (mode) => at.open(mode),
    [Symbol.asyncDispose]: async () => at[Symbol.dispose](),
  };
});

test("[STO-20] every flipped byte of the file is damage, and so is a cut one", async () => {
  using at = place();
  await using store = at.open("create");
  await store.advanceHead(undefined, head(1, 1));
  const good = readFileSync(at.path);
  const spoil = async (bytes: Buffer) => {
    writeFileSync(at.path, bytes);
    await expect(store.readHead("a/b/00/live")).rejects.toMatchObject({
      code: "head-store.damaged",
    });
  };
  for (let index = 0; index < good.length; index += 1) {
    const bytes = Buffer.from(good);
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    await spoil(bytes);
  }
  await spoil(good.subarray(0, -1));
  await spoil(Buffer.alloc(0));
  writeFileSync(at.path, good);
  expect(await store.readHead("a/b/00/live")).toEqual(head(1, 1));
});

test("[STO-20] a file that is gone is not begun anew, and one holder at a time has it", async () => {
  using at = place();
  expect(openHeadFile(at.path, "open")).toMatchObject({
    refusal: { code: "head-store.missing" },
  });
  const store = at.open("create");
  expect(openHeadFile(at.path, "create")).toMatchObject({
    refusal: { code: "head-store.exists" },
  });
  expect(openHeadFile(at.path, "open")).toMatchObject({ refusal: { code: "head-store.busy" } });
  await store[Symbol.asyncDispose]();
  await using again = at.open("open");
  expect(await again.readHead("a/b/00/live")).toBeUndefined();
});
