/**
 * What both implementations of X-Wing have in common. draft-connolly-cfrg-xwing-kem §5.
 *
 * A key is the ML-KEM-768 key, then the X25519 key; `enc` the ML-KEM-768 ciphertext, then the
 * ephemeral X25519 key. The 32-octet seed becomes both secret keys by SHAKE256: 64 octets d ‖ z,
 * then 32 octets for X25519. The secret is SHA3-256 of ss_M ‖ ss_X ‖ ct_X ‖ pk_X ‖ label.
 *
 * @module
 */

/** Octets of ML-KEM-768: FIPS 203 §8. */
export const mlKemSizes = { publicKeyBytes: 1184, ciphertextBytes: 1088, seedBytes: 64 } as const;

/** The six octets `\.//^\`. */
export const xWingLabel = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);
