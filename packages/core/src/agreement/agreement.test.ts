/**
 * Goal: an agreement binds only what it says and only when both have signed exactly it. Method: every
 * order and number of signatures; documents of other parties, keys and descriptors; both
 * implementations of the primitives must agree.
 */
import { test } from "@fast-check/vitest";
import { sampleAgreement, sampleDescriptors, signedBy } from "@parley/testkit/sample-agreement";
import { must } from "@parley/testkit/sample-message";
import {
  sampleDescriptor,
  sampleDeskNames,
  sampleParty,
  sampleSigners,
} from "@parley/testkit/sample-party";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { describe, expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { type JwsSigner, signJws } from "../crypto/jws.ts";
import type { Descriptor } from "../party/descriptor.ts";
import {
  type Agreement,
  agreementBytesMax,
  agreementType,
  parseAgreement,
  readAgreementDraft,
  requireBoth,
  requireSuite,
  signAgreement,
} from "./agreement.ts";

const noble = seededPrimitives("agreement tests");
const [moscow, washington] = await sampleDescriptors(p);
const payload = sampleAgreement([moscow, washington]);
const both = await signedBy(p, payload, [moscow, washington]);
const ours = sampleParty(p, "washington.example").signers;
const theirs = sampleParty(p, "moscow.example").signers;

async function verdictOf(
  text: string,
  descriptors: readonly Descriptor[] = [moscow, washington],
): Promise<string> {
  const verdicts = await Promise.all(
    [p, noble].map((each) => parseAgreement(each, text, descriptors)),
  );
  const codes = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(codes[0]).toBe(codes[1]);
  return codes[0] as string;
}

function sign(what: unknown, signers: readonly unknown[]): Promise<string> {
  return signJws(canonicalJson(what as JsonValue), agreementType, signers as readonly JwsSigner[]);
}

test("[AGR-6] is binding when both have signed, whoever signed first", async () => {
  const reverse = await signedBy(p, payload, [washington, moscow]);
  for (const agreement of [both, reverse]) {
    expect(agreement.signedBy).toEqual(["moscow.example", "washington.example"]);
    expect(requireBoth(agreement)).toMatchObject({ ok: true });
    expect(await verdictOf(agreement.text)).toBe("good");
    const kids = (JSON.parse(agreement.text) as { signatures: { protected: string }[] }).signatures;
    expect(kids.map((each) => JSON.parse(atob(each.protected)).kid)).toEqual(
      [...theirs, ...ours].map(({ kid }) => kid),
    );
  }
  expect(both.digest).toBe(toBase64Url(p.sha256(encodeUtf8(canonicalJson(payload)))));
  expect(reverse.digest).toBe(both.digest);
});

test("[AGR-7] of one side is read, and does not bind", async () => {
  for (const party of [moscow, washington]) {
    const half = await signedBy(p, payload, [party]);
    expect(half.signedBy).toEqual([party.payload.name]);
    expect(await verdictOf(half.text)).toBe("good");
    expect(requireBoth(half)).toMatchObject({ refusal: { code: "agreement.one-sided" } });
  }
});

test("signing again adds nothing", async () => {
  const signing = { party: washington.payload.name, signers: ours, now: payload.createdAt };
  expect(must(await signAgreement(both, signing))).toBe(both.text);
  const half = await signedBy(p, payload, [washington]);
  expect(must(await signAgreement(half, signing))).toBe(half.text);
});

describe("[AGR-6] refuses signatures", () => {
  const [a, b] = theirs;
  const [c, d] = ours;
  const [x] = sampleSigners(p, "stranger");
  const lists: Record<string, readonly unknown[]> = {
    "of one party twice": [a, b, a, b],
    "of the other party twice": [c, d, c, d],
    "in the wrong order of parties": [c, d, a, b],
    "in the wrong order of algorithms": [b, a, c, d],
    "in turns": [a, c, b, d],
    "of one algorithm of each": [a, c],
    "of three keys": [a, b, c],
    "of one key": [a],
    "and one more": [a, b, c, d, x],
    "and one again": [a, b, c, d, d],
    "of a stranger": [x, b, c, d],
    "of a stranger alone": sampleSigners(p, "stranger"),
    "of one party, reversed": [b, a],
  };
  test.each(Object.entries(lists))("%s", async (_, signers) => {
    expect(await verdictOf(await sign(payload, signers))).toBe("jws.wrong-signers");
  });

  test("of another typ", async () => {
    const text = await signJws(canonicalJson(payload), "parley-notice+jws", [...theirs, ...ours]);
    expect(await verdictOf(text)).toBe("jws.wrong-signers");
  });

  test.each([0, 1, 2, 3])("of which number %i is over another payload", async (place) => {
    const changed = { ...payload, adoptBy: payload.adoptBy + 1 };
    const signers = [...theirs, ...ours];
    const read = (text: string) => JSON.parse(text) as { payload: string; signatures: JsonValue[] };
    const good = read(await sign(payload, signers));
    const other = read(await sign(changed, signers));
    good.signatures[place] = other.signatures[place] as JsonValue;
    expect(await verdictOf(canonicalJson(good))).toBe("jws.bad-signature");
  });
});

describe("[AGR-3] refuses an agreement", () => {
  const all = [...theirs, ...ours];
  const [first, second] = payload.parties;
  const stranger = sampleSigners(p, "stranger").map(({ kid }) => kid);
  const mutants: Record<string, unknown> = {
    "of another authority": { parties: [first, { ...second, authority: stranger }] },
    "of a descriptor that is not known": {
      parties: [first, { ...second, descriptor: stranger[0] }],
    },
    "of the other party's descriptor": {
      parties: [first, { ...second, descriptor: first.descriptor }],
    },
    "with its authority's keys swapped": {
      parties: [first, { ...second, authority: [second.authority[1], second.authority[0]] }],
    },
  };
  test.each(Object.entries(mutants))("%s", async (_, members) => {
    const text = await sign({ ...payload, ...(members as object) }, all);
    expect(await verdictOf(text)).toBe("agreement.wrong-parties");
  });

  test("between others than those whose descriptors are known", async () => {
    expect(await verdictOf(both.text, [moscow])).toBe("agreement.wrong-parties");
    expect(await verdictOf(both.text, [])).toBe("agreement.wrong-parties");
    const tokyo = await sampleDescriptor(p, "tokyo.example");
    expect(await verdictOf(both.text, [moscow, tokyo])).toBe("agreement.wrong-parties");
  });

  test("read again with later descriptors beside those that it names", async () => {
    const later = await sampleDescriptor(p, "washington.example", {
      after: washington,
      keyEra: "2",
    });
    expect(await verdictOf(both.text, [later, washington, moscow])).toBe("good");
    expect(await verdictOf(both.text, [later, moscow])).toBe("agreement.wrong-parties");
  });
});

test("[AGR-5] refuses what a party cannot keep", async () => {
  const all = [...theirs, ...ours];
  const few = await sampleDescriptor(p, "washington.example", { desks: sampleDeskNames.slice(1) });
  const [first, second] = payload.parties;
  const parties = [first, { ...second, descriptor: few.digest }];
  const text = await sign({ ...payload, parties }, all);
  expect(await verdictOf(text, [moscow, few])).toBe("agreement.unknown-desk");
  const unspoken = await sign({ ...payload, protocol: 2 }, all);
  expect(await verdictOf(unspoken)).toBe("agreement.unspoken-protocol");
});

test("[AGR-4] allows the suites it names and no other", () => {
  expect(requireSuite(payload, "pq1")).toEqual({ ok: true, value: "pq1" });
  for (const [suites, suite] of [
    [[], "pq1"],
    [payload.suites, "pq2"],
    [payload.suites, ""],
  ] as const) {
    expect(requireSuite({ ...payload, suites: [...suites] }, suite)).toMatchObject({
      refusal: { code: "agreement.suite-not-allowed" },
    });
  }
});

test("[AGR-1] refuses what is not the payload of an agreement", async () => {
  expect(await verdictOf(await sign({ ...payload, note: "x" }, theirs))).toBe(
    "agreement.malformed",
  );
  expect(await verdictOf(await sign([], theirs))).toBe("agreement.malformed");
  expect(await verdictOf(" ".repeat(agreementBytesMax + 1))).toBe("jws.malformed");
  expect(await verdictOf(both.text.replace(",", ", "))).toBe("jws.malformed");
});

test("[AGR-8] is signed until adoptBy and by an authority that it names", async () => {
  const signing = { party: washington.payload.name, signers: ours, now: payload.adoptBy };
  expect(await signAgreement(payload, signing)).toMatchObject({ ok: true });
  const late = await signAgreement(payload, { ...signing, now: payload.adoptBy + 1 });
  expect(late).toMatchObject({ refusal: { code: "agreement.adopt-by-passed" } });
  const half = await signedBy(p, payload, [moscow]);
  const lateToo = await signAgreement(half as Agreement, { ...signing, now: payload.adoptBy + 1 });
  expect(lateToo).toMatchObject({ refusal: { code: "agreement.adopt-by-passed" } });
  for (const signers of [
    theirs,
    sampleSigners(p, "stranger"),
    ours.slice(0, 1),
    [...ours].reverse(),
  ]) {
    const foreign = await signAgreement(payload, { ...signing, signers });
    expect(foreign).toMatchObject({ refusal: { code: "agreement.wrong-parties" } });
  }
  const tokyo = await sampleDescriptor(p, "tokyo.example");
  const outside = await signAgreement(payload, { ...signing, party: tokyo.payload.name });
  expect(outside).toMatchObject({ refusal: { code: "agreement.wrong-parties" } });
});

test("a draft is read in any order of its members, and only if it says all", () => {
  const reversed = Object.fromEntries(Object.entries(payload).reverse());
  expect(readAgreementDraft(JSON.stringify(reversed, null, 2))).toEqual({
    ok: true,
    value: payload,
  });
  expect(readAgreementDraft("{")).toMatchObject({ refusal: { code: "bytes.not-json" } });
  expect(readAgreementDraft("{}")).toMatchObject({ refusal: { code: "agreement.malformed" } });
});

test("the default agreement fits well below the limit", () => {
  expect(encodeUtf8(both.text).length * 4).toBeLessThan(agreementBytesMax);
});
