/**
 * The secret keys of a party: made from random seeds, kept sealed, held open only as long as needed.
 *
 * The authority's are in one file apart, which belongs on another medium. All others are rows of the
 * database, each sealed (AES-256-GCM) under a *ring*: a random key which a file in the home holds
 * under a passphrase. There is one ring for what must be open while the node serves, and one for the
 * signing keys of each desk. A copy of the database without the ring files opens nothing.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { keyId } from "@parley/core/crypto/key-id";
import {
  type Opener,
  type Primitives,
  type SignatureAlgorithm,
  type Signer,
  seedBytes,
} from "@parley/core/crypto/primitives";
import { suites } from "@parley/core/crypto/suites";
import { assert } from "@parley/core/fault";
import type { LogKeys, LogSigners } from "@parley/core/log/checkpoint";
import { accept, type Result, refuse } from "@parley/core/result";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { readFileIfThere, writeFileDurably } from "./durable-file.ts";
import {
  boxBytesMax,
  openSecret,
  passphraseCharactersMin,
  type SecretBoxRefusal,
  type StretchCost,
  sealSecret,
} from "./secret-box.ts";
import type { KeyPurpose, SealedKey } from "./storage.ts";

/** The desks of a party. */
export const desks = ["technical", "watch", "political"] as const;
export type Desk = (typeof desks)[number];

/** Who a key belongs to: a desk, or the node itself. */
export type KeyOwner = Desk | "node";
const owners: readonly KeyOwner[] = ["node", ...desks];

/** What one passphrase opens. */
export const ringNames = ["node", ...desks] as const;
export type RingName = "node" | Desk;

/** C2SP names no other pair for checkpoints and cosignatures: types 0x01 or 0x04, and 0x06. */
export const logAlgorithms: readonly SignatureAlgorithm[] = ["Ed25519", "ML-DSA-44"];
export const messageAlgorithms = suites.pq1.signatures;

const nonceBytes = 12;

export type KeyFileRefusal = SecretBoxRefusal | "keys.missing";

/** The secret that opens the rows of one ring. */
export type RingKey = { readonly name: RingName; readonly key: Uint8Array };

/** Makes a ring and its file. */
export async function createRing(
  p: Primitives,
  ring: { readonly keysPath: string; readonly name: RingName; readonly cost?: StretchCost },
  passphrase: string,
): Promise<LocalResult<RingKey, "keys.short-passphrase">> {
  const key = p.random(seedBytes);
  const holds = `ring ${ring.name}`;
  const secret = toBase64Url(key);
  const written = await writeBox(p, { ...ring, holds, secret, path: ringPath(ring) }, passphrase);
  return written.ok ? { ok: true, value: { name: ring.name, key } } : written;
}

/** Opens a ring's file. */
export async function openRing(
  p: Primitives,
  ring: { readonly keysPath: string; readonly name: RingName },
  passphrase: string,
): Promise<LocalResult<RingKey, KeyFileRefusal>> {
  const path = ringPath(ring);
  const opened = await readBox(p, { path, holds: `ring ${ring.name}` }, passphrase);
  if (!opened.ok) return opened;
  const key = fromBase64Url(opened.value);
  if (key?.length !== seedBytes) return refuseLocally("keys.damaged", { file: path });
  return { ok: true, value: { name: ring.name, key } };
}

function ringPath(ring: { readonly keysPath: string; readonly name: RingName }): string {
  return join(ring.keysPath, `${ring.name}.key`);
}

/** What a file is opened with, and then sealed with. */
export interface TwoPassphrases {
  readonly present: string;
  readonly next: string;
}
type ResealRefusal = KeyFileRefusal | "keys.short-passphrase";

/** Seals a ring's file under another passphrase; the ring stays the same. */
export async function resealRing(
  p: Primitives,
  ring: { readonly keysPath: string; readonly name: RingName; readonly cost?: StretchCost },
  passphrases: TwoPassphrases,
): Promise<LocalResult<true, ResealRefusal>> {
  const opened = await openRing(p, ring, passphrases.present);
  if (!opened.ok) return opened;
  const box = { path: ringPath(ring), holds: `ring ${ring.name}` };
  const secret = toBase64Url(opened.value.key);
  return writeBox(p, { ...box, secret, ...(ring.cost && { cost: ring.cost }) }, passphrases.next);
}

/** Seals the authority's file under another passphrase. */
export async function resealAuthority(
  p: Primitives,
  file: { readonly path: string; readonly cost?: StretchCost },
  passphrases: TwoPassphrases,
): Promise<LocalResult<true, ResealRefusal>> {
  const opened = await readBox(p, { path: file.path, holds: "authority" }, passphrases.present);
  if (!opened.ok) return opened;
  const box = { ...file, holds: "authority", secret: opened.value };
  return writeBox(p, box, passphrases.next);
}

/** Makes the authority's keys and their file, and returns them for the first descriptor. */
export async function createAuthority(
  p: Primitives,
  file: { readonly path: string; readonly cost?: StretchCost },
  passphrase: string,
): Promise<LocalResult<readonly JwsSigner[], "keys.exists" | "keys.short-passphrase">> {
  // Overwritten, an authority would be lost, and its party with it.
  if (existsSync(file.path)) return refuseLocally("keys.exists", { file: file.path });
  const seeds = messageAlgorithms.map(() => p.random(seedBytes));
  const secret = seeds.map(toBase64Url).join(" ");
  const written = await writeBox(p, { ...file, holds: "authority", secret }, passphrase);
  return written.ok ? { ok: true, value: signersOf(p, messageAlgorithms, seeds) } : written;
}

/** Opens the authority's file, wherever the operator keeps it. */
export async function openAuthority(
  p: Primitives,
  path: string,
  passphrase: string,
): Promise<LocalResult<readonly JwsSigner[], KeyFileRefusal>> {
  const opened = await readBox(p, { path, holds: "authority" }, passphrase);
  if (!opened.ok) return opened;
  const seeds = opened.value.split(" ").flatMap((text) => fromBase64Url(text) ?? []);
  if (seeds.length !== messageAlgorithms.length) {
    return refuseLocally("keys.damaged", { file: path });
  }
  return { ok: true, value: signersOf(p, messageAlgorithms, seeds) };
}

/** A key just made, its secret still in the open. */
export type NewKey = Omit<SealedKey, "sealed" | "createdAt" | "retiredAt"> & {
  readonly owner: KeyOwner | null;
  readonly secret: Uint8Array;
};

/** What is changed at once: all keys of a desk or of the node, those of the log, the mirror, TLS. */
export const keyKinds = ["node", ...desks, "log", "mirror", "tls"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Of keys that no peer knows; they are made with the home and stay. */
export const homeKeyKinds = ["audit", "sign-in"] as const;

/** The kind that a key is of. */
export function kindOfKey({
  purpose,
  owner,
}: Pick<SealedKey, "purpose" | "owner">): KeyKind | (typeof homeKeyKinds)[number] {
  const name = owner ?? purpose;
  const kind = [...keyKinds, ...homeKeyKinds].find((each) => each === name);
  assert(kind !== undefined, "a key belongs to a desk, the node, or is named by its purpose");
  return kind;
}

/** Desks sign only while their own ring is open; all else serves day and night. */
export function ringOf(key: Pick<SealedKey, "purpose" | "owner">): RingName {
  if (key.purpose !== "sign") return "node";
  return owners.find((owner) => owner === key.owner) ?? "node";
}

export function sealKey(
  p: Primitives,
  ring: RingKey,
  { secret, ...key }: NewKey,
  createdAt: number,
): SealedKey {
  assert(ringOf(key) === ring.name, "a key is sealed under the ring that it belongs to");
  const nonce = p.random(nonceBytes);
  const sealed = concatBytes(nonce, p.sealAead(ring.key, nonce, rowContext(key), secret));
  return { ...key, sealed, createdAt, retiredAt: null };
}

/** @returns The secret; or `keys.damaged` if the row was changed or belongs to another ring. */
function openKey(p: Primitives, ring: RingKey, key: SealedKey): Result<Uint8Array, "keys.damaged"> {
  const nonce = key.sealed.subarray(0, nonceBytes);
  const ciphertext = key.sealed.subarray(nonceBytes);
  const secret = p.openAead(ring.key, nonce, rowContext(key), ciphertext);
  return secret?.length === seedBytes ? accept(secret) : refuse("keys.damaged", key.purpose);
}

function rowContext(key: Pick<SealedKey, "id" | "purpose" | "owner" | "algorithm">): Uint8Array {
  return encodeUtf8(`parley key v1\n${key.purpose}\n${key.owner}\n${key.algorithm}\n${key.id}\n`);
}

/** A key for the sender's own copy of what it sends. */
export type ArchiveKey = { readonly id: string; readonly key: Uint8Array };

/** The keys of a party that are open in this process. */
export interface KeyRing {
  /** In the order of the suite; or `undefined` while the desk is locked. */
  messageSigners(owner: KeyOwner): readonly JwsSigner[] | undefined;
  /** Retired keys too: what was sealed to them must stay readable. */
  opener(id: string): Opener | undefined;
  archiveKey(id: string): Uint8Array | undefined;
  /** The one for what is sent now. */
  currentArchiveKey(owner: KeyOwner): ArchiveKey;
  /**
   * The signers of a log or mirror whose public keys these are, retired ones too: at which size which
   * keys sign is said by notices (spec/keys.md KEY-17). `undefined` if they are not ours.
   */
  logSigners(keys: LogKeys): LogSigners | undefined;
  /** Of checkpoints of our own audit log. */
  readonly auditSigners: LogSigners;
  /** What passwords are hashed with, second factors are sealed under and known devices are told by. */
  readonly signInKey: Uint8Array;
  /** Shown until it is retired, though the next one is there already (spec/keys.md KEY-21). */
  readonly tlsSeed: Uint8Array;
}

/**
 * Opens the rows of the rings that are given. The node's must be among them.
 *
 * @param rows - As the storage lists them: oldest first.
 * @returns The ring; or `keys.damaged` if a row does not open under its ring, or one is missing.
 */
export function openKeys(
  p: Primitives,
  rings: readonly RingKey[],
  rows: readonly SealedKey[],
): Result<KeyRing, "keys.damaged"> {
  const opened: OpenedKey[] = [];
  for (const row of rows) {
    const ring = rings.find(({ name }) => name === ringOf(row));
    if (ring === undefined) continue;
    const secret = openKey(p, ring, row);
    if (!secret.ok) return secret;
    opened.push({ row, secret: secret.value });
  }
  return assembleRing(p, opened);
}

type OpenedKey = { readonly row: SealedKey; readonly secret: Uint8Array };

function assembleRing(
  p: Primitives,
  opened: readonly OpenedKey[],
): Result<KeyRing, "keys.damaged"> {
  const current = (purpose: KeyPurpose, owner: string | null) =>
    opened.filter(
      ({ row }) => row.purpose === purpose && row.owner === owner && row.retiredAt === null,
    );
  const signers = (purpose: KeyPurpose, owner: KeyOwner | null) =>
    (purpose === "sign" ? messageAlgorithms : logAlgorithms).flatMap((algorithm) =>
      current(purpose, owner)
        .filter(({ row }) => row.algorithm === algorithm)
        .map(({ row, secret }) => ({ kid: row.id, signer: p.signer(algorithm, secret) })),
    );
  const messageSigners = new Map(owners.map((owner) => [owner, signers("sign", owner)]));
  const archive = new Map<KeyOwner, ArchiveKey>();
  for (const owner of owners) {
    const last = current("archive", owner).at(-1);
    if (last === undefined) return refuse("keys.damaged", `no archive key of ${owner}`);
    archive.set(owner, { id: last.row.id, key: last.secret });
  }
  const byId = (purpose: KeyPurpose) =>
    new Map(
      opened.flatMap(({ row, secret }) => (row.purpose === purpose ? [[row.id, secret]] : [])),
    );
  const openers = new Map([...byId("open")].map(([id, secret]) => [id, p.opener(secret)]));
  const archiveKeys = byId("archive");
  const [log, mirror] = [signers("log", null), signers("mirror", null)];
  const tls = current("tls", null)[0];
  const signIn = current("sign-in", null)[0];
  const [auditPlain, auditTimed] = signers("audit", null);
  const isWhole = [log, mirror].every(({ length }) => length === logAlgorithms.length);
  if (!isWhole || tls === undefined || messageSigners.get("node")?.length === 0) {
    return refuse("keys.damaged", "a key of the node is missing");
  }
  if (signIn === undefined || auditPlain === undefined || auditTimed === undefined) {
    return refuse("keys.damaged", "a key of the home is missing");
  }
  return accept({
    messageSigners: (owner) => {
      const found = messageSigners.get(owner);
      return found?.length === messageAlgorithms.length ? found : undefined;
    },
    opener: (id) => openers.get(id),
    archiveKey: (id) => archiveKeys.get(id),
    currentArchiveKey: (owner) => {
      const key = archive.get(owner);
      assert(key !== undefined, "each owner was given an archive key above");
      return key;
    },
    logSigners: logSignersFrom(p, opened),
    auditSigners: { ed25519: auditPlain.signer, mlDsa44: auditTimed.signer },
    signInKey: signIn.secret,
    tlsSeed: tls.secret,
  });
}

function logSignersFrom(p: Primitives, opened: readonly OpenedKey[]): KeyRing["logSigners"] {
  const byPublicKey = new Map<string, Signer>();
  for (const { row, secret } of opened) {
    const algorithm = logAlgorithms.find((each) => each === row.algorithm);
    const isOfLog = row.purpose === "log" || row.purpose === "mirror";
    if (!isOfLog || algorithm === undefined || row.publicKey === null) continue;
    byPublicKey.set(toBase64Url(row.publicKey), p.signer(algorithm, secret));
  }
  return (keys) => {
    const ed25519 = byPublicKey.get(toBase64Url(keys.ed25519));
    const mlDsa44 = byPublicKey.get(toBase64Url(keys.mlDsa44));
    return ed25519 && mlDsa44 && { ed25519, mlDsa44 };
  };
}

function signersOf(
  p: Primitives,
  algorithms: readonly SignatureAlgorithm[],
  seeds: readonly Uint8Array[],
): readonly JwsSigner[] {
  return algorithms.map((algorithm, index) => {
    const seed = seeds[index];
    assert(seed !== undefined, "one seed for each algorithm");
    const signer = p.signer(algorithm, seed);
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
}

async function writeBox(
  p: Primitives,
  box: {
    readonly path: string;
    readonly holds: string;
    readonly secret: string;
    readonly cost?: StretchCost;
  },
  passphrase: string,
): Promise<LocalResult<true, "keys.short-passphrase">> {
  const sealed = await sealSecret(p, box, passphrase);
  if (!sealed.ok) {
    return refuseLocally(sealed.refusal.code, {
      holds: box.holds,
      charactersMin: String(passphraseCharactersMin),
    });
  }
  writeFileDurably(box.path, sealed.value);
  return { ok: true, value: true };
}

async function readBox(
  p: Primitives,
  box: { readonly path: string; readonly holds: string },
  passphrase: string,
): Promise<LocalResult<string, KeyFileRefusal>> {
  const text = readFileIfThere(box.path, boxBytesMax);
  if (text === undefined) return refuseLocally("keys.missing", { file: box.path });
  const opened = await openSecret(p, { holds: box.holds, text }, passphrase);
  if (opened.ok) return opened;
  return refuseLocally(opened.refusal.code, { file: box.path, holds: box.holds });
}
