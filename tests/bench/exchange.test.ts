/**
 * Goal: the bench still runs. With tiny counts its figures mean nothing, and none is looked at.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/project-files.ts";

const flags = ["--conditions=parley-source", "--disable-warning=ExperimentalWarning"];

test("the bench of the exchange ends with one line that tells figures and goals by the same keys", () => {
  const args = [...flags, "bench/run.ts", "exchange", "--smoke"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repositoryRoot,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const verdict = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(Object.keys(verdict)).toEqual(["bench", "figures", "goals", "met"]);
  expect(Object.keys(verdict.figures)).toEqual(Object.keys(verdict.goals));
  expect(Object.values(verdict.figures)).toSatisfy((all: unknown[]) => all.every(Number.isFinite));
  expect(verdict).toMatchObject({ bench: "exchange", met: expect.any(Boolean) });
}, 180_000);
