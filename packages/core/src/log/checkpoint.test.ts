/**
 * Goal: a checkpoint stands for one tree of one log, by both of its keys. Method: every way in which
 * one of the two signatures can be missing, doubled, foreign or bad; both implementations agree.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  type Checkpoint,
  formatCheckpoint,
  type LogSigners,
  parseCheckpoint,
  signCheckpoint,
  signedMessage,
  signLine,
  verifyCheckpoint,
} from "./checkpoint.ts";
import { formatSignatureLine, parseSignatureLines } from "./note.ts";
import { treeSizeMax } from "./tree.ts";

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
const time = 1_481_299_200;
const signers = signersOf(1);
const text = await signCheckpoint(p, { checkpoint, time }, signers);
const log = { origin, logKeys: keysOf(signers) };
const body = formatCheckpoint(checkpoint);
const [plainLine = "", timedLine = ""] = text.slice(body.length + 1).split(/(?<=\n)/);

async function verdictOf(note: string, of = log): Promise<string> {
  const verdicts = await Promise.all([p, noble].map((each) => verifyCheckpoint(each, note, of)));
  const names = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(names[0]).toBe(names[1]);
  return names[0] as string;
}

test("[LOG-12] is good if both signatures are", async () => {
  const verdict = await verifyCheckpoint(p, text, log);
  expect(verdict).toEqual({ ok: true, value: { checkpoint, text, time } });
  expect(await verdictOf(text)).toBe("good");
});

describe("[LOG-12] refuses a checkpoint", () => {
  const foreign = signersOf(3);
  const cases: Record<string, [() => Promise<string> | string, string]> = {
    "with the Ed25519 line alone": [() => `${body}\n${plainLine}`, "log.wrong-signers"],
    "with the ML-DSA-44 line alone": [() => `${body}\n${timedLine}`, "log.wrong-signers"],
    "with a line twice": [
      () => `${body}\n${plainLine}${plainLine}${timedLine}`,
      "log.wrong-signers",
    ],
    "signed by another log's keys": [
      () => signCheckpoint(p, { checkpoint, time }, foreign),
      "log.wrong-signers",
    ],
    "whose size was changed": [() => text.replace("\n17\n", "\n18\n"), "log.bad-signature"],
    "whose root was changed": [() => text.replace("\nCQkJ", "\nCQkK"), "log.bad-signature"],
    "of another log": [() => text.replaceAll("/live/1", "/live/2"), "log.unknown-origin"],
    "with an extension line": [() => text.replace("\n\n", "\nmore\n\n"), "log.bad-checkpoint"],
    "that is no note": [() => body, "log.bad-note"],
  };
  for (const [name, [make, code]] of Object.entries(cases)) {
    test(name, async () => {
      expect(await verdictOf(await make())).toBe(code);
    });
  }

  test("with one of the signatures spoiled", async () => {
    for (const [kept, spoiled] of [
      [plainLine, timedLine],
      [timedLine, plainLine],
    ] as const) {
      const read = parseSignatureLines(spoiled);
      if (!read.ok) expect.fail("a line");
      const [line] = read.value;
      if (line === undefined) expect.fail("a line");
      const signature = Uint8Array.from(line.signature, (octet, at) =>
        at === 20 ? octet ^ 1 : octet,
      );
      const note = `${body}\n${kept}${formatSignatureLine({ ...line, signature })}`;
      expect(await verdictOf(note)).toBe("log.bad-signature");
    }
  });
});

test("[LOG-8] ignores lines of keys it does not know, even under the log's name", async () => {
  const other = await signLine(
    p,
    { checkpoint, time, name: origin },
    "ed25519-note",
    signersOf(5).ed25519,
  );
  const witness = await signLine(
    p,
    { checkpoint, time, name: "witness.example/w1" },
    "ed25519-cosignature",
    signersOf(7).ed25519,
  );
  expect(await verdictOf(`${body}\n${other}${plainLine}${witness}${timedLine}`)).toBe("good");
});

test("[LOG-13] wants a time from 1 in the ML-DSA-44 line", async () => {
  const read = parseSignatureLines(timedLine);
  if (!read.ok) expect.fail("a line");
  const [line] = read.value;
  if (line === undefined) expect.fail("a line");
  for (const stated of [new Uint8Array(8), new Uint8Array(8).fill(255)]) {
    const signature = Uint8Array.from([...stated, ...line.signature.subarray(8)]);
    const note = `${body}\n${plainLine}${formatSignatureLine({ ...line, signature })}`;
    expect(await verdictOf(note)).toBe("log.bad-signature");
  }
  await expect(signCheckpoint(p, { checkpoint, time: 0 }, signers)).rejects.toThrow("at a time");
});

test("[LOG-13] signs the octets of the specification", () => {
  const short = { origin: "o", size: 2, root: new Uint8Array(32).fill(0xaa) };
  const message = toHex(signedMessage("mldsa44-cosignature", "n", short, 3));
  const label = toHex(encodeUtf8("subtree/v1\n\0"));
  const u64 = (value: number) => value.toString(16).padStart(16, "0");
  expect(message).toBe(`${label}016e${u64(3)}016f${u64(0)}${u64(2)}${"aa".repeat(32)}`);
});

const anyCheckpoint = fc.record({
  origin: fc.stringMatching(/^[a-z0-9./-]{1,255}$/),
  size: fc.oneof(fc.nat({ max: 1_000 }), fc.integer({ min: 0, max: treeSizeMax })),
  root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

test.prop([anyCheckpoint])("[LOG-11] reads the body that was written", (written) => {
  expect(parseCheckpoint(formatCheckpoint(written))).toEqual({ ok: true, value: written });
});

test("[LOG-11] refuses every other body", () => {
  const root = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
  const bodies = [
    `${origin}\n17\n${root}`,
    `${origin}\n17\n${root}\nmore\n`,
    `${origin}\n17\n${root}\n\n`,
    `\n17\n${root}\n`,
    `two words\n17\n${root}\n`,
    `${"a".repeat(256)}\n17\n${root}\n`,
    `${origin}\n017\n${root}\n`,
    `${origin}\n-1\n${root}\n`,
    `${origin}\n+1\n${root}\n`,
    `${origin}\n1e3\n${root}\n`,
    `${origin}\n\n${root}\n`,
    `${origin}\n1099511627777\n${root}\n`,
    `${origin}\n99999999999999999999\n${root}\n`,
    `${origin}\n17\n${root.slice(0, -4)}\n`,
    `${origin}\n17\n${root.replace("k=", "l=")}\n`,
    `${origin}\n17\n${root.slice(0, -1)}\n`,
    `${origin}\n17\n`,
    "",
  ];
  for (const spoiled of bodies) {
    expect(parseCheckpoint(spoiled), spoiled).toMatchObject({
      refusal: { code: "log.bad-checkpoint" },
    });
  }
  expect(parseCheckpoint(`${origin}\n1099511627776\n${root}\n`).ok).toBe(true);
});

test.prop([
  fc.array(fc.constantFrom("\n", "0", "17", "a", "CQkJ", " ", "=", root32()), { maxLength: 9 }),
])("[LOG-11] never reads a body it would not write", (parts) => {
  const read = parseCheckpoint(parts.join(""));
  if (read.ok) expect(formatCheckpoint(read.value)).toBe(parts.join(""));
});

function root32(): string {
  return "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
}

test("[LOG-10] signs under the origin as name, with both types", () => {
  const read = parseSignatureLines(plainLine + timedLine);
  expect(read.ok && read.value.map(({ name, signature }) => [name, signature.length])).toEqual([
    [origin, 64],
    [origin, 8 + 2420],
  ]);
});
