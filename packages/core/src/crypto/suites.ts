/**
 * Which algorithms must be used together, by the name an agreement gives them.
 *
 * Nothing is negotiated on the wire, so nothing can be negotiated down. Another suite is another row.
 *
 * @module
 */
import type { SignatureAlgorithm } from "./primitives.ts";

export type SuiteName = "pq1";

export interface Suite {
  /** Every one must sign and every one must verify, in this order. */
  readonly signatures: readonly SignatureAlgorithm[];
  /** Carries an entry's key to the peer: `crypto/hpke.ts`. */
  readonly kem: "X-Wing";
  /** Carries the entry and the attachments: `crypto/chunked-encryption.ts`. */
  readonly sealing: "Cobblestone-256";
}

export const suites: Readonly<Record<SuiteName, Suite>> = {
  pq1: { signatures: ["Ed25519", "ML-DSA-65"], kem: "X-Wing", sealing: "Cobblestone-256" },
};

export function isSuiteName(text: string): text is SuiteName {
  return Object.hasOwn(suites, text);
}
