/**
 * Reads a log from the peer that writes it, where it cannot dial us, into our mirror of it.
 *
 * The mirror judges what is read here exactly as what is pushed: this module only builds the same
 * requests from the peer's checkpoint, tiles and bundles. spec/exchange.md EXC-28.
 *
 * @module
 */

import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { parseSignedCheckpoint, type UnverifiedCheckpoint } from "@parley/core/log/checkpoint";
import type { MirrorAnswer } from "@parley/core/log/mirror-judge";
import {
  type AddCheckpoint,
  type EntryPackage,
  type PackageInterval,
  packageInterval,
} from "@parley/core/log/mirror-messages";
import { originHash } from "@parley/core/log/origin";
import { proveConsistency, proveSubtreeConsistency } from "@parley/core/log/proofs";
import {
  decodeBundle,
  readNodesOfTiles,
  type TileId,
  tilePath,
  tileWidth,
  tileWidthAt,
} from "@parley/core/log/tiles";
import { hashBytes, type NodeReader } from "@parley/core/log/tree";
import type { Channel } from "./channel.ts";
import {
  badAnswer,
  type ExchangeOutcome,
  exchangeDone,
  refusedAs,
  refusedBy,
} from "./exchange-outcome.ts";
import type { Mirror } from "./mirror.ts";
import { MirrorUpload } from "./mirror-upload.ts";
import type { PeerLink } from "./peer-link.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

/** Tiles of hashes kept while a log is read: those of the upper levels serve every package. */
const tilesKeptMax = 64;

export interface PollPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly mirror: Mirror;
}

export interface PollJob {
  readonly channel: Channel;
  readonly origin: string;
  readonly link: PeerLink;
  readonly signal: AbortSignal;
}

/** What the peer shows of its log. */
interface Shown extends PollJob {
  readonly text: string;
  readonly parsed: UnverifiedCheckpoint;
  readonly hash: string;
  readonly read: NodeReader;
}

/** A tile that the peer did not give: ends the poll with what it answered. */
class TileRefused extends Error {
  readonly outcome: ExchangeOutcome;

  constructor(outcome: ExchangeOutcome) {
    super("a tile is not to be had");
    this.outcome = outcome;
  }
}

/** Brings our mirror of one log up to the last checkpoint that its author shows. */
export async function pollLog(ports: PollPorts, job: PollJob): Promise<ExchangeOutcome> {
  const hash = originHash(ports.p, job.origin);
  const reply = await job.link.readCheckpoint(hash, job.signal);
  if (reply.kind === "refused") {
    return reply.code === "log.unknown-origin" ? exchangeDone : refusedBy(reply);
  }
  const text = reply.value;
  const parsed = parseSignedCheckpoint(text);
  if (!parsed.ok || parsed.value.checkpoint.origin !== job.origin) return badAnswer;
  const { checkpoint } = parsed.value;
  const row = await readRow(ports, job);
  if (row?.size === checkpoint.size && equalBytes(row.root, checkpoint.root)) return exchangeDone;
  const read = tileReader(ports.p, job, hash, checkpoint.size);
  try {
    return await take(ports, { ...job, text, parsed: parsed.value, hash, read }, row);
  } catch (error) {
    if (error instanceof TileRefused) return error.outcome;
    throw error;
  }
}

async function take(
  ports: PollPorts,
  shown: Shown,
  row: LogRow | undefined,
): Promise<ExchangeOutcome> {
  const { p, mirror } = ports;
  const { channel, parsed, text, read } = shown;
  const { size } = parsed.checkpoint;
  // A log that shrank is compared with what we hold: whoever goes back may have forked.
  const old = Math.min(row?.pendingSize ?? 0, size);
  const proof = old === 0 ? [] : await proveConsistency(p, read, old, size);
  const request: AddCheckpoint = { old, proof, text, parsed };
  const answer = await mirror.addCheckpoint(channel.peer, request);
  // A push of the peer was faster.
  if (answer.status === 409) return exchangeDone;
  if (answer.status !== 200) return refusedAs(codeOf(answer));
  if (size === 0) return exchangeDone;
  return takeEntries(ports, shown);
}

/** One upload after the other, each of at most 32 packages. */
async function takeEntries(ports: PollPorts, shown: Shown): Promise<ExchangeOutcome> {
  const { channel, origin, parsed } = shown;
  const { size: end } = parsed.checkpoint;
  for (let before = -1; ; ) {
    shown.signal.throwIfAborted();
    const row = await readRow(ports, shown);
    const start = Math.min(row?.entryCount ?? 0, end);
    if (start === before) return refusedAs("exchange.too-many");
    before = start;
    const header = { origin, start, end, ticket: new Uint8Array(0) };
    const upload = await ports.mirror.openUpload(channel.peer, header);
    if (!(upload instanceof MirrorUpload)) return answered(upload);
    for (let at = 0; upload.wantsMore(); at++) {
      const part = await readPackage(ports.p, shown, packageInterval(start, end, at));
      upload.countBytes(part.entries.reduce((sum, entry) => sum + entry.length, 0));
      const saved = await upload.savePackage(part);
      if (!saved.ok) return refusedAs(saved.refusal.code);
    }
    const answer = await upload.end();
    if (answer.status !== 202) return answered(answer);
  }
}

async function readPackage(
  p: Primitives,
  shown: Shown,
  interval: PackageInterval,
): Promise<EntryPackage> {
  const { subtreeStart, start, end } = interval;
  const { size } = shown.parsed.checkpoint;
  const index = subtreeStart / tileWidth;
  const width = tileWidthAt(0, index, size);
  const bundle = await readTile(shown, shown.hash, { kind: "entries", index, width });
  const entries = bundle.width === width ? decodeBundle(bundle.bytes, width) : undefined;
  const full = entries ?? decodeBundle(bundle.bytes, tileWidth);
  if (!full.ok) throw new TileRefused(badAnswer);
  const proof = await proveSubtreeConsistency(p, shown.read, { start: subtreeStart, end }, size);
  return { interval, entries: full.value.slice(start - subtreeStart, end - subtreeStart), proof };
}

/** Nodes of the peer's tree, from its tiles; a lie in them fails the mirror's verification. */
function tileReader(p: Primitives, job: PollJob, hash: string, size: number): NodeReader {
  const kept = new Map<string, Uint8Array>();
  return readNodesOfTiles(
    p,
    async (id) => {
      const path = tilePath(id);
      const there = kept.get(path);
      if (there !== undefined) return there;
      const { bytes } = await readTile(job, hash, id);
      const own = bytes.subarray(0, id.width * hashBytes);
      if (kept.size >= tilesKeptMax) kept.clear();
      kept.set(path, own);
      return own;
    },
    size,
  );
}

/** A partial tile may be gone once the full one is there. */
async function readTile(
  { link, signal }: PollJob,
  hash: string,
  id: TileId,
): Promise<{ readonly bytes: Uint8Array; readonly width: number }> {
  const reply = await link.readTile(hash, id, signal);
  if (reply.kind === "found") return { bytes: reply.value, width: id.width };
  if (id.width === tileWidth || reply.code !== "exchange.no-tile") {
    throw new TileRefused(refusedBy(reply));
  }
  const full = await link.readTile(hash, { ...id, width: tileWidth }, signal);
  if (full.kind === "refused") throw new TileRefused(refusedBy(full));
  return { bytes: full.value, width: tileWidth };
}

function readRow({ storage }: PollPorts, { origin }: PollJob): Promise<LogRow | undefined> {
  return storage.read((tx) => tx.logs.readLogByOrigin(origin));
}

function answered(answer: MirrorAnswer): ExchangeOutcome {
  return answer.status === 200 || answer.status === 409 ? exchangeDone : refusedAs(codeOf(answer));
}

/** The code that our mirror would have sent. */
function codeOf({ body }: MirrorAnswer): string {
  return body.trimEnd();
}
