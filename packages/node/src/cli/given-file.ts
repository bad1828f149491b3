/**
 * A file that a person names on the command line: read whole, within a bound.
 *
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";

export type GivenFileRefusal = "cli.no-such-file" | "cli.file-too-large" | "cli.not-text";

export function readGivenFile(
  file: string,
  bytesMax: number,
): LocalResult<string, GivenFileRefusal> {
  let bytes: Buffer;
  try {
    if (statSync(file).size > bytesMax) {
      return refuseLocally("cli.file-too-large", { file, bytesMax: String(bytesMax) });
    }
    bytes = readFileSync(file);
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code ?? "unknown";
    return refuseLocally("cli.no-such-file", { file, cause: system });
  }
  const text = decodeUtf8(bytes);
  return text === undefined ? refuseLocally("cli.not-text", { file }) : { ok: true, value: text };
}
