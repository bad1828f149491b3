/**
 * The storage port on SQL: transactions over the repositories.
 *
 * Which database it is, its dialect knows. Writers and readers are two Kysely instances, which on a
 * database that is a server may be one.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { assert, Fault } from "@parley/core/fault";
import type { Kysely } from "kysely";
import type { Storage, StorageReader, StorageTransaction } from "../service/storage.ts";
import type { AttachmentKey } from "../service/storage-content.ts";
import type { LogEntry } from "../service/storage-log.ts";
import { SqlAttachments } from "./attachment-repository.ts";
import { SqlAudit } from "./audit-repository.ts";
import { SqlChannels } from "./channel-repository.ts";
import { CompiledQueries } from "./compiled-queries.ts";
import { SqlOpened, SqlSecrets } from "./content-repositories.ts";
import { SqlDrafts } from "./draft-repository.ts";
import { EntryCache } from "./entry-cache.ts";
import { type RecentlyAppended, SqlLogs } from "./log-repository.ts";
import { SqlHome, SqlKeys, SqlParties } from "./party-repositories.ts";
import { SqlPast } from "./past-repository.ts";
import { SqlPeople } from "./people-repository.ts";
import { SqlProjections } from "./projection-repository.ts";
import { SqlReceipts } from "./receipt-repository.ts";
import { SqlLeases, SqlOutgoing } from "./sharing-repositories.ts";
import type { SqlTraits } from "./sql-traits.ts";
import type { Db, Tables } from "./tables.ts";

export interface SqlStorageParts {
  readonly writer: Kysely<Tables>;
  readonly reader: Kysely<Tables>;
  readonly traits: SqlTraits;
}

/** What a transaction appended: seen by others when it stands. */
type Appended = { readonly logId: number; readonly entries: readonly LogEntry[] };

/** Takes both instances over: they are destroyed with it. */
export class SqlStorage implements Storage {
  readonly #parts: SqlStorageParts;
  readonly #queries = new CompiledQueries();
  readonly #entries = new EntryCache();
  /** Set while work of a transaction runs, also in what that work calls. */
  readonly #inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  readonly #running = new Set<Promise<unknown>>();
  #isDisposed = false;

  constructor(parts: SqlStorageParts) {
    this.#parts = parts;
  }

  read<T>(work: (tx: StorageReader) => Promise<T>): Promise<T> {
    const begin = this.#parts.reader
      .transaction()
      .setAccessMode("read only")
      .setIsolationLevel("repeatable read");
    return this.#track((inside) => begin.execute((tx) => inside(() => work(this.#on(tx, [])))));
  }

  async write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    const begin = this.#parts.writer.transaction().setAccessMode("read write");
    const appended: Appended[] = [];
    const result = await this.#track((inside) =>
      begin.execute((tx) => inside(() => work(this.#on(tx, appended)))),
    );
    for (const { logId, entries } of appended) this.#entries.put(logId, entries);
    return result;
  }

  async *streamAttachment(
    key: AttachmentKey,
    { from, to }: { readonly from: number; readonly to: number },
  ): AsyncIterable<Uint8Array> {
    for (let offset = from; offset < to; ) {
      const part = await this.read((tx) => tx.attachments.readAttachmentPart(key, offset));
      if (part.length === 0) {
        throw new Fault("storage.damaged", "an attachment lacks bytes", { retryable: false });
      }
      yield part.subarray(0, to - offset);
      offset += part.length;
    }
  }

  async checkIntegrity(): Promise<readonly string[]> {
    const { reader, traits } = this.#parts;
    const found = await this.#track(() => traits.findDamage(reader as Kysely<unknown>));
    return [...found, ...(await this.#track(() => findMiscounts(reader)))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled(this.#running);
    await this.#parts.reader.destroy();
    await this.#parts.writer.destroy();
  }

  #on(db: Db, appended: Appended[]): StorageTransaction {
    const recent: RecentlyAppended = {
      list: (logId, from, count) => this.#entries.list(logId, from, count),
      note: (logId, entries) => appended.push({ logId, entries }),
    };
    const logs = new SqlLogs(db, this.#queries, recent);
    return {
      home: new SqlHome(db),
      keys: new SqlKeys(db),
      parties: new SqlParties(db),
      channels: new SqlChannels(db),
      logs,
      receipts: new SqlReceipts(db, this.#queries),
      opened: new SqlOpened(db, this.#queries),
      attachments: new SqlAttachments(db),
      secrets: new SqlSecrets(db),
      projections: new SqlProjections(db, this.#queries),
      past: new SqlPast(db, this.#queries),
      leases: new SqlLeases(db, this.#parts.traits),
      outgoing: new SqlOutgoing(db),
      drafts: new SqlDrafts(db),
      people: new SqlPeople(db),
      audit: new SqlAudit(db, (id) => logs.readLog(id)),
    };
  }

  /** A nested transaction would wait for ever for the one around it. */
  async #track<T>(run: (inside: <R>(work: () => Promise<R>) => Promise<R>) => Promise<T>) {
    assert(this.#inside.getStore()?.isOpen !== true, "a transaction is not nested in another");
    if (this.#isDisposed) {
      throw new Fault("storage.unavailable", "the storage is closed", { retryable: false });
    }
    const mark = { isOpen: true };
    const running = run((work) => this.#inside.run(mark, work));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      mark.isOpen = false;
      this.#running.delete(running);
    }
  }
}

/** Logs whose counts are not those of their rows. */
async function findMiscounts(db: Db): Promise<readonly string[]> {
  const logs = await db
    .selectFrom("log")
    .select((eb) => [
      "log.origin",
      "log.entryCount",
      "log.openedSize",
      eb
        .selectFrom("entry")
        .select((of) => of.fn.countAll().as("count"))
        .whereRef("entry.logId", "=", "log.id")
        .as("entries"),
      eb
        .selectFrom("node")
        .select((of) => of.fn.countAll().as("count"))
        .whereRef("node.logId", "=", "log.id")
        .where("node.level", "=", 0)
        .as("leaves"),
      eb
        .selectFrom("opened")
        .select((of) => of.fn.countAll().as("count"))
        .whereRef("opened.logId", "=", "log.id")
        .as("openedRows"),
    ])
    .execute();
  return logs.flatMap((log) => [
    ...(Number(log.entries) === log.entryCount ? [] : [`${log.origin}: entries are missing`]),
    ...(Number(log.leaves) === log.entryCount ? [] : [`${log.origin}: leaf hashes are missing`]),
    ...(Number(log.openedRows) === log.openedSize
      ? []
      : [`${log.origin}: the opened cache has gaps`]),
  ]);
}
