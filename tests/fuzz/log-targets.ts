/**
 * Parsers of logs: notes, checkpoints, receipts, proofs, tiles, uploads; and of names and numbers.
 *
 * @module
 */
import { isWitnessPolicy } from "@parley/core/agreement/witness-policy";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { fromHex, toHex } from "@parley/core/bytes/hex";
import { concatBytes, decodeU16, decodeU64 } from "@parley/core/bytes/octets";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import type { Primitives } from "@parley/core/crypto/primitives";
import { parseObserved } from "@parley/core/item/observed-time";
import { readSourceRow } from "@parley/core/item/source-row";
import { parseIpv4, parseIpv6 } from "@parley/core/item/value-form";
import {
  type Checkpoint,
  formatCheckpoint,
  parseCheckpoint,
  parseSignedCheckpoint,
  parseSize,
  signCheckpoint,
  verifyCheckpoint,
} from "@parley/core/log/checkpoint";
import { cosign, mirrorName, verifyCosignature } from "@parley/core/log/cosignature";
import {
  createUploadDecoder,
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  formatMirrorInfo,
  parseAddCheckpoint,
  parseMirrorInfo,
  parseSizeAnswer,
} from "@parley/core/log/mirror-messages";
import {
  formatNote,
  type Note,
  parseNote,
  parseSignatureLines,
  parseVkey,
} from "@parley/core/log/note";
import { formatOrigin, type LogOrigin, parseOrigin } from "@parley/core/log/origin";
import {
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
} from "@parley/core/log/proofs";
import {
  formatReceiptList,
  parseReceiptList,
  type ReceiptList,
} from "@parley/core/log/receipt-list";
import {
  decodeBundle,
  encodeBundle,
  parseTilePath,
  type TileId,
  tilePath,
} from "@parley/core/log/tiles";
import { parseTypedFingerprint } from "@parley/core/party/fingerprint";
import { parseDeskName, parsePartyName } from "@parley/core/party/party-name";
import { formatCheckpointList, parseCheckpointList } from "@parley/core/record/checkpoint-list";
import { formatContentKeys, parseContentKeys } from "@parley/core/record/content-keys";
import { signersOf } from "@parley/testkit/exchange-parties";
import type { Target } from "./run-fuzz.ts";

const origin = "washington.example/moscow.example/0123456789abcdef/live/1";
const root = new Uint8Array(32).fill(7);
const logSigners = signersOf(1);
const mirrorSigners = signersOf(3);
const keysOf = ({ ed25519, mlDsa44 }: typeof logSigners) => ({
  ed25519: ed25519.publicKey,
  mlDsa44: mlDsa44.publicKey,
});

export async function logTargets(): Promise<readonly Target[]> {
  const checkpoint: Checkpoint = { origin, size: 5, root };
  const note = await signCheckpoint(p, { checkpoint, time: 9 }, logSigners);
  const name = mirrorName("moscow.example");
  const { lines } = await cosign(p, checkpoint, { name, signers: mirrorSigners, time: 50 });
  return [
    ...noteTargets(note, lines, checkpoint),
    ...messageTargets(note, lines),
    ...proofTargets(),
    ...nameTargets(),
    ...itemTargets(),
  ];
}

function noteTargets(note: string, lines: string, checkpoint: Checkpoint): Target[] {
  const mirror = { name: mirrorName("moscow.example"), keys: keysOf(mirrorSigners) };
  const seeds = [note, note + lines, `text\n\n${lines}`];
  return [
    {
      name: "note",
      covers: ["parseNote"],
      form: "text",
      seeds,
      judge: (_p, text) => parseNote(text),
      again: (value: Note) => formatNote(value),
    },
    {
      name: "signature lines",
      covers: ["parseSignatureLines"],
      form: "text",
      seeds: [lines],
      judge: (_p, text) => parseSignatureLines(text),
    },
    {
      name: "verifier key",
      covers: ["parseVkey"],
      form: "text",
      seeds: ["PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
      judge: (used, text) => parseVkey(used, text),
    },
    {
      name: "checkpoint",
      covers: ["parseCheckpoint"],
      form: "text",
      seeds: [formatCheckpoint(checkpoint), "o\n0\nAAAA\n"],
      judge: (_p, text) => parseCheckpoint(text),
      again: (value: Checkpoint) => formatCheckpoint(value),
    },
    {
      name: "signed checkpoint",
      form: "text",
      seeds,
      covers: ["parseSignedCheckpoint", "verifyCheckpoint", "verifyLogSignatures", "verifyLine"],
      judge: (used, text) => {
        parseSignedCheckpoint(text);
        return verifyCheckpoint(used, text, { origin, logKeys: keysOf(logSigners) });
      },
    },
    {
      name: "cosignature",
      covers: ["verifyCosignature"],
      form: "text",
      seeds: [lines],
      judge: (used, text) => {
        return verifyCosignature(used, checkpoint, text, mirror);
      },
    },
    {
      name: "list of checkpoints",
      covers: ["parseCheckpointList"],
      form: "text",
      seeds: [formatCheckpointList(origin, [note])],
      judge: (_p, text) => parseCheckpointList(text, origin),
    },
    {
      name: "list of keys",
      covers: ["parseContentKeys"],
      form: "text",
      seeds: [formatContentKeys(origin, [root, undefined])],
      judge: (_p, text) => parseContentKeys(text, origin, 2),
      again: (keys: readonly (Uint8Array | undefined)[]) => formatContentKeys(origin, keys),
    },
  ];
}

function messageTargets(note: string, lines: string): Target[] {
  const proof = [root, root];
  const entries = [encodeUtf8("one"), encodeUtf8("two"), new Uint8Array(0)];
  const header = { origin, start: 0, end: 3, ticket: encodeUtf8("ticket") };
  const receipts: ReceiptList = { origin, receipts: [{ size: 5, time: 50, lines }] };
  return [
    {
      name: "add-checkpoint",
      covers: ["parseAddCheckpoint"],
      form: "octets",
      seeds: [encodeUtf8(formatAddCheckpoint({ old: 3, proof, text: note }))],
      judge: (_p, body) => parseAddCheckpoint(body),
      again: (value: Parameters<typeof formatAddCheckpoint>[0]) =>
        encodeUtf8(formatAddCheckpoint(value)),
    },
    {
      name: "add-entries",
      covers: ["createUploadDecoder"],
      form: "octets",
      seeds: [concatBytes(encodeUploadHeader(header), encodePackage(entries, proof))],
      judge: (_p, body) => {
        const decoder = createUploadDecoder();
        const first = decoder.push(body.subarray(0, 7));
        return first.ok ? decoder.push(body.subarray(7)) : first;
      },
    },
    {
      name: "where a mirror stands",
      covers: ["parseMirrorInfo"],
      form: "text",
      seeds: [formatMirrorInfo({ size: 5, nextEntry: 3, ticket: encodeUtf8("t") }), "0\n0\n\n"],
      judge: (_p, text) => parseMirrorInfo(text),
      again: (value: Parameters<typeof formatMirrorInfo>[0]) => formatMirrorInfo(value),
    },
    {
      name: "size",
      covers: ["parseSize", "parseSizeAnswer"],
      form: "text",
      seeds: ["17\n", "0\n"],
      judge: (_p, text) => {
        parseSize(text);
        return parseSizeAnswer(text);
      },
      again: (size: number) => `${size}\n`,
    },
    {
      name: "list of receipts",
      covers: ["parseReceiptList"],
      form: "text",
      seeds: [formatReceiptList(receipts), formatReceiptList({ origin, receipts: [] })],
      judge: (_p, text) => parseReceiptList(text),
      again: (value: ReceiptList) => formatReceiptList(value),
    },
    {
      name: "bundle",
      covers: ["decodeBundle"],
      form: "octets",
      seeds: [encodeBundle(entries)],
      judge: (_p, bytes) => decodeBundle(bytes, 3),
      again: (value: readonly Uint8Array[]) => encodeBundle(value),
    },
  ];
}

function proofTargets(): Target[] {
  const claim = { ...{ index: 2, start: 0, end: 4, size: 7 }, hashes: ["", "", ""] };
  type Claim = { readonly [name in "index" | "start" | "end" | "size"]: number };
  const judge = (used: Primitives, value: JsonValue) => {
    const given = (value ?? {}) as Partial<Claim> & { hashes?: readonly unknown[] };
    const number = (name: keyof Claim) => {
      const found = given[name];
      return typeof found === "number" && Number.isSafeInteger(found) && found >= 0 ? found : 0;
    };
    const hashes = Array.isArray(given.hashes) ? given.hashes : [];
    const proof = hashes.slice(0, 80).map(() => root);
    const [index, start, end, size] = [
      number("index"),
      number("start"),
      number("end"),
      number("size"),
    ];
    const sides = { root1: root, root2: root, proof };
    verifyConsistency(used, { size1: end, size2: size, ...sides });
    verifySubtreeConsistency(used, { start, end, size, subtreeRoot: root, root, proof });
    return verifyInclusion(used, { leafHash: root, index, size, root, proof });
  };
  const covers = ["verifyInclusion", "verifyConsistency", "verifySubtreeConsistency"];
  return [{ name: "claims of a proof", covers, form: "json", seeds: [claim], judge }];
}

function nameTargets(): Target[] {
  return [
    {
      name: "origin",
      covers: ["parseOrigin"],
      form: "text",
      seeds: [origin],
      judge: (_p, text) => parseOrigin(text),
      again: (value: LogOrigin) => formatOrigin(value),
    },
    {
      name: "tile path",
      covers: ["parseTilePath"],
      form: "text",
      seeds: ["tile/0/x001/234.p/7", "tile/entries/000", "tile/5/001"],
      judge: (_p, text) => parseTilePath(text),
      again: (value: TileId) => tilePath(value),
    },
    {
      name: "names",
      covers: ["parsePartyName", "parseDeskName"],
      form: "text",
      seeds: ["washington.example", "technical"],
      judge: (_p, text) => {
        parseDeskName(text);
        return parsePartyName(text);
      },
      again: (value: string) => value,
    },
    {
      name: "typed digits",
      covers: ["parseTypedFingerprint"],
      form: "text",
      seeds: ["31415 92653 58979 32384 62643 38327"],
      judge: (_p, text) => parseTypedFingerprint(text),
    },
    {
      name: "witness policy",
      covers: ["isWitnessPolicy"],
      form: "text",
      seeds: [`witness w k+c74f20a3+${toBase64(root)} https://a\ngroup g any w\nquorum g\n`],
      judge: (_p, text) => isWitnessPolicy(text),
    },
    {
      name: "base64url",
      covers: ["fromBase64Url"],
      form: "text",
      seeds: [toBase64Url(root), "AA"],
      judge: (_p, text) => fromBase64Url(text),
      again: (value: Uint8Array) => toBase64Url(value),
    },
    {
      name: "base64",
      covers: ["fromBase64"],
      form: "text",
      seeds: [toBase64(root), "AA=="],
      judge: (_p, text) => fromBase64(text),
      again: (value: Uint8Array) => toBase64(value),
    },
    {
      name: "hexadecimal",
      covers: ["fromHex"],
      form: "text",
      seeds: [toHex(root), ""],
      judge: (_p, text) => fromHex(text),
      again: (value: Uint8Array) => toHex(value),
    },
    {
      name: "UTF-8",
      covers: ["decodeUtf8"],
      form: "octets",
      seeds: [encodeUtf8("a é € 😀 \ufeff")],
      judge: (_p, bytes) => decodeUtf8(bytes),
      again: (value: string) => encodeUtf8(value),
    },
    {
      name: "numbers in octets",
      covers: ["decodeU16", "decodeU64"],
      form: "octets",
      seeds: [new Uint8Array(8), new Uint8Array(8).fill(255)],
      judge: (_p, bytes) => {
        decodeU16(bytes);
        return decodeU64(bytes);
      },
    },
  ];
}

function itemTargets(): Target[] {
  const source = {
    ...{ row: 1, value: "hxxp://example[.]com", kind: "URL", comment: "c", role: "r", phase: "p" },
    ...{
      observed: "2016-12-29T00:00:00Z",
      marking: "TLP:WHITE",
      text: "This IP address is located in X",
    },
    ...{ reliability: "A", credibility: "1" },
  };
  const settings = { name: "a.csv", lang: "en", collection: "unknown", use: "block" } as never;
  return [
    {
      name: "row of a source",
      covers: ["readSourceRow"],
      form: "json",
      seeds: [source],
      // The table gives texts; the number of the row is its own.
      judge: (_p, value) => {
        const given = (typeof value === "object" ? value : {}) as {
          readonly [name: string]: unknown;
        };
        const texts = Object.fromEntries(
          Object.keys(source).map((name) => [name, String(given[name] ?? "")]),
        );
        return readSourceRow({ ...texts, row: 1 } as never, settings);
      },
    },
    {
      name: "time of a source",
      covers: ["parseObserved"],
      form: "text",
      seeds: ["2016-12-29T00:00:00Z", "2016-12-29", "12/29/2016", "2016-12-29 - 2016-12-30"],
      judge: (_p, text) => parseObserved(text),
    },
    {
      name: "addresses",
      covers: ["parseIpv4", "parseIpv6"],
      form: "text",
      seeds: ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"],
      judge: (_p, text) => parseIpv4(text) ?? parseIpv6(text),
    },
  ];
}
