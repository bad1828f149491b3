/**
 * Goal: a proof file proves one entry of one log, and the receipt if one is asked for. Method: a log
 * of a few entries with both kinds of signature, then everything in the file spoiled in turn.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { type LogSigners, signCheckpoint } from "../log/checkpoint.ts";
import { cosign, mirrorName } from "../log/cosignature.ts";
import { proveInclusion } from "../log/proofs.ts";
import { appendLeaves, emptyRange, leafHash, rootOf } from "../log/tree.ts";
import {
  formatTlogProof,
  parseTlogProof,
  proofExtraBytesMax,
  type TlogProof,
  verifyTlogProof,
} from "./tlog-proof.ts";

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
const leaves = Array.from({ length: 13 }, (_, at) => leafHash(p, encodeUtf8(`entry ${at}`)));
const grown = appendLeaves(p, emptyRange, leaves);
const stored = new Map(grown.nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
const checkpoint = { origin, size: leaves.length, root: rootOf(p, grown.range) };
const signed = await signCheckpoint(p, { checkpoint, time: 100 }, signersOf(1));
const name = mirrorName("moscow.example");
const receipt = await cosign(p, checkpoint, { name, signers: signersOf(3), time: 105 });
const index = 6;
const proof: TlogProof = {
  index,
  hashes: await proveInclusion(
    p,
    async (ids) => ids.map((id) => stored.get(`${id.level}/${id.index}`) as Uint8Array),
    index,
    leaves.length,
  ),
  checkpoint: signed + receipt.lines,
};
const leaf = leaves[index] as Uint8Array;
const expected = {
  origin,
  logKeys: keysOf(signersOf(1)),
  mirror: { name, keys: keysOf(signersOf(3)) },
};

async function verdictOf(of: TlogProof, hash = leaf, by = expected): Promise<string> {
  const verdicts = await Promise.all([p, noble].map((each) => verifyTlogProof(each, of, hash, by)));
  const names = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(names[0]).toBe(names[1]);
  return names[0] as string;
}

test("[LOG-28] proves the entry and its receipt", async () => {
  const verdict = await verifyTlogProof(p, proof, leaf, expected);
  expect(verdict).toMatchObject({
    ok: true,
    value: { signed: { checkpoint, time: 100 }, receipt },
  });
});

test("[LOG-28] proves the entry alone if no receipt is asked for, and says nothing of one", async () => {
  const bare = { ...proof, checkpoint: signed };
  const { mirror, ...logOnly } = expected;
  const verdict = await verifyTlogProof(p, bare, leaf, logOnly);
  expect(verdict.ok && "receipt" in verdict.value).toBe(false);
  expect(verdict.ok).toBe(true);
  expect(await verdictOf(bare, leaf, { ...logOnly, mirror })).toBe("log.wrong-signers");
});

test("[LOG-28] refuses another entry, place, log and key", async () => {
  expect(await verdictOf(proof, leaves[7])).toBe("log.bad-proof");
  expect(await verdictOf({ ...proof, index: 7 })).toBe("log.bad-proof");
  expect(await verdictOf({ ...proof, hashes: proof.hashes.slice(1) })).toBe("log.bad-proof");
  const renamed = { ...expected, origin: origin.replace("/1", "/2") };
  expect(await verdictOf(proof, leaf, renamed)).toBe("log.unknown-origin");
  const foreign = { ...expected, logKeys: keysOf(signersOf(5)) };
  expect(await verdictOf(proof, leaf, foreign)).toBe("log.wrong-signers");
  const changed = { ...proof, checkpoint: proof.checkpoint.replace("\n13\n", "\n14\n") };
  expect(await verdictOf(changed)).toBe("log.bad-signature");
  expect(await verdictOf({ ...proof, checkpoint: "" })).toBe("log.bad-note");
});

const anyProof: fc.Arbitrary<TlogProof> = fc
  .record({
    index: fc.nat(),
    hashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
    checkpoint: fc.string({ maxLength: 60 }),
    extra: fc.option(fc.uint8Array({ maxLength: 90 }), { nil: undefined }),
  })
  .map(({ extra, ...rest }) => (extra === undefined ? rest : { ...rest, extra }));

test.prop([anyProof])("[LOG-27] reads the file that was written", (written) => {
  expect(parseTlogProof(formatTlogProof(written))).toEqual({ ok: true, value: written });
});

const rows = formatTlogProof({ ...proof, extra: encodeUtf8("x"), checkpoint: "" }).split(/(?<=\n)/);

test.prop([fc.array(fc.constantFrom(...rows, "\n", "index 06\n", "extra !\n"), { maxLength: 9 })])(
  "[LOG-27] never reads a file it would not write",
  (parts) => {
    const text = rows[0] + parts.join("");
    const read = parseTlogProof(text);
    if (read.ok) expect(formatTlogProof(read.value)).toBe(text);
  },
);

test("[LOG-27] refuses more than 63 hashes and more than 64 KiB of extra", () => {
  const hashes = Array.from({ length: 64 }, () => leaf);
  const code = "record.bad-proof-file";
  expect(parseTlogProof(formatTlogProof({ ...proof, hashes }))).toMatchObject({
    refusal: { code },
  });
  expect(parseTlogProof(formatTlogProof({ ...proof, hashes: hashes.slice(1) })).ok).toBe(true);
  const extra = new Uint8Array(proofExtraBytesMax);
  expect(parseTlogProof(formatTlogProof({ ...proof, extra })).ok).toBe(true);
  const more = new Uint8Array(proofExtraBytesMax + 1);
  expect(parseTlogProof(formatTlogProof({ ...proof, extra: more })).ok).toBe(false);
});
