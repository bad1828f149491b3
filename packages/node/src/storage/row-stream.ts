/**
 * Rows as octets: a form that depends on nothing but the rows, read again piece by piece.
 *
 * A table begins with `T`, its name, the count of its columns and their names; each row with `R` and
 * its values in that order: `0` for null; `i` and 8 octets, two's complement, for an integer; `t` or `b`, the
 * length in 4 octets and the octets for a text (UTF-8) or bytes. `E` ends all. Numbers are big-endian; a name is
 * written as a text.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { accept, type Result, refuse } from "@parley/core/result";

export type RowValue = string | number | Uint8Array | null;

/** Rows of one table, or its columns alone. */
export interface RowPage {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly RowValue[])[];
}

/** Longest value: attachments lie in rows of 1 MiB, and no text is longer. */
const valueBytesMax = 4_194_304;
const columnsMax = 64;
/** Rows handed on at once by {@link readRowStream}, and the octets after which fewer are. */
const rowsPerPageMax = 256;
const pageBytesMax = 8_388_608;

const mark = { table: 0x54, row: 0x52, end: 0x45 } as const;
const tag = { null: 0x30, integer: 0x69, text: 0x74, bytes: 0x62 } as const;

/** Writes pages; however a table is cut into pages, the octets are the same. */
export class RowWriter {
  #table: string | undefined;

  write({ table, columns, rows }: RowPage): Uint8Array {
    const head = table === this.#table ? [] : [table, ...columns];
    this.#table = table;
    const headBytes = head.reduce((sum, name) => sum + valueBytes(name) - 1, 0);
    const rowBytes = rows.flat().reduce<number>((sum, value) => sum + valueBytes(value), 0);
    const sink = new Sink((head.length > 0 ? headBytes + 2 : 0) + rowBytes + rows.length);
    if (head.length > 0) {
      sink.writeByte(mark.table);
      sink.writeText(table);
      sink.writeByte(columns.length);
      for (const column of columns) sink.writeText(column);
    }
    for (const row of rows) {
      assert(row.length === columns.length, "a value for each column");
      sink.writeByte(mark.row);
      for (const value of row) writeValue(sink, value);
    }
    return sink.finish();
  }

  /** The last octet, after which nothing follows. */
  end(): Uint8Array {
    return Uint8Array.of(mark.end);
  }
}

/** Octets of a value with its type. */
function valueBytes(value: RowValue): number {
  if (value === null) return 1;
  if (typeof value === "number") return 9;
  return 5 + (typeof value === "string" ? Buffer.byteLength(value) : value.length);
}

function writeValue(sink: Sink, value: RowValue): void {
  if (value === null) {
    sink.writeByte(tag.null);
  } else if (typeof value === "number") {
    sink.writeByte(tag.integer);
    sink.writeInteger(value);
  } else if (typeof value === "string") {
    sink.writeByte(tag.text);
    sink.writeText(value);
  } else {
    sink.writeByte(tag.bytes);
    sink.writeBytes(value);
  }
}

/** Octets of a length that is known before. */
class Sink {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(length: number) {
    this.#bytes = Buffer.allocUnsafe(length);
  }

  writeByte(byte: number): void {
    this.#at = this.#bytes.writeUInt8(byte, this.#at);
  }

  writeInteger(value: number): void {
    this.#at = this.#bytes.writeBigInt64BE(BigInt(value), this.#at);
  }

  writeText(text: string): void {
    const length = this.#bytes.write(text, this.#at + 4);
    this.#writeLength(length);
    this.#at += length;
  }

  writeBytes(bytes: Uint8Array): void {
    this.#writeLength(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  finish(): Uint8Array {
    assert(this.#at === this.#bytes.length, "the length that was counted");
    return this.#bytes;
  }

  #writeLength(length: number): void {
    assert(length <= valueBytesMax, "a value is at most 4 MiB");
    this.#at = this.#bytes.writeUInt32BE(length, this.#at);
  }
}

export type RowStreamRefusal = "backup.damaged";

/**
 * Reads what {@link RowWriter} wrote, a page at a time.
 *
 * @param chunks - Cut anywhere.
 * @returns Pages, each a result; after a refusal (`backup.damaged`: not of this form, cut off, or
 *   longer) nothing follows.
 */
export async function* readRowStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Result<RowPage, RowStreamRefusal>> {
  const octets = new Octets();
  const pages = readPages(octets);
  let step = pages.next();
  try {
    for await (const chunk of chunks) {
      octets.push(chunk);
      for (step = pages.next(); step.value !== undefined; step = pages.next()) {
        yield accept(step.value);
      }
      if (step.done === true && octets.heldBytes > 0) throw new Malformed("octets after the end");
    }
    if (step.done !== true) throw new Malformed("cut off");
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    yield refuse("backup.damaged", cause.message);
  }
}

/** Thrown and caught in this file: the stream ends at its first error. */
class Malformed extends Error {}

/** Yields `undefined` when it needs octets that are not there yet. */
type Reading<T> = Generator<RowPage | undefined, T, undefined>;

function* readPages(octets: Octets): Reading<undefined> {
  let table: Omit<RowPage, "rows"> | undefined;
  let rows: RowValue[][] = [];
  for (;;) {
    const [next] = yield* octets.read(1);
    const isFull = rows.length >= rowsPerPageMax || octets.readBytes >= pageBytesMax;
    if (table !== undefined && (next !== mark.row || isFull)) {
      yield { ...table, rows };
      rows = [];
      octets.readBytes = 0;
    }
    if (next === mark.table) table = yield* readTable(octets);
    else if (next === mark.row && table !== undefined) rows.push(yield* readRow(octets, table));
    else if (next === mark.end) return undefined;
    else throw new Malformed("no such mark");
  }
}

function* readTable(octets: Octets): Reading<Omit<RowPage, "rows">> {
  const table = yield* readText(octets);
  const [count = 0] = yield* octets.read(1);
  if (count === 0 || count > columnsMax) throw new Malformed("a count of columns");
  const columns: string[] = [];
  for (let place = 0; place < count; place++) columns.push(yield* readText(octets));
  return { table, columns };
}

function* readRow(octets: Octets, { columns }: Omit<RowPage, "rows">): Reading<RowValue[]> {
  const row: RowValue[] = [];
  for (let place = 0; place < columns.length; place++) row.push(yield* readValue(octets));
  return row;
}

function* readValue(octets: Octets): Reading<RowValue> {
  const [type] = yield* octets.read(1);
  switch (type) {
    case tag.null:
      return null;
    case tag.integer: {
      const value = Number(viewOf(yield* octets.read(8)).getBigInt64(0));
      if (!Number.isSafeInteger(value)) throw new Malformed("an integer beyond 2^53");
      return value;
    }
    case tag.text:
      return yield* readText(octets);
    case tag.bytes:
      return yield* readBytes(octets);
    default:
      throw new Malformed("no such type");
  }
}

function* readText(octets: Octets): Reading<string> {
  const text = decodeUtf8(yield* readBytes(octets));
  if (text === undefined) throw new Malformed("a text is not UTF-8");
  return text;
}

function* readBytes(octets: Octets): Reading<Uint8Array> {
  const length = viewOf(yield* octets.read(4)).getUint32(0);
  if (length > valueBytesMax) throw new Malformed("a value is too long");
  return yield* octets.read(length);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Exact counts of octets out of chunks cut anywhere. */
class Octets {
  #first: Uint8Array = new Uint8Array(0);
  #more: Uint8Array[] = [];
  heldBytes = 0;
  /** Read since it was last set. */
  readBytes = 0;

  push(chunk: Uint8Array): void {
    this.#more.push(chunk);
    this.heldBytes += chunk.length;
  }

  *read(count: number): Reading<Uint8Array> {
    while (this.heldBytes < count) yield undefined;
    if (this.#first.length < count) {
      this.#first = Buffer.concat([this.#first, ...this.#more]);
      this.#more = [];
    }
    const read = this.#first.subarray(0, count);
    this.#first = this.#first.subarray(count);
    this.heldBytes -= count;
    this.readBytes += count;
    return read;
  }
}
