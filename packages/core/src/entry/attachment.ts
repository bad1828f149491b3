/**
 * An attachment: what is too long for an entry, sealed as a stream under a key of its own.
 *
 * It is named by the SHA-256 of its sealed octets; name, size and key stand in the message, so the
 * message vouches for it. Both directions hold one chunk in memory, and the opener gives nothing that
 * is not authentic, though whether it was whole is known only at the end.
 * Spec: spec/entry.md, "Attachments"; C2SP chunked-encryption.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import {
  createChunkedOpener,
  createChunkedSealer,
  inputKeyBytes,
  saltBytes,
} from "../crypto/chunked-encryption.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import { attachmentContext } from "./labels.ts";

/** How a message names an attachment. JSON. */
export type AttachmentName = {
  /** SHA-256 of the sealed octets, base64url. */
  readonly digest: string;
  /** 32 octets, base64url. */
  readonly key: string;
  /** Sealed octets. */
  readonly bytes: number;
};

export interface AttachmentSealer {
  /** @returns Sealed octets that are ready, perhaps none. */
  push(plaintext: Uint8Array): Uint8Array;
  /** Once; the sealer is spent. @returns The last sealed octets, and what to write in the message. */
  end(): { readonly sealed: Uint8Array; readonly name: AttachmentName };
}

/** After a refusal it is spent. */
export interface AttachmentOpener {
  /**
   * @returns Plaintext that is ready, perhaps none; or `attachment.too-large` if there are more
   *   octets than the message says, `attachment.unreadable` if they were not sealed under its key.
   */
  push(sealed: Uint8Array): Result<Uint8Array, "attachment.too-large" | "attachment.unreadable">;
  /**
   * Once. Until it has accepted, what was pushed may be a part only.
   *
   * @returns The last plaintext; or `attachment.truncated` if there are fewer octets than the message
   *   says, `attachment.wrong-digest` if they have another name, `attachment.unreadable` if they do
   *   not end as sealed.
   */
  end(): Result<
    Uint8Array,
    "attachment.truncated" | "attachment.unreadable" | "attachment.wrong-digest"
  >;
}

export function createAttachmentSealer(p: Primitives): AttachmentSealer {
  const inputKey = p.random(inputKeyBytes);
  const key = { inputKey, salt: p.random(saltBytes), context: attachmentContext() };
  const sealer = createChunkedSealer(p, key);
  const hasher = p.createSha256();
  let bytes = 0;

  function count(sealed: Uint8Array): Uint8Array {
    hasher.update(sealed);
    bytes += sealed.length;
    return sealed;
  }

  return {
    push: (plaintext) => count(sealer.push(plaintext)),
    end: () => {
      const sealed = count(sealer.end());
      const digest = toBase64Url(hasher.digest());
      return { sealed, name: { digest, key: toBase64Url(inputKey), bytes } };
    },
  };
}

/**
 * @param name - From a message; its form is judged here.
 * @param bytesMax - What the agreement allows.
 * @returns The opener; or `attachment.too-large` if the message says more than `bytesMax`,
 *   `attachment.unreadable` if its key is none.
 */
export function createAttachmentOpener(
  p: Primitives,
  name: AttachmentName,
  bytesMax: number,
): Result<AttachmentOpener, "attachment.too-large" | "attachment.unreadable"> {
  if (name.bytes > bytesMax) return refuse("attachment.too-large", `more than ${bytesMax} octets`);
  const inputKey = fromBase64Url(name.key);
  if (inputKey?.length !== inputKeyBytes) {
    return refuse("attachment.unreadable", "a key has 32 octets");
  }
  const opener = createChunkedOpener(p, { inputKey, context: attachmentContext() });
  const hasher = p.createSha256();
  let bytes = 0;

  return accept({
    push: (sealed) => {
      bytes += sealed.length;
      if (bytes > name.bytes) return refuse("attachment.too-large", "more octets than stated");
      hasher.update(sealed);
      const plaintext = opener.push(sealed);
      if (plaintext !== undefined) return accept(plaintext);
      return refuse("attachment.unreadable", "not sealed under the stated key");
    },
    end: () => {
      if (bytes < name.bytes) return refuse("attachment.truncated", "fewer octets than stated");
      if (toBase64Url(hasher.digest()) !== name.digest) {
        return refuse("attachment.wrong-digest", "not the octets that the message names");
      }
      const plaintext = opener.end();
      if (plaintext !== undefined) return accept(plaintext);
      return refuse("attachment.unreadable", "does not end as sealed");
    },
  });
}
