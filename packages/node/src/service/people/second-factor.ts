/**
 * Time-based one-time passwords: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is
 * what every authenticator takes.
 *
 * A code is taken once: whoever saw it over a shoulder comes too late (RFC 6238 §5.2). The last step
 * taken is kept, and only a later one is good.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { Secret, TOTP } from "otpauth";

/** RFC 4226 §4 R6 recommends 160 bits. */
export const totpSecretBytes = 20;
const stepSeconds = 30;
const digits = 6;
/** RFC 6238 §5.2: one step either way, for clocks and slow fingers. */
const stepsEitherWay = 1;

export function makeTotpSecret(p: Primitives): Uint8Array {
  return p.random(totpSecretBytes);
}

/** What an authenticator reads, as a link or typed in: `otpauth://totp/…`. */
export function totpUri(secret: Uint8Array, about: { party: string; name: string }): string {
  return totpOf(secret, { issuer: about.party, label: about.name }).toString();
}

/** For who types it in: groups of four characters of base32. */
export function totpText(secret: Uint8Array): string {
  return (secretOf(secret).base32.match(/.{1,4}/g) ?? []).join(" ");
}

/**
 * @param typed - As a person types it; spaces are let go.
 * @param lastStep - The last that was taken.
 * @returns The step of the code; or undefined if it is of none that is near and later than `lastStep`.
 */
export function judgeTotp(
  secret: Uint8Array,
  { typed, now, lastStep }: { typed: string; now: number; lastStep: number },
): number | undefined {
  const token = typed.replace(/\s/g, "");
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  const delta = totpOf(secret, {}).validate({
    ...{ token, timestamp: now * 1_000, window: stepsEitherWay },
  });
  if (delta === null) return undefined;
  const step = Math.floor(now / stepSeconds) + delta;
  return step > lastStep ? step : undefined;
}

/** The code of a moment: for tests and for the practice channel, where no person has a telephone. */
export function totpCodeAt(secret: Uint8Array, now: number): string {
  return totpOf(secret, {}).generate({ timestamp: now * 1_000 });
}

function totpOf(secret: Uint8Array, names: { issuer?: string; label?: string }): TOTP {
  return new TOTP({
    ...{ ...names, secret: secretOf(secret), algorithm: "SHA1", digits, period: stepSeconds },
  });
}

/** A copy: the library keeps what it is given. */
function secretOf(secret: Uint8Array): Secret {
  return new Secret({ buffer: Uint8Array.from(secret).buffer });
}
