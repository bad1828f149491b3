/**
 * All that a node holds of its logs, read in one view: what the checks look at.
 *
 * It is held in memory whole: for logs of tests, some ten thousand entries.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { Receipt } from "@parley/core/log/receipt-list";
import { appendLeaves, emptyRange, leafHash, rootOf, type TreeNode } from "@parley/core/log/tree";
import type { StorageReader } from "@parley/node/service/storage";
import type { OpenedRow } from "@parley/node/service/storage-content";
import {
  type CheckpointRow,
  entriesPerBatchMax,
  type LogEntry,
  type LogRow,
  nodesPerReadMax,
} from "@parley/node/service/storage-log";
import type { Findings } from "./finding.ts";

export interface LogImage {
  readonly row: LogRow;
  readonly entries: readonly LogEntry[];
  /** Root of the first `size` entries, computed from their octets; undefined where they end. */
  rootAt(size: number): Uint8Array | undefined;
  readonly checkpoints: readonly CheckpointRow[];
  readonly pending: readonly CheckpointRow[];
  readonly receipts: readonly Receipt[];
  readonly opened: readonly OpenedRow[];
}

/** Reads one log, and compares the tree as it is stored with the tree that its entries make. */
export async function readLogImage(
  p: Primitives,
  tx: StorageReader,
  row: LogRow,
  findings: Findings,
): Promise<LogImage> {
  const entries = await readPages((from) => tx.logs.readEntries(row.id, from), 0, nextIndex);
  const { roots, nodes } = growTree(p, entries);
  const rootAt = (size: number) => roots[size];
  const { origin, direction, entryCount, size } = row;
  const isCounted = entries.length === entryCount && entries.every((e, at) => e.index === at);
  findings.expect(isCounted, "tree", origin, `${entryCount} entries are not all there`);
  findings.expect(size <= entryCount, "tree", origin, "more is signed than is there");
  const isOwnWhole = direction === "mirror" || size === entryCount;
  findings.expect(isOwnWhole, "tree", origin, "entries of an own log are not in its head");
  findings.expect(
    equalBytes(rootAt(size) ?? new Uint8Array(), row.root),
    "tree",
    `${origin} ${size}`,
    "the stored root is not that of the entries",
  );
  for (const { index, bytes, leafHash: stored } of entries) {
    const isRight = equalBytes(leafHash(p, bytes), stored);
    findings.expect(isRight, "tree", `${origin} ${index}`, "the leaf hash is of other octets");
  }
  await checkNodes(tx, row, nodes, findings);
  return {
    ...{ row, entries, rootAt },
    checkpoints: await readPages((from) => tx.logs.listCheckpoints(row.id, from), 1, nextSize),
    pending: await tx.logs.listPending(row.id),
    receipts: await readPages((from) => tx.receipts.listReceipts(row.id, from), 1, nextSize),
    opened: await readPages(
      (from) => tx.opened.listOpened(row.id, from, entriesPerBatchMax),
      0,
      nextIndex,
    ),
  };
}

const nextIndex = ({ index }: { readonly index: number }) => index + 1;
const nextSize = ({ size }: { readonly size: number }) => size + 1;

async function readPages<T>(
  read: (from: number) => Promise<readonly T[]>,
  first: number,
  next: (last: T) => number,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let from = first; ; ) {
    const page = await read(from);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined) return all;
    from = next(last);
  }
}

function growTree(p: Primitives, entries: readonly LogEntry[]) {
  let range = emptyRange;
  const roots = [rootOf(p, range)];
  const nodes: TreeNode[] = [];
  for (const { bytes } of entries) {
    const grown = appendLeaves(p, range, [leafHash(p, bytes)]);
    range = grown.range;
    nodes.push(...grown.nodes);
    roots.push(rootOf(p, range));
  }
  return { roots, nodes };
}

async function checkNodes(
  tx: StorageReader,
  { id, origin }: LogRow,
  nodes: readonly TreeNode[],
  findings: Findings,
): Promise<void> {
  for (let from = 0; from < nodes.length; from += nodesPerReadMax) {
    const part = nodes.slice(from, from + nodesPerReadMax);
    const stored = await tx.logs.readNodes(id, part);
    for (const [at, { level, index, hash }] of part.entries()) {
      const isSame = equalBytes(hash, stored[at] ?? new Uint8Array());
      findings.expect(isSame, "tree", `${origin} ${level}/${index}`, "a node is another");
    }
  }
}
