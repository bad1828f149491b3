/**
 * A channel notice: what a party's authority says to one peer by position in a log.
 *
 * The first index that a key may no longer sign, the first size under new log or mirror keys, the
 * epochs: never by time, because times are the receiver's word. A descriptor goes to every peer and
 * must not tell one about another; a notice is shown to its peer alone. spec/keys.md §5.
 *
 * @module
 */
import { z } from "zod";
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { type JwsSigner, type ParsedJws, parseJws, signJws, verifyJws } from "../crypto/jws.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import {
  channelHexOf,
  epochMax,
  type LogOrigin,
  parseOrigin,
  type TrafficClass,
  trafficClasses,
} from "../log/origin.ts";
import { treeSizeMax } from "../log/tree.ts";
import { accept, type Result, refuse } from "../result.ts";
import { authorityKeys, type Descriptor } from "./descriptor.ts";
import { partyName } from "./party-name.ts";
import { describeIssue, digest, serial, time } from "./signed-fields.ts";

export const noticeType = "parley-notice+jws";

/** Octets of a notice: every statement it may hold, and the signatures. */
export const noticeBytesMax = 131_072;

/** A party with 16 desks and 3 classes that changes all its keys needs 102. */
export const noticeStatementsMax = 256;

/** UTF-16 code units; longer than any origin. */
export const originLengthMax = 255;

const origin = z.string().max(originLengthMax);
const size = z.int().min(0).max(treeSizeMax);
const trafficClass = z.enum(trafficClasses);
const epoch = z.int().min(1).max(epochMax);

const statement = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("key-may-not-sign"),
    kid: digest,
    origin,
    firstIndex: size,
  }),
  z.strictObject({ type: z.literal("log-keys"), origin, fromSize: size }),
  z.strictObject({ type: z.literal("mirror-keys"), origin, fromSize: size }),
  z.strictObject({
    type: z.literal("epoch-closed"),
    class: trafficClass,
    epoch,
    size: size.nullable(),
  }),
  z.strictObject({ type: z.literal("epoch-opened"), class: trafficClass, epoch }),
  z.strictObject({ type: z.literal("disowned"), origin, firstIndex: size, lastIndex: size }),
]);

export const noticePayload = z
  .strictObject({
    v: z.literal(1),
    party: partyName,
    peer: partyName,
    channel: digest,
    serial,
    previous: digest.nullable(),
    issuedAt: time,
    descriptor: digest,
    statements: z.array(statement).min(1).max(noticeStatementsMax),
  })
  .refine((notice) => (notice.serial === 1) === (notice.previous === null), {
    error: "previous is null in serial 1 and nowhere else",
  });

export type NoticeStatement = z.output<typeof statement>;
export type NoticePayload = z.output<typeof noticePayload>;

/** A notice that the party's authority has signed and that follows the ones before it. */
export interface ChannelNotice {
  readonly payload: NoticePayload;
  /** SHA-256 of the canonical payload, base64url. */
  readonly digest: string;
  /** As signed. */
  readonly text: string;
}

/** Against what a notice is judged. */
export interface NoticeExpectation {
  readonly party: string;
  readonly peer: string;
  /** Channel id, base64url. */
  readonly channel: string;
  /** The chain of the party, oldest first, as far as it was known when the notice arrived. */
  readonly descriptors: readonly Descriptor[];
  /** Every notice of the party on this channel so far, oldest first. */
  readonly before: readonly ChannelNotice[];
}

export type NoticeRefusal =
  | "jws.malformed"
  | "jws.wrong-signers"
  | "jws.bad-signature"
  | "notice.malformed"
  | "notice.wrong-channel"
  | "notice.broken-chain"
  | "notice.unknown-descriptor"
  | "notice.bad-statement";

/** How the epochs of one class stand: they open one after the other, each when the last is closed. */
export interface EpochState {
  /** The newest, from 1. */
  readonly epoch: number;
  readonly isClosed: boolean;
}

/** @param signers - The authority's, of the descriptor that the payload names. */
export function buildNotice(
  payload: NoticePayload,
  signers: readonly JwsSigner[],
): Promise<string> {
  return signJws(canonicalJson(payload), noticeType, signers);
}

/**
 * Reads the next notice of a party.
 *
 * @param text - The peer's, of any length.
 * @returns `notice.malformed`; `notice.wrong-channel` if it is of another party, peer or channel;
 *   `notice.broken-chain` if it does not follow the last of `before`; `notice.unknown-descriptor` if
 *   it names none of `descriptors`, or one whose authority has been replaced since; a code of `jws`
 *   if that authority has not signed; `notice.bad-statement` if a statement speaks of a log that is
 *   not of this channel, or an epoch opens or closes out of turn.
 */
export async function verifyNotice(
  p: Primitives,
  text: string,
  expected: NoticeExpectation,
): Promise<Result<ChannelNotice, NoticeRefusal>> {
  const jws = parseJws(text, noticeBytesMax);
  if (!jws.ok) return jws;
  const parsed = noticePayload.safeParse(jws.value.payload);
  if (!parsed.success) return refuse("notice.malformed", describeIssue(parsed.error));
  const payload = parsed.data;
  const followed = checkPlace(payload, expected);
  if (!followed.ok) return followed;
  const signed = await verifyAuthority(p, jws.value, payload, expected);
  if (!signed.ok) return signed;
  const wrong = badStatement(payload, expected.before);
  if (wrong !== undefined) return refuse("notice.bad-statement", wrong);
  const noticeDigest = toBase64Url(p.sha256(encodeUtf8(jws.value.payloadText)));
  return accept({ payload, digest: noticeDigest, text });
}

/**
 * The chain for a notice that was verified when it arrived and is read again: up to the descriptor
 * that it names. A notice that is new is judged by the whole chain instead, since a replaced
 * authority must not sign any more; but what it signed in its time stays true, and where an old
 * notice stood among later descriptors is nowhere signed.
 *
 * @returns `descriptors` whole if the notice names none of them.
 */
export function descriptorsUpTo(
  text: string,
  descriptors: readonly Descriptor[],
): readonly Descriptor[] {
  const jws = parseJws(text, noticeBytesMax);
  const payload = jws.ok ? noticePayload.safeParse(jws.value.payload) : undefined;
  const named = descriptors.findIndex(({ digest }) => digest === payload?.data?.descriptor);
  return named === -1 ? descriptors : descriptors.slice(0, named + 1);
}

/** How the epochs of a class stand after these notices; epoch 1 needs no notice. */
export function epochStateOf(
  notices: readonly Pick<ChannelNotice, "payload">[],
  of: TrafficClass,
): EpochState {
  let state: EpochState = { epoch: 1, isClosed: false };
  for (const said of notices.flatMap(({ payload }) => payload.statements)) {
    state = nextEpochState(state, said, of) ?? state;
  }
  return state;
}

function checkPlace(
  payload: NoticePayload,
  { party, peer, channel, before }: NoticeExpectation,
): Result<true, NoticeRefusal> {
  if (payload.party !== party || payload.peer !== peer || payload.channel !== channel) {
    return refuse("notice.wrong-channel", "of another party, peer or channel");
  }
  const last = before.at(-1);
  const follows =
    payload.serial === (last?.payload.serial ?? 0) + 1 &&
    payload.previous === (last?.digest ?? null);
  if (!follows) return refuse("notice.broken-chain", "it does not name the notice before it");
  return accept(true);
}

/** A thief of a replaced authority can still sign: so the authority must be the newest's. */
async function verifyAuthority(
  p: Primitives,
  jws: ParsedJws,
  payload: NoticePayload,
  { descriptors, before }: NoticeExpectation,
): Promise<Result<true, NoticeRefusal>> {
  const serialOf = (wanted: string | undefined) =>
    descriptors.find((descriptor) => descriptor.digest === wanted)?.payload.serial;
  const newest = descriptors.at(-1);
  assert(newest !== undefined, "the party was paired with by a descriptor");
  const named = descriptors.find((descriptor) => descriptor.digest === payload.descriptor);
  const keys = authorityKeys(newest);
  const kidsOf = (descriptor: Descriptor) => authorityKeys(descriptor).map(({ kid }) => kid);
  if (named === undefined || String(kidsOf(named)) !== String(kidsOf(newest))) {
    return refuse("notice.unknown-descriptor", "not a descriptor of the present authority");
  }
  if (named.payload.serial < (serialOf(before.at(-1)?.payload.descriptor) ?? 0)) {
    return refuse("notice.unknown-descriptor", "older than the one the last notice names");
  }
  return await verifyJws(p, jws, { typ: noticeType, keys });
}

/** @returns What is wrong with a statement, for a log; `undefined` if nothing is. */
function badStatement(
  payload: NoticePayload,
  before: readonly ChannelNotice[],
): string | undefined {
  const states = new Map(trafficClasses.map((of) => [of, epochStateOf(before, of)]));
  for (const [index, said] of payload.statements.entries()) {
    if (said.type === "epoch-closed" || said.type === "epoch-opened") {
      const state = states.get(said.class);
      const after = state && nextEpochState(state, said, said.class);
      if (after === undefined) return `statements.${index}: an epoch out of turn`;
      states.set(said.class, after);
    } else if (!isOfChannel(said, payload)) {
      return `statements.${index}: the origin of a log that it cannot speak of`;
    } else if (said.type === "disowned" && said.lastIndex < said.firstIndex) {
      return `statements.${index}: it ends before it begins`;
    }
  }
  return undefined;
}

/** @returns How the epochs stand after `said`; `undefined` if it is of no epoch whose turn it is. */
function nextEpochState(
  { epoch: newest, isClosed }: EpochState,
  said: NoticeStatement,
  of: TrafficClass,
): EpochState | undefined {
  if (said.type === "epoch-closed" && said.class === of && said.epoch === newest && !isClosed) {
    return { epoch: newest, isClosed: true };
  }
  if (said.type === "epoch-opened" && said.class === of && said.epoch === newest + 1 && isClosed) {
    return { epoch: newest + 1, isClosed: false };
  }
  return undefined;
}

/** Mirror keys speak of the peer's logs, all else of the party's own. */
function isOfChannel(
  said: Extract<NoticeStatement, { origin: string }>,
  { party, peer, channel }: NoticePayload,
): boolean {
  const parsed = parseOrigin(said.origin);
  if (!parsed.ok) return false;
  const log: LogOrigin = parsed.value;
  const [author, reader] = said.type === "mirror-keys" ? [peer, party] : [party, peer];
  const channelId = fromBase64Url(channel);
  assert(channelId !== undefined, "the schema has decoded it before");
  return log.author === author && log.peer === reader && log.channelHex === channelHexOf(channelId);
}
