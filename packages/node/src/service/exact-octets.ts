/**
 * Reads exact counts of octets out of chunks cut anywhere.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** Thrown where a result has no place: inside an iteration. Whoever iterates catches it. */
export class CutShort extends Error {}

export class ExactOctets {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** @throws CutShort if there are fewer. */
  async read(count: number): Promise<Uint8Array> {
    if (this.#held.length < count) await this.#gather(count);
    return this.#take(count);
  }

  /** @returns Octets of the first lines; `undefined` if they are longer or not there. */
  async readLines(lineCount: number, bytesMax: number): Promise<Uint8Array | undefined> {
    for (;;) {
      let end = 0;
      for (let line = 0; line < lineCount && end >= 0; line++) {
        end = this.#held.indexOf(0x0a, end) + 1 || -1;
      }
      if (end > bytesMax) return undefined;
      if (end > 0) return this.#take(end);
      if (this.#held.length > bytesMax) return undefined;
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#held = Buffer.concat([this.#held, value]);
    }
  }

  /** What follows, in chunks as they come. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#held.length > 0) yield this.#take(this.#held.length);
    for (
      let next = await this.#chunks.next();
      next.done !== true;
      next = await this.#chunks.next()
    ) {
      yield next.value;
    }
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#held.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return true;
      this.#held = value;
    }
    return false;
  }

  #take(count: number): Uint8Array {
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async #gather(count: number): Promise<void> {
    const parts = [this.#held];
    for (let held = this.#held.length; held < count; ) {
      const { done, value } = await this.#chunks.next();
      if (done === true) throw new CutShort("cut off");
      parts.push(value);
      held += value.length;
    }
    this.#held = Buffer.concat(parts);
  }
}
