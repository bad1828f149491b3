/**
 * Goal: our HPKE is RFC 9180 with the KEM of draft-ietf-hpke-pq. Method: the published key schedules
 * and encryptions through our KDF and AEAD, the published X-Wing keys through our KEM, and messages
 * exchanged with the `hpke` package's own suite on WebCrypto.
 */
import { createHash, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { encodeU64 } from "@parley/core/bytes/octets";
import { hpkeAead, hpkeKdf, openHpke, sealHpke } from "@parley/core/crypto/hpke";
import * as hpke from "hpke";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";
import { bytesOf, readVectorJson } from "./vector-files.ts";

interface Encryption {
  readonly aad: string;
  readonly pt: string;
  readonly ct: string;
  readonly sequence_number?: string;
}

interface HpkeVector {
  readonly mode: number;
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly shared_secret: string;
  readonly encryptions: readonly Encryption[];
}

type AccumulatedVector = HpkeVector & { readonly encryptions_accumulated: string };

const packageAeads: Readonly<Record<number, hpke.AEADFactory>> = {
  1: hpke.AEAD_AES_128_GCM,
  3: hpke.AEAD_ChaCha20Poly1305,
};

/** A KEM that has already run, under the id of the vector's own. */
function givenKem(id: number, sharedSecret: Uint8Array, enc: Uint8Array): hpke.KEMFactory {
  const refuse = () => Promise.reject(new Error("not part of this test"));
  return () => ({
    id,
    type: "KEM",
    name: "given",
    Nsecret: sharedSecret.length,
    Nenc: enc.length,
    Npk: 1,
    Nsk: 1,
    Encap: async () => ({ shared_secret: sharedSecret, enc }),
    Decap: async () => sharedSecret,
    DeriveKeyPair: refuse,
    GenerateKeyPair: refuse,
    SerializePublicKey: refuse,
    DeserializePublicKey: refuse,
    SerializePrivateKey: refuse,
    DeserializePrivateKey: refuse,
  });
}

const key = (type: "public" | "private") => ({
  type,
  extractable: false,
  algorithm: { name: "given" },
});

describe.each(bothPrimitives)("$name", ({ p }) => {
  const withOurKdf = (vector: HpkeVector, sharedSecret: Uint8Array, aead: hpke.AEADFactory) =>
    new hpke.CipherSuite(
      givenKem(vector.kem_id, sharedSecret, bytesOf(vector.enc)),
      hpkeKdf(p),
      aead,
    );

  test("[CRY-6] hpke/rfc9180-base-accumulated.json: X25519, HKDF-SHA256, AES-256-GCM", async () => {
    const vectors = readVectorJson<AccumulatedVector[]>("hpke/rfc9180-base-accumulated.json");
    const ours = vectors.filter(
      (vector) => vector.kem_id === 32 && vector.kdf_id === 1 && vector.aead_id === 2,
    );
    expect(ours).toHaveLength(1);
    for (const vector of ours) {
      const secret = await dhKemSecret(vector);
      const suite = withOurKdf(vector, secret, hpkeAead(p));
      const { ctx } = await suite.SetupSender(key("public"), { info: bytesOf(vector.info) });
      const source = createShakeReader();
      const sink = createHash("shake128", { outputLength: 16 });
      for (let count = 0; count < 1000; count += 1) {
        const aad = source(source(1)[0] ?? 0);
        const plaintext = source(source(1)[0] ?? 0);
        sink.update(await ctx.Seal(plaintext, aad));
      }
      expect(sink.digest("hex")).toBe(vector.encryptions_accumulated);
    }
  });

  test("[CRY-6] published base-mode encryptions under our key schedule", async () => {
    const vectors = [
      ...readVectorJson<HpkeVector[]>("hpke/rfc9180-appendix-a-base.json"),
      ...readVectorJson<HpkeVector[]>("hpke/hpke-pq.json"),
    ].filter((vector) => Number(vector.kdf_id) === 1 && packageAeads[Number(vector.aead_id)]);
    expect(vectors.length).toBeGreaterThan(5);
    for (const vector of vectors) {
      const aead = packageAeads[Number(vector.aead_id)];
      if (aead === undefined) continue;
      const numbered = { ...vector, kem_id: Number(vector.kem_id) };
      const suite = withOurKdf(numbered, bytesOf(vector.shared_secret), aead);
      const { ctx } = await suite.SetupSender(key("public"), { info: bytesOf(vector.info) });
      const [first] = vector.encryptions;
      const sealed = await ctx.Seal(bytesOf(first?.pt ?? ""), bytesOf(first?.aad ?? ""));
      expect(sealed).toEqual(bytesOf(first?.ct ?? ""));
    }
  });

  test("[CRY-6] hpke/hpke-pq.json: KEM 0x647a keys and secrets as published", async () => {
    const vectors = readVectorJson<HpkeVector[]>("hpke/hpke-pq.json");
    const ours = vectors.filter(({ kem_id }) => kem_id === 0x647a);
    expect(ours.length).toBeGreaterThan(0);
    for (const { skRm, pkRm, enc, shared_secret } of ours) {
      const opener = p.opener(bytesOf(skRm));
      expect(opener.publicKey).toEqual(bytesOf(pkRm));
      expect(await opener.decapsulate(bytesOf(enc))).toEqual(bytesOf(shared_secret));
    }
  });

  test("[CRY-6] the hpke package's own suite opens what we seal, and we what it seals", async () => {
    const suite = new hpke.CipherSuite(
      hpke.KEM_MLKEM768_X25519,
      hpke.KDF_HKDF_SHA256,
      hpke.AEAD_AES_256_GCM,
    );
    const seed = p.random(32);
    const opener = p.opener(seed);
    const info = p.random(90);
    const plaintext = p.random(32);
    const privateKey = await suite.DeserializePrivateKey(seed);
    const publicKey = await suite.DeserializePublicKey(opener.publicKey);

    const ours = await sealHpke(p, { publicKey: opener.publicKey, info, plaintext });
    if (ours === undefined) throw new Error("our own key is good");
    expect(await suite.Open(privateKey, ours.enc, ours.ciphertext, { info })).toEqual(plaintext);

    const theirs = await suite.Seal(publicKey, plaintext, { info });
    const { encapsulatedSecret: enc, ciphertext } = theirs;
    expect(await openHpke(p, opener, { info, enc, ciphertext })).toEqual(plaintext);
  });
});

/** DHKEM(X25519, HKDF-SHA256), RFC 9180 §4.1, from the receiver's side. */
async function dhKemSecret({ skRm, enc, pkRm }: HpkeVector): Promise<Uint8Array> {
  const asymmetricKeyType = "x25519";
  const privateKey = createPrivateKey({
    key: Buffer.from(skRm, "hex"),
    format: "raw-private",
    asymmetricKeyType,
  });
  const publicKey = createPublicKey({
    key: Buffer.from(enc, "hex"),
    format: "raw-public",
    asymmetricKeyType,
  });
  const dh = diffieHellman({ privateKey, publicKey });
  const kdf = hpke.KDF_HKDF_SHA256();
  const suiteId = hpke.concat(hpke.encode("KEM"), encodeU64(32).subarray(6));
  const prk = await hpke.LabeledExtract(kdf, suiteId, new Uint8Array(), hpke.encode("eae_prk"), dh);
  const context = hpke.concat(bytesOf(enc), bytesOf(pkRm));
  return hpke.LabeledExpand(kdf, suiteId, prk, hpke.encode("shared_secret"), context, 32);
}

/** SHAKE128 of nothing, read on and on. */
function createShakeReader(): (lengthBytes: number) => Uint8Array {
  const output = createHash("shake128", { outputLength: 1_000_000 }).digest();
  let offset = 0;
  return (lengthBytes) => {
    offset += lengthBytes;
    return new Uint8Array(output.subarray(offset - lengthBytes, offset));
  };
}
