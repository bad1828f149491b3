/**
 * The whole tree of one log in memory: some 64 octets an entry, and with it the root of any size.
 *
 * Changed in place: a history of millions of entries must not be copied at each.
 *
 * @module
 */
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { emptyRoot, foldRight, hashBytes, nodeHash, nodesOf } from "../log/tree.ts";

interface Row {
  hashes: Uint8Array;
  count: number;
}

export class LogTree {
  readonly #p: Primitives;
  readonly #rows: Row[] = [];

  constructor(p: Primitives) {
    this.#p = p;
  }

  get size(): number {
    return this.#rows[0]?.count ?? 0;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const row = this.#row(level);
      push(row, hash);
      if (row.count % 2 === 1) return;
      hash = nodeHash(this.#p, hashAt(row, row.count - 2), hash);
    }
  }

  /** Hashes of one row, from `first` on, each after the other. They must be there. */
  hashes(level: number, first: number, count: number): Uint8Array {
    const row = this.#rows[level];
    assert(row !== undefined && first + count <= row.count, "hashes of full subtrees");
    return row.hashes.subarray(first * hashBytes, (first + count) * hashBytes);
  }

  /** Root of the first `size` entries. */
  rootAt(size: number): Uint8Array {
    assert(size <= this.size, "a tree has roots up to its own size");
    if (size === 0) return emptyRoot(this.#p);
    const parts = nodesOf(0, size).map(({ level, index }) => this.hashes(level, index, 1));
    return foldRight(this.#p, parts);
  }

  #row(level: number): Row {
    const known = this.#rows[level];
    if (known !== undefined) return known;
    const row: Row = { hashes: new Uint8Array(hashBytes * 64), count: 0 };
    this.#rows[level] = row;
    return row;
  }
}

function push(row: Row, hash: Uint8Array): void {
  const offset = row.count * hashBytes;
  if (offset === row.hashes.length) {
    const grown = new Uint8Array(offset * 2);
    grown.set(row.hashes);
    row.hashes = grown;
  }
  row.hashes.set(hash, offset);
  row.count += 1;
}

function hashAt(row: Row, index: number): Uint8Array {
  return row.hashes.subarray(index * hashBytes, (index + 1) * hashBytes);
}
