/**
 * Writes a backup of a node, and reads one.
 *
 * Written under another name, synced, read again through to its end with the key that is still in
 * memory, and only then given its name: rows, digest and signature of what lies in the file are those
 * of the moment that was read. What it is not tried with is the recovery key, which is elsewhere.
 *
 * @module
 */
import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { canonicalJson } from "@parley/core/bytes/canonical-json";
import { type JwsSigner, parseJws, signJws, verifyJws } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import { type Descriptor, nodeKeys, parseDescriptor } from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { fingerprint } from "@parley/core/party/fingerprint";
import { accept } from "@parley/core/result";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import {
  type BackupFileRefusal,
  type BackupManifest,
  BackupSealer,
  isDamage,
  openBackup,
  sealBackupHead,
  unwrapKey,
} from "./backup-file.ts";
import { diskFault, syncDirectory } from "./durable-file.ts";
import type { RecoveryPublicKey, RecoverySecretKey } from "./recovery-key.ts";
import type { ImageFacts, StorageImage, StorageImages } from "./storage-move.ts";

const signatureType = "parley-backup+jws";
const signatureBytesMax = 65_536;

interface Watching {
  progress(what: "written" | "read", rows: number): void;
  readonly signal: AbortSignal;
}

export interface BackupOrder extends Watching {
  readonly p: Primitives;
  /** Not there yet. */
  readonly target: string;
  readonly recovery: RecoveryPublicKey;
  readonly manifest: BackupManifest;
  readonly image: StorageImage;
  /** The node's own, as its newest descriptor names them. */
  readonly signers: readonly JwsSigner[];
  readonly inspect: StorageImages["inspectImage"];
}

export interface WrittenBackup {
  readonly rows: number;
  /** SHA-256 over the canonical octets of all rows, in hexadecimal. */
  readonly digest: string;
  readonly bytes: number;
}

/**
 * @returns What lies in the file; or `cli.file-exists`, `backup.no-recovery-key` if nothing can be
 *   sealed to the key. Then, after a fault and after a cancellation there is no file.
 * @throws Fault `backup.not-as-written` if what is read back is not what was written; `disk.full` …
 */
export async function writeBackup(
  order: BackupOrder,
): Promise<LocalResult<WrittenBackup, "cli.file-exists" | "backup.no-recovery-key">> {
  const { p, target, recovery, signal } = order;
  const sealing = await sealBackupHead(p, recovery);
  if (sealing === undefined) return refuseLocally("backup.no-recovery-key", { file: target });
  const draft = `${target}.part`;
  let isDone = false;
  try {
    await writeDraft(order, draft, sealing);
    const read = await readThrough(order, draft, async () => accept(sealing.key));
    const facts = read.ok ? await verifyWritten(order, read.value) : undefined;
    if (facts === undefined) {
      throw new Fault("backup.not-as-written", target, { retryable: true });
    }
    signal.throwIfAborted();
    // Somebody may have made it while this was written.
    if (existsSync(target)) return refuseLocally("cli.file-exists", { file: target });
    const { size } = await stat(draft);
    await rename(draft, target);
    isDone = true;
    syncDirectory(dirname(target));
    return { ok: true, value: { rows: facts.rows, digest: facts.digest, bytes: size } };
  } catch (cause) {
    throw isOfDisk(cause) ? diskFault(target, cause) : cause;
  } finally {
    if (!isDone) await rm(draft, { force: true });
  }
}

async function writeDraft(
  { p, manifest, image, signers, progress, signal }: BackupOrder,
  draft: string,
  { head, key }: NonNullable<Awaited<ReturnType<typeof sealBackupHead>>>,
): Promise<void> {
  const file = await open(draft, "w", 0o600);
  try {
    const sealer = new BackupSealer(p, key);
    await writeWhole(file, head);
    await writeWhole(file, sealer.manifest(manifest));
    for await (const bytes of image.read((rows) => progress("written", rows))) {
      signal.throwIfAborted();
      await writeWhole(file, sealer.rows(bytes));
    }
    const sign = (digest: string) =>
      signJws(canonicalJson(signedText(manifest, digest)), signatureType, signers);
    await writeWhole(file, await sealer.end(sign));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    from += (await file.write(bytes, from)).bytesWritten;
  }
}

/** What a backup holds, read through to its end; not yet whose it is. */
export interface ReadBackup {
  readonly manifest: BackupManifest;
  readonly facts: ImageFacts;
  readonly ending: { readonly digest: string; readonly signature: string };
}

interface Reading extends Watching {
  readonly p: Primitives;
  readonly inspect: StorageImages["inspectImage"];
}

type KeyOf = Parameters<typeof openBackup>[2];
export type ReadRefusal =
  | BackupFileRefusal
  | "restore.other-schema"
  | "restore.foreign"
  | "cli.no-such-file";

async function readThrough(
  { p, inspect, progress, signal }: Reading,
  path: string,
  keyOf: KeyOf,
): Promise<LocalResult<ReadBackup, ReadRefusal>> {
  const file = { file: path };
  try {
    const opened = await openBackup(p, createReadStream(path, { signal }), keyOf);
    if (!opened.ok) return refuseLocally(opened.refusal.code, file);
    const { manifest, rows, ending } = opened.value;
    const facts = await inspect(rows, manifest.schema, (count) => progress("read", count));
    if (!facts.ok) {
      const versions = { version: manifest.version, found: manifest.schema.at(-1) ?? "" };
      return refuseLocally(facts.refusal.code, { ...file, ...versions });
    }
    const ended = ending();
    if (ended === undefined) return refuseLocally("restore.damaged", file);
    return { ok: true, value: { manifest, facts: facts.value, ending: ended } };
  } catch (cause) {
    if (isDamage(cause)) return refuseLocally("restore.damaged", file);
    if (!isOfDisk(cause)) throw cause;
    return refuseLocally("cli.no-such-file", { ...file, cause: cause.code });
  }
}

async function verifyWritten(
  { p, signers }: BackupOrder,
  backup: ReadBackup,
): Promise<ImageFacts | undefined> {
  const chain = await readChain(p, backup.facts.descriptors);
  const newest = chain?.at(-1);
  if (newest === undefined) return undefined;
  const isOurs = nodeKeys(newest).every(({ kid }, place) => kid === signers[place]?.kid);
  const verified = isOurs && (await verifySignature(p, backup, newest));
  return verified ? backup.facts : undefined;
}

/**
 * Reads a backup through, and whose it is: made by a node of the party of the recovery key, whose
 * authority follows from the one that was in force when that key was made.
 *
 * @returns `cli.no-such-file`; `restore.not-a-backup`, `restore.other-recovery-key`,
 *   `restore.damaged`, `restore.other-schema`, `restore.foreign`.
 */
export async function readBackup(
  reading: Reading,
  path: string,
  recovery: RecoverySecretKey,
): Promise<LocalResult<ReadBackup, ReadRefusal>> {
  const { p } = reading;
  const read = await readThrough(reading, path, (head) => unwrapKey(p, head, recovery));
  if (!read.ok) return read;
  const { facts, manifest } = read.value;
  const foreign = refuseLocally("restore.foreign", { file: path, party: recovery.party });
  const isNamed = facts.party === recovery.party && manifest.party === recovery.party;
  const chain = isNamed ? await readChain(p, facts.descriptors) : undefined;
  const from = chain?.findIndex((one) => fingerprint(p, one) === recovery.fingerprint) ?? -1;
  if (chain === undefined || from < 0) return foreign;
  // Not whether the newest has ended by now: a backup is opened whenever it is needed.
  const about = { trusted: undefined, party: recovery.party, reader: undefined, now: 0 };
  const newest = await verifyDescriptorChain(p, about, chain.slice(from));
  const isSigned = newest.ok && (await verifySignature(p, read.value, newest.value));
  return isSigned ? read : foreign;
}

/**
 * The rows of a backup that {@link readBackup} has found good, once more.
 *
 * @throws What `isDamage` knows, if the file is another one by now.
 */
export async function* readRows(
  p: Primitives,
  path: string,
  { recovery, signal }: { readonly recovery: RecoverySecretKey; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const chunks = createReadStream(path, { signal });
  const opened = await openBackup(p, chunks, (head) => unwrapKey(p, head, recovery));
  assert(opened.ok, "a file that was read before");
  yield* opened.value.rows;
}

async function readChain(
  p: Primitives,
  texts: readonly string[],
): Promise<readonly Descriptor[] | undefined> {
  const chain: Descriptor[] = [];
  for (const text of texts) {
    const read = await parseDescriptor(p, text);
    if (!read.ok) return undefined;
    chain.push(read.value);
  }
  return chain;
}

async function verifySignature(
  p: Primitives,
  { manifest, ending }: ReadBackup,
  by: Descriptor,
): Promise<boolean> {
  const jws = parseJws(ending.signature, signatureBytesMax);
  if (!jws.ok) return false;
  const expected = canonicalJson(signedText(manifest, ending.digest));
  if (jws.value.payloadText !== expected) return false;
  return (await verifyJws(p, jws.value, { typ: signatureType, keys: nodeKeys(by) })).ok;
}

function signedText({ party, createdAt }: BackupManifest, digest: string) {
  return { v: 1, party, createdAt, digest };
}

function isOfDisk(cause: unknown): cause is NodeJS.ErrnoException & { readonly code: string } {
  return cause instanceof Error && "syscall" in cause && "code" in cause;
}
