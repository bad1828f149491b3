/**
 * What a log's owner and a mirror send each other: bodies of add-checkpoint and add-entries, and
 * the mirror's short answers.
 *
 * An upload may have half a gigabyte. Its decoder therefore takes octets as they come, hands out one
 * package at a time and holds no more than one (16.8 MB).
 * spec/exchange.md §2 and §3; C2SP tlog-witness and tlog-mirror at 5ba5ee8.
 *
 * @module
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import {
  concatBytes,
  decodeU16,
  decodeU64,
  encodeU16,
  encodeU64,
  u16Max,
} from "../bytes/octets.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import { parseSignedCheckpoint, parseSize, type UnverifiedCheckpoint } from "./checkpoint.ts";
import { isKeyName, keyNameBytesMax, noteBytesMax } from "./note.ts";
import { proofHashesMax } from "./proofs.ts";
import { encodeBundle, tileWidth } from "./tiles.ts";
import { hashBytes, treeSizeMax } from "./tree.ts";

/** Packages that one request uploads, 8,192 entries; what comes after them is discarded. */
export const uploadPackagesMax = 32;

/** Body of add-checkpoint, in octets: a size, 63 hashes and a note. */
export const addCheckpointBytesMax = noteBytesMax + 4_096;

export interface AddCheckpoint {
  /** Size from which `proof` shows consistency. */
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, as it came. */
  readonly text: string;
  readonly parsed: UnverifiedCheckpoint;
}

export interface UploadHeader {
  readonly origin: string;
  /** Index of the first entry uploaded. */
  readonly start: number;
  /** Size of the checkpoint to which the proofs lead; at least `start`. */
  readonly end: number;
  /** Opaque, from an earlier answer of the mirror; at most 65,535 octets. */
  readonly ticket: Uint8Array;
}

/** Entries [start, end), proven as part of the subtree [subtreeStart, end). */
export type PackageInterval = {
  readonly subtreeStart: number;
  readonly start: number;
  readonly end: number;
};

export interface EntryPackage {
  readonly interval: PackageInterval;
  readonly entries: readonly Uint8Array[];
  readonly proof: readonly Uint8Array[];
}

/** One header, then packages in order. */
export type UploadPart =
  | { readonly kind: "header"; readonly header: UploadHeader }
  | { readonly kind: "package"; readonly package: EntryPackage };

export interface UploadDecoder {
  /**
   * Takes the next octets of the body and returns what they complete. `mirror.bad-request` where
   * the body is malformed, now and for every later call; what was returned before stands.
   */
  push(chunk: Uint8Array): Result<readonly UploadPart[], "mirror.bad-request">;
  /** Whether nothing more will come: the last package was returned, or the body is malformed. */
  isComplete(): boolean;
}

/** Where a mirror stands: body of its answers 202 and 409. */
export type MirrorInfo = {
  /** Size of a pending checkpoint that it takes as the end of an upload. */
  readonly size: number;
  /** Index of the first entry that it lacks. */
  readonly nextEntry: number;
  readonly ticket: Uint8Array;
};

/** @param request - `text` is the whole signed checkpoint. */
export function formatAddCheckpoint(request: Omit<AddCheckpoint, "parsed">): string {
  assert(request.proof.length <= proofHashesMax, "a proof has at most 63 hashes");
  const lines = [`old ${request.old}`, ...request.proof.map(toBase64)];
  return `${lines.join("\n")}\n\n${request.text}`;
}

export function parseAddCheckpoint(body: Uint8Array): Result<AddCheckpoint, "mirror.bad-request"> {
  if (body.length > addCheckpointBytesMax) return refuse("mirror.bad-request", "body too long");
  const whole = decodeUtf8(body);
  const split = whole?.indexOf("\n\n") ?? -1;
  if (whole === undefined || split < 0) return refuse("mirror.bad-request", "no empty line");
  const [first = "", ...hashLines] = whole.slice(0, split).split("\n", proofHashesMax + 2);
  const old = first.startsWith("old ") ? parseSize(first.slice("old ".length)) : undefined;
  if (old === undefined) return refuse("mirror.bad-request", "no old size");
  const proof = hashLines.map(fromBase64).filter((hash) => hash?.length === hashBytes);
  if (proof.length !== hashLines.length || proof.length > proofHashesMax) {
    return refuse("mirror.bad-request", "a line of the proof is no hash, or too many");
  }
  const text = whole.slice(split + 2);
  const parsed = parseSignedCheckpoint(text);
  if (!parsed.ok) return refuse("mirror.bad-request", parsed.refusal.detail);
  return accept({ old, proof: proof as Uint8Array[], text, parsed: parsed.value });
}

/** How many packages the entries [start, end) make: they are cut at multiples of 256. */
export function packageCount(start: number, end: number): number {
  return start === end ? 0 : Math.ceil(end / tileWidth) - Math.floor(start / tileWidth);
}

/** @param at - From 0, below {@link packageCount}. */
export function packageInterval(start: number, end: number, at: number): PackageInterval {
  const subtreeStart = (Math.floor(start / tileWidth) + at) * tileWidth;
  return {
    subtreeStart,
    start: Math.max(start, subtreeStart),
    end: Math.min(end, subtreeStart + tileWidth),
  };
}

export function encodeUploadHeader(header: UploadHeader): Uint8Array {
  const origin = encodeUtf8(header.origin);
  assert(origin.length <= keyNameBytesMax && header.start <= header.end, "a well-formed upload");
  assert(header.ticket.length <= u16Max, "a ticket has at most 65,535 octets");
  const places = [encodeU64(header.start), encodeU64(header.end)];
  const ticket = [encodeU16(header.ticket.length), header.ticket];
  return concatBytes(encodeU16(origin.length), origin, ...places, ...ticket);
}

export function encodePackage(
  entries: readonly Uint8Array[],
  proof: readonly Uint8Array[],
): Uint8Array {
  assert(proof.length <= proofHashesMax, "a proof has at most 63 hashes");
  return concatBytes(encodeBundle(entries), Uint8Array.of(proof.length), ...proof);
}

export function createUploadDecoder(): UploadDecoder {
  let parts: UploadPart[] = [];
  const reader = readUpload((part) => parts.push(part));
  let step = reader.next();
  let wanted = new Uint8Array(step.done ? 0 : step.value);
  let filledBytes = 0;

  function push(chunk: Uint8Array): ReturnType<UploadDecoder["push"]> {
    let offset = 0;
    while (step.done !== true && offset < chunk.length) {
      const rest = chunk.subarray(offset, offset + wanted.length - filledBytes);
      wanted.set(rest, filledBytes);
      filledBytes += rest.length;
      offset += rest.length;
      if (filledBytes < wanted.length) break;
      step = reader.next(wanted);
      if (step.done !== true) wanted = new Uint8Array(step.value);
      filledBytes = 0;
    }
    const complete = parts;
    parts = [];
    if (step.done === true && step.value === "malformed" && complete.length === 0) {
      return refuse("mirror.bad-request", "the upload is malformed");
    }
    return accept(complete);
  }
  return { push, isComplete: () => step.done === true };
}

type UploadReader<T> = Generator<number, T, Uint8Array>;

/** Yields how many octets it needs next, at least 1, and is resumed with them. */
function* readUpload(emit: (part: UploadPart) => void): UploadReader<"end" | "malformed"> {
  const header = yield* readHeader();
  if (header === undefined) return "malformed";
  emit({ kind: "header", header });
  const { start, end } = header;
  const count = Math.min(packageCount(start, end), uploadPackagesMax);
  for (let at = 0; at < count; at++) {
    const interval = packageInterval(start, end, at);
    const entries: Uint8Array[] = [];
    while (entries.length < interval.end - interval.start) entries.push(yield* readSized());
    const [hashCount = 0] = yield 1;
    if (hashCount > proofHashesMax) return "malformed";
    const proof: Uint8Array[] = [];
    while (proof.length < hashCount) proof.push(yield hashBytes);
    emit({ kind: "package", package: { interval, entries, proof } });
  }
  return "end";
}

function* readHeader(): UploadReader<UploadHeader | undefined> {
  const originLength = decodeU16(yield 2) ?? 0;
  if (originLength === 0 || originLength > keyNameBytesMax) return undefined;
  const origin = decodeUtf8(yield originLength);
  const start = decodeU64(yield 8);
  const end = decodeU64(yield 8);
  if (origin === undefined || !isKeyName(origin)) return undefined;
  if (start === undefined || end === undefined || start > end || end > treeSizeMax)
    return undefined;
  return { origin, start, end, ticket: yield* readSized() };
}

/** An octet string with its length as uint16 before it. */
function* readSized(): UploadReader<Uint8Array> {
  const length = decodeU16(yield 2) ?? 0;
  return length === 0 ? new Uint8Array(0) : yield length;
}

export function formatMirrorInfo(info: MirrorInfo): string {
  return `${info.size}\n${info.nextEntry}\n${toBase64(info.ticket)}\n`;
}

/** Parses what a mirror answered with 202 or 409; the answer is its word and may be wrong. */
export function parseMirrorInfo(text: string): Result<MirrorInfo, "mirror.bad-answer"> {
  const [sizeText = "", nextText = "", ticketText = "", end, ...rest] = text.split("\n", 5);
  const [size, nextEntry] = [parseSize(sizeText), parseSize(nextText)];
  const ticket = fromBase64(ticketText);
  const isWhole = end === "" && rest.length === 0;
  if (!isWhole || size === undefined || nextEntry === undefined) {
    return refuse("mirror.bad-answer", "not size, next entry and ticket");
  }
  if (ticket === undefined || ticket.length > u16Max) {
    return refuse("mirror.bad-answer", "the ticket is not base64, or too long");
  }
  return accept({ size, nextEntry, ticket });
}

/** Parses what a mirror answered to add-checkpoint with 409: the size it has. */
export function parseSizeAnswer(text: string): Result<number, "mirror.bad-answer"> {
  const size = text.endsWith("\n") ? parseSize(text.slice(0, -1)) : undefined;
  return size === undefined ? refuse("mirror.bad-answer", "not a size") : accept(size);
}
