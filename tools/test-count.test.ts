import { expect, test } from "vitest";
import { countTests } from "./test-count.ts";

const report = (...files: readonly { status: string; tests: readonly string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((each) => ({ status: each })),
    })),
  });

test("tests of all files are added up", () => {
  const text = report(
    { status: "passed", tests: ["passed", "passed"] },
    { status: "failed", tests: ["passed", "failed"] },
  );
  expect(countTests(text, false)).toEqual({ passed: 3, failed: 1 });
});

test("a file that could not be loaded is one failure", () => {
  const text = report({ status: "passed", tests: ["passed"] }, { status: "failed", tests: [] });
  expect(countTests(text, false)).toEqual({ passed: 1, failed: 1 });
});

test("a skipped test has not passed", () => {
  const text = report({ status: "passed", tests: ["passed", "skipped"] });
  expect(countTests(text, true)).toEqual({ passed: 1, failed: 1 });
});

test("a run that failed outside its tests is one failure", () => {
  const text = report({ status: "passed", tests: ["passed"] });
  expect(countTests(text, false)).toEqual({ passed: 1, failed: 1 });
});

test("a run without a test or without a report is one failure", () => {
  expect(countTests(report(), true)).toEqual({ passed: 0, failed: 1 });
  expect(countTests("", true)).toEqual({ passed: 0, failed: 1 });
});
