/**
 * The clock port: the only time the service knows, and its only way to wait.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";

export interface Clock {
  /** POSIX seconds, UTC, as the wire and the database have them. */
  nowSeconds(): number;
  /**
   * Resolves after `ms` milliseconds, or at once when `signal` is aborted: whoever waits looks at the
   * signal next, so that a stop is not an error.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowSeconds: () => Math.floor(Date.now() / 1_000),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, { signal });
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  },
};
