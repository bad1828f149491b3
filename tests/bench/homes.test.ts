/**
 * Goal: the benches of one home still run. With tiny counts their figures mean nothing, and none is
 * looked at.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/project-files.ts";

const flags = ["--conditions=parley-source", "--disable-warning=ExperimentalWarning"];

test.each(["rebuild", "fold", "log"])(
  "the bench of %s ends with one line that tells figures and goals by the same keys",
  (name) => {
    const args = [...flags, "bench/run.ts", name, "--smoke"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: repositoryRoot,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    const verdict = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(Object.keys(verdict)).toEqual(["bench", "figures", "goals", "met"]);
    expect(Object.keys(verdict.figures)).toEqual(Object.keys(verdict.goals));
    expect(Object.values(verdict.figures)).toSatisfy((all: unknown[]) =>
      all.every(Number.isFinite),
    );
    expect(verdict).toMatchObject({ bench: name, met: expect.any(Boolean) });
  },
  180_000,
);
