/**
 * The mirror: what this node holds of the logs that its peers write, and cosigns.
 *
 * The verdicts are those of `core/log/mirror-judge.ts`; here they are made to last. A checkpoint is
 * judged by what was read and stored only if that is still so. A package is kept in a transaction
 * of its own, or in that of the cosignature that it allows. The cosignature of a size is made once and stored with the mirror checkpoint before
 * anybody sees it. It is the same for a peer that pushes and for one whose log we read.
 * spec/exchange.md §2 to §4.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import type { LogSigners } from "@parley/core/log/checkpoint";
import { cosign, mirrorName } from "@parley/core/log/cosignature";
import {
  type CheckpointVerdict,
  cosignatureAnswer,
  judgeAddCheckpoint,
  judgeAddEntries,
  judgeUploadEnd,
  type MirrorAnswer,
  refuseRequest,
} from "@parley/core/log/mirror-judge";
import type { AddCheckpoint, UploadHeader } from "@parley/core/log/mirror-messages";
import { nextReceiptTime, type Receipt } from "@parley/core/log/receipt-list";
import { emptyRoot } from "@parley/core/log/tree";
import type { Log } from "../log.ts";
import type { Channel, ChannelBook } from "./channel.ts";
import type { Clock } from "./clock.ts";
import type { ExchangeQuota } from "./exchange-quota.ts";
import { type ForkEvidence, findForkBehind } from "./fork-evidence.ts";
import { type HeldLog, type HeldPlace, readHeldLog, withOwnLines } from "./held-log.ts";
import { type AppendLast, MirrorUpload } from "./mirror-upload.ts";
import type { Storage, StorageReader } from "./storage.ts";
import type { CheckpointRow, LogRow } from "./storage-log.ts";

/** Times that a step is judged anew because another request or process was faster. */
const attemptsMax = 16;

export interface MirrorPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: ChannelBook;
  readonly quota: ExchangeQuota;
  /** Of a receipt of this size of a peer's log. */
  signersAt(channel: Channel, origin: string, size: number): LogSigners;
  /**
   * Our own receipts of a log that the peer holds and we do not, by size: of a restored database.
   * Undefined where nothing can be lost. Throws a retryable Fault if the peer does not answer.
   */
  receiptsLost?(channel: Channel, log: LogRow): Promise<readonly Receipt[] | undefined>;
  /** New entries of a peer are cosigned, or may be, and wait to be opened. */
  onMirrored(channel: Channel, logId: number): void;
  /**
   * A fork was shown. The refusal is answered when this resolves: by then the evidence is durable.
   * Called once for a log while the process runs, however often its author forks it.
   */
  onFork(evidence: ForkEvidence): Promise<void>;
}

export class Mirror {
  readonly #ports: MirrorPorts;
  readonly #cosigning = new Map<string, Promise<Receipt | undefined>>();
  readonly #forked = new Set<string>();

  constructor(ports: MirrorPorts) {
    this.#ports = ports;
  }

  /** Answers add-checkpoint of `peer`. */
  async addCheckpoint(peer: string, request: AddCheckpoint): Promise<MirrorAnswer> {
    const { p, storage, book } = this.#ports;
    const { origin, size } = request.parsed.checkpoint;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const held = await storage.read((tx) => readHeldLog(tx, book, { peer, origin, size }));
      if (typeof held === "string") return refuseRequest(held).answer;
      const { closedAtSize } = held.row ?? {};
      if (closedAtSize != null && size > closedAtSize) {
        return refuseRequest("exchange.not-allowed").answer;
      }
      const verdict = await judgeAddCheckpoint(p, held.state, request);
      if (verdict.kind === "refuse") {
        await this.#reportFork(held, request, verdict);
        return verdict.answer;
      }
      if (verdict.kind === "known") return verdict.answer;
      if (await this.#storePending(held, request)) return verdict.answer;
    }
    throw busyFault(origin);
  }

  /**
   * Begins add-entries of `peer`.
   *
   * @returns The upload, which takes the packages; or the answer, if it is known without them.
   */
  async openUpload(peer: string, header: UploadHeader): Promise<MirrorUpload | MirrorAnswer> {
    const { storage, book } = this.#ports;
    const place = { peer, origin: header.origin, size: header.end };
    const held = await storage.read((tx) => readHeldLog(tx, book, place));
    if (typeof held === "string") return refuseRequest(held).answer;
    const verdict = judgeAddEntries(held.state, header);
    if (verdict.kind === "refuse") return verdict.answer;
    const { row, channel } = held;
    assert(row !== undefined, "a log with a pending checkpoint is stored");
    if (header.start < header.end && this.#ports.quota.waitSeconds(channel) > 0) {
      return refuseRequest("exchange.too-many").answer;
    }
    const { checkpoint } = verdict;
    return new MirrorUpload(this.#ports, {
      ...{ channel, header, checkpoint, logId: row.id },
      finish: (savedPackages) => this.#finish(place, header, savedPackages),
      finishWith: (savedPackages, append) =>
        this.#finishWith(place, { header, savedPackages, append }),
    });
  }

  async #storePending(held: HeldLog, request: AddCheckpoint): Promise<boolean> {
    const { p, storage } = this.#ports;
    const { checkpoint } = request.parsed;
    const note = withOwnLines(p, request.parsed, held.state.logKeys);
    const pending: CheckpointRow = { size: checkpoint.size, root: checkpoint.root, note };
    const { channel, origin, author, class: trafficClass, epoch } = held;
    const expectedSize = held.state.pending.at(-1)?.size ?? 0;
    return storage.write(async (tx) => {
      const log = await tx.logs.createLog({
        ...{ author, class: trafficClass, epoch, origin },
        channel: channel.id,
        direction: "mirror",
        emptyRoot: emptyRoot(p),
      });
      return (await tx.logs.addPending(log.id, expectedSize, pending)).isAppended;
    });
  }

  /** The upload is over: what it is answered, by what is held now. */
  async #finish(
    place: HeldPlace,
    header: UploadHeader,
    savedPackages: number,
  ): Promise<MirrorAnswer> {
    const { storage, book } = this.#ports;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const held = await storage.read((tx) => readHeldLog(tx, book, place));
      if (typeof held === "string") return refuseRequest(held).answer;
      const verdict = judgeUploadEnd(held.state, header, savedPackages);
      if (verdict.kind !== "commit") return verdict.answer;
      // A receipt says that something was received.
      if (header.end === 0) return refuseRequest("mirror.bad-request").answer;
      const receipt = await this.#cosignOnce(held, header.end);
      if (receipt !== undefined) return cosignatureAnswer(receipt.lines);
    }
    throw busyFault(header.origin);
  }

  /** The last package and the cosignature in one transaction: half the durable writes of a short upload. */
  async #finishWith(
    place: HeldPlace,
    upload: {
      readonly header: UploadHeader;
      readonly savedPackages: number;
      readonly append: AppendLast;
    },
  ): Promise<MirrorAnswer | undefined> {
    const { storage, book } = this.#ports;
    const { header, savedPackages, append } = upload;
    const held = await storage.read((tx) => readHeldLog(tx, book, place));
    if (typeof held === "string" || held.row === undefined) return undefined;
    // Receipts that are taken back are verified by the entries that they cover: these come first.
    const lost = await this.#ports.receiptsLost?.(held.channel, held.row);
    if (lost !== undefined) return undefined;
    const nextEntry = Math.max(held.state.nextEntry, header.end);
    const verdict = judgeUploadEnd({ ...held.state, nextEntry }, header, savedPackages);
    if (verdict.kind !== "commit") return undefined;
    if (this.#cosigning.has(`${held.origin} ${header.end}`)) return undefined;
    const receipt = await this.#cosignOnce(held, header.end, append);
    return receipt && cosignatureAnswer(receipt.lines);
  }

  /** Two that ask at the same time wait for one signature. */
  #cosignOnce(held: HeldLog, size: number, append?: AppendLast): Promise<Receipt | undefined> {
    const key = `${held.origin} ${size}`;
    const running = this.#cosigning.get(key);
    if (running !== undefined) return running;
    const started = this.#cosign(held, size, append).finally(() => this.#cosigning.delete(key));
    this.#cosigning.set(key, started);
    return started;
  }

  /** @param append - Brings the entries that the size covers, in the transaction that keeps the receipt. */
  async #cosign(held: HeldLog, size: number, append?: AppendLast): Promise<Receipt | undefined> {
    const { p, storage, clock, log } = this.#ports;
    const { row, origin, channel } = held;
    assert(row !== undefined, "what is cosigned is stored");
    const { there, last, pending } = await storage.read((tx) => readReceipts(tx, row, size));
    if (there !== undefined) return there;
    if (pending === undefined) return undefined;
    const lost = (await this.#ports.receiptsLost?.(channel, row)) ?? [];
    const again = lost.find((receipt) => receipt.size === size);
    const earlier = lost.filter((receipt) => receipt.size < size);
    const later = lost.find((receipt) => receipt.size > size);
    const nextTime = nextReceiptTime(earlier.at(-1) ?? last, clock.nowSeconds());
    const time = Math.min(nextTime, later?.time ?? nextTime);
    const checkpoint = { origin, size, root: pending.root };
    const signers = this.#ports.signersAt(channel, origin, size);
    const mirror = { name: mirrorName(channel.me), signers, time };
    const made = again ?? { size, time, lines: (await cosign(p, checkpoint, mirror)).lines };
    const note = `${pending.note}${made.lines}`;
    const commit = { checkpoint: { ...pending, note }, receipt: made, earlier };
    const kept = await storage
      .write(async (tx) => {
        const appended = await append?.(tx);
        return appended?.isAppended === false ? undefined : tx.logs.commitMirror(row.id, commit);
      })
      .catch((fault: unknown) => {
        // It may have been kept: then whoever asks again is given it, and nobody would open.
        this.#ports.onMirrored(channel, row.id);
        throw fault;
      });
    if (kept === made) {
      log.event("mirror.cosigned", { origin, size });
      this.#ports.onMirrored(channel, row.id);
    }
    return kept;
  }

  async #reportFork(
    held: HeldLog,
    request: AddCheckpoint,
    verdict: CheckpointVerdict & { readonly kind: "refuse" },
  ): Promise<void> {
    const { signed, code, prefix } = verdict;
    const { origin, channel, row } = held;
    if (signed === undefined || row === undefined || this.#forked.has(origin)) return;
    const last = held.notes.at(-1);
    const shown = withOwnLines(this.#ports.p, request.parsed, held.state.logKeys);
    let evidence: ForkEvidence | undefined;
    if (code === "log.fork" && last !== undefined) {
      evidence = { channel, origin, logId: row.id, held: last.note, shown, prefix };
    } else if (code === "mirror.other-size") {
      evidence = await findForkBehind(this.#ports, held, { signed, shown });
    }
    if (evidence === undefined) return;
    this.#forked.add(origin);
    try {
      await this.#ports.onFork(evidence);
    } catch (cause) {
      this.#forked.delete(origin);
      throw cause;
    }
    this.#ports.log.event("mirror.fork", { origin, size: signed.checkpoint.size });
  }
}

async function readReceipts(tx: StorageReader, row: LogRow, size: number) {
  const next = await tx.receipts.readReceiptOf(row.id, size - 1);
  const pending = await tx.logs.listPending(row.id);
  return {
    there: next?.size === size ? next : undefined,
    last: await tx.receipts.readLastReceipt(row.id),
    pending: pending.find((checkpoint) => checkpoint.size === size),
  };
}

function busyFault(origin: string): Fault {
  return new Fault("mirror.busy", `${origin}: others are always faster`, { retryable: true });
}
