/**
 * The channels that this process works: taken up when their lease comes, and looked at again whenever
 * another process tells of work, or the poll behind it comes round.
 *
 * Part of the wiring, as `main.ts`, which alone uses it.
 *
 * @module
 */
import { trafficClasses } from "@parley/core/log/origin";
import type { Log } from "./log.ts";
import type { Inbox } from "./service/inbox.ts";
import type { PartyNode } from "./service/party-node.ts";
import type { Sender } from "./service/sender.ts";
import type { News } from "./service/sharing.ts";

interface Workers {
  readonly inbox: Inbox;
  readonly sender: Sender;
  readonly log: Log;
}

export class ChannelWorks {
  readonly #node: PartyNode;
  readonly #workers: Workers;
  #endListening: () => void = () => undefined;

  constructor(node: PartyNode, workers: Workers) {
    this.#node = node;
    this.#workers = workers;
  }

  /** Takes up what this process works already, and what comes to it from now on. */
  start(): void {
    const { sharing } = this.#node;
    this.#endListening = sharing.listen((news) => this.#hear(news));
    sharing.watch({
      onGained: (id) => this.#takeUp(id),
      onLost: (id) => this.#forget(id),
    });
  }

  readonly stop = async (): Promise<void> => this.#endListening();

  /** The poll behind the news: whatever was told and not heard. */
  async look(): Promise<void> {
    const { sharing, channels } = this.#node;
    if (!sharing.isShared) return;
    await this.#node.followParties();
    for (const { id } of channels.channels()) this.#work(id);
  }

  #hear(news: News): void {
    if (news.about === "work") this.#work(news.channel);
    if (news.about !== "parties") return;
    this.#node.followParties().catch((cause: unknown) => {
      // The next look finds it.
      this.#workers.log.event("node.fault", {}, cause);
    });
  }

  #takeUp(id: string): void {
    this.#forget(id);
    this.#work(id);
  }

  /** A fold that another process goes on with, or went on with, is made again. */
  #forget(id: string): void {
    for (const trafficClass of trafficClasses) {
      this.#node.folds.forget({ channel: id, class: trafficClass });
    }
  }

  #work(id: string): void {
    const { channels, sharing, outgoing } = this.#node;
    const channel = channels.byId(id);
    if (channel === undefined || sharing.leaseOf(id) === undefined) return;
    this.#workers.inbox.workAll(channel, async () => {
      await outgoing.drain(id);
      for (const log of await this.#node.listLogs(channel)) {
        if (log.direction === "own" && log.size > log.receiptedSize) this.#workers.sender.wake(log);
      }
    });
  }
}
