/**
 * Opens a node's database on a PostgreSQL server, migrating it if an older program wrote it.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { Kysely, sql } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { publicPlace } from "../postgres-address.ts";
import type { Storage } from "../service/storage.ts";
import { migrate } from "./migrate.ts";
import type { OpenRefusal } from "./open-sqlite.ts";
import { postgresDialect, postgresTraits } from "./postgres-dialect.ts";
import { SqlStorage, type SqlStorageParts } from "./sql-storage.ts";
import type { Tables } from "./tables.ts";

/** Reads that go on at once, as on SQLite: pages of a console, a pull of the peer, an export. */
const readersMax = 4;

/** The oldest version whose errors and settings this program knows; the newest is tested. */
export const postgresVersionMin = 16;

export type PostgresRefusal = OpenRefusal | "storage.too-old";

/**
 * @param mode - `create` for `parley init`: the database must be there and empty, for making it is
 *   its administrator's.
 * @returns As `openSqliteStorage`; `storage.too-old` if the server is older than
 *   {@link postgresVersionMin}.
 * @throws Fault `storage.unavailable`, `storage.denied`, `storage.read-only`.
 */
export async function openPostgresStorage(
  address: string,
  mode: "create" | "open",
): Promise<LocalResult<Storage, PostgresRefusal>> {
  const opened = await openPostgres(address, mode);
  return opened.ok ? { ok: true, value: new SqlStorage(opened.value) } : opened;
}

/** As {@link openPostgresStorage}, for what goes over all rows. */
export async function openPostgres(
  address: string,
  mode: "create" | "open",
): Promise<LocalResult<SqlStorageParts, PostgresRefusal>> {
  const writer = new Kysely<Tables>({ dialect: postgresDialect({ address, connectionsMax: 1 }) });
  try {
    const opened = await prepare(writer as Kysely<unknown>, publicPlace(address), mode);
    if (!opened.ok) {
      await writer.destroy();
      return opened;
    }
  } catch (fault) {
    await writer.destroy();
    throw fault;
  }
  const reader = new Kysely<Tables>({
    dialect: postgresDialect({ address, connectionsMax: readersMax }),
  });
  return { ok: true, value: { writer, reader, traits: postgresTraits } };
}

async function prepare(
  db: Kysely<unknown>,
  database: string,
  mode: "create" | "open",
): Promise<LocalResult<true, PostgresRefusal>> {
  const server = await readServer(db);
  if (server.version < postgresVersionMin) {
    const versions = { found: String(server.version), needed: String(postgresVersionMin) };
    return refuseLocally("storage.too-old", { database, ...versions });
  }
  if (server.isReadOnly) {
    throw new Fault("storage.read-only", `${database} takes no writes`, { retryable: true });
  }
  const tables = await postgresTraits.listTables(db);
  if (mode === "open" && tables.length === 0) return refuseLocally("storage.missing", { database });
  if (mode === "create" && tables.includes("migration")) {
    return refuseLocally("storage.exists", { database });
  }
  return migrate(db, postgresTraits, database);
}

interface Server {
  /** The first number of its version. */
  readonly version: number;
  /** A standby, or set so by its administrator. */
  readonly isReadOnly: boolean;
}

async function readServer(db: Kysely<unknown>): Promise<Server> {
  const { rows } = await sql<{ version: string; readOnly: string; isStandby: boolean }>`
    select current_setting('server_version_num') as version,
      current_setting('default_transaction_read_only') as "readOnly",
      pg_is_in_recovery() as "isStandby"`.execute(db);
  const [row] = rows;
  return {
    version: Math.floor(Number(row?.version) / 10_000),
    isReadOnly: row?.readOnly === "on" || row?.isStandby === true,
  };
}
