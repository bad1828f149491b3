/**
 * A directory that appears whole or not at all: written beside its place, then renamed into it.
 *
 * Files are for their owner only, for an opened export holds what was sealed.
 *
 * @module
 */
import { mkdir, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { diskFault } from "./durable-file.ts";

export class ExportDirectory implements AsyncDisposable {
  readonly #target: string;
  readonly #draft: string;
  readonly #folders = new Set<string>();
  #isFinished = false;

  private constructor(target: string, draft: string) {
    this.#target = target;
    this.#draft = draft;
    this.#folders.add(draft);
  }

  /** @returns The directory; or `record.target-exists` if there is anything at its place. */
  static async begin(
    target: string,
  ): Promise<LocalResult<ExportDirectory, "record.target-exists">> {
    const isFree = await orFault(target, () => isFreePlace(target));
    if (!isFree) return refuseLocally("record.target-exists", { directory: target });
    const draft = await orFault(target, () =>
      mkdtemp(join(dirname(target), `.${basename(target)}.partial-`)),
    );
    return { ok: true, value: new ExportDirectory(target, draft) };
  }

  /** @param path - Relative, steps divided by `/`; made by us. */
  async write(path: string, content: Uint8Array | string): Promise<void> {
    const octets = typeof content === "string" ? encodeUtf8(content) : content;
    await this.writeParts(path, [octets]);
  }

  async writeParts(
    path: string,
    parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const place = join(this.#draft, path);
    const file = await orFault(place, async () => {
      await this.#makeFolder(dirname(place));
      return open(place, "wx", 0o600);
    });
    try {
      for await (const part of parts) await orFault(place, () => writeAll(file, part));
      await orFault(place, () => file.sync());
    } finally {
      await file.close();
    }
  }

  /** From here on it is there, and durably so. */
  async finish(): Promise<void> {
    await orFault(this.#target, async () => {
      for (const folder of this.#folders) await syncFolder(folder);
      await rename(this.#draft, this.#target);
      this.#isFinished = true;
      await syncFolder(dirname(this.#target));
    });
  }

  /** Leaves nothing of what was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isFinished) await rm(this.#draft, { recursive: true, force: true });
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let each = folder; !this.#folders.has(each); each = dirname(each)) this.#folders.add(each);
  }
}

/** Nothing, or an empty directory, which a rename replaces. */
async function isFreePlace(target: string): Promise<boolean> {
  try {
    return (await readdir(target)).length === 0;
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code;
    if (system === "ENOENT") return true;
    if (system === "ENOTDIR") return false;
    throw cause;
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, part: Uint8Array): Promise<void> {
  for (let from = 0; from < part.length; ) {
    from += (await file.write(part, from, part.length - from)).bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orFault<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw diskFault(path, cause);
  }
}
