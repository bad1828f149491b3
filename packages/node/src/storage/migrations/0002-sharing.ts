/**
 * Several processes on one database: who works a channel, and what waits for it.
 *
 * @module
 */
import type { Kysely } from "kysely";
import type { SqlTraits } from "../sql-traits.ts";

export async function up(db: Kysely<unknown>, { bytesType }: SqlTraits): Promise<void> {
  await db.schema
    .createTable("lease")
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("holder", "text", (column) => column.notNull())
    .addColumn("token", "bigint", (column) => column.notNull())
    .addColumn("untilMs", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("leaseKey", ["channel"])
    .execute();
  await db.schema
    .createTable("outgoing")
    .addColumn("jti", "text", (column) => column.notNull())
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("place", "bigint", (column) => column.notNull())
    .addColumn("logId", "bigint", (column) => column.notNull())
    .addColumn("bytes", bytesType, (column) => column.notNull())
    .addColumn("opened", "text", (column) => column.notNull())
    .addColumn("secret", "text")
    .addPrimaryKeyConstraint("outgoingKey", ["jti"])
    .addUniqueConstraint("outgoingPlace", ["channel", "place"])
    .addForeignKeyConstraint("outgoingOfLog", ["logId"], "log", ["id"])
    .execute();
}
