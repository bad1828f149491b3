/**
 * The end of a bench: what takes too long measures nothing.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";

/** Then it ends as one that could not measure: the whole, cleaning up included, takes nine minutes. */
const budgetMs = 520_000;

/** @throws When the time is over, which begins with the process. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = delay(budgetMs - performance.now(), undefined, end).then(() => {
    throw new Error("the machine is too slow to measure in the time given");
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    end.abort();
    // The one that lost has nothing to say any more.
    for (const each of [work, late]) each.catch(() => undefined);
  }
}
