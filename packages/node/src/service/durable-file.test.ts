/**
 * Goal: a small file is there whole or as it was before, and the system's reason is told. Method: a
 * real directory; a full disk is `/dev/full`, which takes no byte.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@parley/core/fault";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskFault, readFileIfThere, writeFileDurably } from "./durable-file.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "parley-file-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("replaces a file, for its owner only, and leaves no draft", () => {
  const path = join(root, "a");
  writeFileSync(path, "old", { mode: 0o644 });
  writeFileDurably(path, "new");
  expect([readFileIfThere(path, 3), statSync(path).mode & 0o777]).toEqual(["new", 0o600]);
  expect(readdirSync(root)).toEqual(["a"]);
});

test("a full disk is a fault, and the old file stays", () => {
  const path = join(root, "a");
  writeFileSync(path, "old");
  symlinkSync("/dev/full", `${path}.new`);
  expect(() => writeFileDurably(path, "new")).toThrow(
    expect.objectContaining({ code: "disk.full", retryable: true }),
  );
  expect(readFileSync(path, "utf8")).toBe("old");
});

test("says that there is no file, and refuses one that is too long or a directory", () => {
  expect(readFileIfThere(join(root, "none"), 10)).toBeUndefined();
  writeFileSync(join(root, "long"), "x".repeat(11));
  for (const name of ["long", "."]) {
    expect(() => readFileIfThere(join(root, name), 10)).toThrow(Fault);
  }
});

test.each([
  ["ENOSPC", "disk.full"],
  ["EDQUOT", "disk.full"],
  ["EACCES", "disk.denied"],
  ["EROFS", "disk.denied"],
  ["EIO", "disk.failed"],
])("%s is %s", (system, code) => {
  expect(diskFault("/p", Object.assign(new Error("x"), { code: system })).code).toBe(code);
});
