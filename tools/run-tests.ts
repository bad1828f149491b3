/**
 * Everything that CI runs, cheap to dear; the first step that fails ends the run.
 *
 * The last line is `N passed, N failed`: every vitest test counts as one, and so does each check.
 * `npm test -- --only unit` runs the steps of that name (several: `--only unit,trace`).
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listProjectFiles, repositoryRoot } from "./project-files.ts";
import { countTests, type TestCount } from "./test-count.ts";

interface Step {
  readonly name: string;
  run(): TestCount;
}

const check = (name: string, command: string, ...args: readonly string[]): Step => ({
  name,
  run: () => (succeeds(command, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
});

const tool = (name: string, ...args: readonly string[]): Step =>
  check(name, process.execPath, ...process.execArgv, ...args);

const tests = (name: string, ...folders: readonly string[]): Step => ({
  name,
  run: () => runVitest(folders),
});

/** The folders of `tests/` in the order in which they run; one that is not named here runs last. */
const folderOrder = ["conformance", "storage", "two-node", "simulation", "e2e"];

function steps(): readonly Step[] {
  return [
    check("biome", "biome", "check", "--error-on-warnings", "."),
    check("types", "tsc", "-p", "."),
    check("purity", "tsc", "-p", "packages/core", "--noEmit"),
    check("knip", "knip"),
    tool("trace", "tools/check-trace.ts"),
    tool("tidy", "tools/tidy.ts"),
    tests("unit", "packages", "tools"),
    tool("generated", "tools/generate.ts", "--check"),
    ...testFolders().map((folder) => tests(folder, `tests/${folder}/`)),
  ];
}

function testFolders(): readonly string[] {
  const found = listProjectFiles(repositoryRoot).flatMap(
    (path) => /^tests\/([^/]+)\/.*\.test\.ts$/.exec(path)?.[1] ?? [],
  );
  const place = (folder: string) => {
    const index = folderOrder.indexOf(folder);
    return index === -1 ? folderOrder.length : index;
  };
  return [...new Set(found)].sort((a, b) => place(a) - place(b));
}

function succeeds(command: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, {
    cwd: repositoryRoot,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status === 0;
}

function runVitest(folders: readonly string[]): TestCount {
  const directory = mkdtempSync(join(tmpdir(), "parley-test-"));
  const report = join(directory, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const succeeded = succeeds("vitest", ["run", ...folders, ...reporters]);
    return countTests(existsSync(report) ? readFileSync(report, "utf8") : "", succeeded);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function main(): void {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const all = steps();
  const names = values.only?.split(",") ?? all.map(({ name }) => name);
  const unknown = names.filter((name) => !all.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `No step ${unknown.join(", ")}. Steps: ${all.map(({ name }) => name).join(", ")}`,
    );
    process.exitCode = 2;
    return;
  }
  const total = { passed: 0, failed: 0 };
  for (const step of all.filter(({ name }) => names.includes(name))) {
    console.log(`\n── ${step.name}`);
    const { passed, failed } = step.run();
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) {
      console.error(`\n${step.name} failed; what comes after it did not run.`);
      break;
    }
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

main();
