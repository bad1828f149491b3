/**
 * Goal: of all versions exactly one judges a message, the same on both sides. Method: broken links one
 * by one; then arbitrary versions and times against the rule written out.
 */
import { fc, test } from "@fast-check/vitest";
import {
  bindingAgreement,
  sampleAgreement,
  sampleDescriptors,
} from "@parley/testkit/sample-agreement";
import { must } from "@parley/testkit/sample-message";
import { describe, expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import type { BindingAgreement } from "./agreement.ts";
import {
  type AgreementChain,
  agreementFor,
  appendAgreement,
  newestAgreement,
} from "./agreement-chain.ts";
import type { AgreementPayload } from "./agreement-schema.ts";

const day = 86_400;
const payload = sampleAgreement(await sampleDescriptors(p));
const first = await bindingAgreement(p, payload);
const second = await after(first);
const third = await after(second);

function after(before: BindingAgreement, members: Partial<AgreementPayload> = {}) {
  const { version, createdAt, adoptBy } = before.payload;
  return bindingAgreement(p, {
    ...before.payload,
    version: version + 1,
    previous: before.digest,
    createdAt: createdAt + day,
    adoptBy: adoptBy + day,
    ...members,
  });
}

function chainOf(...versions: readonly BindingAgreement[]): AgreementChain {
  let chain: AgreementChain | undefined;
  for (const version of versions) chain = must(appendAgreement(chain, version));
  return chain as AgreementChain;
}

function codeOf(chain: AgreementChain | undefined, next: BindingAgreement): string {
  const verdict = appendAgreement(chain, next);
  return verdict.ok ? "good" : verdict.refusal.code;
}

test("[AGR-10] a channel is named after version 1, and stays so", () => {
  expect(chainOf(first).channel).toBe(first.digest);
  expect(chainOf(first, second, third).channel).toBe(first.digest);
  expect(newestAgreement(chainOf(first, second))).toBe(second);
  expect(appendAgreement(chainOf(first, second), first)).toEqual({
    ok: true,
    value: chainOf(first, second),
  });
});

describe("[AGR-11] refuses a version", () => {
  test("that does not follow", async () => {
    expect(codeOf(undefined, second)).toBe("agreement.broken-chain");
    expect(codeOf(chainOf(first), third)).toBe("agreement.broken-chain");
    const astray = await after(first, { previous: third.digest });
    expect(codeOf(chainOf(first), astray)).toBe("agreement.broken-chain");
  });
  test("of which there is another", async () => {
    const other = await after(first, { protocol: 1, adoptBy: second.payload.adoptBy + 1 });
    expect(codeOf(chainOf(first, second), other)).toBe("agreement.forked");
    const otherFirst = await bindingAgreement(p, { ...payload, adoptBy: payload.adoptBy + 1 });
    expect(codeOf(chainOf(first), otherFirst)).toBe("agreement.forked");
  });
  test("dated before the one before it", async () => {
    const createdAt = payload.createdAt - 1;
    expect(codeOf(chainOf(first), await after(first, { createdAt }))).toBe(
      "agreement.broken-chain",
    );
    const adoptBy = payload.adoptBy - 1;
    expect(codeOf(chainOf(first), await after(first, { adoptBy }))).toBe("agreement.broken-chain");
  });
  test("of other parties", () => {
    const [party, other] = second.payload.parties;
    const parties = [party, { ...other, name: "tokyo.example" }] as typeof second.payload.parties;
    const foreign = { ...second, payload: { ...second.payload, parties } };
    expect(codeOf(chainOf(first), foreign)).toBe("agreement.broken-chain");
  });
});

test("[AGR-12] refuses a version that both have not signed", () => {
  const chain = chainOf(first, second);
  for (const named of [0, 3, 1.5, -1]) {
    const verdict = agreementFor(chain, named, payload.createdAt);
    expect(verdict).toMatchObject({ refusal: { code: "entry.unknown-agreement" } });
  }
});

test("[AGR-13] a version counts until the next one's adoptBy, that second included", () => {
  const chain = chainOf(first, second);
  const { adoptBy } = second.payload;
  expect(agreementFor(chain, 1, adoptBy)).toEqual({ ok: true, value: first });
  const late = agreementFor(chain, 1, adoptBy + 1);
  expect(late).toMatchObject({ refusal: { code: "agreement.superseded" } });
  expect(agreementFor(chain, 2, adoptBy + 1)).toEqual({ ok: true, value: second });
  expect(agreementFor(chainOf(first), 1, adoptBy + 1)).toEqual({ ok: true, value: first });
});

const versions = [first, second, third];
const at = fc.integer({ min: payload.adoptBy - day, max: payload.adoptBy + 3 * day });

test.prop([fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4 }), at])(
  "[AGR-13] the verdict depends on the version named, the versions signed and the receipt time alone",
  (signedCount, named, receivedAt) => {
    const chain = chainOf(...versions.slice(0, signedCount));
    const verdict = agreementFor(chain, named, receivedAt);
    const isKnown = named >= 1 && named <= signedCount;
    const isOver = named < signedCount && receivedAt > (versions[named]?.payload.adoptBy ?? 0);
    expect(verdict.ok).toBe(isKnown && !isOver);
    if (verdict.ok) expect(verdict.value.payload.version).toBe(named);
  },
);
