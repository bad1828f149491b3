/**
 * Writes spec/vectors/party and spec/vectors/agreement from fixed seeds: the same files at each run.
 *
 * Run: npx node --conditions=parley-source tools/generate-vectors-party.ts
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agreementType, parseAgreement, signAgreement } from "@parley/core/agreement/agreement";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { type JwsSigner, signJws } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { channelHexOf, formatOrigin } from "@parley/core/log/origin";
import {
  type ChannelNotice,
  type NoticeExpectation,
  noticeType,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { type Descriptor, descriptorType, parseDescriptor } from "@parley/core/party/descriptor";
import { fingerprint } from "@parley/core/party/fingerprint";
import { sampleAgreement } from "@parley/testkit/sample-agreement";
import { must } from "@parley/testkit/sample-message";
import {
  sampleDescriptor,
  sampleParty,
  sampleSigners,
  sampleValidUntil,
} from "@parley/testkit/sample-party";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";

const folder = join(import.meta.dirname, "../spec/vectors");
const desks = ["technical"];
const names = { w: "washington.example", m: "moscow.example" } as const;

function write(path: string, value: unknown): void {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
}

function sign(payload: unknown, typ: string, signers: readonly unknown[]): Promise<string> {
  return signJws(canonicalJson(payload as JsonValue), typ, signers as readonly JwsSigner[]);
}

const replace = (path: string, value: JsonValue) => ({ op: "replace" as const, path, value });
const add = (path: string, value: JsonValue) => ({ op: "add" as const, path, value });
const remove = (path: string) => ({ op: "remove" as const, path });

/** Puts the signature at `place` of one document into another. */
function graft(text: string, from: string, place: number): string {
  type Jws = { payload: string; signatures: JsonValue[] };
  const jws = JSON.parse(text) as Jws;
  jws.signatures[place] = (JSON.parse(from) as Jws).signatures[place] as JsonValue;
  return canonicalJson(jws);
}

async function descriptorVectors(p: Primitives): Promise<void> {
  const { payload, signers } = sampleParty(p, names.w, { desks });
  const stranger = sampleSigners(p, "stranger");
  const [ed, ml] = signers;
  const [strangerEd] = stranger;
  const good = await sign(payload, descriptorType, signers);
  const later = await sign({ ...payload, issuedAt: payload.issuedAt + 1 }, descriptorType, signers);
  const descriptor = must(await parseDescriptor(p, good));
  const refused: [string, Promise<string> | string, string][] = [
    ["one signature alone", sign(payload, descriptorType, [ed]), "jws.wrong-signers"],
    [
      "signatures the other way round",
      sign(payload, descriptorType, [ml, ed]),
      "jws.wrong-signers",
    ],
    ["one signature twice", sign(payload, descriptorType, [ed, ed]), "jws.wrong-signers"],
    ["half by a stranger", sign(payload, descriptorType, [strangerEd, ml]), "jws.wrong-signers"],
    [
      "a stranger's beside",
      sign(payload, descriptorType, [...stranger, ...signers]),
      "jws.wrong-signers",
    ],
    ["another typ", sign(payload, "parley-notice+jws", signers), "jws.wrong-signers"],
    ["Ed25519 over another payload", graft(good, later, 0), "jws.bad-signature"],
    ["ML-DSA over another payload", graft(good, later, 1), "jws.bad-signature"],
    ["a space after it", `${good} `, "jws.malformed"],
    [
      "an unprotected header",
      good.replace('{"protected"', '{"header":{},"protected"'),
      "jws.malformed",
    ],
  ];
  write("party/descriptors.json", {
    about:
      "Descriptors as texts, judged alone: keys.md §2. `signers` are the ids of the authority.",
    valid: [
      {
        name: "first descriptor of a party with one desk",
        text: good,
        digest: descriptor.digest,
        signers: signers.map(({ kid }) => kid),
        fingerprint: fingerprint(p, descriptor),
      },
    ],
    invalid: await named(refused),
  });
  write("party/descriptor-payloads.json", {
    about:
      "A good payload, and patches (RFC 6902) after which it is refused. Signatures play no part.",
    payload,
    invalid: payloadPatches(payload as unknown as Record<string, JsonValue>),
  });
}

async function named(list: readonly (readonly [string, Promise<string> | string, string])[]) {
  return Promise.all(list.map(async ([name, text, code]) => ({ name, code, text: await text })));
}

function payloadPatches(payload: Record<string, JsonValue>) {
  const malformed = [
    ["unknown member", add("/nickname", "W")],
    ["another version", replace("/v", 2)],
    ["no protocol", replace("/protocol", [])],
    ["protocols fall", replace("/protocol", [2, 1])],
    ["bad name", replace("/name", "Washington")],
    ["serial 0", replace("/serial", 0)],
    ["serial 2 without previous", replace("/serial", 2)],
    ["valid until issued", replace("/validUntil", payload["issuedAt"] as JsonValue)],
    ["no authority", remove("/authority")],
    ["one authority key", remove("/authority/1")],
    ["key too short", replace("/authority/0/pub", "AAAA")],
    ["key of another algorithm", replace("/authority/0/alg", "Ed448")],
    ["pad bits not zero", replace("/tls/0", `${"A".repeat(42)}B`)],
    ["no desks", replace("/desks", [])],
    ["desk called node", replace("/desks/0/name", "node")],
    ["desk twice", add("/desks/-", (payload["desks"] as JsonValue[])[0] as JsonValue)],
    ["unknown suite", replace("/desks/0/suite", "pq2")],
    ["no pins", replace("/tls", [])],
    ["pin twice", add("/tls/-", (payload["tls"] as JsonValue[])[0] as JsonValue)],
    ["address without TLS", replace("/addresses/0", "http://washington.example")],
    ["address with a query", replace("/addresses/0", "https://washington.example/?a")],
    ["address ends in a slash", replace("/addresses/0", "https://washington.example/")],
    ["port too large", replace("/addresses/0", "https://washington.example:65536")],
    ["language is a word", replace("/contacts/0/languages", ["English"])],
    ["control character", replace("/contacts/0/reach", ["\u001b[2J"])],
    ["direction turned", replace("/contacts/0/reach", ["\u202e321"])],
  ] as const;
  const log = payload["log"] as JsonValue[];
  const weak = toBase64Url(new Uint8Array(32));
  const unreduced = toBase64Url(new Uint8Array(1216).fill(255));
  const keys = [
    ["small order", "descriptor.bad-key", replace("/log/0/pub", weak)],
    ["opening key not reduced", "descriptor.bad-key", replace("/node/opening", unreduced)],
    [
      "one key for log and mirror",
      "descriptor.shared-key",
      replace("/mirror/0", log[0] as JsonValue),
    ],
  ] as const;
  return [
    ...malformed.map(([name, patch]) => ({ name, code: "descriptor.malformed", patch: [patch] })),
    ...keys.map(([name, code, patch]) => ({ name, code, patch: [patch] })),
  ];
}

async function chainVectors(p: Primitives): Promise<void> {
  const first = await sampleDescriptor(p, names.w, { desks });
  const { signers } = sampleParty(p, names.w, { desks });
  const follow = (members: object, by: readonly JwsSigner[] = signers) => {
    const { payload } = sampleParty(p, names.w, { desks, after: first });
    return sign({ ...payload, ...members }, descriptorType, by);
  };
  const second = await follow({});
  const change = sampleParty(p, names.w, {
    desks,
    after: must(await parseDescriptor(p, second)),
    authorityEra: "new",
  });
  const documents = {
    first: first.text,
    second,
    "second, issued later": await follow({ issuedAt: first.payload.issuedAt + 2 }),
    "second, expires early": await follow({ validUntil: sampleValidUntil - 1 }),
    "second, after another": await follow({ previous: toBase64Url(new Uint8Array(32)) }),
    "third, new authority": await sign(change.payload, descriptorType, [
      ...signers,
      ...change.signers,
    ]),
    "third, old authority silent": await sign(change.payload, descriptorType, change.signers),
    moscow: (await sampleDescriptor(p, names.m, { desks })).text,
  };
  type Name = keyof typeof documents;
  const judge = (trusted: Name | null, next: readonly Name[], verdict: object, members = {}) => ({
    trusted,
    next,
    party: names.w,
    reader: names.m,
    now: sampleValidUntil,
    ...members,
    ...verdict,
  });
  const anybody = { party: null };
  write("party/chains.json", {
    about:
      "keys.md §3. `party` null: of anybody. The result is the serial of the newest, or a code.",
    documents,
    cases: [
      judge("first", ["second"], { serial: 2 }),
      judge("first", ["first", "second"], { serial: 2 }),
      judge("first", ["second", "third, new authority"], { serial: 3 }),
      judge(null, ["third, new authority"], { serial: 3 }, anybody),
      judge("first", ["third, new authority"], { code: "descriptor.broken-chain" }),
      judge("first", ["second, after another"], { code: "descriptor.broken-chain" }),
      judge("second", ["first"], { code: "descriptor.broken-chain" }),
      judge("second", ["second, issued later"], { code: "descriptor.forked" }),
      judge("first", ["second, expires early"], { code: "descriptor.expired" }),
      judge("first", ["second"], { code: "descriptor.expired" }, { now: sampleValidUntil + 1 }),
      judge("first", ["second", "third, old authority silent"], { code: "jws.wrong-signers" }),
      judge(null, ["moscow"], { code: "descriptor.wrong-party" }, { reader: null }),
      judge(null, ["moscow"], { code: "descriptor.own-party" }),
      judge("first", ["moscow"], { code: "descriptor.wrong-party" }, { reader: null }),
    ],
  });
}

async function noticeVectors(p: Primitives): Promise<void> {
  const first = await sampleDescriptor(p, names.w, { desks });
  const second = await sampleDescriptor(p, names.w, { desks, after: first, keyEra: "second" });
  const { signers } = sampleParty(p, names.w, { desks });
  const channelId = p.sha256(encodeUtf8("a channel"));
  const channel = toBase64Url(channelId);
  const log = { channelHex: channelHexOf(channelId), class: "live" as const, epoch: 1 };
  const origin = formatOrigin({ ...log, author: names.w, peer: names.m });
  const mirrored = formatOrigin({ ...log, author: names.m, peer: names.w });
  const kid = first.keys.desks.get("technical")?.signing[0]?.kid ?? "";
  const payload = {
    v: 1,
    party: names.w,
    peer: names.m,
    channel,
    serial: 1,
    previous: null,
    issuedAt: second.payload.issuedAt,
    descriptor: second.digest,
    statements: [
      { type: "key-may-not-sign", kid, origin, firstIndex: 17 },
      { type: "log-keys", origin, fromSize: 40 },
      { type: "mirror-keys", origin: mirrored, fromSize: 3 },
      { type: "epoch-closed", class: "link", epoch: 1, size: 900 },
      { type: "epoch-opened", class: "link", epoch: 2 },
    ],
  };
  const expected = { party: names.w, peer: names.m, channel };
  const reading: NoticeExpectation = { ...expected, descriptors: [first, second], before: [] };
  const text = await sign(payload, noticeType, signers);
  const notice: ChannelNotice = must(await verifyNotice(p, text, reading));
  const variant = (members: object, by: readonly unknown[] = signers) =>
    sign({ ...payload, ...members }, noticeType, by);
  const about = (...statements: object[]) => variant({ statements });
  const next = { serial: 2, previous: notice.digest, statements: [payload.statements[0]] };
  const refused: [string, Promise<string>, string][] = [
    ["unknown member", variant({ reason: "x" }), "notice.malformed"],
    ["states nothing", about(), "notice.malformed"],
    ["index below 0", about({ ...payload.statements[0], firstIndex: -1 }), "notice.malformed"],
    ["another channel", variant({ channel: kid }), "notice.wrong-channel"],
    ["another peer", variant({ peer: "tokyo.example" }), "notice.wrong-channel"],
    ["second without the first", variant(next), "notice.broken-chain"],
    ["descriptor not known", variant({ descriptor: kid }), "notice.unknown-descriptor"],
    [
      "a log of the peer's",
      about({ ...payload.statements[0], origin: mirrored }),
      "notice.bad-statement",
    ],
    ["one's own log mirrored", about({ ...payload.statements[2], origin }), "notice.bad-statement"],
    [
      "epoch opens unclosed",
      about({ type: "epoch-opened", class: "live", epoch: 2 }),
      "notice.bad-statement",
    ],
    ["one signature alone", variant({}, signers.slice(0, 1)), "jws.wrong-signers"],
    ["signed by a stranger", variant({}, sampleSigners(p, "stranger")), "jws.wrong-signers"],
  ];
  const positions = [
    { kid, origin, barredFrom: 17 },
    { kid, origin: origin.replace(/1$/, "2"), barredFrom: 0 },
    { kid, origin: origin.replace("live", "link"), barredFrom: null },
  ];
  const sizes = [
    { keys: "log", origin, size: 39, serial: 1 },
    { keys: "log", origin, size: 40, serial: 2 },
    { keys: "mirror", origin: mirrored, size: 2, serial: 1 },
    { keys: "mirror", origin: mirrored, size: 3, serial: 2 },
  ];
  write("party/notices.json", {
    about:
      "keys.md §5, §6. `serial`: of the descriptor whose log or mirror keys sign at that size.",
    descriptors: [first.text, second.text],
    ...expected,
    valid: [{ name: "first notice", text, digest: notice.digest }],
    invalid: await named(refused),
    positions,
    sizes,
  });
}

/** The default agreement with one desk and two link texts, to keep the files short. */
function shortAgreement(parties: readonly [Descriptor, Descriptor]): AgreementPayload {
  const whole = sampleAgreement(parties);
  const isShort = ({ desk }: { desk: string }) => desks.includes(desk);
  return {
    ...whole,
    desks: whole.desks
      .filter(({ name }) => desks.includes(name))
      .map((desk) => ({ ...desk, escalatesTo: null })),
    handling: whole.handling.filter(isShort),
    glossary: whole.glossary.slice(0, 2),
    linkTests: { ...whole.linkTests, texts: whole.linkTests.texts.slice(0, 2) },
  };
}

async function agreementVectors(p: Primitives): Promise<void> {
  const [moscow, washington] = await Promise.all(
    [names.m, names.w].map((name) => sampleDescriptor(p, name, { desks })),
  );
  if (moscow === undefined || washington === undefined) return;
  const descriptors = [moscow, washington];
  const payload = shortAgreement([moscow, washington]);
  const m = sampleParty(p, names.m, { desks }).signers;
  const w = sampleParty(p, names.w, { desks }).signers;
  const by = (...signers: readonly unknown[]) => sign(payload, agreementType, signers);
  const now = payload.createdAt;
  const half = must(
    await signAgreement(payload, { party: washington.payload.name, signers: w, now }),
  );
  const both = must(
    await signAgreement(must(await parseAgreement(p, half, descriptors)), {
      party: moscow.payload.name,
      signers: m,
      now,
    }),
  );
  const { digest } = must(await parseAgreement(p, both, descriptors));
  const changed = { ...payload, adoptBy: payload.adoptBy + 1 };
  const other = await sign(changed, agreementType, [...m, ...w]);
  const [first, second] = payload.parties;
  const foreign = { ...payload, parties: [first, { ...second, descriptor: digest }] };
  const refused: [string, Promise<string> | string, string][] = [
    ["one party twice", by(...m, ...m), "jws.wrong-signers"],
    ["wrong order of parties", by(...w, ...m), "jws.wrong-signers"],
    ["in turns", by(m[0], w[0], m[1], w[1]), "jws.wrong-signers"],
    ["one signature of each", by(m[0], w[0]), "jws.wrong-signers"],
    ["three signatures", by(...m, w[0]), "jws.wrong-signers"],
    ["a stranger's beside", by(...m, ...w, sampleSigners(p, "x")[0]), "jws.wrong-signers"],
    ["one signature of another text", graft(both, other, 3), "jws.bad-signature"],
    ["descriptor not known", sign(foreign, agreementType, [...m, ...w]), "agreement.wrong-parties"],
    [
      "protocol not spoken",
      sign({ ...payload, protocol: 9 }, agreementType, w),
      "agreement.unspoken-protocol",
    ],
  ];
  write("agreement/agreements.json", {
    about: "agreement.md §3. `channel` is the id of the channel, for this is version 1.",
    descriptors: descriptors.map(({ text }) => text),
    valid: [
      { name: "signed by both", text: both, signedBy: [names.m, names.w], channel: digest },
      { name: "signed by one: does not bind", text: half, signedBy: [names.w], channel: digest },
    ],
    invalid: await named(refused),
  });
  write("agreement/agreement-payloads.json", {
    about:
      "A good payload, and patches (RFC 6902) after which it is refused. Signatures play no part.",
    payload,
    invalid: agreementPatches(payload).map(([name, patch]) => ({
      name,
      code: "agreement.malformed",
      patch: [patch],
    })),
  });
}

function agreementPatches(payload: AgreementPayload) {
  const [first, second] = payload.parties;
  return [
    ["unknown member", add("/note", "x")],
    ["no clocks", remove("/clocks")],
    ["version 2 without previous", replace("/version", 2)],
    ["adoptBy at createdAt", replace("/adoptBy", payload.createdAt)],
    ["parties out of order", replace("/parties", [second, first])],
    ["no live traffic", replace("/classes", ["link"])],
    ["classes out of order", replace("/classes", ["live", "link"])],
    ["desk called node", replace("/desks/0/name", "node")],
    ["kinds out of order", replace("/desks/0/kinds", ["note", "answer"])],
    ["kind with a version", replace("/desks/0/kinds", ["note.v1"])],
    ["escalates to no desk", replace("/desks/0/escalatesTo", "council")],
    ["escalates to itself", replace("/desks/0/escalatesTo", "technical")],
    ["clock below a minute", replace("/clocks/0/bySeverity/0", 59)],
    ["clock for five severities", remove("/clocks/0/bySeverity/5")],
    ["clock twice", add("/clocks/0", payload.clocks[0] as JsonValue)],
    ["scale of one party", replace("/severity/scales/1/party", first.name)],
    ["community undefined", remove("/handling/1")],
    ["bands overlap", replace("/probability/1/fromPercent", 4)],
    ["nobody releases", replace("/release/persons/0/count", 0)],
    ["no turns", replace("/linkTests/evenHours", payload.linkTests.oddHours)],
    ["text in one language", remove("/linkTests/texts/0/ru")],
    ["witness policy without quorum", replace("/witnesses/policy", "# none\n")],
    ["text of control characters", replace("/defaultLine/en", "\u0007")],
  ] as const;
}

async function main(): Promise<void> {
  const p = seededPrimitives("party vectors v1");
  await descriptorVectors(p);
  await chainVectors(p);
  await noticeVectors(p);
  await agreementVectors(p);
}

await main();
