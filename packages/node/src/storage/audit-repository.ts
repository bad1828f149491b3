/**
 * The audit log's lock and its index, in SQL. Its entries lie where those of every log lie.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from "kysely";
import type { Page, PageRequest } from "../service/storage-content.ts";
import type { LogRow } from "../service/storage-log.ts";
import type { ActFilter, ActRow, AuditRepository } from "../service/storage-people.ts";
import { nextCursor, parseCursor, rowsOf } from "./page-cursor.ts";
import type { Db, Tables } from "./tables.ts";

export class SqlAudit implements AuditRepository {
  readonly #db: Db;
  readonly #readLog: (id: number) => Promise<LogRow | undefined>;

  constructor(db: Db, readLog: (id: number) => Promise<LogRow | undefined>) {
    this.#db = db;
    this.#readLog = readLog;
  }

  async lockLog(id: number): Promise<LogRow> {
    // A change that changes nothing locks the row on every database.
    await this.#db
      .updateTable("log")
      .set({ entryCount: sql.ref("entryCount") })
      .where("id", "=", id)
      .execute();
    const log = await this.#readLog(id);
    assert(log !== undefined, "the log is there");
    return log;
  }

  async insertAct(act: ActRow): Promise<void> {
    await this.#db.insertInto("act").values(act).execute();
  }

  async listActs(logId: number, filter: ActFilter, page: PageRequest): Promise<Page<ActRow>> {
    const meant = (eb: ExpressionBuilder<Tables, "act">): Expression<SqlBool> =>
      eb.and([
        eb("logId", "=", logId),
        ...(filter.act === undefined ? [] : [eb("act", "=", filter.act)]),
        ...(filter.officer === undefined ? [] : [eb("officer", "=", filter.officer)]),
      ]);
    const { total } = await this.#db
      .selectFrom("act")
      .select((eb) => eb.fn.countAll().as("total"))
      .where(meant)
      .executeTakeFirstOrThrow();
    const [after] = parseCursor(page.after, ["number"]) ?? [];
    const rows = await this.#db
      .selectFrom("act")
      .selectAll()
      .where(meant)
      .$if(after !== undefined, (query) => query.where("index", "<", Number(after)))
      .orderBy("index", "desc")
      .limit(rowsOf(page) + 1)
      .execute();
    const shown = rows.slice(0, rowsOf(page));
    const next = nextCursor(rows, shown, ({ index }) => [index]);
    return { rows: shown, total: Number(total), next };
  }
}
