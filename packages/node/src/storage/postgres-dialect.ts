/**
 * PostgreSQL through pg, as a Kysely dialect. The only file that knows PostgreSQL's own SQL.
 *
 * Whoever writes takes its turn first: one transaction that writes runs at a time over all processes,
 * as on SQLite, so that what it read stays true until it is kept. A session that keeps a transaction
 * open without a word is ended by the server, and its turn with it: a process that is stopped, or
 * whose machine is gone, holds up nobody for longer than {@link idleMsMax}.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Defect } from "@parley/core/fault";
import {
  type CompiledQuery,
  type CreateTableBuilder,
  type DatabaseConnection,
  type DataTypeNode,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  sql,
  type TransactionSettings,
} from "kysely";
import pg from "pg";
import { namedPostgresError } from "./postgres-faults.ts";
import type { SqlTraits } from "./sql-traits.ts";

/** Key of the advisory lock that a transaction which writes holds: "parley" in ASCII. */
const writeTurn = 0x70_61_72_6c_65_79;

/** How long a session may keep a transaction open without asking anything. Milliseconds. */
export const idleMsMax = 10_000;
/** How long a write waits for its turn before it is `storage.locked`. Milliseconds. */
const lockMsMax = 20_000;
const connectMsMax = 10_000;

/** Named statements that a connection keeps; the storage has some hundred different ones. */
const statementsMax = 512;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?…`. */
  readonly address: string;
  readonly connectionsMax: number;
  /** How long a write waits for its turn before it is `storage.locked`; {@link lockMsMax} if absent. */
  readonly lockMs?: number;
}

export const postgresTraits: SqlTraits = {
  bytesType: sql`bytea`,
  clustered: <T extends string, C extends string>(table: CreateTableBuilder<T, C>) => table,
  nowMs: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
  patience: sql`set local idle_in_transaction_session_timeout = 0`,
  listTables: async (db: Kysely<unknown>) => {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
    return rows.map(({ name }) => name);
  },
  findDamage: async (db: Kysely<unknown>) => {
    // Every value is read and unpacked; a page whose checksum is wrong is a fault of its own.
    for (const name of await postgresTraits.listTables(db)) {
      await sql`select count(hashtext(${sql.id(name)}::text)) from ${sql.table(name)}`.execute(db);
    }
    return [];
  },
};

export function postgresDialect(options: PostgresOptions): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(createPool(options)),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new BytewiseText(),
  };
}

/** Text is sorted by its bytes, as SQLite does, and never anew when the machine's collations change. */
class BytewiseText extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === "text") this.append(' collate "C"');
  }
}

/** What every connection of Parley is set to. */
export function connectionSettings(address: string): pg.ClientConfig {
  return {
    connectionString: address,
    application_name: "parley",
    connectionTimeoutMillis: connectMsMax,
    idle_in_transaction_session_timeout: idleMsMax,
    keepAlive: true,
    // What is acknowledged is on the disk, and on that of a synchronous standby, whatever the
    // default of the server.
    options: "-c synchronous_commit=on",
    types: { getTypeParser: parserOf },
  };
}

function createPool({ address, connectionsMax, lockMs }: PostgresOptions): pg.Pool {
  const settings = connectionSettings(address);
  const pool = new pg.Pool({ ...settings, max: connectionsMax, lock_timeout: lockMs ?? lockMsMax });
  // A connection that is lost while nobody uses it is replaced when one is needed.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Types by their number: https://github.com/postgres/postgres/blob/REL_18_0/src/include/catalog/pg_type.dat. */
function parserOf(oid: number): (text: string) => unknown {
  if (oid === 20) return parseInteger;
  if (oid === 17) return parseBytes;
  return pg.types.getTypeParser(oid, "text");
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Defect("every number of the storage is exact");
  return value;
}

/** As PostgreSQL writes bytes since version 9: `\x`, then hexadecimal digits. */
function parseBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

class PostgresDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    const client = await named(() => this.#pool.connect());
    const known = this.#connections.get(client) ?? new PostgresConnection(client);
    this.#connections.set(client, known);
    return known;
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async beginTransaction(
    connection: PostgresConnection,
    { accessMode }: TransactionSettings,
  ): Promise<void> {
    if (accessMode === "read only") {
      await connection.say("begin isolation level repeatable read read only");
      return;
    }
    // What is read after the turn has come is what the one before has left.
    await connection.say("begin isolation level read committed read write");
    try {
      await connection.say(`select pg_advisory_xact_lock(${writeTurn})`);
    } catch (fault) {
      await connection.abandon();
      throw fault;
    }
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.say("commit");
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.abandon();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  /** Names by text: a statement is parsed and planned once for each connection. */
  readonly #names = new Map<string, string>();
  #isBroken = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async say(statement: string): Promise<void> {
    await named(() => this.#client.query(statement));
  }

  /** Ends a transaction that failed; if even that fails, the connection with it. */
  async abandon(): Promise<void> {
    try {
      await this.#client.query("rollback");
    } catch {
      // What ended the transaction is thrown already; the server undoes it with the session.
      this.#isBroken = true;
    }
  }

  async executeQuery<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const values = [...parameters];
    const name = this.#nameOf(text);
    const { rows, rowCount } = await named(() => this.#client.query({ name, text, values }));
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  // biome-ignore lint/correctness/useYield: no query of the storage is streamed.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Defect("rows are read by pages, not streamed");
  }

  release(): void {
    this.#client.release(this.#isBroken);
  }

  /** @returns `undefined` for what is one too many: it is then parsed each time. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= statementsMax) return known;
    const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    this.#names.set(text, name);
    return name;
  }
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw namedPostgresError(cause);
  }
}
