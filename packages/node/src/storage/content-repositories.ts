/**
 * The opened cache and the secrets of our own messages in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import {
  idsPerListMax,
  type JtiQuery,
  type OpenedRepository,
  type OpenedRow,
  type SecretRepository,
  type SecretRow,
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
    return this.#db
      .selectFrom("opened")
      .selectAll()
      .where("logId", "=", logId)
      .where("index", ">=", from)
      .where("index", "<", from + countMax)
      .orderBy("index")
      .execute();
  }

  async readOpenedByJti(query: JtiQuery): Promise<OpenedRow | undefined> {
    let found = this.#db
      .selectFrom("opened")
      .selectAll()
      .where("channel", "=", query.channel)
      .where("jti", "=", query.jti);
    if (query.author !== undefined) found = found.where("author", "=", query.author);
    if (query.class !== undefined) found = found.where("class", "=", query.class);
    return found
      .orderBy((eb) => eb.case().when("verdict", "=", "accepted").then(0).else(1).end())
      .orderBy("logId")
      .orderBy("index")
      .limit(1)
      .executeTakeFirst();
  }

  async listJtis(channel: string, prefix: string): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom("opened")
      .select("jti")
      .distinct()
      .where("channel", "=", channel)
      .where("jti", ">=", prefix)
      .where("jti", "<", pastPrefix(prefix))
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
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set({ openedSize: expectedSize + rows.length })
      .where("id", "=", logId)
      .where("openedSize", "=", expectedSize)
      .where("size", ">=", expectedSize + rows.length)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) {
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
