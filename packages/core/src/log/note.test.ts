/**
 * Goal: a note reads one way only, and a key is known by name and id. Method: notes made from drawn
 * parts, then texts spoiled as a hostile writer would; C2SP's own example.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  formatNote,
  formatVkey,
  type Note,
  type NoteKeyType,
  noteBytesMax,
  noteKey,
  noteKeyTypes,
  noteSignaturesMax,
  parseNote,
  parseSignatureLines,
  parseVkey,
} from "./note.ts";

const name = fc.stringMatching(/^[a-z0-9./-]{1,30}$/);
const octets = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
const signature = fc.record({ name, keyId: octets(4, 4), signature: octets(1, 80) });
const text = fc
  .array(
    fc.string({ unit: "grapheme", maxLength: 20 }).map((line) => line.replaceAll(/\p{Cc}/gu, "")),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((lines) => lines.map((line) => `${line}\n`).join(""));
const note: fc.Arbitrary<Note> = fc.record({
  text,
  signatures: fc.array(signature, { minLength: 1, maxLength: 20 }),
});

/** A note of one line with `count` signatures. */
function noteWith(count: number): string {
  const line = { name: "a.example", keyId: new Uint8Array(4), signature: new Uint8Array(64) };
  return formatNote({ text: "x\n", signatures: Array.from({ length: count }, () => line) });
}

test.prop([note])("[LOG-6] reads the note that was written", (written) => {
  const read = parseNote(formatNote(written));
  expect(read).toEqual({ ok: true, value: written });
});

const spoils = [
  (whole: string) => whole.slice(0, -1),
  (whole: string) => whole.replaceAll(/\n{2,}/g, "\n"),
  (whole: string) => `${whole}\n`,
  (whole: string) => `\u0007${whole}`,
  (whole: string) => whole.replace("\n", "\r\n"),
  (whole: string) => `${whole}an unexpected line\n`,
  (whole: string) => whole.replaceAll("— ", "- "),
  (whole: string) => whole.replaceAll("— ", "— two words "),
  (whole: string) => whole.replaceAll("— ", "—  "),
  (whole: string) => whole.replaceAll("— ", "— plus+"),
  (whole: string) => whole.replaceAll("— ", "— thin\u2009space"),
  (whole: string) => `${whole}— a.example AAAAAA==\n`,
  (whole: string) => `${whole}— a.example AAAAAAA\n`,
  (whole: string) => `${whole}— a.example AAAAAAB=\n`,
  (whole: string) => `${whole}— a.example\n`,
  (whole: string) => `\ud800${whole}`,
];

test.prop([note, fc.constantFrom(...spoils)])(
  "[LOG-6] refuses every other text",
  (written, spoil) => {
    const read = parseNote(spoil(formatNote(written)));
    expect(read).toMatchObject({ ok: false, refusal: { code: "log.bad-note" } });
  },
);

test.prop([fc.string({ unit: "binary", maxLength: 200 })])(
  "[LOG-6] never reads what it would not write",
  (any) => {
    const read = parseNote(any);
    if (read.ok) expect(formatNote(read.value)).toBe(any);
  },
);

test("[LOG-7] takes 16 signatures of 3.3 KB and at most 64 in 64 KiB", () => {
  const big = { name: "a".repeat(200), keyId: new Uint8Array(4), signature: new Uint8Array(2_428) };
  const many = formatNote({ text: "x\n", signatures: Array.from({ length: 16 }, () => big) });
  expect(parseNote(many).ok).toBe(true);
  expect(parseNote(noteWith(noteSignaturesMax)).ok).toBe(true);
  expect(parseNote(noteWith(noteSignaturesMax + 1)).ok).toBe(false);
  const rest = noteBytesMax - noteWith(1).length - 2; // The em dash is one unit and three octets.
  expect(parseNote(`${"x".repeat(rest)}${noteWith(1)}`).ok).toBe(true);
  expect(parseNote(`${"x".repeat(rest + 1)}${noteWith(1)}`).ok).toBe(false);
});

const keyType = fc.constantFrom(...(Object.keys(noteKeyTypes) as NoteKeyType[]));
const keyBytes = { "ed25519-note": 32, "ed25519-cosignature": 32, "mldsa44-cosignature": 1312 };
const key = fc
  .tuple(name, keyType, octets(1312, 1312))
  .map(([owner, type, all]) => noteKey(p, owner, type, all.slice(0, keyBytes[type])));

test.prop([key])("[LOG-9] reads the verifier key that was written", (written) => {
  expect(parseVkey(p, formatVkey(written))).toEqual({ ok: true, value: written });
});

test.prop([key, fc.nat(), fc.integer({ min: 1, max: 90 })])(
  "[LOG-9] refuses a verifier key with one character changed",
  (written, place, shift) => {
    const whole = formatVkey(written);
    const at = place % whole.length;
    const code = ((whole.charCodeAt(at) - 33 + shift) % 94) + 33;
    const spoiled = whole.slice(0, at) + String.fromCharCode(code) + whole.slice(at + 1);
    const read = parseVkey(p, spoiled);
    expect(spoiled === whole || !read.ok).toBe(true);
  },
);

test("[LOG-9] gives one key another id for each name and type", () => {
  const publicKey = new Uint8Array(32);
  const keys = [
    noteKey(p, "a.example", "ed25519-note", publicKey),
    noteKey(p, "a.example", "ed25519-cosignature", publicKey),
    noteKey(p, "b.example", "ed25519-note", publicKey),
  ];
  expect(new Set(keys.map(({ keyId }) => keyId.join())).size).toBe(3);
});

test("reads signature lines as a mirror answers them, none of them missing its end", () => {
  const lines = noteWith(2).slice("x\n\n".length);
  expect(parseSignatureLines(lines)).toMatchObject({ ok: true, value: { length: 2 } });
  for (const spoiled of ["", "\n", lines.slice(0, -1), `\n${lines}`, `${lines}\n`]) {
    expect(parseSignatureLines(spoiled).ok).toBe(false);
  }
});
