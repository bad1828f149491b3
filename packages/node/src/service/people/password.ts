/**
 * Passwords: hashed by argon2id (RFC 9106) with the node's own secret beside them, off the event loop.
 *
 * A copy of the database alone is of no use for guessing: the secret is sealed under the node's ring.
 * Parameters stand with each hash, so that they can be raised later.
 *
 * @module
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { type LocalResult, refuseLocally } from "../../local-refusal.ts";
import { type StretchCost, stretchCost } from "../secret-box.ts";
import { Turns } from "../turns.ts";

/** NIST SP 800-63B §5.1.1 wants 8 beside a second factor; a person may well type some more. */
export const passwordCharactersMin = 12;
/** Octets in UTF-8: a sentence, not a book to be hashed. */
export const passwordBytesMax = 1_024;

/**
 * RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes. Above what OWASP's
 * Password Storage Cheat Sheet asks for at least (19 MiB, two passes, one lane).
 */
export const passwordCost: StretchCost = stretchCost;

const saltBytes = 16;
const hashBytes = 32;
/** Hashed at once: 128 MiB, and half of the thread pool stays for signatures. */
const atOnceMax = 2;
const turns = new Turns(atOnceMax);
const argon2Async = promisify(argon2);

const form =
  /^argon2id m=(\d{1,7}) t=(\d{1,2}) p=(\d{1,2}) ([A-Za-z0-9_-]{22}) ([A-Za-z0-9_-]{43})$/;

export type PasswordRefusal = "people.short-password" | "people.long-password";

/** @returns The text that is stored; or why nobody may have such a password. */
export async function hashPassword(
  p: Primitives,
  about: { readonly key: Uint8Array; readonly cost?: StretchCost },
  password: string,
): Promise<LocalResult<string, PasswordRefusal>> {
  if ([...normalised(password)].length < passwordCharactersMin) {
    return refuseLocally("people.short-password", { charactersMin: String(passwordCharactersMin) });
  }
  if (isTooLong(password)) {
    return refuseLocally("people.long-password", { bytesMax: String(passwordBytesMax) });
  }
  const cost = about.cost ?? passwordCost;
  const salt = p.random(saltBytes);
  const hash = await stretch({ key: about.key, cost, salt }, password);
  const { memoryKib, passCount, laneCount } = cost;
  const texts = `${toBase64Url(salt)} ${toBase64Url(hash)}`;
  return { ok: true, value: `argon2id m=${memoryKib} t=${passCount} p=${laneCount} ${texts}` };
}

/** Whether it is the password of a stored text. In the same time for each that is not too long. */
export async function isPassword(
  key: Uint8Array,
  stored: string,
  password: string,
): Promise<boolean> {
  const [, memory, passes, lanes, saltText = "", hashText = ""] = form.exec(stored) ?? [];
  const [salt, hash] = [fromBase64Url(saltText), fromBase64Url(hashText)];
  if (salt?.length !== saltBytes || hash?.length !== hashBytes || isTooLong(password)) return false;
  const cost = { memoryKib: Number(memory), passCount: Number(passes), laneCount: Number(lanes) };
  return timingSafeEqual(await stretch({ key, cost, salt }, password), hash);
}

function stretch(
  about: { readonly key: Uint8Array; readonly cost: StretchCost; readonly salt: Uint8Array },
  password: string,
): Promise<Uint8Array> {
  const { key, cost, salt } = about;
  return turns.take(() =>
    argon2Async("argon2id", {
      message: encodeUtf8(normalised(password)),
      nonce: salt,
      secret: key,
      parallelism: cost.laneCount,
      tagLength: hashBytes,
      memory: cost.memoryKib,
      passes: cost.passCount,
    }),
  );
}

function isTooLong(password: string): boolean {
  return (
    password.length > passwordBytesMax || encodeUtf8(normalised(password)).length > passwordBytesMax
  );
}

/** Two keyboards may compose one letter differently: NFC makes it one (RFC 8265 §4.2). */
function normalised(password: string): string {
  return password.normalize("NFC");
}
