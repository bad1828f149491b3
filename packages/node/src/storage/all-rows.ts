/**
 * Every row of every table, in key order: what a backup holds and a change of database carries over.
 *
 * The order and the octets are the same on every database: they depend on the rows alone, so that
 * equal digests mean equal databases. Memory is bounded by a page, whatever the tables hold.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { assert, Fault } from "@parley/core/fault";
import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import { CompiledQueries } from "./compiled-queries.ts";
import { type RowPage, type RowValue, RowWriter } from "./row-stream.ts";
import { type TableShape, tableShapes } from "./table-shapes.ts";
import type { Db, Tables } from "./tables.ts";

/**
 * @param tx - A read transaction that sees one moment, or a database that nobody else writes.
 * @returns Pages in the order in which {@link insertRows} takes them; each table at least once.
 * @throws Fault `storage.damaged` if a value is not of its column's type.
 */
export async function* readAllRows(tx: Db): AsyncGenerator<RowPage> {
  for (const [table, shape] of tableShapes) {
    const columns = Object.keys(shape.columns);
    const keyPlaces = shape.key.map((name) => columns.indexOf(name));
    let last: readonly RowValue[] | undefined;
    for (;;) {
      const rows = await readPage(tx, { table, shape, columns, last });
      if (rows.length > 0 || last === undefined) yield { table, columns, rows };
      const final = rows.at(-1);
      if (rows.length < shape.rowsPerPage || final === undefined) break;
      last = keyPlaces.map((place) => final[place] ?? null);
    }
  }
}

/** Adds rows as they are. The transaction is the caller's: half of the rows are of use to nobody. */
export class RowInserter {
  readonly #tx: Transaction<Tables>;
  readonly #queries = new CompiledQueries();

  /** @param tx - On a database that {@link isWithoutRows}. */
  constructor(tx: Transaction<Tables>) {
    this.#tx = tx;
  }

  /** @param page - Of a table and columns that this database has. */
  async insert({ table, columns, rows }: RowPage): Promise<void> {
    const named = rows.map((row) =>
      Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])),
    );
    await this.#queries.insert(this.#tx, table as keyof Tables, named as never);
  }
}

/** Whether no table holds a row: only then may the rows of another database be put in. */
export async function isWithoutRows(db: Db): Promise<boolean> {
  for (const table of tableShapes.keys()) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length > 0) return false;
  }
  return true;
}

/** SHA-256 over the canonical octets of pages, in hexadecimal; however they were cut. */
export class RowDigest {
  readonly #hash: Hash = createHash("sha256");
  readonly #writer = new RowWriter();

  add(page: RowPage): void {
    this.#hash.update(this.#writer.write(page));
  }

  finish(): string {
    return this.#hash.update(this.#writer.end()).digest("hex");
  }
}

/** Digest of everything that a database holds. */
export async function digestAllRows(tx: Db): Promise<string> {
  const digest = new RowDigest();
  for await (const page of readAllRows(tx)) digest.add(page);
  return digest.finish();
}

interface PageQuery {
  readonly table: string;
  readonly shape: TableShape;
  readonly columns: readonly string[];
  /** Key of the row before; undefined at the start. */
  readonly last: readonly RowValue[] | undefined;
}

async function readPage(tx: Db, query: PageQuery): Promise<readonly (readonly RowValue[])[]> {
  const { table, shape, columns, last } = query;
  const names = (of: readonly string[]): RawBuilder<unknown> =>
    sql.join(of.map((name) => sql.ref(name)));
  const after =
    last === undefined ? sql`` : sql`where (${names(shape.key)}) > (${sql.join([...last])})`;
  const { rows } = await sql<Record<string, unknown>>`
    select ${names(columns)} from ${sql.table(table)} ${after}
    order by ${names(shape.key)} limit ${sql.lit(shape.rowsPerPage)}`.execute(tx as Kysely<Tables>);
  return rows.map((row) =>
    columns.map((column) => checkedValue(table, column, row[column], shape)),
  );
}

function checkedValue(table: string, column: string, value: unknown, shape: TableShape): RowValue {
  const expected = shape.columns[column];
  assert(expected !== undefined, "a column of the table");
  if (value === null && expected.isNull) return null;
  if (expected.type === "bytes" && value instanceof Uint8Array) return value;
  if (expected.type === "integer" && Number.isSafeInteger(value)) return value as number;
  if (expected.type === "text" && typeof value === "string") return value;
  const detail = `${table}.${column} is not ${expected.type}`;
  throw new Fault("storage.damaged", detail, { retryable: false });
}
