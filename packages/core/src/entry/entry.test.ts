/**
 * Goal: an entry opens for its two keys and its content key, one way only, and says nothing about why
 * it does not. Method: round trips over arbitrary lengths with both implementations; every octet
 * spoiled; then entries put together by a hostile author from the specification alone.
 */

import { fc, test } from "@fast-check/vitest";
import { type HostileEntry, plaintextOf, sealHostile } from "@parley/testkit/hostile-entry";
import { makeSample, must, sampleDesk, sampleOrigin } from "@parley/testkit/sample-message";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { expect } from "vitest";
import { concatBytes } from "../bytes/octets.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { digestOf, makeDisclosure } from "../message/disclosure.ts";
import { type EntryOpener, entryBytesMax, openEntry, parseEntry, sealEntry } from "./entry.ts";
import { paddedSizes, padLines, plaintextBytesMax, unpadLines } from "./plaintext.ts";

const noble = seededPrimitives("entry.test");
const sample = await makeSample(p);
const { sealing, content, entry, reader, author } = sample;
const lines = [...content.disclosures, ...content.itemLines];
const ways: Readonly<Record<string, EntryOpener>> = {
  peer: { origin: sampleOrigin, opener: reader.opener },
  own: { origin: sampleOrigin, archiveKey: author.archiveKey },
};
const unreadable = { ok: false, refusal: { code: "entry.unreadable" } };
const headerEnd = entry.indexOf(0x0a);
const header = decodeUtf8(entry.subarray(0, headerEnd)) ?? "";

test("[ENT-2] the header is one canonical line that names the statement and both keys", () => {
  const parsed = must(parseEntry(p, entry));
  expect(parsed.header.statement).toBe(digestOf(p, content.statementLine));
  expect(header).toMatch(
    /^\{"statement":"[\w-]{43}","suite":"pq1","to":\{"own":\{"id":"[\w-]{43}","key":"[\w-]{64}","nonce":"[\w-]{16}"\},"peer":\{"enc":"[\w-]{1494}","id":"[\w-]{43}","key":"[\w-]{64}"\}\},"v":1\}$/,
  );
});

test("[ENT-3] m is the hash of the header without to", () => {
  const core = header.replace(/"to":\{.*\}\},/, "");
  expect(must(parseEntry(p, entry)).m).toEqual(p.sha256(encodeUtf8(core)));
});

test.each(Object.entries(ways))("[ENT-5] [ENT-6] opens with the key of %s", async (_, way) => {
  const opened = must(await openEntry(p, entry, way));
  expect(opened).toMatchObject({ statementLine: content.statementLine, lines });
});

test("[ENT-20] opens with its content key alone, and with no other", async () => {
  const { contentKey } = must(await openEntry(p, entry, ways["peer"] as EntryOpener));
  expect((await openEntry(p, entry, { contentKey })).ok).toBe(true);
  const other = contentKey.with(0, (contentKey[0] ?? 0) ^ 1);
  for (const key of [other, contentKey.slice(1), new Uint8Array(0)]) {
    expect(await openEntry(p, entry, { contentKey: key })).toMatchObject(unreadable);
  }
});

const watch = sampleDesk(p, "moscow.example", "watch");
test.each<[string, EntryOpener]>([
  ["another desk's opening key", { origin: sampleOrigin, opener: watch.opener }],
  ["another archive key", { origin: sampleOrigin, archiveKey: watch.archiveKey }],
  [
    "the right key in another epoch",
    { origin: sampleOrigin.replace(/1$/, "2"), opener: reader.opener },
  ],
  [
    "the right key in another class",
    { origin: sampleOrigin.replace("live", "exercise"), opener: reader.opener },
  ],
  [
    "the right archive key in another log",
    { origin: sampleOrigin.replace("moscow", "beijing"), archiveKey: author.archiveKey },
  ],
])("[ENT-5] [ENT-6] does not open with %s", async (_, way) => {
  expect(await openEntry(p, entry, way)).toMatchObject(unreadable);
});

test("both implementations open each other's entries", async () => {
  const byNoble = await makeSample(noble);
  for (const [maker, opener, made] of [
    [p, noble, sample],
    [noble, p, byNoble],
  ] as const) {
    const peer = opener.opener(maker.sha256(encodeUtf8("moscow.example/technical/opening")));
    const peerWay = { origin: sampleOrigin, opener: peer };
    const ownWay = { origin: sampleOrigin, archiveKey: made.author.archiveKey };
    for (const way of [peerWay, ownWay]) {
      const opened = must(await openEntry(opener, made.entry, way));
      expect(opened.statementLine).toBe(made.content.statementLine);
    }
  }
});

/** The octets that this way in does not look at: the other side's share of `to`. */
function isOthersShare(way: string, index: number): boolean {
  const other = way === "peer" ? "own" : "peer";
  const start = header.indexOf(`"${other}":{`);
  return index >= start && index < header.indexOf("}", start);
}

const spoiling = fc.record({
  way: fc.constantFrom("peer", "own"),
  index: fc.oneof(fc.nat(headerEnd + 60), fc.nat(entry.length - 1)),
  flip: fc.integer({ min: 1, max: 255 }),
});
test.prop([spoiling], { numRuns: 300 })(
  "[ENT-9] an entry with any octet changed does not open",
  async ({ way, index, flip }) => {
    fc.pre(!isOthersShare(way, index));
    const spoiled = entry.with(index, (entry[index] ?? 0) ^ flip);
    expect(await openEntry(p, spoiled, ways[way] as EntryOpener)).toMatchObject(unreadable);
  },
);

test.prop([fc.nat(entry.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 })])(
  "[ENT-9] an entry cut short or longer does not open",
  async (length, more) => {
    const way = ways["peer"] as EntryOpener;
    expect(await openEntry(p, entry.subarray(0, length), way)).toMatchObject(unreadable);
    expect(await openEntry(p, concatBytes(entry, more), way)).toMatchObject(unreadable);
  },
);

test.prop([fc.uint8Array({ maxLength: 3000 })])(
  "[ENT-9] octets that are no entry do not open",
  async (bytes) => {
    const withHeader = concatBytes(entry.subarray(0, headerEnd + 1), bytes);
    for (const junk of [bytes, withHeader]) {
      expect(await openEntry(p, junk, ways["peer"] as EntryOpener)).toMatchObject(unreadable);
    }
  },
);

test.each([
  ["another member", header.replace('{"', '{"a":0,"')],
  ["another order", header.replace(/^\{(.*),("v":1)\}$/, "{$2,$1}")],
  ["another version", header.replace('"v":1', '"v":2')],
  ["an unknown suite", header.replace("pq1", "pq2")],
  ["a second peer", header.replace('"peer":{', '"peer2":{},"peer":{')],
  ["no own key", header.replace(/"own":\{[^}]*\},/, "")],
  ["white space", `${header} `],
  ["nothing", ""],
])("[ENT-2] refuses a header with %s", (_, text) => {
  const spoiled = concatBytes(encodeUtf8(text), entry.subarray(headerEnd));
  expect(parseEntry(p, spoiled)).toMatchObject(unreadable);
});

const statement = digestOf(p, content.statementLine);
const contentKey = p.random(32);
/** With what an earlier entry left in it. */
const room = () => new Uint8Array(plaintextBytesMax).fill(1);
const plaintext = must2(padLines([content.statementLine, ...lines], room()));

async function codeOfHostile(change: Partial<HostileEntry>): Promise<string | undefined> {
  const hostile = await sealHostile(p, sealing, { statement, plaintext, contentKey, ...change });
  const opened = await openEntry(p, hostile, ways["peer"] as EntryOpener);
  return opened.ok ? undefined : opened.refusal.code;
}

test("[ENT-4] an entry put together from the specification alone opens", async () => {
  expect(await codeOfHostile({})).toBeUndefined();
});

test("[ENT-20] an entry that gives each side another key opens for one of them only", async () => {
  const other = p.random(32);
  const hostile = { statement, plaintext, contentKey };
  const cheatsPeer = await sealHostile(p, sealing, { ...hostile, peerKey: other });
  expect((await openEntry(p, cheatsPeer, ways["own"] as EntryOpener)).ok).toBe(true);
  expect(await openEntry(p, cheatsPeer, ways["peer"] as EntryOpener)).toMatchObject(unreadable);
  const cheatsItself = await sealHostile(p, sealing, { ...hostile, ownKey: other });
  expect((await openEntry(p, cheatsItself, ways["peer"] as EntryOpener)).ok).toBe(true);
  expect(await openEntry(p, cheatsItself, ways["own"] as EntryOpener)).toMatchObject(unreadable);
});

const all = [content.statementLine, ...lines];
const letter = encodeUtf8("a");
test.each<[string, Partial<HostileEntry>]>([
  ["padding that is not zero", { plaintext: plaintext.with(plaintext.length - 1, 1) }],
  [
    "a second text behind the padding",
    {
      plaintext: plaintextOf(
        all,
        plaintext.length,
        concatBytes(Uint8Array.of(0), encodeUtf8("more\n")),
      ),
    },
  ],
  ["a size that is one too large", { plaintext: plaintextOf(all, 16 * 1024) }],
  ["a size that is none of the eight", { plaintext: plaintextOf(all, plaintext.length - 1) }],
  ["no padding at all", { plaintext: plaintext.subarray(0, plaintext.lastIndexOf(0x0a) + 1) }],
  ["a last line without its end", { plaintext: plaintextOf(all, plaintext.length, letter) }],
  ["zeros alone", { plaintext: new Uint8Array(8192) }],
  ["nothing", { plaintext: new Uint8Array(0) }],
  ["octets that are not UTF-8", { plaintext: plaintextOf(["a"], 8192).with(0, 0xff) }],
  ["a ciphertext under another label", { contentLabel: "parley entry content v2" }],
  ["another statement than its header names", { statement: digestOf(p, "another") }],
])("[ENT-8] [ENT-9] refuses an entry with %s", async (_, change) => {
  expect(await codeOfHostile(change)).toBe("entry.unreadable");
});

test("[ENT-5] [ENT-6] an entry that calls a key by another name does not open with it", async () => {
  const hostile = { statement, plaintext, contentKey };
  const id = digestOf(p, "another key");
  const wrongPeer = await sealHostile(p, sealing, { ...hostile, peerId: id });
  expect(await openEntry(p, wrongPeer, ways["peer"] as EntryOpener)).toMatchObject(unreadable);
  const wrongOwn = await sealHostile(p, sealing, { ...hostile, ownId: id });
  expect(await openEntry(p, wrongOwn, ways["own"] as EntryOpener)).toMatchObject(unreadable);
});

test("[ENT-8] a plaintext has the smallest size that holds it", () => {
  for (const [index, size] of paddedSizes.entries()) {
    expect(padLines(["a".repeat(size - 1)], room())?.length).toBe(size);
    expect(padLines(["a".repeat(size)], room())?.length).toBe(paddedSizes[index + 1]);
  }
});

test.prop([fc.array(fc.stringMatching(/^[\w-]{0,80}$/), { minLength: 1, maxLength: 200 })])(
  "[ENT-7] lines come back as they went in",
  (some) => {
    expect(unpadLines(must2(padLines(some, room())))).toEqual(some);
  },
);

test("[ENT-1] the largest entry stays below 65,536 octets", async () => {
  const item = makeDisclosure(p, { value: "a".repeat(39_000) }).disclosure;
  const largest = { ...content, disclosures: [item], itemLines: [] };
  const { bytes: sealed } = must(await sealEntry(p, largest, sealing));
  expect(sealed.length).toBeLessThanOrEqual(entryBytesMax);
  expect(must(await openEntry(p, sealed, ways["own"] as EntryOpener)).lines).toEqual([item]);
});

test("[ENT-1] more than 40,000 octets of disclosed JSON, or more lines than fit, are not sealed", async () => {
  const item = makeDisclosure(p, { value: "a".repeat(20_000) }).disclosure;
  const long = { ...content, itemLines: [item, item] };
  const stubs = { ...content, itemLines: Array.from({ length: 1400 }, () => `#${statement}`) };
  for (const tooLarge of [long, stubs]) {
    expect(await sealEntry(p, tooLarge, sealing)).toMatchObject({
      refusal: { code: "entry.too-large" },
    });
  }
});

function must2(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error("does not fit");
  return bytes;
}
