import { expect, test } from "vitest";
import { checkTrace } from "./check-trace.ts";

const spec = (text: string, path = "spec/log.md") => ({ path, text });
const tests = (text: string) => ({ path: "tests/log.test.ts", text });

test("a rule with a test whose title begins with it is no problem", () => {
  const report = checkTrace(
    [spec("# Log\n\n- **LOG-1** One.\n- **LOG-2** Two.\n")],
    [tests('test("[LOG-1] [LOG-2] one and two", …)')],
    { "log.bad-origin": "LOG-1", "config.bad-value": "docs" },
  );
  expect(report).toEqual({ ruleCount: 2, problems: [] });
});

test("a rule without a test is named with its document", () => {
  const report = checkTrace([spec("- **LOG-1** One.\n")], [], {});
  expect(report.problems).toEqual(["spec/log.md: LOG-1 has no test"]);
});

test("a rule that only a comment of a test names has no test", () => {
  const report = checkTrace([spec("- **LOG-1** One.\n")], [tests("// see [LOG-1]\n")], {});
  expect(report.problems).toEqual(["spec/log.md: LOG-1 has no test"]);
});

test("a test of an unknown rule is named with its file", () => {
  const report = checkTrace([], [tests('test("[LOG-9] nine", …)')], {});
  expect(report.problems).toEqual(["tests/log.test.ts: names LOG-9, which is no rule of spec/"]);
});

test("one id for two rules is a problem", () => {
  const twice = [spec("- **LOG-1** One.\n"), spec("- **LOG-1** Other.\n", "spec/case.md")];
  const report = checkTrace(twice, [tests('test("[LOG-1] one", …)')], {});
  expect(report.problems).toEqual(["spec/case.md: LOG-1 is already a rule of spec/log.md"]);
});

test("a refusal code that names an unknown rule is a problem", () => {
  const report = checkTrace([], [], { "log.bad-proof": "LOG-4" });
  expect(report.problems).toEqual([
    "refusal-codes.ts: log.bad-proof names LOG-4, which is no rule of spec/",
  ]);
});
