/**
 * What a fold reads, in SQL: opened entries that it is fed, and of its past projected messages with what
 * was opened of them.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { sql } from "kysely";
import {
  type ClassScope,
  type FoldedRow,
  foldedRowsMax,
  type OpenedRow,
  type PastRepository,
} from "../service/storage-content.ts";
import { entriesPerBatchMax } from "../service/storage-log.ts";
import type { CompiledQueries } from "./compiled-queries.ts";
import { messageColumns, messageRowOf } from "./projection-repository.ts";
import { type Db, noTime } from "./tables.ts";

export class SqlPast implements PastRepository {
  readonly #db: Db;
  readonly #queries: CompiledQueries;

  constructor(db: Db, queries: CompiledQueries) {
    this.#db = db;
    this.#queries = queries;
  }

  async listToFeed(
    logId: number,
    from: number,
    countMax: number,
  ): Promise<readonly Pick<OpenedRow, "index" | "desk" | "verdict" | "message">[]> {
    assert(countMax <= entriesPerBatchMax, "opened entries are read by 256");
    return (await this.#queries.run(this.#db, toFeed, [logId, from, from + countMax])).rows;
  }

  async listByJti(
    { channel, class: of }: ClassScope,
    jtis: readonly string[],
  ): Promise<readonly FoldedRow[]> {
    const found = await this.#queries.among(this.#db, byJti, [channel, of], jtis);
    return found.rows.map(messageRowOf);
  }

  async listOfCases(
    { channel, class: of }: ClassScope,
    ids: readonly string[],
    after: FoldedRow | null,
  ): Promise<readonly FoldedRow[]> {
    const { case: id, receivedAt, logId, index } = after ?? beforeAll;
    const values = [channel, of, id ?? "", receivedAt ?? noTime, logId, index];
    const found = await this.#queries.among(this.#db, ofCases, values, ids);
    return found.rows.map(messageRowOf);
  }

  async listOfLog(logId: number, from: number, countMax: number): Promise<readonly FoldedRow[]> {
    assert(countMax <= entriesPerBatchMax, "messages of a log are read by 256");
    const found = await this.#queries.run(this.#db, ofLog, [logId, from, from + countMax]);
    return found.rows.map(messageRowOf);
  }
}

const beforeAll = { case: "", receivedAt: -1, logId: 0, index: -1 };

/** With what was opened of them. */
function foldedMessages(db: Db) {
  return db
    .selectFrom("projectedMessage")
    .innerJoin("opened", (join) =>
      join
        .onRef("opened.logId", "=", "projectedMessage.logId")
        .onRef("opened.index", "=", "projectedMessage.index"),
    )
    .select([...messageColumns.map((name) => `projectedMessage.${name}` as const), "isSettled"])
    .select(["opened.verdict", "opened.message"]);
}

const toFeed = {
  name: "to feed",
  build: (db: Db) =>
    db
      .selectFrom("opened")
      .select(["index", "desk", "verdict", "message"])
      .where("logId", "=", 0)
      .where("index", ">=", 0)
      .where("index", "<", 0)
      .orderBy("index"),
};

const byJti = {
  name: "past by jti",
  build: (db: Db, jtis: readonly string[]) =>
    foldedMessages(db)
      .where("opened.channel", "=", "")
      .where("opened.class", "=", "" as never)
      .where("opened.jti", "in", jtis)
      .orderBy("opened.jti")
      .orderBy((eb) =>
        eb.case().when("verdict", "=", sql.lit("accepted")).then(eb.lit(0)).else(eb.lit(1)).end(),
      )
      .orderBy("opened.logId")
      .orderBy("opened.index"),
};

const ofCases = {
  name: "past of cases",
  build: (db: Db, ids: readonly string[]) =>
    foldedMessages(db)
      .where("projectedMessage.channel", "=", "")
      .where("projectedMessage.class", "=", "" as never)
      .where((eb) =>
        eb(
          eb.refTuple(
            "projectedMessage.case",
            "receivedKey",
            "projectedMessage.logId",
            "projectedMessage.index",
          ),
          ">",
          eb.tuple("", 0, 0, 0) as never,
        ),
      )
      .where("projectedMessage.case", "in", ids)
      .orderBy("projectedMessage.case")
      .orderBy("receivedKey")
      .orderBy("projectedMessage.logId")
      .orderBy("projectedMessage.index")
      .limit(sql.lit(foldedRowsMax)),
};

const ofLog = {
  name: "past of a log",
  build: (db: Db) =>
    foldedMessages(db)
      .where("projectedMessage.logId", "=", 0)
      .where("projectedMessage.index", ">=", 0)
      .where("projectedMessage.index", "<", 0)
      .orderBy("projectedMessage.index"),
};
