/**
 * Exports in memory, to be spoilt by tests.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExportFiles } from "@parley/core/record/export-files";
import type { PairedParty } from "@parley/testkit/paired-nodes";
import { openDirectory } from "../../packages/checker/src/directory-files.ts";
import { exportChannel } from "../../packages/node/src/service/export.ts";
import type { OperationContext } from "../../packages/node/src/service/operation.ts";

export const quiet: OperationContext = {
  progress: () => undefined,
  signal: new AbortController().signal,
};

/** By path. */
export type MemoryExport = Map<string, Uint8Array>;

export async function exportOf(party: PairedParty, isOpened: boolean): Promise<MemoryExport> {
  const above = await mkdtemp(join(tmpdir(), "parley-export-"));
  const directory = join(above, "export");
  const order = { channel: party.channel, directory, isOpened };
  const exported = await exportChannel(party.node, order, quiet);
  if (!exported.ok) throw new Error(exported.refusal.code);
  const files = openDirectory(directory);
  const memory: MemoryExport = new Map();
  for (const path of files?.paths ?? []) {
    const octets = await files?.read(path, 2 ** 30);
    if (octets !== undefined) memory.set(path, octets);
  }
  await rm(above, { recursive: true });
  return memory;
}

export function filesIn(memory: MemoryExport): ExportFiles {
  return {
    paths: [...memory.keys()],
    read: async (path, bytesMax) => {
      const octets = memory.get(path);
      return octets === undefined || octets.length > bytesMax ? undefined : octets;
    },
    async *stream(path) {
      const octets = memory.get(path);
      if (octets !== undefined) yield octets;
    },
  };
}
