/**
 * How many tests a run of vitest passed and failed, from its JSON report.
 *
 * @module
 */

export type TestCount = { readonly passed: number; readonly failed: number };

interface VitestReport {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * A test that did not run is not a test that passed: skipped ones count as failed, for the project
 * has none. A file that could not be loaded counts as one failure, and so does a run that failed
 * without a failed test or left no report.
 *
 * @param report - The JSON text; empty if vitest wrote none.
 */
export function countTests(report: string, succeeded: boolean): TestCount {
  if (report === "") return { passed: 0, failed: 1 };
  const { testResults } = JSON.parse(report) as VitestReport;
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of testResults) {
    const passedHere = assertionResults.filter((test) => test.status === "passed").length;
    const failedHere = assertionResults.length - passedHere;
    passed += passedHere;
    failed += failedHere === 0 && status !== "passed" ? 1 : failedHere;
  }
  const isWhole = succeeded && passed + failed > 0;
  return { passed, failed: failed === 0 && !isWhole ? 1 : failed };
}
