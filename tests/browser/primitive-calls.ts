/**
 * A call of the primitives as data, so that the same one is asked of two implementations in two
 * processes. Octets are base64url.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import type { HkdfHash, Primitives, SignatureAlgorithm } from "@parley/core/crypto/primitives";

export type PrimitiveCall =
  | readonly ["sha256" | "sha512", string]
  | readonly ["hkdf", HkdfHash, key: string, salt: string, info: string, lengthBytes: number]
  | readonly ["openAead", key: string, nonce: string, aad: string, ciphertext: string]
  | readonly ["verify", SignatureAlgorithm, key: string, message: string, signature: string]
  | readonly ["decapsulate", seed: string, enc: string];

/** @returns What it answers, as text; what it throws counts as `thrown`. */
export async function callPrimitive(p: Primitives, call: PrimitiveCall): Promise<string> {
  try {
    const answer = await ask(p, call);
    return answer instanceof Uint8Array ? toBase64Url(answer) : String(answer);
  } catch {
    return "thrown";
  }
}

async function ask(p: Primitives, call: PrimitiveCall): Promise<Uint8Array | boolean | undefined> {
  switch (call[0]) {
    case "sha256":
    case "sha512":
      return p[call[0]](octets(call[1]));
    case "hkdf": {
      const [, hash, key, salt, info, lengthBytes] = call;
      const prk = p.hkdfExtract(hash, octets(salt), octets(key));
      return p.hkdfExpand(hash, prk, octets(info), lengthBytes);
    }
    case "openAead": {
      const [, key, nonce, aad, ciphertext] = call;
      return p.openAead(octets(key), octets(nonce), octets(aad), octets(ciphertext));
    }
    case "verify": {
      const [, algorithm, key, message, signature] = call;
      return p.verify(algorithm, octets(key), octets(message), octets(signature));
    }
    case "decapsulate":
      return p.opener(octets(call[1])).decapsulate(octets(call[2]));
  }
}

function octets(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new Error("not base64url");
  return bytes;
}
