/**
 * Goal: on a machine whose own Node is too old both programs say so in one sentence. Method: the
 * launchers in this Node, told that it is another.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.each([
  ["parley", "../bin/parley.mjs"],
  ["parley-check", "../../checker/bin/parley-check.mjs"],
])("%s says which Node it needs, and shows no stack", (name, path) => {
  const launcher = new URL(path, import.meta.url);
  const old = `Object.defineProperty(process.versions, "node", { value: "20.20.2" });`;
  const script = `${old} await import(${JSON.stringify(launcher.href)});`;
  const ran = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
  const said = ran.stderr.toString();
  expect([ran.status, said.split("\n").length]).toEqual([3, 2]);
  expect(said).toContain(`${name} needs Node 26 or later; this is 20.20.2.`);
  const present = spawnSync(process.execPath, [
    ...["--conditions=parley-source", "--disable-warning=ExperimentalWarning"],
    ...[fileURLToPath(launcher), "--help"],
  ]);
  expect(present.status).toBe(0);
});
