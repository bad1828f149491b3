/**
 * The project's own files, as text: what the checks of `tools/` read.
 *
 * Walks the tree rather than asking git, so that a check gives the same answer in a source archive,
 * and for whichever account owns the files.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Installed, built or made by running; never written by hand. The same names stand in `.gitignore`. */
const notOurs = new Set([".git", "node_modules", "dist", "coverage", "practice"]);

export type ProjectFile = {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
};

export const repositoryRoot = join(import.meta.dirname, "..");

/** Every path under `root` in order, whatever is in the file. */
export function listProjectFiles(root: string): readonly string[] {
  const paths: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      // In a second work tree of git, `.git` is a file.
      if (notOurs.has(entry.name)) continue;
      if (entry.isFile()) paths.push(relative(root, path));
      else if (entry.isDirectory()) visit(path);
    }
  };
  visit(root);
  return paths.sort();
}

export function readProjectFile(root: string, path: string): ProjectFile {
  return { path, text: readFileSync(join(root, path), "utf8") };
}
