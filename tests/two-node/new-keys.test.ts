/**
 * Goal: every kind of key can be changed, and taken back after a theft, without losing what was said
 * before: old messages, checkpoints and receipts stay verifiable, whatever the old keys say from the
 * place named on is refused, and the peer follows by itself where the rules let it. Method: two nodes,
 * the change made on one of them, and everything read again by both, made anew from the logs.
 */
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { keyId } from "@parley/core/crypto/key-id";
import { assert } from "@parley/core/fault";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { verifyCosignature } from "@parley/core/log/cosignature";
import { isDisowned } from "@parley/core/party/key-positions";
import {
  deliver,
  type PairedNodes,
  type PairedParty,
  pairedNodes,
} from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import {
  changeKeys,
  type KeyChangeDone,
  retireTls,
} from "../../packages/node/src/service/key-change.ts";
import type { KeyChangeOrder } from "../../packages/node/src/service/key-documents.ts";
import { keyOperations } from "../../packages/node/src/service/key-operations.ts";
import { type KeyKind, keyKinds } from "../../packages/node/src/service/key-ring.ts";
import { type OperationResult, runOperation } from "../../packages/node/src/service/operation.ts";
import { insertDescriptor, renewDescriptor } from "../../packages/node/src/service/own-party.ts";
import { Post } from "../../packages/node/src/service/post.ts";
import { readShownCheckpoint } from "../../packages/node/src/service/push-log.ts";
import { rebuild } from "../../packages/node/src/service/rebuild.ts";
import { RecentEntries } from "../../packages/node/src/service/recent-entries.ts";
import {
  copyAttachments,
  exchange,
  lyingNotice,
  noteDraft,
  quietly,
  tell,
  viewOf,
} from "./speak.ts";

const pinOf = async (seed: Uint8Array) => keyId(p, "Ed25519", p.signer("Ed25519", seed).publicKey);

async function change(
  party: PairedParty,
  kinds: readonly KeyKind[],
  over: Partial<KeyChangeOrder> = {},
): Promise<KeyChangeDone> {
  const order: KeyChangeOrder = {
    ...{ kinds, authority: party.authority, rings: party.rings, isStolen: false, disowned: [] },
    ...{ barFrom: new Map(), spoolPath: party.directory, pinOf, ...over },
  };
  const done = await changeKeys(party.node, order);
  if (!done.ok) throw new Error(`${done.refusal.code} ${done.refusal.detail}`);
  return done.value;
}

/** A pair in which Moscow has said something before its keys change. */
async function pairInTalk(): Promise<PairedNodes> {
  const pair = await pairedNodes();
  await tell(pair.moscow, { kind: "note" });
  await tell(pair.washington, { kind: "note" });
  await exchange(pair);
  pair.clock.now += 86_400;
  return pair;
}

/** Delivers what Moscow changed, and opens its home again with what it has now. */
async function follow(pair: PairedNodes): Promise<PairedNodes> {
  await copyAttachments(pair.moscow, pair.washington);
  const moscow = await pair.moscow.reopen();
  const after = { ...pair, moscow };
  await exchange(after);
  return after;
}

/** Nothing was refused, on either side, and all of it again from the logs alone. */
async function expectWhole(pair: PairedNodes, count: number): Promise<void> {
  for (const party of [pair.washington, pair.moscow]) {
    const view = await viewOf(party);
    expect(view.sides.map(({ refused }) => refused)).toEqual([[], []]);
    await rebuild(party.node, true, quietly());
    expect(await viewOf(party)).toEqual(view);
    const folds = await party.node.folds.state(party.channel, "live");
    expect(folds.fold.foldedCount(0)).toBe(count);
  }
  await expectVerifiable(pair);
}

/** Every checkpoint and receipt that Washington holds of Moscow verifies under the keys of its size. */
async function expectVerifiable({ washington, moscow }: PairedNodes): Promise<void> {
  const channel = washington.node.channels.byId(washington.channel.id);
  assert(channel !== undefined, "an open channel");
  for (const log of await washington.node.listLogs(channel)) {
    const { origin } = log;
    const tables = await washington.node.storage.read(async (tx) => ({
      checkpoints: await tx.logs.listCheckpoints(log.id, 0),
      receipts: await tx.receipts.listReceipts(log.id, 0),
    }));
    for (const { size, note } of tables.checkpoints) {
      const expected = { origin, logKeys: channel.logKeys(origin, size) };
      expect([origin, size, await verifyCheckpoint(p, note, expected)]).toMatchObject([
        ...[origin, size, { ok: true }],
      ]);
      const receipt = tables.receipts.find((each) => each.size === size);
      const root = tables.checkpoints.find((each) => each.size === size)?.root;
      if (receipt === undefined || root === undefined) continue;
      const mirror = channel.mirrorOf(log.author, origin, size);
      const verified = await verifyCosignature(p, { origin, size, root }, receipt.lines, mirror);
      expect([origin, size, verified.ok]).toEqual([origin, size, true]);
    }
  }
  expect(moscow.node.channels.channels()).toHaveLength(1);
}

async function ownLive({ node, channel }: PairedParty) {
  const logs = await node.listLogs(channel);
  const live = logs.find(({ direction, class: of }) => direction === "own" && of === "live");
  assert(live !== undefined, "an own log of each class");
  return live;
}

/** Says a note with keys that were replaced, as whoever took them would. */
async function sayWithOldKeys(party: PairedParty, old: PairedParty["node"]): Promise<void> {
  const { primitives, storage, clock, ownLogs, outgoing, sharing } = party.node;
  const post = new Post({
    recent: new RecentEntries(),
    ...{ p: primitives, storage, clock, ownLogs, outgoing, sharing },
    signers: (owner) => old.keys.messageSigners(owner),
    archiveKey: (owner) => party.node.keys.currentArchiveKey(owner),
  });
  const sent = await post.send(party.channel, noteDraft);
  expect(sent.ok).toBe(true);
}

async function call(party: PairedParty, name: string, input: object): Promise<OperationResult> {
  const { primitives, storage, clock } = party.node;
  const service = {
    ...{ primitives, storage, clock, party: party.node.party },
    partiesChanged: () => party.node.partiesChanged(),
  };
  const context = { progress: () => undefined, signal: new AbortController().signal };
  return runOperation(keyOperations, service, { name, input }, context);
}

test.each(keyKinds)(
  "[KEY-15] [KEY-17] new keys of %s: the peer follows, and the past stands",
  async (kind) => {
    await using pair = await pairInTalk();
    const done = await change(pair.moscow, [kind]);
    expect(done).toMatchObject({ serial: 2, isOutOfBand: false });
    expect(done.channels[0]?.places).toEqual(["exercise/1/0", "link/1/0", "live/1/1"]);
    const after = await follow(pair);
    await tell(after.moscow, { kind: "note" });
    await tell(after.washington, { kind: "note" });
    await exchange(after);
    await expectWhole(after, 3);
    const held = after.washington.node.channels.byId(after.washington.channel.id)?.peerKeys;
    expect(held?.descriptors.map(({ payload }) => payload.serial)).toEqual([1, 2]);
    expect(held?.notices).toHaveLength(kind === "tls" ? 0 : 1);
  },
);

test("all keys at once, twice, and what was published by hand in between is said too", async () => {
  await using pair = await pairInTalk();
  await change(pair.moscow, keyKinds);
  const once = await follow(pair);
  await tell(once.moscow, { kind: "note" });
  await exchange(once);
  const ours = once.moscow.node.channels.channels()[0]?.ownKeys.descriptors.at(-1);
  assert(ours !== undefined, "an own descriptor");
  const profile = { addresses: ["https://new.example"], contacts: [], validDays: 30 };
  const signing = { authority: once.moscow.authority, now: pair.clock.now };
  const renewed = await renewDescriptor(p, ours, profile, signing);
  assert(renewed.ok, "a descriptor that follows");
  await once.moscow.node.storage.write((tx) => insertDescriptor(tx, renewed.value, 0));
  await change(once.moscow, keyKinds);
  const twice = await follow(once);
  await tell(twice.moscow, { kind: "note" });
  await exchange(twice);
  await expectWhole(twice, 6);
});

test.each(["technical", "node"] as const)(
  "[KEY-16] what the old keys of %s say after the change is refused",
  async (kind) => {
    await using pair = await pairInTalk();
    const old = pair.moscow.node;
    await change(pair.moscow, [kind]);
    const after = await follow(pair);
    if (kind === "technical") {
      await sayWithOldKeys(after.moscow, old);
      await exchange(after);
      const view = await viewOf(after.washington);
      expect(view.sides[0]?.refused).toEqual([[2, "entry.key-barred"]]);
    }
    const { peerKeys, signerAt } =
      after.washington.node.channels.byId(pair.moscow.channel.id) ?? {};
    const kids =
      peerKeys?.descriptors[0]?.keys.desks.get(kind)?.signing.map(({ kid }) => kid) ?? [];
    const logs = await after.moscow.node.listLogs(after.moscow.channel);
    const barred = logs
      .filter(({ direction }) => direction === "own")
      .map(({ origin, class: of }) => [
        of,
        ...kids.map((kid) => signerAt?.(origin, kid)?.barredFrom),
      ]);
    expect(barred).toEqual([
      ["exercise", 1, 1],
      ["link", 1, 1],
      ["live", 2, 2],
    ]);
  },
);

test("[KEY-17] no checkpoint under new log keys is shown before the last under the old is receipted", async () => {
  await using pair = await pairInTalk();
  await change(pair.moscow, ["log"]);
  const moscow = await pair.moscow.reopen();
  await tell(moscow, { kind: "note" });
  const shown = async () => {
    const channel = moscow.node.channels.channels()[0];
    const log = (await moscow.node.listLogs(moscow.channel)).find(
      ({ direction, class: of }) => direction === "own" && of === "live",
    );
    if (channel === undefined || log === undefined) throw new Error("an own log");
    return moscow.node.storage.read((tx) => readShownCheckpoint(tx, channel, log));
  };
  expect((await shown())?.size).toBe(2);
  await copyAttachments(moscow, pair.washington);
  await exchange({ ...pair, moscow });
  expect((await shown())?.size).toBe(3);
});

test("[KEY-19] [KEY-20] after a theft of the node: by hand, at the next index, and what was not ours is disowned", async () => {
  await using pair = await pairInTalk();
  const { origin } = await ownLive(pair.moscow);
  const disowned = [{ origin, firstIndex: 0, lastIndex: 0 }];
  const stolen = { isStolen: true, disowned };
  const done = await change(pair.moscow, ["node", "technical", "log", "mirror", "tls"], stolen);
  expect(done).toMatchObject({ isOutOfBand: true, channels: [{ notice: 1, places: [] }] });
  const moscow = await pair.moscow.reopen();
  const handed = await call(moscow, "keys.handover", { peer: "washington.example" });
  assert(handed.ok, "a file for the peer");
  const { documents } = handed.value as { documents: string[] };
  const imported = await call(pair.washington, "keys.import", { documents });
  expect(imported).toMatchObject({ ok: true, value: { party: "moscow.example", serial: 2 } });
  const after = { ...pair, moscow };
  await tell(moscow, { kind: "note" });
  await tell(pair.washington, { kind: "note" });
  await exchange(after);
  await expectWhole(after, 2);
  for (const party of [after.washington, moscow]) {
    const channel = party.node.channels.channels()[0];
    const said = party === moscow ? channel?.ownKeys : channel?.peerKeys;
    assert(said !== undefined, "a channel");
    expect([0, 1].map((index) => isDisowned(said, origin, index))).toEqual([true, false]);
  }
  const again = await call(pair.washington, "keys.import", { documents });
  expect(again).toMatchObject({ ok: true, value: { isNew: false } });
});

test.each([
  ["below what the peer has receipted", new Map(), "notice.below-receipted", 0],
  ["at the size that the peer has named", 3, "done", 1],
])("[KEY-20] a revocation %s", async (_, at, expected, count) => {
  await using pair = await pairInTalk();
  const { moscow, washington } = pair;
  const { origin } = await ownLive(moscow);
  const held = await washington.node.storage.read((tx) => tx.logs.readLogByOrigin(origin));
  // A thief with the log's keys has shown two entries that Moscow never wrote.
  const shown = { size: 3, root: new Uint8Array(32).fill(7), note: "of a thief" };
  await washington.node.storage.write((tx) => tx.logs.addPending(held?.id ?? 0, 1, shown));
  const barFrom = typeof at === "number" ? new Map([[origin, at]]) : at;
  await change(moscow, ["technical", "log", "tls"], { isStolen: true, barFrom });
  const handed = await call(await moscow.reopen(), "keys.handover", { peer: "washington.example" });
  assert(handed.ok, "a file for the peer");
  const { documents } = handed.value as { documents: string[] };
  const imported = await call(washington, "keys.import", { documents });
  expect(imported.ok ? "done" : imported.refusal.code).toBe(expected);
  expect(washington.node.channels.channels()[0]?.peerKeys.notices).toHaveLength(count);
});

test("[KEY-20] a peer that takes its keys back in its own log below what was opened is refused", async () => {
  await using pair = await pairInTalk();
  const { moscow } = pair;
  const { origin } = await ownLive(moscow);
  const statements = [{ type: "log-keys", origin, fromSize: 1 }];
  await lyingNotice(moscow, statements);
  await deliver(moscow, pair.washington);
  const view = await viewOf(pair.washington);
  expect(view.sides[0]?.refused).toEqual([[1, "notice.below-receipted"]]);
  await expectVerifiable(pair);
});

test("[KEY-21] a TLS key overlaps, and the old one goes when the peer has seen past the change", async () => {
  await using pair = await pairInTalk();
  const order = { authority: pair.moscow.authority, spoolPath: pair.moscow.directory };
  const code = async (party: PairedParty) => {
    const retired = await retireTls(party.node, order);
    return retired.ok ? "done" : retired.refusal.code;
  };
  expect(await code(pair.moscow)).toBe("keys.nothing-to-retire");
  const { tlsSeed } = pair.moscow.node.keys;
  await change(pair.moscow, ["tls"]);
  const after = await follow(pair);
  expect(after.moscow.node.keys.tlsSeed).toEqual(tlsSeed);
  expect(after.washington.node.channels.channels()[0]?.peerPins).toHaveLength(2);
  expect(await code(after.moscow)).toBe("keys.not-seen");
  await tell(after.washington, { kind: "note" });
  await exchange(after);
  expect(await code(after.moscow)).toBe("done");
  const last = await follow(after);
  expect(last.moscow.node.keys.tlsSeed).not.toEqual(tlsSeed);
  expect(last.washington.node.channels.channels()[0]?.peerPins).toEqual([
    await pinOf(last.moscow.node.keys.tlsSeed),
  ]);
  // The descriptor of the change is said again: nothing tells that the peer has kept it.
  await expectWhole(last, 4);
});

test("[KEY-22] a new authority is followed, and the digits are to be read anew", async () => {
  await using pair = await pairInTalk();
  const nextAuthority = (["Ed25519", "ML-DSA-65"] as const).map((algorithm) => {
    const signer = p.signer(algorithm, p.random(32));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
  const peersOf = async (party: PairedParty) => {
    const listed = await call(party, "keys.list", {});
    return listed.ok ? (listed.value as { peers: unknown[] }).peers : [];
  };
  expect(await peersOf(pair.washington)).toMatchObject([{ digits: "current" }]);
  await change(pair.moscow, ["watch"], { nextAuthority });
  const after = await follow(pair);
  expect(await peersOf(after.washington)).toMatchObject([{ digits: "outdated" }]);
  await expectWhole(after, 2);
  const thief = { authority: pair.moscow.authority };
  await expect(change(after.moscow, ["node"], thief)).rejects.toThrow("jws.");
});
