/**
 * Fork: two checkpoints of one epoch of one log that no tree can hold both.
 *
 * Proof against the author, whoever shows it: both are signed by its keys. A proof of consistency
 * that merely fails shows nothing, for anyone can break one. spec/log.md §10.
 *
 * @module
 */
import { equalBytes } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { type ProofRefusal, verifyConsistency } from "./proofs.ts";

/** What the larger tree holds in the place of the smaller: its root there, and the proof of that. */
export type PrefixProof = { readonly root: Uint8Array; readonly proof: readonly Uint8Array[] };

/**
 * Judges two checkpoints, both verified with the keys of their log.
 *
 * @param prefix - Needed unless the sizes are equal.
 * @returns Whether they are of one history; `log.other-log` if their origins differ, epoch included;
 *   `log.bad-proof` if the prefix is missing or is not that of the larger tree.
 */
export function judgeFork(
  p: Primitives,
  one: SignedCheckpoint,
  other: SignedCheckpoint,
  prefix?: PrefixProof,
): Result<"consistent" | "fork", "log.other-log" | ProofRefusal> {
  const [small, large] =
    one.checkpoint.size <= other.checkpoint.size
      ? [one.checkpoint, other.checkpoint]
      : [other.checkpoint, one.checkpoint];
  if (small.origin !== large.origin) return refuse("log.other-log", "checkpoints of two logs");
  const whole = { root: large.root, proof: [] };
  const shown = small.size === large.size ? whole : prefix;
  if (shown === undefined) return refuse("log.bad-proof", "two sizes and no proof");
  const verdict = verifyConsistency(p, {
    size1: small.size,
    root1: shown.root,
    size2: large.size,
    root2: large.root,
    proof: shown.proof,
  });
  if (!verdict.ok) return verdict;
  return accept(equalBytes(small.root, shown.root) ? "consistent" : "fork");
}
