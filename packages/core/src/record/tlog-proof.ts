/**
 * Proof file of one entry: C2SP tlog-proof v1. Index, inclusion proof and checkpoint with all its
 * signatures, in one text that is checked offline.
 *
 * The entry itself is not in it; it goes beside, or in `extra`, which nothing authenticates.
 * spec/log.md §11; C2SP tlog-proof at 5ba5ee8.
 *
 * @module
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import type { Primitives } from "../crypto/primitives.ts";
import {
  type CheckpointRefusal,
  type LogKeys,
  parseSize,
  type SignedCheckpoint,
  verifyCheckpoint,
} from "../log/checkpoint.ts";
import {
  type Cosignature,
  type CosignatureRefusal,
  type MirrorIdentity,
  verifyCosignature,
} from "../log/cosignature.ts";
import { formatSignatureLine, parseNote } from "../log/note.ts";
import { type ProofRefusal, proofHashesMax, verifyInclusion } from "../log/proofs.ts";
import { hashBytes } from "../log/tree.ts";
import { accept, type Result, refuse } from "../result.ts";

/** Octets of `extra`: room for one entry. */
export const proofExtraBytesMax = 65_536;

/** A proof file, in UTF-16 code units: `extra` in base64, 63 hashes and a note. */
export const proofFileLengthMax = 160_000;

export interface TlogProof {
  /** Unauthenticated. */
  readonly extra?: Uint8Array;
  readonly index: number;
  /** From the leaf's sibling to the child of the root; at most 63. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

export type TlogProofRefusal = CheckpointRefusal | CosignatureRefusal | ProofRefusal;

/** What a proof shows. `receipt` is present exactly if a mirror was to be verified. */
export type ProvenEntry = { readonly signed: SignedCheckpoint; readonly receipt?: Cosignature };

const header = "c2sp.org/tlog-proof@v1";

export function formatTlogProof(proof: TlogProof): string {
  const extra = proof.extra === undefined ? [] : [`extra ${toBase64(proof.extra)}`];
  const lines = [header, ...extra, `index ${proof.index}`, ...proof.hashes.map(toBase64)];
  return `${lines.join("\n")}\n\n${proof.checkpoint}`;
}

/** @returns The proof, its checkpoint not looked at; or `record.bad-proof-file`. */
export function parseTlogProof(text: string): Result<TlogProof, "record.bad-proof-file"> {
  if (text.length > proofFileLengthMax) return refuse("record.bad-proof-file", "too long");
  const end = text.indexOf("\n\n");
  if (end < 0) return refuse("record.bad-proof-file", "no empty line before the checkpoint");
  const lines = text.slice(0, end).split("\n");
  if (lines.shift() !== header) return refuse("record.bad-proof-file", "not a tlog-proof v1");

  const hasExtra = lines[0]?.startsWith("extra ") === true;
  const extra = hasExtra ? fromBase64((lines.shift() ?? "").slice("extra ".length)) : undefined;
  if (hasExtra && (extra === undefined || extra.length > proofExtraBytesMax)) {
    return refuse("record.bad-proof-file", "extra is not base64, or too long");
  }
  const indexLine = lines.shift() ?? "";
  const index = parseSize(indexLine.slice("index ".length));
  if (!indexLine.startsWith("index ") || index === undefined) {
    return refuse("record.bad-proof-file", "no index");
  }
  const hashes = lines.slice(0, proofHashesMax + 1).map(fromBase64);
  const whole = hashes.filter((hash) => hash?.length === hashBytes) as Uint8Array[];
  if (whole.length !== lines.length || lines.length > proofHashesMax) {
    return refuse("record.bad-proof-file", "a hash is not 32 octets in base64, or too many");
  }
  const proof = { index, hashes: whole, checkpoint: text.slice(end + 2) };
  return accept(extra === undefined ? proof : { ...proof, extra });
}

/**
 * Verifies that a leaf stands in the log at the proof's index, under a checkpoint of that log.
 *
 * @param expected - `mirror`: whose receipt must be there too; without it nothing is said of one.
 */
export async function verifyTlogProof(
  p: Primitives,
  proof: TlogProof,
  leafHash: Uint8Array,
  expected: {
    readonly origin: string;
    readonly logKeys: LogKeys;
    readonly mirror?: MirrorIdentity;
  },
): Promise<Result<ProvenEntry, TlogProofRefusal>> {
  const signed = await verifyCheckpoint(p, proof.checkpoint, expected);
  if (!signed.ok) return signed;
  const { size, root } = signed.value.checkpoint;
  const claim = { leafHash, index: proof.index, size, root, proof: proof.hashes };
  const inclusion = verifyInclusion(p, claim);
  if (!inclusion.ok) return inclusion;
  if (expected.mirror === undefined) return accept({ signed: signed.value });

  const note = parseNote(proof.checkpoint);
  if (!note.ok) return note;
  const lines = note.value.signatures.map(formatSignatureLine).join("");
  const receipt = await verifyCosignature(p, signed.value.checkpoint, lines, expected.mirror);
  if (!receipt.ok) return receipt;
  return accept({ signed: signed.value, receipt: receipt.value });
}
