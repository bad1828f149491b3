/**
 * Verifies that a message was not answered by a time: the peer's log from what the message had seen
 * of it up to the head that the peer stated then, with what each entry answers.
 *
 * Entries below what the message had seen were written before it, and cannot answer an id that was
 * random then. What the peer wrote later than that head is not spoken of. Spec: spec/record.md §7.
 *
 * @module
 */
import { toBase64Url } from "../bytes/base64.ts";
import { equalBytes } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { parseEntry } from "../entry/entry.ts";
import { kindNameOf } from "../kind/kinds.ts";
import {
  parseSignedCheckpoint,
  type SignedCheckpoint,
  verifyCheckpoint,
} from "../log/checkpoint.ts";
import { formatOrigin, type LogOrigin } from "../log/origin.ts";
import { appendLeaves, leafHash, nodesOf, rootOf } from "../log/tree.ts";
import { logKeysAt } from "../party/key-positions.ts";
import { answeringKinds } from "./answered.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import { ownNoteOf } from "./checkpoint-list.ts";
import { placeRefusal, proven, type RecordResult, refuseAt } from "./export-files.ts";
import type { SilencePart } from "./proof-bundle.ts";
import { type ShownStatement, verifyShown } from "./shown-statement.ts";

export interface ProvenSilence {
  /** POSIX seconds. */
  readonly until: number;
  /** By the peer's word, the time of the head; not before `until`. */
  readonly statedAt: number;
  /** The peer's log: entries from `from` to below `size` are shown. */
  readonly from: number;
  readonly size: number;
  /** Entries that name the message and do not answer it, such as a receipt of a person. */
  readonly named: readonly { readonly index: number; readonly kind: string }[];
}

export interface SilenceSubject {
  readonly shown: ShownStatement;
  readonly log: LogOrigin;
  readonly receivedAt: number;
}

export async function verifySilence(
  p: Primitives,
  silence: SilencePart,
  keys: ChannelKeys,
  subject: SilenceSubject,
): Promise<RecordResult<ProvenSilence>> {
  const { until } = silence;
  const { author, peer } = subject.log;
  const { seen } = subject.shown.message.head;
  const log: LogOrigin = { ...subject.log, author: peer, peer: author, epoch: seen.epoch };
  const origin = formatOrigin(log);
  const head = await verifyHead(p, silence, { keys, log, origin });
  if (!head.ok) return head;
  const { checkpoint, time } = head.value;
  if (until < subject.receivedAt || time < until) {
    return refuseAt("silence", "record.no-head", "the head is not of that time or later");
  }
  const whole = verifyRange(p, silence, subject, head.value);
  if (!whole.ok) return whole;
  const named: { index: number; kind: string }[] = [];
  for (const [at, { entry, statement }] of silence.entries.entries()) {
    const index = seen.size + at;
    const path = `silence/${index}`;
    const header = parseEntry(p, entry);
    const expected = header.ok ? header.value.header.statement : null;
    const place = { keys, log, origin, index, statement: expected, path };
    const shown = await verifyShown(p, statement, place);
    if (!shown.ok) return shown;
    const kind = kindOfAnswer(shown.value, subject.shown.message.head.jti);
    if (kind === null) continue;
    if (kind === undefined) return refuseAt(path, "message.not-shown", "answers, or the kind");
    if (answeringKinds.includes(kind)) return refuseAt(path, "record.answered", kind);
    named.push({ index, kind });
  }
  return proven({ until, statedAt: time, from: seen.size, size: checkpoint.size, named });
}

async function verifyHead(
  p: Primitives,
  { checkpoint: note }: SilencePart,
  about: { readonly keys: ChannelKeys; readonly log: LogOrigin; readonly origin: string },
): Promise<RecordResult<SignedCheckpoint>> {
  const { keys, log, origin } = about;
  const own = ownNoteOf(note);
  if (!own.ok || own.value !== note) {
    return refuseAt("silence", "log.bad-checkpoint", "not the two lines of its log alone");
  }
  const parsed = parseSignedCheckpoint(note);
  if (!parsed.ok) return placeRefusal("silence", parsed.refusal);
  const { size } = parsed.value.checkpoint;
  const logKeys = logKeysAt(keys.keysOf(log.author), origin, size);
  const signed = await verifyCheckpoint(p, note, { origin, logKeys });
  return signed.ok ? signed : placeRefusal("silence", signed.refusal);
}

/** What was seen, and what is shown, together are the whole of the peer's log at that head. */
function verifyRange(
  p: Primitives,
  { prefix, entries }: SilencePart,
  { shown }: SilenceSubject,
  { checkpoint }: SignedCheckpoint,
): RecordResult<true> {
  const { seen } = shown.message.head;
  if (prefix.length !== nodesOf(0, seen.size).length) {
    return refuseAt("silence", "log.bad-proof", "not the subtrees of what was seen");
  }
  const before = { size: seen.size, hashes: prefix };
  if (toBase64Url(rootOf(p, before)) !== seen.root) {
    return refuseAt("silence", "log.bad-proof", "not the entries that the message had seen");
  }
  if (seen.size + entries.length !== checkpoint.size) {
    return refuseAt("silence", "log.bad-proof", "not all entries up to the head");
  }
  const leaves = entries.map(({ entry }) => leafHash(p, entry));
  const { range } = appendLeaves(p, before, leaves);
  const isWhole = range.size === checkpoint.size && equalBytes(rootOf(p, range), checkpoint.root);
  return isWhole
    ? proven(true)
    : refuseAt("silence", "log.bad-proof", "not all entries to the head");
}

/** @returns Null if it answers something else or nothing; `undefined` if that is not shown. */
function kindOfAnswer({ message }: ShownStatement, jti: string): string | null | undefined {
  const { answers, kind } = message.control;
  if (answers === undefined) return undefined;
  if (answers !== jti) return null;
  return typeof kind === "string" ? kindNameOf(kind) : undefined;
}
