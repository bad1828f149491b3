/**
 * Goal: the tree in memory has the roots and hashes of RFC 6962 at every size.
 */
import { expect, test } from "vitest";
import { concatBytes } from "../bytes/octets.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { appendLeaves, emptyRange, leafHash, rootOf } from "../log/tree.ts";
import { LogTree } from "./log-tree.ts";

const leaves = Array.from({ length: 300 }, (_, at) =>
  leafHash(p, Uint8Array.of(at & 255, at >> 8)),
);

test("[REC-4] every size of a tree has the root that its leaves alone give", () => {
  const tree = new LogTree(p);
  for (const leaf of leaves) tree.append(leaf);
  expect(tree.size).toBe(leaves.length);
  for (let size = 0; size <= leaves.length; size += 1) {
    const { range } = appendLeaves(p, emptyRange, leaves.slice(0, size));
    expect(tree.rootAt(size)).toEqual(rootOf(p, range));
  }
});

test("[REC-4] rows are the hashes of full subtrees; beyond them, and beyond the size, is a defect", () => {
  const tree = new LogTree(p);
  for (const leaf of leaves) tree.append(leaf);
  expect(tree.hashes(0, 10, 3)).toEqual(concatBytes(...leaves.slice(10, 13)));
  const { range } = appendLeaves(p, emptyRange, leaves.slice(0, 256));
  expect(tree.hashes(8, 0, 1)).toEqual(rootOf(p, range));
  expect(() => tree.hashes(8, 1, 1)).toThrow("full subtrees");
  expect(() => tree.rootAt(301)).toThrow("own size");
});
