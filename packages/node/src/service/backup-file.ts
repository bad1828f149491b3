/**
 * The file of a backup: sealed to the recovery key, signed inside by the node.
 *
 * A line that names the form; a line of JSON with the id of the recovery key and K wrapped for it (HPKE,
 * X-Wing); then C2SP chunked-encryption under K to the end, bound to both lines. Inside are frames, each
 * after its length in 4 octets, at most 1 MiB: a manifest (JSON), the octets of all rows cut anywhere, an
 * empty frame, and the node's signature over the digest of all before. Anybody can seal to a public
 * key: the signature says who did. spec/storage.md §6.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, parseCanonicalJson } from "@parley/core/bytes/canonical-json";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import {
  type ChunkedKey,
  createChunkedOpener,
  createChunkedSealer,
  inputKeyBytes,
  saltBytes,
} from "@parley/core/crypto/chunked-encryption";
import { openHpke, sealHpke } from "@parley/core/crypto/hpke";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert } from "@parley/core/fault";
import { accept, type Result, refuse } from "@parley/core/result";
import { z } from "zod";
import { CutShort, ExactOctets } from "./exact-octets.ts";
import type { RecoveryPublicKey, RecoverySecretKey } from "./recovery-key.ts";

const formLine = "parley-backup v1\n";
/** The two lines; the wrapped key takes some 1,600. */
const headBytesMax = 8_192;
const frameBytesMax = 1_048_576;
const lengthBytes = 4;

const headSchema = z.strictObject({ key: z.string(), enc: z.string(), wrapped: z.string() });

const manifestSchema = z.strictObject({
  party: z.string(),
  /** POSIX seconds. */
  createdAt: z.int(),
  /** Of the program that wrote it. */
  version: z.string(),
  /** The steps that made the tables. */
  schema: z.array(z.string()).max(1_000),
  /** Small files of the home: what opens the keys in the database, settings. */
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(/^(?:keys\/[a-z]{1,16}\.(?:key|pub)|parley\.json)$/),
        text: z.string(),
      }),
    )
    .max(32),
});
export type BackupManifest = z.output<typeof manifestSchema>;

export type BackupFileRefusal =
  | "restore.not-a-backup"
  | "restore.other-recovery-key"
  | "restore.damaged";

/**
 * Begins a file.
 *
 * @returns What stands before the sealed octets, and the key that seals them; `undefined` if nothing
 *   can be sealed to this public key.
 */
export async function sealBackupHead(
  p: Primitives,
  recovery: RecoveryPublicKey,
): Promise<{ readonly head: Uint8Array; readonly key: ChunkedKey } | undefined> {
  const inputKey = p.random(inputKeyBytes);
  const { publicKey, id } = recovery;
  const wrapped = await sealHpke(p, { publicKey, info: wrapInfo(id), plaintext: inputKey });
  if (wrapped === undefined) return undefined;
  const enc = toBase64Url(wrapped.enc);
  const json = canonicalJson({ key: id, enc, wrapped: toBase64Url(wrapped.ciphertext) });
  const head = encodeUtf8(`${formLine}${json}\n`);
  return { head, key: { inputKey, context: contextOf(head) } };
}

/** Seals frames as they come; each call gives what became ready. */
export class BackupSealer {
  readonly #hash = createHash("sha256");
  readonly #sealer: ReturnType<typeof createChunkedSealer>;

  constructor(p: Primitives, key: ChunkedKey) {
    this.#sealer = createChunkedSealer(p, { ...key, salt: p.random(saltBytes) });
  }

  manifest(manifest: BackupManifest): Uint8Array {
    return this.#frame(encodeUtf8(canonicalJson(manifest)));
  }

  /** Octets of rows, any number. */
  rows(bytes: Uint8Array): Uint8Array {
    const sealed: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += frameBytesMax) {
      sealed.push(this.#frame(bytes.subarray(from, from + frameBytesMax)));
    }
    return Buffer.concat(sealed);
  }

  /** @param sign - Given the digest (SHA-256, base64url) of every frame before. */
  async end(sign: (digest: string) => Promise<string>): Promise<Uint8Array> {
    const stop = this.#frame(new Uint8Array(0));
    const signature = this.#frame(encodeUtf8(await sign(this.#hash.copy().digest("base64url"))));
    return Buffer.concat([stop, signature, this.#sealer.end()]);
  }

  #frame(bytes: Uint8Array): Uint8Array {
    assert(bytes.length <= frameBytesMax, "a frame is at most 1 MiB");
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(bytes.length);
    this.#hash.update(length).update(bytes);
    return Buffer.concat([this.#sealer.push(length), this.#sealer.push(bytes)]);
  }
}

export interface OpenedBackup {
  readonly manifest: BackupManifest;
  /** Octets of all rows; an error thrown in between is told apart by {@link isDamage}. */
  readonly rows: AsyncIterable<Uint8Array>;
  /** Known when `rows` has ended: the whole file was then as it was sealed. */
  ending(): { readonly digest: string; readonly signature: string } | undefined;
}

class Damaged extends Error {}

/** Whether what an iteration over {@link OpenedBackup.rows} threw says that the file is damaged. */
export function isDamage(thrown: unknown): boolean {
  return thrown instanceof Damaged || thrown instanceof CutShort;
}

/**
 * @param chunks - The file.
 * @param keyOf - K, from the head: {@link unwrapKey} gives it to whoever has the recovery key.
 * @returns `restore.not-a-backup` for another file, what `keyOf` refuses, or `restore.damaged`.
 */
export async function openBackup(
  p: Primitives,
  chunks: AsyncIterable<Uint8Array>,
  keyOf: (head: Uint8Array) => Promise<Result<ChunkedKey, BackupFileRefusal>>,
): Promise<Result<OpenedBackup, BackupFileRefusal>> {
  const source = new ExactOctets(chunks[Symbol.asyncIterator]());
  const head = await source.readLines(2, headBytesMax);
  if (head === undefined) return refuse("restore.not-a-backup", "no head");
  const key = await keyOf(head);
  if (!key.ok) return key;
  const frames = new Frames(openedChunks(p, key.value, source));
  try {
    const text = decodeUtf8(await frames.read()) ?? "";
    const json = parseCanonicalJson(text, { depthMax: 4, bytesMax: frameBytesMax });
    const manifest = manifestSchema.safeParse(json.ok ? json.value : undefined);
    if (!manifest.success) return refuse("restore.damaged", "no manifest");
    let ended: ReturnType<OpenedBackup["ending"]>;
    const rows = async function* () {
      yield* frames.untilEmpty();
      ended = await frames.readSignature();
    };
    return accept({ manifest: manifest.data, rows: rows(), ending: () => ended });
  } catch (cause) {
    if (isDamage(cause)) return refuse("restore.damaged", (cause as Error).message);
    throw cause;
  }
}

/** @returns `restore.not-a-backup`, `restore.other-recovery-key`, `restore.damaged`. */
export async function unwrapKey(
  p: Primitives,
  head: Uint8Array,
  recovery: RecoverySecretKey,
): Promise<Result<ChunkedKey, BackupFileRefusal>> {
  const text = decodeUtf8(head) ?? "";
  if (!text.startsWith(formLine)) return refuse("restore.not-a-backup", "another first line");
  const line = text.slice(formLine.length, -1);
  const json = parseCanonicalJson(line, { depthMax: 1, bytesMax: headBytesMax });
  const read = headSchema.safeParse(json.ok ? json.value : undefined);
  if (!read.success) return refuse("restore.damaged", "its head");
  if (read.data.key !== recovery.id) return refuse("restore.other-recovery-key", "another id");
  const enc = fromBase64Url(read.data.enc);
  const ciphertext = fromBase64Url(read.data.wrapped);
  if (enc === undefined || ciphertext === undefined) return refuse("restore.damaged", "its head");
  const info = wrapInfo(recovery.id);
  const inputKey = await openHpke(p, p.opener(recovery.seed), { info, enc, ciphertext });
  if (inputKey?.length !== inputKeyBytes) return refuse("restore.damaged", "its key");
  return accept({ inputKey, context: contextOf(head) });
}

/** Frames of the opened octets, and the digest of those that the signature covers. */
class Frames {
  readonly #hash = createHash("sha256");
  readonly #plain: ExactOctets;

  constructor(plain: AsyncGenerator<Uint8Array>) {
    this.#plain = new ExactOctets(plain);
  }

  async read(): Promise<Uint8Array> {
    const length = await this.#plain.read(lengthBytes);
    const { buffer, byteOffset } = length;
    const bytesTotal = new DataView(buffer, byteOffset).getUint32(0);
    if (bytesTotal > frameBytesMax) throw new Damaged("a frame is too long");
    this.#hash.update(length);
    const bytes = await this.#plain.read(bytesTotal);
    this.#hash.update(bytes);
    return bytes;
  }

  async *untilEmpty(): AsyncGenerator<Uint8Array> {
    for (let bytes = await this.read(); bytes.length > 0; bytes = await this.read()) yield bytes;
  }

  async readSignature(): Promise<{ readonly digest: string; readonly signature: string }> {
    const digest = this.#hash.copy().digest("base64url");
    const signature = decodeUtf8(await this.read());
    if (signature === undefined || !(await this.#plain.isAtEnd())) throw new Damaged("its end");
    return { digest, signature };
  }
}

async function* openedChunks(
  p: Primitives,
  key: ChunkedKey,
  source: ExactOctets,
): AsyncGenerator<Uint8Array> {
  const opener = createChunkedOpener(p, key);
  for await (const sealed of source.rest()) {
    const opened = opener.push(sealed);
    if (opened === undefined) throw new Damaged("not as it was sealed");
    yield opened;
  }
  const last = opener.end();
  if (last === undefined) throw new Damaged("cut off, or not as it was sealed");
  yield last;
}

function wrapInfo(keyId: string): Uint8Array {
  return encodeUtf8(`parley backup key v1\n${keyId}\n`);
}

/** Binds what is sealed to its head. */
function contextOf(head: Uint8Array): Uint8Array {
  return encodeUtf8(`parley backup v1\n${createHash("sha256").update(head).digest("hex")}\n`);
}
