/**
 * C2SP chunked-encryption, instance Cobblestone-256: seals entries and attachments.
 *
 * A sealed text is a 24-octet salt, a 32-octet commitment to the key, then chunks of 16 KiB under
 * AES-256-GCM, the last one always shorter. The commitment is checked before any chunk is opened, so
 * that one sealed text opens under one key only. Streams hold one chunk at a time; any chunk of a
 * stored text can be opened alone. Source: C2SP chunked-encryption, commit 5ba5ee8.
 *
 * @module
 */
import { concatBytes, encodeU64, equalBytes, joinBytes } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import type { Primitives } from "./primitives.ts";

export const inputKeyBytes = 32;
export const saltBytes = 24;
const commitmentBytes = 32;
/** Salt and commitment. */
export const chunkedHeaderBytes = saltBytes + commitmentBytes;

const chunkBytes = 16_384;
const tagBytes = 16;
const sealedChunkBytes = chunkBytes + tagBytes;
/** "Message chunking": 2^38 chunks. */
const chunkCountMax = 2 ** 38;

const keyBytes = 32;
const nonceBytes = 12;
const label = encodeUtf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");
const nothing = new Uint8Array(0);

/** What a sealed text opens under. */
export interface ChunkedKey {
  /** {@link inputKeyBytes} uniformly random octets. */
  readonly inputKey: Uint8Array;
  /** Says what the text is for; not secret, may be empty. */
  readonly context: Uint8Array;
}

export interface ChunkedSealingKey extends ChunkedKey {
  /** {@link saltBytes} random octets, never twice under one `inputKey`. */
  readonly salt: Uint8Array;
}

/** One text's own key, derived; only {@link openChunkedHeader} makes it for a text of a peer. */
export interface ChunkKeys {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
}

/** A stream: each call gives what became ready, which may be nothing. */
export interface ChunkedSealer {
  push(plaintext: Uint8Array): Uint8Array;
  /** Once, at the end; the sealer is spent. */
  end(): Uint8Array;
}

/** `undefined` once means `undefined` for ever; what was given before is authentic, but cut short. */
export interface ChunkedOpener {
  push(ciphertext: Uint8Array): Uint8Array | undefined;
  /** Once, at the end: without it nothing says that the text is whole. */
  end(): Uint8Array | undefined;
}

export function sealedLength(plainBytes: number): number {
  const chunkCount = Math.floor(plainBytes / chunkBytes) + 1;
  return chunkedHeaderBytes + plainBytes + chunkCount * tagBytes;
}

/** @returns Octets of the plaintext; or `undefined` if no text is sealed to this length. */
export function plainLength(sealedBytes: number): number | undefined {
  const body = sealedBytes - chunkedHeaderBytes;
  const lastSealed = body % sealedChunkBytes;
  if (body < 0 || lastSealed < tagBytes) return undefined;
  return Math.floor(body / sealedChunkBytes) * chunkBytes + lastSealed - tagBytes;
}

/** Where chunk `index` lies in a sealed text, both in octets; of the last one, at most. */
export function chunkRange(index: number): { readonly start: number; readonly end: number } {
  const start = chunkedHeaderBytes + index * sealedChunkBytes;
  return { start, end: start + sealedChunkBytes };
}

/** @param before - Octets that stand before the sealed text in what is returned. */
export function sealChunked(
  p: Primitives,
  key: ChunkedSealingKey,
  plaintext: Uint8Array,
  before: Uint8Array = nothing,
): Uint8Array {
  checkSealingKey(key);
  const { keys, commitment } = derive(p, key);
  const parts = [before, key.salt, commitment];
  // The last chunk is shorter than the others, and empty behind a plaintext of whole ones.
  for (let index = 0, from = 0; from <= plaintext.length; index += 1, from += chunkBytes) {
    const chunk = plaintext.subarray(from, from + chunkBytes);
    parts.push(p.sealAead(keys.key, chunkNonce(keys, index), nothing, chunk));
  }
  return concatBytes(...parts);
}

/**
 * @param room - Where the plaintext is put, if it fits there; else it has memory of its own.
 * @returns The plaintext; or `undefined` if any of it is not what was sealed under `key`.
 */
export function openChunked(
  p: Primitives,
  key: ChunkedKey,
  ciphertext: Uint8Array,
  room: Uint8Array = nothing,
): Uint8Array | undefined {
  const keys = openChunkedHeader(p, key, ciphertext);
  if (keys === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for (let index = 0, from = chunkedHeaderBytes; from <= ciphertext.length; index += 1) {
    const chunk = openChunk(p, keys, index, ciphertext.subarray(from, from + sealedChunkBytes));
    if (chunk === undefined) return undefined;
    parts.push(chunk);
    from += sealedChunkBytes;
  }
  const plainBytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (plainBytes > room.length) return concatBytes(...parts);
  return room.subarray(0, joinBytes(parts, room));
}

/** Whether a sealed text is committed to this key and context. Opens nothing. */
export function checkCommitment(p: Primitives, key: ChunkedKey, ciphertext: Uint8Array): boolean {
  return openChunkedHeader(p, key, ciphertext) !== undefined;
}

/**
 * Begins random access.
 *
 * @param ciphertext - A sealed text, or its first {@link chunkedHeaderBytes} octets.
 * @returns Keys for {@link openChunk}; or `undefined` if the commitment is not to `key`.
 */
export function openChunkedHeader(
  p: Primitives,
  { inputKey, context }: ChunkedKey,
  ciphertext: Uint8Array,
): ChunkKeys | undefined {
  if (inputKey.length !== inputKeyBytes || ciphertext.length < chunkedHeaderBytes) return undefined;
  const salt = ciphertext.subarray(0, saltBytes);
  const { keys, commitment } = derive(p, { inputKey, context, salt });
  const stated = ciphertext.subarray(saltBytes, chunkedHeaderBytes);
  return equalBytes(commitment, stated) ? keys : undefined;
}

/**
 * Opens one chunk alone. The last chunk is the short one; only opening it proves the length.
 *
 * @param index - From 0.
 * @param sealedChunk - The octets of {@link chunkRange}.
 */
export function openChunk(
  p: Primitives,
  keys: ChunkKeys,
  index: number,
  sealedChunk: Uint8Array,
): Uint8Array | undefined {
  if (index >= chunkCountMax || sealedChunk.length > sealedChunkBytes) return undefined;
  return p.openAead(keys.key, chunkNonce(keys, index), nothing, sealedChunk);
}

export function createChunkedSealer(p: Primitives, key: ChunkedSealingKey): ChunkedSealer {
  checkSealingKey(key);
  const { keys, commitment } = derive(p, key);
  let ready: Uint8Array[] = [key.salt, commitment];
  let held: Uint8Array = nothing;
  let index = 0;

  function seal(chunk: Uint8Array): void {
    assert(index < chunkCountMax, "too long for one sealed text");
    ready.push(p.sealAead(keys.key, chunkNonce(keys, index), nothing, chunk));
    index += 1;
  }

  function takeReady(): Uint8Array {
    const output = concatBytes(...ready);
    ready = [];
    return output;
  }

  return {
    push: (plaintext) => {
      held = concatBytes(held, plaintext);
      for (; held.length >= chunkBytes; held = held.subarray(chunkBytes)) {
        seal(held.subarray(0, chunkBytes));
      }
      held = held.slice(); // A view would keep the whole input alive.
      return takeReady();
    },
    end: () => {
      seal(held);
      return takeReady();
    },
  };
}

export function createChunkedOpener(p: Primitives, key: ChunkedKey): ChunkedOpener {
  let held: Uint8Array = nothing;
  let keys: ChunkKeys | undefined;
  let isOver = false;
  let index = 0;

  function open(chunk: Uint8Array): Uint8Array | undefined {
    const plaintext = isOver || keys === undefined ? undefined : openChunk(p, keys, index, chunk);
    index += 1;
    if (plaintext === undefined) isOver = true;
    return plaintext;
  }

  /** Takes the header off what is held. */
  function start(): void {
    keys = openChunkedHeader(p, key, held);
    held = held.subarray(chunkedHeaderBytes);
    if (keys === undefined) isOver = true;
  }

  function push(ciphertext: Uint8Array): Uint8Array | undefined {
    if (isOver) return undefined;
    held = concatBytes(held, ciphertext);
    if (keys === undefined && held.length < chunkedHeaderBytes) return nothing;
    if (keys === undefined) start();
    const opened: Uint8Array[] = [];
    for (; held.length >= sealedChunkBytes && !isOver; held = held.subarray(sealedChunkBytes)) {
      opened.push(open(held.subarray(0, sealedChunkBytes)) ?? nothing);
    }
    held = held.slice(); // A view would keep the whole input alive.
    return isOver ? undefined : concatBytes(...opened);
  }

  function end(): Uint8Array | undefined {
    const plaintext = open(held);
    isOver = true;
    return plaintext;
  }

  return { push, end };
}

function checkSealingKey({ inputKey, salt }: ChunkedSealingKey): void {
  assert(inputKey.length === inputKeyBytes, "an input key has 32 octets");
  assert(salt.length === saltBytes, "a salt has 24 octets");
}

function derive(
  p: Primitives,
  { inputKey, context, salt }: ChunkedSealingKey,
): { readonly keys: ChunkKeys; readonly commitment: Uint8Array } {
  const info = concatBytes(label, salt, context);
  const lengthBytes = keyBytes + nonceBytes + commitmentBytes;
  const output = p.hkdfExpand("SHA-512", inputKey, info, lengthBytes);
  const commitmentStart = keyBytes + nonceBytes;
  return {
    keys: {
      key: output.subarray(0, keyBytes),
      baseNonce: output.subarray(keyBytes, commitmentStart),
    },
    commitment: output.subarray(commitmentStart),
  };
}

/** "AEAD usage": the base nonce with the number of the chunk XORed into its end. */
function chunkNonce({ baseNonce }: ChunkKeys, index: number): Uint8Array {
  const nonce = baseNonce.slice();
  const number = encodeU64(index);
  const offset = nonceBytes - number.length;
  for (const [position, octet] of number.entries()) {
    nonce[offset + position] = (nonce[offset + position] as number) ^ octet;
  }
  return nonce;
}
