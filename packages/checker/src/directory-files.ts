/**
 * An export as it lies on a disk. What is neither file nor directory is listed, and not readable.
 *
 * @module
 */
import { createReadStream, lstatSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ExportFiles } from "@parley/core/record/export-files";

/** Files that are listed: an index that wants as many is of hundreds of millions of entries. */
const filesMax = 4_000_000;
/** Directories inside one another; an export has eight. */
const depthMax = 16;

const streamedBytes = 1_048_576;

/** @returns The files; or `undefined` if there are more than anybody can check. */
export function openDirectory(root: string): ExportFiles | undefined {
  const paths: string[] = [];
  const regular = new Set<string>();
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: "", depth: 0 }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { path: above, depth } = folder;
    for (const entry of readdirSync(join(root, above), { withFileTypes: true })) {
      const path = above === "" ? entry.name : `${above}/${entry.name}`;
      if (entry.isDirectory() && depth < depthMax) folders.push({ path, depth: depth + 1 });
      else paths.push(path);
      if (entry.isFile()) regular.add(path);
    }
    if (paths.length + folders.length > filesMax) return undefined;
  }
  return {
    paths,
    read: async (path, bytesMax) =>
      regular.has(path) ? readWhole(join(root, path), bytesMax) : undefined,
    stream: (path) => (regular.has(path) ? readParts(join(root, path)) : nothing()),
  };
}

export function isDirectory(path: string): boolean {
  return lstatSync(path).isDirectory();
}

/** @returns `undefined` if it is longer. */
export async function readWhole(path: string, bytesMax: number): Promise<Uint8Array | undefined> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size > bytesMax) return undefined;
    const octets = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(octets, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return octets.subarray(0, length);
  } finally {
    await file.close();
  }
}

async function* readParts(path: string): AsyncGenerator<Uint8Array> {
  for await (const part of createReadStream(path, { highWaterMark: streamedBytes })) {
    yield part as Uint8Array;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
