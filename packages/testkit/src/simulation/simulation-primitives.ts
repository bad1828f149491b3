/**
 * Primitives for a simulation: real algorithms, random numbers from the seed, and nothing on the thread
 * pool, so that the order in which things end is the order in which they were asked.
 *
 * Signatures of ML-DSA and encapsulations are hedged by OpenSSL itself and differ from run to run;
 * nothing that a node decides depends on their octets.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { toHex } from "@parley/core/bytes/hex";
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import {
  type Opener,
  type Primitives,
  type SignatureAlgorithm,
  type Signer,
  signatureSizes,
  xWingSizes,
} from "@parley/core/crypto/primitives";
import { mlKemSizes, xWingLabel } from "@parley/core/crypto/x-wing";
import { seededRandom } from "../seeded-primitives.ts";

type KeyType = "ed25519" | "ml-dsa-44" | "ml-dsa-65" | "ml-kem-768" | "x25519";

const keyTypes = {
  Ed25519: "ed25519",
  "ML-DSA-44": "ml-dsa-44",
  "ML-DSA-65": "ml-dsa-65",
} as const satisfies Record<SignatureAlgorithm, KeyType>;

/** Verdicts kept: those of one seed, over and over. */
const verdictsMax = 65_536;

export function simulationPrimitives(seed: string): Primitives {
  const verdicts = new Map<string, boolean>();
  return {
    ...nodePrimitives,
    random: seededRandom(seed),
    signer: signerOf,
    opener: openerOf,
    encapsulate: encapsulateNow,
    verify: async (algorithm, publicKey, message, signature) => {
      const parts = [encodeUtf8(algorithm), publicKey, message, signature];
      const key = parts.map((part) => toHex(nodePrimitives.sha256(part))).join();
      const known = verdicts.get(key);
      if (known !== undefined) return known;
      const isGood = verifyNow(algorithm, publicKey, message, signature);
      if (verdicts.size >= verdictsMax) verdicts.clear();
      verdicts.set(key, isGood);
      return isGood;
    },
  };
}

function signerOf(algorithm: SignatureAlgorithm, seed: Uint8Array): Signer {
  const key = privateKey(keyTypes[algorithm], seed);
  const publicKey = publicOctets(key);
  return { algorithm, publicKey, sign: async (message) => plain(sign(null, message, key)) };
}

function verifyNow(
  algorithm: SignatureAlgorithm,
  octets: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { publicKeyBytes, signatureBytes } = signatureSizes[algorithm];
  if (octets.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
  try {
    return verify(null, message, publicKey(keyTypes[algorithm], octets), signature);
  } catch {
    // OpenSSL reports some malformed keys and signatures as errors.
    return false;
  }
}

/** draft-connolly-cfrg-xwing-kem §5. */
function openerOf(seed: Uint8Array): Opener {
  const expanded = hash("shake256", seed, { outputEncoding: "buffer", outputLength: 96 });
  const kemKey = privateKey("ml-kem-768", expanded.subarray(0, mlKemSizes.seedBytes));
  const dhKey = privateKey("x25519", expanded.subarray(mlKemSizes.seedBytes));
  const dhPublicKey = publicOctets(dhKey);
  return {
    publicKey: concatBytes(publicOctets(kemKey), dhPublicKey),
    decapsulate: async (enc) => {
      if (enc.length !== xWingSizes.encBytes) return undefined;
      const dhShare = enc.subarray(mlKemSizes.ciphertextBytes);
      const kemSecret = decapsulate(kemKey, enc.subarray(0, mlKemSizes.ciphertextBytes));
      const dhShared = agree(dhKey, dhShare);
      return dhShared && combine([kemSecret, dhShared, dhShare, dhPublicKey]);
    },
  };
}

async function encapsulateNow(octets: Uint8Array) {
  if (octets.length !== xWingSizes.publicKeyBytes) return undefined;
  const kemKey = publicKey("ml-kem-768", octets.subarray(0, mlKemSizes.publicKeyBytes));
  const dhPublicKey = octets.subarray(mlKemSizes.publicKeyBytes);
  const { sharedKey, ciphertext } = encapsulate(kemKey);
  const ephemeral = generateKeyPairSync("x25519");
  const dhShare = ephemeral.publicKey.export({ format: "raw-public" });
  const dhShared = agree(ephemeral.privateKey, dhPublicKey);
  if (dhShared === undefined) return undefined;
  return {
    sharedSecret: combine([sharedKey, dhShared, dhShare, dhPublicKey]),
    enc: concatBytes(ciphertext, dhShare),
  };
}

function combine(parts: readonly Uint8Array[]): Uint8Array {
  return plain(hash("sha3-256", concatBytes(...parts, xWingLabel), "buffer"));
}

function agree(key: KeyObject, share: Uint8Array): Uint8Array | undefined {
  try {
    return diffieHellman({ privateKey: key, publicKey: publicKey("x25519", share) });
  } catch {
    // A share of small order.
    return undefined;
  }
}

function privateKey(type: KeyType, seed: Uint8Array): KeyObject {
  const format = type === "ed25519" || type === "x25519" ? "raw-private" : "raw-seed";
  return createPrivateKey({ key: Buffer.from(seed), format, asymmetricKeyType: type });
}

function publicKey(type: KeyType, octets: Uint8Array): KeyObject {
  const key = Buffer.from(octets);
  return createPublicKey({ key, format: "raw-public", asymmetricKeyType: type });
}

function publicOctets(key: KeyObject): Uint8Array {
  return plain(createPublicKey(key).export({ format: "raw-public" }));
}

function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
