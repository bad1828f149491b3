/**
 * Time that moves when it is told to: sleeps, deliveries and everything else that waits lies in one
 * queue, ordered by when it is due and, at the same moment, by when it was asked for.
 *
 * Between two events everything that can run without waiting runs to its end.
 *
 * @module
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "@parley/node/service/clock";

interface Due {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

export class SimulatedTime {
  /** Milliseconds since 1970, as nobody's clock shows them. */
  nowMs: number;
  #order = 0;
  #queue: Due[] = [];
  #eventCount = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Events that have come about so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Runs `work` in so many milliseconds, unless what is returned is called before. */
  after(ms: number, work: () => void): () => void {
    const due = { atMs: this.nowMs + Math.max(0, Math.ceil(ms)), order: this.#order, run: work };
    this.#order += 1;
    const at = this.#queue.findIndex((other) => other.atMs > due.atMs);
    this.#queue.splice(at === -1 ? this.#queue.length : at, 0, due);
    return () => {
      this.#queue = this.#queue.filter((other) => other !== due);
    };
  }

  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.after(ms, resolve);
      const stop = () => {
        cancel();
        resolve();
      };
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Moves on by so much, event by event. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await drain();
    for (let due = this.#queue[0]; due !== undefined && due.atMs <= endMs; due = this.#queue[0]) {
      this.#queue.shift();
      this.nowMs = due.atMs;
      this.#eventCount += 1;
      due.run();
      await drain();
    }
    this.nowMs = endMs;
  }

  /** Waits for what needs no simulated time: an act of a person, which may read and write files. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const value = await work;
    await drain();
    return value;
  }
}

/** The clock of one party, which may be wrong. */
export class SimulatedClock implements Clock {
  readonly #time: SimulatedTime;
  /** Ahead of the true time; negative when behind. */
  offsetSeconds = 0;

  constructor(time: SimulatedTime) {
    this.#time = time;
  }

  nowSeconds(): number {
    return Math.floor(this.#time.nowMs / 1_000) + this.offsetSeconds;
  }

  /** A sleep is measured, not read off a clock: it does not jump. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#time.sleep(ms, signal);
  }
}

/** Turns of the event loop after which nothing runs that does not wait for simulated time. */
const drainTurns = 2;

async function drain(): Promise<void> {
  for (let at = 0; at < drainTurns; at += 1) await turn();
}
