import { expect, test } from "vitest";
import { tidyProblems } from "./tidy.ts";

const tidy = (path: string, text: string) => tidyProblems({ path, text }, () => false);

test.each([
  ["randomness that was not handed in", "packages/core/src/a.ts", "Math.random()"],
  ["an escape from the types", "tests/a.ts", "x as any"],
  ["a compiler error hushed", "packages/node/src/a.ts", "// @ts-ignore"],
  ["a test that does not run", "packages/core/src/a.test.ts", 'test.skip("…")'],
  [
    "a second reader of the environment",
    "packages/node/src/a.ts",
    "// biome-ignore lint/style/noProcessEnv: …",
  ],
  ["half a key word", "spec/a.md", "# A\n\nIt MUST not be."],
  ["unfinished work", "docs/a.md", "# A\n\nFIXME"],
  ["deferred work without its issue", "packages/core/src/a.ts", "// TODO later"],
  ["a path of one machine", "packages/core/src/a.ts", 'const a = "/work/main"'],
  ["a document that is not in the repository", "packages/core/src/a.ts", "// see 3-protocol.md"],
  ["a document of ours that does not exist", "packages/core/src/a.ts", "// spec/none.md §2"],
  ["two first-level headings", "docs/a.md", "# A\n\n# B"],
  ["no first-level heading", "docs/a.md", "## A"],
  ["a link that leads nowhere", "docs/a.md", "# A\n\n[b](b.md)"],
  ["blanks at the end of a line", "docs/a.md", "# A \n"],
  ["a line that ends as on Windows", ".ci/a", "a\r\n"],
])("finds %s", (_what, path, text) => {
  expect(tidy(path, text.endsWith("\n") ? text : `${text}\n`)).toHaveLength(1);
});

test.each([
  ["randomness in a test", "packages/core/src/a.test.ts", "Math.random()"],
  [
    "the one reader of the environment",
    "packages/node/src/config.ts",
    "// biome-ignore lint/style/noProcessEnv: …",
  ],
  ["prose about any other", "packages/core/src/a.ts", "// the same as any other"],
  ["deferred work with its issue", "packages/core/src/a.ts", "// TODO(12): later"],
  ["both key words in capitals", "spec/a.md", "# A\n\nIt MUST NOT be."],
  ["a heading in a code block", "docs/a.md", "# A\n\n```sh\n# a comment\n```"],
  ["links elsewhere and inside", "docs/a.md", "# A\n\n[b](https://b.example/) [a](#a)"],
  ["an address that contains such a path", "docs/a.md", "# A\n\nhttps://a.example/work/b"],
])("lets pass %s", (_what, path, text) => {
  expect(tidy(path, `${text}\n`)).toEqual([]);
});

test("names the file, the line, the word and what to write instead", () => {
  expect(tidy("docs/a.md", "# A\n\nTODO write\n")).toEqual([
    'docs/a.md:3: "TODO": name the issue: TODO(12)',
  ]);
});

test("a link to a file of the repository is followed from the document's folder", () => {
  const exists = (path: string) => path === "spec/log.md";
  const file = { path: "docs/adr/a.md", text: "# A\n\n[log](../../spec/log.md#format)\n" };
  expect(tidyProblems(file, exists)).toEqual([]);
});
