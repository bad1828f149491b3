/**
 * Goal: what the port promises beyond the published vectors (tests/conformance), of both
 * implementations. Method: each signs, seals and hashes for the other; inputs of every wrong kind.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { Defect } from "../fault.ts";
import { noblePrimitives } from "./crypto-noble.ts";
import { nodePrimitives } from "./crypto-node.ts";
import { type SignatureAlgorithm, signatureSizes } from "./primitives.ts";

const noble = noblePrimitives(nodePrimitives.random);
const algorithms = ["Ed25519", "ML-DSA-44", "ML-DSA-65"] as const;
const message = new Uint8Array(1000).fill(3);
const seed = new Uint8Array(32).fill(7);

describe.each([
  { name: "node, then noble", p: nodePrimitives, q: noble },
  { name: "noble, then node", p: noble, q: nodePrimitives },
])("$name", ({ p, q }) => {
  test.each(algorithms)("[CRY-11] %s: one key, and each verifies the other", async (algorithm) => {
    const signer = p.signer(algorithm, seed);
    const { publicKeyBytes, signatureBytes } = signatureSizes[algorithm];
    expect(signer.publicKey).toEqual(q.signer(algorithm, seed).publicKey);
    expect(signer.publicKey).toHaveLength(publicKeyBytes);
    const signature = await signer.sign(message);
    expect(signature).toHaveLength(signatureBytes);
    expect(await q.verify(algorithm, signer.publicKey, message, signature)).toBe(true);
  });

  test.each(algorithms)("[CRY-11] %s: nothing else verifies", async (algorithm) => {
    const { publicKey, sign } = p.signer(algorithm, seed);
    const signature = await sign(message);
    const other = p.signer(algorithm, p.random(32)).publicKey;
    for (const [key, text, made] of [
      [other, message, signature],
      [publicKey, message.subarray(1), signature],
      [publicKey, message, flip(signature, 0)],
      [publicKey, message, flip(signature, signature.length - 1)],
      [publicKey, message, concatBytes(signature, Uint8Array.of(0))],
      [publicKey, message, signature.subarray(1)],
      [publicKey, message, new Uint8Array(0)],
      [publicKey, message, new Uint8Array(signature.length)],
      [new Uint8Array(publicKey.length), message, signature],
      [new Uint8Array(publicKey.length).fill(255), message, signature],
      [concatBytes(publicKey, Uint8Array.of(0)), message, signature],
      [new Uint8Array(0), message, signature],
    ] as const) {
      expect(await p.verify(algorithm, key, text, made)).toBe(false);
    }
  });

  test("[CRY-2] a forgery under a key of small order is refused", async () => {
    // Key and R are the identity, S is 0: good for every message by the equation alone.
    const identity = new Uint8Array(32);
    identity[0] = 1;
    const forgery = concatBytes(identity, new Uint8Array(32));
    expect(await p.verify("Ed25519", identity, message, forgery)).toBe(false);
  });

  test("[CRY-3] ML-DSA signatures are hedged: two of one message differ", async () => {
    const { sign } = p.signer("ML-DSA-65", seed);
    expect(await sign(message)).not.toEqual(await sign(message));
  });

  test.prop([fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 40 })])(
    "[CRY-11] hashes, and what AES-256-GCM seals, are equal",
    (bytes, aad) => {
      const nonce = seed.subarray(0, 12);
      expect(p.sha256(bytes)).toEqual(q.sha256(bytes));
      const text = `${toBase64Url(bytes)}ж😀`;
      expect(p.sha256Text(text)).toBe(toBase64Url(q.sha256(encodeUtf8(text))));
      expect(q.sha256Text(text)).toBe(p.sha256Text(text));
      expect(p.sha512(bytes)).toEqual(q.sha512(bytes));
      const hasher = p.createSha256();
      hasher.update(bytes.subarray(0, 5));
      hasher.update(bytes.subarray(5));
      expect(hasher.digest()).toEqual(q.sha256(bytes));
      const sealed = p.sealAead(seed, nonce, aad, bytes);
      expect(q.sealAead(seed, nonce, aad, bytes)).toEqual(sealed);
      expect(q.openAead(seed, nonce, aad, sealed)).toEqual(bytes);
      expect(p.openAead(seed, nonce, aad, flip(sealed, 0))).toBeUndefined();
    },
  );

  test.each([0, 31, 33, 64])("a seed of %d octets is a defect", (lengthBytes) => {
    const wrong = new Uint8Array(lengthBytes);
    for (const algorithm of algorithms) expect(() => p.signer(algorithm, wrong)).toThrow(Defect);
    expect(() => p.opener(wrong)).toThrow(Defect);
  });

  test("[CRY-4] a changed encapsulation gives another secret, never an error", async () => {
    const opener = p.opener(seed);
    const sealed = await q.encapsulate(opener.publicKey);
    if (sealed === undefined) throw new Error("our own key is good");
    const changed = await opener.decapsulate(flip(sealed.enc, 5));
    expect(changed).toHaveLength(32);
    expect(changed).not.toEqual(sealed.sharedSecret);
  });
});

test("[CRY-11] verdicts stay right when more keys are met than are kept", async () => {
  const algorithm: SignatureAlgorithm = "Ed25519";
  const signers = Array.from({ length: 600 }, () =>
    nodePrimitives.signer(algorithm, nodePrimitives.random(32)),
  );
  const signatures = await Promise.all(signers.map(({ sign }) => sign(message)));
  for (const round of [0, 1]) {
    const verdicts = await Promise.all(
      signers.map(({ publicKey }, index) => {
        const signature = signatures[(index + round) % signatures.length] ?? message;
        return nodePrimitives.verify(algorithm, publicKey, message, signature);
      }),
    );
    expect(new Set(verdicts)).toEqual(new Set([round === 0]));
  }
});

test("no result is a Buffer, whose slice would share memory", async () => {
  const p = nodePrimitives;
  const signer = p.signer("Ed25519", seed);
  const opener = p.opener(seed);
  const sealed = await p.encapsulate(opener.publicKey);
  const nothing = new Uint8Array(0);
  const gcm = p.sealAead(seed, seed.subarray(0, 12), nothing, seed);
  const results = [
    p.random(3),
    p.sha256(seed),
    p.createSha256().digest(),
    p.hkdfExtract("SHA-256", seed, seed),
    p.hkdfExpand("SHA-256", seed, seed, 5),
    gcm,
    p.openAead(seed, seed.subarray(0, 12), nothing, gcm),
    signer.publicKey,
    await signer.sign(seed),
    opener.publicKey,
    sealed?.enc,
    sealed?.sharedSecret,
    await opener.decapsulate(sealed?.enc ?? nothing),
  ];
  for (const bytes of results) expect(bytes?.constructor).toBe(Uint8Array);
});

function flip(bytes: Uint8Array, index: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[index] = (flipped[index] ?? 0) ^ 1;
  return flipped;
}
