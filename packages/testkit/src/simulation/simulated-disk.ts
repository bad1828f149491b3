/**
 * The disk of one simulated party: what it holds outlives the node, and any write may fail, be kept and
 * reported failed, or be the last one before the power goes.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import { assert, Fault } from "@parley/core/fault";
import type { Head, HeadOutcome, HeadStore } from "@parley/node/service/head-store";
import type { Storage } from "@parley/node/service/storage";

/**
 * What happens at a write. `die-…`: the process ends there. `not-kept-but-said`: the disk lies, against
 * which nothing helps but to find it out.
 */
export type WriteFate =
  | "kept"
  | "not-kept"
  | "kept-but-failed"
  | "die-not-kept"
  | "die-kept"
  | "not-kept-but-said";

export interface DiskPlan {
  /** Asked before each write; what it answers comes about. */
  fateOf(write: { readonly number: number; readonly what: "database" | "head" }): WriteFate;
  /** The database is away: reads and writes fail, and nothing is kept. */
  isAway(): boolean;
  /** There is no room: reads go on, no write is kept. */
  isFull(): boolean;
  /** The process has just died. */
  onDeath(): void;
}

/** What stays when a process dies. */
export class SimulatedHeads {
  readonly heads = new Map<string, Head>();
}

/** The disk as one process sees it: once that has died nothing is read or written through it. */
export class DiskOfProcess {
  readonly storage: Storage;
  readonly headStore: HeadStore;
  readonly #plan: DiskPlan;
  #writeCount = 0;
  #isDead = false;

  constructor(storage: Storage, heads: SimulatedHeads, plan: DiskPlan) {
    this.#plan = plan;
    this.storage = this.#wrap(storage);
    this.headStore = {
      readHead: async (log) => {
        this.#requireAlive();
        return heads.heads.get(log);
      },
      advanceHead: (expected, next) => this.#advance(heads, expected, next),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  get writeCount(): number {
    return this.#writeCount;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    this.#isDead = true;
  }

  #wrap(storage: Storage): Storage {
    return {
      read: async (work) => {
        this.#requireThere();
        const value = await storage.read(work);
        this.#requireAlive();
        return value;
      },
      write: async (work) => {
        this.#requireThere();
        this.#requireRoom();
        const fate = this.#nextFate("database");
        const number = this.#writeCount;
        let value: Awaited<ReturnType<typeof work>> | undefined;
        const isUndone = fate !== "kept" && fate !== "kept-but-failed" && fate !== "die-kept";
        const fault = failed(number, fate);
        await storage
          .write(async (tx) => {
            // It may have waited for its turn while the process died.
            this.#requireAlive();
            value = await work(tx);
            if (isUndone) throw fault;
          })
          .catch((cause: unknown) => {
            if (cause !== fault || fate !== "not-kept-but-said") throw cause;
          })
          .finally(() => this.#diesBy(fate));
        if (fate !== "kept" && fate !== "not-kept-but-said") throw fault;
        return value as Awaited<ReturnType<typeof work>>;
      },
      streamAttachment: (key, range) => {
        this.#requireThere();
        return storage.streamAttachment(key, range);
      },
      checkIntegrity: () => storage.checkIntegrity(),
      // The disk stays when a process ends.
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async #advance(
    { heads }: SimulatedHeads,
    expected: Head | undefined,
    next: Head,
  ): Promise<HeadOutcome> {
    this.#requireAlive();
    const head = heads.get(next.log);
    if (!isSame(head, expected)) return { isAdvanced: false, head };
    const isForward =
      head === undefined ||
      next.epoch > head.epoch ||
      (next.epoch === head.epoch && next.size >= head.size);
    assert(isForward, "a head never goes back");
    this.#requireRoom();
    const fate = this.#nextFate("head");
    if (fate !== "not-kept" && fate !== "die-not-kept") heads.set(next.log, next);
    this.#diesBy(fate);
    if (fate !== "kept") throw failed(this.#writeCount, fate);
    return { isAdvanced: true };
  }

  #nextFate(what: "database" | "head"): WriteFate {
    this.#writeCount += 1;
    return this.#plan.fateOf({ number: this.#writeCount, what });
  }

  #diesBy(fate: WriteFate): void {
    if (fate !== "die-kept" && fate !== "die-not-kept") return;
    this.#isDead = true;
    this.#plan.onDeath();
  }

  #requireThere(): void {
    this.#requireAlive();
    if (this.#plan.isAway()) {
      throw new Fault("storage.unavailable", "the database is away", { retryable: true });
    }
  }

  #requireRoom(): void {
    if (this.#plan.isFull()) throw new Fault("storage.full", "no room", { retryable: true });
  }

  #requireAlive(): void {
    if (this.#isDead) throw new Fault("storage.unavailable", "it died", { retryable: true });
  }
}

function failed(number: number, fate: WriteFate): Fault {
  return new Fault("storage.io", `write ${number}: ${fate}`, { retryable: true });
}

function isSame(x: Head | undefined, y: Head | undefined): boolean {
  if (x === undefined || y === undefined) return x === y;
  return x.epoch === y.epoch && x.size === y.size && equalBytes(x.root, y.root);
}
