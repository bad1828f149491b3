/** Goal: key ids are RFC 7638 thumbprints. Method: jose computes them from the JWK. */
import { calculateJwkThumbprint } from "jose";
import { expect, test } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "./crypto-node.ts";
import { archiveKeyId, keyId, openingKeyId } from "./key-id.ts";

test.each(["Ed25519", "ML-DSA-44", "ML-DSA-65"] as const)(
  "[CRY-5] %s: the thumbprint that jose computes",
  async (algorithm) => {
    const { publicKey } = p.signer(algorithm, p.random(32));
    const encoded = toBase64Url(publicKey);
    const jwk =
      algorithm === "Ed25519"
        ? { kty: "OKP", crv: "Ed25519", x: encoded, alg: "Ed25519", use: "sig" }
        : { kty: "AKP", alg: algorithm, pub: encoded, use: "sig" };
    expect(keyId(p, algorithm, publicKey)).toBe(await calculateJwkThumbprint(jwk));
  },
);

test("[CRY-5] an opening key's id is the digest of the key", () => {
  const { publicKey } = p.opener(p.random(32));
  expect(openingKeyId(p, publicKey)).toBe(toBase64Url(p.sha256(publicKey)));
});

test("[CRY-5] an archive key's id is the digest of the label and the key", () => {
  const key = new Uint8Array(32).fill(0x61);
  const labelled = encodeUtf8(`parley archive key id v1\n${"a".repeat(32)}`);
  expect(archiveKeyId(p, key)).toBe(toBase64Url(p.sha256(labelled)));
});
