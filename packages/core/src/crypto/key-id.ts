/**
 * Short names of keys. spec/00-overview.md; RFC 7638; RFC 8037 §2 (Ed25519); RFC 9964 (ML-DSA).
 *
 * @module
 */
import { toBase64Url } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives, SignatureAlgorithm } from "./primitives.ts";

/** Before the archive key, which is secret, so that its name is a hash nothing else makes. */
const archiveKeyLabel = encodeUtf8("parley archive key id v1\n");

/** JWK thumbprint of a verification key: SHA-256, base64url, 43 characters. */
export function keyId(p: Primitives, algorithm: SignatureAlgorithm, publicKey: Uint8Array): string {
  const encoded = toBase64Url(publicKey);
  // The required members of the key type, in the order of RFC 7638 §3.2.
  const jwk =
    algorithm === "Ed25519"
      ? `{"crv":"Ed25519","kty":"OKP","x":"${encoded}"}`
      : `{"alg":"${algorithm}","kty":"AKP","pub":"${encoded}"}`;
  return toBase64Url(p.sha256(encodeUtf8(jwk)));
}

/** SHA-256 of the raw X-Wing public key, base64url, 43 characters. */
export function openingKeyId(p: Primitives, publicKey: Uint8Array): string {
  return toBase64Url(p.sha256(publicKey));
}

/** SHA-256 of a label and the secret archive key, base64url, 43 characters. */
export function archiveKeyId(p: Primitives, key: Uint8Array): string {
  return toBase64Url(p.sha256(concatBytes(archiveKeyLabel, key)));
}
