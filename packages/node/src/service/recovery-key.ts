/**
 * The key that opens backups: its public half lies in the home, its secret half in a file that belongs
 * elsewhere.
 *
 * The secret file also says whose backups it opens, by the fingerprint of the authority of that day: so
 * a backup that somebody else sealed to the public half is told apart. It is not sealed itself: whoever
 * restores may have lost every passphrase of the node, and where it lies is safer than they are. What
 * it opens is a home whose keys are still sealed under the passphrases.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, parseStrictJson } from "@parley/core/bytes/canonical-json";
import { openingKeyId } from "@parley/core/crypto/key-id";
import { type Primitives, seedBytes } from "@parley/core/crypto/primitives";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { readFileIfThere, writeFileDurably } from "./durable-file.ts";

const fileBytesMax = 8_192;
const publicName = "recovery.pub";
/** X-Wing: ML-KEM-768 and X25519. */
const publicKeyBytes = 1_216;

const publicSchema = z.strictObject({
  parley: z.literal("recovery-public-key"),
  version: z.literal(1),
  publicKey: z.string(),
});
const secretSchema = z.strictObject({
  parley: z.literal("recovery-secret-key"),
  version: z.literal(1),
  party: z.string(),
  fingerprint: z.string(),
  seed: z.string(),
});

export interface RecoveryPublicKey {
  readonly id: string;
  readonly publicKey: Uint8Array;
}

export interface RecoverySecretKey {
  readonly id: string;
  readonly seed: Uint8Array;
  readonly party: string;
  /** Of the authority's keys when it was made, as 30 digits. */
  readonly fingerprint: string;
}

/**
 * Makes the key and both files. Backups from now on are sealed to it.
 *
 * @param files.keysPath - Where the keys of the home lie.
 * @returns `keys.exists` if there is a file at `secretPath`: it may be what opens older backups.
 */
export function createRecoveryKey(
  p: Primitives,
  { keysPath, secretPath }: { readonly keysPath: string; readonly secretPath: string },
  whose: { readonly party: string; readonly fingerprint: string },
): LocalResult<true, "keys.exists"> {
  if (existsSync(secretPath)) return refuseLocally("keys.exists", { file: secretPath });
  const seed = p.random(seedBytes);
  const { party, fingerprint } = whose;
  const secret = { party, fingerprint, seed: toBase64Url(seed) };
  write(secretPath, { parley: "recovery-secret-key", version: 1, ...secret });
  const publicKey = toBase64Url(p.opener(seed).publicKey);
  write(join(keysPath, publicName), { parley: "recovery-public-key", version: 1, publicKey });
  return { ok: true, value: true };
}

/** @returns `backup.no-recovery-key` if the home has none, or none that can be read. */
export function readRecoveryPublicKey(
  p: Primitives,
  keysPath: string,
): LocalResult<RecoveryPublicKey, "backup.no-recovery-key"> {
  const path = join(keysPath, publicName);
  const read = publicSchema.safeParse(readJson(path));
  const publicKey = read.success ? fromBase64Url(read.data.publicKey) : undefined;
  if (publicKey?.length !== publicKeyBytes) {
    return refuseLocally("backup.no-recovery-key", { file: path });
  }
  return { ok: true, value: { id: openingKeyId(p, publicKey), publicKey } };
}

/** @returns `restore.bad-recovery-key` if the file is missing or is no secret half. */
export function readRecoverySecretKey(
  p: Primitives,
  path: string,
): LocalResult<RecoverySecretKey, "restore.bad-recovery-key"> {
  const read = secretSchema.safeParse(readJson(path));
  const seed = read.success ? fromBase64Url(read.data.seed) : undefined;
  if (!read.success || seed?.length !== seedBytes) {
    return refuseLocally("restore.bad-recovery-key", { file: path });
  }
  const { party, fingerprint } = read.data;
  const id = openingKeyId(p, p.opener(seed).publicKey);
  return { ok: true, value: { id, seed, party, fingerprint } };
}

function readJson(path: string): unknown {
  const text = readFileIfThere(path, fileBytesMax) ?? "";
  const json = parseStrictJson(text.trim(), { depthMax: 2, bytesMax: fileBytesMax });
  return json.ok ? json.value : undefined;
}

function write(path: string, value: Readonly<Record<string, string | number>>): void {
  writeFileDurably(path, `${canonicalJson(value)}\n`);
}
