/**
 * The Merkle tree of a log: hashes of leaves and nodes, and the tree as it grows.
 *
 * A tree is held as its compact range: the roots of its full subtrees, left to right, at most 40
 * hashes. Appending reports every node that it completes, so that storage keeps each full subtree
 * once and any older root or proof can be built from what is stored.
 * spec/log.md §2; RFC 6962 §2.1.
 *
 * @module
 */
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";

/** SHA-256. */
export const hashBytes = 32;

/** Leaves of a log. Our limit, not C2SP's: every size stays exact in a double, every proof short. */
export const treeSizeMax = 2 ** 40;

/** The full subtree over the leaves [index × 2^level, (index + 1) × 2^level). Level 0: a leaf. */
export type NodeId = { readonly level: number; readonly index: number };

export type TreeNode = NodeId & { readonly hash: Uint8Array };

/** Hashes of the nodes asked for, in the order asked; a node that is missing is a fault. */
export type NodeReader = (ids: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

/** A tree of `size` leaves: the roots of its full subtrees, left to right, largest first. */
export type CompactRange = { readonly size: number; readonly hashes: readonly Uint8Array[] };

export const emptyRange: CompactRange = { size: 0, hashes: [] };

const leafPrefix = Uint8Array.of(0x00);

/**
 * Octet 00 and an entry, which has at most 65,535 octets: used again for every leaf, for new memory and
 * a hash in two steps each cost as much as the hash. Hashing is synchronous and keeps nothing of it.
 */
const leafInput = new Uint8Array(1 + 65_535);

/** Octet 01 and two hashes, used again for every node. */
const nodeInput = new Uint8Array(1 + 2 * hashBytes);
nodeInput[0] = 0x01;

export function emptyRoot(p: Primitives): Uint8Array {
  return p.sha256(new Uint8Array(0));
}

export function leafHash(p: Primitives, entry: Uint8Array): Uint8Array {
  if (entry.length > leafInput.length - 1) {
    const hasher = p.createSha256();
    hasher.update(leafPrefix);
    hasher.update(entry);
    return hasher.digest();
  }
  leafInput.set(entry, 1);
  return p.sha256(leafInput.subarray(0, 1 + entry.length));
}

export function nodeHash(p: Primitives, left: Uint8Array, right: Uint8Array): Uint8Array {
  assert(left.length === hashBytes && right.length === hashBytes, "a node has two hashes");
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return p.sha256(nodeInput);
}

/**
 * Appends leaves, in log order.
 *
 * @returns The grown range, and the nodes that became full, each after its children; the leaves
 *   themselves are nodes of level 0.
 */
export function appendLeaves(
  p: Primitives,
  range: CompactRange,
  leafHashes: readonly Uint8Array[],
): { readonly range: CompactRange; readonly nodes: readonly TreeNode[] } {
  assert(range.size + leafHashes.length <= treeSizeMax, "a log has at most 2^40 leaves");
  const hashes = [...range.hashes];
  const nodes: TreeNode[] = [];
  let size = range.size;
  for (const leaf of leafHashes) {
    let node: TreeNode = { level: 0, index: size, hash: leaf };
    nodes.push(node);
    while (node.index % 2 === 1) {
      const left = hashes.pop();
      assert(left !== undefined, "a range holds one hash for each bit of its size");
      const parentIndex: number = (node.index - 1) / 2;
      node = { level: node.level + 1, index: parentIndex, hash: nodeHash(p, left, node.hash) };
      nodes.push(node);
    }
    hashes.push(node.hash);
    size += 1;
  }
  return { range: { size, hashes }, nodes };
}

/** Merkle tree hash of the range; of the empty one, the hash of the empty string. */
export function rootOf(p: Primitives, range: CompactRange): Uint8Array {
  return range.size === 0 ? emptyRoot(p) : foldRight(p, range.hashes);
}

/** Root over a few leaves held in memory, as those of one entry package or item list. */
export function rootOfLeaves(p: Primitives, leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return emptyRoot(p);
  let row = leafHashes;
  while (row.length > 1) row = hashPairs(p, row);
  return at(row, 0);
}

/** The full subtrees of the leaves [start, end), left to right, where `start` begins one that large. */
export function nodesOf(start: number, end: number): NodeId[] {
  const ids: NodeId[] = [];
  let from = start;
  while (from < end) {
    const span = largestPowerOfTwo(end - from);
    ids.push({ level: Math.log2(span), index: from / span });
    from += span;
  }
  return ids;
}

/** The range of the first `size` leaves, from stored nodes. */
export async function readRange(read: NodeReader, size: number): Promise<CompactRange> {
  return { size, hashes: await read(nodesOf(0, size)) };
}

/** Whether [start, end) is a subtree of any tree that holds it: draft-ietf-plants-merkle-tree-certs §4.1. */
export function isSubtree(start: number, end: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
  if (start < 0 || end < start || end > treeSizeMax) return false;
  const size = end - start;
  if (size === 0) return true;
  const floor = largestPowerOfTwo(size);
  return start % (floor === size ? size : 2 * floor) === 0;
}

/** Hash over the full subtrees of one subtree, left to right; at least one. */
export function foldRight(p: Primitives, hashes: readonly Uint8Array[]): Uint8Array {
  let root = at(hashes, hashes.length - 1);
  for (let index = hashes.length - 2; index >= 0; index--)
    root = nodeHash(p, at(hashes, index), root);
  return root;
}

/** @param count - 1 to 2^40. */
export function largestPowerOfTwo(count: number): number {
  const upper = Math.floor(count / 2 ** 31);
  if (upper > 0) return 2 ** (31 + 31 - Math.clz32(upper));
  return 2 ** (31 - Math.clz32(count));
}

/** One level up; an odd last hash rises unhashed, as RFC 6962 splits at the largest power of two. */
function hashPairs(p: Primitives, row: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let index = 0; index + 1 < row.length; index += 2) {
    above.push(nodeHash(p, at(row, index), at(row, index + 1)));
  }
  if (row.length % 2 === 1) above.push(at(row, row.length - 1));
  return above;
}

function at(hashes: readonly Uint8Array[], index: number): Uint8Array {
  const hash = hashes[index];
  assert(hash !== undefined, "a hash for every place asked");
  return hash;
}
