/**
 * Queries of the hot paths, compiled once for each dialect and run again with other values.
 *
 * Kysely builds and compiles a query in some 30 µs; SQLite answers it in 3. Batches are inserted in
 * powers of two, so that few statements serve every length.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { type Compilable, type CompiledQuery, type QueryResult, sql } from "kysely";
import type { Db, Tables } from "./tables.ts";

/** Rows in one INSERT. 256 rows of 16 columns stay below the parameters that SQLite allows, 32,766. */
const rowsPerInsertMax = 256;

/** Ids in one list of a query. */
export const idsAmongMax = 256;

type Value = string | number | Uint8Array | null;

interface Query<R> {
  /** Of this query alone. */
  readonly name: string;
  /** The query with any values; called once. */
  readonly build: (db: Db) => Compilable<R>;
}

export class CompiledQueries {
  readonly #compiled = new Map<string, CompiledQuery>();

  /** @param values - In the order in which they stand in the query. */
  async run<R>(db: Db, query: Query<R>, values: readonly Value[]): Promise<QueryResult<R>> {
    let compiled = this.#compiled.get(query.name);
    if (compiled === undefined) {
      compiled = query.build(db).compile();
      this.#compiled.set(query.name, compiled);
    }
    assert(compiled.parameters.length === values.length, `values of ${query.name}`);
    return db.executeQuery<R>({ ...compiled, parameters: values } as CompiledQuery<R>);
  }

  /**
   * A query with a list of ids, whose values stand after all others. Its length is rounded up to a
   * power of two by naming the last id again, so that few statements serve every length.
   *
   * @param ids - At least one, at most {@link idsAmongMax}.
   */
  async among<R>(
    db: Db,
    query: {
      readonly name: string;
      readonly build: (db: Db, ids: readonly string[]) => Compilable<R>;
    },
    values: readonly Value[],
    ids: readonly string[],
  ): Promise<QueryResult<R>> {
    const last = ids.at(-1);
    assert(last !== undefined && ids.length <= idsAmongMax, "ids are asked for by 256");
    const count = 2 ** Math.ceil(Math.log2(ids.length));
    const padded = [...ids, ...Array.from({ length: count - ids.length }, () => last)];
    const build = (on: Db) => query.build(on, padded);
    return this.run(db, { name: `${query.name}, ${count}`, build }, [...values, ...padded]);
  }

  /**
   * Rows with the same columns, in the same order.
   *
   * @param replacedBy - Columns of the primary key by which a stored row is replaced; without them
   *   every row must be new. No two of the rows may have the same key.
   */
  async insert<T extends keyof Tables>(
    db: Db,
    table: T,
    rows: readonly (Tables[T] & Readonly<Record<string, Value>>)[],
    replacedBy?: readonly string[],
  ): Promise<void> {
    const columns = Object.keys(rows[0] ?? {});
    for (let from = 0; from < rows.length; ) {
      const count = Math.min(largestPowerOfTwo(rows.length - from), rowsPerInsertMax);
      const some = rows.slice(from, from + count);
      const build = (on: Db) => {
        const insert = on.insertInto(table as keyof Tables).values(some as never);
        if (replacedBy === undefined) return insert;
        const changed = columns.filter((column) => !replacedBy.includes(column));
        const change = Object.fromEntries(
          changed.map((column) => [column, sql.ref(`excluded.${column}`)]),
        );
        return insert.onConflict((conflict) =>
          conflict.columns(replacedBy as never).doUpdateSet(change),
        );
      };
      const name = `${replacedBy === undefined ? "insert" : "replace"} ${count} ${table}`;
      const values = some.flatMap((row) => columns.map((column) => row[column] ?? null));
      await this.run(db, { name, build }, values);
      from += count;
    }
  }
}

function largestPowerOfTwo(count: number): number {
  return 2 ** Math.floor(Math.log2(count));
}
