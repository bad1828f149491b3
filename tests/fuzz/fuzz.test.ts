/**
 * Goal: whatever octets come, each parser gives a value or a code of ours, in time, and says the same
 * with both implementations of the primitives. Method: the vectors, changed by their structure and by
 * their octets, from a seed; `npm run fuzz` does it for as long as one likes.
 */
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { refuse } from "@parley/core/result";
import { beforeAll, expect, test } from "vitest";
import { listProjectFiles, readProjectFile, repositoryRoot } from "../../tools/project-files.ts";
import { formatReport, runFuzz, type Target } from "./run-fuzz.ts";
import { makeTargets } from "./targets.ts";

const sampleSeed = 20_161_229;
/** Turns of each parser, the same on every machine; `npm run fuzz` draws others. */
const turns = 16;
/** What reads a whole export verifies it, and takes as long as fifty others. */
const inputsPerTurn = ({ name }: Target) => (name.startsWith("export") ? 2 : 24);

let targets: readonly Target[] = [];
beforeAll(async () => {
  targets = await makeTargets();
});

test("nothing that comes makes a parser throw, or say what it should not", async () => {
  const options = { seed: sampleSeed, turnsPerTarget: turns, inputsPerTurn };
  const report = await runFuzz(targets, options);
  console.log(`fuzz: seed ${sampleSeed}\n${formatReport(report)}`);
  expect(report.findings).toEqual([]);
  for (const [name, { tried, refused }] of report.counts) {
    expect(tried, name).toBeGreaterThanOrEqual(turns);
    expect(refused.size, `${name}: nothing was refused`).toBeGreaterThan(
      name === "row of a source" ? -1 : 0,
    );
  }
});

test("a parser that throws, names no code, forgets itself or depends on the primitives is found", async () => {
  const about = { name: "x", covers: [], form: "text", seeds: ["seed"] } as const;
  const judges: readonly (Pick<Target, "again"> & { judge: (...args: never[]) => unknown })[] = [
    {
      judge: () => {
        throw new TypeError("x");
      },
    },
    { judge: () => refuse("no.such-code", "x") },
    { judge: (_p: never, text: string) => text, again: () => "another" },
    { judge: (used: unknown) => used === nodePrimitives },
  ];
  for (const judge of judges) {
    const { findings } = await runFuzz([{ ...about, ...judge } as Target], {
      seed: 1,
      turnsPerTarget: 3,
    });
    expect(findings.length).toBeGreaterThan(0);
  }
});

/** Exported functions whose names begin so read what somebody else wrote, but for these. */
const parserName = /^export (?:async )?function ((?:parse|read|verify|open|decode|from)[A-Z]\w*)/gm;
const notParsers: Readonly<Record<string, string>> = {
  openCase: "begins the state of a case",
  openHpke: "reached through every entry that is opened",
  openPayload: "reached through openStatement",
  openingKey: "looks up a key of a descriptor",
  openingKeyId: "names a key",
  verifyItem: "reached as the proof of an item",
  verifyPackage: "hashes of entries against a proof: see the claims of a proof",
  decodeLogKeys: "keys of a descriptor that was parsed",
  verifyAudit: "files of an export, each octet of which is flipped in tests/record/audit.test.ts",
  verifyFileList: "names of files against an index that was parsed",
  verifyTiles: "reached through verifyExport",
  verifyCheckpoints: "reached through verifyExport",
};

test("no parser of core is left out", () => {
  const covered = new Set(targets.flatMap(({ covers }) => covers));
  const sources = listProjectFiles(repositoryRoot).filter((path) =>
    /^packages\/core\/src\/.*(?<!\.test)\.ts$/.test(path),
  );
  const found = sources.flatMap((path) => {
    const { text } = readProjectFile(repositoryRoot, path);
    return [...text.matchAll(parserName)].map(([, name = ""]) => name);
  });
  expect(found.length).toBeGreaterThan(60);
  expect(found.filter((name) => !covered.has(name) && !(name in notParsers))).toEqual([]);
});
