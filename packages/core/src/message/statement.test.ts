/**
 * Goal: a payload says one thing, and what persons approve is what is signed. Method: a sample
 * payload, changed in one place as a hostile author would and signed with good keys; then signatures
 * removed, exchanged and borrowed. Judged by what RFC 9901 would let pass.
 */

import { fc, test } from "@fast-check/vitest";
import { must, sampleDesk, sampleDraft, sampleItemLines } from "@parley/testkit/sample-message";
import { expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { trafficClasses } from "../log/origin.ts";
import { makeJti, sideOfJti } from "./control.ts";
import { digestOf, openDisclosure } from "./disclosure.ts";
import {
  buildPayload,
  classOfStatement,
  disclosedBytes,
  parsePayload,
  parseStatement,
  type StatementDraft,
  signStatement,
  statementBytesMax,
  verifyStatement,
} from "./statement.ts";

const desk = sampleDesk(p, "washington.example", "technical");
const watch = sampleDesk(p, "washington.example", "watch");
const draft = sampleDraft(p, sampleItemLines(p));
const frozen = must(buildPayload(p, draft));
type Members = { [name: string]: JsonValue };
const payload = JSON.parse(frozen.payloadText) as Members;
const digest = digestOf(p, "another");
const place = [{ "...": digest }];

function codeOf(value: JsonValue): string | undefined {
  const parsed = parsePayload(value);
  return parsed.ok ? undefined : parsed.refusal.code;
}

test("[MSG-2] a payload has its plain members and a digest for each of seven names", () => {
  expect(parsePayload(payload)).toMatchObject({ ok: true, value: { head: draft.head } });
  expect(Object.keys(payload).sort()).toEqual(
    "_sd_alg agreement answers ask aud body case channel class clock epoch iat iss jti kind seen to v".split(
      " ",
    ),
  );
});

test.each(Object.keys(payload))("[MSG-2] refuses a payload without %s", (name) => {
  const { [name]: _, ...rest } = payload;
  expect(codeOf(rest)).toBe("message.bad-payload");
});

test.each<[string, Members]>([
  ["a bag of digests", { _sd: [digest] }],
  ["an unknown member", { nbf: 0 }],
  ["another version", { v: 2 }],
  ["another hash", { _sd_alg: "sha-512" }],
  ["a name that is no party's", { iss: "Washington" }],
  ["itself as audience", { aud: "washington.example" }],
  ["an unknown class", { class: "test" }],
  ["epoch 0", { epoch: 0 }],
  ["an epoch that is a text", { epoch: "1" }],
  ["agreement 0", { agreement: 0 }],
  ["a short jti", { jti: "gAAA" }],
  ["a jti that is not canonical", { jti: "gAAAAAAAAAAAAAAAAAAAAB" }],
  ["a time in milliseconds", { iat: 1_482_958_800_000_000 }],
  ["a time with a fraction", { iat: 1.5 }],
  ["a channel that is no digest", { channel: "live" }],
  ["seen without root", { seen: { epoch: 1, size: 0 } }],
  ["seen with more", { seen: { epoch: 1, root: digest, size: 0, time: 0 } }],
  ["seen of a size below 0", { seen: { epoch: 1, root: digest, size: -1 } }],
])("[MSG-2] refuses a payload with %s", (_, change) => {
  expect(codeOf({ ...payload, ...change })).toBe("message.bad-payload");
});

test.each<[string, JsonValue]>([
  ["two faces", [{ "...": digest }, { "...": digestOf(p, "second face") }]],
  ["none", []],
  ["a decoy beside it", [...(payload["kind"] as JsonValue[]), { "...": digest }]],
  ["a value in plain", ["inquiry.v1"]],
  ["a plain value beside a digest", ["inquiry.v1", { "...": digest }]],
  ["a digest outside of an array", { "...": digest }],
  ["a digest with a companion", [{ "...": digest, _sd: [digest] }]],
  ["a short digest", [{ "...": "AA" }]],
  ["the digest of another name", payload["to"] as JsonValue],
])("[MSG-4] refuses a name that commits to %s", (_, kind) => {
  expect(codeOf({ ...payload, kind })).toBe("message.bad-payload");
});

const change = fc.tuple(
  fc.constantFrom(...Object.keys(payload)),
  fc.oneof(fc.jsonValue() as fc.Arbitrary<JsonValue>, fc.constant<JsonValue>(place)),
);
test.prop([change])("[MSG-2] any other value is read as it stands, or refused", ([name, value]) => {
  const changed = { ...payload, [name]: value };
  const parsed = parsePayload(changed);
  if (!parsed.ok) {
    expect(parsed.refusal.code).toBe("message.bad-payload");
    return;
  }
  const { head, digests } = parsed.value;
  const places = Object.entries(digests).map(([key, text]) => [key, [{ "...": text }]]);
  const again = { ...head, _sd_alg: "sha-256", v: 1, ...Object.fromEntries(places) };
  expect(canonicalJson(again)).toBe(canonicalJson(changed));
});

const sides = fc.tuple(fc.constantFrom<(0 | 1)[]>(0, 1), fc.boolean());
test.prop([sides])(
  "[MSG-17] an id is its author's side's, or written and read by no one",
  ([side, isSmaller]) => {
    const [iss, aud] = isSmaller ? ["a-b.example", "a.example"] : ["a.example", "a-b.example"];
    const jti = makeJti(p, side);
    expect(sideOfJti(jti)).toBe(side);
    const isRight = side === (isSmaller ? 0 : 1);
    expect(codeOf({ ...payload, iss, aud, jti })).toBe(isRight ? undefined : "message.bad-payload");
    const built = buildPayload(p, { ...draft, head: { ...draft.head, iss, aud, jti } });
    expect(built.ok ? undefined : built.refusal.code).toBe(
      isRight ? undefined : "message.bad-draft",
    );
  },
);

test("[MSG-17] of an id 127 bits are random, whichever the side", () => {
  for (const [side, octet] of [
    [0, 0x00],
    [0, 0xff],
    [1, 0x00],
    [1, 0xff],
  ] as const) {
    const random = (length: number) => new Uint8Array(length).fill(octet);
    const octets = new Uint8Array(16).fill(octet).with(0, side === 0 ? octet & 0x7f : octet | 0x80);
    expect(makeJti({ ...p, random }, side)).toBe(toBase64Url(octets));
  }
});

test("[MSG-13] approval is of the payload's text, which signing does not change", async () => {
  expect(frozen.approvalHash).toBe(digestOf(p, frozen.payloadText));
  const statement = must(
    parseStatement(await signStatement(frozen.payloadText, "live", desk.signers)),
  );
  expect(statement.jws.payloadText).toBe(frozen.payloadText);
});

test("[MSG-13] a second freezing of one draft is another payload, for its salts are others", () => {
  expect(must(buildPayload(p, draft)).approvalHash).not.toBe(frozen.approvalHash);
});

test("[MSG-5] a frozen payload lists its disclosures in order, and keeps what is held back", () => {
  const values = frozen.disclosures.map((text) => must(openDisclosure(p, text)).value);
  const { kind, case: caseId, answers, ask, clock, to } = draft.control;
  expect(values.slice(0, 6)).toEqual([kind, caseId, answers, ask, clock, to]);
  expect(values.slice(7)).toEqual([draft.blocks.fact, draft.blocks.handling]);
  expect(frozen.withheld.map(({ block }) => block)).toEqual(["assessment"]);
});

test("every statement is as long as every other, but for names and numbers in plain", async () => {
  const { fact: _fact, assessment: _assessment, ...rest } = draft.blocks;
  const short = must(buildPayload(p, { ...draft, blocks: rest }));
  const lines = [frozen, short].map(({ payloadText }) =>
    signStatement(payloadText, "live", desk.signers),
  );
  const [long, other] = await Promise.all(lines);
  expect(long?.length).toBe(other?.length);
  expect(long?.length).toBeLessThan(statementBytesMax);
});

test.each<[string, string, Partial<StatementDraft>]>([
  [
    "a control value out of form",
    "message.bad-draft",
    { control: { ...draft.control, kind: "Inquiry" } },
  ],
  ["a head out of form", "message.bad-draft", { head: { ...draft.head, epoch: 0 } }],
  ["items out of form", "message.bad-draft", { items: { count: -1, root: digest } }],
  [
    "handling that is held back",
    "message.bad-draft",
    {
      blocks: {
        handling: {
          heldBack: [{ block: "handling", class: "x", grade: null, items: [], what: "block" }],
        },
      },
    },
  ],
  ["heldBack out of form", "message.bad-draft", { blocks: { handling: { heldBack: {} } } }],
  ["a reserved name in a block", "message.bad-draft", { blocks: { fact: { iep: { _sd: [] } } } }],
  [
    "a block that is too long",
    "message.too-large",
    { blocks: { fact: { text: "a".repeat(40_000) } } },
  ],
  [
    "blocks that are too long together",
    "message.too-large",
    { blocks: { fact: { text: "a".repeat(25_000) }, legal: { text: "a".repeat(15_000) } } },
  ],
])("a draft with %s is refused before anybody approves it", (_, code, part) => {
  expect(buildPayload(p, { ...draft, ...part })).toMatchObject({ refusal: { code } });
});

test("the octets of disclosed JSON are counted from the length of their texts", () => {
  const texts = frozen.disclosures;
  const bytes = texts.reduce((sum, text) => sum + must(openDisclosure(p, text)).jsonBytes, 0);
  expect(disclosedBytes(texts)).toBe(bytes);
});

test.each(trafficClasses)("[MSG-14] a statement of class %s verifies as no other", async (name) => {
  const statement = must(
    parseStatement(await signStatement(frozen.payloadText, name, desk.signers)),
  );
  expect(classOfStatement(statement)).toBe(name);
  for (const other of trafficClasses) {
    expect((await verifyStatement(p, statement, other, desk.keys)).ok).toBe(other === name);
  }
});

test("[MSG-1] a statement with a signature removed, exchanged or borrowed does not verify", async () => {
  const line = await signStatement(frozen.payloadText, "live", desk.signers);
  const jws = JSON.parse(line) as { payload: string; signatures: JsonValue[] };
  const [classical, hybrid] = jws.signatures as [JsonValue, JsonValue];
  const byWatch = JSON.parse(
    await signStatement(frozen.payloadText, "live", watch.signers),
  ) as typeof jws;
  const [, borrowed] = byWatch.signatures as [JsonValue, JsonValue];
  const bad = [
    [classical],
    [hybrid],
    [hybrid, classical],
    [classical, classical],
    [classical, hybrid, classical],
    [classical, borrowed],
  ];
  for (const signatures of bad) {
    const statement = parseStatement(canonicalJson({ ...jws, signatures }));
    const verified = statement.ok && (await verifyStatement(p, statement.value, "live", desk.keys));
    expect(verified).toMatchObject({ ok: false });
  }
  const whole = must(parseStatement(canonicalJson(jws)));
  expect((await verifyStatement(p, whole, "live", desk.keys)).ok).toBe(true);
});

test("[MSG-1] a statement with an unprotected header or a second text is malformed", async () => {
  const line = await signStatement(frozen.payloadText, "live", desk.signers);
  const jws = JSON.parse(line) as { payload: string; signatures: Members[] };
  const [first, second] = jws.signatures;
  const shown = { ...jws, signatures: [{ ...first, header: { disclosures: [] } }, second] };
  for (const text of [canonicalJson(shown as JsonValue), ` ${line}`, `${line}\n`, "", "null"]) {
    expect(parseStatement(text)).toMatchObject({ refusal: { code: "jws.malformed" } });
  }
});
