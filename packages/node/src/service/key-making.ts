/**
 * Makes the secret keys of a party, from random seeds.
 *
 * @module
 */
import { archiveKeyId, keyId, openingKeyId } from "@parley/core/crypto/key-id";
import {
  type Primitives,
  type SignatureAlgorithm,
  seedBytes,
} from "@parley/core/crypto/primitives";
import {
  type KeyKind,
  type KeyOwner,
  keyKinds,
  logAlgorithms,
  messageAlgorithms,
  type NewKey,
} from "./key-ring.ts";
import type { KeyPurpose } from "./storage.ts";

/** All keys of a party but the authority's. */
export function makeKeys(p: Primitives): readonly NewKey[] {
  return keyKinds.flatMap((kind) => makeKeysOf(p, kind));
}

/** The keys of one kind. */
export function makeKeysOf(p: Primitives, kind: KeyKind): readonly NewKey[] {
  switch (kind) {
    case "tls":
      return [makeSigningKey(p, "tls", null, "Ed25519")];
    case "log":
    case "mirror":
      return logAlgorithms.map((algorithm) => makeSigningKey(p, kind, null, algorithm));
    default:
      return [
        ...messageAlgorithms.map((algorithm) => makeSigningKey(p, "sign", kind, algorithm)),
        makeOpeningKey(p, kind),
        makeArchiveKey(p, kind),
      ];
  }
}

/** Signs the audit log; and the secret that sign-in rests on. */
export function makeHomeKeys(p: Primitives): readonly NewKey[] {
  const secret = p.random(seedBytes);
  const signIn = { purpose: "sign-in", owner: null, algorithm: "HMAC-SHA-256" } as const;
  return [
    ...logAlgorithms.map((algorithm) => makeSigningKey(p, "audit", null, algorithm)),
    { id: archiveKeyId(p, secret), ...signIn, publicKey: null, secret },
  ];
}

function makeSigningKey(
  p: Primitives,
  purpose: KeyPurpose,
  owner: KeyOwner | null,
  algorithm: SignatureAlgorithm,
): NewKey {
  const secret = p.random(seedBytes);
  const { publicKey } = p.signer(algorithm, secret);
  return { id: keyId(p, algorithm, publicKey), purpose, owner, algorithm, publicKey, secret };
}

function makeOpeningKey(p: Primitives, owner: KeyOwner): NewKey {
  const secret = p.random(seedBytes);
  const { publicKey } = p.opener(secret);
  const id = openingKeyId(p, publicKey);
  return { id, purpose: "open", owner, algorithm: "X-Wing", publicKey, secret };
}

function makeArchiveKey(p: Primitives, owner: KeyOwner): NewKey {
  const secret = p.random(seedBytes);
  const id = archiveKeyId(p, secret);
  return { id, purpose: "archive", owner, algorithm: "AES-256", publicKey: null, secret };
}
