/**
 * What is asked of the audit log: its entries, page by page, and the whole as files.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { JsonObject } from "@parley/core/message/members";
import { parseAuditEntry } from "@parley/core/record/audit-entry";
import { auditFingerprint } from "@parley/core/record/audit-index";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../../local-refusal.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "../operation.ts";
import type { PeopleService } from "../people/people-operations.ts";
import { readAuditLog } from "./audit-log.ts";
import { exportAudit } from "./export-audit.ts";
import { verifyKept } from "./verify-kept.ts";

/** Rows of one page: each is an entry that is read. */
export const auditPageRowsMax = 200;

export const auditOperations: Operations<PeopleService> = {
  "audit.list": defineOperation(
    z.strictObject({
      after: z.string().max(64).nullable().default(null),
      rows: z.int().min(1).max(auditPageRowsMax).default(50),
      /** Name of an officer. */
      by: z.string().max(64).optional(),
      act: z.string().max(64).optional(),
    }),
    list,
  ),
  "audit.verify": defineOperation(z.strictObject({}), verify),
  "audit.export": defineOperation(
    z.strictObject({ directory: z.string().min(1).max(4_096) }),
    write,
  ),
};

/** Newest first. */
async function list(
  { node }: PeopleService,
  input: {
    readonly after: string | null;
    readonly rows: number;
    readonly by?: string | undefined;
    readonly act?: string | undefined;
  },
): Promise<OperationResult> {
  const { storage } = node;
  const { by, act } = input;
  return storage.read(async (tx): Promise<OperationResult> => {
    const officer = by === undefined ? undefined : await tx.people.readOfficerByName(by);
    if (by !== undefined && officer === undefined) {
      return refuseLocally("people.unknown-officer", { name: by });
    }
    const log = await readAuditLog(tx);
    const filter = { ...(act !== undefined && { act }), ...(officer && { officer: officer.id }) };
    const page = { after: input.after, rowsMax: input.rows };
    const found = await tx.audit.listActs(log.id, filter, page);
    const entries: JsonObject[] = [];
    for (const { index } of found.rows) {
      const [row] = await tx.logs.readEntries(log.id, index, 1);
      const entry = row && parseAuditEntry(row.bytes);
      if (entry?.ok !== true) throw damaged(index);
      entries.push({ index, ...entry.value, by: { ...entry.value.by } });
    }
    const about = { origin: log.origin, fingerprint: fingerprintOf(node, log.origin) };
    return accept({ ...about, entries, total: found.total, next: found.next });
  });
}

async function verify(
  { node }: PeopleService,
  _: unknown,
  context: OperationContext,
): Promise<OperationResult> {
  const { primitives: p, storage, clock, keys } = node;
  const log = await node.audit.sign();
  const ports = { p, storage, clock, signers: keys.auditSigners };
  const checkpoints = await verifyKept(ports, log, context);
  const { origin, size } = log;
  return accept({ origin, size, checkpoints, fingerprint: fingerprintOf(node, origin) });
}

function fingerprintOf({ primitives: p, keys }: PeopleService["node"], origin: string): string {
  const { ed25519, mlDsa44 } = keys.auditSigners;
  const own = { ed25519: ed25519.publicKey, mlDsa44: mlDsa44.publicKey };
  return auditFingerprint(p, origin, own);
}

/** The entry that tells of it is in what is written. */
async function write(
  { node }: PeopleService,
  { directory }: { readonly directory: string },
  context: OperationContext,
): Promise<OperationResult> {
  const { primitives: p, storage, clock, keys } = node;
  await storage.write(async (tx) => context.record?.(tx, { directory: directory.slice(0, 200) }));
  const log = await node.audit.sign();
  const ports = { p, storage, clock, signers: keys.auditSigners };
  const written = await exportAudit(ports, { log, directory }, context);
  if (!written.ok) return written;
  const { origin, size, checkpointCount } = written.value;
  const fingerprint = fingerprintOf(node, origin);
  return accept({ directory, origin, size, checkpoints: checkpointCount, fingerprint });
}

function damaged(index: number): Fault {
  return new Fault("storage.damaged", `entry ${index} of the audit log`, { retryable: false });
}
