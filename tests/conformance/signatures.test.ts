/**
 * Goal: one verdict on every published signature, whichever implementation is asked. Method: each
 * vector to both, against the published result, or, where standards leave it open (CCTV), against
 * the rule of spec/00-overview.md expressed in the vectors' own flags.
 */
import { createHash } from "node:crypto";
import { fromBase64Url } from "@parley/core/bytes/base64";
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { noblePrimitives } from "@parley/core/crypto/crypto-noble";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { keyId } from "@parley/core/crypto/key-id";
import type { SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";
import { bytesOf, readVectorJson, readWycheproof } from "./vector-files.ts";

/** FIPS 204 §3.4: the deterministic variant is the hedged one with 32 zero octets. */
const unhedged = noblePrimitives((lengthBytes) => new Uint8Array(lengthBytes));

interface CctvVector {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

interface SignatureTest {
  readonly msg?: string;
  readonly ctx?: string;
  readonly sig: string;
}

describe.each(bothPrimitives)("$name", ({ p }) => {
  test("[CRY-2] wycheproof/ed25519_test.json: all verdicts as published", async () => {
    const tests = readWycheproof<{ publicKey: { pk: string } }, SignatureTest>("ed25519_test.json");
    const wrong: number[] = [];
    for (const { publicKey, tcId, msg = "", sig, result } of tests) {
      const isGood = await p.verify("Ed25519", bytesOf(publicKey.pk), bytesOf(msg), bytesOf(sig));
      if (isGood !== (result === "valid")) wrong.push(tcId);
    }
    expect({ wrong, count: tests.length }).toEqual({ wrong: [], count: 151 });
  });

  test("[CRY-2] cctv/ed25519vectors.json: low order and what needs the cofactor are refused", async () => {
    // Everything not canonical among these vectors is of low order too.
    const forbidden = ["low_order_A", "low_order_R", "low_order_residue"];
    const vectors = readVectorJson<CctvVector[]>("cctv/ed25519vectors.json");
    const accepted: number[] = [];
    for (const { number, key, sig, msg } of vectors) {
      const message = encodeUtf8(msg);
      if (await p.verify("Ed25519", bytesOf(key), message, bytesOf(sig))) accepted.push(number);
    }
    const expected = vectors.filter(
      ({ flags }) => !forbidden.some((flag) => flags?.includes(flag)),
    );
    expect(vectors).toHaveLength(914);
    expect(accepted).toEqual(expected.map(({ number }) => number));
    expect(accepted.length).toBeGreaterThan(0);
  });

  test.each(["ML-DSA-44", "ML-DSA-65"] as const)(
    "[CRY-3] wycheproof %s verification: all verdicts as published, contexts refused",
    async (algorithm) => {
      const file = algorithm === "ML-DSA-44" ? "mldsa_44_verify" : "mldsa_65_verify";
      const tests = readWycheproof<{ publicKey: string }, SignatureTest>(`${file}_test.json`);
      const wrong: number[] = [];
      let otherContextCount = 0;
      for (const { publicKey, tcId, msg = "", ctx = "", sig, result } of tests) {
        const isGood = await p.verify(algorithm, bytesOf(publicKey), bytesOf(msg), bytesOf(sig));
        if (result === "valid" && ctx !== "") otherContextCount += 1;
        if (isGood !== (result === "valid" && ctx === "")) wrong.push(tcId);
      }
      expect(wrong).toEqual([]);
      expect(otherContextCount).toBeGreaterThan(0);
    },
  );

  test.each(["ML-DSA-44", "ML-DSA-65"] as const)(
    "[CRY-3] wycheproof %s signing: keys as published, signatures verify",
    async (algorithm) => {
      for (const { seed, publicKey, message, signature } of signingCases(algorithm)) {
        expect(p.signer(algorithm, seed).publicKey).toEqual(publicKey);
        expect(await p.verify(algorithm, publicKey, message, signature)).toBe(true);
      }
    },
  );

  test.each(["ML_DSA_44", "ML_DSA_65"])(
    "[CRY-5] jose-mldsa/%s.jose.json: key, key id and signature",
    async (file) => {
      const { priv, jwk, jws } = readVectorJson<JoseVector>(`jose-mldsa/${file}.jose.json`);
      const publicKey = decode(jwk.pub);
      expect(p.signer(jwk.alg, bytesOf(priv)).publicKey).toEqual(publicKey);
      expect(keyId(p, jwk.alg, publicKey)).toBe(jwk.kid);
      const [header = "", payload = "", signature = ""] = jws.split(".");
      const signed = encodeUtf8(`${header}.${payload}`);
      expect(await p.verify(jwk.alg, publicKey, signed, decode(signature))).toBe(true);
      expect(await p.verify(jwk.alg, publicKey, signed.subarray(1), decode(signature))).toBe(false);
    },
  );
});

test.each(["ML-DSA-44", "ML-DSA-65"] as const)(
  "[CRY-3] wycheproof %s signing: noble without hedging signs as published",
  async (algorithm) => {
    const cases = signingCases(algorithm).filter(({ isRandomised }) => !isRandomised);
    expect(cases.length).toBeGreaterThan(10);
    for (const { seed, message, signature } of cases) {
      expect(await unhedged.signer(algorithm, seed).sign(message)).toEqual(signature);
    }
  },
);

test.each(["ML-DSA-44", "ML-DSA-65"] as const)(
  "[CRY-3] cctv/mldsa-accumulated.json: a hundred %s keys and signatures",
  async (algorithm) => {
    const published = readVectorJson<Record<string, Record<string, string>>>(
      "cctv/mldsa-accumulated.json",
    );
    const seeds = createHash("shake128", { outputLength: 32 * 100 }).digest();
    const sink = createHash("shake128", { outputLength: 32 });
    for (let index = 0; index < 100; index += 1) {
      const signer = unhedged.signer(algorithm, seeds.subarray(32 * index, 32 * (index + 1)));
      const signature = await signer.sign(new Uint8Array(0));
      sink.update(concatBytes(signer.publicKey, signature));
      const isGood = nodePrimitives.verify(
        algorithm,
        signer.publicKey,
        new Uint8Array(0),
        signature,
      );
      expect(await isGood).toBe(true);
    }
    expect(sink.digest("hex")).toBe(published[algorithm]?.["100"]);
  },
);

interface JoseVector {
  readonly priv: string;
  readonly jwk: { readonly alg: SignatureAlgorithm; readonly kid: string; readonly pub: string };
  readonly jws: string;
}

interface SigningCase {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly isRandomised: boolean;
}

/** Those of the published cases that our port can express: a message, and no context. */
function signingCases(algorithm: "ML-DSA-44" | "ML-DSA-65"): SigningCase[] {
  const file = algorithm === "ML-DSA-44" ? "mldsa_44_sign_seed" : "mldsa_65_sign_seed";
  const tests = readWycheproof<
    { privateSeed: string; publicKey: string },
    SignatureTest & { rnd?: string }
  >(`${file}_test.json`);
  return tests.flatMap(({ privateSeed, publicKey, msg, ctx = "", sig, rnd, result }) => {
    if (msg === undefined || ctx !== "" || result !== "valid") return [];
    return {
      seed: bytesOf(privateSeed),
      publicKey: bytesOf(publicKey),
      message: bytesOf(msg),
      signature: bytesOf(sig),
      isRandomised: rnd !== undefined,
    };
  });
}

function decode(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new Error("the vector is not base64url");
  return bytes;
}
