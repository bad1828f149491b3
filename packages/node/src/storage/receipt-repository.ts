/**
 * Receipts in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { type PlaceRefusal, placeReceipt, type Receipt } from "@parley/core/log/receipt-list";
import { accept, type Result } from "@parley/core/result";
import { sql } from "kysely";
import type { InsertOutcome, ReceiptRepository } from "../service/storage-log.ts";
import type { CompiledQueries } from "./compiled-queries.ts";
import type { Db } from "./tables.ts";

const rowsPerListMax = 256;
const receiptColumns = ["size", "time", "lines"] as const;

const receiptQuery = {
  name: "receipt of",
  build: (db: Db) =>
    db
      .selectFrom("receipt")
      .select(receiptColumns)
      .where("logId", "=", 0)
      .where("size", ">", 0)
      .orderBy("size")
      .limit(sql.lit(1)),
};

export class SqlReceipts implements ReceiptRepository {
  readonly #db: Db;
  readonly #queries: CompiledQueries;

  constructor(db: Db, queries: CompiledQueries) {
    this.#db = db;
    this.#queries = queries;
  }

  async readReceiptOf(logId: number, index: number): Promise<Receipt | undefined> {
    return (await this.#queries.run(this.#db, receiptQuery, [logId, index])).rows[0];
  }

  async readLastReceipt(logId: number): Promise<Receipt | undefined> {
    return this.#readUpTo(logId, Number.MAX_SAFE_INTEGER);
  }

  async listReceipts(logId: number, fromSize: number): Promise<readonly Receipt[]> {
    return this.#db
      .selectFrom("receipt")
      .select(receiptColumns)
      .where("logId", "=", logId)
      .where("size", ">=", fromSize)
      .orderBy("size")
      .limit(rowsPerListMax)
      .execute();
  }

  async placeReceipt(
    logId: number,
    receipt: Receipt,
  ): Promise<Result<InsertOutcome, PlaceRefusal>> {
    await this.#lock(logId, receipt.size);
    const before = await this.#readUpTo(logId, receipt.size - 1);
    const after = await this.readReceiptOf(logId, receipt.size - 1);
    const next = after?.size === receipt.size ? [after] : after === undefined ? [] : [after];
    const neighbours = [...(before === undefined ? [] : [before]), ...next];
    const placed = placeReceipt(neighbours, receipt);
    if (!placed.ok) return placed;
    if (placed.value.length === neighbours.length) return accept("present");
    await this.#db
      .insertInto("receipt")
      .values({ logId, ...receipt })
      .execute();
    if (after === undefined) {
      await this.#db
        .updateTable("log")
        .set({ receiptedSize: receipt.size, receiptedAt: receipt.time })
        .where("id", "=", logId)
        .execute();
    }
    return accept("stored");
  }

  /** Receipts of one log are placed one after the other, whoever brings them. */
  async #lock(logId: number, size: number): Promise<void> {
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set((eb) => ({ receiptedSize: eb.ref("receiptedSize") }))
      .where("id", "=", logId)
      .where("direction", "=", "own")
      .where("size", ">=", size)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, "a receipt is placed for entries of an own log");
  }

  async #readUpTo(logId: number, size: number): Promise<Receipt | undefined> {
    return this.#db
      .selectFrom("receipt")
      .select(receiptColumns)
      .where("logId", "=", logId)
      .where("size", "<=", size)
      .orderBy("size", "desc")
      .limit(1)
      .executeTakeFirst();
  }
}
