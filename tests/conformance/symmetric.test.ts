/**
 * Goal: HKDF and AES-256-GCM are the published ones, in both implementations. Method: every
 * Wycheproof vector that our port can express.
 */
import { concatBytes } from "@parley/core/bytes/octets";
import type { HkdfHash } from "@parley/core/crypto/primitives";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";
import { bytesOf, readWycheproof } from "./vector-files.ts";

interface HkdfTest {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

interface AeadGroup {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
}

interface AeadTest {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

describe.each(bothPrimitives)("$name", ({ p }) => {
  test.each([
    ["SHA-256", "hkdf_sha256_test.json"],
    ["SHA-512", "hkdf_sha512_test.json"],
  ] as const)("[CRY-7] HKDF-%s: wycheproof/%s as published", (hash: HkdfHash, file) => {
    const tests = readWycheproof<object, HkdfTest>(file);
    expect(tests.length).toBeGreaterThan(80);
    for (const { ikm, salt, info, size, okm, result } of tests) {
      const prk = p.hkdfExtract(hash, bytesOf(salt), bytesOf(ikm));
      const expand = () => p.hkdfExpand(hash, prk, bytesOf(info), size);
      if (result === "valid") expect(expand()).toEqual(bytesOf(okm));
      else expect(expand).toThrow();
    }
  });

  test("[CRY-7] AES-256-GCM: wycheproof/aes_gcm_test.json as published", () => {
    const tests = readWycheproof<AeadGroup, AeadTest>("aes_gcm_test.json").filter(
      ({ ivSize, keySize, tagSize }) => ivSize === 96 && keySize === 256 && tagSize === 128,
    );
    const counts = { valid: 0, invalid: 0, acceptable: 0 };
    for (const { key, iv, aad, msg, ct, tag, result, tcId } of tests) {
      const sealed = concatBytes(bytesOf(ct), bytesOf(tag));
      const opened = p.openAead(bytesOf(key), bytesOf(iv), bytesOf(aad), sealed);
      expect(opened, `${tcId}`).toEqual(result === "valid" ? bytesOf(msg) : undefined);
      if (result === "valid") {
        expect(p.sealAead(bytesOf(key), bytesOf(iv), bytesOf(aad), bytesOf(msg))).toEqual(sealed);
      }
      counts[result] += 1;
    }
    expect(counts.valid).toBeGreaterThan(30);
    expect(counts.invalid).toBeGreaterThan(10);
  });

  test("[CRY-7] AES-256-GCM: fewer octets than a tag open to nothing", () => {
    const { random } = p;
    for (const lengthBytes of [0, 1, 15]) {
      expect(p.openAead(random(32), random(12), random(0), random(lengthBytes))).toBeUndefined();
    }
  });
});
