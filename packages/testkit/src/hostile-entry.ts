/**
 * Entries that no honest author writes, put together octet by octet from spec/entry.md.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson } from "@parley/core/bytes/canonical-json";
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { sealChunked } from "@parley/core/crypto/chunked-encryption";
import { sealHpke } from "@parley/core/crypto/hpke";
import { archiveKeyId, openingKeyId } from "@parley/core/crypto/key-id";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { SealingContext } from "@parley/core/entry/entry";

export interface HostileEntry {
  /** What the header says is inside, base64url. */
  readonly statement: string;
  readonly plaintext: Uint8Array;
  /** What the ciphertext is under, and what each side is given. */
  readonly contentKey: Uint8Array;
  readonly ownKey?: Uint8Array;
  readonly peerKey?: Uint8Array;
  /** Names of the keys in the header, in place of the right ones. */
  readonly ownId?: string;
  readonly peerId?: string;
  /** Before the octets of m in the context of the ciphertext. */
  readonly contentLabel?: string;
}

export async function sealHostile(
  p: Primitives,
  { origin, peerOpeningKey, archiveKey }: SealingContext,
  hostile: HostileEntry,
): Promise<Uint8Array> {
  const { statement, plaintext, contentKey } = hostile;
  const core = { statement, suite: "pq1", v: 1 };
  const m = p.sha256(encodeUtf8(canonicalJson(core)));
  const ownId = hostile.ownId ?? archiveKeyId(p, archiveKey);
  const nonce = p.random(12);
  const ownData = parts("parley entry own key v1", origin, ownId, m);
  const ownKey = p.sealAead(archiveKey, nonce, ownData, hostile.ownKey ?? contentKey);
  const peerId = hostile.peerId ?? openingKeyId(p, peerOpeningKey);
  const info = parts("parley entry peer key v1", origin, peerId, m);
  const peer = await sealHpke(p, {
    publicKey: peerOpeningKey,
    info,
    plaintext: hostile.peerKey ?? contentKey,
  });
  if (peer === undefined) throw new Error("not an opening key");
  const to = {
    own: { id: ownId, key: toBase64Url(ownKey), nonce: toBase64Url(nonce) },
    peer: { enc: toBase64Url(peer.enc), id: peerId, key: toBase64Url(peer.ciphertext) },
  };
  const context = parts(hostile.contentLabel ?? "parley entry content v1", m);
  const sealed = sealChunked(p, { inputKey: contentKey, salt: p.random(24), context }, plaintext);
  return concatBytes(encodeUtf8(`${canonicalJson({ ...core, to })}\n`), sealed);
}

/** Lines as octets, with anything behind them. */
export function plaintextOf(
  lines: readonly string[],
  sizeBytes: number,
  fill: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const plaintext = new Uint8Array(sizeBytes);
  const text = encodeUtf8(`${lines.join("\n")}\n`);
  plaintext.set(text);
  plaintext.set(fill, text.length);
  return plaintext;
}

function parts(...list: readonly (string | Uint8Array)[]): Uint8Array {
  const octets = list.map((part) => (typeof part === "string" ? encodeUtf8(part) : part));
  return concatBytes(
    ...octets.flatMap((part) => [Uint8Array.of(part.length >> 8, part.length & 255), part]),
  );
}
