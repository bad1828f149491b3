/**
 * Goal: X-Wing and its two halves are the published ones, in both implementations. Method: the
 * draft's vectors; Wycheproof's for ML-KEM-768 and X25519, each half beside a fixed other half, with
 * the combiner recomputed here.
 */
import { createHash, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { concatBytes } from "@parley/core/bytes/octets";
import { noblePrimitives } from "@parley/core/crypto/crypto-noble";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";
import { bytesOf, readVectorBytes, readVectorJson, readWycheproof } from "./vector-files.ts";

interface XWingVector {
  readonly seed: string;
  readonly eseed: string;
  readonly ss: string;
  readonly pk: string;
  readonly ct: string;
}

const xWingVectors = readVectorJson<XWingVector[]>("xwing/test-vectors.json");
const kemPublicKeyBytes = 1184;
const kemCiphertextBytes = 1088;

function combine(
  kemSecret: Uint8Array,
  dh: { secret: Uint8Array; share: Uint8Array; to: Uint8Array },
) {
  const parts = [kemSecret, dh.secret, dh.share, dh.to, Buffer.from("\\.//^\\", "latin1")];
  return new Uint8Array(
    createHash("sha3-256")
      .update(concatBytes(...parts))
      .digest(),
  );
}

/** A KEM half whose secret is known: the vector's own, for its own ciphertext. */
const kemCases = readWycheproof<object, { seed: string; ek: string; c: string; K: string }>(
  "mlkem_768_test.json",
);

describe.each(bothPrimitives)("$name", ({ p, openerOf }) => {
  test.each(xWingVectors)(
    "[CRY-4] xwing $seed: public key and secret",
    async ({ seed, pk, ct, ss }) => {
      const opener = p.opener(bytesOf(seed));
      expect(opener.publicKey).toEqual(bytesOf(pk));
      expect(await opener.decapsulate(bytesOf(ct))).toEqual(bytesOf(ss));
      expect(await opener.decapsulate(bytesOf(ct).subarray(1))).toBeUndefined();
    },
  );

  test("[CRY-4] wycheproof/mlkem_768_test.json: all secrets as published", async () => {
    const dh = nodeDh();
    const opened = { valid: 0, invalid: 0 };
    for (const { tcId, seed, ek, c, K, result } of kemCases) {
      if (bytesOf(seed).length !== 64) continue; // Our port takes a seed of the right length only.
      const opener = openerOf(bytesOf(seed), dh.privateKey);
      const secret = await opener.decapsulate(concatBytes(bytesOf(c), dh.share));
      if (result !== "valid") {
        expect(secret, `${tcId}`).toBeUndefined();
        opened.invalid += 1;
        continue;
      }
      opened.valid += 1;
      expect(opener.publicKey.subarray(0, kemPublicKeyBytes)).toEqual(bytesOf(ek));
      const expected = combine(bytesOf(K), {
        secret: dh.secret,
        share: dh.share,
        to: dh.publicKey,
      });
      expect(secret, `${tcId}`).toEqual(expected);
    }
    expect(opened.valid).toBeGreaterThan(100);
  });

  test("[CRY-4] wycheproof/x25519_test.json: secrets as published, all-zero ones refused", async () => {
    const [kem] = kemCases.filter(({ result }) => result === "valid");
    if (kem === undefined) throw new Error("no ML-KEM vector");
    const cases = readWycheproof<object, { public: string; private: string; shared: string }>(
      "x25519_test.json",
    );
    let zeroCount = 0;
    for (const { tcId, public: share, private: privateKey, shared } of cases) {
      const opener = openerOf(bytesOf(kem.seed), bytesOf(privateKey));
      const secret = await opener.decapsulate(concatBytes(bytesOf(kem.c), bytesOf(share)));
      const isZero = bytesOf(shared).every((octet) => octet === 0);
      if (isZero) zeroCount += 1;
      const to = opener.publicKey.subarray(kemPublicKeyBytes);
      const dh = { secret: bytesOf(shared), share: bytesOf(share), to };
      expect(secret, `${tcId}`).toEqual(isZero ? undefined : combine(bytesOf(kem.K), dh));
    }
    expect(zeroCount).toBe(31);
  });

  test("[CRY-4] ML-KEM-768 keys that are not reduced are refused", async () => {
    const dhPublicKey = p.opener(p.random(32)).publicKey.subarray(kemPublicKeyBytes);
    const lines = gunzipSync(readVectorBytes("cctv/mlkem768-modulus.txt.gz")).toString().trim();
    const keys = lines.split("\n").map(bytesOf);
    expect(keys.length).toBeGreaterThan(100);
    for (const key of keys) {
      expect(key).toHaveLength(kemPublicKeyBytes);
      expect(await p.encapsulate(concatBytes(key, dhPublicKey))).toBeUndefined();
    }
  });

  test("[CRY-4] a share of small order is refused as a public key", async () => {
    const kemPublicKey = p.opener(p.random(32)).publicKey.subarray(0, kemPublicKeyBytes);
    const zero = concatBytes(kemPublicKey, new Uint8Array(32));
    expect(await p.encapsulate(zero)).toBeUndefined();
    expect(await p.encapsulate(zero.subarray(1))).toBeUndefined();
  });
});

test.each(xWingVectors)("[CRY-4] xwing $seed: noble encapsulates as published", async (vector) => {
  const p = noblePrimitives(() => bytesOf(vector.eseed));
  const sealed = await p.encapsulate(bytesOf(vector.pk));
  expect(sealed).toEqual({ enc: bytesOf(vector.ct), sharedSecret: bytesOf(vector.ss) });
});

test("[CRY-4] wycheproof/mlkem_768_encaps_test.json: noble encapsulates as published", async () => {
  const cases = readWycheproof<object, { m: string; ek: string; c: string; K: string }>(
    "mlkem_768_encaps_test.json",
  );
  const dh = nodeDh();
  const dhKey = new Uint8Array(32).fill(7);
  let validCount = 0;
  for (const { tcId, m, ek, c, result } of cases) {
    const p = noblePrimitives(() => concatBytes(bytesOf(m), dhKey));
    const sealed = await p.encapsulate(concatBytes(bytesOf(ek), dh.publicKey));
    const ciphertext = sealed?.enc.subarray(0, kemCiphertextBytes);
    if (result === "valid") validCount += 1;
    expect(ciphertext, `${tcId}`).toEqual(result === "valid" ? bytesOf(c) : undefined);
  }
  expect(validCount).toBeGreaterThan(10);
});

test("[CRY-11] what one implementation encapsulates the other decapsulates", async () => {
  const seed = nodePrimitives.random(32);
  for (const [from, to] of [bothPrimitives, [...bothPrimitives].reverse()]) {
    const opener = to?.p.opener(seed);
    const sealed = await from?.p.encapsulate(opener?.publicKey ?? new Uint8Array());
    expect(sealed?.sharedSecret).toHaveLength(32);
    expect(await opener?.decapsulate(sealed?.enc ?? new Uint8Array())).toEqual(
      sealed?.sharedSecret,
    );
  }
});

/** One X25519 exchange with Node, whole: the receiver's keys, the sender's share, the secret. */
function nodeDh() {
  const [receiver, sender] = [1, 2].map((octet) => {
    const raw = new Uint8Array(32).fill(octet);
    const key = createPrivateKey({
      key: Buffer.from(raw),
      format: "raw-private",
      asymmetricKeyType: "x25519",
    });
    const publicKey = createPublicKey(key);
    return { raw, key, publicKey, rawPublic: publicKey.export({ format: "raw-public" }) };
  });
  if (receiver === undefined || sender === undefined) throw new Error("two keys were made");
  const secret = diffieHellman({ privateKey: sender.key, publicKey: receiver.publicKey });
  return {
    privateKey: receiver.raw,
    publicKey: receiver.rawPublic,
    share: sender.rawPublic,
    secret,
  };
}
