/**
 * The last channel notice to a peer, issued anew with higher positions, because the peer refused it
 * `notice.below-receipted`.
 *
 * The new one has the same serial and the same `previous`: to the peer, which holds neither, it is the
 * next. To one that holds the first it never is, and then everything later would be refused too: so
 * what shows that it is held forbids this. Whoever calls it is the only user of the home.
 * spec/keys.md KEY-23, KEY-24.
 *
 * @module
 */

import type { JwsSigner } from "@parley/core/crypto/jws";
import { assert } from "@parley/core/fault";
import {
  buildNotice,
  type ChannelNotice,
  type NoticeStatement,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { accept, type Result } from "@parley/core/result";
import { refuseLocally } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { DisownedEntries } from "./key-documents.ts";
import type { PartyNode } from "./party-node.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** How many messages are looked at in one transaction. */
const messagesPerPage = 100;

export interface NoticeAnewOrder {
  readonly peer: string;
  /** The one in force. */
  readonly authority: readonly JwsSigner[];
  /**
   * By origin. Of a log of ours: the first entry that the old keys may not sign. Of the peer's: the
   * first entry that the new mirror keys receipt.
   */
  readonly from: ReadonlyMap<string, number>;
  /** Said besides. */
  readonly disowned: readonly DisownedEntries[];
}

export interface NoticeAnewDone {
  readonly notice: number;
  readonly channel: string;
}

/**
 * Replaces the notice. See the module.
 *
 * @returns `keys.not-by-hand` if the last notice is none that persons hand over; `keys.notice-taken` if
 *   the peer has it; `keys.not-higher` for a place that raises nothing; `keys.signed-since` if new keys
 *   have signed where the old ones would have to stand; `pair.unknown-peer`; a code of `verifyNotice`
 *   if the authority is not the one in force.
 */
export async function issueNoticeAnew(
  node: PartyNode,
  order: NoticeAnewOrder,
): Promise<Result<NoticeAnewDone, string>> {
  const { peer } = order;
  const [channel] = node.channels.byPeer(peer);
  if (channel === undefined) return refuseLocally("pair.unknown-peer", { peer });
  const last = channel.ownKeys.notices.at(-1);
  const logs = await node.listLogs(channel);
  if (last === undefined || !(await isByHand(node, last, logs))) {
    return refuseLocally("keys.not-by-hand", { peer });
  }
  if (isTaken(last, logs)) {
    return refuseLocally("keys.notice-taken", { peer, serial: String(last.payload.serial) });
  }
  const raised = raise(last.payload.statements, order);
  if (!raised.ok) return raised;
  const signed = await findSigned(node, logs, [last.payload.statements, raised.value]);
  if (signed !== undefined) return refuseLocally("keys.signed-since", { peer, place: signed });
  const notice = await signAnew(node, channel, { last, order, statements: raised.value });
  if (!notice.ok) return notice;
  const { digest, text } = notice.value;
  await node.storage.write(async (tx) => {
    const row = { channel: channel.id, author: node.party, digest, jws: text };
    const storedAt = node.clock.nowSeconds();
    const kept = await tx.channels.replaceNotice(last.digest, { ...row, storedAt });
    assert(kept === "stored", "nobody else uses the home");
  });
  await node.partiesChanged();
  return accept({ notice: last.payload.serial, channel: channel.id });
}

/**
 * Whether it says nothing of epochs, which nodes hand over, and no entry of ours brings it. What an
 * entry brings stands in the newest own log of every class: so the shortest is looked through.
 */
async function isByHand(
  { storage }: PartyNode,
  { payload, text }: ChannelNotice,
  logs: readonly LogRow[],
): Promise<boolean> {
  if (payload.statements.some(({ type }) => type.startsWith("epoch-"))) return false;
  const own = logs.filter(({ direction }) => direction === "own");
  const newest = own.filter((log) =>
    own.every((other) => other.class !== log.class || other.epoch <= log.epoch),
  );
  const [shortest] = newest.sort((one, other) => one.entryCount - other.entryCount);
  if (shortest === undefined) return true;
  for (let end = shortest.entryCount; end > 0; end -= messagesPerPage) {
    const from = Math.max(0, end - messagesPerPage);
    const rows = await storage.read((tx) =>
      tx.opened.listOpened(shortest.id, from, messagesPerPage),
    );
    if (rows.some((row) => row.kind === "key-change.v1" && noticeIn(row) === text)) return false;
  }
  return true;
}

function noticeIn({ message }: OpenedRow): unknown {
  if (message === null) return undefined;
  const { blocks } = parseKeptMessage(message).message;
  return blocks.find(({ name }) => name === "notice")?.value?.["channelNotice"];
}

/** Only whoever holds the notice receipts what stands under the log keys that it names. */
function isTaken({ payload }: ChannelNotice, logs: readonly LogRow[]): boolean {
  return payload.statements.some((said) => {
    if (said.type !== "log-keys") return false;
    const log = logs.find(({ origin }) => origin === said.origin);
    return log !== undefined && log.receiptedSize >= said.fromSize;
  });
}

/** Places that raise nothing are a mistake of whoever typed them. */
function raise(
  statements: readonly NoticeStatement[],
  { peer, from, disowned }: NoticeAnewOrder,
): Result<readonly NoticeStatement[], "keys.not-higher"> {
  const idle = new Set(from.keys());
  const raised = statements.map((said): NoticeStatement => {
    if (!("origin" in said) || said.type === "disowned") return said;
    const place = from.get(said.origin);
    const present = said.type === "key-may-not-sign" ? said.firstIndex : said.fromSize - 1;
    if (place === undefined || place <= present) return said;
    idle.delete(said.origin);
    if (said.type === "key-may-not-sign") return { ...said, firstIndex: place };
    return { ...said, fromSize: place + 1 };
  });
  if (idle.size > 0 || from.size === 0) {
    const logs = idle.size === 0 ? "—" : [...idle].join(", ");
    return refuseLocally("keys.not-higher", { peer, logs });
  }
  return accept([...raised, ...disowned.map((said) => ({ type: "disowned" as const, ...said }))]);
}

/**
 * A checkpoint, or receipt of ours, under the new keys at a size that would become one of the old ones:
 * it would verify no more.
 *
 * @returns Where the first is, `class/epoch/size`.
 */
async function findSigned(
  { storage }: PartyNode,
  logs: readonly LogRow[],
  [before, after]: readonly [readonly NoticeStatement[], readonly NoticeStatement[]],
): Promise<string | undefined> {
  for (const [at, said] of before.entries()) {
    const next = after[at];
    if (next === undefined || !("fromSize" in said) || !("fromSize" in next)) continue;
    const log = logs.find(({ origin }) => origin === said.origin);
    if (log === undefined || next.fromSize === said.fromSize) continue;
    const [first] = await storage.read((tx) => tx.logs.listCheckpoints(log.id, said.fromSize));
    if (first !== undefined && first.size < next.fromSize) {
      return `${log.class}/${log.epoch}/${first.size}`;
    }
  }
  return undefined;
}

async function signAnew(
  node: PartyNode,
  channel: Channel,
  made: {
    readonly last: ChannelNotice;
    readonly order: NoticeAnewOrder;
    readonly statements: readonly NoticeStatement[];
  },
): Promise<Result<ChannelNotice, string>> {
  const { last, order, statements } = made;
  const { descriptors, notices } = channel.ownKeys;
  const newest = descriptors.at(-1);
  assert(newest !== undefined, "an own party has a descriptor");
  const issuedAt = node.clock.nowSeconds();
  // Later descriptors have the same log and mirror keys: new ones would have brought a notice.
  const said = { issuedAt, descriptor: newest.digest, statements: [...statements] };
  const text = await buildNotice({ ...last.payload, ...said }, order.authority);
  const about = { party: channel.me, peer: channel.peer, channel: channel.id };
  const before = notices.slice(0, -1);
  return verifyNotice(node.primitives, text, { ...about, descriptors, before });
}
