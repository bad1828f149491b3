/**
 * The port through which an export is read: a directory of plain files, or anything like one.
 *
 * Whoever made the files is not trusted, and neither is whoever lists them: a name that this
 * program would not have written itself is never asked for.
 *
 * @module
 */
import type { RefusalCode } from "../refusal-codes.ts";
import type { Refusal } from "../result.ts";

export interface ExportFiles {
  /** Every file, by its path from the top of the export, steps divided by `/`; what is no file too. */
  readonly paths: readonly string[];
  /** @returns The octets; or `undefined` if it cannot be read as a file of at most `bytesMax`. */
  read(path: string, bytesMax: number): Promise<Uint8Array | undefined>;
  /** The octets of a long file in parts. Ends early if it cannot be read: its digest then differs. */
  stream(path: string): AsyncIterable<Uint8Array>;
}

/** Where the record is not what it must be, and why. */
export type RecordRefusal = Refusal<RefusalCode> & {
  /** Of a file of the export, or of a part of a proof. A stray file has the name that it was given. */
  readonly path: string;
};

export type RecordResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: RecordRefusal };

/** `accept` of `result.ts`, for a result whose refusals have a place. */
export function proven<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refuseAt(
  path: string,
  code: RefusalCode,
  detail: string,
): { readonly ok: false; readonly refusal: RecordRefusal } {
  return { ok: false, refusal: { code, detail, path } };
}

/** The same refusal, with its place. */
export function placeRefusal(
  path: string,
  { code, detail }: Refusal<RefusalCode>,
): { readonly ok: false; readonly refusal: RecordRefusal } {
  return { ok: false, refusal: { code, detail, path } };
}
