/**
 * Ends the epochs of all logs of this party and opens the next ones: after a restore, or whenever the
 * database in place may not be the last that signed.
 *
 * One channel notice to each peer, by the authority. What the authority has signed is written beside
 * its key before it is used: a database older than an earlier restore would else open the same epoch
 * again, and give it two histories. Nothing here speaks to a peer. spec/log.md §9.
 *
 * @module
 */
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { parseJws } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import { epochMax } from "@parley/core/log/origin";
import {
  buildNotice,
  type ChannelNotice,
  epochStateOf,
  type NoticeStatement,
  noticeBytesMax,
  noticePayload,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { readFileIfThere, writeFileDurably } from "./durable-file.ts";
import type { HeadStore } from "./head-store.ts";
import type { Storage } from "./storage.ts";
import { StoredChannels } from "./stored-channels.ts";

/** Room for some 1,000 notices: one for each peer and restore. */
const recordBytesMax = 16_777_216;
const recordSchema = z.strictObject({
  parley: z.literal("epoch-notices"),
  version: z.literal(1),
  notices: z.array(z.string().max(noticeBytesMax)),
});

export type NewEpochsRefusal =
  | "restore.other-authority"
  | "restore.foreign-notices"
  | "restore.notices-missing"
  | "log.last-epoch";

export interface NewEpochs {
  readonly p: Primitives;
  /** Of this party; nobody else uses it. */
  readonly storage: Storage;
  readonly headStore: HeadStore;
  /** The one in force. */
  readonly authority: readonly JwsSigner[];
  /** Where the notices are that the authority has signed; made if it is not there. */
  readonly recordPath: string;
  /** POSIX seconds. */
  readonly now: number;
}

/** Per channel: its peer and the epoch that each class goes on in. */
export interface OpenedEpochs {
  readonly peer: string;
  readonly channel: string;
  readonly epochs: Readonly<Record<string, number>>;
}

/**
 * @returns What is open now; or `restore.other-authority` if the keys are not those of the newest
 *   descriptor here, `restore.foreign-notices` if the record holds notices that do not follow what the
 *   database holds, `restore.notices-missing` if the head store knows a later epoch than both,
 *   `log.last-epoch`. Nothing is changed then.
 */
export async function openNewEpochs(
  order: NewEpochs,
): Promise<LocalResult<readonly OpenedEpochs[], NewEpochsRefusal>> {
  const { p, storage, recordPath } = order;
  const book = new StoredChannels(p, storage);
  await book.reload();
  const record = readRecord(recordPath);
  const kept: { readonly channel: Channel; readonly notices: readonly ChannelNotice[] }[] = [];
  const opened: OpenedEpochs[] = [];
  for (const channel of book.channels()) {
    const known = await learn(p, channel, record);
    if (!known.ok) return known;
    const notice = await sign(order, channel, known.value);
    if (!notice.ok) return notice;
    const notices = [...known.value, notice.value];
    kept.push({ channel, notices: notices.slice(channel.ownKeys.notices.length) });
    opened.push({ peer: channel.peer, channel: channel.id, epochs: epochsOf(channel, notices) });
  }
  const texts = kept.flatMap(({ notices }) => notices.map(({ text }) => text));
  writeRecord(recordPath, [...new Set([...record, ...texts])]);
  await storage.write(async (tx) => {
    for (const { channel, notices } of kept) {
      for (const { digest, text } of notices) {
        const row = { channel: channel.id, author: channel.me, digest, jws: text };
        await tx.channels.insertNotice({ ...row, storedAt: order.now });
      }
    }
  });
  return { ok: true, value: opened };
}

/** Our notices of a channel: those of the database, and those that it lost. */
async function learn(
  p: Primitives,
  channel: Channel,
  record: readonly string[],
): Promise<LocalResult<readonly ChannelNotice[], "restore.foreign-notices">> {
  const notices = [...channel.ownKeys.notices];
  const about = { party: channel.me, peer: channel.peer, channel: channel.id };
  for (const text of record) {
    if (!isOfChannel(text, channel) || notices.some((held) => held.text === text)) continue;
    const { descriptors } = channel.ownKeys;
    const verified = await verifyNotice(p, text, { ...about, descriptors, before: notices });
    if (!verified.ok) {
      const reason = verified.refusal.code;
      return refuseLocally("restore.foreign-notices", { peer: channel.peer, reason });
    }
    notices.push(verified.value);
  }
  return { ok: true, value: notices };
}

async function sign(
  { p, storage, headStore, authority, now }: NewEpochs,
  channel: Channel,
  before: readonly ChannelNotice[],
): Promise<LocalResult<ChannelNotice, NewEpochsRefusal>> {
  const { peer } = channel;
  const statements: NoticeStatement[] = [];
  for (const trafficClass of channel.agreement.classes) {
    const { epoch, isClosed } = epochStateOf(before, trafficClass);
    if (epoch >= epochMax) return refuseLocally("log.last-epoch", {});
    const filter = { channel: channel.id, class: trafficClass, author: channel.me };
    const logs = await storage.read((tx) => tx.logs.listLogs(filter));
    const log = logs.find((one) => one.epoch === epoch);
    const [{ origin } = { origin: "" }] = logs;
    const head = await headStore.readHead(origin.slice(0, origin.lastIndexOf("/")));
    if ((head?.epoch ?? 0) > epoch) return refuseLocally("restore.notices-missing", { peer });
    const said = { class: trafficClass, epoch };
    if (!isClosed) statements.push({ type: "epoch-closed", ...said, size: log?.size ?? null });
    statements.push({ type: "epoch-opened", class: trafficClass, epoch: epoch + 1 });
  }
  const { descriptors } = channel.ownKeys;
  const newest = descriptors.at(-1);
  assert(newest !== undefined, "an own party has a descriptor");
  const payload = {
    ...{ v: 1 as const, party: channel.me, peer, channel: channel.id },
    ...{ serial: before.length + 1, previous: before.at(-1)?.digest ?? null },
    ...{ issuedAt: now, descriptor: newest.digest, statements },
  };
  const text = await buildNotice(noticePayload.parse(payload), authority);
  const about = { party: channel.me, peer, channel: channel.id, descriptors, before };
  const verified = await verifyNotice(p, text, about);
  if (verified.ok) return verified;
  return refuseLocally("restore.other-authority", { reason: verified.refusal.code });
}

function epochsOf(channel: Channel, notices: readonly ChannelNotice[]): Record<string, number> {
  return Object.fromEntries(
    channel.agreement.classes.map((of) => [of, epochStateOf(notices, of).epoch]),
  );
}

function isOfChannel(text: string, { id, me }: Channel): boolean {
  const jws = parseJws(text, noticeBytesMax);
  const payload = jws.ok ? noticePayload.safeParse(jws.value.payload).data : undefined;
  return payload?.channel === id && payload.party === me;
}

function readRecord(path: string): readonly string[] {
  const text = readFileIfThere(path, recordBytesMax);
  if (text === undefined) return [];
  const json = parseStrictJson(text, { depthMax: 3, bytesMax: recordBytesMax });
  const record = recordSchema.safeParse(json.ok ? json.value : undefined);
  if (record.success) return record.data.notices;
  throw new Fault("restore.damaged-record", `${path}: not as it was written`, { retryable: false });
}

function writeRecord(path: string, notices: readonly string[]): void {
  const record = { parley: "epoch-notices", version: 1, notices };
  writeFileDurably(path, `${JSON.stringify(record)}\n`);
}
