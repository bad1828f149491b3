/**
 * The audit log of this party: what its people did, in the transaction that did it.
 *
 * It is a log as those of a channel are, with the same tree and the same checkpoints, of a key that
 * the node keeps; no peer sees it. An entry is appended last in its transaction and is kept with it
 * or not at all; a checkpoint follows soon after, and what was not signed when a process died is
 * signed by the next. spec/audit.md.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import { formatAuditOrigin } from "@parley/core/log/audit-origin";
import { type LogSigners, signCheckpoint } from "@parley/core/log/checkpoint";
import { appendLeaves, emptyRoot, leafHash, readRange, rootOf } from "@parley/core/log/tree";
import { type AuditEntry, formatAuditEntry } from "@parley/core/record/audit-entry";
import type { Clock } from "../clock.ts";
import { Serial } from "../serial.ts";
import type { Storage, StorageReader, StorageTransaction } from "../storage.ts";
import { auditChannel, type LogRow } from "../storage-log.ts";

/** How long a new entry waits for others before a checkpoint covers it, in milliseconds. */
const signAfterMs = 1_000;

export interface AuditPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly signers: LogSigners;
}

/** Makes the log of a new home; its first entry is written with it. */
export async function createAuditLog(
  tx: StorageTransaction,
  p: Primitives,
  party: string,
): Promise<void> {
  await tx.logs.createLog({
    ...{ channel: auditChannel, class: "live", author: party, epoch: 1 },
    ...{ origin: formatAuditOrigin({ party, epoch: 1 }), direction: "audit" },
    emptyRoot: emptyRoot(p),
  });
}

/** The log that is written now. */
export async function readAuditLog(tx: StorageReader): Promise<LogRow> {
  const logs = await tx.logs.listLogs({ channel: auditChannel });
  const last = logs.at(-1);
  if (last !== undefined) return last;
  throw new Fault("storage.damaged", "the audit log is gone", { retryable: false });
}

/**
 * Writes down what this transaction does. To be called once everything else of it is done: others
 * wait for the log from here to its end.
 */
export async function appendAct(
  tx: StorageTransaction,
  p: Primitives,
  entry: AuditEntry,
): Promise<void> {
  const bytes = formatAuditEntry(entry);
  const { id } = await readAuditLog(tx);
  const { entryCount } = await tx.audit.lockLog(id);
  const before = await readRange((ids) => tx.logs.readNodes(id, ids), entryCount);
  const { range, nodes } = appendLeaves(p, before, [leafHash(p, bytes)]);
  const batch = { expectedCount: entryCount, entries: [bytes], nodes, root: rootOf(p, range) };
  const appended = await tx.logs.append(id, batch);
  assert(appended.isAppended, "a log that is locked does not move");
  const { act, at, by } = entry;
  await tx.audit.insertAct({ logId: id, index: entryCount, at, act, officer: by.officer });
}

/** Signs what is appended. Of one process; several may sign at once, and repeat the same. */
export class AuditLog {
  readonly #ports: AuditPorts;
  readonly #serial = new Serial();
  #soon: Promise<void> | undefined;
  /** Something was appended here that no checkpoint of ours covers yet. */
  #isBehind = false;
  readonly #closing = new AbortController();

  constructor(ports: AuditPorts) {
    this.#ports = ports;
  }

  /** Resolves when a checkpoint covers every entry that there is now. */
  sign(): Promise<LogRow> {
    return this.#serial.run(async () => {
      const { p, storage, clock, signers } = this.#ports;
      const { log, last } = await storage.read(async (tx) => {
        const found = await readAuditLog(tx);
        return { log: found, last: await tx.logs.readLastCheckpoint(found.id) };
      });
      const { id, origin, size, root } = log;
      if (size === 0 || last?.size === size) return log;
      const time = Math.max(clock.nowSeconds(), 1);
      const note = await signCheckpoint(p, { checkpoint: { origin, size, root }, time }, signers);
      await storage.write((tx) => tx.logs.recordCheckpoint(id, { size, root, note }));
      return log;
    });
  }

  /** Signs in a moment, with what comes until then. */
  signSoon(): void {
    this.#isBehind = true;
    this.#soon ??= this.#signAfterAMoment().finally(() => {
      this.#soon = undefined;
    });
  }

  async #signAfterAMoment(): Promise<void> {
    await this.#ports.clock.sleep(signAfterMs, this.#closing.signal);
    try {
      await this.sign();
      this.#isBehind = false;
    } catch (cause) {
      // The entry is kept; whoever signs next covers it, or is told what is wrong.
      if (!(cause instanceof Fault)) throw cause;
    }
  }

  /** What is left is signed at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#soon;
    if (this.#isBehind) await this.sign();
  }
}
