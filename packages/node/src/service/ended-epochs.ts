/**
 * What this node does when its peer ends an epoch: it takes the channel notice, closes its mirror where
 * it last cosigned, and says so in its own log.
 *
 * The mirror is closed in the transaction that appends what is said of it: so there is one size, said
 * once, and none is cosigned beyond it. spec/log.md §9, spec/exchange.md §8.
 *
 * @module
 */
import { parseJws } from "@parley/core/crypto/jws";
import { assert, Fault } from "@parley/core/fault";
import { parseSignedCheckpoint } from "@parley/core/log/checkpoint";
import {
  epochStateOf,
  type NoticeRefusal,
  noticeBytesMax,
  noticePayload,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import { serviceNoteKind } from "./closing-note.ts";
import { withOwnLines } from "./held-log.ts";
import type { PartyNode } from "./party-node.ts";
import { clearMarking } from "./post.ts";
import type { Lease } from "./sharing.ts";
import type { CheckpointRow } from "./storage-log.ts";

export type TakeNoticeRefusal = NoticeRefusal | "exchange.not-allowed";

/**
 * Takes a channel notice that a peer hands over because an epoch of its logs ended. One that is held
 * already is good.
 *
 * @returns As `verifyNotice`; `notice.bad-statement` also if it says anything else, which stands in a
 *   log; `notice.wrong-channel` for a channel that the two do not have.
 */
export async function takeNotice(
  node: PartyNode,
  peer: string,
  text: string,
): Promise<Result<true, TakeNoticeRefusal>> {
  const jws = parseJws(text, noticeBytesMax);
  if (!jws.ok) return jws;
  const payload = noticePayload.safeParse(jws.value.payload);
  if (!payload.success) return refuse("notice.malformed", "not a notice");
  const channel = node.channels.byId(payload.data.channel);
  if (channel?.peer !== peer) return refuse("notice.wrong-channel", "no channel of the two");
  const { descriptors, notices: before } = channel.peerKeys;
  if (before.every((held) => held.text !== text)) {
    const place = { party: peer, peer: channel.me, channel: channel.id };
    const verified = await verifyNotice(node.primitives, text, { ...place, descriptors, before });
    if (!verified.ok) return verified;
    const isOther = payload.data.statements.some(({ type }) => !type.startsWith("epoch-"));
    if (isOther) return refuse("notice.bad-statement", "more than epochs");
    const { digest, payload: said } = verified.value;
    await node.storage.write(async (tx) => {
      const held = await tx.channels.listNotices(channel.id);
      const last = held.findLast(({ author }) => author === peer)?.digest ?? null;
      if (last === digest) return;
      if (last !== said.previous) {
        throw new Fault("log.moved", "another notice came meanwhile", { retryable: true });
      }
      const row = { channel: channel.id, author: peer, digest, jws: text };
      await tx.channels.insertNotice({ ...row, storedAt: node.clock.nowSeconds() });
    });
    await node.partiesChanged();
  }
  await closeEndedEpochs(node, node.channels.byId(channel.id) ?? channel);
  return accept(true);
}

/** Closes each mirror of an epoch that its author's notices have ended, and tells the author. */
export async function closeEndedEpochs(node: PartyNode, channel: Channel): Promise<void> {
  const lease = node.sharing.leaseOf(channel.id);
  if (lease === undefined) {
    node.sharing.tell({ about: "work", channel: channel.id });
    return;
  }
  for (const log of await node.listLogs(channel)) {
    if (log.direction !== "mirror" || log.closedAtSize !== null) continue;
    const { epoch, isClosed } = epochStateOf(channel.peerKeys.notices, log.class);
    if (log.epoch > epoch || (log.epoch === epoch && !isClosed)) continue;
    await node.exclusive(channel, log.class, () => sayClosed(node, channel, log.id, lease));
  }
}

/** @throws Fault `log.moved`, retryable, if a size was cosigned meanwhile. */
async function sayClosed(
  node: PartyNode,
  channel: Channel,
  logId: number,
  lease: Lease,
): Promise<void> {
  const { log, checkpoint } = await node.storage.read(async (tx) => {
    const row = await tx.logs.readLog(logId);
    assert(row !== undefined, "a mirror that was listed");
    const cosigned = row.size === 0 ? undefined : await tx.logs.readCheckpoint(logId, row.size);
    return { log: row, checkpoint: cosigned };
  });
  if (log.closedAtSize !== null) return;
  assert((checkpoint === undefined) === (log.size === 0), "what is cosigned has its checkpoint");
  const notice = {
    marking: clearMarking,
    subject: "epoch-closed",
    origin: log.origin,
    size: log.size,
    checkpoint:
      checkpoint === undefined
        ? null
        : authorsNote(node, channel, { origin: log.origin, ...checkpoint }),
  };
  const control = { kind: serviceNoteKind, case: null, answers: null, ask: null, clock: null };
  const sent = await node.post.send(
    channel,
    {
      ...{ class: log.class, by: "node", control: { ...control, to: "node" } },
      ...{ blocks: { notice }, items: null },
    },
    {
      lease,
      within: async (tx) => {
        const now = await tx.logs.readLog(logId);
        const isSame = now?.size === log.size && now.closedAtSize === null;
        if (!isSame || (await tx.logs.closeLog(logId, log.size)) !== "stored") {
          const what = `${log.origin}: cosigned or closed meanwhile`;
          throw new Fault("log.moved", what, { retryable: true });
        }
      },
    },
  );
  assert(sent.ok, "a checkpoint fits a note, and the node key is open");
  node.folds.forget({ channel: channel.id, class: log.class });
}

/** The checkpoint as its author signed it, without what we added. */
function authorsNote(
  { primitives }: PartyNode,
  channel: Channel,
  { origin, size, note }: CheckpointRow & { readonly origin: string },
): string {
  const parsed = parseSignedCheckpoint(note);
  assert(parsed.ok, "a checkpoint that was verified");
  return withOwnLines(primitives, parsed.value, channel.logKeys(origin, size));
}
