/**
 * One add-entries in progress: each package is verified, then kept in a transaction of its own.
 *
 * Two uploads of one log may run at once: both are proven against the same history, so whichever
 * keeps an entry first, it is the same entry. spec/exchange.md EXC-18.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import type { Checkpoint } from "@parley/core/log/checkpoint";
import { type MirrorAnswer, verifyPackage } from "@parley/core/log/mirror-judge";
import {
  type EntryPackage,
  packageCount,
  type UploadHeader,
  uploadPackagesMax,
} from "@parley/core/log/mirror-messages";
import { appendLeaves, type CompactRange, readRange } from "@parley/core/log/tree";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import type { ExchangeQuota } from "./exchange-quota.ts";
import type { Storage } from "./storage.ts";

/** Times that a package is appended anew because another upload of the log was faster. */
const attemptsMax = 64;

export interface UploadPlace {
  readonly channel: Channel;
  readonly logId: number;
  readonly header: UploadHeader;
  /** To which the proofs lead. */
  readonly checkpoint: Checkpoint;
  finish(savedPackages: number): Promise<MirrorAnswer>;
}

interface Held {
  readonly entryCount: number;
  readonly range: CompactRange;
  readonly before: readonly Uint8Array[];
}

export class MirrorUpload {
  /** Packages that this upload may bring in one request. */
  readonly packagesMax: number;
  readonly #ports: { p: Primitives; storage: Storage; quota: ExchangeQuota };
  readonly #place: UploadPlace;
  #savedPackages = 0;

  constructor(
    ports: { readonly p: Primitives; readonly storage: Storage; readonly quota: ExchangeQuota },
    place: UploadPlace,
  ) {
    this.#ports = ports;
    this.#place = place;
    const { start, end } = place.header;
    this.packagesMax = Math.min(packageCount(start, end), uploadPackagesMax);
  }

  /** Octets that came for it, whether good or not. */
  countBytes(bytes: number): void {
    this.#ports.quota.count(this.#place.channel, { entries: 0, bytes });
  }

  /** Whether another package may be read: some are due, and the peer's hour is not used up. */
  wantsMore(): boolean {
    const isDue = this.#savedPackages < this.packagesMax;
    return isDue && this.#ports.quota.waitSeconds(this.#place.channel) === 0;
  }

  /**
   * Keeps one package. They come in order.
   *
   * @returns `log.bad-proof` if it is not of this log; `exchange.not-allowed` if the epoch was
   *   closed below its end. Nothing of it is kept then, and the upload is over.
   */
  async savePackage(
    upload: EntryPackage,
  ): Promise<Result<true, "log.bad-proof" | "exchange.not-allowed">> {
    const { p } = this.#ports;
    const { checkpoint } = this.#place;
    const { start, end } = upload.interval;
    let held = await this.#readHeld(upload);
    const verified = verifyPackage(p, checkpoint, held.before, upload);
    if (!verified.ok) return verified;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (held.entryCount >= end) return this.#countSaved(0);
      assert(held.entryCount >= start, "an upload begins at or below the next entry");
      const skipped = held.entryCount - start;
      const entries = upload.entries.slice(skipped);
      const { nodes } = appendLeaves(p, held.range, verified.value.slice(skipped));
      const batch = { expectedCount: held.entryCount, entries, nodes, root: null };
      const appended = await this.#ports.storage.write((tx) =>
        tx.logs.append(this.#place.logId, batch),
      );
      if (appended.isAppended) return this.#countSaved(entries.length);
      if (appended.reason === "closed") return refuse("exchange.not-allowed", "a closed epoch");
      held = await this.#readHeld(upload);
    }
    throw new Fault("mirror.busy", "other uploads of the log are faster", { retryable: true });
  }

  /** What the peer is answered: by what is held now, whoever brought it. */
  end(): Promise<MirrorAnswer> {
    return this.#place.finish(this.#savedPackages);
  }

  #countSaved(entries: number): Result<true, never> {
    this.#savedPackages += 1;
    this.#ports.quota.count(this.#place.channel, { entries, bytes: 0 });
    return accept(true);
  }

  #readHeld({ interval: { subtreeStart, start } }: EntryPackage): Promise<Held> {
    const { logId } = this.#place;
    return this.#ports.storage.read(async (tx) => {
      const log = await tx.logs.readLog(logId);
      assert(log?.direction === "mirror", "the log of an upload is there");
      const count = start - subtreeStart;
      const before = count === 0 ? [] : await tx.logs.readHashes(logId, 0, subtreeStart, count);
      const range = await readRange((ids) => tx.logs.readNodes(logId, ids), log.entryCount);
      return { entryCount: log.entryCount, range, before };
    });
  }
}
