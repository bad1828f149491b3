/**
 * Secrets at rest: a text sealed under a passphrase, in a file of one JSON object.
 *
 * The passphrase is stretched by argon2id (RFC 9106), the secret sealed by AES-256-GCM; parameters
 * and the name of what is inside stand in the file and are authenticated. The digest over the whole
 * tells damage from a wrong passphrase; it protects nothing else. The format is local: no peer sees it.
 *
 * @module
 */
import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, parseStrictJson } from "@parley/core/bytes/canonical-json";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { accept, type Result, refuse } from "@parley/core/result";
import { z } from "zod";

/** Shortest passphrase that seals anything, in characters. A file that exists opens with any. */
export const passphraseCharactersMin = 12;
/** Longest file read as a box, in bytes: a ring of keys is some 3 KB. */
export const boxBytesMax = 65_536;

/** What stretching costs: memory in KiB, passes over it, lanes. */
export type StretchCost = {
  readonly memoryKib: number;
  readonly passCount: number;
  readonly laneCount: number;
};

/** RFC 9106 §4, second recommended option: 64 MiB, some 0.1 s. */
export const stretchCost: StretchCost = { memoryKib: 65_536, passCount: 3, laneCount: 4 };

const saltBytes = 16;
const keyBytes = 32;
const nonceBytes = 12;

/** Upper bounds: a file from elsewhere must not be able to ask for all memory or all day. */
const headSchema = z.strictObject({
  v: z.literal(1),
  holds: z.string().max(64),
  kdf: z.literal("argon2id"),
  memoryKib: z.int().min(8).max(1_048_576),
  passCount: z.int().min(1).max(16),
  laneCount: z.int().min(1).max(16),
  salt: z.string(),
  cipher: z.literal("AES-256-GCM"),
  nonce: z.string(),
});
const boxSchema = z.strictObject({
  ...headSchema.shape,
  ciphertext: z.string(),
  digest: z.string(),
});
type BoxHead = z.output<typeof headSchema>;

export type SecretBoxRefusal = "keys.wrong-passphrase" | "keys.damaged";

/**
 * Seals a secret.
 *
 * @param holds - What is inside, such as `authority`; a box opens only under the same name.
 * @returns The text of the file; or `keys.short-passphrase`.
 */
export async function sealSecret(
  p: Primitives,
  box: { readonly holds: string; readonly secret: string; readonly cost?: StretchCost },
  passphrase: string,
): Promise<Result<string, "keys.short-passphrase">> {
  if (isShortPassphrase(passphrase)) {
    return refuse("keys.short-passphrase", `fewer than ${passphraseCharactersMin} characters`);
  }
  const salt = p.random(saltBytes);
  const nonce = p.random(nonceBytes);
  const head: BoxHead = {
    v: 1,
    holds: box.holds,
    kdf: "argon2id",
    ...(box.cost ?? stretchCost),
    salt: toBase64Url(salt),
    cipher: "AES-256-GCM",
    nonce: toBase64Url(nonce),
  };
  const key = await stretch(head, salt, passphrase);
  const ciphertext = p.sealAead(key, nonce, associatedData(head), encodeUtf8(box.secret));
  const sealed = { ...head, ciphertext: toBase64Url(ciphertext) };
  return accept(`${canonicalJson({ ...sealed, digest: digestOf(p, sealed) })}\n`);
}

/**
 * Opens a secret.
 *
 * @returns What was sealed; or `keys.damaged` if the text is no whole box of this name,
 *   `keys.wrong-passphrase` if the box is whole and does not open.
 */
export async function openSecret(
  p: Primitives,
  box: { readonly holds: string; readonly text: string },
  passphrase: string,
): Promise<Result<string, SecretBoxRefusal>> {
  const json = parseStrictJson(box.text, { depthMax: 1, bytesMax: boxBytesMax });
  const parsed = boxSchema.safeParse(json.ok ? json.value : undefined);
  if (!parsed.success) return refuse("keys.damaged", "not a sealed box");
  const { digest, ...sealed } = parsed.data;
  if (digest !== digestOf(p, sealed)) return refuse("keys.damaged", "the digest does not match");
  if (sealed.holds !== box.holds) return refuse("keys.damaged", `it does not hold ${box.holds}`);
  const { ciphertext: ciphertextText, ...head } = sealed;
  const ciphertext = fromBase64Url(ciphertextText);
  const [salt, nonce] = [fromBase64Url(head.salt), fromBase64Url(head.nonce)];
  if (ciphertext === undefined || salt?.length !== saltBytes || nonce?.length !== nonceBytes) {
    return refuse("keys.damaged", "a field is not base64url of its length");
  }
  const key = await stretch(head, salt, passphrase);
  const secret = p.openAead(key, nonce, associatedData(head), ciphertext);
  if (secret === undefined) return refuse("keys.wrong-passphrase", "the box does not open");
  const text = decodeUtf8(secret);
  return text === undefined ? refuse("keys.damaged", "the secret is not UTF-8") : accept(text);
}

const argon2Async = promisify(argon2);

async function stretch(
  cost: StretchCost,
  salt: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  return argon2Async("argon2id", {
    message: encodeUtf8(normalised(passphrase)),
    nonce: salt,
    parallelism: cost.laneCount,
    tagLength: keyBytes,
    memory: cost.memoryKib,
    passes: cost.passCount,
  });
}

/** Whether nothing may be sealed under it: fewer characters than {@link passphraseCharactersMin}. */
export function isShortPassphrase(passphrase: string): boolean {
  return [...normalised(passphrase)].length < passphraseCharactersMin;
}

/** Two keyboards may compose one letter differently: NFC makes it one passphrase (RFC 8265 §4.2). */
function normalised(passphrase: string): string {
  return passphrase.normalize("NFC");
}

function associatedData(head: BoxHead): Uint8Array {
  return encodeUtf8(`parley secret box v1\n${canonicalJson(head)}`);
}

function digestOf(p: Primitives, sealed: BoxHead & { readonly ciphertext: string }): string {
  return toBase64Url(p.sha256(encodeUtf8(canonicalJson(sealed))));
}
