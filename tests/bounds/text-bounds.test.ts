/**
 * Goal: each bound on a text that somebody else wrote is where the table says, and one more is
 * refused with the code of the table. Method: the parser itself, at the bound and one over.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAgreement, readAgreementDraft } from "@parley/core/agreement/agreement";
import { toBase64, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { parseJws } from "@parley/core/crypto/jws";
import { parseEntry } from "@parley/core/entry/entry";
import { parseItem } from "@parley/core/item/item";
import { parseCheckpoint } from "@parley/core/log/checkpoint";
import { parseAddCheckpoint } from "@parley/core/log/mirror-messages";
import { parseNote } from "@parley/core/log/note";
import { parseOrigin } from "@parley/core/log/origin";
import { parseReceiptList } from "@parley/core/log/receipt-list";
import { parseHeldBack } from "@parley/core/message/body";
import { openDisclosure } from "@parley/core/message/disclosure";
import { createItemListReader } from "@parley/core/message/item-lines";
import { parseShown } from "@parley/core/message/present";
import { parsePayload, parseStatement } from "@parley/core/message/statement";
import { noticePayload, verifyNotice } from "@parley/core/party/channel-notice";
import { checkDescriptorPayload, parseDescriptor } from "@parley/core/party/descriptor";
import { parseTypedFingerprint } from "@parley/core/party/fingerprint";
import { parseOwnLists } from "@parley/core/presend/own-lists";
import { parseAuditEntry } from "@parley/core/record/audit-entry";
import { parseAuditIndex } from "@parley/core/record/audit-index";
import { parseCheckpointList } from "@parley/core/record/checkpoint-list";
import { parseContentKeys } from "@parley/core/record/content-keys";
import { parseExportIndex } from "@parley/core/record/export-index";
import { parseProof } from "@parley/core/record/proof-bundle";
import { parseTlogProof } from "@parley/core/record/tlog-proof";
import { refuse } from "@parley/core/result";
import { sampleAgreement, sampleDescriptors } from "@parley/testkit/sample-agreement";
import { sampleParty } from "@parley/testkit/sample-party";
import { test } from "vitest";
import { expectBound, many, nested, type Probe } from "./probe.ts";

const hash = toBase64(new Uint8Array(32));
const digest = toBase64Url(new Uint8Array(32));
const line = (name = "k") => `— ${name} ${toBase64(new Uint8Array(5))}\n`;
const checkpoint = `o\n5\n${hash}\n`;
const party = sampleParty(p, "washington.example");
const agreement = sampleAgreement(await sampleDescriptors(p)) as unknown as {
  [name: string]: JsonValue;
};

/** An entry of an audit log of so many octets. */
const auditEntry = (size: number) => {
  const by = { kind: "node", name: null, officer: null, session: null };
  const entry = (text: string) =>
    canonicalJson({ act: "a.b", at: 0, by, v: 1, what: { text } } as JsonValue);
  return entry(pad("", size - entry("").length));
};

/** A descriptor with some members replaced. */
const descriptor = (change: object) =>
  checkDescriptorPayload(p, { ...party.payload, ...change } as unknown as JsonValue);
const draft = (change: object) =>
  readAgreementDraft(canonicalJson({ ...agreement, ...change } as JsonValue));
const first = (name: string): JsonValue => (agreement[name] as readonly JsonValue[])[0] ?? null;
/** A JWS of such a payload whose signature is none. */
const jws = (payload: JsonValue, header: JsonValue = { alg: "a", kid: "k", typ: "t" }, count = 1) =>
  canonicalJson({
    payload: toBase64Url(encodeUtf8(canonicalJson(payload))),
    signatures: many(count, () => ({
      protected: toBase64Url(encodeUtf8(canonicalJson(header))),
      signature: "AAAA",
    })),
  });
const [goodItem] = (
  JSON.parse(
    readFileSync(join(import.meta.dirname, "../../spec/vectors/items/items.json"), "utf8"),
  ) as {
    valid: readonly { value: object }[];
  }
).valid;
const item = (change: object) => parseItem({ ...goodItem?.value, ...change } as JsonValue);
const refusedAs = (value: unknown, code: string, detail: string) =>
  value === undefined ? refuse(code, detail) : { ok: true as const };
const payload = (change: object) => parsePayload({ ...goodPayload, ...change } as JsonValue);
const controls = ["kind", "case", "answers", "ask", "clock", "to", "body"];
const goodPayload = {
  ...{ v: 1, _sd_alg: "sha-256", iss: "washington.example", aud: "moscow.example" },
  ...{ channel: digest, class: "live", epoch: 1, agreement: 1, jti: "gAAAAAAAAAAAAAAAAAAAAA" },
  ...{ iat: 1, seen: { epoch: 1, size: 0, root: digest } },
  ...Object.fromEntries(
    controls.map((name, at) => [name, [{ "...": toBase64Url(new Uint8Array(32).fill(at + 1)) }]]),
  ),
};
const heldBack = { block: null, class: "not-stated", grade: null, what: "items" };
const pad = (text: string, size: number) => text.padEnd(size, "A");
const silence = (change: object, others: object = {}) =>
  parseProof(
    `${canonicalJson({
      ...{ agreements: ["a"], channel: digest, entry: "", format: "parley-proof", v: 1 },
      parties: ["moscow.example", "washington.example"].map((name) => ({
        ...{ descriptors: ["d"], firstSerial: 1, name, notices: [] },
      })),
      silence: { checkpoint: "", entries: [], prefix: [], until: 1, ...change },
      statement: null,
      ...others,
    } as JsonValue)}\n`,
  );
const index = (change: object) =>
  parseExportIndex(
    encodeUtf8(
      `${canonicalJson({
        ...{ agreements: 1, attachments: [], channel: digest, format: "parley-export", logs: [] },
        parties: ["moscow.example", "washington.example"].map((name) => ({
          ...{ descriptors: 1, firstSerial: 1, name, notices: 0 },
        })),
        v: 1,
        ...change,
      } as JsonValue)}\n`,
    ),
  );
/** Witnesses of which one suffices, and groups inside one another. */
const policyOf = (witnesses: number, groups: number) =>
  [
    ...many(
      witnesses,
      (at) => `witness w${at} k+00000000+${toBase64(new Uint8Array(33).fill(at))}`,
    ),
    ...many(groups, (at) => `group g${at} any ${at === 0 ? "w0" : `g${at - 1}`}`),
    "quorum none\n",
  ].join("\n");
/** The form alone: what it says is judged when its signatures are. */
const notice = (change: object) => {
  const good = {
    ...{ v: 1, party: "washington.example", peer: "moscow.example", channel: digest, serial: 1 },
    ...{ previous: null, issuedAt: 1, descriptor: digest, ...change },
  };
  const { success } = noticePayload.safeParse(good);
  return success ? { ok: true as const } : refuse("notice.malformed", "form");
};
const about = { party: "a", peer: "b", channel: digest, descriptors: [], before: [] };

const probes: Readonly<Record<string, Probe>> = {
  listNamesMax: (size) => parseOwnLists({ tools: Array(size).fill("a") }),
  listNameCharsMax: (size) => parseOwnLists({ tools: ["a".repeat(size)] }),
  noteBytesMax: (size) =>
    parseNote(`${pad("", size - encodeUtf8(line()).length - 2)}\n\n${line()}`),
  noteSignaturesMax: (size) => parseNote(`t\n\n${line().repeat(size)}`),
  keyNameBytesMax: (size) => parseNote(`t\n\n${line("k".repeat(size))}`),
  proofHashesMax: (size) => {
    const hashes = `${hash}\n`.repeat(size);
    return parseAddCheckpoint(encodeUtf8(`old 5\n${hashes}\n${checkpoint}\n${line()}`));
  },
  treeSizeMax: (size) => parseCheckpoint(`o\n${size}\n${hash}\n`),
  epochMax: (epoch) => parseOrigin(`abc/abd/0123456789abcdef/live/${epoch}`),
  receiptListLengthMax: (size) => parseReceiptList(`${pad("", size - 1)}\n`),
  entryBytesMax: (size) => {
    const bytes = new Uint8Array(size).fill(0x41);
    bytes[0] = 0x0a;
    return parseEntry(p, bytes);
  },
  entryHeaderBytesMax: (size) => {
    const bytes = new Uint8Array(60_000).fill(0x41);
    bytes[size - 1] = 0x0a;
    return parseEntry(p, bytes);
  },
  jwsSignaturesMax: (count) => parseJws(jws({}, undefined, count), 100_000),
  jwsPayloadDepthMax: (levels) => parseJws(jws(nested(levels)), 100_000),
  jwsHeaderBytesMax: (size) => {
    const kid = "k".repeat(size - canonicalJson({ alg: "a", kid: "", typ: "t" }).length);
    return parseJws(jws({}, { alg: "a", kid, typ: "t" }), 100_000);
  },
  statementBytesMax: (size) => parseStatement(pad("", size)),
  agreementVersionMax: (version) => payload({ agreement: version }),
  timeMax: (iat) => payload({ iat }),
  disclosedBytesMax: (size) => {
    const salt = toBase64Url(new Uint8Array(16));
    const value = "x".repeat(size - canonicalJson([salt, ""]).length);
    return openDisclosure(p, toBase64Url(encodeUtf8(canonicalJson([salt, value]))));
  },
  disclosureDepthMax: (levels) => {
    const text = canonicalJson([toBase64Url(new Uint8Array(16)), nested(levels - 1)]);
    return openDisclosure(p, toBase64Url(encodeUtf8(text)));
  },
  shownBytesMax: (size) => parseShown(`"${pad("", size - 2)}"`),
  heldBackMax: (count) => {
    const stated = many(count, () => ({ ...heldBack, items: [[0, 1]] }));
    return refusedAs(parseHeldBack({ heldBack: stated }, 10), "message.bad-body", "form");
  },
  heldBackRangesMax: (count) => {
    const items = many(count, (at) => [at * 2, at * 2 + 1]);
    const parsed = parseHeldBack({ heldBack: [{ ...heldBack, items }] }, 100_000);
    return refusedAs(parsed, "message.bad-body", "form");
  },
  itemLineBytesMax: (size) => {
    const reader = createItemListReader(p, { count: 1, root: digest }, []);
    return reader.push(pad("", size));
  },
  descriptorBytesMax: (size) => parseDescriptor(p, `"${pad("", size - 2)}"`),
  desksMax: (count) =>
    descriptor({
      desks: many(count, (at) => ({ ...party.payload.desks[0], name: `d${at + 10}` })),
    }),
  tlsPinsMax: (count) =>
    descriptor({ tls: many(count, (at) => toBase64Url(new Uint8Array(32).fill(at))).sort() }),
  addressesMax: (count) => descriptor({ addresses: many(count, (at) => `https://a${at}:1`) }),
  addressLengthMax: (size) => descriptor({ addresses: [pad("https://a", size)] }),
  contactsMax: (count) => descriptor({ contacts: many(count, () => party.payload.contacts[0]) }),
  protocolsMax: (count) => descriptor({ protocol: many(count, (at) => at + 1) }),
  protocolMax: (protocol) => descriptor({ protocol: [protocol] }),
  serialMax: (serial) => descriptor({ serial, previous: digest }),
  typedLengthMax: (size) => parseTypedFingerprint("1 ".repeat(size).slice(0, size)),
  noticeBytesMax: (size) => verifyNotice(p, `"${pad("", size - 2)}"`, about as never),
  noticeStatementsMax: (count) =>
    notice({ statements: many(count, () => ({ type: "epoch-opened", class: "live", epoch: 2 })) }),
  originLengthMax: (size) => {
    const origin = "o".repeat(size);
    return notice({ statements: [{ type: "log-keys", origin, fromSize: 1 }] });
  },
  agreementBytesMax: (size) => parseAgreement(p, `"${pad("", size - 2)}"`, []),
  agreementDesksMax: (count) => draft({ desks: many(count, () => first("desks")) }),
  clocksMax: (count) => draft({ clocks: many(count, () => first("clocks")) }),
  glossaryMax: (count) =>
    draft({ glossary: many(count, () => ({ en: "a", ru: "a", disputed: false })) }),
  probabilityBandsMax: (count) => draft({ probability: many(count, () => first("probability")) }),
  kindsMax: (count) =>
    draft({ desks: [{ ...(first("desks") as object), kinds: many(count, (at) => `k${at}`) }] }),
  linkTextsMax: (count) => {
    const { texts, ...others } = agreement["linkTests"] as { texts: readonly JsonValue[] };
    return draft({ linkTests: { ...others, texts: many(count, () => texts[0]) } });
  },
  severityLevelsMax: (count) => {
    const { common, scales } = agreement["severity"] as {
      common: JsonValue;
      scales: readonly { levels: readonly JsonValue[] }[];
    };
    const longer = { ...scales[0], levels: many(count, () => scales[0]?.levels[0]) };
    return draft({ severity: { common, scales: [longer, scales[1]] } });
  },
  witnessPolicyLengthMax: (size) => draft({ witnesses: { policy: pad("#", size) } }),
  witnessesMax: (count) => draft({ witnesses: { policy: policyOf(count, 1) } }),
  witnessGroupsMax: (count) => draft({ witnesses: { policy: policyOf(1, count) } }),
  indexBytesMax: (size) => parseExportIndex(encodeUtf8(`"${pad("", size - 2)}"\n`)),
  exportLogsMax: (count) =>
    index({
      logs: many(count, (at) => ({
        ...{ checkpoints: 0, keys: null, receipts: 0, size: 0 },
        origin: `moscow.example/washington.example/${"0".repeat(16)}/live/${at + 1}`,
      })).sort((a, b) => (a.origin < b.origin ? -1 : 1)),
    }),
  exportAttachmentsMax: (count) =>
    index({
      attachments: many(count, (at) => ({
        bytes: 100,
        digest: toBase64Url(p.sha256(encodeUtf8(`${at}`))),
      })).sort((a, b) => (a.digest < b.digest ? -1 : 1)),
    }),
  checkpointListLengthMax: (size) => parseCheckpointList(`${pad("", size - 1)}\n`, "o"),
  recordsPerFileMax: (count) =>
    parseCheckpointList(`parley/checkpoints@v1\no\n${"x\n".repeat(7 * count)}`, "o"),
  contentKeysLengthMax: (size) => parseContentKeys(`${pad("", size - 1)}\n`, "o", 1),
  auditIndexBytesMax: (size) => parseAuditIndex(p, encodeUtf8(`"${pad("", size - 2)}"\n`)),
  auditEntryBytesMax: (size) => parseAuditEntry(encodeUtf8(auditEntry(size))),
  proofBytesMax: (size) => parseProof(`"${pad("", size - 2)}"\n`),
  proofTextsMax: (count) => silence({}, { agreements: many(count, () => "a") }),
  prefixHashesMax: (count) => silence({ prefix: many(count, () => digest) }),
  silenceEntriesMax: (count) =>
    silence({ entries: many(count, () => ({ entry: "AAAA", statement: "" })) }),
  proofExtraBytesMax: (size) =>
    parseTlogProof(
      `c2sp.org/tlog-proof@v1\nextra ${toBase64(new Uint8Array(size))}\nindex 1\n\n${checkpoint}\n${line()}`,
    ),
  proofFileLengthMax: (size) => parseTlogProof(pad("", size)),
  valueBytesMax: (size) => item({ value: pad("", size) }),
  sourceRowMax: (row) => item({ source: { name: "a", row } }),
};

test.each(Object.keys(probes))("the bound %s is where the table says", async (name) => {
  await expectBound(name, probes[name] as Probe);
});
