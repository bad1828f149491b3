/**
 * Goal: ours is Cobblestone-256, whole, streamed and by single chunks, in both implementations.
 * Method: the published vectors as their notes (tests/vectors/chunked-encryption) say to apply them.
 */
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { concatBytes } from "@parley/core/bytes/octets";
import {
  type ChunkedKey,
  checkCommitment,
  chunkRange,
  createChunkedOpener,
  openChunk,
  openChunked,
  openChunkedHeader,
  plainLength,
  sealChunked,
  sealedLength,
} from "@parley/core/crypto/chunked-encryption";
import type { Primitives } from "@parley/core/crypto/primitives";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";
import { bytesOf, readVectorJson, type WycheproofTest } from "./vector-files.ts";

interface ChunkedTest extends WycheproofTest {
  readonly comment: string;
  readonly key: string;
  readonly ctx: string;
  readonly ct: string;
  readonly msgLength?: number;
  readonly msgSha512?: string;
}

const { testGroups } = readVectorJson<{ testGroups: { tests: ChunkedTest[] }[] }>(
  "chunked-encryption/c2sp_chunked_encryption_aes_256_gcm_test.json",
);
const cases = testGroups.flatMap(({ tests }) => tests);
const valid = cases.filter(({ result }) => result === "valid");
const invalid = cases.filter(({ result }) => result === "invalid");

function inputOf({ key, ctx, ct }: ChunkedTest): { key: ChunkedKey; sealed: Uint8Array } {
  const sealed = new Uint8Array(inflateSync(bytesOf(ct)));
  return { key: { inputKey: bytesOf(key), context: bytesOf(ctx) }, sealed };
}

function sha512(bytes: Uint8Array): string {
  return createHash("sha512").update(bytes).digest("hex");
}

/** Pushes pieces of an awkward size; what came out, and whether the end was good. */
function stream(p: Primitives, key: ChunkedKey, sealed: Uint8Array) {
  const opener = createChunkedOpener(p, key);
  const output: Uint8Array[] = [];
  for (let offset = 0; offset < sealed.length; offset += 10_007) {
    const opened = opener.push(sealed.subarray(offset, offset + 10_007));
    if (opened === undefined) break;
    output.push(opened);
  }
  const last = opener.end();
  if (last !== undefined) output.push(last);
  const isOver = opener.push(sealed) === undefined && opener.end() === undefined;
  return { plaintext: concatBytes(...output), isWhole: last !== undefined, isOver };
}

function openByChunks(p: Primitives, key: ChunkedKey, sealed: Uint8Array) {
  const length = plainLength(sealed.length);
  const keys = openChunkedHeader(p, key, sealed);
  if (length === undefined || keys === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for (let index = 0; chunkRange(index).start < sealed.length; index += 1) {
    const { start, end } = chunkRange(index);
    const chunk = openChunk(p, keys, index, sealed.subarray(start, end));
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
  }
  return concatBytes(...chunks);
}

test("the set is whole", () => {
  expect(cases).toHaveLength(35);
  expect(invalid.length).toBeGreaterThan(valid.length);
});

describe.each(bothPrimitives)("$name", ({ p }) => {
  test.each(valid)("[CRY-7] $tcId $comment: opens, and seals to the same", (vector) => {
    const { key, sealed } = inputOf(vector);
    const plaintext = openChunked(p, key, sealed);
    if (plaintext === undefined) throw new Error("refused");
    expect(plaintext).toHaveLength(vector.msgLength ?? -1);
    expect(sha512(plaintext)).toBe(vector.msgSha512);
    expect(sealedLength(plaintext.length)).toBe(sealed.length);
    expect(plainLength(sealed.length)).toBe(plaintext.length);
    const again = sealChunked(p, { ...key, salt: sealed.subarray(0, 24) }, plaintext);
    expect(sha512(again)).toBe(sha512(sealed));
    expect(sha512(openByChunks(p, key, sealed) ?? new Uint8Array())).toBe(vector.msgSha512);
    const streamed = stream(p, key, sealed);
    expect(streamed).toMatchObject({ isWhole: true, isOver: true });
    expect(sha512(streamed.plaintext)).toBe(vector.msgSha512);
  });

  test.each(invalid)(
    "[CRY-8] $tcId $comment: refused, and nothing shown beyond its good beginning",
    (vector) => {
      const { key, sealed } = inputOf(vector);
      expect(openChunked(p, key, sealed)).toBeUndefined();
      expect(openByChunks(p, key, sealed)).toBeUndefined();
      const { plaintext, isWhole, isOver } = stream(p, key, sealed);
      expect({ isWhole, isOver }).toEqual({ isWhole: false, isOver: true });
      expect(plaintext.length).toBeLessThanOrEqual(vector.msgLength ?? 0);
      if (vector.flags.includes("HeaderFailure")) {
        expect(checkCommitment(p, key, sealed)).toBe(false);
        expect(plaintext).toHaveLength(0);
      }
    },
  );
});
