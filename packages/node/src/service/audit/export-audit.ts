/**
 * Writes the audit log as plain files that `parley-check` reads: tiles, checkpoints, an index.
 *
 * Spec: spec/audit.md §3.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { encodeBundle, listTiles, tilePath, tileWidth } from "@parley/core/log/tiles";
import { type AuditIndex, formatAuditIndex } from "@parley/core/record/audit-index";
import { indexPath } from "@parley/core/record/export-index";
import type { LocalResult } from "../../local-refusal.ts";
import { ExportDirectory } from "../export-directory.ts";
import { exportCheckpoints, readTile } from "../export-log.ts";
import type { OperationContext } from "../operation.ts";
import type { LogRow } from "../storage-log.ts";
import type { AuditPorts } from "./audit-log.ts";

/**
 * @param log - As {@link AuditLog.sign} returned it: a checkpoint covers all of it.
 * @returns The index; or `record.target-exists`.
 * @throws Fault of the disk or the storage; the reason of the signal. Nothing is left then.
 */
export async function exportAudit(
  { p, storage, signers }: AuditPorts,
  { log, directory: target }: { readonly log: LogRow; readonly directory: string },
  { progress, signal }: Pick<OperationContext, "progress" | "signal">,
): Promise<LocalResult<AuditIndex, "record.target-exists">> {
  const begun = await ExportDirectory.begin(target);
  if (!begun.ok) return begun;
  await using directory = begun.value;
  const { id, origin, size } = log;
  const source = { storage, directory };
  let done = 0;
  for (const tile of listTiles(size)) {
    signal.throwIfAborted();
    if (tile.kind === "hashes") {
      await directory.write(tilePath(tile), await readTile(source, log, tile));
      continue;
    }
    const from = tile.index * tileWidth;
    const entries = await storage.read((tx) => tx.logs.readEntries(id, from, tile.width));
    if (entries.length !== tile.width) {
      throw new Fault("storage.damaged", `${origin}: entries`, { retryable: false });
    }
    await directory.write(tilePath(tile), encodeBundle(entries.map(({ bytes }) => bytes)));
    done += tile.width;
    progress({ what: "entries", done, total: size });
  }
  const place = { folder: "", size };
  const checkpointCount = await exportCheckpoints(source, log, place);
  const keys = { ed25519: signers.ed25519.publicKey, mlDsa44: signers.mlDsa44.publicKey };
  const index = { origin, size, checkpointCount, keys };
  await directory.write(indexPath, formatAuditIndex(p, index));
  signal.throwIfAborted();
  await directory.finish();
  return { ok: true, value: index };
}
