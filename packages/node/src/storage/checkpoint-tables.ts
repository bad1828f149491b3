/**
 * Checkpoints in SQL: signed, pending, and cosigned with their receipt.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import { assert } from "@parley/core/fault";
import { pendingCheckpointsMax } from "@parley/core/log/mirror-judge";
import type { Receipt } from "@parley/core/log/receipt-list";
import type { AppendOutcome, CheckpointRow, LogRow, MirrorCommit } from "../service/storage-log.ts";
import type { Db } from "./tables.ts";

const rowsPerListMax = 256;
const checkpointColumns = ["size", "root", "note"] as const;

export class SqlCheckpoints {
  readonly #db: Db;
  readonly #readLog: (id: number) => Promise<LogRow>;

  constructor(db: Db, readLog: (id: number) => Promise<LogRow>) {
    this.#db = db;
    this.#readLog = readLog;
  }

  async record(id: number, checkpoint: CheckpointRow): Promise<string> {
    await this.#db
      .insertInto("checkpoint")
      .values({ logId: id, ...checkpoint })
      .onConflict((conflict) => conflict.columns(["logId", "size"]).doNothing())
      .execute();
    const held = await this.read(id, checkpoint.size);
    assert(held !== undefined && equalBytes(held.root, checkpoint.root), "one root for each size");
    return held.note;
  }

  async read(id: number, size: number): Promise<CheckpointRow | undefined> {
    return this.#db
      .selectFrom("checkpoint")
      .select(checkpointColumns)
      .where("logId", "=", id)
      .where("size", "=", size)
      .executeTakeFirst();
  }

  async readLast(id: number): Promise<CheckpointRow | undefined> {
    return this.#db
      .selectFrom("checkpoint")
      .select(checkpointColumns)
      .where("logId", "=", id)
      .orderBy("size", "desc")
      .limit(1)
      .executeTakeFirst();
  }

  async list(
    table: "checkpoint" | "pendingCheckpoint",
    id: number,
    fromSize: number,
  ): Promise<readonly CheckpointRow[]> {
    return this.#db
      .selectFrom(table)
      .select(checkpointColumns)
      .where("logId", "=", id)
      .where("size", ">=", fromSize)
      .orderBy("size")
      .limit(rowsPerListMax)
      .execute();
  }

  async addPending(
    id: number,
    expectedSize: number,
    checkpoint: CheckpointRow,
  ): Promise<AppendOutcome> {
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set({ pendingSize: checkpoint.size })
      .where("id", "=", id)
      .where("direction", "=", "mirror")
      .where((eb) => eb(eb.fn.coalesce("pendingSize", eb.lit(0)), "=", expectedSize))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) {
      const log = await this.#readLog(id);
      assert(log.direction === "mirror", "only a mirror has pending checkpoints");
      return { isAppended: false, reason: "moved", count: log.pendingSize ?? 0 };
    }
    assert(checkpoint.size >= expectedSize, "a pending checkpoint never goes back");
    await this.#db
      .insertInto("pendingCheckpoint")
      .values({ logId: id, ...checkpoint })
      .onConflict((conflict) => conflict.columns(["logId", "size"]).doNothing())
      .execute();
    await this.#trimPending(id);
    return { isAppended: true };
  }

  async commitMirror(
    id: number,
    { checkpoint, receipt, earlier = [] }: MirrorCommit,
  ): Promise<Receipt | undefined> {
    const { size, root } = checkpoint;
    assert(size === receipt.size, "a receipt is of the checkpoint's size");
    const { numUpdatedRows } = await this.#db
      .updateTable("log")
      .set({ size, root, receiptedSize: size, receiptedAt: receipt.time })
      .where("id", "=", id)
      .where("direction", "=", "mirror")
      .where("receiptedSize", "<", size)
      .where("receiptedAt", "<=", receipt.time)
      .where("entryCount", ">=", size)
      .where((eb) => eb.or([eb("closedAtSize", "is", null), eb("closedAtSize", ">=", size)]))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return this.#receiptThere(id, size);
    for (const each of [...earlier, receipt]) {
      await this.#db
        .insertInto("receipt")
        .values({ logId: id, ...each })
        .execute();
    }
    await this.#db
      .insertInto("checkpoint")
      .values({ logId: id, ...checkpoint })
      .execute();
    await this.#db
      .deleteFrom("pendingCheckpoint")
      .where("logId", "=", id)
      .where("size", "<=", size)
      .execute();
    return receipt;
  }

  async #receiptThere(id: number, size: number): Promise<Receipt | undefined> {
    const log = await this.#readLog(id);
    assert(log.direction === "mirror" && log.entryCount >= size, "a mirror cosigns what it holds");
    return this.#db
      .selectFrom("receipt")
      .select(["size", "time", "lines"])
      .where("logId", "=", id)
      .where("size", "=", size)
      .executeTakeFirst();
  }

  async #trimPending(id: number): Promise<void> {
    const last = await this.#db
      .selectFrom("pendingCheckpoint")
      .select("size")
      .where("logId", "=", id)
      .orderBy("size", "desc")
      .limit(pendingCheckpointsMax)
      .execute();
    const smallest = last.at(-1)?.size ?? 0;
    await this.#db
      .deleteFrom("pendingCheckpoint")
      .where("logId", "=", id)
      .where("size", "<", smallest)
      .execute();
  }
}
