/**
 * A whole database as a stream of octets: read beside whoever works on it, and put into one that is
 * empty.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { Kysely } from "kysely";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { isPostgresAddress, publicPlace } from "../postgres-address.ts";
import type {
  ImageFacts,
  ImageRefusal,
  MovedStorage,
  StorageImage,
  StorageImages,
} from "../service/storage-move.ts";
import { digestAllRows, RowDigest, RowInserter, readAllRows } from "./all-rows.ts";
import { readSchema, schemaNames } from "./migrate.ts";
import { SqlHome, SqlKeys, SqlParties } from "./party-repositories.ts";
import { postgresDialect, postgresTraits } from "./postgres-dialect.ts";
import { type RowPage, RowWriter, readRowStream } from "./row-stream.ts";
import type { SqlStorageParts } from "./sql-storage.ts";
import { sqliteDialect, sqliteTraits } from "./sqlite-dialect.ts";
import { tableShapes } from "./table-shapes.ts";
import type { Tables } from "./tables.ts";
import { undoCreate } from "./undo-create.ts";
import { closeParts, openEmpty, writeAlone } from "./whole-database.ts";

const busyMs = 5_000;

export const storageImages: StorageImages = { openImage, inspectImage, makeOfImage };

/** One transaction that reads, from here until it is disposed of: nobody waits for it. */
async function openImage(place: string): Promise<LocalResult<StorageImage, string>> {
  if (!isPostgresAddress(place) && !existsSync(place)) {
    return refuseLocally("storage.missing", { database: place });
  }
  const { dialect, traits } = isPostgresAddress(place)
    ? {
        dialect: postgresDialect({ address: place, connectionsMax: 1 }),
        traits: postgresTraits,
      }
    : {
        dialect: sqliteDialect({ path: place, isReadOnly: true, connectionsMax: 1, busyMs }),
        traits: sqliteTraits,
      };
  const db = new Kysely<Tables>({ dialect });
  try {
    const tx = await db.startTransaction().setAccessMode("read only").execute();
    const close = async () => {
      await tx.rollback().execute();
      await db.destroy();
    };
    if (traits.patience !== undefined) await traits.patience.execute(tx);
    const tables = await traits.listTables(tx as unknown as Kysely<unknown>);
    const isOurs = tables.includes("migration");
    const schema = isOurs ? await readSchema(tx as unknown as Kysely<unknown>) : [];
    if (String(schema) !== String(schemaNames)) {
      await close();
      const code = isOurs || tables.length === 0 ? "backup.other-schema" : "storage.other-program";
      return refuseLocally(code, { database: publicPlace(place) });
    }
    const party = (await new SqlHome(tx).readHome())?.party ?? "";
    const newest = await new SqlParties(tx).readDescriptor(party, "last");
    return {
      ok: true,
      value: {
        ...{ party, schema, descriptor: newest?.jws ?? "" },
        keys: await new SqlKeys(tx).listKeys({}),
        read: (progress) => writePages(readAllRows(tx), progress),
        [Symbol.asyncDispose]: close,
      },
    };
  } catch (fault) {
    await db.destroy();
    throw fault;
  }
}

async function* writePages(
  pages: AsyncIterable<RowPage>,
  progress: (rows: number) => void,
): AsyncGenerator<Uint8Array> {
  const writer = new RowWriter();
  let rows = 0;
  for await (const page of pages) {
    rows += page.rows.length;
    progress(rows);
    yield writer.write(page);
  }
  yield writer.end();
}

async function inspectImage(
  chunks: AsyncIterable<Uint8Array>,
  schema: readonly string[],
  progress: (rows: number) => void,
): Promise<LocalResult<ImageFacts, ImageRefusal>> {
  // Unknown tables could not be put in: nothing of them is looked at.
  if (String(schema) !== String(schemaNames)) return refuseLocally("restore.other-schema", {});
  const digest = new RowDigest();
  const descriptors: string[] = [];
  let party: string | undefined;
  let rows = 0;
  for await (const read of readRowStream(chunks)) {
    if (!read.ok || !isOfThisSchema(read.value)) return refuseLocally("restore.damaged", {});
    const { table, columns } = read.value;
    const textIn = (row: readonly unknown[], name: string) => String(row[columns.indexOf(name)]);
    for (const row of read.value.rows) {
      if (table === "home") party = textIn(row, "party");
      if (table === "descriptor" && textIn(row, "party") === party) {
        descriptors.push(textIn(row, "jws"));
      }
    }
    digest.add(read.value);
    rows += read.value.rows.length;
    progress(rows);
  }
  return { ok: true, value: { party, descriptors, rows, digest: digest.finish() } };
}

async function makeOfImage(
  place: string,
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly expected: MovedStorage; progress(rows: number): void },
): Promise<LocalResult<true, string>> {
  const target = await openEmpty(place);
  if (!target.ok) return target;
  const { parts, isNew } = target.value;
  let isDone = false;
  try {
    const filled = await insertAll(parts, chunks, options);
    isDone = filled.ok;
    return filled;
  } finally {
    await closeParts(parts);
    if (!isDone && isNew) await undoCreate(place);
  }
}

/** Ends the transaction without keeping anything: a refusal that is returned would be kept. */
class NotTheSame extends Error {}

async function insertAll(
  parts: SqlStorageParts,
  chunks: AsyncIterable<Uint8Array>,
  {
    expected,
    progress,
  }: { readonly expected: MovedStorage; readonly progress: (rows: number) => void },
): Promise<LocalResult<true, string>> {
  try {
    await writeAlone(parts, async (tx) => {
      const inserter = new RowInserter(tx);
      let rows = 0;
      for await (const read of readRowStream(chunks)) {
        if (!read.ok || !isOfThisSchema(read.value)) throw new NotTheSame();
        if (read.value.rows.length > 0) await inserter.insert(read.value);
        rows += read.value.rows.length;
        progress(rows);
      }
      const digest = await digestAllRows(tx);
      if (digest !== expected.digest || rows !== expected.rows) throw new NotTheSame();
    });
    return { ok: true, value: true };
  } catch (cause) {
    if (cause instanceof NotTheSame) return refuseLocally("restore.damaged", {});
    throw cause;
  }
}

function isOfThisSchema({ table, columns }: RowPage): boolean {
  const known = Object.keys(tableShapes.get(table)?.columns ?? {});
  return String(known) === String(columns);
}
