/**
 * What a party with valid keys does when it lies: statements that are false, entries that are none,
 * second histories, receipts that do not hold.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import { signCheckpoint } from "@parley/core/log/checkpoint";
import { cosign, mirrorName } from "@parley/core/log/cosignature";
import { formatAddCheckpoint } from "@parley/core/log/mirror-messages";
import { formatReceiptList } from "@parley/core/log/receipt-list";
import type { Channel } from "@parley/node/service/channel";
import type { PartyNode } from "@parley/node/service/party-node";
import { clearMarking, type Draft } from "@parley/node/service/post";
import type { LogRow } from "@parley/node/service/storage-log";
import { pick, tryTo } from "./simulated-acts.ts";
import type { SimulatedParty } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

interface Lying {
  readonly world: SimulatedWorld;
  readonly liar: SimulatedParty;
  readonly victim: SimulatedParty;
  readonly node: PartyNode;
  readonly channel: Channel;
  readonly own: LogRow;
  readonly mirror: LogRow;
}

const lies: Readonly<Record<string, (lying: Lying) => Promise<void>>> = {
  "an entry that is none": ({ node, own, world }) =>
    appendOctets(node, own, world.p.random(64 + Math.floor(world.random() * 512))),
  "an entry again": async ({ node, own, world }) => {
    const entries = await node.storage.read((tx) => tx.logs.readEntries(own.id, 0));
    if (entries.length > 0) await appendOctets(node, own, pick(world, entries).bytes);
  },
  "a false root as seen": ({ node, channel, mirror, world }) =>
    sayWithSeen(node, channel, {
      ...{ epoch: mirror.epoch, size: mirror.size },
      root: toBase64Url(world.p.random(32)),
    }),
  "more seen than there is": ({ node, channel, mirror, world }) =>
    sayWithSeen(node, channel, {
      ...{ epoch: mirror.epoch, size: mirror.size + 1 + Math.floor(world.random() * 5) },
      root: toBase64Url(world.p.random(32)),
    }),
  "a good message refused": ({ node, channel, mirror, world }) =>
    refuseGood(node, channel, mirror, Math.floor(world.random() * Math.max(1, mirror.size))),
  "a second history": forkOnce,
  "a receipt over another tree": (lying) => falseReceipt(lying, lying.mirror.size, true),
  "a receipt for what was not sent": (lying) => falseReceipt(lying, lying.mirror.size + 3, true),
  "a second receipt": (lying) => falseReceipt(lying, lying.mirror.size, false),
  "an illegal move": ({ node, channel }) => illegalMove(node, channel),
};

/** @param name - One of the lies; else any. */
export async function lie(
  world: SimulatedWorld,
  liar: SimulatedParty,
  victim: SimulatedParty,
  name = pick(world, Object.keys(lies)),
): Promise<void> {
  const { node, channel } = liar;
  if (node === undefined || channel === undefined) return;
  await tryTo(world, liar, "lie", async () => {
    const logs = await node.listLogs(channel);
    const ofLive = logs.filter((log) => log.class === "live");
    const own = ofLive.findLast(({ direction }) => direction === "own");
    const mirror = ofLive.findLast(({ direction }) => direction === "mirror");
    assert(own !== undefined && mirror !== undefined, "both live logs");
    await lies[name]?.({ world, liar, victim, node, channel, own, mirror });
    world.count(`lie: ${name}`);
    world.say(`${liar.name} lies: ${name}`);
  });
}

async function appendOctets(node: PartyNode, own: LogRow, bytes: Uint8Array): Promise<void> {
  await node.ownLogs.append(own.id, {
    bytes,
    keep: ({ index, leafHash }) => ({
      opened: {
        ...{ channel: own.channel, class: own.class, logId: own.id, index, leafHash },
        ...{ author: own.author, verdict: "entry.unreadable", jti: null, kind: null },
        ...{ case: null, desk: null, iat: null, openedAt: node.clock.nowSeconds() },
        ...{ message: null, contentKey: null },
      },
      secret: null,
    }),
  });
}

type Seen = { readonly epoch: number; readonly size: number; readonly root: string };

async function sayWithSeen(node: PartyNode, channel: Channel, seen: Seen): Promise<void> {
  await node.post.send(channel, noteDraft(null), { seen });
}

function noteDraft(caseId: string | null): Draft {
  return {
    ...{ class: "live", by: "technical", items: null },
    control: {
      ...{ kind: "note.v1", case: caseId, answers: null, ask: null, clock: null },
      to: "technical",
    },
    blocks: kinds.note.definition.example.blocks as Draft["blocks"],
  };
}

async function refuseGood(
  node: PartyNode,
  channel: Channel,
  mirror: LogRow,
  index: number,
): Promise<void> {
  const notice = {
    ...{ marking: clearMarking, origin: mirror.origin, index },
    code: "entry.unreadable",
  };
  await node.post.send(channel, {
    ...{ class: "live", by: "node", items: null },
    control: {
      ...{ kind: "refusal.v1", case: null, answers: null, ask: null, clock: null },
      to: "node",
    },
    blocks: { notice } as unknown as Draft["blocks"],
  });
}

async function illegalMove(node: PartyNode, channel: Channel): Promise<void> {
  const fold = await node.folds.replay(channel, "live");
  const [record] = fold.cases();
  if (record === undefined) return;
  const { blocks } = kinds["agree-closure"].definition.example;
  await node.post.send(channel, {
    ...{ class: "live", by: "technical", items: null },
    control: {
      ...{ kind: "agree-closure.v1", case: record.id, answers: record.id, ask: null },
      ...{ clock: null, to: "technical" },
    },
    blocks: blocks as Draft["blocks"],
  });
}

/** Another tree of a size that was signed or is next, under the log's own keys, told in good form. */
async function forkOnce({ world, liar, victim, node, channel, own }: Lying): Promise<void> {
  const size = Math.max(1, own.size + Math.floor(world.random() * 3) - 1);
  const checkpoint = { origin: own.origin, size, root: world.p.random(32) };
  const time = node.clock.nowSeconds();
  const signers = node.keys.logSigners(channel.logKeys(own.origin, size));
  assert(signers !== undefined, "both log keys");
  const text = await signCheckpoint(world.p, { checkpoint, time }, signers);
  const old = Math.min(own.receiptedSize, size);
  const proof = old === 0 ? [] : [world.p.random(32)];
  tell(world, [liar, victim], "add-checkpoint", formatAddCheckpoint({ old, proof, text }));
}

/** A cosignature over what the mirror does not hold, or over the same at another time. */
async function falseReceipt(lying: Lying, size: number, isOtherTree: boolean): Promise<void> {
  const { world, liar, victim, node, channel, mirror } = lying;
  if (size === 0) return;
  const signers = node.mirrorSignersAt(channel, mirror.origin, size);
  const root = isOtherTree ? world.p.random(32) : mirror.root;
  const time = node.clock.nowSeconds() + 1 + Math.floor(world.random() * 1_000);
  const signed = { name: mirrorName(channel.me), signers, time };
  const { lines } = await cosign(world.p, { origin: mirror.origin, size, root }, signed);
  const receipts = [{ size, time, lines }];
  const list = formatReceiptList({ origin: mirror.origin, receipts });
  tell(world, [liar, victim], "receipts", list);
}

/** Sends it, and hears no answer. */
function tell(
  { network }: SimulatedWorld,
  [liar, victim]: readonly [SimulatedParty, SimulatedParty],
  path: string,
  text: string,
): void {
  const body = [encodeUtf8(text)];
  const headers = { "content-type": "text/plain; charset=utf-8" };
  const request = { method: "POST", path: `/parley/v1/${path}`, headers, body, isCut: false };
  void network.carry(liar.name, victim.name, request).catch(() => undefined);
}
