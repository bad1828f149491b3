/**
 * The first schema. Column names are those of the port, so that a row needs no translation.
 *
 * @module
 */
import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from "kysely";
import type { SqlTraits } from "../sql-traits.ts";

type AnyTable = CreateTableBuilder<string, string>;
type Shape = (table: AnyTable) => AnyTable;

const required = (column: ColumnDefinitionBuilder) => column.notNull();

export async function up(db: Kysely<unknown>, traits: SqlTraits): Promise<void> {
  const make = (name: string, shape: Shape) => shape(db.schema.createTable(name)).execute();
  await makePartyTables(make, traits);
  await makeChannelTables(make);
  await makeLogTables(make, traits);
  await makeContentTables(make, traits);
  await makeProjectionTables(make, traits);
  await makeIndexes(db);
}

type Make = (name: string, shape: Shape) => Promise<void>;

async function makePartyTables(make: Make, { bytesType }: SqlTraits): Promise<void> {
  await make("home", (table) =>
    integers(texts(table, "party"), "id", "protocol", "isPractice", "isRebuilding", "createdAt")
      // One row: a database belongs to one party.
      .addPrimaryKeyConstraint("homeKey", ["id"]),
  );
  await make("sealedKey", (table) =>
    integers(texts(table, "id", "purpose", "algorithm"), "createdAt")
      .addColumn("owner", "text")
      .addColumn("publicKey", bytesType)
      .addColumn("sealed", bytesType, required)
      .addColumn("retiredAt", "bigint")
      .addPrimaryKeyConstraint("sealedKeyKey", ["id"]),
  );
  await make("descriptor", (table) =>
    integers(texts(table, "party", "digest", "jws"), "serial", "storedAt").addPrimaryKeyConstraint(
      "descriptorKey",
      ["party", "serial"],
    ),
  );
  await make("peer", (table) =>
    integers(texts(table, "party"), "importedAt")
      .addColumn("typedDigits", "text")
      .addColumn("confirmedAt", "bigint")
      .addPrimaryKeyConstraint("peerKey", ["party"]),
  );
}

async function makeChannelTables(make: Make): Promise<void> {
  await make("channel", (table) =>
    integers(texts(table, "id", "peer", "state"), "createdAt").addPrimaryKeyConstraint(
      "channelKey",
      ["id"],
    ),
  );
  await make("agreement", (table) =>
    integers(
      texts(table, "channel", "digest", "jws", "signedBy"),
      "version",
      "storedAt",
    ).addPrimaryKeyConstraint("agreementKey", ["channel", "version"]),
  );
  await make("notice", (table) =>
    integers(texts(table, "channel", "author", "digest", "jws"), "storedAt", "place")
      .addPrimaryKeyConstraint("noticeKey", ["channel", "place"])
      .addUniqueConstraint("noticeDigest", ["channel", "digest"]),
  );
}

async function makeLogTables(make: Make, { bytesType, clustered }: SqlTraits): Promise<void> {
  await make("log", (table) =>
    integers(
      texts(table, "channel", "class", "author", "origin", "direction"),
      ...["id", "epoch", "entryCount", "size", "openedSize", "receiptedSize", "receiptedAt"],
    )
      .addColumn("root", bytesType, required)
      .addColumn("pendingSize", "bigint")
      .addColumn("closedAtSize", "bigint")
      .addPrimaryKeyConstraint("logKey", ["id"])
      .addUniqueConstraint("logOrigin", ["origin"])
      .addUniqueConstraint("logPlace", ["channel", "class", "author", "epoch"]),
  );
  await make("entry", (table) =>
    ofLog(integers(table, "index").addColumn("bytes", bytesType, required), "entry", ["index"]),
  );
  await make("node", (table) =>
    clustered(
      ofLog(integers(table, "level", "index").addColumn("hash", bytesType, required), "node", [
        "level",
        "index",
      ]),
    ),
  );
  for (const name of ["checkpoint", "pendingCheckpoint"]) {
    await make(name, (table) =>
      ofLog(integers(texts(table, "note"), "size").addColumn("root", bytesType, required), name, [
        "size",
      ]),
    );
  }
  await make("receipt", (table) =>
    ofLog(integers(texts(table, "lines"), "size", "time"), "receipt", ["size"]),
  );
}

async function makeContentTables(make: Make, { bytesType }: SqlTraits): Promise<void> {
  await make("opened", (table) =>
    ofLog(
      integers(texts(table, "channel", "class", "author", "verdict"), "index", "openedAt")
        .addColumn("leafHash", bytesType, required)
        .addColumn("jti", "text")
        .addColumn("kind", "text")
        .addColumn("case", "text")
        .addColumn("desk", "text")
        .addColumn("iat", "bigint")
        .addColumn("message", "text")
        .addColumn("contentKey", bytesType),
      "opened",
      ["index"],
    ),
  );
  await make("secret", (table) =>
    ofLog(integers(texts(table, "channel", "class", "desk", "jti", "text"), "index"), "secret", [
      "index",
    ]),
  );
  await make("attachment", (table) =>
    integers(
      texts(table, "channel", "digest", "author", "state"),
      ...["bytesTotal", "bytesReceived", "firstSeenAt"],
    ).addPrimaryKeyConstraint("attachmentKey", ["channel", "digest"]),
  );
  await make("attachmentPart", (table) =>
    ofAttachment(
      integers(texts(table, "channel", "digest"), "part").addColumn("bytes", bytesType, required),
      "attachmentPart",
      ["part"],
    ),
  );
  await make("attachmentReference", (table) =>
    ofAttachment(texts(table, "channel", "digest", "class", "desk", "jti"), "attachmentReference", [
      "class",
      "jti",
    ]),
  );
}

async function makeProjectionTables(make: Make, { clustered }: SqlTraits): Promise<void> {
  await make("projectedCase", (table) =>
    clustered(
      integers(
        texts(table, "channel", "class", "id", "phase", "state"),
        ...["isOpen", "dueKey", "lastAt"],
      )
        .addColumn("severity", "bigint")
        .addColumn("dueAt", "bigint")
        .addColumn("owedBy", "text")
        .addPrimaryKeyConstraint("projectedCaseKey", ["channel", "class", "id"]),
    ),
  );
  await make("projectedCaseDesk", (table) =>
    clustered(
      texts(table, "channel", "class", "id", "desk")
        .addPrimaryKeyConstraint("projectedCaseDeskKey", ["channel", "class", "id", "desk"])
        .addForeignKeyConstraint(
          "projectedCaseDeskOf",
          ["channel", "class", "id"],
          "projectedCase",
          ["channel", "class", "id"],
          (key) => key.onDelete("cascade"),
        ),
    ),
  );
  await make("projectedMessage", (table) =>
    clustered(
      ofLog(
        integers(
          texts(table, "channel", "class", "author", "desk", "foldedAs"),
          ...["index", "epoch", "isSettled", "receivedKey"],
        )
          .addColumn("jti", "text")
          .addColumn("kind", "text")
          .addColumn("case", "text")
          .addColumn("iat", "bigint")
          .addColumn("receivedAt", "bigint")
          .addColumn("refusedAs", "text"),
        "projectedMessage",
        ["index"],
      ),
    ),
  );
  await make("projectionPosition", (table) =>
    texts(table, "channel", "class", "position").addPrimaryKeyConstraint("projectionPositionKey", [
      "channel",
      "class",
    ]),
  );
}

/** One for each order in which the repositories ask. */
async function makeIndexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string, table: string, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns])
      .execute();
  await index("channelByPeer", "channel", ["peer"]);
  await index("openedByJti", "opened", ["channel", "jti"]);
  await index("attachmentByAuthor", "attachment", ["channel", "author", "firstSeenAt"]);
  await index("attachmentByAge", "attachment", ["firstSeenAt"]);
  const place = ["channel", "class", "id"];
  await index("caseByDue", "projectedCase", ["dueKey", ...place]);
  await index("caseOpenByDue", "projectedCase", ["isOpen", "dueKey", ...place]);
  await index("caseByLast", "projectedCase", ["lastAt", ...place]);
  await index("caseOpenByLast", "projectedCase", ["isOpen", "lastAt", ...place]);
  const newest = ["receivedKey", "logId", "index"];
  await index("messageByTime", "projectedMessage", newest);
  await index("messageByCase", "projectedMessage", ["case", ...newest]);
  await index("messageByKind", "projectedMessage", ["kind", ...newest]);
}

function texts(table: AnyTable, ...names: readonly string[]): AnyTable {
  return names.reduce((made, name) => made.addColumn(name, "text", required), table);
}

function integers(table: AnyTable, ...names: readonly string[]): AnyTable {
  return names.reduce((made, name) => made.addColumn(name, "bigint", required), table);
}

/** A table of one log: its rows are named by the log and `columns`. */
function ofLog(table: AnyTable, name: string, columns: readonly string[]): AnyTable {
  return integers(table, "logId")
    .addPrimaryKeyConstraint(`${name}Key`, ["logId", ...columns])
    .addForeignKeyConstraint(`${name}OfLog`, ["logId"], "log", ["id"]);
}

/** A table of one attachment, dropped with it. */
function ofAttachment(table: AnyTable, name: string, columns: readonly string[]): AnyTable {
  const place = ["channel", "digest"];
  return table
    .addPrimaryKeyConstraint(`${name}Key`, [...place, ...columns])
    .addForeignKeyConstraint(`${name}Of`, place, "attachment", place, (key) =>
      key.onDelete("cascade"),
    );
}
