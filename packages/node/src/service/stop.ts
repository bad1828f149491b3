/**
 * Stopping in order: what was started last stops first, within a bound.
 *
 * @module
 */
import type { Log } from "../log.ts";

/** A part of the program that can be told to stop; it settles when nothing of it runs any more. */
export type StopStep = () => void | Promise<void>;

/**
 * Runs the steps one after another, the last one first. A step that fails does not keep the others
 * from running. When the time is over the rest is left to the end of the process: nothing that was
 * acknowledged depends on a step here.
 *
 * @param stopMs - For all steps together, in milliseconds.
 * @param wasServing - What never started is not said to have stopped.
 * @returns Whether every step ended in time.
 */
export async function stopInOrder(
  steps: readonly StopStep[],
  stopMs: number,
  log: Log,
  wasServing = true,
): Promise<boolean> {
  const startedAt = performance.now();
  const cut = Symbol("cut");
  const over = Promise.withResolvers<typeof cut>();
  const timer = setTimeout(() => over.resolve(cut), stopMs);
  try {
    for (const step of steps.toReversed()) {
      if ((await Promise.race([runStep(step, log), over.promise])) !== cut) continue;
      log.event("node.stop-cut", { afterMs: stopMs });
      return false;
    }
    if (wasServing)
      log.event("node.stopped", { afterMs: Math.round(performance.now() - startedAt) });
    return true;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when it is time to stop, at once if that was said while everything was still starting. */
export function stopRequested(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function runStep(step: StopStep, log: Log): Promise<void> {
  try {
    await step();
  } catch (cause) {
    // A step that fails must not keep the steps below it from running.
    log.event("node.fault", {}, cause);
  }
}
