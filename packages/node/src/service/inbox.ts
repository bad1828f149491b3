/**
 * What a node that serves does with what came, one log after another's turn, and again after a fault.
 *
 * @module
 */
import { assert, Fault } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import type { Log } from "../log.ts";
import type { Channel } from "./channel.ts";
import type { Clockwork } from "./clockwork.ts";
import { closeEndedEpochs } from "./ended-epochs.ts";
import type { PartyNode } from "./party-node.ts";
import { isLeaseLost } from "./sharing.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** Pause before a log is opened again after a fault. Milliseconds. */
const againMs = 1_000;

/** Opens what comes and folds receipts, one log after another's turn, and again after a fault. */
export class Inbox {
  readonly #node: PartyNode;
  readonly #log: Log;
  readonly #clockwork: Clockwork;
  readonly #stop = new AbortController();
  readonly #wanted = new Set<string>();
  readonly #running = new Set<Promise<void>>();

  constructor(node: PartyNode, log: Log, clockwork: Clockwork) {
    this.#node = node;
    this.#log = log;
    this.#clockwork = clockwork;
  }

  open(channel: Channel, logId: number): void {
    this.#run(`open ${logId}`, async () => {
      const log = await this.#node.storage.read((tx) => tx.logs.readLog(logId));
      assert(log !== undefined, "a log that was mirrored");
      await this.#node.openMirror(this.#node.channels.byId(channel.id) ?? channel, log);
    });
  }

  /** What a failed write left without a signature is not sent before it has one. */
  sign(logId: number): void {
    this.#run(`sign ${logId}`, () => this.#node.ownLogs.signPending(logId));
  }

  /** Receipts may let the fold go on with entries of the peer that had seen what they cover. */
  foldReceipts(channel: Channel, logId: number): void {
    this.#run(`fold ${logId}`, async () => {
      const log = await this.#node.storage.read((tx) => tx.logs.readLog(logId));
      assert(log !== undefined, "a log that has receipts");
      await this.#node.foldReceipts(channel, log.class);
      await this.#openClass(channel, log.class);
    });
  }

  /** A peer may have ended epochs of its logs. */
  closeEnded(): void {
    for (const channel of this.#node.channels.channels()) {
      this.#run(`close ${channel.id}`, () => closeEndedEpochs(this.#node, channel));
    }
  }

  /** What waited for the end of an epoch of ours may go on. */
  foldAgain(channel: Channel): void {
    this.#run(`again ${channel.id}`, async () => {
      for (const log of await this.#node.listLogs(channel)) {
        if (log.direction === "own") this.foldReceipts(channel, log.id);
      }
    });
  }

  /** Tests of the link are answered after this turn: an answer is an entry of its own. */
  answer(channel: Channel, rows: readonly OpenedRow[]): void {
    if (rows.every((row) => row.class !== "link")) return;
    this.#run(`answer ${channel.id}`, () => this.#clockwork.answerTests(channel));
  }

  /** Whatever an earlier process left unopened, unsigned or unfolded. */
  async openAll(): Promise<void> {
    for (const channel of this.#node.channels.channels()) {
      const logs = await this.#node.listLogs(channel);
      for (const log of logs) {
        if (log.direction === "mirror") this.open(channel, log.id);
        else {
          if (isNewest(logs, log)) await this.#signPending(log);
          this.foldReceipts(channel, log.id);
        }
      }
    }
    this.closeEnded();
  }

  /** Whatever another process left to do in a channel that this one works. */
  workAll(channel: Channel, work: () => Promise<void>): void {
    this.#run(`work ${channel.id}`, async () => {
      if (this.#node.sharing.leaseOf(channel.id) === undefined) return;
      const logs = await this.#node.listLogs(channel);
      for (const log of logs) {
        if (log.direction === "own" && isNewest(logs, log)) await this.#signPending(log);
      }
      await work();
      await closeEndedEpochs(this.#node, channel);
      for (const trafficClass of channel.agreement.classes) {
        await this.#node.foldReceipts(channel, trafficClass);
        await this.#openClass(channel, trafficClass);
      }
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** A log whose head store knows another head is only read: what else the node does goes on. */
  async #signPending(log: LogRow): Promise<void> {
    try {
      await this.#node.ownLogs.signPending(log.id);
    } catch (cause) {
      if (!(cause instanceof Fault && cause.code === "log.head-mismatch")) throw cause;
      this.#log.event("node.fault", {}, cause);
    }
  }

  async #openClass(channel: Channel, trafficClass: TrafficClass): Promise<void> {
    for (const log of await this.#node.listLogs(channel)) {
      if (log.direction === "own" || log.class !== trafficClass) continue;
      if (log.openedSize < log.size) await this.#node.openMirror(channel, log);
    }
  }

  /** Asked again while it waits, it runs once; asked while it runs, once more. */
  #run(name: string, work: () => Promise<void>): void {
    if (this.#wanted.has(name) || this.#stop.signal.aborted) return;
    this.#wanted.add(name);
    const running = this.#repeat(name, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #repeat(name: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    await Promise.resolve();
    while (!signal.aborted) {
      this.#wanted.delete(name);
      try {
        await work();
        return;
      } catch (cause) {
        // Another process goes on with it.
        if (isLeaseLost(cause)) return;
        // Nothing is lost: the entry stays where it is and is taken up again.
        this.#log.event("node.fault", {}, cause);
        this.#wanted.add(name);
        await this.#node.clock.sleep(againMs, signal);
      }
    }
  }
}

/** Nothing is signed any more for an epoch that is ended. */
function isNewest(logs: readonly LogRow[], { class: of, author, epoch }: LogRow): boolean {
  return logs.every((log) => log.class !== of || log.author !== author || log.epoch <= epoch);
}
