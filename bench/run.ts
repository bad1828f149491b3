/**
 * `npm run bench -- NAME`: runs `bench/NAME.ts`, one question each, with whatever comes after it.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Needed by benches, but none themselves. */
const notBenches = new Set(["run"]);

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => !notBenches.has(name));
const [name = "", ...args] = process.argv.slice(2);

if (names.includes(name)) {
  const file = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, file, ...args], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} else {
  console.error(`Which one? npm run bench -- NAME, with NAME one of: ${names.join(", ")}`);
  process.exitCode = 2;
}
