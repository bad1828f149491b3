/**
 * Work that is done when it is asked for, again after a pause if it failed, and never twice at once.
 *
 * The pause has full jitter: a random part of a time that doubles with each failure, so that many
 * nodes do not come back to one at the same moment.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

const firstPauseMs = 500;
/** Doublings after which any bound is reached. */
const doublingsMax = 24;

/**
 * `waitMs`: at least so long, whatever the jitter says. `isUnreached`: nobody answered; what was
 * answered is not to be hurried, or two nodes that refuse each other would hurry each other.
 */
export type Attempt =
  | { readonly isDone: true }
  | { readonly isDone: false; readonly waitMs: number; readonly isUnreached: boolean };

export interface RetryPorts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  readonly pauseMsMax: number;
  readonly signal: AbortSignal;
}

/** @param failures - In a row, from 1. */
export function pauseMs(failures: number, pauseMsMax: number, random: number): number {
  const bound = firstPauseMs * 2 ** Math.min(failures - 1, doublingsMax);
  return Math.floor(random * Math.min(bound, pauseMsMax));
}

export class RetryLoop {
  readonly #ports: RetryPorts;
  readonly #work: () => Promise<Attempt>;
  /** Hears that nobody answered: how often in a row, and the pause after it. */
  readonly #onUnreached: (failures: number, ms: number) => void;
  #isWanted = false;
  #running: Promise<void> | undefined;
  #pause: AbortController | undefined;

  constructor(
    ports: RetryPorts,
    work: () => Promise<Attempt>,
    onUnreached: (failures: number, ms: number) => void,
  ) {
    this.#ports = ports;
    this.#work = work;
    this.#onUnreached = onUnreached;
  }

  /** There is work. It does not cut a pause short. */
  wake(): void {
    this.#isWanted = true;
    this.#run();
  }

  /** Who did not answer has come up: it may go now. */
  hurry(): void {
    this.#pause?.abort();
  }

  /** Resolves when nothing runs: at once, or when the signal has stopped it. */
  async idle(): Promise<void> {
    await this.#running;
  }

  #run(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#loop().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && !this.#ports.signal.aborted) this.#run();
    });
  }

  async #loop(): Promise<void> {
    const { clock, signal, pauseMsMax } = this.#ports;
    let failures = 0;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      const attempt = await this.#work();
      if (attempt.isDone) {
        failures = 0;
        continue;
      }
      this.#isWanted = true;
      failures += 1;
      const asked = Math.min(attempt.waitMs, pauseMsMax);
      const ms = Math.max(asked, pauseMs(failures, pauseMsMax, this.#ports.random()));
      if (attempt.isUnreached) this.#onUnreached(failures, ms);
      const pause = new AbortController();
      this.#pause = attempt.isUnreached ? pause : undefined;
      await clock.sleep(ms, AbortSignal.any([signal, pause.signal]));
      this.#pause = undefined;
    }
  }
}
