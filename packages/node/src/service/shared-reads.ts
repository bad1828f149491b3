/**
 * Reads that many ask for at the same moment: of the same, which one read answers for all of them, or
 * of one after another, which are read together.
 *
 * @module
 */

/**
 * Whoever asks while one runs gets its answer, which is then as old as that read: for what only
 * grows, or is judged again where it matters.
 */
export class SharedReads<T> {
  readonly #running = new Map<string, Promise<T>>();

  run(key: string, read: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = read().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}

/** Reads by id: those asked for while one read runs are the next one. */
export class GatheredReads<T> {
  readonly #countMax: number;
  readonly #read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  #waiting = new Map<string, PromiseWithResolvers<T | undefined>>();
  #isRunning = false;

  /** @param read - Of at most `countMax` ids, each once. */
  constructor(countMax: number, read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>) {
    this.#countMax = countMax;
    this.#read = read;
  }

  ask(id: string): Promise<T | undefined> {
    const asked = this.#waiting.get(id) ?? Promise.withResolvers<T | undefined>();
    this.#waiting.set(id, asked);
    if (!this.#isRunning) void this.#run();
    return asked.promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // One turn of the event loop, so that what is asked together is read together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const part = new Map([...this.#waiting].slice(0, this.#countMax));
      for (const id of part.keys()) this.#waiting.delete(id);
      try {
        const found = await this.#read([...part.keys()]);
        for (const [id, { resolve }] of part) resolve(found.get(id));
      } catch (cause) {
        for (const { reject } of part.values()) reject(cause);
      }
    }
    this.#isRunning = false;
  }
}
