/**
 * One of the two nodes of the bench: a process of its own that serves as `parley serve` does, and
 * does what its parent asks.
 *
 * Times that leave it are milliseconds of the machine's monotonic clock, which both nodes share.
 *
 * @module
 */
import { join } from "node:path";
import { fromBase64Url } from "@parley/core/bytes/base64";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { openPaired } from "@parley/testkit/paired-nodes";
import { loadConfig } from "../../packages/node/src/config.ts";
import type { Log } from "../../packages/node/src/log.ts";
import { serveNode } from "../../packages/node/src/serve-node.ts";
import { systemClock } from "../../packages/node/src/service/clock.ts";
import { type Said, say } from "../../packages/node/src/service/messages.ts";
import type { NodeService } from "../../packages/node/src/service/node-operations.ts";
import type { PartyNode } from "../../packages/node/src/service/party-node.ts";
import type { LogRow } from "../../packages/node/src/service/storage-log.ts";
import { makeBody } from "./body.ts";
import type { Asked, Queued, StartInput, WorkerCalls } from "./worker-calls.ts";

const againMs = 2;

/** Who waits until something is as far as a size, and when it got there. */
class Progress {
  #size = 0;
  #waiting: { readonly size: number; readonly reached: (atMs: number) => void }[] = [];

  reach(size: number): Promise<number> {
    if (this.#size >= size) return Promise.resolve(nowMs());
    return new Promise((reached) => this.#waiting.push({ size, reached }));
  }

  move(size: number): void {
    this.#size = Math.max(this.#size, size);
    const atMs = nowMs();
    for (const { size: awaited, reached } of this.#waiting) if (awaited <= size) reached(atMs);
    this.#waiting = this.#waiting.filter(({ size: awaited }) => awaited > size);
  }
}

class BenchNode implements WorkerCalls {
  readonly #receipted = new Progress();
  readonly #opened = new Progress();
  #node: PartyNode | undefined;
  #receiptCount = 0;
  #directory = "";

  async start({ party, directory, rings, port }: StartInput): Promise<null> {
    const opened = rings.map(({ name, key }) => {
      const octets = fromBase64Url(key);
      assert(octets !== undefined, "a ring key in base64url");
      return { name, key: octets };
    });
    const node = await openPaired({ directory, rings: opened }, systemClock);
    const config = loadConfig({ home: directory, peerListen: `127.0.0.1:${port}` }, {});
    assert(config.ok, "settings in form");
    this.#directory = directory;
    this.#node = node;
    const home = {
      ...{ path: directory, party, database: join(directory, "parley.db") },
      ...{ keys: join(directory, "keys"), controlSocket: join(directory, "control.sock") },
    };
    await serveNode({
      ...{ node, home, config: config.value, operations: {}, log: this.#log() },
      serviceOf: (own, serving): NodeService => ({
        ...{ node: own, primitives: nodePrimitives, storage: own.storage, clock: own.clock },
        ...{ isServing: true, spoolPath: directory },
        ...serving,
      }),
    });
    const { onOpened } = node.events;
    node.events = {
      ...node.events,
      onOpened: (channel, rows) => {
        const last = rows.at(-1);
        if (last?.class === "live") this.#opened.move(last.index + 1);
        return onOpened?.(channel, rows);
      },
    };
    return null;
  }

  async say({ count, bodyBytes }: { readonly count: number; readonly bodyBytes: number }) {
    const node = this.#open();
    const [channel] = node.channels.channels();
    assert(channel !== undefined, "an agreement opens a channel");
    const { blocks, items } = makeBody(bodyBytes);
    const said: Said = {
      ...{ class: "live", kind: "inquiry", by: "technical", to: "technical" },
      ...{ ask: "investigate", severity: 3, blocks, items },
    };
    const { size } = await this.#liveLog("own");
    const receiptsBefore = this.#receiptCount;
    const receipted = this.#receipted.reach(size + count);
    const startedAtMs = nowMs();
    const speak = async () => {
      const posted = await say({ node, spoolPath: this.#directory }, channel, said);
      if (!posted.ok) throw new Error(`${posted.refusal.code}: ${posted.refusal.detail}`);
    };
    await Promise.all(Array.from({ length: count }, speak));
    const durableAtMs = nowMs();
    const receiptedAtMs = await receipted;
    const receipts = this.#receiptCount - receiptsBefore;
    return { startedAtMs, durableAtMs, receiptedAtMs, receipts } satisfies Queued;
  }

  opened({ size }: { readonly size: number }): Promise<number> {
    return this.#opened.reach(size);
  }

  /** Resolves when everything is opened and folded. */
  async settle(): Promise<null> {
    const node = this.#open();
    const [channel] = node.channels.channels();
    assert(channel !== undefined, "an agreement opens a channel");
    for (;;) {
      const own = await this.#liveLog("own");
      const mirror = await this.#liveLog("mirror");
      const { fold } = await node.folds.state(channel, "live");
      const isFolded = fold.foldedCount(channel.mySide) >= own.size;
      if (isFolded && fold.foldedCount(channel.peerSide) >= mirror.size) return null;
      await systemClock.sleep(againMs, new AbortController().signal);
    }
  }

  /** Milliseconds of processor that this process has used. */
  async cpu(): Promise<number> {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }

  #open(): PartyNode {
    assert(this.#node !== undefined, "the node was started");
    return this.#node;
  }

  async #liveLog(direction: LogRow["direction"]): Promise<LogRow> {
    const node = this.#open();
    const [channel] = node.channels.channels();
    const logs = channel === undefined ? [] : await node.listLogs(channel);
    const log = logs.find((each) => each.class === "live" && each.direction === direction);
    assert(log !== undefined, "a channel that is open has logs of each class");
    return log;
  }

  /** Hears what the node says of itself: receipts, and what must not happen while it is measured. */
  #log(): Log {
    return {
      event: (name, fields, cause) => {
        const { origin, size } = fields as { readonly origin?: string; readonly size?: number };
        if (name === "log.receipted" && origin?.includes("/live/")) {
          this.#receiptCount += 1;
          this.#receipted.move(size ?? 0);
        }
        const isTrouble = ["node.fault", "node.defect", "peer.refused-us"].includes(name);
        if (isTrouble) {
          console.error(name, fields, cause);
          process.exit(1);
        }
      },
      flush: () => undefined,
    };
  }
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const node = new BenchNode();
process.on("message", ({ id, name, input }: Asked) => {
  const call = node[name].bind(node) as (input: unknown) => Promise<unknown>;
  call(input).then(
    (value) => process.send?.({ id, value }),
    (cause: unknown) => {
      console.error(cause);
      process.exit(1);
    },
  );
});
// Without its parent there is nothing to do.
process.once("disconnect", () => process.exit());
