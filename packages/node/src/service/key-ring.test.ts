/**
 * Goal: what is sealed opens with its own ring only, a locked desk signs nothing, and damage of any
 * row is seen. Method: one whole set of keys, then every row changed, moved or taken away.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { afterAll, expect, test } from "vitest";
import { makeHomeKeys, makeKeys } from "./key-making.ts";
import {
  createAuthority,
  createRing,
  desks,
  openAuthority,
  openKeys,
  openRing,
  type RingKey,
  ringOf,
  sealKey,
} from "./key-ring.ts";
import type { SealedKey } from "./storage.ts";

const cost = { memoryKib: 8, passCount: 1, laneCount: 1 };
const passphrase = "correct horse battery";
const keysPath = mkdtempSync(join(tmpdir(), "parley-keys-"));
afterAll(() => rmSync(keysPath, { recursive: true }));

async function ring(name: RingKey["name"]): Promise<RingKey> {
  const made = await createRing(p, { keysPath, name, cost }, passphrase);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
}

const rings = await Promise.all((["node", ...desks] as const).map(ring));
const ringNamed = (name: RingKey["name"]) => rings.find((one) => one.name === name) as RingKey;
const made = [...makeKeys(p), ...makeHomeKeys(p)];
const rows = made.map((key) => sealKey(p, ringNamed(ringOf(key)), key, 1_700_000_000));
const message = encodeUtf8("message");

function opened(using: readonly RingKey[], from: readonly SealedKey[] = rows) {
  const result = openKeys(p, using, from);
  if (!result.ok) throw new Error(result.refusal.detail);
  return result.value;
}

test("makes two signing keys, an opening key and an archive key for each desk and the node", () => {
  const count = (purpose: string) => rows.filter((row) => row.purpose === purpose).length;
  expect(["sign", "open", "archive", "log", "mirror", "tls"].map(count)).toEqual([
    8, 4, 4, 2, 2, 1,
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(made.map(({ secret }) => secret.join())).size).toBe(rows.length);
});

test("an open desk signs with both keys, and the signatures verify", async () => {
  const keys = opened([ringNamed("node"), ringNamed("watch")]);
  for (const owner of ["node", "watch"] as const) {
    const signers = keys.messageSigners(owner) ?? [];
    expect(signers.map(({ signer }) => signer.algorithm)).toEqual(["Ed25519", "ML-DSA-65"]);
    for (const { kid, signer } of signers) {
      expect(rows.find(({ id }) => id === kid)?.publicKey).toEqual(signer.publicKey);
      const signature = await signer.sign(message);
      expect(await p.verify(signer.algorithm, signer.publicKey, message, signature)).toBe(true);
    }
  }
});

test("a locked desk signs nothing, and its mail is still opened and archived", () => {
  const keys = opened([ringNamed("node"), ringNamed("watch")]);
  expect(keys.messageSigners("political")).toBeUndefined();
  const opening = rows.find(({ purpose, owner }) => purpose === "open" && owner === "political");
  expect(keys.opener(opening?.id ?? "")?.publicKey).toEqual(opening?.publicKey);
  expect(keys.archiveKey(keys.currentArchiveKey("political").id)).toHaveLength(32);
});

test("a retired key opens and no longer signs or archives", () => {
  const retired = rows.map((row) =>
    row.owner === "watch" ? { ...row, retiredAt: 1_700_000_001 } : row,
  );
  const successors = makeKeys(p)
    .filter(({ owner }) => owner === "watch")
    .map((key) => sealKey(p, ringNamed(ringOf(key)), key, 1_700_000_001));
  const keys = opened(rings, [...retired, ...successors]);
  const ids = successors.filter(({ purpose }) => purpose === "sign").map(({ id }) => id);
  expect(keys.messageSigners("watch")?.map(({ kid }) => kid)).toEqual(ids);
  const before = rows.find(({ purpose, owner }) => purpose === "archive" && owner === "watch");
  expect(keys.currentArchiveKey("watch").id).not.toBe(before?.id);
  expect(keys.archiveKey(before?.id ?? "")).toHaveLength(32);
});

test("a row that was changed, moved, or sealed under another ring does not open", () => {
  for (const [index, row] of rows.entries()) {
    const flipped = row.sealed.with(-1, (row.sealed.at(-1) ?? 0) ^ 1);
    const other = row.owner === "technical" ? "watch" : "technical";
    const changes = [
      { sealed: flipped },
      { sealed: new Uint8Array() },
      { id: "x" },
      { owner: other },
    ];
    for (const change of changes) {
      const changed = rows.with(index, { ...row, ...change });
      expect(openKeys(p, rings, changed)).toMatchObject({ refusal: { code: "keys.damaged" } });
    }
  }
});

test("the node's ring is damaged when a key of it is missing", () => {
  for (const row of rows.filter((one) => ringOf(one) === "node" && one.purpose !== "open")) {
    const without = rows.filter((one) => one !== row);
    const result = openKeys(p, rings, without);
    const signs = result.ok && result.value.messageSigners("node") !== undefined;
    expect([row.purpose, signs]).toEqual([row.purpose, false]);
  }
});

test("a ring's file is its owner's alone, and opens with its passphrase under its name", async () => {
  const path = join(keysPath, "watch.key");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(keysPath).sort()).toEqual(
    ["node.key", ...desks.map((d) => `${d}.key`)].sort(),
  );
  const named = { keysPath, name: "watch" } as const;
  expect(await openRing(p, named, passphrase)).toEqual({ ok: true, value: ringNamed("watch") });
  expect(await openRing(p, named, "incorrect horse battery")).toMatchObject({
    refusal: { code: "keys.wrong-passphrase", params: { file: path } },
  });
  const text = readFileSync(path, "utf8");
  writeFileSync(path, readFileSync(join(keysPath, "node.key")));
  expect(await openRing(p, named, passphrase)).toMatchObject({ refusal: { code: "keys.damaged" } });
  writeFileSync(path, text);
  const elsewhere = { keysPath: join(keysPath, "none"), name: "watch" } as const;
  expect(await openRing(p, elsewhere, passphrase)).toMatchObject({
    refusal: { code: "keys.missing" },
  });
});

test("the authority's file gives back the same keys", async () => {
  const path = join(keysPath, "authority.key");
  const created = await createAuthority(p, { path, cost }, passphrase);
  const again = await openAuthority(p, path, passphrase);
  if (!created.ok || !again.ok) throw new Error("the authority does not open");
  expect(again.value.map(({ kid }) => kid)).toEqual(created.value.map(({ kid }) => kid));
  expect(await openAuthority(p, path, "incorrect horse battery")).toMatchObject({
    refusal: { code: "keys.wrong-passphrase" },
  });
  expect(await createAuthority(p, { path, cost }, passphrase)).toMatchObject({
    refusal: { code: "keys.exists" },
  });
  const other = { path: join(keysPath, "other.key"), cost };
  expect(await createAuthority(p, other, "short")).toMatchObject({
    refusal: { code: "keys.short-passphrase" },
  });
  expect((await openAuthority(p, path, passphrase)).ok).toBe(true);
});
