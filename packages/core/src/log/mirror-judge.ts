/**
 * What a mirror answers: status, body and what it then does, from its state and a request.
 *
 * Pure, so that the HTTP layer only moves octets. The order of the checks is that of C2SP, and so
 * is every status; `kind` says what to do. Whoever calls it stores and answers atomically where
 * spec/exchange.md says so. spec/exchange.md §2 and §3.
 *
 * @module
 */
import { equalBytes } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { type RefusalCode, refusalCodes } from "../refusal-codes.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  type Checkpoint,
  type LogKeys,
  type SignedCheckpoint,
  verifyLogSignatures,
} from "./checkpoint.ts";
import type { PrefixProof } from "./fork.ts";
import {
  type AddCheckpoint,
  type EntryPackage,
  formatMirrorInfo,
  packageCount,
  type UploadHeader,
} from "./mirror-messages.ts";
import { evaluateSubtreeProof, verifySubtreeConsistency } from "./proofs.ts";
import { tileWidth } from "./tiles.ts";
import { emptyRoot, leafHash, rootOfLeaves } from "./tree.ts";

/** Entries of an upload that the mirror holds already: one package is what a race can cost. */
export const overlapEntriesMax = tileWidth;

/** Pending checkpoints that a mirror remembers as the end of an upload, the current one included. */
export const pendingCheckpointsMax = 4;

export type MirrorAnswer = {
  readonly status: number;
  readonly contentType:
    | "text/plain; charset=utf-8"
    | "text/x.tlog.size"
    | "text/x.tlog.mirror-info";
  readonly body: string;
};

/** What a mirror holds of one log. */
export interface MirrorState {
  readonly origin: string;
  readonly logKeys: LogKeys;
  /** The last pending checkpoints, oldest first; the last one is the current one. */
  readonly pending: readonly Checkpoint[];
  /** The last one it cosigned. */
  readonly mirrorCheckpoint: Checkpoint | undefined;
  /** Index of the first entry that it lacks. */
  readonly nextEntry: number;
}

export type RefusedRequest = {
  readonly kind: "refuse";
  readonly code: RefusalCode;
  readonly answer: MirrorAnswer;
};

/**
 * `store`: make `signed` the current pending checkpoint, if the current one still is the one judged
 * by; then answer. `known`: answer. A refusal of a checkpoint that the log did sign keeps it in
 * `signed`; with code `log.fork` it is evidence, together with the current one and `prefix`.
 */
export type CheckpointVerdict =
  | {
      readonly kind: "store" | "known";
      readonly signed: SignedCheckpoint;
      readonly answer: MirrorAnswer;
    }
  | (RefusedRequest & { readonly signed?: SignedCheckpoint; readonly prefix?: PrefixProof });

/** `read`: read and verify the packages; their proofs lead to `checkpoint`. */
export type UploadVerdict =
  | { readonly kind: "read"; readonly checkpoint: Checkpoint }
  | RefusedRequest;

/**
 * `commit`: make `checkpoint` the mirror checkpoint unless it is that already, cosign it once, and
 * answer 200 with the lines. `continue`: answer; the client sends the rest.
 */
export type UploadEndVerdict =
  | { readonly kind: "commit"; readonly checkpoint: Checkpoint }
  | { readonly kind: "continue"; readonly answer: MirrorAnswer }
  | RefusedRequest;

/** @param log - What is held of the log that the checkpoint names; `undefined` if it is unknown. */
export async function judgeAddCheckpoint(
  p: Primitives,
  log: MirrorState | undefined,
  request: AddCheckpoint,
): Promise<CheckpointVerdict> {
  const { checkpoint } = request.parsed;
  if (log?.origin !== checkpoint.origin) return refuseRequest("log.unknown-origin");
  const verified = await verifyLogSignatures(p, request.parsed, request.text, log.logKeys);
  if (!verified.ok) return refuseRequest(verified.refusal.code);
  const signed = verified.value;
  if (request.old > checkpoint.size) return { ...refuseRequest("mirror.bad-request"), signed };

  const current = log.pending.at(-1);
  const currentSize = current?.size ?? 0;
  if (request.old !== currentSize) {
    const answer = {
      status: 409,
      contentType: "text/x.tlog.size",
      body: `${currentSize}\n`,
    } as const;
    return { kind: "refuse", code: "mirror.other-size", answer, signed };
  }
  const conflict = conflictWith(p, current, request);
  if (conflict !== undefined) return { ...conflict, signed };
  const answer = { status: 200, contentType: "text/plain; charset=utf-8", body: "" } as const;
  const isNew = current === undefined || checkpoint.size > currentSize;
  return { kind: isNew ? "store" : "known", signed, answer };
}

/**
 * Judges the header of an upload, before a package is read.
 *
 * @param log - What is held of the log that the header names; `undefined` if it is unknown. It may
 *   be stale.
 */
export function judgeAddEntries(log: MirrorState | undefined, header: UploadHeader): UploadVerdict {
  if (log?.origin !== header.origin) return refuseRequest("log.unknown-origin");
  if (log.pending.length === 0) return refuseRequest("mirror.no-checkpoint");
  const checkpoint = findEnd(log, header.end);
  const mirrorSize = log.mirrorCheckpoint?.size ?? 0;
  if (checkpoint === undefined || header.end < mirrorSize) {
    return refuseUpload("mirror.other-end", log, undefined);
  }
  if (header.start > log.nextEntry) return refuseUpload("mirror.gap", log, header.end);
  const excess = Math.min(header.end, log.nextEntry) - header.start;
  if (excess > overlapEntriesMax) return refuseUpload("mirror.overlap", log, header.end);
  return { kind: "read", checkpoint };
}

/**
 * Verifies one package: its entries, behind those held of the same bundle, are those of the log.
 *
 * @param heldLeafHashes - Of the entries [subtreeStart, start), which the mirror has already.
 * @returns The leaf hashes of the package's entries.
 */
export function verifyPackage(
  p: Primitives,
  checkpoint: Checkpoint,
  heldLeafHashes: readonly Uint8Array[],
  upload: EntryPackage,
): Result<readonly Uint8Array[], "log.bad-proof"> {
  const { interval, entries, proof } = upload;
  const { subtreeStart, start, end } = interval;
  assert(heldLeafHashes.length === start - subtreeStart, "the hashes of what precedes the package");
  const hashes = entries.map((entry) => leafHash(p, entry));
  const verdict = verifySubtreeConsistency(p, {
    start: subtreeStart,
    end,
    size: checkpoint.size,
    subtreeRoot: rootOfLeaves(p, [...heldLeafHashes, ...hashes]),
    root: checkpoint.root,
    proof,
  });
  return verdict.ok ? accept(hashes) : refuse("log.bad-proof", "the package is not of this log");
}

/**
 * Judges an upload that ended: with its last package, with the body, or where it was malformed. One
 * whose package failed its proof is answered with `refuseRequest("log.bad-proof")` instead.
 *
 * @param log - As it is now, with the packages saved.
 * @param savedPackages - How many packages of this request were verified and saved.
 */
export function judgeUploadEnd(
  log: MirrorState,
  header: UploadHeader,
  savedPackages: number,
): UploadEndVerdict {
  const wanted = packageCount(header.start, header.end);
  if (savedPackages < wanted) {
    if (savedPackages === 0) return refuseRequest("mirror.bad-request");
    return { kind: "continue", answer: infoAnswer(202, log, header.end) };
  }
  const checkpoint = findEnd(log, header.end);
  if (checkpoint === undefined || header.end < (log.mirrorCheckpoint?.size ?? 0)) {
    return refuseUpload("mirror.other-end", log, undefined);
  }
  assert(log.nextEntry >= header.end, "all entries below the end are held");
  return { kind: "commit", checkpoint };
}

/** The answer to an upload that is complete: the stored cosignature, always the same octets. */
export function cosignatureAnswer(lines: string): MirrorAnswer {
  return { status: 200, contentType: "text/plain; charset=utf-8", body: lines };
}

/** A refusal whose answer is its code on one line. */
export function refuseRequest(code: RefusalCode): RefusedRequest {
  const { status } = refusalCodes[code];
  const answer = { status, contentType: "text/plain; charset=utf-8", body: `${code}\n` } as const;
  return { kind: "refuse", code, answer };
}

/** What keeps the checkpoint from following the current one, from whose size the request starts. */
function conflictWith(
  p: Primitives,
  current: Checkpoint | undefined,
  request: AddCheckpoint,
): (RefusedRequest & { readonly prefix?: PrefixProof }) | undefined {
  const { size, root } = request.parsed.checkpoint;
  const { proof } = request;
  if (size === 0 && !equalBytes(root, emptyRoot(p))) return refuseRequest("log.bad-proof");
  if (current === undefined || current.size === 0) {
    return proof.length > 0 ? refuseRequest("log.bad-proof") : undefined;
  }
  if (size === current.size && !equalBytes(root, current.root)) return refuseRequest("log.fork");
  const subtree = { start: 0, end: current.size, subtreeRoot: current.root };
  const roots = evaluateSubtreeProof(p, { ...subtree, size, root, proof });
  if (!roots.ok || !equalBytes(roots.value.root, root)) return refuseRequest("log.bad-proof");
  if (equalBytes(roots.value.subtreeRoot, current.root)) return undefined;
  // The proof leads to the new root, hence shows what the new tree holds in place of the old one.
  return { ...refuseRequest("log.fork"), prefix: { root: roots.value.subtreeRoot, proof } };
}

function findEnd(log: MirrorState, end: number): Checkpoint | undefined {
  const known = log.pending.find(({ size }) => size === end);
  return known ?? (log.mirrorCheckpoint?.size === end ? log.mirrorCheckpoint : undefined);
}

function refuseUpload(
  code: RefusalCode,
  log: MirrorState,
  end: number | undefined,
): RefusedRequest {
  return { kind: "refuse", code, answer: infoAnswer(409, log, end) };
}

function infoAnswer(status: 202 | 409, log: MirrorState, end: number | undefined): MirrorAnswer {
  const size = end ?? log.pending.at(-1)?.size ?? 0;
  const body = formatMirrorInfo({ size, nextEntry: log.nextEntry, ticket: new Uint8Array(0) });
  return { status, contentType: "text/x.tlog.mirror-info", body };
}
