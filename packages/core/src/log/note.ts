/**
 * Signed notes and the keys that sign them: syntax, key ids, verifier keys.
 *
 * What a signature covers depends on its type and on the text; that is in `checkpoint.ts`.
 * spec/log.md §4; C2SP signed-note at 5ba5ee8.
 *
 * @module
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/hex.ts";
import { concatBytes } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { type Primitives, type SignatureAlgorithm, signatureSizes } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";

/** A whole note, in octets of UTF-8: room for the 16 signatures of 3.3 KB that C2SP wants accepted. */
export const noteBytesMax = 65_536;

/** Signature lines in one note. C2SP wants at least 16 accepted. */
export const noteSignaturesMax = 64;

/** Octets of a key name: the ML-DSA-44 message gives its length one octet (C2SP tlog-cosignature). */
export const keyNameBytesMax = 255;

/** Signature type identifier octets of C2SP signed-note, those that Parley uses. */
export const noteKeyTypes = {
  "ed25519-note": 0x01,
  "ed25519-cosignature": 0x04,
  "mldsa44-cosignature": 0x06,
} as const;

export type NoteKeyType = keyof typeof noteKeyTypes;

export const noteKeyAlgorithms = {
  "ed25519-note": "Ed25519",
  "ed25519-cosignature": "Ed25519",
  "mldsa44-cosignature": "ML-DSA-44",
} as const satisfies Record<NoteKeyType, SignatureAlgorithm>;

export type NoteSignature = {
  readonly name: string;
  /** 4 octets. */
  readonly keyId: Uint8Array;
  /** What follows the key id; at least 1 octet. */
  readonly signature: Uint8Array;
};

/** `text` ends with a newline; there is at least one signature. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

export type NoteKey = {
  readonly name: string;
  readonly type: NoteKeyType;
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
};

const keyIdBytes = 4;
const signaturePrefix = "— ";

/** Control characters below U+0020 except newline. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;
const vkeyForm = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;
const whiteSpaceOrPlus = /[\p{White_Space}+]/u;

/**
 * @returns The note, its signatures in the order of their lines, none of them verified yet; or
 *   `log.bad-note` if it is not a note or exceeds {@link noteBytesMax} or {@link noteSignaturesMax}.
 */
export function parseNote(text: string): Result<Note, "log.bad-note"> {
  if (text.length > noteBytesMax || !text.isWellFormed()) {
    return refuse("log.bad-note", "longer than a note may be, or not Unicode");
  }
  if (encodeUtf8(text).length > noteBytesMax || controlCharacter.test(text)) {
    return refuse("log.bad-note", "longer than a note may be, or with a control character");
  }
  const split = text.lastIndexOf("\n\n");
  if (split < 0) return refuse("log.bad-note", "no empty line before the signatures");
  const signatures = parseSignatureLines(text.slice(split + 2));
  if (!signatures.ok) return signatures;
  return accept({ text: text.slice(0, split + 1), signatures: signatures.value });
}

/** @param note - Its text must end with a newline; signatures are written in their order. */
export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(formatSignatureLine).join("")}`;
}

/** One or more signature lines, each ending with a newline, as mirrors and witnesses answer. */
export function parseSignatureLines(
  lines: string,
): Result<readonly NoteSignature[], "log.bad-note"> {
  if (lines.length > noteBytesMax) return refuse("log.bad-note", "too many signatures");
  if (!lines.endsWith("\n")) return refuse("log.bad-note", "the last line does not end");
  const rows = lines.slice(0, -1).split("\n");
  if (rows.length > noteSignaturesMax) return refuse("log.bad-note", "too many signatures");
  const signatures: NoteSignature[] = [];
  for (const row of rows) {
    const signature = parseSignatureLine(row);
    if (signature === undefined) return refuse("log.bad-note", "not a signature line");
    signatures.push(signature);
  }
  return accept(signatures);
}

export function formatSignatureLine(signature: NoteSignature): string {
  const octets = concatBytes(signature.keyId, signature.signature);
  return `${signaturePrefix}${signature.name} ${toBase64(octets)}\n`;
}

function parseSignatureLine(row: string): NoteSignature | undefined {
  if (!row.startsWith(signaturePrefix)) return undefined;
  const [name, base64, ...rest] = row.slice(signaturePrefix.length).split(" ");
  if (name === undefined || base64 === undefined || rest.length > 0) return undefined;
  const octets = fromBase64(base64);
  if (!isKeyName(name) || octets === undefined || octets.length <= keyIdBytes) return undefined;
  return { name, keyId: octets.subarray(0, keyIdBytes), signature: octets.subarray(keyIdBytes) };
}

export function isKeyName(name: string): boolean {
  return (
    name.length > 0 &&
    name.isWellFormed() &&
    !controlCharacter.test(name) &&
    !whiteSpaceOrPlus.test(name) &&
    encodeUtf8(name).length <= keyNameBytesMax
  );
}

/** @param publicKey - Raw, of the length of its algorithm. */
export function noteKey(
  p: Primitives,
  name: string,
  type: NoteKeyType,
  publicKey: Uint8Array,
): NoteKey {
  const typed = concatBytes(Uint8Array.of(noteKeyTypes[type]), publicKey);
  const keyId = p.sha256(concatBytes(encodeUtf8(`${name}\n`), typed)).slice(0, keyIdBytes);
  return { name, type, publicKey, keyId };
}

/** `name+hex8+base64(type ‖ public key)`. */
export function formatVkey(key: NoteKey): string {
  const typed = concatBytes(Uint8Array.of(noteKeyTypes[key.type]), key.publicKey);
  return `${key.name}+${toHex(key.keyId)}+${toBase64(typed)}`;
}

/**
 * @returns The key; or `log.bad-vkey` if the text is malformed, the type is not one of
 *   {@link noteKeyTypes}, or the key id is not the one that C2SP derives from name, type and key.
 */
export function parseVkey(p: Primitives, text: string): Result<NoteKey, "log.bad-vkey"> {
  const parts = vkeyForm.exec(text);
  const [, name = "", hex = "", base64 = ""] = parts ?? [];
  const typed = fromBase64(base64);
  if (!isKeyName(name) || typed === undefined) {
    return refuse("log.bad-vkey", "not name, key id and key with a plus between them");
  }
  const type = keyTypeOf(typed[0]);
  if (type === undefined) return refuse("log.bad-vkey", "a signature type that is not used here");
  const publicKey = typed.subarray(1);
  if (publicKey.length !== signatureSizes[noteKeyAlgorithms[type]].publicKeyBytes) {
    return refuse("log.bad-vkey", "the key has not the length of its type");
  }
  const key = noteKey(p, name, type, publicKey);
  if (toHex(key.keyId) !== hex) return refuse("log.bad-vkey", "the key id is not the key's");
  return accept(key);
}

function keyTypeOf(octet: number | undefined): NoteKeyType | undefined {
  if (octet === noteKeyTypes["ed25519-note"]) return "ed25519-note";
  if (octet === noteKeyTypes["ed25519-cosignature"]) return "ed25519-cosignature";
  return octet === noteKeyTypes["mldsa44-cosignature"] ? "mldsa44-cosignature" : undefined;
}
