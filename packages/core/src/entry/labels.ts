/**
 * What a key of an entry is bound to: a label and the things it must not be moved between.
 *
 * Every part stands behind its own length, so that no two lists of parts make the same octets.
 * Spec: spec/entry.md, "Labels".
 *
 * @module
 */
import { concatBytes, encodeU16 } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";

/** Context of the chunked encryption of an entry's plaintext. */
export function contentContext(m: Uint8Array): Uint8Array {
  return joinParts(encodeUtf8("parley entry content v1"), m);
}

/** Info of HPKE, with which the key reaches the peer. */
export function peerKeyInfo(origin: string, openingKeyId: string, m: Uint8Array): Uint8Array {
  const label = encodeUtf8("parley entry peer key v1");
  return joinParts(label, encodeUtf8(origin), encodeUtf8(openingKeyId), m);
}

/** Associated data of AES-256-GCM, with which the sender keeps the key. */
export function ownKeyData(origin: string, archiveKeyId: string, m: Uint8Array): Uint8Array {
  const label = encodeUtf8("parley entry own key v1");
  return joinParts(label, encodeUtf8(origin), encodeUtf8(archiveKeyId), m);
}

/** Context of the chunked encryption of an attachment, whose key is its own. */
export function attachmentContext(): Uint8Array {
  return joinParts(encodeUtf8("parley attachment v1"));
}

/** @param parts - Each at most 65,535 octets. */
function joinParts(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [encodeU16(part.length), part]));
}
