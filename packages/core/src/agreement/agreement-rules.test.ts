/**
 * Goal: an agreement is read as it is written, and the default one says what
 * promise. Method: the periods written out; every kind and desk; the texts in both languages.
 */
import { sampleAgreement, sampleDescriptors } from "@parley/testkit/sample-agreement";
import { describe, expect, test } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  clockPeriods,
  handlingOf,
  linkTester,
  mayKind,
  nodeKinds,
  quotaOf,
  severityRows,
} from "./agreement-rules.ts";
import { defaultAgreement } from "./default-agreement.ts";

const [moscow, washington] = await sampleDescriptors(p);
const payload = sampleAgreement([moscow, washington]);
const hour = 3_600;
const nothing = { receipt: null, holding: null, answer: null, final: null, closure: null };

test("[AGR-14] an inquiry starts the clocks of its severity", () => {
  const inquiry = (severity: number | null) => clockPeriods(payload, "inquiry", severity);
  const always = { receipt: 1_800, answer: 72 * hour, final: 30 * 24 * hour, closure: null };
  expect([0, 1, 2].map(inquiry)).toEqual([0, 1, 2].map(() => ({ ...always, holding: null })));
  expect(inquiry(3)).toEqual({ ...always, holding: 24 * hour });
  expect([4, 5].map(inquiry)).toEqual([4, 5].map(() => ({ ...always, holding: 6 * hour })));
  expect(inquiry(null)).toEqual(inquiry(0));
});

test("[AGR-14] a kind for which no clock is agreed starts none", () => {
  expect(clockPeriods(payload, "note", 5)).toEqual(nothing);
  expect(clockPeriods(payload, "some-kind", 5)).toEqual(nothing);
  const closure = clockPeriods(payload, "propose-closure", 0);
  expect(closure).toEqual({ ...nothing, closure: 14 * 24 * hour });
});

test("[AGR-15] a kind is received by the desks that list it", () => {
  expect(mayKind(payload, "technical", "indicator-share")).toBe(true);
  expect(mayKind(payload, "watch", "indicator-share")).toBe(false);
  expect(mayKind(payload, "political", "call-to-cease")).toBe(true);
  expect(mayKind(payload, "technical", "call-to-cease")).toBe(false);
  expect(mayKind(payload, "council", "inquiry")).toBe(false);
  for (const kind of nodeKinds) {
    expect(mayKind(payload, "node", kind)).toBe(true);
    expect(payload.desks.some(({ name }) => mayKind(payload, name, kind))).toBe(false);
  }
  expect(mayKind(payload, "node", "inquiry")).toBe(false);
});

test("[AGR-16] a kind has its own quota or that of the others", () => {
  expect(quotaOf(payload, "inquiry")).toBe(20);
  expect(quotaOf(payload, "note")).toBe(payload.quotas.otherPerDay);
  expect(quotaOf(payload, "some-kind")).toBe(payload.quotas.otherPerDay);
});

test("[AGR-17] the parties test the link by turns", () => {
  const testers = Array.from({ length: 24 }, (_, each) => linkTester(payload, each));
  expect(new Set(testers.filter((_, each) => each % 2 === 0))).toEqual(
    new Set(["washington.example"]),
  );
  expect(new Set(testers.filter((_, each) => each % 2 === 1))).toEqual(new Set(["moscow.example"]));
});

describe("the default agreement", () => {
  test("does not depend on who asks for it", () => {
    const { createdAt, adoptBy } = payload;
    const reverse = defaultAgreement({ parties: [washington, moscow], createdAt, adoptBy });
    expect(reverse).toEqual(payload);
  });

  test("has at least twelve link texts, each written in its own language", () => {
    expect(payload.linkTests.texts.length).toBeGreaterThanOrEqual(12);
    const english = payload.linkTests.texts.map(({ en }) => en);
    const russian = payload.linkTests.texts.map(({ ru }) => ru);
    expect(new Set([...english, ...russian]).size).toBe(2 * payload.linkTests.texts.length);
    for (const text of english) expect(text).toMatch(/^[\x20-\x7e]+\.$/);
    for (const text of russian) expect(text).toMatch(/^[А-ЯЁ][А-Яа-яЁё ,;–-]+\.$/);
  });

  test("lets every desk receive what belongs to every case", () => {
    for (const { name } of payload.desks) {
      for (const kind of ["inquiry", "receipt", "answer", "decline", "propose-closure", "note"]) {
        expect(mayKind(payload, name, kind)).toBe(true);
      }
    }
  });

  test("covers every likelihood from 1 to 99 percent", () => {
    const bands = payload.probability;
    expect([bands[0]?.fromPercent, bands.at(-1)?.toPercent]).toEqual([1, 99]);
    for (const [index, band] of bands.slice(1).entries()) {
      expect(band.fromPercent).toBe(bands[index]?.toPercent);
    }
  });
});

test("both parties' own scales stand beside the common one", () => {
  const rows = severityRows(payload);
  expect(rows.map(({ common }) => common)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(rows[0]?.levels).toEqual([[], []]);
  expect(rows[3]?.levels.map((levels) => levels.map(({ code }) => code))).toEqual([
    ["medium"],
    ["medium"],
  ]);
  expect(rows[5]?.title.en).toContain("grave");
});

test("whom TLP means is said for each desk of each party, and for no other", () => {
  const [party] = payload.parties;
  expect(handlingOf(payload, party.name, "watch")?.community.en).toContain("same state");
  expect(handlingOf(payload, party.name, "kitchen")).toBeUndefined();
  expect(handlingOf(payload, "other.example", "watch")).toBeUndefined();
});
