/**
 * A file that a command writes for a person: never over one that is there.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { writeFileDurably } from "../service/durable-file.ts";

/** @returns `cli.file-exists` if there is a file of that name, which stays as it is. */
export function writeNewFile(path: string, text: string): LocalResult<true, "cli.file-exists"> {
  if (existsSync(path)) return refuseLocally("cli.file-exists", { file: path });
  writeFileDurably(path, text);
  return { ok: true, value: true };
}
