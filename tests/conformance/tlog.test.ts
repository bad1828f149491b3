/**
 * Goal: notes, checkpoints, cosignatures, tiles and proofs of other implementations read as they were
 * meant, and what those refuse is refused. Method: vectors of golang.org/x/mod, transparency-dev
 * (formats, tessera) and sunlight. Where our profile is narrower, the test says so.
 */
import { readFileSync } from "node:fs";
import { fromBase64 } from "@parley/core/bytes/base64";
import { toHex } from "@parley/core/bytes/hex";
import { decodeU64 } from "@parley/core/bytes/octets";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import { noblePrimitives } from "@parley/core/crypto/crypto-noble";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import {
  parseCheckpoint,
  parseSignedCheckpoint,
  signedMessage,
  verifyLine,
} from "@parley/core/log/checkpoint";
import { formatNote, formatVkey, type NoteKey, parseNote, parseVkey } from "@parley/core/log/note";
import {
  proveConsistency,
  proveInclusion,
  verifyConsistency,
  verifyInclusion,
} from "@parley/core/log/proofs";
import { decodeBundle, parseTilePath, readNodesOfTiles, tilePath } from "@parley/core/log/tiles";
import { leafHash, readRange, rootOf, rootOfLeaves } from "@parley/core/log/tree";
import { formatTlogProof, parseTlogProof } from "@parley/core/record/tlog-proof";
import { describe, expect, test } from "vitest";

const folder = new URL("../vectors/", import.meta.url);
const readOctets = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, folder)));
const readText = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const readJson = <T>(path: string): T => JSON.parse(readText(path)) as T;
const both = [p, noblePrimitives((length) => new Uint8Array(length))];

function keyOf(vkey: string): NoteKey {
  const key = parseVkey(p, vkey);
  if (!key.ok) expect.fail(`${key.refusal.code}: ${key.refusal.detail}`);
  return key.value;
}

/** Verifies the line of a key on a checkpoint with both implementations, and returns its time. */
async function timeOf(text: string, key: NoteKey): Promise<number | string> {
  const parsed = parseSignedCheckpoint(text);
  if (!parsed.ok) return parsed.refusal.code;
  const { checkpoint, note } = parsed.value;
  const verdicts = await Promise.all(
    both.map((each) => verifyLine(each, checkpoint, note.signatures, key)),
  );
  const outcomes = verdicts.map((it) => (it.ok ? it.value.time : it.refusal.code));
  expect(outcomes[0]).toBe(outcomes[1]);
  return outcomes[0] as number | string;
}

describe("signed-note/golang-note.json", () => {
  const vectors = readJson<{
    readonly vkey: string;
    readonly signed: string;
    readonly signed_twice: string;
    readonly second_signer: { readonly vkey: string };
    readonly bad_vkeys: readonly { readonly vkey?: string; readonly why?: string }[];
    readonly tree_note: { readonly text: string; readonly bad: readonly string[] };
    readonly malformed_hex: readonly { readonly why: string; readonly hex: string }[];
  }>("signed-note/golang-note.json");

  test("both signers' keys and signatures", async () => {
    const keys = [keyOf(vectors.vkey), keyOf(vectors.second_signer.vkey)];
    expect(keys.map(formatVkey)).toEqual([vectors.vkey, vectors.second_signer.vkey]);
    for (const signed of [vectors.signed, vectors.signed_twice]) {
      const note = parseNote(signed);
      if (!note.ok) expect.fail(note.refusal.detail);
      expect(formatNote(note.value)).toBe(signed);
      for (const [at, line] of note.value.signatures.entries()) {
        const key = keys[at] as NoteKey;
        expect([line.name, toHex(line.keyId)]).toEqual([key.name, toHex(key.keyId)]);
        const message = encodeUtf8(note.value.text);
        for (const each of both) {
          expect(await each.verify("Ed25519", key.publicKey, message, line.signature)).toBe(true);
        }
      }
    }
  });

  test("bad keys, every proper part of a good one, and every octet of it raised", () => {
    for (const { vkey, why } of vectors.bad_vkeys) {
      if (vkey !== undefined) expect(parseVkey(p, vkey).ok, why).toBe(false);
    }
    const { vkey } = vectors;
    for (let from = 0; from < vkey.length; from++) {
      for (let to = from; to <= vkey.length; to++) {
        if (to - from < vkey.length) expect(parseVkey(p, vkey.slice(from, to)).ok).toBe(false);
      }
      const raised = String.fromCharCode(vkey.charCodeAt(from) + 1);
      expect(parseVkey(p, vkey.slice(0, from) + raised + vkey.slice(from + 1)).ok).toBe(false);
    }
  });

  test.for(vectors.malformed_hex)("malformed: $why", ({ hex }) => {
    const text = decodeUtf8(Buffer.from(hex, "hex"));
    expect(text === undefined || !parseNote(text).ok).toBe(true);
  });

  test("tree notes; ours has no spaces in its origin, for it is the name of its keys", () => {
    const { text, bad } = vectors.tree_note;
    expect(parseCheckpoint(text).ok).toBe(false);
    const narrowed = (whole: string) =>
      whole.replace("go.sum database tree", "go.sum-database-tree");
    const good = parseCheckpoint(narrowed(text));
    const root = leafHash(p, encodeUtf8("hello world"));
    expect(good).toMatchObject({ ok: true, value: { size: 123_456_789_012, root } });
    for (const each of bad) {
      const read = parseCheckpoint(narrowed(each));
      expect(!read.ok || read.value.origin !== "go.sum-database-tree", each).toBe(true);
    }
  });
});

describe("tlog/formats-vkeys.json", () => {
  const vectors = readJson<{
    readonly vkeys: readonly {
      readonly name: string;
      readonly vkey: string;
      readonly ok: boolean;
      readonly c2sp_key_id?: string;
    }[];
    readonly cosignature_v1_timestamp: { readonly sig: string; readonly time: number };
  }>("tlog/formats-vkeys.json");

  test.for(vectors.vkeys)("$name", ({ vkey, ok, c2sp_key_id }) => {
    // The printed key id of one key is not the one of C2SP: refused as it is, read with the right one.
    expect(parseVkey(p, vkey).ok).toBe(ok && c2sp_key_id === undefined);
    if (c2sp_key_id === undefined) return;
    expect(parseVkey(p, vkey.replace(/\+[0-9a-f]{8}\+/, `+${c2sp_key_id}+`)).ok).toBe(true);
  });

  test("timestamp of a cosignature", () => {
    const { sig, time } = vectors.cosignature_v1_timestamp;
    expect(decodeU64(fromBase64(sig) as Uint8Array, 4) ?? sig).toBe(time);
  });
});

describe("tlog/tessera-log", () => {
  const key = keyOf(
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
  );
  const sizes = Array.from({ length: 16 }, (_, size) => size);
  const signed = sizes.map((size) => readText(`tlog/tessera-log/checkpoint.${size}`));
  const checkpoints = signed.map((text) => {
    const parsed = parseSignedCheckpoint(text);
    if (!parsed.ok) expect.fail(parsed.refusal.detail);
    return parsed.value.checkpoint;
  });
  const read = (size: number) =>
    readNodesOfTiles(p, async (id) => readOctets(`tlog/tessera-log/${tilePath(id)}`), size);

  test("the signature of every checkpoint, which states no time", async () => {
    for (const text of signed) expect(await timeOf(text, key)).toBe(0);
    const spoiled = (signed[15] as string).replace("\n15\n", "\n14\n");
    expect(await timeOf(spoiled, key)).toBe("log.bad-signature");
  });

  test("the root of every size from its partial tile, and entries that hash to the leaves", async () => {
    for (const size of sizes.slice(1)) {
      const range = await readRange(read(size), size);
      expect(toHex(rootOf(p, range))).toBe(toHex(checkpoints[size]?.root as Uint8Array));
      const path = tilePath({ kind: "entries", index: 0, width: size });
      const entries = decodeBundle(readOctets(`tlog/tessera-log/${path}`), size);
      if (!entries.ok) expect.fail(entries.refusal.detail);
      const root = rootOfLeaves(
        p,
        entries.value.map((entry) => leafHash(p, entry)),
      );
      expect(root).toEqual(rootOf(p, range));
    }
  });

  test("consistency of every two sizes and inclusion of every entry", async () => {
    for (const size2 of sizes.slice(1)) {
      const root2 = checkpoints[size2]?.root as Uint8Array;
      for (const size1 of sizes.slice(0, size2 + 1)) {
        const root1 = checkpoints[size1]?.root as Uint8Array;
        const proof = await proveConsistency(p, read(size2), size1, size2);
        expect(verifyConsistency(p, { size1, root1, size2, root2, proof }).ok).toBe(true);
        if (size1 === size2) continue;
        const path = await proveInclusion(p, read(size2), size1, size2);
        const [hash] = await read(size2)([{ level: 0, index: size1 }]);
        const claim = { leafHash: hash as Uint8Array, index: size1, size: size2, root: root2 };
        expect(verifyInclusion(p, { ...claim, proof: path }).ok).toBe(true);
      }
    }
  });
});

describe("tlog/sunlight-skylight", () => {
  const log = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706";
  const mirror = `tlog/sunlight-skylight/witness/mirror/${log}`;
  const keyIn = (path: string) =>
    keyOf(
      (readJson(`tlog/sunlight-skylight/${path}`) as { verifier_keys: [string] }).verifier_keys[0],
    );

  test("three Ed25519 cosignatures and their times", async () => {
    const key = keyIn("witness/mirror/mirror.v0.json");
    expect(await timeOf(readText(`${mirror}/checkpoint`), key)).toBe(1_767_139_200);
    const witness = keyIn("witness/witness.v0.json");
    expect(
      await timeOf(readText(`tlog/sunlight-skylight/witness/${log}/checkpoint`), witness),
    ).toBe(1_767_139_200);
    const other = "88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482";
    const second = keyIn("witness2/witness.v0.json");
    const text = readText(`tlog/sunlight-skylight/witness2/${other}/checkpoint`);
    expect(await timeOf(text, second)).toBe(1_767_139_200);
    expect(await timeOf(text, witness)).toBe("log.wrong-signers");
  });

  test("a signature of a type that is not used here is passed over", () => {
    const parsed = parseSignedCheckpoint(readText("tlog/sunlight-skylight/tree/checkpoint"));
    expect(parsed).toMatchObject({ ok: true, value: { checkpoint: { size: 300 } } });
  });

  test("the mirror's root of 300 leaves from its tiles, and its leaves", async () => {
    const parsed = parseSignedCheckpoint(readText(`${mirror}/checkpoint`));
    if (!parsed.ok) expect.fail(parsed.refusal.detail);
    const { size, root } = parsed.value.checkpoint;
    const read = readNodesOfTiles(p, async (id) => readOctets(`${mirror}/${tilePath(id)}`), size);
    expect(rootOf(p, await readRange(read, size))).toEqual(root);
    const [leaf] = await read([{ level: 0, index: 299 }]);
    expect(leaf).toEqual(leafHash(p, encodeUtf8("record 299")));
  });

  test("decoys are no notes", () => {
    for (const path of ["witness/checkpoint", "witness/mirror/checkpoint"]) {
      expect(parseNote(readText(`tlog/sunlight-skylight/${path}`)).ok).toBe(false);
    }
  });
});

test("tlog/sunlight-navigli-tile0: a partial tile is as wide as its path says", () => {
  const path = parseTilePath("tile/0/003.p/10");
  const octets = readOctets("tlog/sunlight-navigli-tile0/003.p-10");
  expect(path.ok && path.value.width * 32).toBe(octets.length);
});

describe("tlog/selfmade-mldsa44-cosignature.json", () => {
  const vectors = readJson<{
    readonly vkey: string;
    readonly checkpoint: {
      readonly timestamp: number;
      readonly cosigned_message_hex: string;
      readonly note: string;
    };
  }>("tlog/selfmade-mldsa44-cosignature.json");

  test("the cosignature of a checkpoint, and the message it covers", async () => {
    const key = keyOf(vectors.vkey);
    const { note, timestamp, cosigned_message_hex } = vectors.checkpoint;
    expect(await timeOf(note, key)).toBe(timestamp);
    const parsed = parseSignedCheckpoint(note);
    if (!parsed.ok) expect.fail(parsed.refusal.detail);
    const message = signedMessage(key.type, key.name, parsed.value.checkpoint, timestamp);
    expect(toHex(message)).toBe(cosigned_message_hex);
  });
});

describe("tlog/tlog-proof.json", () => {
  const vectors = readJson<{
    readonly good: readonly {
      readonly name: string;
      readonly text: string;
      readonly index: number;
    }[];
    readonly bad: readonly { readonly why: string; readonly text: string }[];
  }>("tlog/tlog-proof.json");

  test.for(vectors.good)("$name", ({ text, index }) => {
    const proof = parseTlogProof(text);
    if (!proof.ok) expect.fail(proof.refusal.detail);
    expect(proof.value.index).toBe(index);
    expect(formatTlogProof(proof.value)).toBe(text);
  });

  test.for(vectors.bad)("$why", ({ text }) => {
    expect(parseTlogProof(text).ok).toBe(false);
  });
});
