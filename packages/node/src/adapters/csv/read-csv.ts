/**
 * CSV as a stream of records, in bounded memory whatever the file.
 *
 * UTF-8 only, with or without a byte order mark; the parser is csv-parse (RFC 4180, quotes strict).
 * Limits are counted on the octets, before anything is kept of them.
 *
 * @module
 */
import { accept, type Refusal, type Result, refuse } from "@parley/core/result";
import { CsvError, parse } from "csv-parse";

/** Octets of one physical line, and of one record over all its lines. */
export const csvLineBytesMax = 1_048_576;
/** Octets of a file. */
export const csvFileBytesMax = 268_435_456;
/** Fields of a record. */
export const csvColumnsMax = 256;

export type CsvRefusal =
  | "csv.bad-encoding"
  | "csv.malformed"
  | "csv.line-too-long"
  | "csv.too-large";

/** Takes records as they come, headings first; refuses to stop. `index` counts from 0. */
export type RecordSink<C extends string> = (
  fields: readonly string[],
  index: number,
) => Result<true, C>;

/**
 * Reads `source` to its end, or to the first refusal.
 *
 * @param source - Octets, in pieces of any size. Its own errors pass through.
 * @returns How many records there were; or `csv.bad-encoding` for what is not UTF-8,
 *   `csv.line-too-long` and `csv.too-large` above the limits, `csv.malformed` for quotes or records
 *   out of form, and whatever the sink refuses.
 */
export async function readCsv<C extends string>(
  source: AsyncIterable<Uint8Array>,
  sink: RecordSink<C>,
  fileBytesMax: number = csvFileBytesMax,
): Promise<Result<number, CsvRefusal | C>> {
  const parser = createParser(sink);
  const guard = createGuard(fileBytesMax);
  for await (const octets of source) {
    const unfit = guard.push(octets);
    if (unfit !== null) return { ok: false, refusal: unfit };
    const stopped = await parser.push(octets);
    if (stopped !== null) return { ok: false, refusal: stopped };
  }
  const unfit = guard.end();
  if (unfit !== null) return { ok: false, refusal: unfit };
  return parser.end();
}

function createParser<C extends string>(sink: RecordSink<C>) {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    // Whoever takes the records knows how many fields they need, and says which has not.
    relax_column_count: true,
    max_record_size: csvLineBytesMax,
  });
  const stop = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let recordCount = 0;
  let refusal: Refusal<CsvRefusal | C> | null = null;

  function stopWith(reason: Refusal<CsvRefusal | C>): void {
    refusal ??= reason;
    parser.destroy();
    stop.resolve();
  }

  function take(): void {
    while (refusal === null) {
      const fields = parser.read() as readonly string[] | null;
      if (fields === null) return;
      const taken =
        fields.length > csvColumnsMax
          ? refuse("csv.malformed", `more than ${csvColumnsMax} fields`)
          : sink(fields, recordCount);
      if (!taken.ok) stopWith(taken.refusal);
      recordCount += 1;
    }
  }
  parser.on("readable", take);
  parser.once("error", (error) => stopWith(refusalOf(error)));
  parser.once("end", end.resolve);

  return {
    async push(octets: Uint8Array): Promise<Refusal<CsvRefusal | C> | null> {
      const written = new Promise<void>((resolve) => parser.write(octets, () => resolve()));
      await Promise.race([written, stop.promise]);
      return refusal;
    },
    async end(): Promise<Result<number, CsvRefusal | C>> {
      parser.end();
      await Promise.race([end.promise, stop.promise]);
      return refusal === null ? accept(recordCount) : { ok: false, refusal };
    },
  };
}

/** csv-parse names its faults and the line; its messages quote the file. */
function refusalOf(error: unknown): Refusal<CsvRefusal> {
  if (!(error instanceof CsvError)) throw error;
  const at = `line ${String(error["lines"])}`;
  return error.code === "CSV_MAX_RECORD_SIZE"
    ? {
        code: "csv.line-too-long",
        detail: `${at}: a record of more than ${csvLineBytesMax} octets`,
      }
    : { code: "csv.malformed", detail: `${at}: ${error.code}` };
}

/** Encoding and limits, on octets: a line of a gigabyte is refused after its first megabyte. */
function createGuard(fileBytesMax: number) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let fileBytes = 0;
  let lineBytes = 0;
  let lineCount = 0;

  function measure(octets: Uint8Array): Refusal<CsvRefusal> | null {
    fileBytes += octets.length;
    if (fileBytes > fileBytesMax) {
      return { code: "csv.too-large", detail: `more than ${fileBytesMax} octets` };
    }
    let start = 0;
    for (let end = octets.indexOf(0x0a); end !== -1; end = octets.indexOf(0x0a, start)) {
      if (lineBytes + end - start > csvLineBytesMax) return tooLong();
      lineCount += 1;
      lineBytes = 0;
      start = end + 1;
    }
    lineBytes += octets.length - start;
    return lineBytes > csvLineBytesMax ? tooLong() : null;
  }

  function tooLong(): Refusal<CsvRefusal> {
    const detail = `line ${lineCount + 1} has more than ${csvLineBytesMax} octets`;
    return { code: "csv.line-too-long", detail };
  }

  function decode(octets?: Uint8Array): Refusal<CsvRefusal> | null {
    try {
      const text =
        octets === undefined ? decoder.decode() : decoder.decode(octets, { stream: true });
      // UTF-16 and UTF-32 are valid UTF-8 for Latin letters, but for the zeros between them.
      if (!text.includes("\u0000")) return null;
    } catch {
      // The decoder says only that it is not UTF-8.
    }
    return { code: "csv.bad-encoding", detail: `line ${lineCount + 1} is not UTF-8` };
  }

  return {
    push: (octets: Uint8Array) => decode(octets) ?? measure(octets),
    end: () => decode(),
  };
}
