/**
 * Drops what is made of the logs and makes it again: projections always, and the opened cache too
 * where everything is to be verified and decrypted anew.
 *
 * An entry of the peer that was refused has its refusal in our own log already, and gets no second
 * one; that of an entry that is refused only now is appended.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { openEntry, parseEntry } from "@parley/core/entry/entry";
import { Fault } from "@parley/core/fault";
import { kindOf } from "@parley/core/kind/kinds";
import { openStatement } from "@parley/core/message/message";
import { parseStatement } from "@parley/core/message/statement";
import type { Channel } from "./channel.ts";
import { formatKeptMessage, parseKeptMessage } from "./kept-message.ts";
import type { PartyNode } from "./party-node.ts";
import { requireLease } from "./sharing.ts";
import type { OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogEntry, type LogRow } from "./storage-log.ts";

export interface RebuildWatch {
  /** Entries done, of all there are. */
  progress(done: number, total: number): void;
  /**
   * Ends the work between two batches. What was folded stays, and the next fold goes on from there;
   * of a rebuild from the logs the mark stays too, and the next start begins it again.
   */
  readonly signal: AbortSignal;
}

/**
 * Memory holds some batches of entries and the cases that they concern, however long the logs are.
 *
 * @throws The reason of the signal.
 */
export async function rebuild(
  node: PartyNode,
  fromLogs: boolean,
  { progress, signal }: RebuildWatch,
): Promise<void> {
  signal.throwIfAborted();
  const channels = node.channels.channels();
  for (const { id } of channels) requireLease(node.sharing, id);
  const logs = (await Promise.all(channels.map((channel) => node.listLogs(channel)))).flat();
  const total = logs.reduce((sum, log) => sum + log.size, 0);
  let done = 0;
  const count = (entries: number): void => {
    signal.throwIfAborted();
    done += entries;
    progress(done, total);
  };
  await node.alone(async () => {
    await node.storage.write(async (tx) => {
      await tx.projections.dropProjections();
      if (!fromLogs) return;
      await tx.opened.dropOpened();
      await tx.home.markRebuilding(true);
    });
    node.folds.forgetAll();
    for (const channel of channels) {
      // Entries are counted when they are opened; of those from the cache, when they are folded.
      if (fromLogs) await reopen(node, channel, count);
      for (const trafficClass of channel.agreement.classes) {
        const onFed = fromLogs ? () => signal.throwIfAborted() : count;
        await node.folds.state(channel, trafficClass, { onFed });
      }
    }
    if (fromLogs) await node.storage.write((tx) => tx.home.markRebuilding(false));
  });
  progress(total, total);
}

/**
 * Rebuilds from the logs if a rebuild was cut off. Before anything else is opened or written: what a
 * mirror then has unopened is not new, and may have been refused or answered.
 */
export async function finishRebuild(node: PartyNode): Promise<void> {
  const isCut = await node.storage.read((tx) => tx.home.readIsRebuilding());
  const { signal } = new AbortController();
  if (isCut) await rebuild(node, true, { progress: () => undefined, signal });
}

/** Our own logs first: the fold of what the peer said presupposes them. */
async function reopen(
  node: PartyNode,
  channel: Channel,
  count: (entries: number) => void,
): Promise<void> {
  const logs = await node.listLogs(channel);
  const own = logs.filter(({ direction }) => direction === "own");
  const refused = new Map<string, Set<number>>();
  for (const log of own) await reopenOwn(node, channel, { log, refused, count });
  for (const log of logs) {
    if (log.direction === "own") continue;
    await node.reopenMirror(channel, log, { refused: refused.get(log.origin) ?? new Set(), count });
  }
}

async function reopenOwn(
  node: PartyNode,
  channel: Channel,
  own: {
    readonly log: LogRow;
    /** By origin of a mirrored log, the indices that our refusals name. */
    readonly refused: Map<string, Set<number>>;
    count(entries: number): void;
  },
): Promise<void> {
  const { log } = own;
  for (let from = 0; from < log.size; from += entriesPerBatchMax) {
    const countMax = Math.min(entriesPerBatchMax, log.size - from);
    const entries = await node.storage.read((tx) => tx.logs.readEntries(log.id, from, countMax));
    const rows = await Promise.all(entries.map((entry) => openOwn(node, channel, log, entry)));
    await node.storage.write((tx) => tx.opened.appendOpened(log.id, from, rows));
    for (const row of rows) noteRefusal(own.refused, row);
    own.count(rows.length);
  }
}

function noteRefusal(refused: Map<string, Set<number>>, { kind, message }: OpenedRow): void {
  if (kind !== "refusal.v1" || message === null) return;
  const notice = parseKeptMessage(message).message.blocks.find(({ name }) => name === "notice");
  const { origin, index } = notice?.value ?? {};
  if (typeof origin !== "string" || typeof index !== "number") return;
  refused.set(origin, (refused.get(origin) ?? new Set()).add(index));
}

/** An entry of our own, by the archive key: what we sealed is what we read. */
export async function openOwn(
  node: PartyNode,
  channel: Channel,
  log: LogRow,
  { index, bytes, leafHash }: LogEntry,
): Promise<OpenedRow> {
  const { primitives: p, clock } = node;
  const parsed = parseEntry(p, bytes);
  const archiveKey = parsed.ok ? node.keys.archiveKey(parsed.value.header.to.own.id) : undefined;
  if (archiveKey === undefined) throw unreadable(log, index, "no archive key of ours opens it");
  const opened = await openEntry(p, bytes, { origin: log.origin, archiveKey });
  if (!opened.ok) throw unreadable(log, index, opened.refusal.code);
  const statement = parseStatement(opened.value.statementLine);
  if (!statement.ok) throw unreadable(log, index, statement.refusal.code);
  const message = openStatement(p, statement.value, opened.value.lines);
  if (!message.ok) throw unreadable(log, index, message.refusal.code);
  const kid = statement.value.jws.signatures[0]?.header.kid ?? "";
  const by = channel.ownSignerOf(kid) ?? "node";
  const { head, control } = message.value;
  const contentKey = toBase64Url(opened.value.contentKey);
  const isKnownKind = kindOf(control.kind) !== undefined;
  const kept = { origin: log.origin, contentKey, by, isKnownKind };
  return {
    ...{
      channel: channel.id,
      class: log.class,
      logId: log.id,
      index,
      author: channel.me,
      leafHash,
    },
    ...{ verdict: "accepted", jti: head.jti, kind: control.kind, case: control.case, desk: by },
    iat: head.iat,
    openedAt: clock.nowSeconds(),
    message: formatKeptMessage({ ...kept, message: message.value }),
    contentKey: fromBase64Url(contentKey) ?? null,
  };
}

function unreadable(log: LogRow, index: number, why: string): Fault {
  return new Fault("storage.damaged", `${log.origin} ${index}: ${why}`, { retryable: false });
}
