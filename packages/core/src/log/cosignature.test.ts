/**
 * Goal: a cosignature is the mirror's word about one checkpoint at one time. Method: every pair of
 * lines that is not that.
 */
import { test } from "@fast-check/vitest";
import { expect } from "vitest";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { type Checkpoint, type LogSigners, signLine } from "./checkpoint.ts";
import { checkMirrorKeys, cosign, mirrorName, verifyCosignature } from "./cosignature.ts";

const noble = noblePrimitives((length) => new Uint8Array(length));
const signersOf = (seed: number): LogSigners => ({
  ed25519: p.signer("Ed25519", new Uint8Array(32).fill(seed)),
  mlDsa44: p.signer("ML-DSA-44", new Uint8Array(32).fill(seed + 1)),
});
const keysOf = ({ ed25519, mlDsa44 }: LogSigners) => ({
  ed25519: ed25519.publicKey,
  mlDsa44: mlDsa44.publicKey,
});

const origin = "washington.example/moscow.example/0123456789abcdef/live/1";
const checkpoint: Checkpoint = { origin, size: 17, root: new Uint8Array(32).fill(9) };
const name = mirrorName("moscow.example");
const time = 1_481_299_205;
const signers = signersOf(11);
const mirror = { name, keys: keysOf(signers) };
const cosignature = await cosign(p, checkpoint, { name, signers, time });
const [classical = "", postQuantum = ""] = cosignature.lines.split(/(?<=\n)/);

async function verdictOf(lines: string, of = checkpoint, by = mirror): Promise<string> {
  const verdicts = await Promise.all(
    [p, noble].map((each) => verifyCosignature(each, of, lines, by)),
  );
  const names = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(names[0]).toBe(names[1]);
  return names[0] as string;
}

test("[LOG-14] is good for the checkpoint, the name and the keys it was made for", async () => {
  expect(await verifyCosignature(p, checkpoint, cosignature.lines, mirror)).toEqual({
    ok: true,
    value: cosignature,
  });
  expect(await verdictOf(cosignature.lines, { ...checkpoint, size: 18 })).toBe("log.bad-signature");
  const root = new Uint8Array(32).fill(8);
  expect(await verdictOf(cosignature.lines, { ...checkpoint, root })).toBe("log.bad-signature");
  const renamed = { ...mirror, name: mirrorName("paris.example") };
  expect(await verdictOf(cosignature.lines, checkpoint, renamed)).toBe("log.wrong-signers");
  const foreign = { name, keys: keysOf(signersOf(21)) };
  expect(await verdictOf(cosignature.lines, checkpoint, foreign)).toBe("log.wrong-signers");
});

test("[LOG-14] wants both lines, each once", async () => {
  expect(await verdictOf(classical)).toBe("log.wrong-signers");
  expect(await verdictOf(postQuantum)).toBe("log.wrong-signers");
  expect(await verdictOf(classical + cosignature.lines)).toBe("log.wrong-signers");
  expect(await verdictOf(cosignature.lines.slice(0, -1))).toBe("log.bad-note");
});

test("[LOG-14] ignores and drops lines of unknown keys", async () => {
  const other = await cosign(p, checkpoint, {
    name: "witness.example",
    signers: signersOf(31),
    time,
  });
  const verdict = await verifyCosignature(
    p,
    checkpoint,
    other.lines + postQuantum + classical,
    mirror,
  );
  expect(verdict).toEqual({ ok: true, value: cosignature });
});

test("[LOG-15] refuses two lines of two times, though each verifies", async () => {
  const later = { checkpoint, name, time: time + 1 };
  const line = await signLine(p, later, "mldsa44-cosignature", signers.mlDsa44);
  expect(await verdictOf(classical + line)).toBe("log.two-times");
});

test("[LOG-16] refuses a mirror that shares a key with the logs of its party", () => {
  const logKeys = keysOf(signersOf(1));
  expect(checkMirrorKeys(logKeys, mirror.keys).ok).toBe(true);
  for (const shared of [{ ed25519: logKeys.ed25519 }, { mlDsa44: logKeys.mlDsa44 }]) {
    const verdict = checkMirrorKeys(logKeys, { ...mirror.keys, ...shared });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: "log.shared-key" } });
  }
});
