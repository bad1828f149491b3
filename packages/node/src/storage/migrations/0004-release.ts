/**
 * Drafts on their way to the wire.
 *
 * @module
 */
import type { ColumnDefinitionBuilder, Kysely } from "kysely";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("draft")
    .addColumn("id", "text", required)
    .addColumn("channel", "text", required)
    .addColumn("class", "text", required)
    .addColumn("desk", "text", required)
    .addColumn("kind", "text", required)
    .addColumn("case", "text")
    .addColumn("phase", "text", required)
    .addColumn("isOpen", "bigint", required)
    .addColumn("version", "bigint", required)
    .addColumn("stepCount", "bigint", required)
    .addColumn("approvalHash", "text")
    .addColumn("jti", "text")
    .addColumn("createdAt", "bigint", required)
    .addColumn("changedAt", "bigint", required)
    .addColumn("text", "text", required)
    .addColumn("frozen", "text")
    .addPrimaryKeyConstraint("draftKey", ["id"])
    .execute();
  await db.schema
    .createTable("draftStep")
    .addColumn("draft", "text", required)
    .addColumn("place", "bigint", required)
    .addColumn("text", "text", required)
    .addPrimaryKeyConstraint("draftStepKey", ["draft", "place"])
    .addForeignKeyConstraint("draftStepOf", ["draft"], "draft", ["id"])
    .execute();
  const index = (name: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on("draft")
      .columns([...columns])
      .execute();
  await index("draftByChange", ["changedAt", "id"]);
  await index("draftOpenByChange", ["isOpen", "changedAt", "id"]);
}
