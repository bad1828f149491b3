/**
 * A file that a person names on the command line: read whole, within a bound.
 *
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";

export type GivenFileRefusal = "cli.no-such-file" | "cli.file-too-large" | "cli.not-text";

export function readGivenFile(
  file: string,
  bytesMax: number,
): LocalResult<string, GivenFileRefusal> {
  let bytes: Buffer;
  try {
    bytes = readUpTo(file, bytesMax + 1);
    if (bytes.length > bytesMax) {
      return refuseLocally("cli.file-too-large", { file, bytesMax: String(bytesMax) });
    }
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code ?? "unknown";
    return refuseLocally("cli.no-such-file", { file, cause: system });
  }
  const text = decodeUtf8(bytes);
  return text === undefined ? refuseLocally("cli.not-text", { file }) : { ok: true, value: text };
}

/** A pipe or a device has no size that could be asked first, and may never end. */
function readUpTo(file: string, bytesMax: number): Buffer {
  const parts: Buffer[] = [];
  let count = 0;
  const from = openSync(file, "r");
  try {
    while (count < bytesMax) {
      const part = Buffer.alloc(Math.min(partBytes, bytesMax - count));
      const read = readSync(from, part);
      if (read === 0) break;
      parts.push(part.subarray(0, read));
      count += read;
    }
  } finally {
    closeSync(from);
  }
  return Buffer.concat(parts, count);
}

const partBytes = 65_536;
