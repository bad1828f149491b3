/**
 * Goal: a signed document has one text, and every signature expected, and no other, counts. Method:
 * `jose` as the second opinion: it verifies what we write; and what it accepts and we refuse is
 * listed, each document first shown to be good to jose.
 */
import { type GeneralJWS, generalVerify, importJWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { canonicalJson } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { Defect } from "../fault.ts";
import { nodePrimitives as p } from "./crypto-node.ts";
import {
  type JwsSigner,
  jwsSignaturesMax,
  parseJws,
  signJws,
  type VerificationKey,
  verifyJws,
} from "./jws.ts";
import { keyId } from "./key-id.ts";
import type { SignatureAlgorithm } from "./primitives.ts";

const typ = "parley-test+jws";
const payloadText = '{"a":[1,"é"],"b":null}';
const bytesMax = 60_000;
const signers = [createSigner("Ed25519", 1), createSigner("ML-DSA-65", 2)] as const;
const keys = signers.map(keyOf);
let good: GeneralJWS;

beforeAll(async () => {
  good = JSON.parse(await signJws(payloadText, typ, signers)) as GeneralJWS;
});

function createSigner(algorithm: SignatureAlgorithm, seed: number): JwsSigner {
  const signer = p.signer(algorithm, new Uint8Array(32).fill(seed));
  return { kid: keyId(p, algorithm, signer.publicKey), signer };
}

function keyOf({ kid, signer: { algorithm, publicKey } }: JwsSigner): VerificationKey {
  return { algorithm, kid, publicKey };
}

function joseKey({ algorithm, publicKey }: VerificationKey) {
  const encoded = toBase64Url(publicKey);
  const jwk =
    algorithm === "Ed25519"
      ? { kty: "OKP", crv: "Ed25519", x: encoded }
      : { kty: "AKP", alg: algorithm, pub: encoded };
  return importJWK(jwk, algorithm);
}

/** Whether jose finds a signature by one of our two keys. */
async function isGoodToJose(jws: GeneralJWS): Promise<boolean> {
  for (const key of keys) {
    const verdict = generalVerify(jws, await joseKey(key)).then(
      () => true,
      () => false,
    );
    if (await verdict) return true;
  }
  return false;
}

/** What we say of a text: "good", or the code with which it is refused. */
async function verdictOn(text: string, expected = { typ, keys }): Promise<string> {
  const parsed = parseJws(text, bytesMax);
  if (!parsed.ok) return parsed.refusal.code;
  const verified = await verifyJws(p, parsed.value, expected);
  return verified.ok ? "good" : verified.refusal.code;
}

/** Signs whatever header and payload texts are given: base64url, canonical or not. */
async function signRaw(
  payload: string,
  headerOf: (signer: JwsSigner) => string,
): Promise<GeneralJWS> {
  const signatures = await Promise.all(
    signers.map(async (signer) => {
      const header = toBase64Url(encodeUtf8(headerOf(signer)));
      const signature = await signer.signer.sign(encodeUtf8(`${header}.${payload}`));
      return { protected: header, signature: toBase64Url(signature) };
    }),
  );
  return { payload, signatures };
}

const headerOf = ({ kid, signer }: JwsSigner) => canonicalJson({ alg: signer.algorithm, kid, typ });
const payload = toBase64Url(encodeUtf8(payloadText));

test("[CRY-9] reads what it writes, which is canonical, and all signatures verify", async () => {
  const text = await signJws(payloadText, typ, signers);
  expect(text).toBe(canonicalJson(JSON.parse(text)));
  const parsed = parseJws(text, text.length);
  expect(parsed).toMatchObject({ ok: true, value: { payloadText, payload: { a: [1, "é"] } } });
  expect(await verdictOn(text)).toBe("good");
});

test("[CRY-10] jose verifies each signature of what we write", async () => {
  for (const key of keys) {
    const verified = await generalVerify(good, await joseKey(key), { algorithms: [key.algorithm] });
    expect(new TextDecoder().decode(verified.payload)).toBe(payloadText);
    expect(verified.protectedHeader).toEqual({ alg: key.algorithm, kid: key.kid, typ });
  }
});

describe("jose accepts, and we refuse", () => {
  const [first, second] = [0, 1];
  const at = (jws: GeneralJWS, index: number) => {
    const signature = jws.signatures[index];
    if (signature === undefined) throw new Error("no such signature");
    return signature;
  };

  test.each<[string, string, () => GeneralJWS | Promise<GeneralJWS>]>([
    [
      "one signature of two",
      "jws.wrong-signers",
      () => ({ ...good, signatures: [at(good, first)] }),
    ],
    [
      "a bad signature beside a good one",
      "jws.bad-signature",
      () => {
        const bad = { ...at(good, second), signature: toBase64Url(new Uint8Array(3309)) };
        return { ...good, signatures: [at(good, first), bad] };
      },
    ],
    [
      "a signature of no length beside a good one",
      "jws.bad-signature",
      () => ({ ...good, signatures: [at(good, first), { ...at(good, second), signature: "" }] }),
    ],
    [
      "signatures in another order",
      "jws.wrong-signers",
      () => ({ ...good, signatures: [at(good, second), at(good, first)] }),
    ],
    [
      "a signature twice",
      "jws.wrong-signers",
      () => ({ ...good, signatures: [...good.signatures, at(good, first)] }),
    ],
    [
      "an unprotected header",
      "jws.malformed",
      () => ({ ...good, signatures: [{ ...at(good, first), header: { x: 1 } }, at(good, second)] }),
    ],
    ["a further member", "jws.malformed", () => ({ ...good, more: 1 })],
    [
      "a further header member",
      "jws.malformed",
      () =>
        signRaw(payload, ({ kid, signer }) =>
          canonicalJson({ alg: signer.algorithm, kid, typ, x: "y" }),
        ),
    ],
    [
      "a header without kid",
      "jws.malformed",
      () => signRaw(payload, ({ signer }) => canonicalJson({ alg: signer.algorithm, typ })),
    ],
    [
      "another typ",
      "jws.wrong-signers",
      () =>
        signRaw(payload, ({ kid, signer }) =>
          canonicalJson({ alg: signer.algorithm, kid, typ: "JWT" }),
        ),
    ],
    [
      "another kid",
      "jws.wrong-signers",
      () =>
        signRaw(payload, ({ signer }) => canonicalJson({ alg: signer.algorithm, kid: "k", typ })),
    ],
    [
      "a header with white space",
      "jws.malformed",
      () => signRaw(payload, (signer) => ` ${headerOf(signer)}`),
    ],
    [
      "a header member twice",
      "jws.malformed",
      () => signRaw(payload, (signer) => headerOf(signer).replace("{", '{"typ":"JWT",')),
    ],
    [
      "a payload that is not canonical JSON",
      "jws.malformed",
      () => signRaw(toBase64Url(encodeUtf8('{"b":1, "a":2}')), headerOf),
    ],
    [
      "a payload that is not JSON",
      "jws.malformed",
      () => signRaw(toBase64Url(encodeUtf8("hello")), headerOf),
    ],
    [
      "a payload that is not UTF-8",
      "jws.malformed",
      () => signRaw(toBase64Url(Uint8Array.of(0xff, 0xfe)), headerOf),
    ],
    [
      "white space in the payload's base64url",
      "jws.malformed",
      () => signRaw(`${payload}\n`, headerOf),
    ],
    ["padding of the payload's base64url", "jws.malformed", () => signRaw("ImFiIg==", headerOf)],
    ["pad bits in the payload's base64url", "jws.malformed", () => signRaw("MTJ", headerOf)],
    [
      "white space in a signature's base64url",
      "jws.malformed",
      () => {
        const spaced = { ...at(good, first), signature: `${at(good, first).signature}\n` };
        return { ...good, signatures: [spaced, at(good, second)] };
      },
    ],
  ])("[CRY-10] %s", async (_what, code, make) => {
    const jws = await make();
    expect(await isGoodToJose(jws)).toBe(true);
    expect(await verdictOn(canonicalJson(jws as never))).toBe(code);
  });

  test.each([
    ["white space", (text: string) => `${text}\n`],
    ["members in another order", (text: string) => reorder(text)],
  ])("[CRY-9] %s in the text", async (_what, change) => {
    const text = change(canonicalJson(good as never));
    expect(await isGoodToJose(JSON.parse(text) as GeneralJWS)).toBe(true);
    expect(await verdictOn(text)).toBe("jws.malformed");
  });
});

test("[CRY-9] a text too long, too many or no signatures, and other shapes are malformed", () => {
  const text = canonicalJson(good as never);
  const { signatures } = good;
  const many = {
    ...good,
    signatures: Array.from({ length: jwsSignaturesMax + 1 }, () => signatures[0]),
  };
  const texts = [
    "",
    "{}",
    "[]",
    "null",
    canonicalJson({ payload, signatures: [] }),
    canonicalJson({ payload, signatures: {} }),
    canonicalJson({ payload: 1, signatures: [] }),
    canonicalJson({ payload, signatures: [null] }),
    canonicalJson({ payload, signatures: ["x"] }),
    canonicalJson({ payload, signatures: [{ protected: 1, signature: "" }] }),
    canonicalJson(many as never),
  ];
  for (const wrong of texts) {
    const result = parseJws(wrong, 10 * bytesMax);
    expect(result).toMatchObject({ ok: false, refusal: { code: "jws.malformed" } });
  }
  expect(parseJws(text, text.length - 1).ok).toBe(false);
});

test("[CRY-9] the payload's depth and the header's length are at most", async () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(await verdictOn(await signJws(nested(24), typ, signers))).toBe("good");
  expect(await verdictOn(await signJws(nested(25), typ, signers))).toBe("jws.malformed");
  const long = signers.map(({ signer }) => ({ signer, kid: "k".repeat(500) }));
  expect(await verdictOn(await signJws(payloadText, typ, long))).toBe("jws.malformed");
});

test("[CRY-10] other keys than expected, or the same in another order, do not count", async () => {
  const text = canonicalJson(good as never);
  const [ed25519, mlDsa] = keys as [VerificationKey, VerificationKey];
  const stranger = keyOf(createSigner("Ed25519", 3));
  expect(await verdictOn(text, { typ, keys: [mlDsa, ed25519] })).toBe("jws.wrong-signers");
  expect(await verdictOn(text, { typ, keys: [ed25519] })).toBe("jws.wrong-signers");
  expect(await verdictOn(text, { typ, keys: [ed25519, mlDsa, mlDsa] })).toBe("jws.wrong-signers");
  expect(await verdictOn(text, { typ, keys: [stranger, mlDsa] })).toBe("jws.wrong-signers");
  const posing = { ...stranger, kid: ed25519.kid };
  expect(await verdictOn(text, { typ, keys: [posing, mlDsa] })).toBe("jws.bad-signature");
  await expect(verdictOn(text, { typ, keys: [] })).rejects.toThrow(Defect);
});

function reorder(text: string): string {
  const { payload: first, signatures } = JSON.parse(text) as GeneralJWS;
  return JSON.stringify({ signatures, payload: first });
}
