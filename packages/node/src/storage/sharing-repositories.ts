/**
 * Leases and outgoing messages in SQL.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { assert } from "@parley/core/fault";
import { sql } from "kysely";
import {
  type LeaseRepository,
  type LeaseRow,
  type OutgoingRepository,
  type OutgoingRow,
  outgoingPerBatchMax,
} from "../service/storage-sharing.ts";
import type { SqlTraits } from "./sql-traits.ts";
import type { Db, Tables } from "./tables.ts";

export class SqlLeases implements LeaseRepository {
  readonly #db: Db;
  readonly #traits: SqlTraits;

  constructor(db: Db, traits: SqlTraits) {
    this.#db = db;
    this.#traits = traits;
  }

  async listLeases(): Promise<readonly LeaseRow[]> {
    return this.#db.selectFrom("lease").selectAll().orderBy("channel").execute();
  }

  async takeLeases(
    holder: string,
    channels: readonly string[],
    leaseMs: number,
  ): Promise<readonly LeaseRow[]> {
    const now = await this.#now();
    const untilMs = now + leaseMs;
    const known = new Map((await this.listLeases()).map((lease) => [lease.channel, lease]));
    await this.#db.updateTable("lease").set({ untilMs }).where("holder", "=", holder).execute();
    for (const channel of channels) {
      const lease = known.get(channel);
      if (lease?.holder === holder || (lease !== undefined && lease.untilMs > now)) continue;
      const taken = { holder, token: (lease?.token ?? 0) + 1, untilMs };
      await this.#db
        .insertInto("lease")
        .values({ channel, ...taken })
        .onConflict((conflict) => conflict.column("channel").doUpdateSet(taken))
        .execute();
    }
    return (await this.listLeases()).filter((lease) => lease.holder === holder);
  }

  async releaseLeases(holder: string): Promise<void> {
    // The name goes too: who gave a lease back takes it anew, with the next token.
    await this.#db
      .updateTable("lease")
      .set({ holder: "", untilMs: 0 })
      .where("holder", "=", holder)
      .execute();
  }

  async isLastToken(channel: string, token: number): Promise<boolean> {
    const lease = await this.#db
      .selectFrom("lease")
      .select("token")
      .where("channel", "=", channel)
      .executeTakeFirst();
    return lease?.token === token;
  }

  async #now(): Promise<number> {
    const { rows } = await sql<{ now: number }>`select ${this.#traits.nowMs} as now`.execute(
      this.#db,
    );
    const [row] = rows;
    assert(row !== undefined, "a database knows the time");
    return row.now;
  }
}

type KeptOpened = Omit<OutgoingRow["opened"], "contentKey"> & {
  readonly contentKey: string | null;
};

export class SqlOutgoing implements OutgoingRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async insertOutgoing({ opened, secret, ...row }: OutgoingRow): Promise<void> {
    const { last } = await this.#db
      .selectFrom("outgoing")
      .select((eb) => eb.fn.max("place").as("last"))
      .where("channel", "=", row.channel)
      .executeTakeFirstOrThrow();
    const { contentKey } = opened;
    const kept = { ...opened, contentKey: contentKey && toBase64Url(contentKey) };
    await this.#db
      .insertInto("outgoing")
      .values({
        ...row,
        place: (last ?? 0) + 1,
        opened: JSON.stringify(kept),
        secret: secret && JSON.stringify(secret),
      })
      .execute();
  }

  async listOutgoing(channel: string): Promise<readonly OutgoingRow[]> {
    const rows = await this.#db
      .selectFrom("outgoing")
      .selectAll()
      .where("channel", "=", channel)
      .orderBy("place")
      .limit(outgoingPerBatchMax)
      .execute();
    return rows.map(outgoingOf);
  }

  async readIsOutgoing(jti: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom("outgoing")
      .select("jti")
      .where("jti", "=", jti)
      .executeTakeFirst();
    return row !== undefined;
  }

  async deleteOutgoing(jti: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("outgoing")
      .where("jti", "=", jti)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}

function outgoingOf({ place: _, ...row }: Tables["outgoing"]): OutgoingRow {
  const { contentKey, ...opened } = JSON.parse(row.opened) as KeptOpened;
  const key = contentKey === null ? null : fromBase64Url(contentKey);
  assert(key !== undefined, "a content key was written by us");
  return {
    ...row,
    opened: { ...opened, contentKey: key },
    secret: row.secret === null ? null : (JSON.parse(row.secret) as OutgoingRow["secret"]),
  };
}
