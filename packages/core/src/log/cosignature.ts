/**
 * The cosignature of a mirror on a checkpoint: two lines, one time. With it a mirror says that it
 * holds all entries of the log durably and never saw another history.
 *
 * A mirror signs each (origin, size) once and repeats the same octets for ever; that is the duty of
 * the caller, who stores what {@link cosign} returns in the same transaction as the checkpoint.
 * spec/log.md §6; C2SP tlog-cosignature at 5ba5ee8.
 *
 * @module
 */
import { equalBytes } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  type Checkpoint,
  type LogKeys,
  type LogSigners,
  type SignatureRefusal,
  signLine,
  verifyLine,
} from "./checkpoint.ts";
import { formatSignatureLine, noteKey, parseSignatureLines } from "./note.ts";

export type MirrorIdentity = { readonly name: string; readonly keys: LogKeys };

export type CosignatureRefusal = "log.bad-note" | SignatureRefusal | "log.two-times";

/** `lines`: the mirror's Ed25519 line, then its ML-DSA-44 line, and nothing else. */
export type Cosignature = { readonly time: number; readonly lines: string };

/** Key name of a party's mirror; never the name of any other cosigner. */
export function mirrorName(party: string): string {
  return `${party}/mirror`;
}

/** @param mirror - `time` in POSIX seconds, from 1, never below that of an earlier cosignature. */
export async function cosign(
  p: Primitives,
  checkpoint: Checkpoint,
  mirror: { readonly name: string; readonly signers: LogSigners; readonly time: number },
): Promise<Cosignature> {
  const { name, signers, time } = mirror;
  const statement = { checkpoint, name, time };
  const lines = await Promise.all([
    signLine(p, statement, "ed25519-cosignature", signers.ed25519),
    signLine(p, statement, "mldsa44-cosignature", signers.mlDsa44),
  ]);
  return { time, lines: lines.join("") };
}

/**
 * Verifies the lines a mirror answered with, or those of a receipt. Lines of unknown keys are
 * ignored and dropped.
 *
 * @returns `log.two-times` if both lines verify but do not state the same time.
 */
export async function verifyCosignature(
  p: Primitives,
  checkpoint: Checkpoint,
  lines: string,
  mirror: MirrorIdentity,
): Promise<Result<Cosignature, CosignatureRefusal>> {
  const signatures = parseSignatureLines(lines);
  if (!signatures.ok) return signatures;
  const { name, keys } = mirror;
  const [classical, postQuantum] = await Promise.all([
    verifyLine(
      p,
      checkpoint,
      signatures.value,
      noteKey(p, name, "ed25519-cosignature", keys.ed25519),
    ),
    verifyLine(
      p,
      checkpoint,
      signatures.value,
      noteKey(p, name, "mldsa44-cosignature", keys.mlDsa44),
    ),
  ]);
  if (!classical.ok) return classical;
  if (!postQuantum.ok) return postQuantum;
  const { time } = classical.value;
  if (postQuantum.value.time !== time)
    return refuse("log.two-times", "the two lines differ in time");
  const own = [classical.value.line, postQuantum.value.line];
  return accept({ time, lines: own.map(formatSignatureLine).join("") });
}

/**
 * Whether the keys of a party's mirror are other keys than those of its logs: the Ed25519
 * cosignature names no cosigner, so that a shared key would make one signature two statements.
 */
export function checkMirrorKeys(
  logKeys: LogKeys,
  mirrorKeys: LogKeys,
): Result<true, "log.shared-key"> {
  const isShared =
    equalBytes(logKeys.ed25519, mirrorKeys.ed25519) ||
    equalBytes(logKeys.mlDsa44, mirrorKeys.mlDsa44);
  return isShared ? refuse("log.shared-key", "log and mirror share a key") : accept(true);
}
