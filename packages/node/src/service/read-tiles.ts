/**
 * Entries of a log read from the peer's tiles: of its own log, or of its mirror of ours.
 *
 * Nothing is judged here: whoever takes the entries verifies them against a checkpoint.
 * spec/exchange.md §5.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import type { UnverifiedCheckpoint } from "@parley/core/log/checkpoint";
import type { EntryPackage, PackageInterval } from "@parley/core/log/mirror-messages";
import { proveSubtreeConsistency } from "@parley/core/log/proofs";
import {
  decodeBundle,
  readNodesOfTiles,
  type TileId,
  tilePath,
  tileWidth,
  tileWidthAt,
} from "@parley/core/log/tiles";
import { hashBytes, type NodeReader } from "@parley/core/log/tree";
import { badAnswer, type ExchangeOutcome, refusedBy } from "./exchange-outcome.ts";
import type { LogPath, PeerLink } from "./peer-link.ts";

/** Tiles of hashes kept while a log is read: those of the upper levels serve every package. */
const tilesKeptMax = 64;

export interface TileJob {
  readonly link: PeerLink;
  readonly signal: AbortSignal;
}

/** What the peer shows of its log. */
export interface Shown extends TileJob {
  readonly parsed: UnverifiedCheckpoint;
  readonly at: LogPath;
  readonly read: NodeReader;
}

/** A tile that the peer did not give: ends the poll with what it answered. */
export class TileRefused extends Error {
  readonly outcome: ExchangeOutcome;

  constructor(outcome: ExchangeOutcome) {
    super("a tile is not to be had");
    this.outcome = outcome;
  }
}

export async function readPackage(
  p: Primitives,
  shown: Shown,
  interval: PackageInterval,
): Promise<EntryPackage> {
  const { subtreeStart, start, end } = interval;
  const { size } = shown.parsed.checkpoint;
  const index = subtreeStart / tileWidth;
  const width = tileWidthAt(0, index, size);
  const bundle = await readTile(shown, shown.at, { kind: "entries", index, width });
  const entries = bundle.width === width ? decodeBundle(bundle.bytes, width) : undefined;
  const full = entries ?? decodeBundle(bundle.bytes, tileWidth);
  if (!full.ok) throw new TileRefused(badAnswer);
  const proof = await proveSubtreeConsistency(p, shown.read, { start: subtreeStart, end }, size);
  return { interval, entries: full.value.slice(start - subtreeStart, end - subtreeStart), proof };
}

/** Nodes of the peer's tree, from its tiles; a lie in them fails whatever verifies. */
export function tileReader(p: Primitives, job: TileJob, at: LogPath, size: number): NodeReader {
  const kept = new Map<string, Uint8Array>();
  return readNodesOfTiles(
    p,
    async (id) => {
      const path = tilePath(id);
      const there = kept.get(path);
      if (there !== undefined) return there;
      const { bytes } = await readTile(job, at, id);
      const own = bytes.subarray(0, id.width * hashBytes);
      if (kept.size >= tilesKeptMax) kept.clear();
      kept.set(path, own);
      return own;
    },
    size,
  );
}

/** A partial tile may be gone once the full one is there. */
async function readTile(
  { link, signal }: TileJob,
  at: LogPath,
  id: TileId,
): Promise<{ readonly bytes: Uint8Array; readonly width: number }> {
  const reply = await link.readTile(at, id, signal);
  if (reply.kind === "found") return { bytes: reply.value, width: id.width };
  if (id.width === tileWidth || reply.code !== "exchange.no-tile") {
    throw new TileRefused(refusedBy(reply));
  }
  const full = await link.readTile(at, { ...id, width: tileWidth }, signal);
  if (full.kind === "refused") throw new TileRefused(refusedBy(full));
  return { bytes: full.value, width: tileWidth };
}
