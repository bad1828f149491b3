/**
 * Goal: keys and agreements change by position and by version, never by somebody's clock, and both
 * nodes and every later reader agree where. One test an asymmetry of the review, by its name.
 */
import { parseAgreement, signAgreement } from "@parley/core/agreement/agreement";
import { toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { keyId } from "@parley/core/crypto/key-id";
import { assert } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import { buildNotice } from "@parley/core/party/channel-notice";
import { buildDescriptor, parseDescriptor } from "@parley/core/party/descriptor";
import type { DescriptorPayload } from "@parley/core/party/descriptor-schema";
import { type PairedNodes, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { agreementOperations } from "../../packages/node/src/service/agreement-operations.ts";
import { storeAttachment } from "../../packages/node/src/service/attachments.ts";
import { runOperation } from "../../packages/node/src/service/operation.ts";
import { clearMarking, Post } from "../../packages/node/src/service/post.ts";
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
  const notice = await buildNotice(
    {
      ...{ v: 1, party: party.channel.me, peer: party.channel.peer, channel: party.channel.id },
      ...{ serial: 1, previous: null, issuedAt: party.node.clock.nowSeconds() },
      descriptor: after.value.digest,
      statements: old.map(({ kid }) => ({
        ...{ type: "key-may-not-sign", kid, origin: origin ?? "", firstIndex },
      })),
    } as unknown as Parameters<typeof buildNotice>[0],
    party.authority,
  );
  const ports = { p, storage: party.node.storage, clock: party.node.clock };
  const file = await storeAttachment({ ...ports, spoolPath: party.directory }, party.channel, [
    encodeUtf8(text.value),
  ]);
  assert(file.ok, "a descriptor is no large file");
  const { digest } = file.value;
  const about = { role: "file", mediaType: "application/jose+json", name: null };
  const sent = await party.node.post.send(party.channel, {
    class: "live",
    by: "node",
    control: {
      ...{ kind: "key-change.v1", case: null, answers: null, ask: null, clock: null },
      to: "node",
    },
    blocks: {
      notice: {
        marking: clearMarking,
        descriptor: { attachment: digest },
        channelNotice: notice,
      },
      attachments: { marking: clearMarking, files: [{ ...about, ...file.value }] },
    },
    itemLines: [],
    isInline: true,
    itemSecrets: [],
  });
  assert(sent.ok, "the node key is open");
  await copyAttachments(party, peer);
  return signers;
}

/** The same desk with other keys, as after a restart with the new ones. */
function withSigners(party: PairedParty, signers: ReturnType<typeof newDeskSigners>): Post {
  const { primitives, storage, clock, ownLogs, keys } = party.node;
  return new Post({
    ...{ p: primitives, storage, clock, ownLogs, signers: () => signers },
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
  itemLines: [],
  isInline: true,
  itemSecrets: [],
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
  console.log(JSON.stringify(known).slice(0, 300));
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
