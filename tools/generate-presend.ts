/**
 * Writes the table of docs/presend.md between its markers: every finding of the check before sending.
 *
 * Run: npx node --conditions=parley-source tools/generate-presend.ts
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { presendSentence } from "@parley/core/presend/check-draft";
import { presendCodes, presendSeverities } from "@parley/core/presend/presend-finding";
import { repositoryRoot } from "./project-files.ts";

const file = join(repositoryRoot, "docs/presend.md");
const [begin, end] = ["<!-- findings: generated -->", "<!-- findings: end -->"];

const rows = presendCodes.map((code) => {
  const [en, ru] = (["en", "ru"] as const).map((language) =>
    presendSentence({ code, found: "…" }, language),
  );
  return `| \`${code}\` | ${presendSeverities[code]} | ${en} | ${ru} |`;
});
const table = ["| code | | in English | по-русски |", "|---|---|---|---|", ...rows].join("\n");
const text = readFileSync(file, "utf8");
const [head, rest] = text.split(begin);
const tail = rest?.split(end)[1];
if (head === undefined || tail === undefined) throw new Error("no markers in docs/presend.md");
writeFileSync(file, `${head}${begin}\n\n${table}\n\n${end}${tail}`);
