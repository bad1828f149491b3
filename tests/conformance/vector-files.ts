/**
 * Reads the published vectors of tests/vectors; each set's PROVENANCE.md says whose they are.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../vectors");

export function readVectorBytes(path: string): Uint8Array {
  return readFileSync(join(folder, path));
}

/** @returns The JSON of the file, taken to be of the shape that its publisher describes. */
export function readVectorJson<T>(path: string): T {
  return JSON.parse(new TextDecoder().decode(readVectorBytes(path))) as T;
}

export function listVectors(set: string): string[] {
  return readdirSync(join(folder, set)).sort();
}

export interface WycheproofTest {
  readonly tcId: number;
  readonly flags: readonly string[];
  readonly result: "valid" | "invalid" | "acceptable";
}

/** @returns Every test of a Wycheproof file, with what its group says (`G`) beside it. */
export function readWycheproof<G, T>(path: string): (G & T & WycheproofTest)[] {
  const { testGroups } = readVectorJson<{
    testGroups: readonly (G & { readonly tests: readonly (T & WycheproofTest)[] })[];
  }>(`wycheproof/${path}`);
  return testGroups.flatMap((group) => group.tests.map((test) => ({ ...group, ...test })));
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
