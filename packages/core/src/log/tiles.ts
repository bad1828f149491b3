/**
 * Tiles and entry bundles: paths, widths, contents, and the tree read from them.
 *
 * A tile holds up to 256 hashes of nodes whose level is a multiple of 8; a bundle the entries under
 * one tile of level 0. spec/log.md §8; C2SP tlog-tiles at 5ba5ee8.
 *
 * @module
 */
import { concatBytes, decodeU16, encodeU16 } from "../bytes/octets.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import { hashBytes, type NodeId, type NodeReader, rootOfLeaves, treeSizeMax } from "./tree.ts";

/** Hashes in a full tile, entries in a full bundle and in an entry package. */
export const tileWidth = 256;

/** Rows of the tree from one level of tiles to the next. */
const tileHeight = 8;

/** `width` is 1 to 256; below 256 the tile is partial. `level` is 0 to 63. */
export type TileId =
  | {
      readonly kind: "hashes";
      readonly level: number;
      readonly index: number;
      readonly width: number;
    }
  | { readonly kind: "entries"; readonly index: number; readonly width: number };

/** Reads the octets of one tile of hashes; a tile that is missing is a fault. */
export type TileReader = (id: TileId & { readonly kind: "hashes" }) => Promise<Uint8Array>;

const pathForm =
  /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Path below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/17`. */
export function tilePath(id: TileId): string {
  const digits = String(id.index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/.{3}/g) ?? [];
  const steps = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group));
  const part = id.width < tileWidth ? `.p/${id.width}` : "";
  return `tile/${id.kind === "entries" ? "entries" : id.level}/${steps.join("/")}${part}`;
}

/** @returns The tile; or `log.bad-tile-path` if it is not what {@link tilePath} writes. */
export function parseTilePath(path: string): Result<TileId, "log.bad-tile-path"> {
  const [, place = "", steps = "", part] = pathForm.exec(path) ?? [];
  if (place === "") return refuse("log.bad-tile-path", "not the path of a tile");
  const index = Number(steps.replaceAll(/[x/]/g, ""));
  const width = part === undefined ? tileWidth : Number(part);
  const id: TileId =
    place === "entries"
      ? { kind: "entries", index, width }
      : { kind: "hashes", level: Number(place), index, width };
  if (tilePath(id) !== path || (id.kind === "hashes" && id.level > 63)) {
    return refuse("log.bad-tile-path", "another path names this tile");
  }
  return accept(id);
}

/**
 * Width of a tile in the tree of `size` leaves, 0 to 256; 0 if there is none.
 *
 * @param level - Of tiles, from 0. Bundles are as wide as tiles of level 0.
 */
export function tileWidthAt(level: number, index: number, size: number): number {
  const hashCount = Math.floor(size / tileWidth ** level);
  return Math.min(Math.max(hashCount - index * tileWidth, 0), tileWidth);
}

/** All tiles and bundles of the tree of `size` leaves: bundles first, then level by level. */
export function* listTiles(size: number): Generator<TileId, void> {
  assert(Number.isSafeInteger(size) && size >= 0 && size <= treeSizeMax, "the size of a log");
  for (let index = 0; tileWidthAt(0, index, size) > 0; index++) {
    yield { kind: "entries", index, width: tileWidthAt(0, index, size) };
  }
  for (let level = 0; tileWidthAt(level, 0, size) > 0; level++) {
    for (let index = 0; tileWidthAt(level, index, size) > 0; index++) {
      yield { kind: "hashes", level, index, width: tileWidthAt(level, index, size) };
    }
  }
}

/** Each entry with its length as uint16 before it. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) parts.push(encodeU16(entry.length), entry);
  return concatBytes(...parts);
}

/** @returns Exactly `width` entries, views of `bytes`; or `log.bad-bundle`. */
export function decodeBundle(
  bytes: Uint8Array,
  width: number,
): Result<readonly Uint8Array[], "log.bad-bundle"> {
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (entries.length < width) {
    const length = decodeU16(bytes, offset);
    if (length === undefined || offset + 2 + length > bytes.length) {
      return refuse("log.bad-bundle", `ends within entry ${entries.length}`);
    }
    entries.push(bytes.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  if (offset < bytes.length) return refuse("log.bad-bundle", "goes on after its last entry");
  return accept(entries);
}

/** Reads nodes of the tree of `size` leaves from its tiles, each tile once for one batch of nodes. */
export function readNodesOfTiles(p: Primitives, read: TileReader, size: number): NodeReader {
  return async (ids) => {
    const tiles = new Map<string, Promise<Uint8Array>>();
    const hashes = ids.map(async (id) => {
      const place = placeInTile(id);
      const width = tileWidthAt(place.level, place.index, size);
      assert(place.first + place.count <= width, "a node of the tree");
      const tile = { kind: "hashes", level: place.level, index: place.index, width } as const;
      const path = tilePath(tile);
      const octets = tiles.get(path) ?? read(tile);
      tiles.set(path, octets);
      return rootWithin(p, await octets, place);
    });
    return await Promise.all(hashes);
  };
}

interface PlaceInTile {
  readonly level: number;
  readonly index: number;
  /** The node covers `count` hashes of the tile from the `first` on. */
  readonly first: number;
  readonly count: number;
}

function placeInTile(id: NodeId): PlaceInTile {
  const level = Math.floor(id.level / tileHeight);
  const count = 2 ** (id.level % tileHeight);
  const start = id.index * count;
  return { level, index: Math.floor(start / tileWidth), first: start % tileWidth, count };
}

function rootWithin(p: Primitives, tile: Uint8Array, place: PlaceInTile): Uint8Array {
  const hashes: Uint8Array[] = [];
  for (let at = place.first; at < place.first + place.count; at++) {
    hashes.push(tile.subarray(at * hashBytes, (at + 1) * hashBytes));
  }
  return rootOfLeaves(p, hashes);
}
