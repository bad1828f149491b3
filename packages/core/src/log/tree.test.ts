/**
 * Goal: the tree is that of RFC 6962 at every size, and storage is told of every full subtree once.
 * Method: the recursive definition beside the code, over sequences cut at arbitrary places.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  appendLeaves,
  emptyRange,
  emptyRoot,
  isSubtree,
  largestPowerOfTwo,
  leafHash,
  nodeHash,
  nodesOf,
  readRange,
  rootOf,
  rootOfLeaves,
  type TreeNode,
  treeSizeMax,
} from "./tree.ts";

/** RFC 6962 §2.1, word for word. */
function merkleTreeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot(p);
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(p, merkleTreeHash(leaves.slice(0, k)), merkleTreeHash(leaves.slice(k)));
}

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(p, Uint8Array.of(index % 251)));

/** Sizes of the batches in which leaves arrive; empty batches too. */
const batches = fc.array(fc.nat({ max: 40 }), { maxLength: 8 });

test.prop([batches])("[LOG-2] gives the same root however the leaves arrive", (sizes) => {
  const all = leavesOf(sizes.reduce((sum, size) => sum + size, 0));
  let range = emptyRange;
  for (const size of sizes) {
    range = appendLeaves(p, range, all.slice(range.size, range.size + size)).range;
    expect(rootOf(p, range)).toEqual(merkleTreeHash(all.slice(0, range.size)));
  }
  expect(rootOfLeaves(p, all)).toEqual(rootOf(p, range));
});

test.prop([batches])("reports each full subtree once, with its hash", (sizes) => {
  const all = leavesOf(sizes.reduce((sum, size) => sum + size, 0));
  const nodes: TreeNode[] = [];
  let range = emptyRange;
  for (const size of sizes) {
    const grown = appendLeaves(p, range, all.slice(range.size, range.size + size));
    nodes.push(...grown.nodes);
    range = grown.range;
  }
  const names = nodes.map(({ level, index }) => `${level}/${index}`);
  const expected: string[] = [];
  for (let level = 0; 2 ** level <= all.length; level++) {
    for (let index = 0; (index + 1) * 2 ** level <= all.length; index++) {
      expected.push(`${level}/${index}`);
    }
  }
  expect(names.toSorted()).toEqual(expected.toSorted());
  for (const { level, index, hash } of nodes) {
    const span = 2 ** level;
    expect(hash).toEqual(merkleTreeHash(all.slice(index * span, (index + 1) * span)));
  }
});

test("restores the range of any size from stored nodes", async () => {
  const all = leavesOf(300);
  const { nodes } = appendLeaves(p, emptyRange, all);
  const stored = new Map(nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
  for (const size of [0, 1, 2, 3, 255, 256, 257, 299, 300]) {
    const range = await readRange(
      async (ids) => ids.map(({ level, index }) => stored.get(`${level}/${index}`) as Uint8Array),
      size,
    );
    expect(rootOf(p, range)).toEqual(merkleTreeHash(all.slice(0, size)));
  }
});

test("refuses to grow past 2^40 leaves", () => {
  const full = { size: treeSizeMax, hashes: [emptyRoot(p)] };
  expect(() => appendLeaves(p, full, leavesOf(1))).toThrow("2^40");
});

const counts = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: treeSizeMax }),
  fc.tuple(fc.nat({ max: 39 }), fc.constantFrom(-1, 0, 1)).map(([e, d]) => Math.max(1, 2 ** e + d)),
);

test.prop([counts])("finds the largest power of two up to a count", (count) => {
  const power = largestPowerOfTwo(count);
  expect(power <= count && count < power * 2 && Number.isInteger(Math.log2(power))).toBe(true);
});

test.prop([counts, counts])(
  "[LOG-3] calls an interval a subtree exactly by the draft's rule",
  (a, b) => {
    const [start, size] = [a - 1, b];
    const end = start + size;
    let ceil = 1;
    while (ceil < size) ceil *= 2;
    expect(isSubtree(start, end)).toBe(end <= treeSizeMax && start % ceil === 0);
    expect(isSubtree(start * ceil, start * ceil + size)).toBe(start * ceil + size <= treeSizeMax);
  },
);

test("[LOG-3] refuses intervals that are no intervals", () => {
  for (const [start, end] of [
    [-1, 0],
    [2, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [0, 2 ** 41],
  ] as const) {
    expect(isSubtree(start, end)).toBe(false);
  }
  expect(isSubtree(5, 5)).toBe(true);
});

test.prop([counts, counts])("covers an interval with full subtrees, left to right", (a, b) => {
  const start = largestPowerOfTwo(a) * 2;
  const end = start + Math.min(b, start);
  let at = start;
  for (const { level, index } of nodesOf(start, end)) {
    expect(index * 2 ** level).toBe(at);
    at += 2 ** level;
  }
  expect(at).toBe(end);
});
