/**
 * Writes the excerpts and the difference of docs/agreement.md between their markers, from the default
 * agreement.
 *
 * Run: npx node --conditions=parley-source tools/generate-agreement.ts
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agreementDifference } from "@parley/core/agreement/agreement-difference";
import { type AgreementPayload, agreementPayload } from "@parley/core/agreement/agreement-schema";
import { agreementSubjects } from "@parley/core/agreement/agreement-subjects";
import { say } from "@parley/core/vocabulary/catalogue";
import { sampleAgreement, sampleDescriptors } from "@parley/testkit/sample-agreement";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { repositoryRoot } from "./project-files.ts";

const file = join(repositoryRoot, "docs/agreement.md");
/** Rows of a list, and members of a set, that an excerpt shows. */
const shownMax = 2;
const lineCharsMax = 160;

const first = sampleAgreement(await sampleDescriptors(seededPrimitives("an agreement, annotated")));

/** The draft of which the document speaks. */
function secondVersion(): AgreementPayload {
  const draft = JSON.parse(JSON.stringify(first)) as {
    -readonly [K in keyof AgreementPayload]: AgreementPayload[K];
  };
  draft.version = 2;
  draft.previous = first.parties[0].descriptor;
  draft.clocks = first.clocks.map((clock) => {
    if (clock.kind !== "inquiry" || clock.clock !== "answer") return clock;
    return { ...clock, bySeverity: [...clock.bySeverity.slice(0, 5), 86_400] };
  });
  const persons = first.release.persons.map((each) =>
    each.kind === "inquiry" ? { ...each, count: 3 } : each,
  );
  draft.release = { ...first.release, persons };
  draft.collection = { timeGrainSeconds: 900 };
  return agreementPayload.parse(draft);
}

function excerpt(value: unknown, indent = ""): string {
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    const isShort = value.every((each) => typeof each !== "object") && value.length <= 7;
    if (isShort || value.length === 0) return JSON.stringify(value);
    const shown = value.slice(0, shownMax).map((each) => excerpt(each, inner));
    return `[${[...shown, ...(value.length > shownMax ? ["…"] : [])].join(`,\n${inner}`)}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    return `${JSON.stringify(name)}: ${excerpt(member, inner)}`;
  });
  const line = `{${members.join(", ")}}`;
  const fits = line.length <= lineCharsMax && !line.includes("\n");
  return fits ? line : `{${members.join(`,\n${inner}`)}}`;
}

const fenced = (text: string) => `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
const second = secondVersion();
const texts: Readonly<Record<string, string>> = {
  difference: [
    fenced(agreementDifference(first, second, "en")),
    fenced(agreementDifference(first, second, "ru")),
  ].join("\n\n"),
  ...Object.fromEntries(
    agreementSubjects.map((subject) => {
      const title = `${say(`agreement.${subject}`, "en")} · ${say(`agreement.${subject}`, "ru")}`;
      return [subject, `${title}\n\n${fenced(`"${subject}": ${excerpt(first[subject])}`)}`];
    }),
  ),
};
const document = Object.entries(texts).reduce(
  (whole, [name, text]) => {
    const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
    const [head, rest] = whole.split(begin);
    const tail = rest?.split(end)[1];
    if (head === undefined || tail === undefined) throw new Error(`no markers for ${name}`);
    return `${head}${begin}\n\n${text}\n\n${end}${tail}`;
  },
  readFileSync(file, "utf8"),
);
writeFileSync(file, document);
