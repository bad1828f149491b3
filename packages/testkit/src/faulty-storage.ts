/**
 * A storage whose n-th write fails, in both ways in which a write can fail: it was not kept, or it
 * was kept and the answer was lost.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { Storage } from "@parley/node/service/storage";

export type WriteFailure = "not-kept" | "kept";

export interface FaultyStorage extends Storage {
  /** Writes begun so far: run once without a failure to learn how many there are to fail. */
  writeCount(): number;
  /** The next write is number 1. Null: none fails any more. */
  failWrite(number: number | null, failure: WriteFailure): void;
}

/** Reads go through untouched; disposing it disposes `storage`. */
export function faultyStorage(storage: Storage): FaultyStorage {
  let writeCount = 0;
  let failAt: number | null = null;
  let failure: WriteFailure = "not-kept";
  return {
    writeCount: () => writeCount,
    failWrite(number, how) {
      failAt = number === null ? null : writeCount + number;
      failure = how;
    },
    read: (work) => storage.read(work),
    async write(work) {
      writeCount += 1;
      if (writeCount !== failAt) return storage.write(work);
      const number = writeCount;
      const fault = new Fault("storage.io", `write ${number} fails: ${failure}`, {
        retryable: true,
      });
      await storage.write(async (tx) => {
        const value = await work(tx);
        if (failure === "not-kept") throw fault;
        return value;
      });
      throw fault;
    },
    streamAttachment: (key, range) => storage.streamAttachment(key, range),
    checkIntegrity: () => storage.checkIntegrity(),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
}
