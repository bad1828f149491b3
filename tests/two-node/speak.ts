/**
 * Short words for tests in which two offices speak: what each kind needs is taken from its example.
 *
 * @module
 */
import assert from "node:assert/strict";
import { viewClass } from "@parley/core/case/case-view";
import type { ClassFold } from "@parley/core/case/class-fold";
import type { ItemToSend } from "@parley/core/item/item-list";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import { buildNotice } from "@parley/core/party/channel-notice";
import type { Result } from "@parley/core/result";
import { deliver, type PairedNodes, type PairedParty } from "@parley/testkit/paired-nodes";
import { filesOf } from "../../packages/node/src/service/attached-files.ts";
import { parseKeptMessage } from "../../packages/node/src/service/kept-message.ts";
import { type Said, type SayRefusal, say } from "../../packages/node/src/service/messages.ts";
import { clearMarking, type Posted } from "../../packages/node/src/service/post.ts";
import { type RebuildWatch, rebuild } from "../../packages/node/src/service/rebuild.ts";

export type Words = Partial<Said> & { readonly kind: KindName };

/** Enough that their lines are longer than an entry takes: they travel as an attachment. */
export const manyItems: readonly ItemToSend[] = Array.from({ length: 200 }, (_, at) => ({
  item: {
    ...{ kind: "ipv4-addr", value: `198.51.100.${at}`, observed: "unknown", diamond: null },
    ...{ grade: "F6", collection: "not-stated", marking: clearMarking, use: "none" },
  } as unknown as ItemToSend["item"],
  disposition: { what: "share" },
}));

/** Says something, and returns what the node makes of it. */
export function speak(party: PairedParty, words: Words): Promise<Result<Posted, SayRefusal>> {
  const { blocks } = kinds[words.kind].definition.example;
  const said = { class: "live", by: "technical", to: "technical", blocks, ...words } as Said;
  return say({ node: party.node, spoolPath: party.directory }, party.channel, said);
}

/** Says something that must be sayable. */
export async function tell(party: PairedParty, words: Words): Promise<Posted> {
  const posted = await speak(party, words);
  if (posted.ok) return posted.value;
  throw new Error(`${words.kind}: ${posted.refusal.code} ${posted.refusal.detail}`);
}

export function ask(party: PairedParty, words: Partial<Said> = {}): Promise<Posted> {
  return tell(party, { kind: "inquiry", ask: "investigate", severity: 4, ...words });
}

/** Lets both sides have all that was written, and its receipts. */
export async function exchange({ washington, moscow }: PairedNodes): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await deliver(washington, moscow);
    await deliver(moscow, washington);
  }
}

/** The attachments of all that `from` wrote, as its node would send them before the entries. */
export async function copyAttachments(from: PairedParty, to: PairedParty): Promise<void> {
  const channel = from.channel.id;
  for (const log of await from.node.listLogs(from.channel)) {
    if (log.direction !== "own") continue;
    const rows = await from.node.storage.read((tx) => tx.opened.listOpened(log.id, 0, 256));
    const named = rows.flatMap(({ message }) =>
      message === null ? [] : filesOf(parseKeptMessage(message).message),
    );
    for (const { digest } of named) {
      const key = { channel, digest };
      const [ours, theirs] = await Promise.all(
        [from, to].map(({ node }) => node.storage.read((tx) => tx.attachments.readAttachment(key))),
      );
      if (ours === undefined || theirs !== undefined) continue;
      const parts = from.node.storage.streamAttachment(key, { from: 0, to: ours.bytesTotal });
      await to.node.storage.write((tx) => tx.attachments.createAttachment(ours));
      let offset = 0;
      for await (const part of parts) {
        const at = offset;
        await to.node.storage.write((tx) => tx.attachments.appendAttachment(key, at, part));
        offset += part.length;
      }
      await to.node.storage.write((tx) => tx.attachments.completeAttachment(key));
    }
  }
}

/** Nobody watches a rebuild, and nobody stops it. */
export function quietly(): RebuildWatch {
  return { progress: () => undefined, signal: new AbortController().signal };
}

export async function foldOf(
  party: PairedParty,
  trafficClass: TrafficClass = "live",
): Promise<ClassFold> {
  const { folds } = party.node;
  const { fold } = await folds.state(party.channel, trafficClass);
  const whole = await folds.replay(party.channel, trafficClass);
  // The one that goes on stands where a replay of everything does.
  assert.deepEqual(fold.cut(), whole.cut());
  return whole;
}

export async function viewOf(party: PairedParty, trafficClass: TrafficClass = "live") {
  return viewClass(await foldOf(party, trafficClass), party.node.clock.nowSeconds());
}

/** The messages of every class as lists show them, and again after they were made anew. */
export async function listedBy(party: PairedParty) {
  const { node, channel } = party;
  const classes = ["live", "exercise", "link"] as const;
  const visibility = { channels: [channel.id], classes, desks: "all" } as const;
  const list = async () => {
    for (const name of channel.agreement.classes) await node.folds.state(channel, name);
    const page = { after: null, rowsMax: 500 };
    const found = await node.storage.read((tx) =>
      tx.projections.listMessages({}, visibility, page),
    );
    return found.rows;
  };
  const kept = await list();
  await rebuild(node, false, quietly());
  return { kept, anew: await list() };
}

/** A note by the technical desk, as a post takes it. */
export const noteDraft = {
  class: "live",
  by: "technical",
  control: {
    ...{ kind: "note.v1", case: null, answers: null, ask: null, clock: null },
    to: "technical",
  },
  blocks: kinds.note.definition.example.blocks,
  items: null,
} as const;

/** Says in its live log what its authority has signed, whether it may be said or not. */
export async function lyingNotice(
  party: PairedParty,
  statements: readonly object[],
): Promise<void> {
  const { me, peer, id, ownKeys } = party.channel;
  const payload = {
    ...{ v: 1, party: me, peer, channel: id, serial: 1, previous: null, statements },
    ...{ issuedAt: party.node.clock.nowSeconds(), descriptor: ownKeys.descriptors.at(-1)?.digest },
  } as unknown as Parameters<typeof buildNotice>[0];
  const channelNotice = await buildNotice(payload, party.authority);
  const sent = await party.node.post.send(party.channel, {
    ...{ class: "live", by: "node", items: null },
    control: {
      ...{ kind: "key-change.v1", case: null, answers: null, ask: null, clock: null },
      to: "node",
    },
    blocks: { notice: { marking: clearMarking, descriptor: null, channelNotice } },
  });
  if (!sent.ok) throw new Error(sent.refusal.code);
}
