/**
 * Verifies an exported audit log from its files alone: every entry, every checkpoint, every octet.
 *
 * It proves that the log is whole and of one hand. It cannot prove that everything done is in it, nor
 * that the same hand keeps no other: for that one compares it with a checkpoint kept elsewhere.
 * Spec: spec/audit.md §4.
 *
 * @module
 */
import type { Primitives } from "../crypto/primitives.ts";
import type { Fingerprint } from "../party/fingerprint.ts";
import { parseAuditEntry } from "./audit-entry.ts";
import {
  type AuditIndex,
  auditFingerprint,
  auditIndexBytesMax,
  listAuditPaths,
  parseAuditIndex,
} from "./audit-index.ts";
import { type ExportFiles, placeRefusal, proven, type RecordResult } from "./export-files.ts";
import { indexPath } from "./export-index.ts";
import { type StatedSize, verifyCheckpoints, verifyFileList, verifyTiles } from "./verify-log.ts";

export interface VerifiedAudit {
  readonly index: AuditIndex;
  readonly fingerprint: Fingerprint;
  readonly checkpoints: readonly StatedSize[];
  /** Times of the first and of the last entry, by the node's clock; POSIX seconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Entries whose time is before that of the entry before: the clock was set back. */
  readonly setBackCount: number;
  /** How many entries of each act, by its name. */
  readonly acts: ReadonlyMap<string, number>;
  /** Names of the officers who did something. */
  readonly officers: ReadonlySet<string>;
}

/** Whether the files claim to be an audit log at all. */
export async function isAuditExport(p: Primitives, files: ExportFiles): Promise<boolean> {
  const octets = await files.read(indexPath, auditIndexBytesMax);
  return octets !== undefined && parseAuditIndex(p, octets).ok;
}

export async function verifyAudit(
  p: Primitives,
  files: ExportFiles,
  options: { progress?(done: number, total: number): void } = {},
): Promise<RecordResult<VerifiedAudit>> {
  const octets = await files.read(indexPath, auditIndexBytesMax);
  const index = parseAuditIndex(p, octets ?? new Uint8Array(0));
  if (!index.ok) return placeRefusal(indexPath, index.refusal);
  const { origin, size, checkpointCount, keys } = index.value;
  const listed = verifyFileList(files, listAuditPaths(index.value));
  if (!listed.ok) return listed;
  const seen = new SeenEntries();
  let done = 0;
  const context = {
    ...{ p, files },
    onEntries: (count: number) => {
      done += count;
      options.progress?.(done, size);
    },
    judge: (entry: Uint8Array) => seen.add(entry),
  };
  const tree = await verifyTiles(context, { size, folder: "" });
  if (!tree.ok) return tree;
  const log = { origin, size, checkpointCount, folder: "", tree: tree.value };
  const checkpoints = await verifyCheckpoints(context, log, () => keys);
  if (!checkpoints.ok) return checkpoints;
  return proven({
    ...{ index: index.value, fingerprint: auditFingerprint(p, origin, keys) },
    ...{ checkpoints: checkpoints.value, firstAt: seen.firstAt ?? 0, lastAt: seen.lastAt ?? 0 },
    ...{ setBackCount: seen.setBackCount, acts: seen.acts, officers: seen.officers },
  });
}

class SeenEntries {
  firstAt: number | undefined;
  lastAt: number | undefined;
  setBackCount = 0;
  readonly acts = new Map<string, number>();
  readonly officers = new Set<string>();

  add(bytes: Uint8Array) {
    const entry = parseAuditEntry(bytes);
    if (!entry.ok) return entry;
    const { act, at, by } = entry.value;
    this.firstAt ??= at;
    if (this.lastAt !== undefined && at < this.lastAt) this.setBackCount += 1;
    this.lastAt = at;
    this.acts.set(act, (this.acts.get(act) ?? 0) + 1);
    if (by.name !== null) this.officers.add(by.name);
    return entry;
  }
}
