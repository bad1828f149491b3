/**
 * The secret of a second factor at rest: it must be read again, so that it is sealed and not hashed.
 *
 * @module
 */
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { Fault } from "@parley/core/fault";

const nonceBytes = 12;

type Place = { readonly key: Uint8Array; readonly officer: string };

/** AES-256-GCM under a key of the node's ring; good for this officer alone. */
export function sealFactor(p: Primitives, { key, officer }: Place, secret: Uint8Array): Uint8Array {
  const nonce = p.random(nonceBytes);
  return concatBytes(nonce, p.sealAead(key, nonce, contextOf(officer), secret));
}

/** @throws Fault `storage.damaged` if it was changed, or is another officer's. */
export function openFactor(
  p: Primitives,
  { key, officer }: Place,
  sealed: Uint8Array | null,
): Uint8Array {
  const nonce = sealed?.subarray(0, nonceBytes) ?? new Uint8Array(0);
  const secret =
    sealed !== null && nonce.length === nonceBytes
      ? p.openAead(key, nonce, contextOf(officer), sealed.subarray(nonceBytes))
      : undefined;
  if (secret !== undefined) return secret;
  throw new Fault("storage.damaged", "a second factor", { retryable: false });
}

function contextOf(officer: string): Uint8Array {
  return encodeUtf8(`parley second factor v1\n${officer}\n`);
}
