/**
 * The opened cache and the secrets of our own messages in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import { sql } from "kysely";
import {
  idsPerListMax,
  type JtiQuery,
  type OpenedRepository,
  type OpenedRow,
  type SecretRepository,
  type SecretRow,
  type Visibility,
} from "../service/storage-content.ts";
import {
  type AppendOutcome,
  entriesPerBatchMax,
  type InsertOutcome,
} from "../service/storage-log.ts";
import type { CompiledQueries } from "./compiled-queries.ts";
import { dropProjections } from "./projection-repository.ts";
import { isSameRow } from "./same-row.ts";
import { type Db, pastPrefix } from "./tables.ts";

export class SqlOpened implements OpenedRepository {
  readonly #db: Db;
  readonly #queries: CompiledQueries;

  constructor(db: Db, queries: CompiledQueries) {
    this.#db = db;
    this.#queries = queries;
  }

  async readOpened(logId: number, index: number): Promise<OpenedRow | undefined> {
    return (await this.listOpened(logId, index, 1))[0];
  }

  async listOpened(logId: number, from: number, countMax: number): Promise<readonly OpenedRow[]> {
    assert(countMax <= entriesPerBatchMax, "opened entries are read by 256");
    const values = [logId, from, from + countMax];
    return (await this.#queries.run(this.#db, openedQuery, values)).rows;
  }

  async readOpenedByJti(query: JtiQuery): Promise<OpenedRow | undefined> {
    const { channel, jti, author, class: trafficClass } = query;
    const known = { author, class: trafficClass };
    const columns = (["author", "class"] as const).filter((name) => known[name] !== undefined);
    const values = [channel, jti, ...columns.map((name) => known[name] ?? "")];
    return (await this.#queries.run(this.#db, jtiQuery(columns), values)).rows[0];
  }

  async listClassesOfJtis(
    { channel, author }: { readonly channel: string; readonly author: string },
    jtis: readonly string[],
  ): Promise<ReadonlyMap<string, TrafficClass>> {
    const { rows } = await this.#queries.among(this.#db, classesOfJtis, [channel, author], jtis);
    const first = new Map<string, TrafficClass>();
    for (const row of rows)
      if (row.jti !== null && !first.has(row.jti)) first.set(row.jti, row.class);
    return first;
  }

  async listJtis(
    channel: string,
    prefix: string,
    { channels, classes, desks }: Visibility,
  ): Promise<readonly string[]> {
    const isShown = channels === "all" || channels.includes(channel);
    if (!isShown || classes.length === 0 || desks.length === 0) return [];
    const rows = await this.#db
      .selectFrom("opened")
      .select("jti")
      .distinct()
      .where("channel", "=", channel)
      .where("jti", ">=", prefix)
      .where("jti", "<", pastPrefix(prefix))
      .$if(classes !== "all", (query) => query.where("class", "in", [...classes] as TrafficClass[]))
      .$if(desks !== "all", (query) => query.where("desk", "in", [...desks]))
      .orderBy("jti")
      .limit(idsPerListMax)
      .execute();
    return rows.flatMap(({ jti }) => jti ?? []);
  }

  async appendOpened(
    logId: number,
    expectedSize: number,
    rows: readonly OpenedRow[],
  ): Promise<AppendOutcome> {
    assert(
      rows.every((row, i) => row.logId === logId && row.index === expectedSize + i),
      "opened rows follow without gap",
    );
    const size = expectedSize + rows.length;
    const moved = await this.#queries.run(this.#db, moveOpened, [size, logId, expectedSize, size]);
    if (moved.numAffectedRows !== 1n) {
      const { openedSize } = await this.#db
        .selectFrom("log")
        .select("openedSize")
        .where("id", "=", logId)
        .executeTakeFirstOrThrow();
      assert(openedSize !== expectedSize, "nothing is opened before the mirror has cosigned it");
      return { isAppended: false, reason: "moved", count: openedSize };
    }
    await this.#queries.insert(this.#db, "opened", rows.map(openedOf));
    return { isAppended: true };
  }

  async dropOpened(): Promise<void> {
    await dropProjections(this.#db);
    await this.#db.deleteFrom("opened").execute();
    await this.#db.updateTable("log").set({ openedSize: 0 }).execute();
  }
}

const openedQuery = {
  name: "opened",
  build: (db: Db) =>
    db
      .selectFrom("opened")
      .selectAll()
      .where("logId", "=", 0)
      .where("index", ">=", 0)
      .where("index", "<", 0)
      .orderBy("index"),
};

/** The literals are of the text, not values: they are the same for every question. */
function jtiQuery(columns: readonly ("author" | "class")[]) {
  return {
    name: ["opened by jti", ...columns].join(" "),
    build: (db: Db) => {
      let found = db
        .selectFrom("opened")
        .selectAll()
        .where("channel", "=", "")
        .where("jti", "=", "");
      for (const column of columns) found = found.where(column, "=", "" as never);
      return found
        .orderBy((eb) =>
          eb.case().when("verdict", "=", sql.lit("accepted")).then(eb.lit(0)).else(eb.lit(1)).end(),
        )
        .orderBy("logId")
        .orderBy("index")
        .limit(sql.lit(1));
    },
  };
}

const classesOfJtis = {
  name: "classes of jtis",
  build: (db: Db, jtis: readonly string[]) =>
    db
      .selectFrom("opened")
      .select(["jti", "class"])
      .where("channel", "=", "")
      .where("author", "=", "")
      .where("jti", "in", jtis)
      .orderBy((eb) =>
        eb.case().when("verdict", "=", sql.lit("accepted")).then(eb.lit(0)).else(eb.lit(1)).end(),
      )
      .orderBy("logId")
      .orderBy("index"),
};

const moveOpened = {
  name: "move opened",
  build: (db: Db) =>
    db
      .updateTable("log")
      .set({ openedSize: 0 })
      .where("id", "=", 0)
      .where("openedSize", "=", 0)
      .where("size", ">=", 0),
};

/** Its columns in one order, whatever object the caller made. */
function openedOf(row: OpenedRow) {
  const { logId, index, channel, author, leafHash, verdict, jti, kind, desk, iat } = row;
  const { openedAt, message, contentKey } = row;
  const place = { logId, index, channel, class: row.class, author, leafHash };
  return { ...place, verdict, jti, kind, case: row.case, desk, iat, openedAt, message, contentKey };
}

export class SqlSecrets implements SecretRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readSecret(logId: number, index: number): Promise<SecretRow | undefined> {
    return this.#db
      .selectFrom("secret")
      .selectAll()
      .where("logId", "=", logId)
      .where("index", "=", index)
      .executeTakeFirst();
  }

  async insertSecret(secret: SecretRow): Promise<InsertOutcome> {
    const there = await this.readSecret(secret.logId, secret.index);
    if (there !== undefined) return isSameRow(there, secret) ? "present" : "conflict";
    await this.#db.insertInto("secret").values(secret).execute();
    return "stored";
  }
}
