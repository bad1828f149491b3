/** Goal: the example of spec/00-overview.md is true. Method: it is made again, and looked for there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJws, signJws, verifyJws } from "@parley/core/crypto/jws";
import { keyId } from "@parley/core/crypto/key-id";
import { suites } from "@parley/core/crypto/suites";
import { expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";

const text = readFileSync(join(import.meta.dirname, "../../spec/00-overview.md"), "utf8");
const typ = "parley-notice+jws";

test.each(bothPrimitives)("[CRY-1] $name makes the example under pq1", async ({ p }) => {
  const signers = suites.pq1.signatures.map((algorithm, index) => {
    const signer = p.signer(algorithm, new Uint8Array(32).fill(index + 1));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
  const jws = await signJws('{"iss":"washington.example","n":1}', typ, signers);
  const upToSecondSignature = jws.slice(0, jws.lastIndexOf('"signature"'));
  expect(upToSecondSignature.length).toBeGreaterThan(400);
  expect(text.replaceAll(/\n */g, "")).toContain(upToSecondSignature);

  const parsed = parseJws(jws, 10_000);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  expect(text).toContain(JSON.stringify(parsed.value.signatures[0]?.header));
  const keys = signers.map(({ kid, signer }) => ({ ...signer, kid }));
  expect(await verifyJws(p, parsed.value, { typ, keys })).toEqual({ ok: true, value: true });
});
