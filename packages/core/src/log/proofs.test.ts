/**
 * Goal: what is proven verifies, and nothing else does. Method: proofs over stored nodes of small
 * trees and over one of 2^40 equal leaves, which needs no storage; then claims spoiled in one place,
 * as a hostile peer would send them. Both implementations of the primitives must agree.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { equalBytes } from "../bytes/octets.ts";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  proofHashesMax,
  proveConsistency,
  proveInclusion,
  proveSubtreeConsistency,
  type SubtreeClaim,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
} from "./proofs.ts";
import {
  appendLeaves,
  emptyRange,
  emptyRoot,
  isSubtree,
  largestPowerOfTwo,
  leafHash,
  type NodeReader,
  nodeHash,
  readRange,
  rootOf,
  rootOfLeaves,
  treeSizeMax,
} from "./tree.ts";

const noble = noblePrimitives((length) => new Uint8Array(length));
const leafCount = 160;
const leaves = Array.from({ length: leafCount }, (_, index) => leafHash(p, Uint8Array.of(index)));
const stored = new Map(
  appendLeaves(p, emptyRange, leaves).nodes.map((node) => [
    `${node.level}/${node.index}`,
    node.hash,
  ]),
);
const read: NodeReader = async (ids) =>
  ids.map(({ level, index }) => stored.get(`${level}/${index}`) as Uint8Array);

/** A tree of equal leaves: the node of a level is the same everywhere. */
const ladder = [leafHash(p, new Uint8Array(0))];
for (let level = 1; level <= 40; level++) {
  const below = ladder[level - 1] as Uint8Array;
  ladder.push(nodeHash(p, below, below));
}
const readLadder: NodeReader = async (ids) => ids.map(({ level }) => ladder[level] as Uint8Array);
const ladderRoot = async (size: number): Promise<Uint8Array> =>
  rootOf(p, await readRange(readLadder, size));

const subtreeOfTree = fc
  .tuple(fc.nat({ max: leafCount }), fc.nat({ max: leafCount }), fc.nat({ max: leafCount }))
  .map((all) => all.toSorted((a, b) => a - b) as [number, number, number])
  .map(([start, end, size]) => {
    const length = end - start;
    const ceil = length < 2 ? 1 : 2 * largestPowerOfTwo(length - 1);
    const aligned = start - (start % ceil);
    return { start: aligned, end: aligned + length, size };
  });

async function claimOf(at: { start: number; end: number; size: number }): Promise<SubtreeClaim> {
  return {
    ...at,
    subtreeRoot: rootOfLeaves(p, leaves.slice(at.start, at.end)),
    root: rootOfLeaves(p, leaves.slice(0, at.size)),
    proof: await proveSubtreeConsistency(p, read, at, at.size),
  };
}

function verdictOf(claim: SubtreeClaim): boolean {
  const verdicts = [p, noble].map((primitives) => verifySubtreeConsistency(primitives, claim).ok);
  expect(verdicts[0]).toBe(verdicts[1]);
  return verdicts[0] === true;
}

test.prop([subtreeOfTree])("[LOG-5] proves every subtree of every tree", async (at) => {
  expect(isSubtree(at.start, at.end)).toBe(true);
  expect(verdictOf(await claimOf(at))).toBe(true);
});

const spoils = {
  "another root of the tree": (claim) => ({ ...claim, root: flipped(claim.root) }),
  "another root of the subtree": (claim) => ({ ...claim, subtreeRoot: flipped(claim.subtreeRoot) }),
  "a hash changed": (claim, at) => ({
    ...claim,
    proof: claim.proof.map((hash, index) =>
      index === at % claim.proof.length ? flipped(hash) : hash,
    ),
  }),
  "a hash left out": (claim, at) => ({
    ...claim,
    proof: claim.proof.filter((_, index) => index !== at % claim.proof.length),
  }),
  "a hash too many": (claim, at) => ({
    ...claim,
    proof: claim.proof.toSpliced(at % (claim.proof.length + 1), 0, emptyRoot(p)),
  }),
  "a short hash": (claim) => ({ ...claim, proof: [new Uint8Array(31), ...claim.proof.slice(1)] }),
  "another start": (claim, at) => ({ ...claim, start: at }),
  "another end": (claim, at) => ({ ...claim, end: at }),
  "a size that is no size": (claim, at) => ({
    ...claim,
    size: [-1, 0.5, Number.NaN, 2 ** 60][at % 4] as number,
  }),
  "too many hashes": (claim) => ({
    ...claim,
    proof: Array.from({ length: proofHashesMax + 1 }, () => emptyRoot(p)),
  }),
} as const satisfies Record<string, (claim: SubtreeClaim, at: number) => SubtreeClaim>;

type Spoil = keyof typeof spoils;
const spoil = fc.constantFrom(...(Object.keys(spoils) as Spoil[]));

function flipped(hash: Uint8Array): Uint8Array {
  return hash.map((octet, index) => (index === 7 ? octet ^ 1 : octet));
}

/** Whether the spoiled claim is another claim: [0, 4) of 4 leaves with no proof has nothing to spoil. */
function isChanged(before: SubtreeClaim, after: SubtreeClaim): boolean {
  return (
    before.start !== after.start ||
    before.end !== after.end ||
    !Object.is(before.size, after.size) ||
    !equalBytes(before.root, after.root) ||
    !equalBytes(before.subtreeRoot, after.subtreeRoot) ||
    before.proof.length !== after.proof.length ||
    before.proof.some((hash, index) => !equalBytes(hash, after.proof[index] as Uint8Array))
  );
}

test.prop([subtreeOfTree, spoil, fc.nat({ max: 200 })])(
  "[LOG-5] refuses a claim that is spoiled in one place",
  async (at, name, place) => {
    const claim = await claimOf(at);
    const spoiled = spoils[name](claim, place);
    // Of an empty subtree nothing is claimed about the tree, hence its root and place do not matter.
    const isEmpty = spoiled.start === spoiled.end && spoiled.proof.length === 0;
    const isStillTrue = isEmpty && equalBytes(spoiled.subtreeRoot, emptyRoot(p));
    if (isChanged(claim, spoiled) && !isStillTrue) expect(verdictOf(spoiled)).toBe(false);
  },
);

test("is tested with claims of every shape", async () => {
  const drawn = fc.sample(fc.tuple(subtreeOfTree, spoil), { seed: 1, numRuns: 500 });
  expect(new Set(drawn.map(([, name]) => name)).size).toBe(Object.keys(spoils).length);
  const shapes = drawn.map(([{ start, end, size }]) =>
    start === end ? "empty" : end === size ? "at the end" : start === 0 ? "prefix" : "inner",
  );
  expect(new Set(shapes).size).toBe(4);
});

const bigSize = fc.oneof(
  fc.integer({ min: 1, max: treeSizeMax }),
  fc.nat({ max: 40 }).map((exponent) => 2 ** exponent),
  fc.integer({ min: 1, max: 40 }).map((exponent) => 2 ** exponent - 1),
);

test.prop([bigSize, bigSize])(
  "[LOG-4] proves inclusion and consistency up to 2^40 leaves",
  async (a, b) => {
    const [size1, size2] = a < b ? [a, b] : [b, a];
    const [root1, root2] = [await ladderRoot(size1), await ladderRoot(size2)];
    const consistency = await proveConsistency(p, readLadder, size1, size2);
    expect(verifyConsistency(p, { size1, root1, size2, root2, proof: consistency }).ok).toBe(true);
    const index = size1 - 1;
    const proof = await proveInclusion(p, readLadder, index, size2);
    const inclusion = { leafHash: ladder[0] as Uint8Array, index, size: size2, root: root2, proof };
    expect(verifyInclusion(p, inclusion).ok).toBe(true);
    expect(verifyInclusion(p, { ...inclusion, leafHash: emptyRoot(p) }).ok).toBe(false);
    expect(Math.max(proof.length, consistency.length)).toBeLessThanOrEqual(41);
  },
);

test("[LOG-4] refuses a leaf beyond the tree and names the code", async () => {
  const [only] = leaves as [Uint8Array];
  const claim = { leafHash: only, index: 1, size: 1, root: only, proof: [] };
  const verdict = verifyInclusion(p, claim);
  expect(verdict).toMatchObject({ ok: false, refusal: { code: "log.bad-proof" } });
});

test("[LOG-4] takes the empty tree as the beginning of every tree, with an empty proof only", () => {
  const [root2] = leaves as [Uint8Array];
  const claim = { size1: 0, root1: emptyRoot(p), size2: 1, root2, proof: [] };
  expect(verifyConsistency(p, claim).ok).toBe(true);
  expect(verifyConsistency(p, { ...claim, root1: root2 }).ok).toBe(false);
  expect(verifyConsistency(p, { ...claim, proof: [root2] }).ok).toBe(false);
});
