/**
 * Codes that are good once: to recover a lost second factor, and to enrol.
 *
 * 128 random bits, of which only a hash is kept, so that neither a guess nor a copy of the database
 * is of use. Written in an alphabet without look-alikes (Crockford's base 32), in groups.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";

/** Codes of one officer at once. */
export const recoveryCodeCount = 10;
/** How long a code to enrol is good, in seconds: three days. */
export const enrolmentSecondsMax = 259_200;

const codeBytes = 16;
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const groupCharacters = 5;
/** 26 characters and what stands between their groups. UTF-16 code units. */
export const typedCodeLengthMax = 64;

/** As it is shown, once: `4x7kd-92mfa-…`. */
export function makeCode(p: Primitives): string {
  let bits = 0n;
  for (const octet of p.random(codeBytes)) bits = (bits << 8n) | BigInt(octet);
  let text = "";
  for (let at = 0; at < 26; at += 1) {
    text = alphabet[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return (text.match(new RegExp(`.{1,${groupCharacters}}`, "g")) ?? []).join("-");
}

/** What is kept of a code, and what a typed one is compared with; undefined of what can be none. */
export function hashOfCode(p: Primitives, typed: string): string | undefined {
  if (typed.length > typedCodeLengthMax) return undefined;
  const text = typed.toLowerCase().replace(/[\s-]/g, "").replace(/[il]/g, "1").replace(/o/g, "0");
  const isCode = text.length === 26 && [...text].every((one) => alphabet.includes(one));
  return isCode ? p.sha256Text(`parley one-time code v1\n${text}\n`) : undefined;
}
