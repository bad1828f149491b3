/**
 * The primitives on the noble packages, for a browser and as the second opinion in tests.
 *
 * JavaScript: ten to thirty times slower than `crypto/crypto-node.ts`, and everything on the calling
 * thread. Of the packages used, `@noble/post-quantum` has not been audited by others.
 *
 * @module
 */
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_dsa44, ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { toBase64Url } from "../bytes/base64.ts";
import { concatBytes, equalBytes } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import { isUsablePoint, littleEndian } from "./ed25519-point.ts";
import { hkdfExpand } from "./hkdf-expand.ts";
import {
  type Opener,
  type Primitives,
  type SignatureAlgorithm,
  type Signer,
  seedBytes,
  signatureSizes,
  xWingSizes,
} from "./primitives.ts";
import { mlKemSizes, xWingLabel } from "./x-wing.ts";

/** Fills with uniformly random octets from the system; a browser has `crypto.getRandomValues`. */
export type RandomBytes = (lengthBytes: number) => Uint8Array;

const hashes = { "SHA-256": sha256, "SHA-512": sha512 } as const;
const mlDsa = { "ML-DSA-44": ml_dsa44, "ML-DSA-65": ml_dsa65 } as const;
const { Point } = ed25519;
const scalars = Point.Fn;
const tagBytes = 16;
const dhBytes = 32;

export function noblePrimitives(random: RandomBytes): Primitives {
  return {
    random,
    sha256: (bytes) => sha256(bytes),
    sha256Text: (text) => toBase64Url(sha256(encodeUtf8(text))),
    sha512: (bytes) => sha512(bytes),
    createSha256: () => {
      const hasher = sha256.create();
      return {
        update: (bytes) => {
          hasher.update(bytes);
        },
        digest: () => hasher.digest(),
      };
    },
    hkdfExtract: (name, salt, inputKey) => hmac(hashes[name], salt, inputKey),
    hkdfExpand: (name, prk, info, lengthBytes) => {
      const mac = (parts: readonly Uint8Array[]) => hmac(hashes[name], prk, concatBytes(...parts));
      return hkdfExpand(mac, name, info, lengthBytes);
    },
    sealAead: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),
    openAead,
    signer: (algorithm, seed) => createSigner(algorithm, seed, random),
    verify: async (algorithm, publicKey, message, signature) => {
      const { publicKeyBytes, signatureBytes } = signatureSizes[algorithm];
      if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
      if (algorithm === "Ed25519") return verifyEd25519(publicKey, message, signature);
      return mlDsa[algorithm].verify(signature, message, publicKey);
    },
    opener: createOpener,
    encapsulate: async (publicKey) => encapsulate(publicKey, random),
  };
}

function openAead(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  if (ciphertext.length < tagBytes) return undefined;
  const cipher = gcm(key, nonce, aad); // Outside of the try: a wrong key length is our defect.
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return undefined;
  }
}

function createSigner(
  algorithm: SignatureAlgorithm,
  seed: Uint8Array,
  random: RandomBytes,
): Signer {
  assert(seed.length === seedBytes, "a seed has 32 octets");
  if (algorithm === "Ed25519") {
    const secret = seed.slice();
    return {
      algorithm,
      publicKey: ed25519.getPublicKey(secret),
      sign: async (message) => ed25519.sign(message, secret),
    };
  }
  const { sign, keygen } = mlDsa[algorithm];
  const { publicKey, secretKey } = keygen(seed);
  return {
    algorithm,
    publicKey,
    sign: async (message) => sign(message, secretKey, { extraEntropy: random(32) }),
  };
}

/**
 * RFC 8032 §5.1.7 without the cofactor: R must be, octet for octet, S·B − k·A. The package's own
 * `verify` multiplies by the cofactor and therefore accepts signatures that OpenSSL refuses.
 */
function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  if (!isUsablePoint(publicKey) || !isUsablePoint(r)) return false;
  const s = littleEndian(signature.subarray(32));
  const point = decodePoint(publicKey);
  if (point === undefined || s >= scalars.ORDER) return false;
  const k = scalars.create(littleEndian(sha512(concatBytes(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function decodePoint(publicKey: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(publicKey);
  } catch {
    return undefined; // No point of the curve has this y.
  }
}

function createOpener(seed: Uint8Array): Opener {
  assert(seed.length === seedBytes, "a seed has 32 octets");
  const expanded = shake256(seed, { dkLen: mlKemSizes.seedBytes + dhBytes });
  return nobleOpener(
    expanded.subarray(0, mlKemSizes.seedBytes),
    expanded.subarray(mlKemSizes.seedBytes),
  );
}

/**
 * An opener from the two secrets that an X-Wing seed stands for; vectors of the halves need it.
 *
 * @param kemSeed - ML-KEM-768: d ‖ z, 64 octets.
 * @param dhSecret - X25519: 32 octets.
 */
export function nobleOpener(kemSeed: Uint8Array, dhSecret: Uint8Array): Opener {
  const kem = ml_kem768.keygen(kemSeed);
  const dhPublicKey = x25519.getPublicKey(dhSecret);
  return {
    publicKey: concatBytes(kem.publicKey, dhPublicKey),
    decapsulate: async (enc) => {
      if (enc.length !== xWingSizes.encBytes) return undefined;
      const dhShare = enc.subarray(mlKemSizes.ciphertextBytes);
      const dhShared = agree(dhSecret, dhShare);
      if (dhShared === undefined) return undefined;
      const kemCiphertext = enc.subarray(0, mlKemSizes.ciphertextBytes);
      const secret = ml_kem768.decapsulate(kemCiphertext, kem.secretKey);
      return combine([secret, dhShared, dhShare, dhPublicKey]);
    },
  };
}

/** Draws 64 octets, used in the order of EncapsulateDerand: draft-connolly-cfrg-xwing-kem §5.4.1. */
function encapsulate(
  publicKey: Uint8Array,
  random: RandomBytes,
): { readonly sharedSecret: Uint8Array; readonly enc: Uint8Array } | undefined {
  if (publicKey.length !== xWingSizes.publicKeyBytes) return undefined;
  const kemPublicKey = publicKey.subarray(0, mlKemSizes.publicKeyBytes);
  const dhPublicKey = publicKey.subarray(mlKemSizes.publicKeyBytes);
  const entropy = random(64);
  const kem = encapsulateMlKem(kemPublicKey, entropy.subarray(0, 32));
  const dhKey = entropy.subarray(32);
  const dhSecret = agree(dhKey, dhPublicKey);
  if (kem === undefined || dhSecret === undefined) return undefined;
  const dhShare = x25519.getPublicKey(dhKey);
  return {
    sharedSecret: combine([kem.sharedSecret, dhSecret, dhShare, dhPublicKey]),
    enc: concatBytes(kem.cipherText, dhShare),
  };
}

/** @returns `undefined` if a coefficient of the key is not reduced, for which noble throws. */
function encapsulateMlKem(
  publicKey: Uint8Array,
  entropy: Uint8Array,
): { readonly sharedSecret: Uint8Array; readonly cipherText: Uint8Array } | undefined {
  try {
    return ml_kem768.encapsulate(publicKey, entropy);
  } catch {
    return undefined;
  }
}

/** draft-connolly-cfrg-xwing-kem §5.3: ss_M, ss_X, ct_X, pk_X, then the label. */
function combine(parts: readonly Uint8Array[]): Uint8Array {
  return sha3_256(concatBytes(...parts, xWingLabel));
}

/** @returns The X25519 secret; or `undefined` if it is all zero, for which noble throws. */
function agree(secretKey: Uint8Array, share: Uint8Array): Uint8Array | undefined {
  try {
    return x25519.getSharedSecret(secretKey, share);
  } catch {
    return undefined;
  }
}
