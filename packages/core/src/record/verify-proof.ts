/**
 * Verifies the proof of one entry: sent, received, and as much of what it says as is shown.
 *
 * Silence is judged in `verify-silence.ts`. Spec: spec/record.md §6.
 *
 * @module
 */

import { fromBase64Url } from "../bytes/base64.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { parseEntry } from "../entry/entry.ts";
import { parseSignedCheckpoint } from "../log/checkpoint.ts";
import { mirrorName } from "../log/cosignature.ts";
import { channelHexOf, type LogOrigin, parseOrigin } from "../log/origin.ts";
import { leafHash } from "../log/tree.ts";
import { logKeysAt, mirrorKeysAt } from "../party/key-positions.ts";
import { type ChannelKeys, verifyChannelTexts } from "./channel-texts.ts";
import { ownNoteOf } from "./checkpoint-list.ts";
import { placeRefusal, proven, type RecordResult, refuseAt } from "./export-files.ts";
import { type ProofBundle, parseProof } from "./proof-bundle.ts";
import { type ShownStatement, verifyShown } from "./shown-statement.ts";
import { parseTlogProof, type TlogProof, verifyTlogProof } from "./tlog-proof.ts";
import { type ProvenSilence, verifySilence } from "./verify-silence.ts";

/** Times are POSIX seconds: the first by the author's word, the second by the receiver's. */
export interface ProvenProof {
  readonly keys: ChannelKeys;
  readonly log: LogOrigin;
  readonly origin: string;
  readonly index: number;
  /** Of the checkpoint. */
  readonly size: number;
  readonly statedAt: number;
  /** At the latest: an earlier receipt of the entry may exist. */
  readonly receivedAt: number;
  /** What the entry's header names; null if it has no header that can be read. */
  readonly statement: string | null;
  /** Null if nothing of the statement is shown. */
  readonly shown: ShownStatement | null;
  readonly silence: ProvenSilence | null;
}

/** @param text - Anybody's, of any length. */
export async function verifyProof(p: Primitives, text: string): Promise<RecordResult<ProvenProof>> {
  const bundle = parseProof(text);
  if (!bundle.ok) return placeRefusal("proof", bundle.refusal);
  const keys = await verifyChannelTexts(p, bundle.value);
  if (!keys.ok) return keys;
  const received = await verifyReceived(p, bundle.value.entry, keys.value);
  if (!received.ok) return received;
  const { place, entry, ...about } = received.value;
  const header = parseEntry(p, entry);
  const statement = header.ok ? header.value.header.statement : null;
  const known = { ...about, keys: keys.value, statement };
  const shown = await verifyStatementPart(p, bundle.value, { ...known, place });
  if (!shown.ok) return shown;
  const { silence } = bundle.value;
  if (silence === null) return proven({ ...known, shown: shown.value, silence: null });
  if (shown.value === null) return refuseAt("silence", "record.not-a-proof", "of which message?");
  const subject = { shown: shown.value, log: about.log, receivedAt: about.receivedAt };
  const judged = await verifySilence(p, silence, keys.value, subject);
  return judged.ok ? proven({ ...known, shown: shown.value, silence: judged.value }) : judged;
}

interface Received
  extends Pick<ProvenProof, "log" | "origin" | "index" | "size" | "statedAt" | "receivedAt"> {
  readonly entry: Uint8Array;
  readonly place: { readonly log: LogOrigin; readonly origin: string; readonly index: number };
}

async function verifyReceived(
  p: Primitives,
  text: string,
  keys: ChannelKeys,
): Promise<RecordResult<Received>> {
  const read = readEntryPart(text, keys);
  if (!read.ok) return read;
  const { proof, log, origin, size, entry } = read.value;
  const mirrorKeys = mirrorKeysAt(keys.keysOf(log.peer), origin, size);
  const verified = await verifyTlogProof(p, proof, leafHash(p, entry), {
    origin,
    logKeys: logKeysAt(keys.keysOf(log.author), origin, size),
    mirror: { name: mirrorName(log.peer), keys: mirrorKeys },
  });
  if (!verified.ok) return placeRefusal("entry", verified.refusal);
  const { signed, receipt } = verified.value;
  const own = ownNoteOf(proof.checkpoint);
  // Whatever else stood in the note nobody would have verified.
  if (!own.ok || receipt === undefined || own.value + receipt.lines !== proof.checkpoint) {
    return refuseAt("entry", "record.other-file", "more than the lines of log and mirror");
  }
  const { index } = proof;
  const times = { statedAt: signed.time, receivedAt: receipt.time };
  return proven({ log, origin, index, size, ...times, entry, place: { log, origin, index } });
}

function readEntryPart(
  text: string,
  keys: ChannelKeys,
): RecordResult<{
  readonly proof: TlogProof;
  readonly log: LogOrigin;
  readonly origin: string;
  readonly size: number;
  readonly entry: Uint8Array;
}> {
  const proof = parseTlogProof(text);
  if (!proof.ok) return placeRefusal("entry", proof.refusal);
  const { extra: entry, checkpoint } = proof.value;
  if (entry === undefined) return refuseAt("entry", "record.bad-proof-file", "without the entry");
  const signed = parseSignedCheckpoint(checkpoint);
  if (!signed.ok) return placeRefusal("entry", signed.refusal);
  const { origin, size } = signed.value.checkpoint;
  const log = parseOrigin(origin);
  if (!log.ok) return placeRefusal("entry", log.refusal);
  const { author, peer, channelHex } = log.value;
  const channelId = fromBase64Url(keys.channel);
  const isOfChannel =
    [author, peer].every((name) => keys.names.includes(name)) &&
    channelId !== undefined &&
    channelHexOf(channelId) === channelHex;
  if (!isOfChannel) return refuseAt("entry", "log.other-log", "a log of another channel");
  return proven({ proof: proof.value, log: log.value, origin, size, entry });
}

async function verifyStatementPart(
  p: Primitives,
  bundle: ProofBundle,
  about: Pick<ProvenProof, "keys" | "statement"> & Pick<Received, "place">,
): Promise<RecordResult<ShownStatement | null>> {
  if (bundle.statement === null) return proven(null);
  const { keys, statement, place } = about;
  const expected = { keys, ...place, statement };
  return verifyShown(p, bundle.statement, { ...expected, path: "statement" });
}
