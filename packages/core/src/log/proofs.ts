/**
 * Proofs about the tree of a log: planned as node ids, built from what storage reads, verified.
 *
 * One algorithm serves all three: inclusion of leaf i is consistency of the subtree [i, i + 1),
 * and consistency of size m is that of the subtree [0, m). spec/log.md §3; RFC 6962 §2.1.1 and
 * §2.1.2; draft-ietf-plants-merkle-tree-certs §4.4.
 *
 * @module
 */
import { equalBytes } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  emptyRoot,
  foldRight,
  hashBytes,
  isSubtree,
  largestPowerOfTwo,
  type NodeId,
  type NodeReader,
  nodeHash,
  nodesOf,
  treeSizeMax,
} from "./tree.ts";

/** Hashes in one proof: C2SP tlog-witness and tlog-mirror. Trees of 2^40 leaves need 41. */
export const proofHashesMax = 63;

/** The nodes from which each hash of a proof is folded, in proof order. */
export type ProofPlan = readonly (readonly NodeId[])[];

export type ProofRefusal = "log.bad-proof";

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  /** From 0, below `size`. */
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface ConsistencyClaim {
  readonly size1: number;
  readonly root1: Uint8Array;
  readonly size2: number;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface SubtreeClaim {
  /** The subtree [start, end) of the tree of `size` leaves. */
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly subtreeRoot: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export type Roots = { readonly subtreeRoot: Uint8Array; readonly root: Uint8Array };

export function planInclusion(index: number, size: number): ProofPlan {
  return planSubtreeConsistency(index, index + 1, size);
}

export function planConsistency(size1: number, size2: number): ProofPlan {
  return planSubtreeConsistency(0, size1, size2);
}

/** Plans SUBTREE_PROOF(start, end, D_size). The interval must be a subtree and lie within `size`. */
export function planSubtreeConsistency(start: number, end: number, size: number): ProofPlan {
  assert(isSubtree(start, end) && end <= size && size <= treeSizeMax, "a subtree of the tree");
  if (start === end) return [];
  const plan: NodeId[][] = [];
  let [low, high, from] = [0, size, start];
  let isNodeOfTree = true;
  while (from !== low || end !== high) {
    const middle = low + splitOf(high - low);
    if (end <= middle) {
      plan.push(nodesOf(middle, high));
      high = middle;
    } else {
      plan.push(nodesOf(low, middle));
      low = middle;
      if (from < middle) {
        from = middle;
        isNodeOfTree = false;
      }
    }
  }
  if (!isNodeOfTree) plan.push(nodesOf(low, high));
  return plan.reverse();
}

/** Builds the hashes of a plan with one read. */
export async function buildProof(
  p: Primitives,
  read: NodeReader,
  plan: ProofPlan,
): Promise<Uint8Array[]> {
  const hashes = await read(plan.flat());
  let from = 0;
  return plan.map((ids) => {
    const part = hashes.slice(from, from + ids.length);
    from += ids.length;
    return foldRight(p, part);
  });
}

/** Audit path of leaf `index`, from its sibling up to the child of the root. */
export function proveInclusion(
  p: Primitives,
  read: NodeReader,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  return buildProof(p, read, planInclusion(index, size));
}

export function proveConsistency(
  p: Primitives,
  read: NodeReader,
  size1: number,
  size2: number,
): Promise<Uint8Array[]> {
  return buildProof(p, read, planConsistency(size1, size2));
}

/** Proof that the subtree [start, end) is part of the tree of `size` leaves. */
export function proveSubtreeConsistency(
  p: Primitives,
  read: NodeReader,
  interval: { readonly start: number; readonly end: number },
  size: number,
): Promise<Uint8Array[]> {
  return buildProof(p, read, planSubtreeConsistency(interval.start, interval.end, size));
}

export function verifyInclusion(p: Primitives, claim: InclusionClaim): Result<true, ProofRefusal> {
  const { leafHash, index, size, root, proof } = claim;
  const subtree = { start: index, end: index + 1, subtreeRoot: leafHash };
  return verifySubtreeConsistency(p, { ...subtree, size, root, proof });
}

/** The empty tree is consistent with every tree, and its proof is empty. */
export function verifyConsistency(
  p: Primitives,
  claim: ConsistencyClaim,
): Result<true, ProofRefusal> {
  const { size1, root1, size2, root2, proof } = claim;
  const subtree = { start: 0, end: size1, subtreeRoot: root1 };
  return verifySubtreeConsistency(p, { ...subtree, size: size2, root: root2, proof });
}

export function verifySubtreeConsistency(
  p: Primitives,
  claim: SubtreeClaim,
): Result<true, ProofRefusal> {
  const roots = evaluateSubtreeProof(p, claim);
  if (!roots.ok) return roots;
  if (!equalBytes(roots.value.subtreeRoot, claim.subtreeRoot)) {
    return refuse("log.bad-proof", "the proof leads to another root of the subtree");
  }
  if (!equalBytes(roots.value.root, claim.root)) {
    return refuse("log.bad-proof", "the proof leads to another root of the tree");
  }
  return accept(true);
}

/**
 * The roots of subtree and tree to which a proof leads.
 *
 * If `root` is the tree's true root, `subtreeRoot` is what that tree holds in [start, end), except
 * where the subtree is a node of the tree: the proof then starts from `claim.subtreeRoot` itself.
 */
export function evaluateSubtreeProof(
  p: Primitives,
  claim: SubtreeClaim,
): Result<Roots, ProofRefusal> {
  const malformed = checkShape(claim);
  if (malformed !== undefined) return refuse("log.bad-proof", malformed);
  const { start, end, size, subtreeRoot, proof } = claim;
  if (start === end) return accept({ subtreeRoot: emptyRoot(p), root: claim.root });

  const place = firstPlace(start, end - 1, size - 1);
  const isNodeOfTree = place.fn === place.sn;
  const first = isNodeOfTree ? subtreeRoot : proof[0];
  if (first === undefined) return refuse("log.bad-proof", "the proof is too short");
  let roots: Roots = { subtreeRoot: first, root: first };
  for (const hash of isNodeOfTree ? proof : proof.slice(1)) {
    if (place.tn === 0) return refuse("log.bad-proof", "the proof is too long");
    roots = joinHash(p, place, roots, hash);
  }
  return place.tn === 0 ? accept(roots) : refuse("log.bad-proof", "the proof is too short");
}

/** Joins the next hash of the proof to both roots and moves up to the row of the one after it. */
function joinHash(p: Primitives, place: Place, roots: Roots, hash: Uint8Array): Roots {
  const { subtreeRoot, root } = roots;
  if (place.sn % 2 === 0 && place.sn !== place.tn) {
    climb(place);
    return { subtreeRoot, root: nodeHash(p, root, hash) };
  }
  const isInside = place.fn < place.sn;
  while (place.sn % 2 === 0) climb(place);
  climb(place);
  // Below the first row that both share, subtree and tree are the same so far.
  const joined = nodeHash(p, hash, root);
  if (!isInside) return { subtreeRoot, root: joined };
  return {
    subtreeRoot: subtreeRoot === root ? joined : nodeHash(p, hash, subtreeRoot),
    root: joined,
  };
}

/** Where the first leaf, the last leaf of the subtree and the last leaf of the tree stand, one row up at a time. */
interface Place {
  fn: number;
  sn: number;
  tn: number;
}

/** The row on which the proof begins: that of the largest node which subtree and tree share. */
function firstPlace(fn: number, sn: number, tn: number): Place {
  const place = { fn, sn, tn };
  const endsTogether = sn === tn;
  while (place.fn !== place.sn && (endsTogether || place.sn % 2 === 1)) climb(place);
  return place;
}

function climb(place: Place): void {
  place.fn = Math.floor(place.fn / 2);
  place.sn = Math.floor(place.sn / 2);
  place.tn = Math.floor(place.tn / 2);
}

/** Everything here the peer chose. */
function checkShape(claim: SubtreeClaim): string | undefined {
  const { start, end, size, subtreeRoot, root, proof } = claim;
  if (!Number.isSafeInteger(size) || size > treeSizeMax) return "not the size of a log";
  if (!isSubtree(start, end) || end > size) return "not a subtree of the tree";
  if (subtreeRoot.length !== hashBytes || root.length !== hashBytes) return "a root is 32 bytes";
  if (proof.length > proofHashesMax) return "the proof is too long";
  if (proof.some((hash) => hash.length !== hashBytes)) return "a hash of a proof is 32 bytes";
  if (start === end && proof.length > 0) return "nothing is proven of an empty subtree";
  return undefined;
}

/** The largest power of two smaller than `size`, where RFC 6962 splits a tree of 2 leaves or more. */
function splitOf(size: number): number {
  const power = largestPowerOfTwo(size);
  return power === size ? size / 2 : power;
}
