/**
 * The audit log as it lies in the database, verified as its export would be: every entry hashed and
 * read, every checkpoint compared and its signatures verified.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import { Fault } from "@parley/core/fault";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { leafHash } from "@parley/core/log/tree";
import { parseAuditEntry } from "@parley/core/record/audit-entry";
import { LogTree } from "@parley/core/record/log-tree";
import type { OperationContext } from "../operation.ts";
import { type CheckpointRow, entriesPerBatchMax, type LogRow } from "../storage-log.ts";
import type { AuditPorts } from "./audit-log.ts";

/**
 * @param log - As {@link AuditLog.sign} returned it.
 * @returns How many checkpoints cover it.
 * @throws Fault `storage.damaged` with the place.
 */
export async function verifyKept(
  { p, storage, signers }: AuditPorts,
  log: LogRow,
  { progress, signal }: Pick<OperationContext, "progress" | "signal">,
): Promise<number> {
  const ports = { p, storage, signers };
  const tree = await hashEntries(ports, log, { progress, signal });
  if (!equalBytes(tree.rootAt(log.size), log.root)) throw damaged(`${log.origin}: the root`);
  let checkpoints = 0;
  for (let from = 0; ; ) {
    const rows = await storage.read((tx) => tx.logs.listCheckpoints(log.id, from));
    const last = rows.at(-1);
    if (last === undefined) return checkpoints;
    for (const row of rows) await verifyRow(ports, { log, tree }, row);
    checkpoints += rows.length;
    from = last.size + 1;
  }
}

type Ports = Pick<AuditPorts, "p" | "storage" | "signers">;

async function hashEntries(
  { p, storage }: Ports,
  { id, origin, size }: LogRow,
  { progress, signal }: Pick<OperationContext, "progress" | "signal">,
): Promise<LogTree> {
  const tree = new LogTree(p);
  while (tree.size < size) {
    signal.throwIfAborted();
    const from = tree.size;
    const count = Math.min(entriesPerBatchMax, size - from);
    const entries = await storage.read((tx) => tx.logs.readEntries(id, from, count));
    if (entries.length !== count) throw damaged(`${origin}: entries from ${from} on`);
    for (const { bytes, index } of entries) {
      if (!parseAuditEntry(bytes).ok) throw damaged(`${origin}: entry ${index}`);
      tree.append(leafHash(p, bytes));
    }
    progress({ what: "entries", done: tree.size, total: size });
  }
  return tree;
}

async function verifyRow(
  { p, signers }: Ports,
  { log, tree }: { readonly log: LogRow; readonly tree: LogTree },
  { size, root, note }: CheckpointRow,
): Promise<void> {
  const { origin } = log;
  const logKeys = { ed25519: signers.ed25519.publicKey, mlDsa44: signers.mlDsa44.publicKey };
  const signed = await verifyCheckpoint(p, note, { origin, logKeys });
  const isGood = signed.ok && size <= tree.size && equalBytes(root, tree.rootAt(size));
  if (!isGood) throw damaged(`${origin}: the checkpoint of size ${size}`);
}

function damaged(detail: string): Fault {
  return new Fault("storage.damaged", detail, { retryable: false });
}
