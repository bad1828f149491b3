/**
 * Goal: a sealed text opens whole, in pieces of any size and by single chunks, to the same octets,
 * and not at all if anything was changed. Method: lengths around the chunk size, cuts at random. The
 * published vectors are in tests/conformance/chunked-encryption.test.ts.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { concatBytes, equalBytes } from "../bytes/octets.ts";
import { Defect } from "../fault.ts";
import {
  type ChunkedSealingKey,
  checkCommitment,
  chunkedHeaderBytes,
  chunkRange,
  createChunkedOpener,
  createChunkedSealer,
  openChunk,
  openChunked,
  openChunkedHeader,
  plainLength,
  sealChunked,
  sealedLength,
} from "./chunked-encryption.ts";
import { nodePrimitives as p } from "./crypto-node.ts";

const chunkBytes = 16_384;
const key: ChunkedSealingKey = {
  inputKey: new Uint8Array(32).fill(1),
  salt: new Uint8Array(24).fill(2),
  context: new Uint8Array(40).fill(3),
};

const plainBytes = fc.oneof(
  fc.nat({ max: 3 * chunkBytes }),
  fc
    .tuple(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: -2, max: 2 }))
    .map(([chunks, off]) => Math.max(0, chunks * chunkBytes + off)),
);
const pieceBytes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 });

function textOf(lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index * 7) & 0xff);
}

/** Cuts into pieces of the lengths given, over and over. */
function* cut(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let offset = 0, turn = 0; offset < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(offset, offset + length);
    offset += length;
  }
}

test.prop([plainBytes, pieceBytes])(
  "[CRY-7] sealed and opened in pieces is the same as at once",
  (lengthBytes, lengths) => {
    const plaintext = textOf(lengthBytes);
    const sealed = sealChunked(p, key, plaintext);
    expect(sealed).toHaveLength(sealedLength(lengthBytes));
    expect(plainLength(sealed.length)).toBe(lengthBytes);

    const sealer = createChunkedSealer(p, key);
    const pieces = [...cut(plaintext, lengths)].map((piece) => sealer.push(piece));
    expect(equalBytes(concatBytes(...pieces, sealer.end()), sealed)).toBe(true);

    const opener = createChunkedOpener(p, key);
    const opened = [...cut(sealed, lengths)].map((piece) => opener.push(piece));
    const whole = concatBytes(...[...opened, opener.end()].map((part) => part ?? Uint8Array.of(9)));
    expect(equalBytes(whole, plaintext)).toBe(true);
    expect(equalBytes(openChunked(p, key, sealed) ?? new Uint8Array(), plaintext)).toBe(true);
  },
);

test.prop([plainBytes, fc.nat()])(
  "[CRY-8] a changed, cut or lengthened text opens to nothing",
  (lengthBytes, position) => {
    const sealed = sealChunked(p, key, textOf(lengthBytes));
    const changed = sealed.slice();
    const index = position % sealed.length;
    changed[index] = (changed[index] ?? 0) ^ 0x80;
    expect(openChunked(p, key, changed)).toBeUndefined();
    expect(openChunked(p, key, sealed.subarray(0, index))).toBeUndefined();
    expect(openChunked(p, key, concatBytes(sealed, changed.subarray(0, 1)))).toBeUndefined();
  },
);

test("[CRY-8] the commitment is to the key and to the context", () => {
  const sealed = sealChunked(p, key, textOf(10));
  expect(checkCommitment(p, key, sealed)).toBe(true);
  expect(checkCommitment(p, key, sealed.subarray(0, chunkedHeaderBytes))).toBe(true);
  for (const other of [
    { ...key, inputKey: new Uint8Array(32).fill(9) },
    { ...key, inputKey: key.inputKey.subarray(1) },
    { ...key, context: key.context.subarray(1) },
  ]) {
    expect(checkCommitment(p, other, sealed)).toBe(false);
    expect(openChunked(p, other, sealed)).toBeUndefined();
  }
  expect(checkCommitment(p, key, sealed.subarray(0, chunkedHeaderBytes - 1))).toBe(false);
});

test("[CRY-7] one chunk opens alone, and only at its own place", () => {
  const plaintext = textOf(2 * chunkBytes + 100);
  const sealed = sealChunked(p, key, plaintext);
  const keys = openChunkedHeader(p, key, sealed);
  if (keys === undefined) throw new Error("the commitment is good");
  const { start, end } = chunkRange(1);
  const chunk = sealed.subarray(start, end);
  expect(openChunk(p, keys, 1, chunk)).toEqual(plaintext.subarray(chunkBytes, 2 * chunkBytes));
  expect(openChunk(p, keys, 0, chunk)).toBeUndefined();
  expect(openChunk(p, keys, 2, chunk)).toBeUndefined();
  expect(openChunk(p, keys, 1, sealed.subarray(start))).toBeUndefined();
});

test("[CRY-8] a chunk longer than any may be opens to nothing, though its maker sealed it so", () => {
  const keys = openChunkedHeader(p, key, sealChunked(p, key, textOf(0)));
  if (keys === undefined) throw new Error("the commitment is good");
  const seal = (lengthBytes: number) =>
    p.sealAead(keys.key, keys.baseNonce, new Uint8Array(0), textOf(lengthBytes));
  expect(openChunk(p, keys, 0, seal(chunkBytes))).toHaveLength(chunkBytes);
  expect(openChunk(p, keys, 0, seal(chunkBytes + 1))).toBeUndefined();
});

test.each([0, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15])(
  "[CRY-8] no text is sealed to %d octets",
  (sealedBytes) => {
    expect(plainLength(sealedBytes)).toBeUndefined();
  },
);

test("a stream holds no more than a chunk, and nothing of the caller's", () => {
  const sealer = createChunkedSealer(p, key);
  const buffer = textOf(chunkBytes + 5);
  const first = sealer.push(buffer);
  expect(first).toHaveLength(chunkedHeaderBytes + chunkBytes + 16);
  buffer.fill(0);
  const sealed = concatBytes(first, sealer.end());
  expect(openChunked(p, key, sealed)?.subarray(chunkBytes)).toEqual(
    textOf(chunkBytes + 5).subarray(chunkBytes),
  );
});

test("sealing under a key or salt of the wrong length is a defect", () => {
  for (const wrong of [{ inputKey: new Uint8Array(16) }, { salt: new Uint8Array(12) }]) {
    expect(() => sealChunked(p, { ...key, ...wrong }, textOf(1))).toThrow(Defect);
  }
});
