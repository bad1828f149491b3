/**
 * The port through which `core` reaches cryptographic primitives, randomness included.
 *
 * Two implementations: `crypto/crypto-node.ts` on node:crypto (node and `parley-check`) and
 * `crypto/crypto-noble.ts` on the noble packages (browser). Both give the same verdict on every
 * vector. Hash, HKDF and AEAD are synchronous; sign, verify, encapsulate and decapsulate are
 * asynchronous, because they may run on a thread pool, in a token or in a browser.
 *
 * Nothing here decides anything: which algorithms must sign what is said by `crypto/suites.ts`.
 *
 * @module
 */

/** Names as JOSE spells them: RFC 9864 (Ed25519), RFC 9964 (ML-DSA). */
export type SignatureAlgorithm = "Ed25519" | "ML-DSA-44" | "ML-DSA-65";

/** Octets of the raw public key and of a signature, by algorithm. RFC 8032 §5.1; FIPS 204 §4. */
export const signatureSizes = {
  Ed25519: { publicKeyBytes: 32, signatureBytes: 64 },
  "ML-DSA-44": { publicKeyBytes: 1312, signatureBytes: 2420 },
  "ML-DSA-65": { publicKeyBytes: 1952, signatureBytes: 3309 },
} as const satisfies Record<
  SignatureAlgorithm,
  { readonly publicKeyBytes: number; readonly signatureBytes: number }
>;

/** Octets of the secret seed from which a key pair is made, the same for every algorithm here. */
export const seedBytes = 32;

/** X-Wing (ML-KEM-768 + X25519), HPKE KEM id 0x647a: octets. */
export const xWingSizes = { publicKeyBytes: 1216, encBytes: 1120, sharedSecretBytes: 32 } as const;

/** A signing key that may live in memory, on a thread pool or in a token. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** Raw, as long as {@link signatureSizes} says. */
  readonly publicKey: Uint8Array;
  /** Ed25519 as RFC 8032; ML-DSA pure, hedged, with empty context. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The secret half of an X-Wing key. */
export interface Opener {
  readonly publicKey: Uint8Array;
  /** @returns 32 octets; or `undefined` if `enc` has the wrong length or holds a bad X25519 share. */
  decapsulate(enc: Uint8Array): Promise<Uint8Array | undefined>;
}

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Once; the hasher is spent. */
  digest(): Uint8Array;
}

export type HkdfHash = "SHA-256" | "SHA-512";

export interface Primitives {
  /** Uniform, from the system. */
  random(lengthBytes: number): Uint8Array;
  sha256(bytes: Uint8Array): Uint8Array;
  /** SHA-256 of the UTF-8 octets of a well-formed text, in base64url without padding. */
  sha256Text(text: string): string;
  sha512(bytes: Uint8Array): Uint8Array;
  /** SHA-256 of a stream. */
  createSha256(): Hasher;
  /** RFC 5869 §2.2. */
  hkdfExtract(hash: HkdfHash, salt: Uint8Array, inputKey: Uint8Array): Uint8Array;
  /** RFC 5869 §2.3. */
  hkdfExpand(hash: HkdfHash, prk: Uint8Array, info: Uint8Array, lengthBytes: number): Uint8Array;
  /** AES-256-GCM, 12-octet nonce, 16-octet tag at the end. */
  sealAead(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @returns The plaintext; or `undefined` if it does not authenticate or is shorter than a tag. */
  openAead(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined;
  /** @param seed - {@link seedBytes} octets: RFC 8032 §5.1.5; FIPS 204 ξ. */
  signer(algorithm: SignatureAlgorithm, seed: Uint8Array): Signer;
  /**
   * Ed25519 by RFC 8032 with the equation of OpenSSL, not ZIP-215; ML-DSA pure with empty context.
   * A key or signature of the wrong length, or an Ed25519 key or R of small order, is `false`.
   */
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean>;
  /** @param seed - {@link seedBytes} octets: the X-Wing decapsulation key. */
  opener(seed: Uint8Array): Opener;
  /** @returns `undefined` if the public key is malformed. */
  encapsulate(
    publicKey: Uint8Array,
  ): Promise<{ readonly sharedSecret: Uint8Array; readonly enc: Uint8Array } | undefined>;
}
