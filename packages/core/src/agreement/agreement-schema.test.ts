/**
 * Goal: an agreement that is read is complete and does not contradict itself. Method: one mutation of
 * the default agreement for each constraint, every member at every depth removed, misspelt or
 * replaced, and policies of witnesses good and bad.
 */
import { sampleAgreement, sampleDescriptors } from "@parley/testkit/sample-agreement";
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { checkAgreementPayload } from "./agreement.ts";
import { type AgreementPayload, linkTextsMax } from "./agreement-schema.ts";
import { isWitnessPolicy, witnessesMax } from "./witness-policy.ts";

const payload = sampleAgreement(await sampleDescriptors(p));
const digest = toBase64Url(new Uint8Array(32).fill(3));

function verdictOf(value: unknown): string {
  const verdict = checkAgreementPayload(value as JsonValue);
  return verdict.ok ? "good" : verdict.refusal.code;
}

type Draft = { [member: string]: unknown };
type Path = readonly (string | number)[];

/** The payload in which `change` was applied to the object or list that holds the end of `path`. */
function edited(path: Path, change: (holder: Draft, last: string | number) => void): unknown {
  const copy = structuredClone(payload) as unknown as Draft;
  const holder = path.slice(0, -1).reduce<unknown>((value, step) => (value as Draft)[step], copy);
  change(holder as Draft, path.at(-1) as string | number);
  return copy;
}

const set = (path: Path, value: unknown) =>
  edited(path, (holder, last) => {
    holder[last] = value;
  });

/** Paths of every member of every object; of lists, the first element stands for the others. */
function memberPaths(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : memberPaths(value[0], [...path, 0]);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const own = [...path, name];
    return [own, ...memberPaths(member, own)];
  });
}
const paths = memberPaths(payload);

test("[AGR-1] reads the default agreement, which has members at every depth", () => {
  expect(verdictOf(payload)).toBe("good");
  expect(paths.length).toBeGreaterThan(100);
});

describe("[AGR-1] every member", () => {
  test.each(paths.map((path) => [path.join("."), path] as const))("%s is needed", (_, path) => {
    expect(verdictOf(edited(path, (holder, last) => delete holder[last]))).not.toBe("good");
  });
  test.each(paths.map((path) => [path.join("."), path] as const))("%s has a form", (_, path) => {
    for (const value of [{}, [[]], -1, 1.5, ""]) {
      expect(verdictOf(set(path, value))).not.toBe("good");
    }
  });
  test.each(paths.map((path) => [path.join("."), path] as const))(
    "%s has no neighbour",
    (_, path) => {
      const extra = edited(path, (holder) => {
        holder["unknown"] = 1;
      });
      expect(verdictOf(extra)).toBe("agreement.malformed");
    },
  );
});

describe("[AGR-2] takes", () => {
  const accepted: Record<string, unknown> = {
    "a later version": { ...payload, version: 2, previous: digest },
    "kinds that nobody here knows": set(["desks", 0, "kinds"], ["aaa", "zzz-zzz"]),
    "no clocks": set(["clocks"], []),
    "live traffic alone": set(["classes"], ["live"]),
    "no exchange": set(["drills", "exchange"], null),
    "no glossary": set(["glossary"], []),
    "attachments kept for a while": set(["retention", "attachmentDays"], 30),
    "a desk manned at times": set(
      ["desks", 0, "staffing", 0, "hours"],
      [
        { days: [1, 2, 3, 4, 5], from: 480, to: 1_080 },
        { days: [6], from: 600, to: 720 },
      ],
    ),
    "a text of two lines": set(["defaultLine", "en"], "One.\nTwo."),
  };
  test.each(Object.entries(accepted))("%s", (_, value) => {
    expect(verdictOf(value)).toBe("good");
  });
});

describe("[AGR-2] refuses", () => {
  const [first, second] = payload.parties;
  const [political, technical, watch] = payload.desks;
  const [scale, otherScale] = payload.severity.scales;
  const [level] = scale.levels;
  const always = { days: [1], from: 0, to: 1 };
  const mutants: Record<string, unknown> = {
    "version 1 with a previous": set(["previous"], digest),
    "version 2 without": set(["version"], 2),
    "version 0": set(["version"], 0),
    "adoptBy at createdAt": set(["adoptBy"], payload.createdAt),
    "parties in the wrong order": set(["parties"], [second, first]),
    "one party twice": set(["parties"], [first, first]),
    "two parties of one authority": set(["parties", 1, "authority"], first.authority),
    "an authority with one key twice": set(["parties", 0, "authority"], [digest, digest]),
    "an unknown suite": set(["suites"], ["pq2"]),
    "a suite twice": set(["suites"], ["pq1", "pq1"]),
    "no suite": set(["suites"], []),
    "an unknown class": set(["classes"], ["drill", "live"]),
    "classes out of order": set(["classes"], ["live", "link"]),
    "no live traffic": set(["classes"], ["exercise", "link"]),
    "no desks": set(["desks"], []),
    "desks out of order": set(["desks"], [technical, political, watch]),
    "a desk twice": set(["desks"], [political, political, watch]),
    "a desk called node": set(["desks", 0, "name"], "node"),
    "kinds out of order": set(["desks", 0, "kinds"], ["note", "answer"]),
    "a kind twice": set(["desks", 0, "kinds"], ["note", "note"]),
    "a kind with its version": set(["desks", 0, "kinds"], ["note.v1"]),
    "a kind in capitals": set(["desks", 0, "kinds"], ["Note"]),
    "a way up to a desk that is not": set(["desks", 0, "escalatesTo"], "council"),
    "a desk that escalates to itself": set(["desks", 0, "escalatesTo"], "political"),
    "a way up that goes round": set(["desks", 0, "escalatesTo"], "watch"),
    "a day that is none": set(["desks", 0, "staffing", 0, "hours"], [{ ...always, days: [8] }]),
    "a day twice": set(["desks", 0, "staffing", 0, "hours"], [{ ...always, days: [1, 1] }]),
    "hours that end before they begin": set(
      ["desks", 0, "staffing", 0, "hours"],
      [{ ...always, from: 60, to: 60 }],
    ),
    "a clock out of order": set(["clocks"], [...payload.clocks].reverse()),
    "a clock twice": set(["clocks"], [payload.clocks[0], payload.clocks[0]]),
    "a clock of an unknown name": set(["clocks", 0, "clock"], "patience"),
    "a clock for five severities": set(["clocks", 0, "bySeverity"], [60, 60, 60, 60, 60]),
    "a clock of less than a minute": set(["clocks", 0, "bySeverity", 0], 59),
    "a clock of more than a year": set(["clocks", 0, "bySeverity", 0], 366 * 86_400 + 1),
    "a clock of half seconds": set(["clocks", 0, "bySeverity", 0], 60.5),
    "quotas out of order": set(["quotas", "perDay"], [...payload.quotas.perDay].reverse()),
    "a message that nobody releases": set(["release", "persons", 0, "count"], 0),
    "release rules out of order": set(
      ["release", "persons"],
      [...payload.release.persons].reverse(),
    ),
    "a common scale of five levels": set(["severity", "common"], payload.severity.common.slice(1)),
    "scales in the wrong order": set(["severity", "scales"], [otherScale, scale]),
    "two levels of one code": set(["severity", "scales", 0, "levels"], [level, level]),
    "a level without a place on the common scale": set(
      ["severity", "scales", 0, "levels", 0, "common"],
      6,
    ),
    "a desk whose community is not defined": set(["handling"], payload.handling.slice(1)),
    "a community defined twice": set(["handling"], [payload.handling[0], ...payload.handling]),
    "communities out of order": set(["handling"], [...payload.handling].reverse()),
    "a glossary out of order": set(["glossary"], [...payload.glossary].reverse()),
    "bands that fall": set(["probability"], [...payload.probability].reverse()),
    "bands that overlap": set(["probability", 1, "fromPercent"], 4),
    "a band without width": set(["probability", 0, "toPercent"], 1),
    "a band above 100": set(["probability", 6, "toPercent"], 101),
    "two bands of one code": set(["probability", 1, "code"], payload.probability[0]?.code),
    "one party for all hours": set(["linkTests", "oddHours"], payload.linkTests.evenHours),
    "an hour for a stranger": set(["linkTests", "oddHours"], "tokyo.example"),
    "no link texts": set(["linkTests", "texts"], []),
    "link texts out of order": set(["linkTests", "texts"], [...payload.linkTests.texts].reverse()),
    "too many link texts": set(
      ["linkTests", "texts"],
      Array.from({ length: linkTextsMax + 1 }, (_, index) => ({
        id: `t${String(index).padStart(4, "0")}`,
        en: "x",
        ru: "x",
      })),
    ),
    "an exchange on 30 February": set(["drills", "exchange"], { month: 2, day: 30 }),
    "a policy that is none": set(["witnesses", "policy"], "quorum\n"),
    "a text with an escape sequence": set(["defaultLine", "en"], "\u001b[2J"),
    "a text turned round": set(["defaultLine", "ru"], "\u202eабв"),
    "a text that is too long": set(["defaultLine", "ru"], "я".repeat(4_001)),
  };
  test.each(Object.entries(mutants))("%s", (_, value) => {
    expect(value).not.toEqual(payload);
    expect(verdictOf(value)).toBe("agreement.malformed");
  });
});

test("a refusal says where, and repeats nothing of the peer's", () => {
  const secret = "PEERS-OWN-WORDS";
  for (const value of [
    set(["title"], secret),
    set(["suites"], [secret]),
    { ...payload, [secret]: 1 },
  ]) {
    const verdict = checkAgreementPayload(value as unknown as AgreementPayload);
    expect(verdict.ok ? "" : verdict.refusal.detail).not.toContain(secret);
  }
  const place = checkAgreementPayload(set(["clocks", 0, "bySeverity", 0], 1) as JsonValue);
  expect(place).toMatchObject({ refusal: { detail: "clocks.0.bySeverity.0: too_small" } });
});

const vkey = (name: string, key: string) => `${name}+01234567+BA${key}AAAA`;

describe("[AGR-9] a witness policy", () => {
  const good: Record<string, string> = {
    "of nobody": "quorum none\n",
    "of one": `witness a ${vkey("a.example", "a")}\nquorum a\n`,
    "with an address": `witness a ${vkey("a.example", "a")} https://a.example/w\nquorum a\n`,
    "of two of three, with comments": [
      "# three houses",
      ...["a", "b", "c"].map((name) => `witness ${name}\t${vkey(name, name)}`),
      "group all-of-them 2 a b c",
      "",
      "quorum all-of-them",
      "",
    ].join("\n"),
  };
  test.each(Object.entries(good))("%s is taken", (_, text) => {
    expect(isWitnessPolicy(text)).toBe(true);
    expect(verdictOf(set(["witnesses", "policy"], text))).toBe("good");
  });

  const a = `witness a ${vkey("a.example", "a")}\n`;
  const b = `witness b ${vkey("b.example", "b")}\n`;
  const bad: Record<string, string> = {
    "that is empty": "",
    "without quorum": a,
    "with two quorums": `${a}quorum a\nquorum none\n`,
    "without a last newline": "quorum none",
    "with a quorum of strangers": `${a}quorum b\n`,
    "with a quorum before its witness": `quorum a\n${a}`,
    "with a log": `log ${vkey("l", "l")}\nquorum none\n`,
    "with an unknown word": "watch a\nquorum none\n",
    "with a witness twice": `${a}${a}quorum a\n`,
    "with a key twice": `${a}witness b ${vkey("b.example", "a")}\nquorum a\n`,
    "with a key that is none": "witness a key\nquorum a\n",
    "with an address of HTTP": `witness a ${vkey("a", "a")} http://a.example\nquorum a\n`,
    "with a witness called none": `witness none ${vkey("a", "a")}\nquorum none\n`,
    "with an empty group": `${a}group g any\nquorum g\n`,
    "with a group of strangers": `${a}group g any b\nquorum g\n`,
    "with a group that wants more than it has": `${a}group g 2 a\nquorum g\n`,
    "with a group that wants nobody": `${a}group g 0 a\nquorum g\n`,
    "with a group that wants some": `${a}group g some a\nquorum g\n`,
    "with a member of two groups": `${a}${b}group g any a\ngroup h any a b\nquorum g\n`,
    "with a group within itself": `${a}group g any g\nquorum g\n`,
    "with none as a member": `${a}group g any none\nquorum g\n`,
    "with a carriage return": "quorum none\r\n",
    "with letters beyond ASCII": "# свидетели\nquorum none\n",
    "with too many witnesses": `${Array.from({ length: witnessesMax + 1 }, (_, index) => `witness w${index} ${vkey("w", String(index))}\n`).join("")}quorum none\n`,
  };
  test.each(Object.entries(bad))("%s is refused", (_, text) => {
    expect(isWitnessPolicy(text)).toBe(false);
  });
});
