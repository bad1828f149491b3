/**
 * Checkpoints of a log: body, what each type of signature covers, and Parley's profile of signers.
 *
 * A log signs each checkpoint with two keys whose name is its origin: Ed25519 over the note and
 * ML-DSA-44 with the time. Both must verify: a rule of Parley, where C2SP is content with one.
 * spec/log.md §5; C2SP tlog-checkpoint and tlog-cosignature at 5ba5ee8.
 *
 * @module
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes, decodeU64, encodeU64 } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives, Signer } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  formatSignatureLine,
  isKeyName,
  type Note,
  type NoteKey,
  type NoteKeyType,
  type NoteSignature,
  noteKey,
  noteKeyAlgorithms,
  parseNote,
} from "./note.ts";
import { hashBytes, treeSizeMax } from "./tree.ts";

export type Checkpoint = {
  readonly origin: string;
  /** Leaves, 0 to 2^40. */
  readonly size: number;
  readonly root: Uint8Array;
};

/** Public keys of a log or of a mirror, raw. */
export type LogKeys = { readonly ed25519: Uint8Array; readonly mlDsa44: Uint8Array };

export type LogSigners = { readonly ed25519: Signer; readonly mlDsa44: Signer };

export type SignatureRefusal = "log.wrong-signers" | "log.bad-signature";
export type CheckpointSyntaxRefusal = "log.bad-note" | "log.bad-checkpoint";
export type CheckpointRefusal = CheckpointSyntaxRefusal | "log.unknown-origin" | SignatureRefusal;

/** A checkpoint as its log signed it. `text` is the whole note, `time` that of the ML-DSA-44 line. */
export type SignedCheckpoint = {
  readonly checkpoint: Checkpoint;
  readonly text: string;
  /** POSIX seconds: when, by the log's word, this was its largest tree. */
  readonly time: number;
};

/** A checkpoint whose signatures have not been verified. */
export type UnverifiedCheckpoint = { readonly checkpoint: Checkpoint; readonly note: Note };

const timeBytes = 8;
const decimal = /^(0|[1-9][0-9]*)$/;
const subtreeLabel = encodeUtf8("subtree/v1\n\0");

/** The body of the note: origin, size and root, each on its line. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/**
 * Parses the body of a checkpoint's note: exactly three lines, for extension lines are covered by
 * one of the two kinds of signature and not by the other.
 */
export function parseCheckpoint(text: string): Result<Checkpoint, "log.bad-checkpoint"> {
  const [origin = "", sizeText = "", rootText = "", end, ...rest] = text.split("\n", 5);
  if (end !== "" || rest.length > 0) return refuse("log.bad-checkpoint", "not three lines");
  if (!isKeyName(origin)) return refuse("log.bad-checkpoint", "not an origin");
  const size = parseSize(sizeText);
  if (size === undefined) return refuse("log.bad-checkpoint", "not a size");
  const root = fromBase64(rootText);
  if (root?.length !== hashBytes) return refuse("log.bad-checkpoint", "not a root");
  return accept({ origin, size, root });
}

/** @returns The number of leaves; or `undefined` if it is not decimal as written, 0 to 2^40. */
export function parseSize(text: string): number | undefined {
  if (text.length > String(treeSizeMax).length || !decimal.test(text)) return undefined;
  const size = Number(text);
  return size <= treeSizeMax ? size : undefined;
}

/** Parses a checkpoint with its signatures, without looking at any key. */
export function parseSignedCheckpoint(
  text: string,
): Result<UnverifiedCheckpoint, CheckpointSyntaxRefusal> {
  const note = parseNote(text);
  if (!note.ok) return note;
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) return checkpoint;
  return accept({ checkpoint: checkpoint.value, note: note.value });
}

/**
 * Signs a checkpoint with both keys of its log. The caller has made (size, root) durable before.
 *
 * @param time - POSIX seconds, from 1.
 * @returns The whole note.
 */
export async function signCheckpoint(
  p: Primitives,
  signed: { readonly checkpoint: Checkpoint; readonly time: number },
  signers: LogSigners,
): Promise<string> {
  const statement = { ...signed, name: signed.checkpoint.origin };
  const lines = await Promise.all([
    signLine(p, statement, "ed25519-note", signers.ed25519),
    signLine(p, statement, "mldsa44-cosignature", signers.mlDsa44),
  ]);
  return `${formatCheckpoint(signed.checkpoint)}\n${lines.join("")}`;
}

/**
 * Verifies a checkpoint as our profile wants it: of this origin, with exactly one line of each of
 * the log's two keys, both good. Lines of other keys are ignored.
 */
export async function verifyCheckpoint(
  p: Primitives,
  text: string,
  log: { readonly origin: string; readonly logKeys: LogKeys },
): Promise<Result<SignedCheckpoint, CheckpointRefusal>> {
  const parsed = parseSignedCheckpoint(text);
  if (!parsed.ok) return parsed;
  if (parsed.value.checkpoint.origin !== log.origin) {
    return refuse("log.unknown-origin", "the checkpoint of another log");
  }
  return verifyLogSignatures(p, parsed.value, text, log.logKeys);
}

/** @param text - The note that `parsed` was parsed from. */
export async function verifyLogSignatures(
  p: Primitives,
  parsed: UnverifiedCheckpoint,
  text: string,
  logKeys: LogKeys,
): Promise<Result<SignedCheckpoint, SignatureRefusal>> {
  const { checkpoint, note } = parsed;
  const [plain, timed] = await Promise.all([
    verifyLine(
      p,
      checkpoint,
      note.signatures,
      noteKey(p, checkpoint.origin, "ed25519-note", logKeys.ed25519),
    ),
    verifyLine(
      p,
      checkpoint,
      note.signatures,
      noteKey(p, checkpoint.origin, "mldsa44-cosignature", logKeys.mlDsa44),
    ),
  ]);
  if (!plain.ok) return plain;
  if (!timed.ok) return timed;
  return accept({ checkpoint, text, time: timed.value.time });
}

/** One signature line over a checkpoint. */
export async function signLine(
  p: Primitives,
  statement: { readonly checkpoint: Checkpoint; readonly time: number; readonly name: string },
  type: NoteKeyType,
  signer: Signer,
): Promise<string> {
  const { checkpoint, time, name } = statement;
  assert(signer.algorithm === noteKeyAlgorithms[type], "the key fits the type of signature");
  assert(time >= 1 && Number.isSafeInteger(time), "a checkpoint is signed at a time");
  const { keyId } = noteKey(p, name, type, signer.publicKey);
  const signature = await signer.sign(signedMessage(type, name, checkpoint, time));
  const timed = type === "ed25519-note" ? signature : concatBytes(encodeU64(time), signature);
  return formatSignatureLine({ name, keyId, signature: timed });
}

/**
 * Finds and verifies the one line of a key.
 *
 * @returns The line's time, 0 for a type that has none; `log.wrong-signers` unless exactly one line
 *   has the key's name and id; `log.bad-signature` if that one fails or states no time.
 */
export async function verifyLine(
  p: Primitives,
  checkpoint: Checkpoint,
  signatures: readonly NoteSignature[],
  key: NoteKey,
): Promise<Result<{ readonly line: NoteSignature; readonly time: number }, SignatureRefusal>> {
  const own = signatures.filter((line) => isOfKey(line, key));
  const [line] = own;
  if (line === undefined || own.length > 1) {
    return refuse("log.wrong-signers", `${own.length} lines of the ${key.type} key, not one`);
  }
  const isTimed = key.type !== "ed25519-note";
  const time = isTimed ? (decodeU64(line.signature) ?? 0) : 0;
  if (isTimed && time === 0) return refuse("log.bad-signature", `${key.type} without a time`);
  const signature = isTimed ? line.signature.subarray(timeBytes) : line.signature;
  const message = signedMessage(key.type, key.name, checkpoint, time);
  const algorithm = noteKeyAlgorithms[key.type];
  const isGood = await p.verify(algorithm, key.publicKey, message, signature);
  return isGood
    ? accept({ line, time })
    : refuse("log.bad-signature", `the ${key.type} signature does not verify`);
}

/** The octets that a signature of this type covers. */
export function signedMessage(
  type: NoteKeyType,
  name: string,
  checkpoint: Checkpoint,
  time: number,
): Uint8Array {
  const { origin, size, root } = checkpoint;
  switch (type) {
    case "ed25519-note":
      return encodeUtf8(formatCheckpoint(checkpoint));
    case "ed25519-cosignature":
      return encodeUtf8(`cosignature/v1\ntime ${time}\n${formatCheckpoint(checkpoint)}`);
    case "mldsa44-cosignature": {
      const cosigner = [shortOpaque(name), encodeU64(time)];
      const subtree = [shortOpaque(origin), encodeU64(0), encodeU64(size), root];
      return concatBytes(subtreeLabel, ...cosigner, ...subtree);
    }
  }
}

function isOfKey(line: NoteSignature, key: NoteKey): boolean {
  return line.name === key.name && line.keyId.every((octet, index) => octet === key.keyId[index]);
}

/** `opaque <1..2^8-1>` of RFC 8446 §3.4. */
function shortOpaque(text: string): Uint8Array {
  const octets = encodeUtf8(text);
  assert(octets.length >= 1 && octets.length <= 255, "a name or origin is 1 to 255 octets");
  return concatBytes(Uint8Array.of(octets.length), octets);
}
