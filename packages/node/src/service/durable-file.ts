/**
 * Small files that must survive a power cut: keys, the record of the home directory.
 *
 * @module
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { open, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "@parley/core/fault";

/**
 * Writes a file whole or not at all, readable by its owner only. The directory must exist.
 *
 * @throws Fault `disk.full`, `disk.denied` or `disk.failed`.
 */
export function writeFileDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  try {
    const file = openSync(draft, "w", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncDirectory(dirname(path));
  } catch (cause) {
    throw diskFault(path, cause);
  }
}

/** Makes an empty file for its owner only, where SQLite would make one that others can read. */
export function createPrivateFile(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

/** {@link writeFileDurably} off the caller's thread: for what is written while others work. One at a time for a path. */
export async function replaceFileDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await rename(draft, path);
    const directory = await open(dirname(path), "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (cause) {
    throw diskFault(path, cause);
  }
}

/**
 * @returns The text, or `undefined` if there is no such file.
 * @throws Fault as {@link writeFileDurably}; `disk.failed` also if it is longer than `bytesMax`.
 */
export function readFileIfThere(path: string, bytesMax: number): string | undefined {
  try {
    if (statSync(path).size > bytesMax) {
      throw new Fault("disk.failed", `${path} is longer than ${bytesMax} bytes`, {
        retryable: false,
      });
    }
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw diskFault(path, cause);
  }
}

/** What the system said, as a fault of the catalogue. The path is the operator's own. */
export function diskFault(path: string, cause: unknown): Fault {
  const system = (cause as NodeJS.ErrnoException).code ?? "unknown";
  const detail = `${path}: ${system}`;
  switch (system) {
    case "ENOSPC":
    case "EDQUOT":
      return new Fault("disk.full", detail, { cause, retryable: true });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new Fault("disk.denied", detail, { cause, retryable: false });
    default:
      return new Fault("disk.failed", detail, { cause, retryable: false });
  }
}

/** A rename is durable when its directory is. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
