/**
 * Goal: a tile has one path and one content, and the tree can be read from tiles alone. Method: round
 * trips, paths as a hostile client writes them, and proofs read from the tiles of growing trees.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { concatBytes } from "../bytes/octets.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { proveInclusion, verifyInclusion } from "./proofs.ts";
import {
  decodeBundle,
  encodeBundle,
  listTiles,
  parseTilePath,
  readNodesOfTiles,
  type TileId,
  tilePath,
  tileWidthAt,
} from "./tiles.ts";
import { appendLeaves, emptyRange, leafHash, rootOfLeaves, treeSizeMax } from "./tree.ts";

const index = fc.oneof(fc.nat({ max: 2_000 }), fc.integer({ min: 0, max: 2 ** 32 }));
const width = fc.integer({ min: 1, max: 256 });
const tile: fc.Arbitrary<TileId> = fc.oneof(
  fc.record({ kind: fc.constant("entries" as const), index, width }),
  fc.record({ kind: fc.constant("hashes" as const), level: fc.nat({ max: 63 }), index, width }),
);

test.prop([tile])("[LOG-20] reads the path that was written", (id) => {
  expect(parseTilePath(tilePath(id))).toEqual({ ok: true, value: id });
});

test("[LOG-20] writes the path of C2SP's example", () => {
  expect(tilePath({ kind: "entries", index: 1_234_067, width: 256 })).toBe(
    "tile/entries/x001/x234/067",
  );
});

test("[LOG-20] refuses every other path", () => {
  const paths = [
    "tile/0/0",
    "tile/0/00",
    "tile/0/x000/067",
    "tile/0/001/067",
    "tile/0/x001/x067",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000/",
    "/tile/0/000",
    "tile/entries/../000",
    "tile/0/000\n",
    "tile/0/x0001/000",
    "tile/0/x001/x001/x001/x001/x001/000",
    "tile/names/000",
    "checkpoint",
    "",
  ];
  for (const path of paths) {
    expect(parseTilePath(path), path).toMatchObject({ refusal: { code: "log.bad-tile-path" } });
  }
});

test("[LOG-21] has the tiles of C2SP's examples", () => {
  const widths = (size: number) =>
    Array.from(listTiles(size), (id) => `${id.kind === "entries" ? "e" : id.level}:${id.width}`);
  const counted = Map.groupBy(widths(70_000), (name) => name);
  expect(Array.from(counted, ([name, all]) => `${name}×${all.length}`)).toEqual([
    "e:256×273",
    "e:112×1",
    "0:256×273",
    "0:112×1",
    "1:256×1",
    "1:17×1",
    "2:1×1",
  ]);
  expect(widths(256)).toEqual(["e:256", "0:256", "1:1"]);
  expect(widths(0)).toEqual([]);
  expect(tileWidthAt(5, 0, treeSizeMax)).toBe(1);
});

const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });

test.prop([entries])("[LOG-22] reads the bundle that was written, at its width only", (written) => {
  const bundle = encodeBundle(written);
  const read = decodeBundle(bundle, written.length);
  expect(read).toEqual({ ok: true, value: written });
  const code = "log.bad-bundle";
  expect(decodeBundle(bundle, written.length + 1)).toMatchObject({ refusal: { code } });
  if (written.length === 0) return;
  expect(decodeBundle(bundle, written.length - 1)).toMatchObject({ refusal: { code } });
  expect(decodeBundle(bundle.slice(0, -1), written.length)).toMatchObject({ refusal: { code } });
});

test("[LOG-22] reads an entry of 65,535 octets", () => {
  const big = new Uint8Array(65_535).fill(7);
  expect(decodeBundle(encodeBundle([big]), 1)).toEqual({ ok: true, value: [big] });
  expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow();
});

test("[LOG-21] proves from tiles what the nodes prove", async () => {
  const leaves = Array.from({ length: 70_000 }, (_, at) =>
    leafHash(p, Uint8Array.of(at % 251, at % 241)),
  );
  const { nodes } = appendLeaves(p, emptyRange, leaves);
  const stored = new Map(nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
  const hashAt = (level: number, at: number) => stored.get(`${level * 8}/${at}`) as Uint8Array;
  for (const size of [1, 255, 256, 257, 65_536, 65_537, 70_000]) {
    let readCount = 0;
    const read = readNodesOfTiles(
      p,
      async ({ level, index: tileIndex, width: hashCount }) => {
        readCount += 1;
        const from = tileIndex * 256;
        return concatBytes(
          ...Array.from({ length: hashCount }, (_, at) => hashAt(level, from + at)),
        );
      },
      size,
    );
    const leafIndex = size - 1;
    const proof = await proveInclusion(p, read, leafIndex, size);
    const root = rootOfLeaves(p, leaves.slice(0, size));
    const leaf = leaves[leafIndex] as Uint8Array;
    expect(verifyInclusion(p, { leafHash: leaf, index: leafIndex, size, root, proof }).ok).toBe(
      true,
    );
    expect(readCount).toBeLessThanOrEqual(3);
  }
});
