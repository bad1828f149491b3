/**
 * What the node's one secret of sign-in is used for, each use with a key of its own.
 *
 * @module
 */
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";

export interface SignInKeys {
  /** Hashed beside every password. */
  readonly password: Uint8Array;
  /** Tells the devices that we know. */
  readonly device: Uint8Array;
  /** Seals secrets of second factors. */
  readonly seal: Uint8Array;
}

const keyBytes = 32;

/** @param secret - `KeyRing.signInKey`: uniform, so that it needs no extraction (RFC 5869 §3.3). */
export function signInKeysOf(p: Primitives, secret: Uint8Array): SignInKeys {
  const derive = (use: string) =>
    p.hkdfExpand("SHA-256", secret, encodeUtf8(`parley sign-in v1 ${use}`), keyBytes);
  return { password: derive("password"), device: derive("device"), seal: derive("seal") };
}
