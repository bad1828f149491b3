/**
 * Logs in SQL: entries, nodes, and the heads that move with them.
 *
 * Every append first moves the count in `log` from what the caller believed to what it will be: the
 * row is then locked, and who comes second finds another count and does nothing.
 *
 * @module
 */
import { assert, Fault } from "@parley/core/fault";
import type { Receipt } from "@parley/core/log/receipt-list";
import type { NodeId } from "@parley/core/log/tree";
import { sql } from "kysely";
import {
  type AppendOutcome,
  type CheckpointRow,
  type EntryBatch,
  entriesPerBatchMax,
  type InsertOutcome,
  type LogEntry,
  type LogFilter,
  type LogRepository,
  type LogRow,
  type MirrorCommit,
  type NewLog,
  nodesPerReadMax,
} from "../service/storage-log.ts";
import { SqlCheckpoints } from "./checkpoint-tables.ts";
import type { CompiledQueries } from "./compiled-queries.ts";
import type { Db } from "./tables.ts";

const logColumns = [
  ...(["id", "channel", "class", "author", "epoch", "origin", "direction"] as const),
  ...(["entryCount", "size", "root", "openedSize", "receiptedSize"] as const),
  ...(["pendingSize", "closedAtSize"] as const),
] as const;

const nothing = new Uint8Array(0);

/** Entries in memory. */
export interface RecentlyAppended {
  list(logId: number, from: number, count: number): readonly LogEntry[] | undefined;
  /** Entries of the transaction that is open. */
  note(logId: number, entries: readonly LogEntry[]): void;
}

export class SqlLogs implements LogRepository {
  readonly #db: Db;
  readonly #queries: CompiledQueries;
  readonly #recent: RecentlyAppended;
  readonly #checkpoints: SqlCheckpoints;

  constructor(db: Db, queries: CompiledQueries, recent: RecentlyAppended) {
    this.#db = db;
    this.#queries = queries;
    this.#recent = recent;
    this.#checkpoints = new SqlCheckpoints(db, (id) => this.#mustRead(id));
  }

  async readLog(id: number): Promise<LogRow | undefined> {
    return (await this.#queries.run(this.#db, logQuery, [id])).rows[0];
  }

  async readLogByOrigin(origin: string): Promise<LogRow | undefined> {
    return this.#db
      .selectFrom("log")
      .select(logColumns)
      .where("origin", "=", origin)
      .executeTakeFirst();
  }

  async listLogs(filter: LogFilter): Promise<readonly LogRow[]> {
    const columns = filterColumns.filter((name) => filter[name] !== undefined);
    const values = columns.map((name) => filter[name] ?? "");
    return (await this.#queries.run(this.#db, logsQuery(columns), values)).rows;
  }

  async createLog({ emptyRoot, ...log }: NewLog): Promise<LogRow> {
    const there = await this.readLogByOrigin(log.origin);
    if (there !== undefined) return there;
    const { last } = await this.#db
      .selectFrom("log")
      .select((eb) => eb.fn.max("id").as("last"))
      .executeTakeFirstOrThrow();
    const counts = { entryCount: 0, size: 0, openedSize: 0, receiptedSize: 0 };
    const row = { id: (last ?? 0) + 1, ...log, ...counts, root: emptyRoot };
    const made = { ...row, pendingSize: null, closedAtSize: null };
    await this.#db
      .insertInto("log")
      .values({ ...made, receiptedAt: 0 })
      .execute();
    return made;
  }

  async closeLog(id: number, closedAtSize: number): Promise<InsertOutcome> {
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set({ closedAtSize })
      .where("id", "=", id)
      .where("closedAtSize", "is", null)
      .executeTakeFirst();
    if (numUpdatedRows === 1n) return "stored";
    const log = await this.#mustRead(id);
    return log.closedAtSize === closedAtSize ? "present" : "conflict";
  }

  async append(id: number, batch: EntryBatch): Promise<AppendOutcome> {
    const { expectedCount, entries, nodes, root } = batch;
    const leaves = nodes.filter(({ level }) => level === 0);
    assert(entries.length > 0 && entries.length <= entriesPerBatchMax, "a batch of 1 to 256");
    assert(
      leaves.length === entries.length && leaves.every((n, i) => n.index === expectedCount + i),
      "each entry has its leaf",
    );
    const count = expectedCount + entries.length;
    const moved = await this.#moveCount(id, expectedCount, count, root);
    if (!moved) return this.#refuseAppend(id, batch);
    const rows = entries.map((bytes, i) => ({ logId: id, index: expectedCount + i, bytes }));
    await this.#queries.insert(this.#db, "entry", rows);
    const hashes = nodes.map(({ level, index, hash }) => ({ logId: id, level, index, hash }));
    await this.#queries.insert(this.#db, "node", hashes);
    this.#recent.note(
      id,
      entries.map((bytes, i) => ({
        ...{ index: expectedCount + i, bytes },
        leafHash: leaves[i]?.hash ?? nothing,
      })),
    );
    return { isAppended: true };
  }

  async readEntries(
    id: number,
    from: number,
    countMax: number = entriesPerBatchMax,
  ): Promise<readonly LogEntry[]> {
    assert(countMax <= entriesPerBatchMax, "entries are read by 256");
    const recent = this.#recent.list(id, from, countMax);
    if (recent !== undefined) return recent;
    const values = [id, from, from + countMax];
    return (await this.#queries.run(this.#db, entriesQuery, values)).rows;
  }

  async readNodes(id: number, ids: readonly NodeId[]): Promise<readonly Uint8Array[]> {
    assert(ids.length <= nodesPerReadMax, "nodes are read by 1,024");
    const hashes: Uint8Array[] = [];
    for (const { level, index } of ids) {
      const { rows } = await this.#queries.run(this.#db, nodeQuery, [id, level, index]);
      const [row] = rows;
      if (row === undefined) {
        const detail = `log ${id} lacks the node ${level}/${index}`;
        throw new Fault("storage.damaged", detail, { retryable: false });
      }
      hashes.push(row.hash);
    }
    return hashes;
  }

  async readHashes(
    id: number,
    level: number,
    from: number,
    countMax: number,
  ): Promise<readonly Uint8Array[]> {
    assert(countMax <= entriesPerBatchMax, "hashes are read by 256");
    const rows = await this.#db
      .selectFrom("node")
      .select("hash")
      .where("logId", "=", id)
      .where("level", "=", level)
      .where("index", ">=", from)
      .where("index", "<", from + countMax)
      .orderBy("index")
      .execute();
    return rows.map(({ hash }) => hash);
  }

  recordCheckpoint(id: number, checkpoint: CheckpointRow): Promise<string> {
    return this.#checkpoints.record(id, checkpoint);
  }

  readCheckpoint(id: number, size: number): Promise<CheckpointRow | undefined> {
    return this.#checkpoints.read(id, size);
  }

  readLastCheckpoint(id: number): Promise<CheckpointRow | undefined> {
    return this.#checkpoints.readLast(id);
  }

  listCheckpoints(id: number, fromSize: number): Promise<readonly CheckpointRow[]> {
    return this.#checkpoints.list("checkpoint", id, fromSize);
  }

  addPending(id: number, expectedSize: number, checkpoint: CheckpointRow): Promise<AppendOutcome> {
    return this.#checkpoints.addPending(id, expectedSize, checkpoint);
  }

  listPending(id: number): Promise<readonly CheckpointRow[]> {
    return this.#checkpoints.list("pendingCheckpoint", id, 0);
  }

  commitMirror(id: number, commit: MirrorCommit): Promise<Receipt | undefined> {
    return this.#checkpoints.commitMirror(id, commit);
  }

  /** A mirror's size and root wait for the cosignature; an own log's move with its entries. */
  async #moveCount(
    id: number,
    expectedCount: number,
    count: number,
    root: Uint8Array | null,
  ): Promise<boolean> {
    const change = root === null ? {} : { size: count, root };
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set({ entryCount: count, ...change })
      .where("id", "=", id)
      .where("direction", root === null ? "=" : "!=", "mirror")
      .where("entryCount", "=", expectedCount)
      .where((eb) => eb.or([eb("closedAtSize", "is", null), eb("closedAtSize", ">=", count)]))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #refuseAppend(id: number, batch: EntryBatch): Promise<AppendOutcome> {
    const { entryCount, direction } = await this.#mustRead(id);
    assert(
      (batch.root === null) === (direction === "mirror"),
      "only a mirror has no root before it cosigns",
    );
    const reason = entryCount === batch.expectedCount ? "closed" : "moved";
    return { isAppended: false, reason, count: entryCount };
  }

  async #mustRead(id: number): Promise<LogRow> {
    const log = await this.readLog(id);
    assert(log !== undefined, `log ${id} is there`);
    return log;
  }
}

const logQuery = {
  name: "log",
  build: (db: Db) => db.selectFrom("log").select(logColumns).where("id", "=", 0),
};

const filterColumns = ["channel", "class", "author", "direction"] as const;

function logsQuery(columns: readonly (typeof filterColumns)[number][]) {
  return {
    name: ["logs by", ...columns].join(" "),
    build: (db: Db) => {
      let query = db.selectFrom("log").select(logColumns);
      for (const column of columns) query = query.where(column, "=", "" as never);
      return query.orderBy("channel").orderBy("class").orderBy("author").orderBy("epoch");
    },
  };
}

const entriesQuery = {
  name: "entries",
  build: (db: Db) =>
    db
      .selectFrom("entry")
      .innerJoin("node", (join) =>
        join
          .onRef("node.logId", "=", "entry.logId")
          .onRef("node.index", "=", "entry.index")
          .on("node.level", "=", sql.lit(0)),
      )
      .select(["entry.index", "entry.bytes", "node.hash as leafHash"])
      .where("entry.logId", "=", 0)
      .where("entry.index", ">=", 0)
      .where("entry.index", "<", 0)
      .orderBy("entry.index"),
};

const nodeQuery = {
  name: "node",
  build: (db: Db) =>
    db
      .selectFrom("node")
      .select("hash")
      .where("logId", "=", 0)
      .where("level", "=", 0)
      .where("index", "=", 0),
};
