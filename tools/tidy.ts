/**
 * What no other tool looks for in the project's text: words that are not written here, with what
 * to write instead; dead links between our own documents; the form of a Markdown file.
 *
 * @module
 */
import { posix } from "node:path";
import {
  listProjectFiles,
  type ProjectFile,
  readProjectFile,
  repositoryRoot,
} from "./project-files.ts";

interface Banned {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where it is banned; everywhere if absent. */
  readonly where?: RegExp;
  /** Where it may stand all the same. */
  readonly except?: RegExp;
}

const code = /\.tsx?$/;
const shipped = /^packages\/(?!testkit\/).*(?<!\.test)\.tsx?$/;

const banned: readonly Banned[] = [
  {
    pattern: /\bMath\.random\b/,
    instead: "take randomness from the primitives port or from node:crypto",
    where: shipped,
  },
  {
    // "As any other" in a comment is prose.
    pattern: /\bas any\b(?! \w)|@ts-(?:ignore|nocheck)\b/,
    instead: "give it its type",
    where: code,
  },
  {
    pattern: /\b(?:test|it|describe)\.(?:only|skip|todo)\b/,
    instead: "write the test, or delete it",
    where: code,
  },
  {
    pattern: /biome-ignore[^:]*noProcessEnv/,
    instead: "let config.ts read the environment",
    where: shipped,
    except: /^packages\/node\/src\/config\.ts$/,
  },
  {
    pattern: /\b(?:MUST|SHOULD|SHALL|MAY) not\b|\b(?:must|should|shall) NOT\b/,
    instead: "write both key words in capitals, or neither",
    where: /\.md$/,
  },
  { pattern: /\bFIXME\b|\bXXX\b/, instead: "mend it, or write TODO(issue)" },
  {
    pattern: /\bTODO\b(?!\(#?\d+\))/,
    instead: "name the issue: TODO(12)",
    except: /^STYLE\.md$/,
  },
  {
    pattern: /(?<![\w.])\/(?:work|root|Users)\/|\/tmp\/parley\b/,
    instead: "no path of one machine",
  },
  {
    pattern: /\bstyle §|\b[1-7]-(?:product|architecture|protocol|console|quality|review)\b/,
    instead: "cite a document of this repository: STYLE.md, spec/, docs/",
  },
];

/** Copied from elsewhere, generated, or about the banned words themselves. */
const notOurs =
  /^(?:tests\/vectors|spec\/vectors|spec\/schema)\/|^(?:LICENSE|package-lock\.json)$|^tools\/tidy(?:\.test)?\.ts$/;
const binary = /\.(?:bin|der|gz|ico|png|tar|woff2)$/;

/** @param exists - Whether a path from the root of the repository is a file of it. */
export function tidyProblems(
  file: ProjectFile,
  exists: (path: string) => boolean,
): readonly string[] {
  const problems = [...bannedWords(file), ...lineProblems(file), ...deadReferences(file, exists)];
  if (file.path.endsWith(".md")) {
    problems.push(...headingProblems(file), ...deadLinks(file, exists));
  }
  return problems;
}

function bannedWords({ path, text }: ProjectFile): string[] {
  const inForce = banned.filter(
    ({ where, except }) => (where?.test(path) ?? true) && !(except?.test(path) ?? false),
  );
  return text.split("\n").flatMap((line, index) =>
    inForce.flatMap(({ pattern, instead }) => {
      const found = pattern.exec(line);
      return found === null ? [] : [`${path}:${index + 1}: "${found[0]}": ${instead}`];
    }),
  );
}

function lineProblems({ path, text }: ProjectFile): string[] {
  const problems: string[] = [];
  if (text.includes("\r")) problems.push(`${path}: lines end with LF alone`);
  if (text !== "" && !text.endsWith("\n")) problems.push(`${path}: the last line has no end`);
  if (/[ \t]$/m.test(text)) problems.push(`${path}: blanks at the end of a line`);
  return problems;
}

/** `spec/log.md` in prose, a comment or a string is a promise that it is there. */
function deadReferences({ path, text }: ProjectFile, exists: (path: string) => boolean): string[] {
  const named = text.matchAll(/(?<![\w./-])(?:spec|docs)\/[\w/-]+\.md\b/g);
  const dead = new Set([...named].map(([name]) => name).filter((name) => !exists(name)));
  return [...dead].map((name) => `${path}: ${name} does not exist`);
}

function headingProblems({ path, text }: ProjectFile): string[] {
  const count = withoutFences(text).match(/^# /gm)?.length ?? 0;
  return count === 1 ? [] : [`${path}: ${count} first-level headings where one belongs`];
}

function deadLinks({ path, text }: ProjectFile, exists: (path: string) => boolean): string[] {
  const targets = withoutFences(text).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g);
  return [...targets]
    .map(([, target = ""]) => target)
    .filter((target) => !exists(posix.normalize(posix.join(posix.dirname(path), target))))
    .map((target) => `${path}: the link ${target} leads nowhere`);
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

function main(): void {
  const paths = listProjectFiles(repositoryRoot);
  const known = new Set(paths.flatMap((path) => [path, posix.dirname(path)]));
  const exists = (path: string) => known.has(path.replace(/\/$/, ""));
  const read = paths.filter((path) => !notOurs.test(path) && !binary.test(path));
  const problems = read.flatMap((path) =>
    tidyProblems(readProjectFile(repositoryRoot, path), exists),
  );
  for (const problem of problems) console.error(problem);
  console.log(`tidy: ${read.length} files, ${problems.length} problem(s)`);
  process.exitCode = problems.length === 0 && read.length > 0 ? 0 : 1;
}

if (import.meta.main) main();
