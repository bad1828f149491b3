/**
 * Goal: `core` says in a browser what it says in Node. Method: the page is bundled and run in a real
 * Chromium; published vectors are asked of its primitives and of Node's; an export and a proof of two
 * nodes are verified in the page, whole and spoilt.
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { concatBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { HkdfHash, SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { must } from "@parley/testkit/sample-message";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proveEntry } from "../../packages/node/src/service/prove.ts";
import { bytesOf, readVectorJson, readWycheproof } from "../conformance/vector-files.ts";
import { exportOf } from "../record/exported.ts";
import { makeHistory } from "../record/history.ts";
import { bundle, type OpenPage, openPage } from "./chromium.ts";
import type { CorePage } from "./page.ts";
import { callPrimitive, type PrimitiveCall } from "./primitive-calls.ts";

/** Unpacking a browser and bundling a page: long on a busy machine. */
const hookMs = 120_000;

let script: string;
let opened: OpenPage;
beforeAll(async () => {
  script = await bundle("page.ts");
  opened = await openPage(script);
}, hookMs);
afterAll(() => opened?.[Symbol.asyncDispose]());

type Method = keyof CorePage;

/** Calls a function of the page, in the page. */
function inPage<M extends Method>(method: M, ...args: Parameters<CorePage[M]>) {
  const call = ([name, values]: [Method, unknown[]]) => {
    const { corePage } = globalThis as unknown as {
      corePage: Record<Method, (...a: unknown[]) => unknown>;
    };
    return corePage[name](...values);
  };
  return opened.page.evaluate(call, [method, args as unknown[]] as [
    Method,
    unknown[],
  ]) as ReturnType<CorePage[M]>;
}

const text = (hex: string) => toBase64Url(bytesOf(hex));

interface SignatureTest {
  readonly publicKey: string | { readonly pk: string };
  readonly msg?: string;
  readonly sig: string;
}

function verifications(algorithm: SignatureAlgorithm, file: string): PrimitiveCall[] {
  return readWycheproof<object, SignatureTest>(file).map(({ publicKey, msg = "", sig }) => {
    const key = typeof publicKey === "string" ? publicKey : publicKey.pk;
    return ["verify", algorithm, text(key), text(msg), text(sig)];
  });
}

function lowOrderVerifications(): PrimitiveCall[] {
  type Vector = { readonly key: string; readonly sig: string; readonly msg: string };
  return readVectorJson<Vector[]>("cctv/ed25519vectors.json").map(({ key, sig, msg }) => {
    return ["verify", "Ed25519", text(key), toBase64Url(encodeUtf8(msg)), text(sig)];
  });
}

function derivations(hash: HkdfHash, file: string): PrimitiveCall[] {
  type Vector = {
    readonly ikm: string;
    readonly salt: string;
    readonly info: string;
    size: number;
  };
  return readWycheproof<object, Vector>(file).map(({ ikm, salt, info, size }) => {
    return ["hkdf", hash, text(ikm), text(salt), text(info), size];
  });
}

function openings(): PrimitiveCall[] {
  type Vector = { [name in "key" | "iv" | "aad" | "ct" | "tag"]: string } & { ivSize: number };
  return readWycheproof<{ keySize: number }, Vector>("aes_gcm_test.json")
    .filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256)
    .map(({ key, iv, aad, ct, tag }) => {
      const sealed = concatBytes(bytesOf(ct), bytesOf(tag));
      return ["openAead", text(key), text(iv), text(aad), toBase64Url(sealed)];
    });
}

function decapsulations(): PrimitiveCall[] {
  type Vector = { readonly seed: string; readonly ct: string };
  return readVectorJson<Vector[]>("xwing/test-vectors.json").flatMap(({ seed, ct }) => [
    ["decapsulate", text(seed), text(ct)] as const,
    ["decapsulate", text(seed), text(ct.slice(2))] as const,
  ]);
}

test.each<[string, () => PrimitiveCall[]]>([
  ["[CRY-2] Ed25519, Wycheproof", () => verifications("Ed25519", "ed25519_test.json")],
  ["[CRY-2] Ed25519 of low order, CCTV", lowOrderVerifications],
  ["[CRY-3] ML-DSA-44, Wycheproof", () => verifications("ML-DSA-44", "mldsa_44_verify_test.json")],
  ["[CRY-3] ML-DSA-65, Wycheproof", () => verifications("ML-DSA-65", "mldsa_65_verify_test.json")],
  ["[CRY-7] HKDF-SHA-256, Wycheproof", () => derivations("SHA-256", "hkdf_sha256_test.json")],
  ["[CRY-7] HKDF-SHA-512, Wycheproof", () => derivations("SHA-512", "hkdf_sha512_test.json")],
  ["[CRY-7] AES-256-GCM, Wycheproof", openings],
  ["[CRY-4] X-Wing", decapsulations],
  ["SHA-2", () => ["", "00", "ff".repeat(1_000)].flatMap((hex) => hashes(text(hex)))],
])("%s: the browser answers what Node answers", async (_name, callsOf) => {
  const calls = callsOf();
  const wanted = await Promise.all(calls.map((call) => callPrimitive(nodePrimitives, call)));
  expect(new Set(wanted).size).toBeGreaterThan(1);
  expect(await inPage("answers", calls)).toEqual(wanted);
});

function hashes(octets: string): PrimitiveCall[] {
  return [
    ["sha256", octets],
    ["sha512", octets],
  ];
}

test.each<SignatureAlgorithm>(["Ed25519", "ML-DSA-44", "ML-DSA-65"])(
  "%s: what the browser signs, Node verifies",
  async (algorithm) => {
    const [key, signature] = (await inPage("sign", algorithm, "read before you sign")).map(
      (octets) => fromBase64Url(octets) ?? new Uint8Array(),
    ) as [Uint8Array, Uint8Array];
    const verify = (message: string) =>
      nodePrimitives.verify(algorithm, key, encodeUtf8(message), signature);
    expect(await verify("read before you sign")).toBe(true);
    expect(await verify("sign before you read")).toBe(false);
  },
);

test("an export is proven in the page, and refuted when one octet of any file is another", async () => {
  await using history = await makeHistory();
  const exported = await exportOf(history.pair.washington, true);
  const files = [...exported].map(([path, octets]) => [path, toBase64Url(octets)] as const);
  expect(await inPage("judgeExport", files)).toBe("proven");
  for (const [at, [path, octets]] of [...exported].entries()) {
    const spoilt = Uint8Array.from(octets);
    const place = spoilt.length >> 1;
    spoilt[place] = (spoilt[place] ?? 0) ^ 1;
    const one = files.with(at, [path, toBase64Url(spoilt)]);
    expect(await inPage("judgeExport", one), path).not.toBe("proven");
  }
  expect(files.length).toBeGreaterThan(10);

  const { node, channel } = history.pair.washington;
  const order = { entry: { jti: history.answered.jti }, show: [], silentUntil: null };
  const { text: proof } = must(await proveEntry(node, channel, order));
  expect(await inPage("judgeProof", proof)).toBe("proven");
  expect(await inPage("judgeProof", proof.replace("washington", "washingtom"))).not.toBe("proven");
});

test("the page asks for nothing but itself and complains of nothing", () => {
  expect(opened.complaints).toEqual([]);
  expect(script).not.toMatch(/from ["']node:/);
});
