/**
 * Goal: a backup that is not exactly as it was written is refused, wherever it was touched.
 * Method: a small file with each octet changed, and cut at every length; what opens is compared.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BackupSealer, isDamage, openBackup, sealBackupHead, unwrapKey } from "./backup-file.ts";
import {
  createRecoveryKey,
  type RecoverySecretKey,
  readRecoveryPublicKey,
  readRecoverySecretKey,
} from "./recovery-key.ts";

const directory = mkdtempSync(join(tmpdir(), "parley-backup-file-"));
afterAll(() => rmSync(directory, { recursive: true }));

const manifest = {
  ...{ party: "a.example", createdAt: 1_480_593_600, version: "0.0.0", schema: ["0001-first"] },
  files: [{ name: "keys/node.key", text: "sealed" }],
};
/** More than a chunk of the encryption, and cut unlike the frames. */
const rows = Buffer.alloc(20_000, "row");

let recovery: RecoverySecretKey;
let whole: Buffer;

beforeAll(async () => {
  const secretPath = join(directory, "recovery.key");
  const whose = { party: "a.example", fingerprint: "1" };
  assert(createRecoveryKey(p, { keysPath: directory, secretPath }, whose).ok, "none was there");
  const secret = readRecoverySecretKey(p, secretPath);
  const open = readRecoveryPublicKey(p, directory);
  assert(secret.ok && open.ok, "both halves were written");
  recovery = secret.value;
  expect(open.value.id).toBe(recovery.id);
  const sealing = await sealBackupHead(p, open.value);
  assert(sealing !== undefined, "a good key");
  const sealer = new BackupSealer(p, sealing.key);
  const parts = [sealer.manifest(manifest), sealer.rows(rows)];
  const end = await sealer.end(async (digest) => `signed ${digest}`);
  whole = Buffer.concat([sealing.head, ...parts, end]);
});

/** @returns A code; or what the file holds. */
async function read(bytes: Uint8Array, chunkBytes = 4_099) {
  async function* chunks() {
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      yield bytes.subarray(from, from + chunkBytes);
    }
  }
  try {
    const opened = await openBackup(p, chunks(), (head) => unwrapKey(p, head, recovery));
    if (!opened.ok) return opened.refusal.code;
    const hash = createHash("sha256");
    for await (const part of opened.value.rows) hash.update(part);
    return { ...opened.value.manifest, rows: hash.digest("hex"), ...opened.value.ending() };
  } catch (thrown) {
    if (isDamage(thrown)) return "restore.damaged";
    throw thrown;
  }
}

test("[STO-27] a file is opened as it was sealed, however its octets come", async () => {
  const expected = { ...manifest, rows: createHash("sha256").update(rows).digest("hex") };
  for (const chunkBytes of [1, 16, 4_099, whole.length]) {
    const found = await read(whole, chunkBytes);
    expect(found).toMatchObject(expected);
    expect(found).toMatchObject({ signature: `signed ${(found as { digest: string }).digest}` });
  }
});

test("[STO-27] a file with any octet changed is refused", async () => {
  const codes = new Map<string, number>();
  // What is chunked and alike is changed at every 16th octet, the rest at each.
  const step = (at: number) => (at < 2_000 || at > whole.length - 600 ? 1 : 16);
  let count = 0;
  for (let at = 0; at < whole.length; at += step(at)) {
    const spoilt = Buffer.from(whole);
    spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (at % 8));
    const found = await read(spoilt);
    assert(typeof found === "string", `octet ${at}`);
    codes.set(found, (codes.get(found) ?? 0) + 1);
    count += 1;
  }
  console.log(
    `octets changed, one at a time: ${count} of ${whole.length}`,
    Object.fromEntries(codes),
  );
  expect([...codes.keys()].sort()).toEqual([
    ...["restore.damaged", "restore.not-a-backup", "restore.other-recovery-key"],
  ]);
});

test("[STO-27] a file cut off anywhere, or longer, is refused", async () => {
  let count = 0;
  for (let length = 0; length < whole.length; length += length < 2_000 ? 7 : 61) {
    expect([length, typeof (await read(whole.subarray(0, length)))]).toEqual([length, "string"]);
    count += 1;
  }
  // Where chunks of the encryption end.
  const body = whole.length - (whole.indexOf("\n", whole.indexOf("\n") + 1) + 1);
  for (const length of [
    whole.length - body,
    whole.length - body + 56,
    whole.length - body + 56 + 16_400,
  ]) {
    expect(await read(whole.subarray(0, length))).toBe("restore.damaged");
  }
  expect(await read(Buffer.concat([whole, Buffer.of(0)]))).toBe("restore.damaged");
  expect(await read(Buffer.concat([whole, whole]))).toBe("restore.damaged");
  console.log(`cuts: ${count}`);
});
