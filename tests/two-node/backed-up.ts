/**
 * A database that went through the file of a backup: sealed, signed, read back, opened with the
 * recovery key and put into an empty one.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { fingerprint } from "@parley/core/party/fingerprint";
import type { MadeParty } from "@parley/testkit/paired-nodes";
import { readBackup, readRows, writeBackup } from "../../packages/node/src/service/backup.ts";
import { openKeys } from "../../packages/node/src/service/key-ring.ts";
import {
  createRecoveryKey,
  readRecoveryPublicKey,
  readRecoverySecretKey,
} from "../../packages/node/src/service/recovery-key.ts";
import { storageImages } from "../../packages/node/src/storage/database-image.ts";

const { signal } = new AbortController();
const quiet = { progress: () => undefined, signal };

/** Of what the database of this home holds now, its node running or not. */
export async function copyByBackup(home: MadeParty, to: string): Promise<void> {
  const keysPath = join(home.directory, "keys");
  const secretPath = join(home.directory, "recovery.key");
  if (!existsSync(secretPath)) {
    mkdirSync(keysPath);
    const whose = { party: home.name, fingerprint: fingerprint(p, home.descriptor) };
    createRecoveryKey(p, { keysPath, secretPath }, whose);
  }
  const publicKey = readRecoveryPublicKey(p, keysPath);
  const recovery = readRecoverySecretKey(p, secretPath);
  assert(publicKey.ok && recovery.ok, "both halves were written");
  const target = `${to}.backup`;
  await write(home, target, publicKey.value);
  const { inspectImage: inspect, makeOfImage } = storageImages;
  const read = await readBackup({ ...quiet, p, inspect }, target, recovery.value);
  assert(read.ok, "what was just written");
  const rows = readRows(p, target, { recovery: recovery.value, signal });
  const options = { expected: read.value.facts, progress: quiet.progress };
  const made = await makeOfImage(to, rows, options);
  assert(made.ok, "an empty place");
  rmSync(target);
}

async function write(
  home: MadeParty,
  target: string,
  recovery: Parameters<typeof writeBackup>[0]["recovery"],
): Promise<void> {
  const opened = await storageImages.openImage(join(home.directory, "parley.db"));
  assert(opened.ok, "the database of a node");
  await using image = opened.value;
  const keys = openKeys(p, home.rings, image.keys);
  const signers = keys.ok ? keys.value.messageSigners("node") : undefined;
  assert(signers !== undefined, "the rings of this home");
  const { party, schema } = image;
  const manifest = { party, createdAt: 1, version: "0", schema: [...schema], files: [] };
  const { inspectImage: inspect } = storageImages;
  const order = { ...quiet, p, target, recovery, manifest, image, signers, inspect };
  assert((await writeBackup(order)).ok, "a backup is written");
}
