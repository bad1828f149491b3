/**
 * Goal: keys and agreements change by position and by version, never by somebody's clock, and both
 * nodes and every later reader agree where. One test an asymmetry of the review, by its name.
 */
import { parseAgreement, signAgreement } from "@parley/core/agreement/agreement";
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { keyId } from "@parley/core/crypto/key-id";
import { assert } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import { buildNotice } from "@parley/core/party/channel-notice";
import { buildDescriptor, parseDescriptor } from "@parley/core/party/descriptor";
import type { DescriptorPayload } from "@parley/core/party/descriptor-schema";
import {
  deliver,
  type PairedNodes,
  type PairedParty,
  pairedNodes,
} from "@parley/testkit/paired-nodes";
import { signDescriptor } from "@parley/testkit/sample-party";
import { expect, test } from "vitest";
import { agreementOperations } from "../../packages/node/src/service/agreement-operations.ts";
import { storeAttachment } from "../../packages/node/src/service/attachments.ts";
import { runOperation } from "../../packages/node/src/service/operation.ts";
import { clearMarking, Post } from "../../packages/node/src/service/post.ts";
import { RecentEntries } from "../../packages/node/src/service/recent-entries.ts";
import { ask, copyAttachments, exchange, foldOf, tell, viewOf } from "./speak.ts";

const algorithms = ["Ed25519", "ML-DSA-65"] as const;

function newDeskSigners() {
  return algorithms.map((algorithm) => {
    const signer = p.signer(algorithm, p.random(32));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
}

async function ownDescriptor({ node }: PairedParty) {
  const row = await node.storage.read((tx) => tx.parties.readDescriptor(node.party, "last"));
  const read = await parseDescriptor(p, row?.jws ?? "");
  assert(read.ok, "our own descriptor");
  return read.value;
}

/** A notice of the party, which names `descriptor`, by its present authority. */
function noticeOf(
  party: PairedParty,
  said: {
    readonly descriptor: string;
    readonly statements: readonly object[];
    readonly issuedAt?: number;
  },
): Promise<string> {
  const { me, peer, id } = party.channel;
  const payload = {
    ...{ v: 1, party: me, peer, channel: id, serial: 1, previous: null },
    ...{ issuedAt: party.node.clock.nowSeconds(), ...said },
  };
  return buildNotice(payload as unknown as Parameters<typeof buildNotice>[0], party.authority);
}

/** A statement that changes nothing yet: the watch signs no more from a far entry on. */
async function barLater(party: PairedParty) {
  const kid = (await ownDescriptor(party)).keys.desks.get("watch")?.signing[0]?.kid ?? "";
  const logs = await party.node.listLogs(party.channel);
  const origin = logs.find((log) => log.direction === "own" && log.class === "live")?.origin ?? "";
  return { type: "key-may-not-sign", kid, origin, firstIndex: 1_000 };
}

/** Says a change of keys in an entry of this class. */
async function sayKeyChange(
  party: PairedParty,
  trafficClass: "live" | "exercise",
  notice: Record<string, JsonValue>,
  files: readonly object[] = [],
): Promise<void> {
  const blocks = {
    notice: { marking: clearMarking, ...notice },
    ...(files.length > 0 && { attachments: { marking: clearMarking, files } }),
  };
  const sent = await party.node.post.send(party.channel, {
    class: trafficClass,
    by: "node",
    control: {
      ...{ kind: "key-change.v1", case: null, answers: null, ask: null, clock: null },
      to: "node",
    },
    blocks: blocks as Parameters<Post["send"]>[1]["blocks"],
    items: null,
  });
  assert(sent.ok, "the node key is open");
}

/** Keeps a descriptor where the peer fetches it from, and says where. */
async function storeDescriptor(party: PairedParty, text: string) {
  const ports = { p, storage: party.node.storage, clock: party.node.clock };
  const file = await storeAttachment({ ...ports, spoolPath: party.directory }, party.channel, [
    encodeUtf8(text),
  ]);
  assert(file.ok, "a descriptor is no large file");
  const about = { role: "file", mediaType: "application/jose+json", name: null };
  return {
    stated: { descriptor: { attachment: file.value.digest } },
    files: [{ ...about, ...file.value }],
  };
}

/** Tells the peer of new technical keys, and of the old ones that they sign no more from here on. */
async function changeTechnicalKeys(
  [party, peer]: readonly [PairedParty, PairedParty],
  firstIndex: number,
) {
  const before = await ownDescriptor(party);
  const signers = newDeskSigners();
  const keys = signers.map(({ signer }) => ({
    alg: signer.algorithm,
    pub: toBase64Url(signer.publicKey),
  }));
  const desks = before.payload.desks.map((desk) =>
    desk.name === "technical" ? { ...desk, keys } : desk,
  );
  const payload = { ...before.payload, desks, serial: 2, previous: before.digest };
  const text = await buildDescriptor(p, payload as unknown as DescriptorPayload, party.authority);
  assert(text.ok, "a descriptor that follows");
  const after = await parseDescriptor(p, text.value);
  assert(after.ok, "what was just built");
  const origin = (await party.node.listLogs(party.channel)).find(
    (log) => log.direction === "own" && log.class === "live",
  )?.origin;
  const old = before.keys.desks.get("technical")?.signing ?? [];
  const notice = await noticeOf(party, {
    descriptor: after.value.digest,
    statements: old.map(({ kid }) => ({
      ...{ type: "key-may-not-sign", kid, origin: origin ?? "", firstIndex },
    })),
  });
  const { stated, files } = await storeDescriptor(party, text.value);
  await sayKeyChange(party, "live", { ...stated, channelNotice: notice }, files);
  await copyAttachments(party, peer);
  return signers;
}

/** The same desk with other keys, as after a restart with the new ones. */
function withSigners(party: PairedParty, signers: ReturnType<typeof newDeskSigners>): Post {
  const { primitives, storage, clock, ownLogs, outgoing, sharing, keys } = party.node;
  return new Post({
    recent: new RecentEntries(),
    ...{ p: primitives, storage, clock, ownLogs, outgoing, sharing, signers: () => signers },
    archiveKey: (owner) => keys.currentArchiveKey(owner),
  });
}

const note = {
  class: "live",
  by: "technical",
  control: {
    ...{ kind: "note.v1", case: null, answers: null, ask: null, clock: null },
    to: "technical",
  },
  blocks: kinds.note.definition.example.blocks,
  items: null,
} as const;

async function refusedIn(pair: PairedNodes) {
  const ours = await viewOf(pair.washington);
  expect(await viewOf(pair.moscow)).toEqual(ours);
  return ours.sides.map(({ refused }) => refused);
}

test("key change, by position: new keys sign what follows it, and what came before stands", async () => {
  await using pair = await pairedNodes();
  await tell(pair.moscow, { kind: "note" });
  await exchange(pair);
  const signers = await changeTechnicalKeys([pair.moscow, pair.washington], 100);
  const sent = await withSigners(pair.moscow, signers).send(pair.moscow.channel, note);
  expect(sent.ok).toBe(true);
  await exchange(pair);
  expect(await refusedIn(pair)).toEqual([[], []]);
  expect((await foldOf(pair.washington)).foldedCount(0)).toBe(3);
});

test("new keys before the change that names them are nobody's", async () => {
  await using pair = await pairedNodes();
  await withSigners(pair.moscow, newDeskSigners()).send(pair.moscow.channel, note);
  await exchange(pair);
  expect(await refusedIn(pair)).toEqual([[[0, "entry.unreadable"]], []]);
});

test("revocation, by position: old keys are barred from the index named, not from a time", async () => {
  await using pair = await pairedNodes();
  await changeTechnicalKeys([pair.moscow, pair.washington], 2);
  await tell(pair.moscow, { kind: "note" });
  await tell(pair.moscow, { kind: "note" });
  await exchange(pair);
  expect(await refusedIn(pair)).toEqual([[[2, "entry.key-barred"]], []]);
});

test("two changes of keys at once in two classes: one stands, the other is refused", async () => {
  await using pair = await pairedNodes();
  const { moscow, washington } = pair;
  const { digest } = await ownDescriptor(moscow);
  for (const [at, trafficClass] of (["live", "exercise"] as const).entries()) {
    const issuedAt = moscow.node.clock.nowSeconds() - at;
    const statements = [await barLater(moscow)];
    const channelNotice = await noticeOf(moscow, { descriptor: digest, statements, issuedAt });
    await sayKeyChange(moscow, trafficClass, { descriptor: null, channelNotice });
  }
  await deliver(moscow, washington, { open: false });
  const logs = (await washington.node.listLogs(washington.channel)).filter(
    ({ direction, size }) => direction === "mirror" && size > 0,
  );
  expect(logs).toHaveLength(2);
  const open = (log: (typeof logs)[number]) => washington.node.openMirror(washington.channel, log);
  for (const { status, ...how } of await Promise.allSettled(logs.map(open))) {
    if (status === "rejected") expect(how).toMatchObject({ reason: { code: "log.moved" } });
  }
  for (const log of logs) await open(log);
  await washington.node.partiesChanged();
  const held = washington.node.channels.byId(washington.channel.id)?.peerKeys.notices;
  expect(held).toHaveLength(1);
  const refused = await Promise.all(
    logs.map((log) => washington.node.storage.read((tx) => tx.opened.listOpened(log.id, 0, 8))),
  );
  expect(
    refused
      .flat()
      .map(({ verdict }) => verdict)
      .sort(),
  ).toEqual(["accepted", "notice.broken-chain"]);
});

test("a notice stands when its authority has been replaced, and the node reads it again", async () => {
  await using pair = await pairedNodes();
  const { moscow, washington } = pair;
  const before = await ownDescriptor(moscow);
  const statements = [await barLater(moscow)];
  const notice = await noticeOf(moscow, { descriptor: before.digest, statements });
  await sayKeyChange(moscow, "live", { descriptor: null, channelNotice: notice });
  const authority = newDeskSigners();
  const keys = authority.map(({ signer }) => ({
    alg: signer.algorithm,
    pub: toBase64Url(signer.publicKey),
  }));
  const payload = { ...before.payload, authority: keys, serial: 2, previous: before.digest };
  const text = await signDescriptor(payload, [...moscow.authority, ...authority]);
  const { stated, files } = await storeDescriptor(moscow, text);
  await sayKeyChange(moscow, "live", { ...stated, channelNotice: null }, files);
  await copyAttachments(moscow, washington);
  await exchange(pair);
  expect(await refusedIn(pair)).toEqual([[], []]);
  await washington.node.partiesChanged();
  const { descriptors, notices } =
    washington.node.channels.byId(washington.channel.id)?.peerKeys ?? {};
  expect(descriptors).toHaveLength(2);
  expect(notices).toHaveLength(1);
});

test("agreement change: each message is judged by the version it names, until adoptBy", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const descriptors = [await ownDescriptor(moscow), await ownDescriptor(washington)];
  const inForce = moscow.channel.agreement;
  const payload = {
    ...inForce,
    version: 2,
    previous: moscow.channel.id,
    createdAt: clock.now,
    adoptBy: inForce.adoptBy,
  };
  const sign = ({ channel, authority }: PairedParty) => ({
    party: channel.me as (typeof inForce.parties)[0]["name"],
    signers: authority,
    now: clock.now,
  });
  const half = await signAgreement(payload, sign(moscow));
  assert(half.ok, "Moscow signs");
  const read = await parseAgreement(p, half.value, descriptors);
  assert(read.ok, "Washington reads");
  const both = await signAgreement(read.value, sign(washington));
  assert(both.ok, "Washington signs");
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const call = { name: "agreement.import", input: { agreement: both.value } };
  // Moscow knows of it first: Washington's messages name version 1 for a while.
  const known = await runOperation(agreementOperations, moscow.node, call, context);
  expect(known).toMatchObject({ ok: true });
  await ask(washington);
  await exchange(pair);
  expect(moscow.node.channels.byId(moscow.channel.id)?.agreementVersion).toBe(2);
  clock.now = inForce.adoptBy + 1;
  await ask(washington);
  await exchange(pair);
  const view = await viewOf(moscow);
  expect(view.sides[1]?.refused).toEqual([[1, "agreement.superseded"]]);
  expect((await viewOf(washington)).sides[1]?.refused).toEqual(view.sides[1]?.refused);
});
