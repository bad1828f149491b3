/**
 * The database of a simulated home: it outlives every process on it, can be copied at any moment, and
 * be replaced by an earlier copy while nobody uses it.
 *
 * @module
 */
import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { assert } from "@parley/core/fault";
import type { Storage } from "@parley/node/service/storage";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";

export class HomeDatabase implements Storage {
  readonly #path: string;
  #storage: Storage;

  private constructor(path: string, storage: Storage) {
    this.#path = path;
    this.#storage = storage;
  }

  static async open(path: string): Promise<HomeDatabase> {
    return new HomeDatabase(path, await openAt(path));
  }

  /** As a backup program copies it, whoever writes meanwhile. */
  copyTo(path: string): void {
    rmSync(path, { force: true });
    const database = new DatabaseSync(this.#path, { readOnly: true });
    database.prepare("VACUUM INTO ?").run(path);
    database.close();
  }

  async replaceBy(copy: string): Promise<void> {
    await this.#storage[Symbol.asyncDispose]();
    for (const rest of ["", "-wal", "-shm"]) rmSync(`${this.#path}${rest}`, { force: true });
    copyFileSync(copy, this.#path);
    this.#storage = await openAt(this.#path);
  }

  read: Storage["read"] = (work) => this.#storage.read(work);
  write: Storage["write"] = (work) => this.#storage.write(work);

  streamAttachment(...of: Parameters<Storage["streamAttachment"]>) {
    return this.#storage.streamAttachment(...of);
  }

  checkIntegrity() {
    return this.#storage.checkIntegrity();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#storage[Symbol.asyncDispose]());
  }
}

async function openAt(path: string): Promise<Storage> {
  const opened = await openSqliteStorage(path, "open");
  assert(opened.ok, "the database of a home");
  return opened.value;
}
