/**
 * What was good, and what was refused already: the vectors of `spec/`, to be changed further.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { VerificationKey } from "@parley/core/crypto/jws";
import type { SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { type JsonPatchOperation, patchJson } from "@parley/testkit/json-patch";

const folder = join(import.meta.dirname, "../../spec/vectors");

export type Vector = { readonly [name: string]: JsonValue };
export type VectorFile = {
  readonly [name: string]: JsonValue;
} & {
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
};

export function readVectors(path: string): VectorFile {
  return JSON.parse(readFileSync(join(folder, path), "utf8")) as VectorFile;
}

export function listVectors(path: string): readonly string[] {
  return readdirSync(join(folder, path)).sort();
}

/** Every vector of a file, good ones first. */
export function vectorsOf(file: VectorFile): readonly Vector[] {
  return [...(file.valid ?? []), ...file.invalid];
}

export function textsOf(file: VectorFile, member: string): readonly string[] {
  return vectorsOf(file).map((vector) => String(vector[member]));
}

export function octetsOf(text: JsonValue | undefined): Uint8Array {
  return fromBase64Url(String(text)) ?? new Uint8Array(0);
}

export function keysOf(file: VectorFile): readonly VerificationKey[] {
  const keys = file["keys"] as unknown as readonly {
    algorithm: SignatureAlgorithm;
    kid: string;
    publicKey: string;
  }[];
  return keys.map((key) => ({ ...key, publicKey: octetsOf(key.publicKey) }));
}

/** A good value, and what its patches make of it. */
export function patched(value: JsonValue, file: VectorFile): readonly JsonValue[] {
  const made = file.invalid.map(({ patch }) =>
    patchJson(value, patch as unknown as readonly JsonPatchOperation[]),
  );
  return [value, ...made];
}
