/**
 * Signed JSON documents: JWS in general JSON serialisation, with exactly the signatures expected.
 *
 * A general JWS library is content with one good signature of several, takes unprotected headers and
 * reads base64url leniently. Here the text, every protected header and the payload are canonical,
 * the signatures are those of the keys handed in, in that order and no others, and all must verify.
 * Source: RFC 7515 §7.2.1; RFC 9864; RFC 9964; spec/00-overview.md.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { Primitives, SignatureAlgorithm, Signer } from "./primitives.ts";

/** An agreement bears two parties' two; room for a suite with three. */
export const jwsSignaturesMax = 6;
/** Deeper than any document of Parley. */
export const jwsPayloadDepthMax = 24;
/** `{alg, kid, typ}` takes some 130. */
export const jwsHeaderBytesMax = 512;

/** A public key that must have signed. */
export interface VerificationKey {
  readonly algorithm: SignatureAlgorithm;
  /** As `keyId` makes it. */
  readonly kid: string;
  readonly publicKey: Uint8Array;
}

export interface JwsHeader {
  readonly alg: string;
  readonly kid: string;
  readonly typ: string;
}

export interface JwsSignature {
  readonly header: JwsHeader;
  /** ASCII of `protected.payload`: what was signed. RFC 7515 §5.1. */
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** Well formed; nothing in it is verified. */
export interface ParsedJws {
  /** Canonical JSON. */
  readonly payloadText: string;
  readonly payload: JsonValue;
  readonly signatures: readonly JwsSignature[];
}

export interface JwsSigner {
  /** As `keyId` makes it. */
  readonly kid: string;
  readonly signer: Signer;
}

/**
 * @param payloadText - Canonical JSON.
 * @param signers - In the order in which the reader expects them.
 * @returns Canonical JSON.
 */
export async function signJws(
  payloadText: string,
  typ: string,
  signers: readonly JwsSigner[],
): Promise<string> {
  const payload = toBase64Url(encodeUtf8(payloadText));
  const signatures = await Promise.all(
    signers.map(async ({ kid, signer }) => {
      const header = canonicalJson({ alg: signer.algorithm, kid, typ });
      const protectedHeader = toBase64Url(encodeUtf8(header));
      const signature = await signer.sign(encodeUtf8(`${protectedHeader}.${payload}`));
      return { protected: protectedHeader, signature: toBase64Url(signature) };
    }),
  );
  return canonicalJson({ payload, signatures });
}

/**
 * Reads the form only.
 *
 * @param bytesMax - Octets of `text`.
 * @returns The parts; or `jws.malformed` if anything is not canonical, missing, too many or unknown.
 */
export function parseJws(text: string, bytesMax: number): Result<ParsedJws, "jws.malformed"> {
  const read = parseCanonicalJson(text, { depthMax: 3, bytesMax });
  if (!read.ok) return refuse("jws.malformed", read.refusal.detail);
  const jws = membersOf(read.value, ["payload", "signatures"]);
  if (jws === undefined) return refuse("jws.malformed", "members are not payload and signatures");
  const [payload, signatures] = jws;
  const payloadText = typeof payload === "string" ? decodeText(payload) : undefined;
  if (typeof payload !== "string" || payloadText === undefined) {
    return refuse("jws.malformed", "payload is not base64url of UTF-8");
  }
  const value = parseCanonicalJson(payloadText, { depthMax: jwsPayloadDepthMax, bytesMax });
  if (!value.ok) return refuse("jws.malformed", `payload: ${value.refusal.detail}`);
  if (!Array.isArray(signatures) || signatures.length === 0) {
    return refuse("jws.malformed", "no signatures");
  }
  if (signatures.length > jwsSignaturesMax) return refuse("jws.malformed", "too many signatures");
  const parsed: JwsSignature[] = [];
  for (const element of signatures as readonly JsonValue[]) {
    const signature = parseSignature(element, payload);
    if (signature === undefined) return refuse("jws.malformed", "a signature is malformed");
    parsed.push(signature);
  }
  return accept({ payloadText, payload: value.value, signatures: parsed });
}

/**
 * @param expected.keys - Who must have signed, in order: at least one.
 * @returns `true`; or `jws.wrong-signers` if the protected headers are not exactly those of `keys`
 *   and `typ`, `jws.bad-signature` if they are and one of the signatures does not verify.
 */
export async function verifyJws(
  p: Primitives,
  jws: ParsedJws,
  expected: { readonly typ: string; readonly keys: readonly VerificationKey[] },
): Promise<Result<true, "jws.wrong-signers" | "jws.bad-signature">> {
  const { typ, keys } = expected;
  assert(keys.length > 0, "nobody's signature would be good");
  if (jws.signatures.length !== keys.length) {
    return refuse("jws.wrong-signers", `${jws.signatures.length} signatures, not ${keys.length}`);
  }
  const verdicts: (() => Promise<boolean>)[] = [];
  for (const [index, { algorithm, kid, publicKey }] of keys.entries()) {
    const { header, signingInput, signature } = jws.signatures[index] as JwsSignature;
    if (header.typ !== typ) return refuse("jws.wrong-signers", `typ is not ${typ}`);
    if (header.alg !== algorithm || header.kid !== kid) {
      return refuse("jws.wrong-signers", `signature ${index} is not by the key expected there`);
    }
    verdicts.push(() => p.verify(algorithm, publicKey, signingInput, signature));
  }
  const areGood = await Promise.all(verdicts.map((verify) => verify()));
  const badIndex = areGood.indexOf(false);
  if (badIndex !== -1) return refuse("jws.bad-signature", `signature ${badIndex}`);
  return accept(true);
}

function parseSignature(element: JsonValue, payload: string): JwsSignature | undefined {
  const [protectedHeader, encoded] = membersOf(element, ["protected", "signature"]) ?? [];
  if (typeof protectedHeader !== "string" || typeof encoded !== "string") return undefined;
  const headerText = decodeText(protectedHeader);
  const signature = fromBase64Url(encoded);
  if (headerText === undefined || signature === undefined) return undefined;
  const read = parseCanonicalJson(headerText, { depthMax: 1, bytesMax: jwsHeaderBytesMax });
  if (!read.ok) return undefined;
  const [alg, kid, typ] = membersOf(read.value, ["alg", "kid", "typ"]) ?? [];
  if (typeof alg !== "string" || typeof kid !== "string" || typeof typ !== "string") {
    return undefined;
  }
  const signingInput = encodeUtf8(`${protectedHeader}.${payload}`);
  return { header: { alg, kid, typ }, signingInput, signature };
}

/** @returns The members' values in the order of `names`, if `value` has exactly those. */
function membersOf(value: JsonValue, names: readonly string[]): JsonValue[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = value as { readonly [name: string]: JsonValue };
  if (Object.keys(members).length !== names.length) return undefined;
  const values: JsonValue[] = [];
  for (const name of names) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) return undefined;
    values.push(member);
  }
  return values;
}

function decodeText(encoded: string): string | undefined {
  const bytes = fromBase64Url(encoded);
  return bytes && decodeUtf8(bytes);
}
