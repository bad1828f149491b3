/**
 * The cheapest durable write: into room that the file has already, then `fdatasync`.
 *
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";

export class DurableFile implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #roomBytes: number;
  #offset = 0;

  private constructor(file: FileHandle, roomBytes: number) {
    this.#file = file;
    this.#roomBytes = roomBytes;
  }

  /** @param roomBytes - At least as much as one write; what is beyond begins at the start again. */
  static async create(path: string, roomBytes: number): Promise<DurableFile> {
    const file = await open(path, "w", 0o600);
    await file.write(new Uint8Array(roomBytes));
    await file.sync();
    return new DurableFile(file, roomBytes);
  }

  /** Resolves when the octets are on the disk. One at a time. */
  async write(octets: Uint8Array): Promise<void> {
    if (this.#offset + octets.length > this.#roomBytes) this.#offset = 0;
    await this.#file.write(octets, 0, octets.length, this.#offset);
    this.#offset += octets.length;
    await this.#file.datasync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
