/**
 * One add-entries in progress: each package is verified, then kept in a transaction of its own; the
 * one that completes the upload, together with the cosignature.
 *
 * Two uploads of one log may run at once: both are proven against the same history, so whichever
 * keeps an entry first, it is the same entry. spec/exchange.md EXC-18.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import type { Checkpoint } from "@parley/core/log/checkpoint";
import { type MirrorAnswer, refuseRequest, verifyPackage } from "@parley/core/log/mirror-judge";
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
import type { Storage, StorageTransaction } from "./storage.ts";
import type { AppendOutcome, EntryBatch } from "./storage-log.ts";

/** Times that a package is appended anew because another upload of the log was faster. */
const attemptsMax = 64;

/** Brings the entries of the last package in a transaction of somebody else's. */
export type AppendLast = (tx: StorageTransaction) => Promise<AppendOutcome>;

export interface UploadPlace {
  readonly channel: Channel;
  readonly logId: number;
  readonly header: UploadHeader;
  /** To which the proofs lead. */
  readonly checkpoint: Checkpoint;
  finish(savedPackages: number): Promise<MirrorAnswer>;
  /**
   * Keeps the last package and the cosignature in one transaction.
   *
   * @returns The answer; or `undefined` if anything moved meanwhile: then the package is to be kept
   *   first.
   */
  finishWith(savedPackages: number, append: AppendLast): Promise<MirrorAnswer | undefined>;
}

/** Of the log to which its proof leads; `held` as it was read before. */
interface VerifiedPackage {
  readonly upload: EntryPackage;
  readonly leafHashes: readonly Uint8Array[];
  readonly held: Held;
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
  #last: VerifiedPackage | undefined;

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
    const isDue = this.#last === undefined && this.#savedPackages < this.packagesMax;
    return isDue && this.#ports.quota.waitSeconds(this.#place.channel) === 0;
  }

  /**
   * Keeps one package. They come in order; the last one is kept by {@link end}.
   *
   * @returns `log.bad-proof` if it is not of this log; `exchange.not-allowed` if the epoch was
   *   closed below its end. Nothing of it is kept then, and the upload is over.
   */
  async savePackage(
    upload: EntryPackage,
  ): Promise<Result<true, "log.bad-proof" | "exchange.not-allowed">> {
    const { checkpoint, header } = this.#place;
    const held = await this.#readHeld(upload);
    const verified = verifyPackage(this.#ports.p, checkpoint, held.before, upload);
    if (!verified.ok) return verified;
    const whole = { upload, leafHashes: verified.value, held };
    if (upload.interval.end < header.end) return this.#keep(whole);
    this.#last = whole;
    return accept(true);
  }

  /** What the peer is answered: by what is held now, whoever brought it. */
  async end(): Promise<MirrorAnswer> {
    const last = this.#last;
    if (last === undefined) return this.#place.finish(this.#savedPackages);
    const { entryCount } = last.held;
    if (entryCount < last.upload.interval.end) {
      const batch = this.#batchOf(last, last.held);
      const answer = await this.#place.finishWith(this.#savedPackages + 1, (tx) =>
        tx.logs.append(this.#place.logId, batch),
      );
      if (answer !== undefined) {
        this.#countSaved(batch.entries.length);
        return answer;
      }
    }
    const kept = await this.#keep(last);
    if (!kept.ok) return refuseRequest(kept.refusal.code).answer;
    return this.#place.finish(this.#savedPackages);
  }

  async #keep(verified: VerifiedPackage): Promise<Result<true, "exchange.not-allowed">> {
    const { upload } = verified;
    const { start, end } = upload.interval;
    let { held } = verified;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      if (held.entryCount >= end) return this.#countSaved(0);
      assert(held.entryCount >= start, "an upload begins at or below the next entry");
      const batch = this.#batchOf(verified, held);
      const appended = await this.#ports.storage.write((tx) =>
        tx.logs.append(this.#place.logId, batch),
      );
      if (appended.isAppended) return this.#countSaved(batch.entries.length);
      if (appended.reason === "closed") return refuse("exchange.not-allowed", "a closed epoch");
      held = await this.#readHeld(upload);
    }
    throw new Fault("mirror.busy", "other uploads of the log are faster", { retryable: true });
  }

  /** What the mirror lacks of a package. */
  #batchOf({ upload, leafHashes }: VerifiedPackage, { entryCount, range }: Held): EntryBatch {
    const skipped = entryCount - upload.interval.start;
    const entries = upload.entries.slice(skipped);
    const { nodes } = appendLeaves(this.#ports.p, range, leafHashes.slice(skipped));
    return { expectedCount: entryCount, entries, nodes, root: null };
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
