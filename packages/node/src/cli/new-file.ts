/**
 * A file that a command writes for a person: never over one that is there.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { writeFileDurably } from "../service/durable-file.ts";

type NewFileRefusal = "cli.file-exists" | "cli.no-such-file";

/**
 * To be asked before anything is done whose result the file is to hold.
 *
 * @returns `cli.file-exists` if there is a file of that name; `cli.no-such-file` if there is no
 *   directory for it.
 */
export function checkNewFile(path: string): LocalResult<true, NewFileRefusal> {
  if (existsSync(path)) return refuseLocally("cli.file-exists", { file: path });
  const directory = dirname(path);
  if (existsSync(directory)) return { ok: true, value: true };
  return refuseLocally("cli.no-such-file", { file: directory, cause: "ENOENT" });
}

/** Writes it; refused as {@link checkNewFile} says. */
export function writeNewFile(path: string, text: string): LocalResult<true, NewFileRefusal> {
  const checked = checkNewFile(path);
  if (checked.ok) writeFileDurably(path, text);
  return checked;
}
