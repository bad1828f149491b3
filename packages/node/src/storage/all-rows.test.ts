/**
 * Goal: a walk over all rows forgets no table, column or row, says the same whatever the pages, and
 * its reverse makes an equal database. Method: a database filled by made-up rows of every table;
 * the schema as the database itself describes it; pages, chunks and damage drawn from seeds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { concatBytes } from "@parley/core/bytes/octets";
import { assert } from "@parley/core/fault";
import { Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import { digestAllRows, isWithoutRows, RowDigest, RowInserter, readAllRows } from "./all-rows.ts";
import { migrate } from "./migrate.ts";
import { type RowPage, type RowValue, RowWriter, readRowStream } from "./row-stream.ts";
import { sqliteDialect, sqliteTraits } from "./sqlite-dialect.ts";
import { tableShapes } from "./table-shapes.ts";
import type { Tables } from "./tables.ts";

test("[STO-21] every table and column that the migrations make is walked, and no other", async () => {
  await using at = await emptyDatabase();
  const made = (await at.db.introspection.getTables())
    .filter(({ name }) => name !== "migration")
    .map(({ name, columns }) => [name, columns.map((column) => column.name).sort()] as const);
  const walked = [...tableShapes].map(([name, { columns }]) => [name, Object.keys(columns).sort()]);
  expect(Object.fromEntries(made)).toEqual(Object.fromEntries(walked));
  for (const [table, { key }] of tableShapes) {
    const { rows } = await sql<{ name: string }>`
      select name from pragma_table_info(${table}) where pk > 0 order by pk`.execute(at.db);
    expect([table, rows.map(({ name }) => name)]).toEqual([table, key]);
  }
});

test("[STO-21] one row more in any table, or one value changed, changes the digest", async () => {
  const rows = sampleRows(3);
  const before = await digestOf(rows);
  let changeCount = 0;
  for (const page of rows) {
    for (let place = 0; place < page.columns.length; place++) {
      const changed = rows.map((one) => (one === page ? changeValue(page, place) : one));
      expect(await digestOf(changed)).not.toBe(before);
      changeCount += 1;
    }
    const fewer = rows.map((one) => (one === page ? { ...page, rows: page.rows.slice(1) } : one));
    expect(await digestOf(fewer)).not.toBe(before);
  }
  console.info(`${rows.length} tables, ${changeCount} columns changed one by one`);
  expect(changeCount).toBeGreaterThan(100);
});

test("[STO-21] rows put into an empty database are those that were read, in key order", async () => {
  await using from = await emptyDatabase();
  await using to = await emptyDatabase();
  const rows = sampleRows(300);
  expect(await isWithoutRows(from.db)).toBe(true);
  await insertAll(
    from.db,
    rows.map((page) => ({ ...page, rows: [...page.rows].reverse() })),
  );
  expect(await isWithoutRows(from.db)).toBe(false);
  const read: RowPage[] = [];
  for await (const page of readAllRows(from.db)) read.push(page);
  expect(Math.max(...read.map((page) => page.rows.length))).toBeLessThanOrEqual(256);
  await insertAll(to.db, read);
  expect(await digestAllRows(to.db)).toBe(await digestAllRows(from.db));
  expect(await digestAllRows(to.db)).toBe(await digestOf(rows));
});

test("[STO-21] a value that is not of its column's type is damage", async () => {
  await using at = await emptyDatabase();
  await sql`insert into peer values ('moscow.example', 'tomorrow', null, null)`.execute(at.db);
  await expect(digestAllRows(at.db)).rejects.toMatchObject({ code: "storage.damaged" });
});

const value: fc.Arbitrary<RowValue> = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.uint8Array({ maxLength: 40 }),
);
const page = fc
  .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 4 }))
  .chain(([table, width]) =>
    fc.record({
      table: fc.constant(table),
      columns: fc.array(fc.string(), { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 300 }),
    }),
  );
const pages = fc.uniqueArray(page, { selector: ({ table }) => table, maxLength: 4 });

property.prop([pages, fc.integer({ min: 1, max: 50 })])(
  "[STO-21] a stream of rows is read as it was written, cut anywhere",
  async (written, chunkBytes) => {
    const bytes = streamOf(written);
    const read = new Map<string, RowValue[][]>();
    for await (const one of readRowStream(cut(bytes, chunkBytes))) {
      assert(one.ok, "a whole stream");
      const rows = one.value.rows.map((row) => row.map(plain));
      read.set(one.value.table, [...(read.get(one.value.table) ?? []), ...rows]);
    }
    const expected = written.map(({ table, rows }) => [table, rows.map((row) => row.map(plain))]);
    expect([...read]).toEqual(expected);
  },
);

property.prop([pages, fc.nat(), fc.nat({ max: 255 })])(
  "[STO-21] a stream that was cut off, lengthened or overwritten never reads as whole and the same",
  async (written, at, byte) => {
    const bytes = streamOf(written);
    expect(await readAll(bytes.slice(0, at % bytes.length))).toBe("backup.damaged");
    expect(await readAll(concatBytes(bytes, Uint8Array.of(byte)))).toBe("backup.damaged");
    const changed = Uint8Array.from(bytes);
    changed[at % bytes.length] = byte;
    if (changed[at % bytes.length] !== bytes[at % bytes.length]) {
      expect(await readAll(changed)).not.toEqual(await readAll(bytes));
    }
  },
);

async function emptyDatabase() {
  const directory = mkdtempSync(join(tmpdir(), "parley-rows-"));
  const path = join(directory, "parley.db");
  const dialect = sqliteDialect({ path, isReadOnly: false, connectionsMax: 1, busyMs: 1_000 });
  const db = new Kysely<Tables>({ dialect });
  const migrated = await migrate(db as Kysely<unknown>, sqliteTraits, path);
  assert(migrated.ok, "an empty database is migrated");
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      rmSync(directory, { recursive: true });
    },
  };
}

async function insertAll(db: Kysely<Tables>, rows: readonly RowPage[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const inserter = new RowInserter(tx);
    for (const one of rows) await inserter.insert(one);
  });
}

/** `count` rows of every table, in key order; the n-th row of one names the n-th of another. */
function sampleRows(count: number): RowPage[] {
  return [...tableShapes].map(([table, { columns, key }]) => {
    const names = Object.keys(columns);
    const rowCount = table === "home" ? 1 : count;
    const rows = Array.from({ length: rowCount }, (_, n) =>
      names.map((name): RowValue => {
        const { type, isNull } = columns[name] ?? { type: "text", isNull: false };
        if (isNull && n % 2 === 1) return null;
        if (type === "integer") return n + 1;
        if (type === "text") return `${namedBy(name)} ${String(n).padStart(5, "0")} é`;
        return Uint8Array.from([n % 256, n >> 8, key.length]);
      }),
    );
    return { table, columns: names, rows };
  });
}

/** A column that names a row of another table holds what its key does. */
function namedBy(column: string): string {
  return column === "officer" || column === "draft" ? "id" : column;
}

function changeValue(page: RowPage, place: number): RowPage {
  const rows = page.rows.map((row) => [...row]);
  const row = rows[0];
  assert(row !== undefined, "a row to change");
  const before = row[place];
  row[place] = before === null || before instanceof Uint8Array ? new Uint8Array(1) : `${before}x`;
  return { ...page, rows };
}

async function digestOf(rows: readonly RowPage[]): Promise<string> {
  const digest = new RowDigest();
  for (const one of rows) digest.add(one);
  return digest.finish();
}

function streamOf(rows: readonly RowPage[]): Uint8Array {
  const writer = new RowWriter();
  return concatBytes(...rows.map((one) => writer.write(one)), writer.end());
}

async function* cut(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
}

async function readAll(bytes: Uint8Array): Promise<unknown> {
  const read: unknown[] = [];
  for await (const one of readRowStream(cut(bytes, 64))) {
    if (!one.ok) return one.refusal.code;
    const { table, columns, rows } = one.value;
    read.push([table, columns, rows.map((row) => row.map(plain))]);
  }
  return read;
}

/** Comparable: `-0` is an integer as `0` is, and a Buffer is bytes. */
function plain(one: RowValue): RowValue {
  if (one instanceof Uint8Array) return Uint8Array.from(one);
  return one === 0 ? 0 : one;
}
