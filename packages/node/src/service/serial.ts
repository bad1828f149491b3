/**
 * One thing after another: what shares a fold must not interleave.
 *
 * @module
 */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that was asked before has ended, however it ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work, work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
