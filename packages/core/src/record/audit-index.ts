/**
 * The index of an exported audit log, and the list of files that follows from it.
 *
 * As that of a channel's export it is believed in nothing: each number is compared with what the
 * files prove, and the keys with what a person compares. Spec: spec/audit.md §3.
 *
 * @module
 */
import { canonicalJson, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { parseAuditOrigin } from "../log/audit-origin.ts";
import type { LogKeys } from "../log/checkpoint.ts";
import { formatVkey, noteKey, parseVkey } from "../log/note.ts";
import { treeSizeMax } from "../log/tree.ts";
import { exactMembers, isIntegerWithin } from "../message/members.ts";
import { type Fingerprint, fingerprintOf } from "../party/fingerprint.ts";
import { accept, type Result, refuse } from "../result.ts";
import { indexPath, listHistoryPaths } from "./export-index.ts";

export interface AuditIndex {
  readonly origin: string;
  /** Entries, from 1: an audit log is exported from its first entry on. */
  readonly size: number;
  readonly checkpointCount: number;
  readonly keys: LogKeys;
}

/** Octets of an index: two keys in base64 and a name. */
export const auditIndexBytesMax = 4_096;

export function formatAuditIndex(p: Primitives, index: AuditIndex): string {
  const { origin, size, checkpointCount } = index;
  const keys = auditVkeys(p, origin, index.keys);
  const json = { checkpoints: checkpointCount, format: "parley-audit", keys, origin, size, v: 1 };
  return `${canonicalJson(json)}\n`;
}

/** @param bytes - Anybody's. @returns The index; or `record.not-an-export`. */
export function parseAuditIndex(
  p: Primitives,
  bytes: Uint8Array,
): Result<AuditIndex, "record.not-an-export"> {
  const text = decodeUtf8(bytes);
  if (text?.endsWith("\n") !== true) return refuse("record.not-an-export", "not a line of text");
  const limits = { depthMax: 2, bytesMax: auditIndexBytesMax };
  const read = parseCanonicalJson(text.slice(0, -1), limits);
  if (!read.ok) return refuse("record.not-an-export", read.refusal.detail);
  const names = ["checkpoints", "format", "keys", "origin", "size", "v"] as const;
  const members = exactMembers(read.value, names);
  if (members?.format !== "parley-audit" || members.v !== 1) {
    return refuse("record.not-an-export", "not the index of an audit log");
  }
  const { checkpoints, origin, size } = members;
  if (
    typeof origin !== "string" ||
    !parseAuditOrigin(origin).ok ||
    !isIntegerWithin(size, 1, treeSizeMax) ||
    !isIntegerWithin(checkpoints, 1, size)
  ) {
    return refuse("record.not-an-export", "out of form");
  }
  const keys = parseKeys(p, origin, members.keys);
  if (keys === undefined) return refuse("record.not-an-export", "not the two keys of the log");
  return accept({ origin, size, checkpointCount: checkpoints, keys });
}

/** Every file of the export, the index first. As many as the index claims: the reader stops early. */
export function* listAuditPaths({ size, checkpointCount }: AuditIndex): Generator<string, void> {
  yield indexPath;
  yield* listHistoryPaths("", size, checkpointCount);
}

/** The Ed25519 key and the ML-DSA-44 key, as C2SP signed-note writes verifier keys. */
export function auditVkeys(p: Primitives, origin: string, keys: LogKeys): readonly string[] {
  return [
    formatVkey(noteKey(p, origin, "ed25519-note", keys.ed25519)),
    formatVkey(noteKey(p, origin, "mldsa44-cosignature", keys.mlDsa44)),
  ];
}

/** 30 digits over name and keys, by which a person knows the log's keys again. */
export function auditFingerprint(p: Primitives, origin: string, keys: LogKeys): Fingerprint {
  return fingerprintOf(p, ["parley audit fingerprint v1", ...auditVkeys(p, origin, keys)]);
}

function parseKeys(p: Primitives, origin: string, value: unknown): LogKeys | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [plain, timed] = value.map((text) => {
    const key = typeof text === "string" ? parseVkey(p, text) : undefined;
    return key?.ok === true && key.value.name === origin ? key.value : undefined;
  });
  if (plain?.type !== "ed25519-note" || timed?.type !== "mldsa44-cosignature") return undefined;
  return { ed25519: plain.publicKey, mlDsa44: timed.publicKey };
}
