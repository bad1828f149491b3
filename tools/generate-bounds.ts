/**
 * Writes `docs/bounds.md` from the table of bounds.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bound, boundGroups, bounds } from "./bounds.ts";
import { repositoryRoot } from "./project-files.ts";

const intro = `# Bounds

Generated from the constants that the program enforces (\`tools/bounds.ts\`): ${Object.keys(bounds).length} of them. Every one is shown by a test in \`tests/bounds/\` or where that says: at the bound it is taken, one more is refused with this code.

A bound is asked before its cost is paid: a declared length before the first octet is read, a length before a text is parsed, nesting before it is descended, a signature only of what has its form, a package of 256 entries before the next one is read. Requests of a peer beyond its share are answered 429 before their body is read.

What a peer may send in an hour and in a day is in the agreement: entries and octets an hour (429 \`exchange.too-many\`), octets of attachments a day (413 \`exchange.over-quota\`), messages of each kind a day (counted and shown, and void nothing). The hour, and octets that were none of what their name says, are counted in memory: a restart of the node forgets them, and only its operator can restart it. What is kept of attachments is counted from the database and is not forgotten.
`;

function table(rows: Readonly<Record<string, Bound>>): string {
  const lines = Object.entries(rows).map(
    ([name, { what, value, unit, refusal, by }]) =>
      `| ${what} | ${value.toLocaleString("en-US")} ${unit === "number" ? "" : unit} | ${codeOf(refusal)} | \`${name}\`, \`${by}\` |`,
  );
  const head =
    "| what | at most | beyond it | constant, and where it is enforced |\n|---|---|---|---|";
  return [head, ...lines].join("\n").replaceAll("  |", " |");
}

const codeOf = (refusal: string) =>
  /^[a-z]+\.[a-z-]+$/.test(refusal) ? `\`${refusal}\`` : refusal;

const sections = Object.entries(boundGroups).map(
  ([title, rows]) => `## ${title}\n\n${table(rows)}\n`,
);
writeFileSync(join(repositoryRoot, "docs/bounds.md"), [intro, ...sections].join("\n"));
