/**
 * Rules and tests, each with the other: a rule of `spec/` without a test is a wish, a test that
 * names no rule checks nothing that was promised.
 *
 * A rule is a line `- **CASE-7** …` in `spec/*.md`. A test names rules at the start of its title:
 * `"[CASE-7] closes …"`, `"[LOG-1] [LOG-2] reads …"`. Every rule that `refusal-codes.ts` names must exist too.
 *
 * @module
 */
import { refusalCodes } from "@parley/core/refusal-codes";
import {
  listProjectFiles,
  type ProjectFile,
  readProjectFile,
  repositoryRoot,
} from "./project-files.ts";

const ruleLine = /^- \*\*([A-Z]+-\d+)\*\* /gm;
/** Only at the start of a string: a comment that mentions a rule is not a test of it. */
const titleRules = /["'`]((?:\[[A-Z]+-\d+\] ?)+)/g;
const ruleId = /[A-Z]+-\d+/g;

export type TraceReport = {
  readonly ruleCount: number;
  readonly problems: readonly string[];
};

/** @param codeRules - By refusal code, the rule that it enforces; what is no rule id is a document. */
export function checkTrace(
  specs: readonly ProjectFile[],
  tests: readonly ProjectFile[],
  codeRules: Readonly<Record<string, string>>,
): TraceReport {
  const { rules, problems } = collectRules(specs);
  const tested = new Set<string>();
  for (const { path, text } of tests) {
    for (const id of rulesInTitles(text)) {
      tested.add(id);
      if (!rules.has(id)) problems.push(`${path}: names ${id}, which is no rule of spec/`);
    }
  }
  for (const [id, path] of rules) {
    if (!tested.has(id)) problems.push(`${path}: ${id} has no test`);
  }
  for (const [code, rule] of Object.entries(codeRules)) {
    if (/^[A-Z]+-\d+$/.test(rule) && !rules.has(rule)) {
      problems.push(`refusal-codes.ts: ${code} names ${rule}, which is no rule of spec/`);
    }
  }
  return { ruleCount: rules.size, problems };
}

/** Every rule with its document; an id used twice is a problem. */
function collectRules(specs: readonly ProjectFile[]) {
  const problems: string[] = [];
  const rules = new Map<string, string>();
  for (const { path, text } of specs) {
    for (const [, id = ""] of text.matchAll(ruleLine)) {
      const first = rules.get(id);
      if (first === undefined) rules.set(id, path);
      else problems.push(`${path}: ${id} is already a rule of ${first}`);
    }
  }
  return { rules, problems };
}

function rulesInTitles(text: string): Set<string> {
  const titles = [...text.matchAll(titleRules)].map(([, ids = ""]) => ids);
  return new Set(titles.flatMap((ids) => ids.match(ruleId) ?? []));
}

function main(): void {
  const paths = listProjectFiles(repositoryRoot);
  const read = (path: string) => readProjectFile(repositoryRoot, path);
  const specs = paths.filter((path) => /^spec\/[^/]+\.md$/.test(path)).map(read);
  const tests = paths
    .filter((path) => /^packages\/.*\.test\.ts$|^tests\/.*\.ts$/.test(path))
    .map(read);
  const codeRules = Object.fromEntries(
    Object.entries(refusalCodes).map(([code, { rule }]) => [code, rule]),
  );
  const { ruleCount, problems } = checkTrace(specs, tests, codeRules);
  for (const problem of problems) console.error(problem);
  console.log(
    `trace: ${ruleCount} rules, ${tests.length} test files, ${problems.length} problem(s)`,
  );
  // No rule at all means that the walk or the pattern is broken, not that all is well.
  process.exitCode = problems.length === 0 && ruleCount > 0 ? 0 : 1;
}

if (import.meta.main) main();
