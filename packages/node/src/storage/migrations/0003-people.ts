/**
 * The people of a party, how they sign in, and the index of the audit log.
 *
 * @module
 */
import type { ColumnDefinitionBuilder, Kysely } from "kysely";
import type { SqlTraits } from "../sql-traits.ts";

const required = (column: ColumnDefinitionBuilder) => column.notNull();

export async function up(db: Kysely<unknown>, { bytesType }: SqlTraits): Promise<void> {
  await makeOfficers(db);
  await makeSignIn(db, bytesType);
  await db.schema
    .createTable("act")
    .addColumn("logId", "bigint", required)
    .addColumn("index", "bigint", required)
    .addColumn("at", "bigint", required)
    .addColumn("act", "text", required)
    .addColumn("officer", "text")
    .addPrimaryKeyConstraint("actKey", ["logId", "index"])
    .addForeignKeyConstraint("actOfLog", ["logId"], "log", ["id"])
    .execute();
  const index = (name: string, table: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns])
      .execute();
  await index("officerRoleByRole", "officerRole", ["role", "officer"]);
  await index("credentialByOfficer", "credential", ["officer", "kind", "createdAt", "id"]);
  await index("sessionByOfficer", "session", ["officer", "createdAt", "id"]);
  await index("laneByAge", "signInLane", ["isPinned", "lastAt", "lane"]);
  await index("actByName", "act", ["logId", "act", "index"]);
  await index("actByOfficer", "act", ["logId", "officer", "index"]);
  await index("actByOfficerAndName", "act", ["logId", "officer", "act", "index"]);
}

async function makeOfficers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("officer")
    .addColumn("id", "text", required)
    .addColumn("name", "text", required)
    .addColumn("title", "text", required)
    .addColumn("state", "text", required)
    .addColumn("channels", "text", required)
    .addColumn("classes", "text", required)
    .addColumn("createdAt", "bigint", required)
    .addColumn("enrolledAt", "bigint")
    .addColumn("leftAt", "bigint")
    .addPrimaryKeyConstraint("officerKey", ["id"])
    .addUniqueConstraint("officerName", ["name"])
    .execute();
  await db.schema
    .createTable("officerRole")
    .addColumn("officer", "text", required)
    .addColumn("role", "text", required)
    .addColumn("desk", "text", required)
    .addPrimaryKeyConstraint("officerRoleKey", ["officer", "role", "desk"])
    .addForeignKeyConstraint("officerRoleOf", ["officer"], "officer", ["id"])
    .execute();
}

async function makeSignIn(db: Kysely<unknown>, bytesType: SqlTraits["bytesType"]): Promise<void> {
  await db.schema
    .createTable("credential")
    .addColumn("id", "text", required)
    .addColumn("officer", "text", required)
    .addColumn("kind", "text", required)
    .addColumn("text", "text", required)
    .addColumn("sealed", bytesType)
    .addColumn("lastStep", "bigint", required)
    .addColumn("createdAt", "bigint", required)
    .addColumn("expiresAt", "bigint")
    .addPrimaryKeyConstraint("credentialKey", ["id"])
    .addForeignKeyConstraint("credentialOf", ["officer"], "officer", ["id"])
    .execute();
  await db.schema
    .createTable("session")
    .addColumn("id", "text", required)
    .addColumn("officer", "text", required)
    .addColumn("tokenHash", bytesType, required)
    .addColumn("createdAt", "bigint", required)
    .addColumn("lastSeenAt", "bigint", required)
    .addColumn("authenticatedAt", "bigint", required)
    .addColumn("source", "text", required)
    .addPrimaryKeyConstraint("sessionKey", ["id"])
    .addUniqueConstraint("sessionToken", ["tokenHash"])
    .addForeignKeyConstraint("sessionOf", ["officer"], "officer", ["id"])
    .execute();
  await db.schema
    .createTable("signInLane")
    .addColumn("lane", "text", required)
    .addColumn("isPinned", "bigint", required)
    .addColumn("failures", "bigint", required)
    .addColumn("since", "bigint", required)
    .addColumn("blockedUntil", "bigint", required)
    .addColumn("lastAt", "bigint", required)
    .addPrimaryKeyConstraint("signInLaneKey", ["lane"])
    .execute();
}
