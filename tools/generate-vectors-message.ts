/**
 * Writes spec/vectors/message and spec/vectors/entry from fixed seeds: the same files at each run.
 *
 * Run: npx node --conditions=parley-source tools/generate-vectors-message.ts
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { toHex } from "@parley/core/bytes/hex";
import { concatBytes } from "@parley/core/bytes/octets";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { createAttachmentSealer } from "@parley/core/entry/attachment";
import { openEntry, parseEntry, sealEntry } from "@parley/core/entry/entry";
import {
  attachmentContext,
  contentContext,
  ownKeyData,
  peerKeyInfo,
} from "@parley/core/entry/labels";
import { paddedSizes } from "@parley/core/entry/plaintext";
import { makeJti } from "@parley/core/message/control";
import { digestOf, makeDisclosure } from "@parley/core/message/disclosure";
import { headOfLines, withholdLine } from "@parley/core/message/item-lines";
import { openStatement } from "@parley/core/message/message";
import { type ShownParts, showParts } from "@parley/core/message/present";
import { parseStatement } from "@parley/core/message/statement";
import { plaintextOf, sealHostile } from "@parley/testkit/hostile-entry";
import {
  makeSample,
  must,
  type Sample,
  type SampleChange,
  sampleDesk,
  sampleOrigin,
  samplePlace,
} from "@parley/testkit/sample-message";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";

type Members = { [name: string]: JsonValue };
type Jws = { payload: string; signatures: Members[] };
type Invalid = Members & { name: string; code: string };

const folder = join(import.meta.dirname, "../spec/vectors");

function write(path: string, value: unknown): void {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
}

function encode(text: string): string {
  return toBase64Url(encodeUtf8(text));
}

function flipFirst(text: string): string {
  return (text.startsWith("A") ? "B" : "A") + text.slice(1);
}

function disclosureVectors(p: Primitives): unknown {
  const values: JsonValue[] = [
    "inquiry.v1",
    null,
    { replyBy: 1_483_228_800, severity: 4 },
    {
      text: { lang: "ru", text: "Серверы «в сети»\n\u0000\u2028" },
      é: 1,
      z: 1e21,
      "\u{1f4e1}": -0.5,
    },
    { value: [{ "...": digestOf(p, "a field that is not shown") }] },
  ];
  const salt = toBase64Url(p.random(16));
  const d = digestOf(p, "x");
  const invalid: [string, string][] = [
    ["white space", encode(`["${salt}", null]`)],
    ["members out of order", encode(`["${salt}",{"b":1,"a":2}]`)],
    ["a member twice", encode(`["${salt}",{"a":1,"a":1}]`)],
    ["a number written otherwise", encode(`["${salt}",1.0]`)],
    ["an escape that is not needed", encode(`["${salt}","\\u0061"]`)],
    ["a lone surrogate", encode(`["${salt}","\\ud800"]`)],
    ["three elements", encode(`["${salt}","kind","inquiry.v1"]`)],
    ["no value", encode(`["${salt}"]`)],
    ["a salt of 15 octets", encode('["AAAAAAAAAAAAAAAAAAAA",null]')],
    ["a salt that is not canonical base64url", encode('["AAAAAAAAAAAAAAAAAAAAAB",null]')],
    ["padding", `${encode(`["${salt}",11]`)}=`],
    ["a newline in base64url", `${encode(`["${salt}",null]`)}\n`],
    ["octets that are not UTF-8", toBase64Url(Uint8Array.of(0x5b, 0xff, 0x5d))],
    ["nesting of 17", encode(`["${salt}",${"[".repeat(16)}${"]".repeat(16)}]`)],
    ["a member named _sd", encode(`["${salt}",{"_sd":["${d}"]}]`)],
    ["a member named _sd_alg, deep", encode(`["${salt}",[{"a":{"_sd_alg":"sha-256"}}]]`)],
    ["a digest outside of an array", encode(`["${salt}",{"...":"${d}"}]`)],
    ["two digests in one array", encode(`["${salt}",[{"...":"${d}"},{"...":"${d}"}]]`)],
    ["a digest beside a member", encode(`["${salt}",[{"...":"${d}","a":1}]]`)],
    ["a digest of 31 octets", encode(`["${salt}",[{"...":"${d.slice(0, -1)}"}]]`)],
    ["nothing", ""],
  ];
  return {
    valid: values.map((value) => ({ value, ...makeDisclosure(p, value) })),
    invalid: invalid.map(([name, disclosure]) => ({
      name,
      disclosure,
      code: "message.bad-disclosure",
    })),
  };
}

function itemListVectors(p: Primitives): unknown {
  const line = (index: number) =>
    makeDisclosure(p, { kind: "ipv4", value: `198.51.100.${index}` }).disclosure;
  const five = [0, 1, 2, 3, 4].map(line);
  const [a = "", b = "", ...rest] = five;
  const stubbed = five.map((one, index) =>
    index === 1 || index === 4 ? withholdLine(p, one) : one,
  );
  const head = headOfLines(p, five);
  const heldBack = [
    {
      block: null,
      items: [
        [1, 2],
        [4, 5],
      ],
      what: "items",
    },
  ];
  const partial = makeDisclosure(p, { value: [{ "...": digestOf(p, "held") }] }).disclosure;
  const fields = [
    { block: null, class: "source", grade: null, items: [[0, 1]], what: "item-fields" },
  ];
  const bad = (name: string, code: string, lines: string[], other: object = {}) => ({
    name,
    lines,
    head,
    heldBack: [],
    ...other,
    code: `message.${code}`,
  });
  return {
    valid: [
      { name: "no items", lines: [], head: headOfLines(p, []), heldBack: [] },
      { name: "five items", lines: five, head, heldBack: [] },
      { name: "two of them withheld, the root the same", lines: stubbed, head, heldBack },
      {
        name: "a field withheld",
        lines: [partial],
        head: headOfLines(p, [partial]),
        heldBack: fields,
      },
    ],
    invalid: [
      bad("a line missing", "bad-items", five.slice(1)),
      bad("a line twice", "bad-items", [a, a, ...rest]),
      bad("two lines exchanged", "bad-items", [b, a, ...rest]),
      bad("a line more", "bad-items", [...five, line(5)]),
      bad("another root", "bad-items", five, { head: { ...head, root: digestOf(p, "x") } }),
      bad("another hash of a line", "bad-items", [a, `#${digestOf(p, "x")}`, ...rest], {
        heldBack,
      }),
      bad("an item withheld and not named", "missing-item", stubbed),
      bad("an item withheld where only fields are named", "missing-item", stubbed, {
        heldBack: [
          { block: null, class: "source", grade: null, items: [[0, 5]], what: "item-fields" },
        ],
      }),
      bad("a field withheld and not named", "missing-item", [partial], {
        head: headOfLines(p, [partial]),
      }),
      bad("a short hash", "bad-item", [a, "#AAAA", ...rest], { heldBack }),
      bad("an item that is a text", "bad-item", [makeDisclosure(p, "x").disclosure, b, ...rest]),
      bad("an empty line", "bad-item", ["", b, ...rest]),
    ],
  };
}

async function statementVectors(p: Primitives): Promise<unknown> {
  const sample = await makeSample(p);
  const { author, content, frozen } = sample;
  const lines = [...content.disclosures, ...content.itemLines];
  const { statementLine: line } = content;
  const message = must(openStatement(p, must(parseStatement(line)), lines));
  const jws = JSON.parse(line) as Jws;
  const [classical = {}, postQuantum = {}] = jws.signatures;
  const watch = await makeSample(p, { author: sampleDesk(p, samplePlace.iss, "watch") });
  const [, borrowed = {}] = (JSON.parse(watch.content.statementLine) as Jws).signatures;
  const changed = (name: string, code: string, value: unknown): Invalid => ({
    name,
    statement: canonicalJson(value as JsonValue),
    lines,
    code,
  });
  const respell = (name: string, code: string, text: string): Invalid => ({
    name,
    statement: text,
    lines,
    code,
  });
  const withLines = (name: string, code: string, others: readonly string[]): Invalid => ({
    name,
    statement: line,
    lines: [...others],
    code,
  });
  const bad = { ...postQuantum, signature: flipFirst(String(postQuantum["signature"])) };
  const invalid: Invalid[] = [
    changed("the post-quantum signature removed", "jws.wrong-signers", {
      ...jws,
      signatures: [classical],
    }),
    changed("the classical signature removed", "jws.wrong-signers", {
      ...jws,
      signatures: [postQuantum],
    }),
    changed("the signatures exchanged", "jws.wrong-signers", {
      ...jws,
      signatures: [postQuantum, classical],
    }),
    changed("a signature of another desk", "jws.wrong-signers", {
      ...jws,
      signatures: [classical, borrowed],
    }),
    changed("a signature that is not good", "jws.bad-signature", {
      ...jws,
      signatures: [classical, bad],
    }),
    changed("an unprotected header", "jws.malformed", {
      ...jws,
      signatures: [{ ...classical, header: {} }, postQuantum],
    }),
    respell("white space", "jws.malformed", line.replace(",", ", ")),
    respell(
      "members out of order",
      "jws.malformed",
      line.replace(/^\{("payload":"[^"]*"),(.*)\}$/, "{$2,$1}"),
    ),
    withLines("a control disclosure missing", "message.bad-disclosure", lines.slice(1)),
    withLines("two control disclosures exchanged", "message.bad-disclosure", [
      lines[1] ?? "",
      lines[0] ?? "",
      ...lines.slice(2),
    ]),
    withLines("a block missing and not named", "message.missing-block", lines.toSpliced(7, 1)),
    withLines(
      "two blocks exchanged",
      "message.missing-block",
      lines.with(7, lines[8] ?? "").with(8, lines[7] ?? ""),
    ),
    withLines("a block twice", "message.bad-items", lines.toSpliced(8, 0, lines[8] ?? "")),
    withLines("the last item missing", "message.bad-items", lines.slice(0, -1)),
  ];
  return {
    class: "live",
    keys: author.keys.map(({ algorithm, kid, publicKey }) => ({
      algorithm,
      kid,
      publicKey: toBase64Url(publicKey),
    })),
    valid: [
      {
        name: "an inquiry, a block and an item held back",
        statement: line,
        lines,
        payload: frozen.payloadText,
        approvalHash: frozen.approvalHash,
        message,
      },
      {
        name: "the same, its items in an attachment",
        statement: line,
        lines: content.disclosures,
        message: { ...message, itemLines: null },
      },
    ],
    invalid: [...invalid, ...(await hostilePayloads(p, lines))],
  };
}

/** Signed by good keys; each wrong in one place. */
async function hostilePayloads(p: Primitives, lines: readonly string[]): Promise<Invalid[]> {
  const d = digestOf(p, "second face");
  const edits: [string, (payload: Members) => Members][] = [
    [
      "two faces of one name",
      (all) => ({ ...all, kind: [...(all["kind"] as JsonValue[]), { "...": d }] }),
    ],
    ["a value in plain", (all) => ({ ...all, kind: ["inquiry.v1"] })],
    ["no digest", (all) => ({ ...all, ask: [] })],
    ["a bag of digests", (all) => ({ ...all, _sd: [d] })],
    ["one digest for two names", (all) => ({ ...all, answers: all["ask"] ?? null })],
    ["an unknown member", (all) => ({ ...all, exp: 4_000_000_000 })],
    ["a member missing", ({ seen: _, ...rest }) => rest],
    ["another version", (all) => ({ ...all, v: 2 })],
    ["a time in milliseconds", (all) => ({ ...all, iat: 1_482_958_800_000_000 })],
    ["issuer and audience the same", (all) => ({ ...all, aud: all["iss"] ?? null })],
    ["an unknown class", (all) => ({ ...all, class: "test" })],
    ["an id of the addressee's side", (all) => ({ ...all, jti: makeJti(p, 0) })],
  ];
  const made: Invalid[] = [];
  for (const [name, edit] of edits) {
    const payloadText = (text: string) => canonicalJson(edit(JSON.parse(text) as Members));
    const { content } = await makeSample(p, { payloadText });
    made.push({
      name,
      statement: content.statementLine,
      lines: [...lines],
      code: "message.bad-payload",
    });
  }
  return made;
}

async function shownVectors(p: Primitives): Promise<unknown> {
  const { author, content, draft } = await makeSample(p);
  const statement = must(parseStatement(content.statementLine));
  const show = (parts: ShownParts) => must(showParts(p, statement, content.disclosures, parts));
  const kind = show({ control: ["kind"], blocks: [] });
  const jws = JSON.parse(kind) as Jws;
  const [first = {}, second = {}] = jws.signatures;
  const { header = {}, ...bare } = first;
  const [kindText = "", caseText = ""] = content.disclosures;
  const bad = (name: string, code: string, signatures: Members[]) => ({
    name,
    text: canonicalJson({ ...jws, signatures }),
    code,
  });
  const listed = (...disclosures: string[]) => [{ ...bare, header: { disclosures } }, second];
  return {
    keys: author.keys.map(({ algorithm, kid, publicKey }) => ({
      algorithm,
      kid,
      publicKey: toBase64Url(publicKey),
    })),
    valid: [
      { name: "nothing", text: show({ control: [], blocks: [] }), control: {}, blocks: {} },
      { name: "the kind alone", text: kind, control: { kind: "inquiry.v1" }, blocks: {} },
      {
        name: "the facts, their place included",
        text: show({ control: ["kind"], blocks: ["fact"] }),
        control: { kind: "inquiry.v1" },
        blocks: { fact: draft.blocks.fact },
      },
    ],
    invalid: [
      bad("no list of disclosures", "jws.malformed", [bare, second]),
      bad("the list in the second header", "jws.malformed", [bare, { ...second, header }]),
      bad("a key binding", "jws.malformed", [
        { ...bare, header: { disclosures: [kindText], kb_jwt: "" } },
        second,
      ]),
      bad("a signature removed", "jws.wrong-signers", [first]),
      bad("a disclosure twice", "message.bad-disclosure", listed(kindText, kindText)),
      bad("disclosures out of order", "message.bad-disclosure", listed(caseText, kindText)),
      bad(
        "a block without its body",
        "message.bad-disclosure",
        listed(content.disclosures[7] ?? ""),
      ),
      bad(
        "a disclosure of another message",
        "message.bad-disclosure",
        listed(makeDisclosure(p, "inquiry.v1").disclosure),
      ),
    ],
  };
}

async function entryVectors(p: Primitives): Promise<unknown> {
  const sample = await makeSample(p);
  const { content, entry, reader, author, sealing } = sample;
  const all = [content.statementLine, ...content.disclosures, ...content.itemLines];
  const { header, m } = must(parseEntry(p, entry));
  const { contentKey } = must(
    await openEntry(p, entry, { origin: sampleOrigin, archiveKey: author.archiveKey }),
  );
  const item = makeDisclosure(p, { value: "a".repeat(39_000) }).disclosure;
  const { bytes: largest } = must(
    await sealEntry(p, { ...content, disclosures: [item], itemLines: [] }, sealing),
  );
  const end = entry.indexOf(0x0a);
  const text = decodeUtf8(entry.subarray(0, end)) ?? "";
  const reheaded = (line: string) => concatBytes(encodeUtf8(line), entry.subarray(end));
  const hostile = (change: object, size = paddedSizes[0] ?? 0) =>
    sealHostile(p, sealing, {
      statement: header.statement,
      plaintext: plaintextOf(all, size),
      contentKey: p.random(32),
      ...change,
    });
  const smallest = plaintextOf(all, paddedSizes[0] ?? 0);
  const invalid: [string, Uint8Array][] = [
    ["a header of another version", reheaded(text.replace('"v":1', '"v":2'))],
    ["a header with white space", reheaded(text.replace(",", ", "))],
    ["a header with another member", reheaded(text.replace('{"', '{"a":0,"'))],
    ["a header without own key", reheaded(text.replace(/"own":\{[^}]*\},/, ""))],
    ["a header of an unknown suite", reheaded(text.replace("pq1", "pq2"))],
    [
      "a header that was moved to another statement",
      reheaded(text.replace(header.statement, digestOf(p, "x"))),
    ],
    ["no newline", entry.subarray(0, end)],
    ["the last octet missing", entry.subarray(0, -1)],
    ["an octet more", concatBytes(entry, Uint8Array.of(0))],
    ["an octet of the commitment changed", entry.with(end + 30, (entry[end + 30] ?? 0) ^ 1)],
    [
      "an octet of the ciphertext changed",
      entry.with(entry.length - 100, (entry[entry.length - 100] ?? 0) ^ 1),
    ],
    [
      "padding that is not zero",
      await hostile({ plaintext: smallest.with(smallest.length - 1, 1) }),
    ],
    [
      "lines behind the padding",
      await hostile({ plaintext: plaintextOf(all, 8192, encodeUtf8("\0a\n")) }),
    ],
    ["a size too large", await hostile({}, paddedSizes[1])],
    ["a size that is none of the eight", await hostile({}, 8191)],
    [
      "a last line without its newline",
      await hostile({ plaintext: plaintextOf(all, 8192, encodeUtf8("a")) }),
    ],
    ["a statement that the header does not name", await hostile({ statement: digestOf(p, "x") })],
    [
      "another key for the peer than the ciphertext is under",
      await hostile({ peerKey: p.random(32) }),
    ],
    ["another label", await hostile({ contentLabel: "parley entry content v2" })],
    [
      "another origin",
      must(
        await sealEntry(p, content, { ...sealing, origin: sampleOrigin.replace("live", "link") }),
      ).bytes,
    ],
  ];
  return {
    origin: sampleOrigin,
    opener: {
      seed: toBase64Url(p.sha256(encodeUtf8("moscow.example/technical/opening"))),
      publicKey: toBase64Url(reader.opener.publicKey),
    },
    archiveKey: toBase64Url(author.archiveKey),
    valid: [
      {
        name: "an inquiry",
        entry: toBase64Url(entry),
        statement: header.statement,
        m: toHex(m),
        contentContext: toHex(contentContext(m)),
        peerKeyInfo: toHex(peerKeyInfo(sampleOrigin, header.to.peer.id, m)),
        ownKeyData: toHex(ownKeyData(sampleOrigin, header.to.own.id, m)),
        contentKey: toBase64Url(contentKey),
        lines: all,
      },
      { name: "the largest", entry: toBase64Url(largest), lines: [content.statementLine, item] },
    ],
    invalid: invalid.map(([name, bytes]) => ({
      name,
      entry: toBase64Url(bytes),
      code: "entry.unreadable",
    })),
  };
}

/** What the reader knows besides; the defaults refuse nothing. */
type State = {
  agreement?: "in-force" | "superseded" | "unknown";
  isRepeat?: boolean;
  ownRoot?: string | null;
  barredFrom?: number;
  kind?: { by: string; classes: string[] } | null;
};

async function judgementVectors(p: Primitives): Promise<unknown> {
  const plain = await makeSample(p);
  const head = (change: object): SampleChange => ({
    draft: (draft) => ({ ...draft, head: { ...draft.head, ...change } }),
  });
  const edit = (from: string, to: string): SampleChange => ({
    payloadText: (text) => text.replace(from, to),
  });
  const seen = { epoch: 1, size: 5, root: digestOf(p, "another history") };
  const causes: [string, string, SampleChange, State?][] = [
    ["a typ of another class", "entry.wrong-typ", head({ class: "exercise" })],
    ["another version of the payload", "message.bad-payload", edit('"v":1', '"v":2')],
    ["another issuer", "entry.wrong-issuer", head({ iss: "tokyo.example" })],
    ["another audience", "entry.wrong-audience", head({ aud: "beijing.example" })],
    ["another channel", "entry.wrong-channel", head({ channel: digestOf(p, "another agreement") })],
    ["another class than typ says", "entry.wrong-class", edit('"class":"live"', '"class":"link"')],
    ["another epoch", "entry.wrong-epoch", head({ epoch: 2 })],
    ["a key that is barred from this index", "entry.key-barred", {}, { barredFrom: 17 }],
    [
      "a version of the agreement that there is not",
      "entry.unknown-agreement",
      {},
      { agreement: "unknown" },
    ],
    [
      "a version that is no longer adopted",
      "agreement.superseded",
      {},
      { agreement: "superseded" },
    ],
    ["an id used before", "entry.repeat", {}, { isRepeat: true }],
    ["a size that the reader's log never had", "entry.bad-seen", head({ seen }), { ownRoot: null }],
    [
      "a root that is not the reader's",
      "entry.bad-seen",
      head({ seen }),
      { ownRoot: digestOf(p, "the reader's history") },
    ],
    [
      "a desk for which it was not sealed",
      "entry.wrong-desk",
      { draft: (draft) => ({ ...draft, control: { ...draft.control, to: "watch" } }) },
    ],
    [
      "a kind that only the node may say",
      "entry.wrong-signer",
      {},
      { kind: { by: "node", classes: ["live"] } },
    ],
    [
      "a kind that does not travel in this class",
      "entry.wrong-class",
      {},
      { kind: { by: "desk", classes: ["link"] } },
    ],
    [
      "two causes, of which the first is told",
      "entry.wrong-epoch",
      head({ epoch: 2 }),
      { isRepeat: true },
    ],
  ];
  const invalid: unknown[] = [];
  for (const [name, code, change, state = {}] of causes) {
    const made = await makeSample(p, change);
    invalid.push({ name, ...judged(made), state, code });
  }
  const barred = { state: { barredFrom: 18 } };
  return {
    log: { ...samplePlace },
    index: 17,
    desk: "technical",
    keys: plain.author.keys.map(({ algorithm, kid, publicKey }) => ({
      algorithm,
      kid,
      publicKey: toBase64Url(publicKey),
    })),
    valid: [
      { name: "an inquiry", ...judged(plain), state: {} },
      { name: "a key that is barred from a later index", ...judged(plain), ...barred },
      { name: "a kind that is not known", ...judged(plain), state: { kind: null } },
    ],
    invalid: [
      ...invalid,
      {
        name: "a header that names another statement",
        ...judged(plain),
        statement: digestOf(p, "x"),
        state: {},
        code: "entry.wrong-hash",
      },
    ],
  };
}

function judged({ content, frozen }: Sample): { statement: string; lines: readonly string[] } {
  const lines = [content.statementLine, ...frozen.disclosures, ...content.itemLines];
  return { statement: digestOf(seededPrimitives(""), content.statementLine), lines };
}

function attachmentVectors(p: Primitives): unknown {
  const seal = (plaintext: Uint8Array) => {
    const sealer = createAttachmentSealer(p);
    const start = sealer.push(plaintext);
    const { sealed, name } = sealer.end();
    return { bytes: concatBytes(start, sealed), attachment: name };
  };
  const text = encodeUtf8("item list\n");
  const small = seal(text);
  const chunk = seal(new Uint8Array(16_384).fill(0x61));
  const { bytes, attachment } = small;
  const cut = chunk.bytes.subarray(0, 56 + 16_400);
  const bad = (name: string, code: string, sealed: Uint8Array, change: object) => ({
    name,
    sealed: toBase64Url(sealed),
    attachment: { ...attachment, ...change },
    code: `attachment.${code}`,
  });
  const digest = toBase64Url(p.sha256(cut));
  return {
    context: toHex(attachmentContext()),
    bytesMax: 100_000,
    valid: [
      { name: "ten octets", plaintext: toBase64Url(text), sealed: toBase64Url(bytes), attachment },
      {
        name: "one chunk exactly, and an empty one",
        plaintext: toBase64Url(new Uint8Array(16_384).fill(0x61)),
        sealed: toBase64Url(chunk.bytes),
        attachment: chunk.attachment,
      },
    ],
    invalid: [
      bad("cut short", "truncated", bytes.subarray(0, -1), {}),
      bad("an octet more", "too-large", concatBytes(bytes, Uint8Array.of(0)), {}),
      bad("larger than agreed", "too-large", bytes, { bytes: 100_001 }),
      bad("another name", "wrong-digest", bytes, { digest: digestOf(p, "x") }),
      bad("another key", "unreadable", bytes, { key: digestOf(p, "x") }),
      bad("a key of 31 octets", "unreadable", bytes, { key: attachment.key.slice(0, -1) }),
      bad("the last chunk left out by its author", "unreadable", cut, {
        ...chunk.attachment,
        bytes: cut.length,
        digest,
      }),
    ],
  };
}

write("message/disclosures.json", disclosureVectors(seededPrimitives("disclosures")));
write("message/item-lists.json", itemListVectors(seededPrimitives("item-lists")));
write("message/statements.json", await statementVectors(seededPrimitives("statements")));
write("message/shown.json", await shownVectors(seededPrimitives("shown")));
write("entry/entries.json", await entryVectors(seededPrimitives("entries")));
write("entry/judgement.json", await judgementVectors(seededPrimitives("judgement")));
write("entry/attachments.json", attachmentVectors(seededPrimitives("attachments")));
