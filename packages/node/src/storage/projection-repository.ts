/**
 * Projections in SQL: what lists show. Everything here can be dropped and folded again.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { type SelectQueryBuilder, sql } from "kysely";
import {
  type CaseFilter,
  type CaseRow,
  type ClassScope,
  idsPerListMax,
  type MessageFilter,
  type MessageRow,
  type Page,
  type PageRequest,
  type ProjectionRepository,
  type Visibility,
} from "../service/storage-content.ts";
import { entriesPerBatchMax } from "../service/storage-log.ts";
import { type CompiledQueries, idsAmongMax } from "./compiled-queries.ts";
import { nextCursor, parseCursor, rowsOf } from "./page-cursor.ts";
import { type Db, noTime, pastPrefix, type Tables } from "./tables.ts";

type CaseQuery<O> = SelectQueryBuilder<Tables, "projectedCase", O>;
type MessageQuery<O> = SelectQueryBuilder<Tables, "projectedMessage", O>;

export const messageColumns = [
  ...(["channel", "class", "logId", "index", "author", "epoch", "desk"] as const),
  ...(["jti", "kind", "case", "iat", "receivedAt", "refusedAs", "foldedAs"] as const),
] as const;

export class SqlProjections implements ProjectionRepository {
  readonly #db: Db;
  readonly #queries: CompiledQueries;

  constructor(db: Db, queries: CompiledQueries) {
    this.#db = db;
    this.#queries = queries;
  }

  async readCase(
    scope: ClassScope,
    id: string,
    visibility: Visibility,
  ): Promise<CaseRow | undefined> {
    if (showsNothing(visibility)) return undefined;
    const row = await visibleCases(this.#db.selectFrom("projectedCase").selectAll(), visibility)
      .where("channel", "=", scope.channel)
      .where("class", "=", scope.class)
      .where("id", "=", id)
      .executeTakeFirst();
    return row && (await this.#withDesks([row]))[0];
  }

  async listCases(
    filter: CaseFilter,
    visibility: Visibility,
    page: PageRequest,
  ): Promise<Page<CaseRow>> {
    if (showsNothing(visibility)) return emptyPage;
    const { isOpen } = filter;
    const narrow = <O>(query: CaseQuery<O>) => {
      const visible = visibleCases(query, visibility);
      return isOpen === undefined ? visible : visible.where("isOpen", "=", isOpen ? 1 : 0);
    };
    const { total } = await narrow(
      this.#db.selectFrom("projectedCase").select((eb) => eb.fn.countAll().as("total")),
    ).executeTakeFirstOrThrow();
    const key = filter.order === "due" ? "dueKey" : "lastAt";
    const direction = filter.order === "due" ? "asc" : "desc";
    const after = parseCursor(page.after, ["number", "string", "string", "string"]);
    const rows = await narrow(this.#db.selectFrom("projectedCase").selectAll())
      .$if(after !== null, (query) =>
        query.where((eb) => {
          const [time, channel, trafficClass, id] = after ?? [];
          const place = eb.refTuple(key, "channel", "class", "id");
          const past = eb.tuple(Number(time), String(channel), String(trafficClass), String(id));
          return eb(place, direction === "asc" ? ">" : "<", past as never);
        }),
      )
      .orderBy(key, direction)
      .orderBy("channel", direction)
      .orderBy("class", direction)
      .orderBy("id", direction)
      .limit(rowsOf(page) + 1)
      .execute();
    const shown = rows.slice(0, rowsOf(page));
    const next = nextCursor(rows, shown, (row) => [row[key], row.channel, row.class, row.id]);
    return { rows: await this.#withDesks(shown), total: Number(total), next };
  }

  async countOpenCases(channel: string, countMax: number): Promise<number> {
    const open = this.#openCases(channel).select("id").limit(countMax);
    const { total } = await this.#db
      .selectFrom(open.as("open"))
      .select((eb) => eb.fn.countAll().as("total"))
      .executeTakeFirstOrThrow();
    return Number(total);
  }

  async listOpenCaseIds(scope: ClassScope, countMax: number): Promise<readonly string[]> {
    const rows = await this.#openCases(scope.channel)
      .select("id")
      .where("class", "=", scope.class)
      .limit(countMax)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** By the index of open cases: that of channels would lead through every case that is closed. */
  #openCases(channel: string) {
    return this.#db
      .selectFrom("projectedCase")
      .where("isOpen", "=", 1)
      .where(sql<string>`${sql.ref("channel")} || ''`, "=", channel);
  }

  async writeCases(rows: readonly CaseRow[]): Promise<void> {
    const place = ["channel", "class", "id"] as const;
    await this.#queries.insert(this.#db, "projectedCase", rows.map(caseOf), place);
    for (const [channel, ofChannel] of Map.groupBy(rows, (row) => row.channel)) {
      for (const [of, ofClass] of Map.groupBy(ofChannel, (row) => row.class)) {
        for (let from = 0; from < ofClass.length; from += idsAmongMax) {
          const ids = ofClass.slice(from, from + idsAmongMax).map(({ id }) => id);
          await this.#queries.among(this.#db, forgetDesks, [channel, of], ids);
        }
      }
    }
    const desks = rows.flatMap(({ channel, class: of, id, desks: all }) =>
      [...new Set(all)].map((desk) => ({ channel, class: of, id, desk })),
    );
    await this.#queries.insert(this.#db, "projectedCaseDesk", desks);
  }

  async deleteCase(scope: ClassScope, id: string): Promise<void> {
    await this.#db
      .deleteFrom("projectedCase")
      .where("channel", "=", scope.channel)
      .where("class", "=", scope.class)
      .where("id", "=", id)
      .execute();
  }

  async listMessages(
    filter: MessageFilter,
    visibility: Visibility,
    page: PageRequest,
  ): Promise<Page<MessageRow>> {
    if (showsNothing(visibility)) return emptyPage;
    const narrow = <O>(query: MessageQuery<O>) => {
      let found = visibleMessages(query, visibility);
      if (filter.case !== undefined) found = found.where("case", "=", filter.case);
      if (filter.author !== undefined) found = found.where("author", "=", filter.author);
      if (filter.kind !== undefined) found = found.where("kind", "=", filter.kind);
      return found;
    };
    const { total } = await narrow(
      this.#db.selectFrom("projectedMessage").select((eb) => eb.fn.countAll().as("total")),
    ).executeTakeFirstOrThrow();
    const after = parseCursor(page.after, ["number", "number", "number"]);
    const rows = await narrow(
      this.#db
        .selectFrom("projectedMessage")
        .select([...messageColumns, "isSettled", "receivedKey"]),
    )
      .$if(after !== null, (query) =>
        query.where((eb) => {
          const [time, logId, index] = after ?? [];
          const place = eb.refTuple("receivedKey", "logId", "index");
          return eb(place, "<", eb.tuple(Number(time), Number(logId), Number(index)));
        }),
      )
      .orderBy("receivedKey", "desc")
      .orderBy("logId", "desc")
      .orderBy("index", "desc")
      .limit(rowsOf(page) + 1)
      .execute();
    const shown = rows.slice(0, rowsOf(page));
    const next = nextCursor(rows, shown, (row) => [row.receivedKey, row.logId, row.index]);
    const messages = shown.map(({ receivedKey: _, ...row }) => messageRowOf(row));
    return { rows: messages, total: Number(total), next };
  }

  async readMessage(logId: number, index: number): Promise<MessageRow | undefined> {
    return (await this.listLogMessages(logId, index, 1))[0];
  }

  async listLogMessages(
    logId: number,
    from: number,
    countMax: number,
  ): Promise<readonly MessageRow[]> {
    assert(countMax <= entriesPerBatchMax, "messages of a log are read by 256");
    const { rows } = await this.#queries.run(this.#db, logMessages, [logId, from, from + countMax]);
    return rows.map(messageRowOf);
  }

  async listCaseIds(
    scope: ClassScope,
    prefix: string,
    visibility: Visibility,
  ): Promise<readonly string[]> {
    if (showsNothing(visibility)) return [];
    const rows = await visibleCases(this.#db.selectFrom("projectedCase").select("id"), visibility)
      .where("channel", "=", scope.channel)
      .where("class", "=", scope.class)
      .where("id", ">=", prefix)
      .where("id", "<", pastPrefix(prefix))
      .orderBy("id")
      .limit(idsPerListMax)
      .execute();
    return rows.map(({ id }) => id);
  }

  async writeMessages(rows: readonly MessageRow[]): Promise<void> {
    // The last of two for one entry holds: a database may refuse to replace a row twice at once.
    const last = new Map(rows.map((row) => [`${row.logId}/${row.index}`, messageOf(row)]));
    const stored = [...last.values()];
    await this.#queries.insert(this.#db, "projectedMessage", stored, ["logId", "index"]);
  }

  async settleMessages(
    logId: number,
    { from, to }: { readonly from: number; readonly to: number },
    isSettled: boolean,
  ): Promise<void> {
    await this.#db
      .updateTable("projectedMessage")
      .set({ isSettled: isSettled ? 1 : 0 })
      .where("logId", "=", logId)
      .where("index", ">=", from)
      .where("index", "<", to)
      .execute();
  }

  async readPosition(scope: ClassScope): Promise<string | undefined> {
    const values = [scope.channel, scope.class];
    return (await this.#queries.run(this.#db, positionQuery, values)).rows[0]?.position;
  }

  async movePosition(
    scope: ClassScope,
    expected: string | undefined,
    next: string,
  ): Promise<boolean> {
    const { channel, class: trafficClass } = scope;
    if (expected === undefined) {
      const { numInsertedOrUpdatedRows } = await this.#db
        .insertInto("projectionPosition")
        .values({ channel, class: trafficClass, position: next })
        .onConflict((conflict) => conflict.columns(["channel", "class"]).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    }
    const { numUpdatedRows } = await this.#db
      .updateTable("projectionPosition")
      .set({ position: next })
      .where("channel", "=", channel)
      .where("class", "=", trafficClass)
      .where("position", "=", expected)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async dropProjections(): Promise<void> {
    await dropProjections(this.#db);
  }

  async #withDesks(rows: readonly Tables["projectedCase"][]): Promise<readonly CaseRow[]> {
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const distinct = <T>(values: readonly T[]) => [...new Set(values)];
    const found = await this.#db
      .selectFrom("projectedCaseDesk")
      .selectAll()
      .where("channel", "in", distinct(rows.map(({ channel }) => channel)))
      .where("class", "in", distinct(rows.map((row) => row.class)))
      .where("id", "in", ids)
      .orderBy("desk")
      .execute();
    return rows.map(({ dueKey: _, isOpen, ...row }) => {
      const own = found.filter(
        (desk) => desk.id === row.id && desk.channel === row.channel && desk.class === row.class,
      );
      return { ...row, isOpen: isOpen === 1, desks: own.map(({ desk }) => desk) };
    });
  }
}

export async function dropProjections(db: Db): Promise<void> {
  await db.deleteFrom("projectedCaseDesk").execute();
  await db.deleteFrom("projectedCase").execute();
  await db.deleteFrom("projectedMessage").execute();
  await db.deleteFrom("projectionPosition").execute();
}

const emptyPage = { rows: [], total: 0, next: null } as const;

function caseOf(row: CaseRow): Tables["projectedCase"] {
  const { channel, id, phase, severity, dueAt, owedBy, lastAt, state } = row;
  const order = { isOpen: row.isOpen ? 1 : 0, dueKey: dueAt ?? noTime, lastAt };
  return { channel, class: row.class, id, phase, severity, dueAt, owedBy, state, ...order };
}

/** Its columns in one order, whatever object the caller made. */
function messageOf(row: MessageRow): Tables["projectedMessage"] {
  const { logId, index, channel, author, epoch, desk, jti, kind, iat, receivedAt } = row;
  return {
    ...{ logId, index, channel, class: row.class, author, epoch, desk, jti, kind, case: row.case },
    ...{ iat, receivedAt, receivedKey: receivedAt ?? noTime, refusedAs: row.refusedAs },
    isSettled: row.isSettled ? 1 : 0,
    foldedAs: row.foldedAs,
  };
}

export function messageRowOf<Row extends { readonly isSettled: number }>(row: Row) {
  return { ...row, isSettled: row.isSettled === 1 };
}

const logMessages = {
  name: "messages of a log",
  build: (db: Db) =>
    db
      .selectFrom("projectedMessage")
      .select([...messageColumns, "isSettled"])
      .where("logId", "=", 0)
      .where("index", ">=", 0)
      .where("index", "<", 0)
      .orderBy("index"),
};

const positionQuery = {
  name: "position",
  build: (db: Db) =>
    db
      .selectFrom("projectionPosition")
      .select("position")
      .where("channel", "=", "")
      .where("class", "=", ""),
};

const forgetDesks = {
  name: "forget desks",
  build: (db: Db, ids: readonly string[]) =>
    db
      .deleteFrom("projectedCaseDesk")
      .where("channel", "=", "")
      .where("class", "=", "")
      .where("id", "in", ids),
};

function showsNothing({ channels, classes, desks }: Visibility): boolean {
  return channels.length === 0 || classes.length === 0 || desks.length === 0;
}

function visibleCases<O>(
  query: CaseQuery<O>,
  { channels, classes, desks }: Visibility,
): CaseQuery<O> {
  let visible = query;
  if (channels !== "all") visible = visible.where("channel", "in", channels);
  if (classes !== "all") visible = visible.where("class", "in", classes);
  if (desks === "all") return visible;
  return visible.where((eb) =>
    eb.exists(
      eb
        .selectFrom("projectedCaseDesk as its")
        .select("its.desk")
        .whereRef("its.channel", "=", "projectedCase.channel")
        .whereRef("its.class", "=", "projectedCase.class")
        .whereRef("its.id", "=", "projectedCase.id")
        .where("its.desk", "in", desks),
    ),
  );
}

function visibleMessages<O>(
  query: MessageQuery<O>,
  { channels, classes, desks }: Visibility,
): MessageQuery<O> {
  let visible = query;
  if (channels !== "all") visible = visible.where("channel", "in", channels);
  if (classes !== "all") visible = visible.where("class", "in", classes);
  if (desks !== "all") visible = visible.where("desk", "in", desks);
  return visible;
}
