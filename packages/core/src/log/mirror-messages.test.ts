/**
 * Goal: a mirror reads what was sent, however it is cut into chunks, and holds no more than one
 * package. Method: uploads cut at arbitrary places, cut off, and spoiled.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { concatBytes, encodeU16, encodeU64 } from "../bytes/octets.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { formatCheckpoint } from "./checkpoint.ts";
import {
  addCheckpointBytesMax,
  createUploadDecoder,
  type EntryPackage,
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  formatMirrorInfo,
  packageCount,
  packageInterval,
  parseAddCheckpoint,
  parseMirrorInfo,
  parseSizeAnswer,
  type UploadHeader,
  type UploadPart,
  uploadPackagesMax,
} from "./mirror-messages.ts";
import { formatSignatureLine } from "./note.ts";
import { treeSizeMax } from "./tree.ts";

const origin = "washington.example/moscow.example/0123456789abcdef/live/1";
const checkpoint = { origin, size: 17, root: new Uint8Array(32).fill(9) };
const line = formatSignatureLine({
  name: "x",
  keyId: new Uint8Array(4),
  signature: new Uint8Array(64),
});
const text = `${formatCheckpoint(checkpoint)}\n${line}`;
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

test.prop([fc.nat(), fc.array(hash, { maxLength: 63 })])(
  "[EXC-7] reads the add-checkpoint body that was written",
  (old, proof) => {
    const read = parseAddCheckpoint(encodeUtf8(formatAddCheckpoint({ old, proof, text })));
    expect(read).toMatchObject({ ok: true, value: { old, proof, text, parsed: { checkpoint } } });
  },
);

test("[EXC-7] refuses every other add-checkpoint body", () => {
  const good = formatAddCheckpoint({ old: 3, proof: [new Uint8Array(32)], text });
  const bodies = [
    good.replace("old 3", "old 03"),
    good.replace("old 3", "old -3"),
    good.replace("old ", "size "),
    good.replace("AAA=", "AAA"),
    good.replace("AAAA", "AA"),
    good.replace("\n\n", "\n"),
    good.replace("\n17\n", "\n017\n"),
    good.replace("\n\n", "\n\n\n"),
    good.slice(0, -1),
    `${good}x`,
    "",
    "\n\n",
    formatAddCheckpoint({ old: 3, proof: [], text: text.replace("\n\n", "\nmore\n\n") }),
    good.replace("old 3\n", `old 3\n${`${"A".repeat(43)}=\n`.repeat(63)}`),
  ].map(encodeUtf8);
  bodies.push(encodeUtf8(good).map((octet, at) => (at === 1 ? 0xff : octet)));
  bodies.push(new Uint8Array(addCheckpointBytesMax + 1).fill(0x61));
  for (const body of bodies) {
    expect(parseAddCheckpoint(body)).toMatchObject({ refusal: { code: "mirror.bad-request" } });
  }
});

interface Upload {
  readonly header: UploadHeader;
  readonly packages: readonly EntryPackage[];
}

/** A well-formed upload of a few packages, or of a prefix of them. */
const upload: fc.Arbitrary<Upload> = fc
  .record({
    start: fc.nat({ max: 600 }),
    more: fc.nat({ max: 600 }),
    kept: fc.nat({ max: 4 }),
    proof: fc.array(hash, { maxLength: 3 }),
    lengths: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 9 }),
    ticket: fc.uint8Array({ maxLength: 20 }),
  })
  .map(({ start, more, kept, proof, lengths, ticket }) => {
    const header = { origin, start, end: start + more, ticket };
    const count = Math.min(kept, packageCount(header.start, header.end));
    const packages = Array.from({ length: count }, (_, at) => {
      const interval = packageInterval(header.start, header.end, at);
      const entries = Array.from({ length: interval.end - interval.start }, (__, entry) =>
        new Uint8Array(lengths[entry % lengths.length] as number).fill(entry % 256),
      );
      return { interval, entries, proof };
    });
    return { header, packages };
  });

function encode({ header, packages }: Upload): Uint8Array {
  const parts = packages.map(({ entries, proof }) => encodePackage(entries, proof));
  return concatBytes(encodeUploadHeader(header), ...parts);
}

/** Pushes the octets in chunks of the sizes given, over and over. */
function decode(octets: Uint8Array, chunkSizes: readonly number[]) {
  const decoder = createUploadDecoder();
  const parts: UploadPart[] = [];
  let offset = 0;
  for (let at = 0; offset < octets.length; at++) {
    const size = chunkSizes[at % chunkSizes.length] as number;
    const pushed = decoder.push(octets.subarray(offset, offset + size));
    if (!pushed.ok) return { parts, code: pushed.refusal.code, decoder };
    parts.push(...pushed.value);
    offset += size;
  }
  return { parts, code: undefined, decoder };
}

const chunks = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });

test.prop([upload, chunks])("[EXC-14] reads an upload however it is cut", (sent, sizes) => {
  const { parts, decoder } = decode(encode(sent), sizes);
  const [first, ...rest] = parts;
  expect(first).toEqual({ kind: "header", header: sent.header });
  expect(rest).toEqual(sent.packages.map((each) => ({ kind: "package", package: each })));
  const wanted = packageCount(sent.header.start, sent.header.end);
  expect(decoder.isComplete()).toBe(sent.packages.length === wanted);
});

test.prop([upload, chunks, fc.nat()])(
  "[EXC-14] hands out of a body that breaks off only what is whole",
  (sent, sizes, place) => {
    const octets = encode(sent);
    const { parts } = decode(octets.subarray(0, place % octets.length), sizes);
    const whole = decode(octets, [octets.length]).parts;
    expect(whole.slice(0, parts.length)).toEqual(parts);
    expect(parts.length).toBeLessThan(whole.length);
  },
);

test.prop([fc.uint8Array({ maxLength: 900 }), chunks])(
  "[EXC-14] never fails on any octets",
  (octets, sizes) => {
    const { parts, code } = decode(octets, sizes);
    expect(code === undefined || (code === "mirror.bad-request" && parts.length === 0)).toBe(true);
  },
);

test("[EXC-14] refuses a malformed header, now and later", () => {
  const of = (name: Uint8Array, start: Uint8Array, end: Uint8Array) =>
    concatBytes(encodeU16(name.length), name, start, end, encodeU16(0));
  const name = encodeUtf8(origin);
  const headers = [
    of(name, encodeU64(2), encodeU64(1)),
    of(name, encodeU64(0), encodeU64(treeSizeMax + 1)),
    of(name, encodeU64(0), new Uint8Array(8).fill(255)),
    of(new Uint8Array(0), encodeU64(0), encodeU64(1)),
    of(new Uint8Array(256).fill(0x61), encodeU64(0), encodeU64(1)),
    of(Uint8Array.of(0xff), encodeU64(0), encodeU64(1)),
    of(encodeUtf8("two words"), encodeU64(0), encodeU64(1)),
  ];
  for (const header of headers) {
    const { code, decoder } = decode(header, [header.length]);
    expect(code).toBe("mirror.bad-request");
    expect(decoder.push(Uint8Array.of(1)).ok).toBe(false);
    expect(decoder.isComplete()).toBe(true);
  }
});

test("[EXC-14] ends at a package with more than 63 hashes, and keeps those before it", () => {
  const header = { origin, start: 0, end: 300, ticket: new Uint8Array(0) };
  const entries = Array.from({ length: 256 }, () => new Uint8Array(0));
  const rest = concatBytes(new Uint8Array(88), Uint8Array.of(64));
  const octets = concatBytes(encodeUploadHeader(header), encodePackage(entries, []), rest);
  const { parts, decoder } = decode(octets, [octets.length]);
  expect(parts.map(({ kind }) => kind)).toEqual(["header", "package"]);
  expect(decoder.push(Uint8Array.of(1)).ok).toBe(false);
});

test("[EXC-15] reads 32 packages and discards what follows", () => {
  const header = { origin, start: 0, end: treeSizeMax, ticket: new Uint8Array(0) };
  const entries = Array.from({ length: 256 }, () => new Uint8Array(0));
  const packages = Array.from({ length: uploadPackagesMax + 1 }, () => encodePackage(entries, []));
  const { parts, decoder } = decode(concatBytes(encodeUploadHeader(header), ...packages), [4_096]);
  expect(parts.length).toBe(1 + uploadPackagesMax);
  expect(decoder.isComplete()).toBe(true);
});

test.prop([fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 })])(
  "[EXC-13] cuts the entries at multiples of 256",
  (start, more) => {
    const end = start + more;
    let next = start;
    for (let at = 0; at < packageCount(start, end); at++) {
      const interval = packageInterval(start, end, at);
      expect(interval.start).toBe(next);
      expect(interval.subtreeStart).toBe(next - (next % 256));
      expect(interval.end === end || interval.end % 256 === 0).toBe(true);
      expect(interval.end).toBeGreaterThan(next);
      next = interval.end;
    }
    expect(next).toBe(end);
  },
);

test.prop([fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 40 })])(
  "[EXC-21] reads the mirror's state that was written",
  (size, nextEntry, ticket) => {
    const info = { size, nextEntry, ticket };
    expect(parseMirrorInfo(formatMirrorInfo(info))).toEqual({ ok: true, value: info });
  },
);

test("[EXC-21] refuses every other answer", () => {
  for (const answer of [
    "",
    "1\n2\n",
    "1\n2\n\n\n",
    "1\n2\n",
    "01\n2\n\n",
    "1\nx\n\n",
    "1\n2\n!\n",
    "1\n2\nAA\n",
  ]) {
    expect(parseMirrorInfo(answer), answer).toMatchObject({
      refusal: { code: "mirror.bad-answer" },
    });
  }
  expect(parseMirrorInfo("1\n2\n\n").ok).toBe(true);
  expect(parseSizeAnswer("17\n")).toEqual({ ok: true, value: 17 });
  for (const answer of ["17", "017\n", "\n", "17\n\n", "x\n"]) {
    expect(parseSizeAnswer(answer), answer).toMatchObject({
      refusal: { code: "mirror.bad-answer" },
    });
  }
});
