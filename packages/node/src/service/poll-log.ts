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
import { parseSignedCheckpoint } from "@parley/core/log/checkpoint";
import type { MirrorAnswer } from "@parley/core/log/mirror-judge";
import { type AddCheckpoint, packageInterval } from "@parley/core/log/mirror-messages";
import { originHash } from "@parley/core/log/origin";
import { proveConsistency } from "@parley/core/log/proofs";
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
import { readPackage, type Shown, type TileJob, TileRefused, tileReader } from "./read-tiles.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

export interface PollPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly mirror: Mirror;
}

export interface PollJob extends TileJob {
  readonly channel: Channel;
  readonly origin: string;
}

/** What the author shows, and as what text. */
type Polled = Shown & PollJob & { readonly text: string };

/** Brings our mirror of one log up to the last checkpoint that its author shows. */
export async function pollLog(ports: PollPorts, job: PollJob): Promise<ExchangeOutcome> {
  const at = { side: "log", hash: originHash(ports.p, job.origin) } as const;
  const reply = await job.link.readCheckpoint(at, job.signal);
  if (reply.kind === "refused") {
    return reply.code === "log.unknown-origin" ? exchangeDone : refusedBy(reply);
  }
  const text = reply.value;
  const parsed = parseSignedCheckpoint(text);
  if (!parsed.ok || parsed.value.checkpoint.origin !== job.origin) return badAnswer;
  const { checkpoint } = parsed.value;
  const row = await readRow(ports, job);
  if (row?.size === checkpoint.size && equalBytes(row.root, checkpoint.root)) return exchangeDone;
  const read = tileReader(ports.p, job, at, checkpoint.size);
  try {
    return await take(ports, { ...job, text, parsed: parsed.value, at, read }, row);
  } catch (error) {
    if (error instanceof TileRefused) return error.outcome;
    throw error;
  }
}

async function take(
  ports: PollPorts,
  shown: Polled,
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
async function takeEntries(ports: PollPorts, shown: Polled): Promise<ExchangeOutcome> {
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
