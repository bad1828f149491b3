/**
 * A look at the database file of a home, beside whatever uses it: reads only, and waits for nobody.
 *
 * @module
 */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** As `PRAGMA quick_check` reports them. */
const problemsMax = 8;

/** @returns `undefined` if there is no such file, or it cannot be read as a database. */
export function inspectSqlite(path: string) {
  let database: DatabaseSync | undefined;
  try {
    const { size: bytes } = statSync(path);
    database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
    const one = (sql: string) => Object.values(database?.prepare(sql).get() ?? {})[0];
    const found = database.prepare(`PRAGMA quick_check(${problemsMax})`).all();
    const said = found.map((row) => String(Object.values(row)[0]));
    return {
      bytes,
      walBytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      freeBytes: Number(one("PRAGMA freelist_count")) * Number(one("PRAGMA page_size")),
      library: String(one("SELECT sqlite_version()")),
      problems: said.filter((text) => text !== "ok"),
    };
  } catch {
    // Whatever keeps it from being read is said by whoever opens it to work with it.
    return undefined;
  } finally {
    database?.close();
  }
}
