/**
 * Parties whose keys come from their names: the same call gives the same descriptor payload.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { type JwsSigner, signJws } from "@parley/core/crypto/jws";
import { keyId } from "@parley/core/crypto/key-id";
import type { Primitives, SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { type Descriptor, descriptorType, parseDescriptor } from "@parley/core/party/descriptor";
import type { DescriptorPayload } from "@parley/core/party/descriptor-schema";
import { parseDeskName, parsePartyName } from "@parley/core/party/party-name";
import { must } from "./sample-message.ts";

/** 29 December 2016. */
export const sampleIssuedAt = 1_482_969_600;
export const sampleValidUntil = sampleIssuedAt + 2 * 366 * 86_400;
export const sampleDeskNames = ["political", "technical", "watch"] as const;

export interface SampleParty {
  readonly payload: DescriptorPayload;
  /** The authority's two. */
  readonly signers: readonly JwsSigner[];
}

/** What differs from the first descriptor of the party. */
export interface SamplePartyChange {
  /** Other words make other keys. */
  readonly authorityEra?: string;
  readonly keyEra?: string;
  readonly desks?: readonly string[];
  readonly after?: Descriptor;
}

export function sampleParty(
  p: Primitives,
  name: string,
  change: SamplePartyChange = {},
): SampleParty {
  const { authorityEra = "first", keyEra = "first", desks = sampleDeskNames, after } = change;
  const signers = sampleSigners(p, `${name}/authority/${authorityEra}`);
  const [authority, mlDsa] = signers.map(({ signer }) => toBase64Url(signer.publicKey));
  const keysOf = (use: string) => {
    const seed = `${name}/${use}/${keyEra}`;
    const opening = p.opener(p.sha256(encodeUtf8(`${seed}/opening`))).publicKey;
    return {
      suite: "pq1" as const,
      keys: [ed25519(p, seed), publicKey(p, "ML-DSA-65", seed)] as const,
      opening: toBase64Url(opening),
    };
  };
  const pairOf = (use: string) => {
    const seed = `${name}/${use}/${keyEra}`;
    return [ed25519(p, seed), publicKey(p, "ML-DSA-44", seed)] as const;
  };
  const payload = {
    v: 1,
    protocol: [1],
    name: must(parsePartyName(name)),
    serial: (after?.payload.serial ?? 0) + 1,
    previous: after?.digest ?? null,
    issuedAt: (after?.payload.issuedAt ?? sampleIssuedAt - 86_400) + 86_400,
    validUntil: sampleValidUntil,
    authority: [
      { alg: "Ed25519", pub: authority },
      { alg: "ML-DSA-65", pub: mlDsa },
    ],
    desks: [...desks].sort().map((desk) => ({ name: must(parseDeskName(desk)), ...keysOf(desk) })),
    node: keysOf("node"),
    log: pairOf("log"),
    mirror: pairOf("mirror"),
    tls: [toBase64Url(p.sha256(encodeUtf8(`${name}/tls`)))],
    addresses: [`https://${name}:8443/parley`],
    contacts: [{ role: "watch", languages: ["en", "ru"], reach: ["+1 202 555 0143"] }],
  };
  return { payload: payload as unknown as DescriptorPayload, signers };
}

export async function sampleDescriptor(
  p: Primitives,
  name: string,
  change: SamplePartyChange = {},
): Promise<Descriptor> {
  const { payload, signers } = sampleParty(p, name, change);
  return must(await parseDescriptor(p, await signDescriptor(payload, signers)));
}

/** Signs anything as a descriptor, also what no reader accepts. */
export function signDescriptor(payload: unknown, signers: readonly JwsSigner[]): Promise<string> {
  return signJws(canonicalJson(payload as JsonValue), descriptorType, signers);
}

/** The two of suite `pq1`. */
export function sampleSigners(p: Primitives, label: string): readonly JwsSigner[] {
  return (["Ed25519", "ML-DSA-65"] as const).map((algorithm) => {
    const signer = p.signer(algorithm, seedOf(p, algorithm, label));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
}

function ed25519(p: Primitives, label: string) {
  return publicKey(p, "Ed25519", label);
}

function publicKey(p: Primitives, alg: SignatureAlgorithm, label: string) {
  return { alg, pub: toBase64Url(p.signer(alg, seedOf(p, alg, label)).publicKey) };
}

function seedOf(p: Primitives, algorithm: SignatureAlgorithm, label: string): Uint8Array {
  return p.sha256(encodeUtf8(`${label}/${algorithm}`));
}
