/**
 * Goal: trees and proofs are those of RFC 6962 and of draft-ietf-plants-merkle-tree-certs, whatever
 * implementation made them. Method: the published tree and probes of transparency-dev/merkle, good
 * and broken, and the accumulated hashes of the draft over all trees of up to 130 leaves.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import {
  proveInclusion,
  proveSubtreeConsistency,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
} from "@parley/core/log/proofs";
import {
  appendLeaves,
  type CompactRange,
  emptyRange,
  emptyRoot,
  isSubtree,
  leafHash,
  type NodeId,
  nodesOf,
  rootOf,
  rootOfLeaves,
} from "@parley/core/log/tree";
import { describe, expect, test } from "vitest";

const folder = new URL("../vectors/", import.meta.url);

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, folder), "utf8")) as T;
}

interface KnownTree {
  readonly leaf_inputs_hex: readonly string[];
  readonly node_hashes: readonly (readonly string[])[];
  readonly root_hashes_by_size: readonly string[];
}

interface Probe {
  readonly file: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
  readonly root: string;
  readonly root1: string;
  readonly root2: string;
  readonly leafHash: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly size: number;
  readonly size1: number;
  readonly size2: number;
  readonly start: number;
  readonly end: number;
}

const fromHex = (hex: string): Uint8Array => Buffer.from(hex, "hex");
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const fromText = (base64: string): Uint8Array => Buffer.from(base64, "base64");
const proofOf = (probe: Probe): Uint8Array[] => (probe.proof ?? []).map(fromText);

/** A tree in memory, for what the vectors ask of one. */
function grow(leaves: readonly Uint8Array[]) {
  const nodes = new Map<string, Uint8Array>();
  const grown = appendLeaves(p, emptyRange, leaves);
  for (const { level, index, hash } of grown.nodes) nodes.set(`${level}/${index}`, hash);
  const read = async (ids: readonly NodeId[]): Promise<Uint8Array[]> =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) as Uint8Array);
  return { range: grown.range, nodes, read };
}

describe("rfc6962/known-tree.json", () => {
  const known = readJson<KnownTree>("rfc6962/known-tree.json");
  const leaves = known.leaf_inputs_hex.map((hex) => leafHash(p, fromHex(hex)));

  test("every root by size and every node of the tree", () => {
    const roots = [toHex(emptyRoot(p))];
    let range: CompactRange = emptyRange;
    for (const leaf of leaves) {
      range = appendLeaves(p, range, [leaf]).range;
      roots.push(toHex(rootOf(p, range)));
    }
    expect(roots).toEqual(known.root_hashes_by_size);
    const { nodes } = grow(leaves);
    for (const [level, hashes] of known.node_hashes.entries()) {
      for (const [index, hash] of hashes.entries()) {
        expect(toHex(nodes.get(`${level}/${index}`) as Uint8Array), `${level}/${index}`).toBe(hash);
      }
    }
  });
});

describe("rfc6962/*.json: proofs, good and broken", () => {
  /** Their roots are the 12 octets "don't care 1"; ours are of 32 octets or refused. */
  const refusedHere = new Set([
    "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json",
    "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
  ]);
  const isWanted = ({ file, wantErr }: Probe): boolean => !wantErr && !refusedHere.has(file);

  test.for(readJson<Probe[]>("rfc6962/inclusion.json"))("$file", (probe) => {
    const { leafIdx: index, treeSize: size } = probe;
    const [root, hash] = [fromText(probe.root), fromText(probe.leafHash)];
    const verdict = verifyInclusion(p, {
      leafHash: hash,
      index,
      size,
      root,
      proof: proofOf(probe),
    });
    expect(verdict.ok).toBe(isWanted(probe));
  });

  test.for(readJson<Probe[]>("rfc6962/consistency.json"))("$file", (probe) => {
    const { size1, size2 } = probe;
    const [root1, root2] = [fromText(probe.root1), fromText(probe.root2)];
    const verdict = verifyConsistency(p, { size1, root1, size2, root2, proof: proofOf(probe) });
    expect(verdict.ok).toBe(isWanted(probe));
  });

  test.for(readJson<Probe[]>("rfc6962/subtreeinclusion.json"))("$file", (probe) => {
    const { start, end, leafIdx } = probe;
    const size = end - start;
    const [root, hash] = [fromText(probe.root), fromText(probe.leafHash)];
    const claim = { leafHash: hash, index: leafIdx - start, size, root, proof: proofOf(probe) };
    const verdict = isSubtree(start, end) && verifyInclusion(p, claim).ok;
    expect(verdict).toBe(isWanted(probe));
  });

  test.for(readJson<Probe[]>("rfc6962/subtreeconsistency.json"))("$file", (probe) => {
    const { start, end, size } = probe;
    const [subtreeRoot, root] = [fromText(probe.root1), fromText(probe.root2)];
    const claim = { start, end, size, subtreeRoot, root, proof: proofOf(probe) };
    expect(verifySubtreeConsistency(p, claim).ok).toBe(isWanted(probe));
  });
});

describe("mtc-subtree/subtree-accumulated.json", () => {
  const known = readJson<{ readonly accumulated: Readonly<Record<string, string>> }>(
    "mtc-subtree/subtree-accumulated.json",
  ).accumulated;
  const sizeMax = 130;
  const leaves = Array.from({ length: sizeMax }, (_, index) => leafHash(p, Uint8Array.of(index)));
  const tree = grow(leaves);
  const subtrees: { readonly start: number; readonly end: number }[] = [];
  for (let end = 0; end <= sizeMax; end++) {
    for (let start = 0; start <= end; start++)
      if (isSubtree(start, end)) subtrees.push({ start, end });
  }

  const roots = Array.from({ length: sizeMax + 1 }, (): Uint8Array[] => []);
  for (const { start, end } of subtrees) {
    (roots[start] as Uint8Array[])[end] = rootOfLeaves(p, leaves.slice(start, end));
  }

  test("Subtree Hashes", () => {
    const hash = createHash("sha256");
    for (const { start, end } of subtrees) {
      hash.update(`[${start}, ${end}) ${toHex(roots[start]?.[end] as Uint8Array)}\n`);
    }
    expect(hash.digest("hex")).toBe(known["Subtree Hashes"]);
  });

  test("Subtree Inclusion Proofs", async () => {
    const hash = createHash("sha256");
    for (const { start, end } of subtrees) {
      const part = grow(leaves.slice(start, end));
      for (let index = start; index < end; index++) {
        const proof = await proveInclusion(p, part.read, index - start, end - start);
        hash.update([`${index} [${start}, ${end})`, ...proof.map(toHex)].join(" ").concat("\n"));
      }
    }
    expect(hash.digest("hex")).toBe(known["Subtree Inclusion Proofs"]);
  });

  test("Subtree Consistency Proofs", async () => {
    const hash = createHash("sha256");
    for (let size = 0; size <= sizeMax; size++) {
      for (const subtree of subtrees.filter(({ end }) => end <= size)) {
        const { start, end } = subtree;
        const proof = await proveSubtreeConsistency(p, tree.read, subtree, size);
        hash.update([`[${start}, ${end}) ${size}`, ...proof.map(toHex)].join(" ").concat("\n"));
        const subtreeRoot = roots[start]?.[end] as Uint8Array;
        const root = roots[0]?.[size] as Uint8Array;
        const verdict = verifySubtreeConsistency(p, { start, end, size, subtreeRoot, root, proof });
        if (!verdict.ok) expect.fail(`[${start}, ${end}) ${size}`);
      }
    }
    expect(hash.digest("hex")).toBe(known["Subtree Consistency Proofs"]);
  });
});

test("a root from stored full subtrees is the root over the leaves", async () => {
  const leaves = Array.from({ length: 70 }, (_, index) => leafHash(p, Uint8Array.of(index)));
  const tree = grow(leaves);
  for (let size = 1; size <= leaves.length; size++) {
    const range = { size, hashes: await tree.read(nodesOf(0, size)) };
    expect(rootOf(p, range)).toEqual(rootOfLeaves(p, leaves.slice(0, size)));
  }
});
