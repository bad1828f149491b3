/**
 * A path to a unix socket that fits into the 108 octets of the system's address, terminator included.
 *
 * Longer ones are cut off by the system without a word, and two homes would share a socket. So a
 * link to the directory is made in the temporary directory, and the socket named through it.
 *
 * @module
 */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { diskFault } from "../../service/durable-file.ts";

/** unix(7), `sun_path`; BSD and macOS have 104. */
export const socketPathBytesMax = 103;

export interface ShortPath {
  readonly path: string;
  [Symbol.dispose](): void;
}

/** @param path - Absolute. The result names the same file and serves until disposed. */
export function shortenSocketPath(path: string): ShortPath {
  if (Buffer.byteLength(path) <= socketPathBytesMax) return { path, [Symbol.dispose]: () => {} };
  let directory: string;
  try {
    directory = mkdtempSync(join(tmpdir(), "parley-"));
    symlinkSync(dirname(path), join(directory, "h"));
  } catch (cause) {
    throw diskFault(tmpdir(), cause);
  }
  return {
    path: join(directory, "h", basename(path)),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
