/**
 * The primitives on node:crypto, for the node and `parley-check`.
 *
 * Signatures and decapsulation run on the thread pool. X-Wing is put together here from ML-KEM-768
 * and X25519, because node:crypto has no such key type: draft-connolly-cfrg-xwing-kem §5.
 *
 * @module
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  randomFillSync,
  sign,
  verify,
} from "node:crypto";
import { concatBytes } from "../bytes/octets.ts";
import { assert } from "../fault.ts";
import { isUsablePoint } from "./ed25519-point.ts";
import { hkdfExpand } from "./hkdf-expand.ts";
import {
  type Hasher,
  type HkdfHash,
  type Opener,
  type Primitives,
  type SignatureAlgorithm,
  type Signer,
  seedBytes,
  signatureSizes,
  xWingSizes,
} from "./primitives.ts";
import { mlKemSizes, xWingLabel } from "./x-wing.ts";

/**
 * Imported public keys kept, all algorithms together: more than the keys of a few hundred peers,
 * and some 20 MB at most. Importing an ML-KEM key costs as much as the encapsulation.
 */
const importedKeysMax = 512;

type KeyType = "ed25519" | "ml-dsa-44" | "ml-dsa-65" | "ml-kem-768" | "x25519";

const keyTypes = {
  Ed25519: "ed25519",
  "ML-DSA-44": "ml-dsa-44",
  "ML-DSA-65": "ml-dsa-65",
} as const satisfies Record<SignatureAlgorithm, KeyType>;

const hashNames = { "SHA-256": "sha256", "SHA-512": "sha512" } as const;
const tagBytes = 16;

export const nodePrimitives: Primitives = {
  random,
  sha256: (bytes) => octetsOf(hash("sha256", bytes, "latin1")),
  sha256Text: (text) => hash("sha256", text, "base64url"),
  sha512: (bytes) => plain(hash("sha512", bytes, "buffer")),
  createSha256,
  hkdfExtract: (name, salt, inputKey) => hmac(name, salt, [inputKey]),
  hkdfExpand: (name, prk, info, lengthBytes) =>
    hkdfExpand((parts) => hmac(name, prk, parts), name, info, lengthBytes),
  sealAead,
  openAead,
  signer: createSigner,
  verify: verifySignature,
  opener: createOpener,
  encapsulate: encapsulateXWing,
};

/** A Buffer has a `slice` that shares memory and a `toString` of its own; nothing may rely on them. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Octets drawn from the system at once; a message with 44 items has some fifty salts of 16. */
const pool = Buffer.alloc(4_096);
let poolOffset = pool.length;

/** A call of the system costs as much as 4,096 octets of it. What was given is wiped from the pool. */
function random(lengthBytes: number): Uint8Array {
  if (lengthBytes > pool.length / 8) return plain(randomBytes(lengthBytes));
  if (poolOffset + lengthBytes > pool.length) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  const end = poolOffset + lengthBytes;
  const drawn = Uint8Array.from(pool.subarray(poolOffset, end));
  pool.fill(0, poolOffset, end);
  poolOffset = end;
  return drawn;
}

/** A digest as text costs half of one as a Buffer, whose memory the collector must count. */
function octetsOf(latin1: string): Uint8Array {
  const octets = new Uint8Array(latin1.length);
  for (let index = 0; index < octets.length; index += 1) octets[index] = latin1.charCodeAt(index);
  return octets;
}

function createSha256(): Hasher {
  const hasher = createHash("sha256");
  return {
    update: (bytes) => {
      hasher.update(bytes);
    },
    digest: () => plain(hasher.digest()),
  };
}

function hmac(name: HkdfHash, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(hashNames[name], key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

function sealAead(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(aad);
  const body = cipher.update(plaintext);
  return concatBytes(body, cipher.final(), cipher.getAuthTag());
}

function openAead(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (ciphertext.length < tagBytes) return undefined;
  const bodyBytes = ciphertext.length - tagBytes;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(ciphertext.subarray(bodyBytes));
  const body = decipher.update(ciphertext.subarray(0, bodyBytes));
  try {
    decipher.final();
  } catch {
    return undefined; // GCM's `final` has no output: it throws only for a wrong tag.
  }
  return plain(body);
}

function createSigner(algorithm: SignatureAlgorithm, seed: Uint8Array): Signer {
  assert(seed.length === seedBytes, "a seed has 32 octets");
  const key = importSeed(keyTypes[algorithm], seed);
  const publicKey = plain(createPublicKey(key).export({ format: "raw-public" }));
  return {
    algorithm,
    publicKey,
    sign: (message) =>
      new Promise((resolve, reject) => {
        sign(null, message, key, (error, signature) => {
          if (error === null) resolve(plain(signature));
          else reject(error);
        });
      }),
  };
}

function verifySignature(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { publicKeyBytes, signatureBytes } = signatureSizes[algorithm];
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) {
    return Promise.resolve(false);
  }
  if (
    algorithm === "Ed25519" &&
    !(isUsablePoint(publicKey) && isUsablePoint(signature.subarray(0, 32)))
  )
    return Promise.resolve(false);
  const key = importPublic(keyTypes[algorithm], publicKey);
  if (key === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    // OpenSSL reports some malformed signatures as an error rather than as a bad signature.
    verify(null, message, key, signature, (error, isGood) => resolve(error === null && isGood));
  });
}

function createOpener(seed: Uint8Array): Opener {
  assert(seed.length === seedBytes, "a seed has 32 octets");
  const expanded = hash("shake256", seed, { outputEncoding: "buffer", outputLength: 96 });
  return nodeOpener(expanded.subarray(0, mlKemSizes.seedBytes), expanded.subarray(64));
}

/**
 * An opener from the two secrets that an X-Wing seed stands for; vectors of the halves need it.
 *
 * @param kemSeed - ML-KEM-768: d ‖ z, 64 octets.
 * @param dhSecret - X25519: 32 octets.
 */
export function nodeOpener(kemSeed: Uint8Array, dhSecret: Uint8Array): Opener {
  const kemKey = importSeed("ml-kem-768", kemSeed);
  const dhKey = importSeed("x25519", dhSecret);
  const dhPublicKey = createPublicKey(dhKey).export({ format: "raw-public" });
  const kemPublicKey = createPublicKey(kemKey).export({ format: "raw-public" });
  return {
    publicKey: concatBytes(kemPublicKey, dhPublicKey),
    decapsulate: async (enc) => {
      if (enc.length !== xWingSizes.encBytes) return undefined;
      const kemCiphertext = enc.subarray(0, mlKemSizes.ciphertextBytes);
      const dhShare = enc.subarray(mlKemSizes.ciphertextBytes);
      const kemSecret = decapsulateMlKem(kemKey, kemCiphertext); // Runs while we do the other half.
      const dhShared = agree(dhKey, dhShare);
      const secret = await kemSecret;
      return dhShared && combine([secret, dhShared, dhShare, dhPublicKey]);
    },
  };
}

async function encapsulateXWing(
  publicKey: Uint8Array,
): Promise<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array } | undefined> {
  if (publicKey.length !== xWingSizes.publicKeyBytes) return undefined;
  const kemKey = importPublic("ml-kem-768", publicKey.subarray(0, mlKemSizes.publicKeyBytes));
  if (kemKey === undefined) return undefined;
  const kem = encapsulateMlKem(kemKey);
  const dhPublicKey = publicKey.subarray(mlKemSizes.publicKeyBytes);
  const ephemeral = generateKeyPairSync("x25519");
  const dhShare = ephemeral.publicKey.export({ format: "raw-public" });
  const dhSecret = agree(ephemeral.privateKey, dhPublicKey);
  const { sharedKey, ciphertext } = await kem;
  if (dhSecret === undefined) return undefined;
  return {
    sharedSecret: combine([sharedKey, dhSecret, dhShare, dhPublicKey]),
    enc: concatBytes(ciphertext, dhShare),
  };
}

/** draft-connolly-cfrg-xwing-kem §5.3: ss_M, ss_X, ct_X, pk_X, then the label. */
function combine(parts: readonly Uint8Array[]): Uint8Array {
  return plain(hash("sha3-256", concatBytes(...parts, xWingLabel), "buffer"));
}

function encapsulateMlKem(key: KeyObject): Promise<{ sharedKey: Buffer; ciphertext: Buffer }> {
  return new Promise((resolve, reject) => {
    encapsulate(key, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

function decapsulateMlKem(key: KeyObject, ciphertext: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    decapsulate(key, ciphertext, (error, secret) => (error ? reject(error) : resolve(secret)));
  });
}

/** @returns The X25519 secret; or `undefined` if it is all zero, for which OpenSSL throws. */
function agree(privateKey: KeyObject, share: Uint8Array): Uint8Array | undefined {
  const publicKey = importOnce("x25519", share);
  if (publicKey === undefined) return undefined;
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return undefined;
  }
}

function importSeed(type: KeyType, seed: Uint8Array): KeyObject {
  const format = type === "ed25519" || type === "x25519" ? "raw-private" : "raw-seed";
  return createPrivateKey({ key: Buffer.from(seed), format, asymmetricKeyType: type });
}

const importedKeys = new Map<string, KeyObject>();

/** Like {@link importOnce}, but keeps the key; the least recently used is forgotten first. */
function importPublic(type: KeyType, publicKey: Uint8Array): KeyObject | undefined {
  const { buffer, byteOffset, byteLength } = publicKey;
  const id = type + Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
  const key = importedKeys.get(id) ?? importOnce(type, publicKey);
  if (key === undefined) return undefined;
  importedKeys.delete(id);
  importedKeys.set(id, key);
  if (importedKeys.size > importedKeysMax) {
    const [oldest] = importedKeys.keys();
    importedKeys.delete(oldest as string);
  }
  return key;
}

/** @returns The key; or `undefined` if OpenSSL refuses it, which it says by throwing. */
function importOnce(type: KeyType, publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({
      key: Buffer.from(publicKey),
      format: "raw-public",
      asymmetricKeyType: type,
    });
  } catch {
    return undefined;
  }
}
