/**
 * What every bench of one home needs: its budget, its watch that nobody looks at, and a stopwatch.
 *
 * @module
 */
import type { RebuildWatch } from "../../packages/node/src/service/rebuild.ts";

export const unwatched: RebuildWatch = {
  progress: () => undefined,
  signal: new AbortController().signal,
};

/** @returns Milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** @returns Milliseconds of processor that this process used. */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
