/**
 * Goal: an attachment comes back whole or with the reason why not, however its octets were cut into
 * pieces. Method: arbitrary lengths around the chunk size and arbitrary pieces; then sealed octets
 * cut short, prolonged, changed and named wrongly.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/octets.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import {
  type AttachmentName,
  createAttachmentOpener,
  createAttachmentSealer,
} from "./attachment.ts";

const chunk = 16_384;
const bytesMax = 1_000_000;

function seal(plaintext: Uint8Array, pieceBytes: number) {
  const sealer = createAttachmentSealer(p);
  const parts = pieces(plaintext, pieceBytes).map((piece) => sealer.push(piece));
  const { sealed, name } = sealer.end();
  return { sealed: concatBytes(...parts, sealed), name };
}

function open(sealed: Uint8Array, name: AttachmentName, pieceBytes: number) {
  const opener = createAttachmentOpener(p, name, bytesMax);
  if (!opener.ok) return opener.refusal.code;
  const parts: Uint8Array[] = [];
  for (const piece of pieces(sealed, pieceBytes)) {
    const plaintext = opener.value.push(piece);
    if (!plaintext.ok) return plaintext.refusal.code;
    parts.push(plaintext.value);
  }
  const last = opener.value.end();
  return last.ok ? concatBytes(...parts, last.value) : last.refusal.code;
}

function pieces(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, i) =>
    bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
}

const length = fc.oneof(
  fc.nat(100),
  fc.constantFrom(chunk - 1, chunk, chunk + 1, 3 * chunk),
  fc.nat(4 * chunk),
);
const pieceBytes = fc.oneof(
  fc.integer({ min: 57, max: 5000 }),
  fc.constantFrom(chunk, chunk + 16, bytesMax),
);

test.prop([length, pieceBytes, pieceBytes], { numRuns: 50 })(
  "[ENT-22] an attachment comes back whole, in whatever pieces it came",
  (lengthBytes, sealedPieces, openedPieces) => {
    const plaintext = new Uint8Array(lengthBytes).fill(7);
    const { sealed, name } = seal(plaintext, sealedPieces);
    expect(name.bytes).toBe(sealed.length);
    expect(open(sealed, name, openedPieces)).toEqual(plaintext);
  },
);

const { sealed, name } = seal(new Uint8Array(2 * chunk + 100).fill(7), bytesMax);

test.prop([fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 })])(
  "[ENT-23] an attachment with any octet changed is refused",
  (index, flip) => {
    const spoiled = sealed.with(index, (sealed[index] ?? 0) ^ flip);
    expect(open(spoiled, name, 5000)).toMatch(/^attachment\.(unreadable|wrong-digest)$/);
  },
);

test.prop([fc.nat(sealed.length - 1)])("[ENT-25] an attachment cut short is refused", (cut) => {
  expect(open(sealed.subarray(0, cut), name, 5000)).toBe("attachment.truncated");
});

const longer = concatBytes(sealed, Uint8Array.of(0));
test.each<[string, string, Uint8Array, Partial<AttachmentName>]>([
  ["[ENT-24] larger than the message says", "attachment.too-large", longer, {}],
  [
    "[ENT-24] larger than the agreement allows",
    "attachment.too-large",
    sealed,
    { bytes: bytesMax + 1 },
  ],
  ["[ENT-22] with another name", "attachment.wrong-digest", sealed, { digest: name.key }],
  ["[ENT-23] with another key", "attachment.unreadable", sealed, { key: name.digest }],
  ["[ENT-23] with a short key", "attachment.unreadable", sealed, { key: "AAAA" }],
])("refuses an attachment %s", (_, code, bytes, change) => {
  expect(open(bytes, { ...name, ...change }, 5000)).toBe(code);
});

test("[ENT-23] an attachment whose author left out the last chunk is refused though its name is right", () => {
  const bytes = sealed.subarray(0, 56 + 2 * (chunk + 16));
  const digest = toBase64Url(p.sha256(bytes));
  expect(open(bytes, { ...name, bytes: bytes.length, digest }, 5000)).toBe("attachment.unreadable");
});

test("[ENT-26] two attachments of one content have neither name nor key in common", () => {
  const again = seal(new Uint8Array(2 * chunk + 100).fill(7), bytesMax).name;
  expect(again.digest).not.toBe(name.digest);
  expect(again.key).not.toBe(name.key);
});
