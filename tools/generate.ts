/**
 * Runs every generator of `tools/` (`generate-*.ts`). What they write is committed.
 *
 * With `--check`, fails if that changed a file, which then is left as generated.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { listProjectFiles, readProjectFile, repositoryRoot } from "./project-files.ts";

/** Where generated files are. */
const generated = /^(?:spec|docs)\//;

function snapshot(): ReadonlyMap<string, string> {
  const paths = listProjectFiles(repositoryRoot).filter((path) => generated.test(path));
  return new Map(paths.map((path) => [path, readProjectFile(repositoryRoot, path).text]));
}

function main(): void {
  const before = snapshot();
  const generators = listProjectFiles(repositoryRoot).filter((path) =>
    /^tools\/generate-[\w-]+(?<!\.test)\.ts$/.test(path),
  );
  for (const generator of generators) {
    const { status } = spawnSync(process.execPath, [...process.execArgv, generator], {
      cwd: repositoryRoot,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (status !== 0) {
      console.error(`${generator} failed`);
      process.exitCode = 1;
      return;
    }
  }
  const after = snapshot();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  for (const path of changed) console.log(`${path} changed`);
  console.log(`generate: ${generators.length} generators, ${changed.length} file(s) changed`);
  if (process.argv.includes("--check") && changed.length > 0) {
    console.error("Generated files were not up to date: run `npm run generate` and commit.");
    process.exitCode = 1;
  }
}

main();
