/**
 * SQLite through node:sqlite, as a Kysely dialect. The only file that knows SQLite's own SQL.
 *
 * Kysely's own driver says `begin`: a write after a read beside a second connection then fails at
 * once in spite of a busy timeout. This one says BEGIN IMMEDIATE for writes, and waits for its turn
 * without blocking the event loop. One connection writes; readers have their own, so that WAL lets
 * them go on meanwhile. A commit is one fsync of the WAL (`synchronous=FULL`).
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Defect, Fault } from "@parley/core/fault";
import {
  type CompiledQuery,
  type CreateTableBuilder,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type TransactionSettings,
} from "kysely";
import type { SqlTraits } from "./sql-traits.ts";

const busyStepMs = 20;

/** Prepared statements kept by a connection; the storage has some hundred different ones. */
const statementsMax = 256;

/** Pages of the WAL before it is copied back: some 32 MiB, a dozen batches of entries. */
const walPages = 4_000;
const pageBytes = 8_192;
/**
 * Pages that the connection which writes holds, 64 MiB: with SQLite's own 2 MiB, a rebuild of long logs
 * writes each page again and again. Those that only read are several, and keep what SQLite gives them.
 */
const cachePages = 8_192;

export interface SqliteOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
  readonly connectionsMax: number;
  /** How long a write waits for another process before it is `storage.locked`. */
  readonly busyMs: number;
}

export const sqliteTraits: SqlTraits = {
  bytesType: sql`blob`,
  clustered: <T extends string, C extends string>(table: CreateTableBuilder<T, C>) =>
    table.modifyEnd(sql`without rowid`),
  nowMs: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  patience: undefined,
  listTables: async (db: Kysely<unknown>) =>
    (await db.introspection.getTables()).map(({ name }) => name),
  findDamage: async (db: Kysely<unknown>) => {
    const pages = await sql<{ quick_check: string }>`pragma quick_check(20)`.execute(db);
    const keys = await sql<{ table: string }>`pragma foreign_key_check`.execute(db);
    const dangling = [...new Set(keys.rows.map(({ table }) => table))];
    return [
      ...pages.rows.map((row) => row.quick_check).filter((found) => found !== "ok"),
      ...dangling.map((table) => `a row of ${table} names a row that is not there`),
    ];
  },
};

export function sqliteDialect(options: SqliteOptions): Dialect {
  return {
    createAdapter: () => new ManyConnections(),
    createDriver: () => new SqliteDriver(options),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class ManyConnections extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** A pool that hands out connections in the order in which they were asked for. */
class SqliteDriver implements Driver {
  readonly #options: SqliteOptions;
  readonly #all: SqliteConnection[] = [];
  readonly #free: SqliteConnection[] = [];
  readonly #waiting: ((connection: SqliteConnection) => void)[] = [];

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#all.length >= this.#options.connectionsMax) {
      return new Promise((resolve) => this.#waiting.push(resolve));
    }
    const opened = new SqliteConnection(this.#options);
    this.#all.push(opened);
    return opened;
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next(connection);
  }

  async beginTransaction(
    connection: SqliteConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await connection.begin(settings.accessMode === "read only" ? "BEGIN" : "BEGIN IMMEDIATE");
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    connection.end("COMMIT");
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    connection.end("ROLLBACK");
  }

  async destroy(): Promise<void> {
    for (const connection of this.#all.splice(0)) connection.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();
  readonly #busyMs: number;
  #hasBegun = false;

  constructor({ path, isReadOnly, busyMs }: SqliteOptions) {
    this.#busyMs = busyMs;
    this.#database = named(() => {
      const database = new DatabaseSync(path, { readOnly: isReadOnly, timeout: busyMs });
      if (!isReadOnly) {
        database.exec(`PRAGMA page_size=${pageBytes}; PRAGMA journal_mode=WAL`);
        database.exec(`PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=${walPages}`);
        database.exec(`PRAGMA cache_size=${cachePages}`);
      }
      database.exec("PRAGMA foreign_keys=ON; PRAGMA busy_timeout=0");
      return database;
    });
  }

  /** Waits in steps: SQLite's own busy timeout would stop the whole process for as long. */
  async begin(statement: "BEGIN" | "BEGIN IMMEDIATE"): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += busyStepMs) {
      try {
        named(() => this.#database.exec(statement));
        this.#hasBegun = true;
        return;
      } catch (fault) {
        const isBusy = fault instanceof Fault && fault.code === "storage.locked";
        if (!isBusy || waitedMs >= this.#busyMs) throw fault;
        await sleep(busyStepMs);
      }
    }
  }

  end(statement: "COMMIT" | "ROLLBACK"): void {
    if (statement === "COMMIT") {
      this.#checkTransaction();
      named(() => this.#database.exec("COMMIT"));
    } else if (this.#database.isTransaction) {
      named(() => this.#database.exec("ROLLBACK"));
    }
    this.#hasBegun = false;
  }

  async executeQuery<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    this.#checkTransaction();
    return named(() => {
      const { statement, hasRows } = this.#prepare(text);
      const values = parameters as readonly SQLInputValue[];
      if (hasRows) return { rows: statement.all(...values) as R[] };
      return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
    });
  }

  // biome-ignore lint/correctness/useYield: no query of the storage is streamed.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Defect("rows are read by pages, not streamed");
  }

  close(): void {
    this.#database.close();
  }

  /** A full disk makes SQLite roll back by itself; what follows would be kept one by one. */
  #checkTransaction(): void {
    if (this.#hasBegun && !this.#database.isTransaction) {
      throw new Fault("storage.io", "the transaction was rolled back", { retryable: true });
    }
  }

  #prepare(text: string): Prepared {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      const statement = this.#database.prepare(text);
      prepared = { statement, hasRows: statement.columns().length > 0 };
      const [oldest] = this.#statements.keys();
      if (this.#statements.size >= statementsMax && oldest !== undefined) {
        this.#statements.delete(oldest);
      }
    } else {
      this.#statements.delete(text);
    }
    this.#statements.set(text, prepared);
    return prepared;
  }
}

type Prepared = { readonly statement: StatementSync; readonly hasRows: boolean };

/** Primary result codes, https://sqlite.org/rescode.html. What is not here is our own mistake. */
const faultCodes: Readonly<Record<number, { readonly code: string; readonly retryable: boolean }>> =
  {
    3: { code: "storage.unavailable", retryable: false },
    5: { code: "storage.locked", retryable: true },
    6: { code: "storage.locked", retryable: true },
    7: { code: "storage.io", retryable: true },
    8: { code: "storage.read-only", retryable: true },
    10: { code: "storage.io", retryable: true },
    11: { code: "storage.damaged", retryable: false },
    13: { code: "storage.full", retryable: true },
    14: { code: "storage.unavailable", retryable: true },
    26: { code: "storage.damaged", retryable: false },
  };

/** Gives what SQLite throws the name it has in Parley. */
function named<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw namedError(cause);
  }
}

function namedError(cause: unknown): unknown {
  if (!(cause instanceof Error) || !("errcode" in cause)) return cause;
  const primary = Number(cause.errcode) & 0xff;
  const fault = faultCodes[primary];
  if (fault === undefined) return new Defect(`SQLite ${primary}: ${cause.message}`, { cause });
  return new Fault(fault.code, `SQLite ${Number(cause.errcode)}: ${cause.message}`, {
    cause,
    retryable: fault.retryable,
  });
}
