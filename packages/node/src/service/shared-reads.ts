/**
 * Reads that many ask for at the same moment and that give all of them the same.
 *
 * Whoever asks while one runs gets its answer, which is then as old as that read: for what only
 * grows, or is judged again where it matters.
 *
 * @module
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
