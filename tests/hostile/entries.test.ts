/**
 * Goal: whatever a peer with good keys writes into its log is receipted, refused with its code, and
 * holds up nothing: an honest message behind it is answered, and both sides fold the same. Method: a
 * box of two parties; Washington appends octets of its own making; each attack has its name.
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import type { SealingContext } from "@parley/core/entry/entry";
import { openEntry } from "@parley/core/entry/entry";
import { paddedSizes } from "@parley/core/entry/plaintext";
import { assert } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import { makeJti } from "@parley/core/message/control";
import { digestOf } from "@parley/core/message/disclosure";
import {
  buildPayload,
  type FrozenPayload,
  type StatementDraft,
  signStatement,
} from "@parley/core/message/statement";
import { type HostileEntry, plaintextOf, sealHostile } from "@parley/testkit/hostile-entry";
import { type PairedNodes, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { must } from "@parley/testkit/sample-message";
import { afterAll, expect, test } from "vitest";
import { ask, exchange, tell, viewOf } from "../two-node/speak.ts";

let attackCount = 0;
afterAll(() => console.log(`hostile entries tried: ${attackCount}`));

const emptyList = { count: 0, root: toBase64Url(p.sha256(new Uint8Array(0))) };

async function ownLog({ node, channel }: PairedParty, trafficClass: TrafficClass = "live") {
  const logs = await node.listLogs(channel);
  const log = logs.find((each) => each.direction === "own" && each.class === trafficClass);
  assert(log !== undefined, "a log of each class");
  return log;
}

/** Octets into the author's own log, whatever they are; its own copy says that it could not read them. */
async function append(party: PairedParty, bytes: Uint8Array, trafficClass: TrafficClass = "live") {
  const log = await ownLog(party, trafficClass);
  await party.node.ownLogs.append(log.id, {
    bytes,
    keep: ({ index, leafHash }) => ({
      opened: {
        ...{ channel: party.channel.id, class: trafficClass, logId: log.id, index, leafHash },
        ...{ author: party.channel.me, verdict: "entry.unreadable", jti: null, kind: null },
        ...{ case: null, desk: null, iat: null, openedAt: party.node.clock.nowSeconds() },
        ...{ message: null, contentKey: null },
      },
      secret: null,
    }),
  });
}

interface Craft {
  /** Of what is signed, before it is signed. */
  readonly draft?: (draft: StatementDraft) => StatementDraft;
  readonly payload?: (payloadText: string) => string;
  readonly statement?: (line: string) => string;
  readonly lines?: (lines: readonly string[]) => readonly string[];
  readonly plaintext?: (plaintext: Uint8Array) => Uint8Array;
  readonly entry?: Partial<HostileEntry>;
  readonly sealing?: Partial<SealingContext>;
  readonly signers?: (signers: Signers) => Signers;
  readonly bytes?: (bytes: Uint8Array) => Uint8Array;
}
type Signers = NonNullable<ReturnType<PairedParty["node"]["keys"]["messageSigners"]>>;

/** A note of Washington's technical desk that would be good if nothing were changed. */
async function craft({ node, channel }: PairedParty, change: Craft): Promise<Uint8Array> {
  const log = await ownLog({ node, channel } as PairedParty);
  const { draft, frozen } = freeze(channel, node.clock.nowSeconds(), change);
  const own = node.keys.messageSigners("technical");
  const openingKey = channel.peerOpeningKey("technical");
  assert(own !== undefined && openingKey !== undefined, "desks that are open");
  const signers = change.signers?.(own) ?? own;
  const payloadText = change.payload?.(frozen.payloadText) ?? frozen.payloadText;
  const signed = await signStatement(payloadText, draft.head.class, signers);
  const statement = change.statement?.(signed) ?? signed;
  const honest = [statement, ...frozen.disclosures];
  const lines = change.lines?.(honest) ?? honest;
  const size = paddedSizes.find((padded) => padded > lines.join("\n").length + 1) ?? 0;
  const padded = plaintextOf(lines, size);
  const sealing = {
    ...{ origin: log.origin, suite: "pq1" as const, peerOpeningKey: openingKey.publicKey },
    ...{ archiveKey: node.keys.currentArchiveKey("technical").key, ...change.sealing },
  };
  const bytes = await sealHostile(p, sealing, {
    statement: digestOf(p, statement),
    plaintext: change.plaintext?.(padded) ?? padded,
    contentKey: p.random(32),
    ...change.entry,
  });
  return change.bytes?.(bytes) ?? bytes;
}

function freeze(
  channel: PairedParty["channel"],
  now: number,
  change: Craft,
): { draft: StatementDraft; frozen: FrozenPayload } {
  const plain: StatementDraft = {
    head: {
      ...{ iss: channel.me, aud: channel.peer, channel: channel.id, class: "live", epoch: 1 },
      ...{ agreement: 1, jti: makeJti(p, channel.mySide), iat: now },
      seen: { epoch: 1, size: 0, root: emptyList.root },
    },
    control: {
      ...{ kind: "note.v1", case: null, answers: null, ask: null, clock: null },
      to: "technical",
    },
    blocks: kinds.note.definition.example.blocks as unknown as StatementDraft["blocks"],
    items: emptyList,
  };
  const draft = change.draft?.(plain) ?? plain;
  return { draft, frozen: must(buildPayload(p, draft)) };
}

const head = (over: Partial<StatementDraft["head"]>): Craft => ({
  draft: (draft) => ({ ...draft, head: { ...draft.head, ...over } }),
});
const control = (over: Partial<StatementDraft["control"]>): Craft => ({
  draft: (draft) => ({ ...draft, control: { ...draft.control, ...over } }),
});
const jwsOf = (line: string) => JSON.parse(line) as { payload: string; signatures: JsonValue[] };
const payloadOver = (over: { readonly [name: string]: JsonValue }): Craft => ({
  payload: (text) => canonicalJson({ ...(JSON.parse(text) as object), ...over }),
});
const flip = (bytes: Uint8Array, at: number) =>
  bytes.with(at < 0 ? bytes.length + at : at, (bytes.at(at) ?? 0) ^ 1);

/**
 * Each leaves the entry good but for one thing. Until the signatures are verified there is one
 * refusal, whatever was wrong, so that it tells the author nothing.
 */
const attacks: Readonly<Record<string, readonly [change: Craft, code: string]>> = {
  "no octets": [{ bytes: () => new Uint8Array(0) }, "entry.unreadable"],
  "octets of chance": [{ bytes: () => p.random(9_000) }, "entry.unreadable"],
  "65,535 octets of chance": [{ bytes: () => p.random(65_535) }, "entry.unreadable"],
  "an entry cut off": [{ bytes: (bytes) => bytes.subarray(0, -1) }, "entry.unreadable"],
  "an entry with an octet behind": [
    { bytes: (bytes) => Uint8Array.of(...bytes, 0) },
    "entry.unreadable",
  ],
  "a flipped octet of the ciphertext": [{ bytes: (bytes) => flip(bytes, -40) }, "entry.unreadable"],
  "a flipped octet of the header": [{ bytes: (bytes) => flip(bytes, 40) }, "entry.unreadable"],
  "sealed for another log": [
    { sealing: { origin: "moscow.example/washington.example/0123456789abcdef/live/1" } },
    "entry.unreadable",
  ],
  "sealed for nobody's key": [
    { sealing: { peerOpeningKey: p.opener(p.random(32)).publicKey } },
    "entry.unreadable",
  ],
  "two content keys, one for each side": [{ entry: { peerKey: p.random(32) } }, "entry.unreadable"],
  "a content key that the author's copy does not open": [
    { entry: { ownKey: p.random(32) } },
    "accepted",
  ],
  "padding that is not zero": [{ plaintext: (text) => flip(text, -1) }, "entry.unreadable"],
  "padding of another size": [{ plaintext: (text) => text.subarray(0, -100) }, "entry.unreadable"],
  "a header that names another statement": [
    { entry: { statement: digestOf(p, "another") } },
    "entry.wrong-hash",
  ],
  "a statement that is no JSON": [{ statement: () => "{" }, "entry.unreadable"],
  "a statement with a member twice": [
    { statement: (line) => line.replace('{"payload":', '{"payload":"AA","payload":') },
    "entry.unreadable",
  ],
  "a statement with a space": [{ statement: (line) => `${line} ` }, "entry.unreadable"],
  "base64url with padding": [
    { statement: (line) => line.replace(/"signature":"([^"]*)"/, '"signature":"$1="') },
    "entry.unreadable",
  ],
  "one signature removed": [
    {
      statement: (line) => {
        const { payload, signatures } = jwsOf(line);
        return canonicalJson({ payload, signatures: signatures.slice(0, 1) });
      },
    },
    "entry.unreadable",
  ],
  "the signatures exchanged": [
    {
      statement: (line) => {
        const { payload, signatures } = jwsOf(line);
        return canonicalJson({ payload, signatures: signatures.toReversed() });
      },
    },
    "entry.unreadable",
  ],
  "one signature of another message": [
    {
      statement: (line) =>
        line.replace(
          /"signature":"(.)/g,
          (_, octet) => `"signature":"${octet === "A" ? "B" : "A"}`,
        ),
    },
    "entry.unreadable",
  ],
  "a payload of another text": [
    {
      statement: (line) => {
        const { payload, signatures } = jwsOf(line);
        const text = Buffer.from(payload, "base64url").toString().replace('"iat":', '"iat":1');
        return canonicalJson({ payload: toBase64Url(encodeUtf8(text)), signatures });
      },
    },
    "entry.unreadable",
  ],
  "signed by a stranger": [
    {
      signers: (signers) =>
        signers.map(({ kid, signer }) => ({
          kid,
          signer: p.signer(signer.algorithm, p.random(32)),
        })) as unknown as Signers,
    },
    "entry.unreadable",
  ],
  "another channel": [head({ channel: digestOf(p, "another") }), "entry.wrong-channel"],
  "another class": [head({ class: "exercise" }), "entry.wrong-typ"],
  "another epoch": [head({ epoch: 2 }), "entry.wrong-epoch"],
  "an agreement that there is not": [head({ agreement: 7 }), "entry.unknown-agreement"],
  "more seen than was written": [
    head({ seen: { epoch: 1, size: 999, root: emptyList.root } }),
    "entry.bad-seen",
  ],
  "another history seen": [
    head({ seen: { epoch: 1, size: 0, root: digestOf(p, "another") } }),
    "entry.bad-seen",
  ],
  "an id of the other side": [payloadOver({ jti: makeJti(p, 0) }), "message.bad-payload"],
  "a payload with another member": [payloadOver({ extra: 1 }), "message.bad-payload"],
  "a disclosure left out": [{ lines: (lines) => lines.slice(0, -1) }, "message.missing-block"],
  "a disclosure twice": [
    { lines: (lines) => [...lines, lines.at(-1) ?? ""] },
    "message.bad-disclosure",
  ],
  "disclosures in another order": [
    { lines: ([first = "", ...rest]) => [first, ...rest.toReversed()] },
    "message.bad-disclosure",
  ],
  "a kind that only a node signs": [control({ kind: "link-test.v1" }), "entry.wrong-signer"],
  "a note for nobody's desk": [control({ to: "kitchen" }), "entry.wrong-desk"],
  "a note in a case that there is not": [control({ case: makeJti(p, 0) }), "case.unknown"],
};

async function refusalsOf({
  node,
  channel,
}: PairedParty): Promise<readonly (readonly [number, string])[]> {
  const mirror = (await node.listLogs(channel)).find(
    (log) => log.direction === "mirror" && log.class === "live",
  );
  assert(mirror !== undefined, "the mirror of the author");
  const rows = await node.storage.read((tx) => tx.opened.listOpened(mirror.id, 0, 256));
  const listed = await node.storage.read((tx) => {
    const everything = { channels: "all", classes: "all", desks: "all" } as const;
    return tx.projections.listMessages({}, everything, { after: null, rowsMax: 500 });
  });
  return rows.map(({ index, verdict }) => {
    const shown = listed.rows.find((row) => row.logId === mirror.id && row.index === index);
    return [index, shown?.refusedAs ?? verdict] as const;
  });
}

/** The peer takes an inquiry of the author's and answers it. */
async function expectConversation(pair: PairedNodes): Promise<void> {
  const inquiry = await ask(pair.washington);
  await exchange(pair);
  await tell(pair.moscow, { kind: "receipt", case: inquiry.jti, answers: inquiry.jti });
  await exchange(pair);
  for (const party of [pair.washington, pair.moscow]) {
    const found = (await viewOf(party)).cases.find(({ id }) => id === inquiry.jti);
    expect(found?.phase).toBe("received");
  }
}

test("an entry of which nothing was changed is accepted", async () => {
  await using pair = await pairedNodes();
  await append(pair.washington, await craft(pair.washington, {}));
  await exchange(pair);
  expect(await refusalsOf(pair.moscow)).toEqual([[0, "accepted"]]);
});

test("every hostile entry is receipted and refused with its code, and an honest message goes through", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const expected: [number, string][] = [];
  for (const [change, code] of Object.values(attacks)) {
    await append(washington, await craft(washington, change));
    expected.push([expected.length, code]);
    attackCount += 1;
  }
  await exchange(pair);
  const names = Object.keys(attacks);
  const found = (await refusalsOf(moscow)).map(([index, code]) => [names[index], code]);
  expect(found).toEqual(expected.map(([index, code]) => [names[index], code]));
  const log = await ownLog(washington);
  expect(log.receiptedSize).toBe(names.length);
  await expectConversation(pair);
});

test("an entry that is sent again, here or in another class, is accepted once", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const entry = await craft(washington, {});
  for (const trafficClass of ["live", "live", "exercise", "link"] as const) {
    await append(washington, entry, trafficClass);
    attackCount += 1;
  }
  await exchange(pair);
  expect(await refusalsOf(moscow)).toEqual([
    [0, "accepted"],
    [1, "entry.repeat"],
  ]);
  await expectConversation(pair);
});

test("an entry of another pair of parties, and of the peer itself, is replayed to nobody", async () => {
  await using pair = await pairedNodes();
  await using other = await pairedNodes();
  const { washington, moscow } = pair;
  await ask(moscow);
  const { id } = await ownLog(moscow);
  const [written] = await moscow.node.storage.read((tx) => tx.logs.readEntries(id, 0, 1));
  const back = written?.bytes;
  assert(back !== undefined, "Moscow has written");
  await append(washington, await craft(other.washington, {}));
  await append(washington, back);
  attackCount += 2;
  await exchange(pair);
  expect(await refusalsOf(moscow)).toEqual([
    [0, "entry.unreadable"],
    [1, "entry.unreadable"],
  ]);
  await expectConversation(pair);
});

test("a flood of refused entries is refused one by one, and never answered in turn", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const count = 40;
  for (let at = 0; at < count; at++) await append(washington, p.random(200));
  attackCount += count;
  await exchange(pair);
  await exchange(pair);
  const refused = await ownLog(moscow);
  expect(refused.size).toBe(count);
  expect((await ownLog(washington)).size).toBe(count);
  await expectConversation(pair);
});

test("the author's own copy under another key does not open for it, and the peer's copy does", async () => {
  await using pair = await pairedNodes();
  const { washington } = pair;
  const bytes = await craft(washington, { entry: { ownKey: p.random(32) } });
  const { origin } = await ownLog(washington);
  const { key: archiveKey } = washington.node.keys.currentArchiveKey("technical");
  expect(await openEntry(p, bytes, { origin, archiveKey })).toMatchObject({ ok: false });
});
