import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateCase } from "./generate-case.ts";
import { generateSchema } from "./generate-schema.ts";
import { repositoryRoot } from "./project-files.ts";

const files = generateSchema();

test.each([...files.keys()])("%s is as generated", (path) => {
  const committed = readFileSync(join(repositoryRoot, path), "utf8");
  expect(committed === files.get(path) ? "the same" : "run npm run generate").toBe("the same");
});

test("the tables of spec/case.md are as generated", () => {
  const committed = readFileSync(join(repositoryRoot, "spec/case.md"), "utf8");
  expect(committed === generateCase() ? "the same" : "run npm run generate").toBe("the same");
});

test("there is no schema and no vector of a kind that is gone", () => {
  for (const folder of ["spec/schema", "spec/vectors/kinds", "spec/vectors/items"]) {
    const there = readdirSync(join(repositoryRoot, folder)).map((name) => `${folder}/${name}`);
    expect(there.filter((path) => !files.has(path))).toEqual([]);
  }
});
