/**
 * What a page does with `core`, bundled for a real browser: the primitives, called one by one, and
 * whole exports and proofs, verified where nobody has to be trusted for it.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { noblePrimitives } from "@parley/core/crypto/crypto-noble";
import type { SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { verifyExport } from "@parley/core/record/verify-export";
import { verifyProof } from "@parley/core/record/verify-proof";
import { callPrimitive, type PrimitiveCall } from "./primitive-calls.ts";

const p = noblePrimitives((lengthBytes) => crypto.getRandomValues(new Uint8Array(lengthBytes)));

export interface CorePage {
  answers(calls: readonly PrimitiveCall[]): Promise<readonly string[]>;
  /** A signature made here over octets of text, with the public key: both base64url. */
  sign(algorithm: SignatureAlgorithm, text: string): Promise<readonly [string, string]>;
  /** @returns `proven`, or the code of the refusal. */
  judgeExport(files: readonly (readonly [string, string])[]): Promise<string>;
  judgeProof(text: string): Promise<string>;
}

function octets(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new Error("not base64url");
  return bytes;
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: { code: string } };
const verdict = (outcome: Outcome) => (outcome.ok ? "proven" : outcome.refusal.code);

const page: CorePage = {
  answers: (calls) => Promise.all(calls.map((call) => callPrimitive(p, call))),
  async sign(algorithm, text) {
    const signer = p.signer(algorithm, p.random(32));
    const signature = await signer.sign(new TextEncoder().encode(text));
    return [toBase64Url(signer.publicKey), toBase64Url(signature)];
  },
  async judgeExport(files) {
    const held = new Map(files.map(([path, text]) => [path, octets(text)]));
    return verdict(
      await verifyExport(p, {
        paths: [...held.keys()],
        read: async (path) => held.get(path),
        async *stream(path) {
          const bytes = held.get(path);
          if (bytes !== undefined) yield bytes;
        },
      }),
    );
  },
  judgeProof: async (text) => verdict(await verifyProof(p, text)),
};

Object.assign(globalThis, { corePage: page });
