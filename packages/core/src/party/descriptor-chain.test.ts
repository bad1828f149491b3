/**
 * Goal: trust given once reaches the newest descriptor of the same party and nothing else. Method:
 * each link broken in turn; then arbitrary selections of a long chain, judged by their serials alone.
 */
import { fc, test } from "@fast-check/vitest";
import { must } from "@parley/testkit/sample-message";
import {
  sampleDescriptor,
  sampleParty,
  sampleSigners,
  sampleValidUntil,
  signDescriptor,
} from "@parley/testkit/sample-party";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { describe, expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { type Descriptor, parseDescriptor } from "./descriptor.ts";
import { type ChainExpectation, verifyDescriptorChain } from "./descriptor-chain.ts";

const noble = seededPrimitives("chain tests");
const name = "washington.example";
const now = sampleValidUntil;
const first = await sampleDescriptor(p, name);
const second = await sampleDescriptor(p, name, { after: first, keyEra: "second" });
const thirdParty = sampleParty(p, name, { after: second, authorityEra: "new" });
const oldSigners = sampleParty(p, name).signers;
const third = await signed(thirdParty.payload, [...oldSigners, ...thirdParty.signers]);
const chain = [first, second, third];
const reading: ChainExpectation = {
  trusted: first,
  party: name,
  reader: "moscow.example",
  now,
};

async function signed(payload: unknown, signers: typeof oldSigners): Promise<Descriptor> {
  return must(await parseDescriptor(p, await signDescriptor(payload, signers)));
}

/** Serial of the newest, or the code of the refusal. */
async function verdictOf(
  next: readonly Descriptor[],
  change: Partial<ChainExpectation> = {},
): Promise<number | string> {
  const expected = { ...reading, ...change };
  const verdicts = await Promise.all(
    [p, noble].map((each) => verifyDescriptorChain(each, expected, next)),
  );
  const [mine, other] = verdicts.map((verdict) =>
    verdict.ok ? verdict.value.payload.serial : verdict.refusal.code,
  );
  expect(mine).toBe(other);
  return mine as number | string;
}

test("[KEY-6] follows the chain to the newest", async () => {
  expect(await verdictOf([second])).toBe(2);
  expect(await verdictOf([first, second])).toBe(2);
  expect(await verdictOf([first])).toBe(1);
  expect(await verdictOf(chain, { trusted: undefined, party: undefined })).toBe(3);
});

test("[KEY-7] follows a change of authority that both have signed", async () => {
  expect(await verdictOf([second, third])).toBe(3);
  const fourth = sampleParty(p, name, { after: third, authorityEra: "new" });
  expect(await verdictOf([second, third, await signed(fourth.payload, fourth.signers)])).toBe(4);
});

test("without a trusted one, starts at any serial", async () => {
  expect(await verdictOf([third], { trusted: undefined })).toBe(3);
});

describe("[KEY-6] refuses a descriptor", () => {
  const { payload } = sampleParty(p, name, { after: first, keyEra: "second" });
  const digest = second.digest;
  const cases: Record<string, [Record<string, unknown>, string]> = {
    "that names another one before it": [{ previous: digest }, "descriptor.broken-chain"],
    "that leaves a serial out": [{ serial: 3 }, "descriptor.broken-chain"],
    "issued before the one before it": [
      { issuedAt: first.payload.issuedAt - 1 },
      "descriptor.broken-chain",
    ],
  };
  test.each(Object.entries(cases))("%s", async (_, [members, code]) => {
    expect(await verdictOf([await signed({ ...payload, ...members }, oldSigners)])).toBe(code);
  });

  test("that is older than the trusted one", async () => {
    expect(await verdictOf([first], { trusted: second })).toBe("descriptor.broken-chain");
  });

  test("that stands first again, later in the file", async () => {
    expect(await verdictOf([second, second])).toBe("descriptor.forked");
  });
});

describe("[KEY-7] refuses a change of authority", () => {
  const { payload, signers } = thirdParty;
  test("that the old one has not signed", async () => {
    const stolen = await signed(payload, signers);
    expect(await verdictOf([second, stolen])).toBe("jws.wrong-signers");
  });
  test("that a stranger signed in place of the old one", async () => {
    const forged = await signed(payload, [...sampleSigners(p, "stranger"), ...signers]);
    expect(await verdictOf([second, forged])).toBe("jws.wrong-signers");
  });
  test("whose old signature is of another payload", async () => {
    const [ed] = oldSigners;
    const forger = { kid: ed?.kid ?? "", signer: sampleSigners(p, "stranger")[0]?.signer };
    const forged = await signed(payload, [forger, oldSigners[1], ...signers] as typeof signers);
    expect(await verdictOf([second, forged])).toBe("jws.bad-signature");
  });
  test("where nothing changed, and two would sign twice", async () => {
    const { payload: same } = sampleParty(p, name, { after: first });
    const twice = await signed(same, [...oldSigners, ...oldSigners]);
    expect(await verdictOf([twice])).toBe("jws.wrong-signers");
  });
});

test("[KEY-8] refuses a second descriptor of one serial", async () => {
  const { payload } = sampleParty(p, name, { after: first, keyEra: "other" });
  const other = await signed(payload, oldSigners);
  expect(await verdictOf([other], { trusted: second })).toBe("descriptor.forked");
  expect(await verdictOf([second, other])).toBe("descriptor.forked");
});

test("[KEY-9] refuses the newest once it is no longer valid, and an older one never", async () => {
  const { payload } = sampleParty(p, name, { after: first });
  const short = await signed({ ...payload, validUntil: now - 1 }, oldSigners);
  expect(await verdictOf([short])).toBe("descriptor.expired");
  expect(await verdictOf([short], { now: now - 1 })).toBe(2);
  const { payload: renewed } = sampleParty(p, name, { after: short });
  expect(await verdictOf([short, await signed(renewed, oldSigners)])).toBe(3);
});

test("[KEY-10] refuses the descriptor of another party, and the reader's own", async () => {
  const moscow = await sampleDescriptor(p, "moscow.example");
  const none = { trusted: undefined };
  expect(await verdictOf([moscow], { ...none, reader: name })).toBe("descriptor.wrong-party");
  expect(await verdictOf([moscow], none)).toBe("descriptor.own-party");
  expect(await verdictOf([first, moscow], { ...none, party: undefined, reader: undefined })).toBe(
    "descriptor.wrong-party",
  );
  expect(await verdictOf([second], { party: "tokyo.example" })).toBe("descriptor.wrong-party");
});

test("[KEY-4] refuses a key that moved from one holder to another", async () => {
  const { payload } = sampleParty(p, name, { after: first });
  const [a, b, c] = payload.desks;
  const swapped = { ...payload, desks: [{ ...a, keys: b?.keys }, { ...b, keys: a?.keys }, c] };
  expect(await verdictOf([await signed(swapped, oldSigners)])).toBe("descriptor.shared-key");
});

test.prop([fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 4 }), fc.nat({ max: 2 })], {
  numRuns: 40,
})("[KEY-6] only unbroken runs lead on", async (indices, trustedIndex) => {
  const next = indices.map((index) => chain[index] as Descriptor);
  const verdict = await verifyDescriptorChain(
    p,
    { ...reading, trusted: chain[trustedIndex] },
    next,
  );
  const rest = indices[0] === trustedIndex ? indices.slice(1) : indices;
  const isRun = rest.every((index, place) => index === trustedIndex + 1 + place);
  expect(verdict.ok).toBe(isRun);
  if (verdict.ok) expect(verdict.value).toBe(next.at(-1));
});
