/**
 * An agreement: one document that both parties' authorities have signed, or only one so far.
 *
 * Four signatures, the two of the party with the smaller name first; no more and no fewer. The
 * channel's id is the digest of version 1, so that nobody can be talked into a channel other than
 * the one agreed. Which version counts for a message is in `agreement-chain.ts`.
 * spec/agreement.md §3.
 *
 * @module
 */
import { toBase64Url } from "../bytes/base64.ts";
import {
  canonicalJson,
  type JsonValue,
  parseCanonicalJson,
  parseStrictJson,
} from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import {
  type JwsSigner,
  jwsPayloadDepthMax,
  type ParsedJws,
  parseJws,
  signJws,
  verifyJws,
} from "../crypto/jws.ts";
import type { Primitives } from "../crypto/primitives.ts";
import type { SuiteName } from "../crypto/suites.ts";
import { assert } from "../fault.ts";
import { authorityKeys, authoritySignatureCount, type Descriptor } from "../party/descriptor.ts";
import type { PartyName } from "../party/party-name.ts";
import { describeIssue } from "../party/signed-fields.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type AgreementPayload, agreementPayload } from "./agreement-schema.ts";

export const agreementType = "parley-agreement+jws";

/** Octets of a signed agreement, or of a draft: the default one has some 33,000. */
export const agreementBytesMax = 524_288;

/** A document whose signatures are good, of one party or of both. */
export interface Agreement {
  readonly payload: AgreementPayload;
  /** SHA-256 of the canonical payload, base64url; of version 1 it is the channel's id. */
  readonly digest: string;
  /** As signed. */
  readonly text: string;
  /** One party or two, in order of name. */
  readonly signedBy: readonly PartyName[];
}

/** An agreement that both have signed. Made by {@link requireBoth}. */
export interface BindingAgreement extends Agreement {
  readonly signedBy: readonly [PartyName, PartyName];
}

export type AgreementRefusal =
  | "agreement.malformed"
  | "agreement.unknown-desk"
  | "agreement.unspoken-protocol"
  | "agreement.wrong-parties"
  | "jws.malformed"
  | "jws.wrong-signers"
  | "jws.bad-signature";

/** @returns The payload; or `agreement.malformed` if a member is missing, unknown or out of form. */
export function checkAgreementPayload(
  value: JsonValue,
): Result<AgreementPayload, "agreement.malformed"> {
  const parsed = agreementPayload.safeParse(value);
  return parsed.success
    ? accept(parsed.data)
    : refuse("agreement.malformed", describeIssue(parsed.error));
}

/** Reads a payload that nobody has signed yet: order of members and white space are free. */
export function readAgreementDraft(
  text: string,
): Result<AgreementPayload, "bytes.not-json" | "agreement.malformed"> {
  const limits = { depthMax: jwsPayloadDepthMax, bytesMax: agreementBytesMax };
  const read = parseStrictJson(text, limits);
  return read.ok ? checkAgreementPayload(read.value) : read;
}

/**
 * Adds one party's signatures, to a payload or to what the other party has signed.
 *
 * @param document - What is signed. One that the party has signed already is left as it is.
 * @param signing - `now`: POSIX seconds. `signers`: the two of the authority that the payload names.
 * @returns The text to hand out; `agreement.wrong-parties` if `party` is none of the two or the keys
 *   are not its authority's; `agreement.adopt-by-passed` if it is too late to sign.
 */
export async function signAgreement(
  document: AgreementPayload | Agreement,
  signing: {
    readonly party: PartyName;
    readonly signers: readonly JwsSigner[];
    readonly now: number;
  },
): Promise<Result<string, "agreement.wrong-parties" | "agreement.adopt-by-passed">> {
  const { party, signers, now } = signing;
  const payload = "payload" in document ? document.payload : document;
  const place = payload.parties.findIndex(({ name }) => name === party);
  const kids = signers.map(({ kid }) => kid);
  if (String(payload.parties[place]?.authority) !== String(kids)) {
    return refuse("agreement.wrong-parties", "not signed by an authority that the payload names");
  }
  if ("payload" in document && document.signedBy.includes(party)) return accept(document.text);
  if (now > payload.adoptBy) return refuse("agreement.adopt-by-passed", "adoptBy has passed");
  const own = await signJws(canonicalJson(payload), agreementType, signers);
  if (!("payload" in document)) return accept(own);
  const theirs = document.text;
  return accept(place === 0 ? joinSignatures(own, theirs) : joinSignatures(theirs, own));
}

/**
 * Reads an agreement that one party has signed, or both.
 *
 * @param text - The peer's, of any length.
 * @param descriptors - Of both parties, verified; those that the payload names must be among them.
 * @returns `agreement.malformed`; `agreement.wrong-parties` if it names another party, another
 *   authority or a descriptor that is not known; `agreement.unknown-desk` or
 *   `agreement.unspoken-protocol` if a party cannot keep it; `jws.wrong-signers` unless the signatures are those of one party, or of both in order.
 */
export async function parseAgreement(
  p: Primitives,
  text: string,
  descriptors: readonly Descriptor[],
): Promise<Result<Agreement, AgreementRefusal>> {
  const jws = parseJws(text, agreementBytesMax);
  if (!jws.ok) return jws;
  const checked = checkAgreementPayload(jws.value.payload);
  if (!checked.ok) return checked;
  const payload = checked.value;
  const named: Descriptor[] = [];
  for (const party of payload.parties) {
    const descriptor = descriptors.find(({ digest }) => digest === party.descriptor);
    const kids = descriptor && authorityKeys(descriptor).map(({ kid }) => kid);
    if (descriptor?.payload.name !== party.name || String(kids) !== String(party.authority)) {
      return refuse("agreement.wrong-parties", "names a party other than its descriptor shows");
    }
    const kept = checkKept(payload, descriptor);
    if (!kept.ok) return kept;
    named.push(descriptor);
  }
  const signers = signersOf(jws.value, named);
  const keys = signers.flatMap(authorityKeys);
  if (keys.length === 0)
    return refuse("jws.wrong-signers", "signed by neither party alone or both");
  const signed = await verifyJws(p, jws.value, { typ: agreementType, keys });
  if (!signed.ok) return signed;
  const digest = toBase64Url(p.sha256(encodeUtf8(jws.value.payloadText)));
  return accept({ payload, digest, text, signedBy: signers.map((each) => each.payload.name) });
}

/** @returns The agreement, if both have signed; else `agreement.one-sided`. */
export function requireBoth(agreement: Agreement): Result<BindingAgreement, "agreement.one-sided"> {
  const [first, second] = agreement.signedBy;
  if (first === undefined || second === undefined) {
    return refuse("agreement.one-sided", "only one party has signed");
  }
  return accept({ ...agreement, signedBy: [first, second] });
}

/**
 * Under which suite something came, if it may.
 *
 * @param suite - As an entry's header names it.
 * @returns The suite; or `agreement.suite-not-allowed` if the parties have not agreed on it.
 */
export function requireSuite(
  payload: AgreementPayload,
  suite: string,
): Result<SuiteName, "agreement.suite-not-allowed"> {
  const allowed = payload.suites.find((name) => name === suite);
  return allowed === undefined
    ? refuse("agreement.suite-not-allowed", "a suite that the agreement does not allow")
    : accept(allowed);
}

/** Whether a party has what the agreement presupposes. */
function checkKept(
  { desks, protocol }: AgreementPayload,
  { payload, keys }: Descriptor,
): Result<true, AgreementRefusal> {
  if (!payload.protocol.includes(protocol)) {
    return refuse("agreement.unspoken-protocol", "a party does not speak this protocol");
  }
  if (desks.some(({ name }) => !keys.desks.has(name))) {
    return refuse("agreement.unknown-desk", "a party has no keys for one of the desks");
  }
  return accept(true);
}

/** @returns Whose signatures these claim to be: of one of the two, or of both; else of nobody. */
function signersOf(jws: ParsedJws, parties: readonly Descriptor[]): readonly Descriptor[] {
  if (jws.signatures.length === parties.length * authoritySignatureCount) return parties;
  if (jws.signatures.length !== authoritySignatureCount) return [];
  const kid = jws.signatures[0]?.header.kid;
  return parties.filter((party) => authorityKeys(party)[0]?.kid === kid);
}

/** @param texts - Signed documents of one payload; the signatures keep their order. */
function joinSignatures(...texts: readonly string[]): string {
  const parts = texts.map((text) => {
    const read = parseCanonicalJson(text, { depthMax: 3, bytesMax: agreementBytesMax });
    assert(read.ok, "what was signed or verified here is canonical");
    return read.value as { readonly payload: string; readonly signatures: readonly JsonValue[] };
  });
  const [payload, ...others] = parts.map((part) => part.payload);
  assert(payload !== undefined && others.every((other) => other === payload), "one payload");
  return canonicalJson({ payload, signatures: parts.flatMap(({ signatures }) => signatures) });
}
