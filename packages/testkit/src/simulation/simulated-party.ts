/**
 * One party of a simulation: a disk that stays, and a process on it that may die and be started again.
 * The process is the real service: node, exchange, clockwork, routes; only time, network and disk are
 * not.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Defect, Fault } from "@parley/core/fault";
import type { PartyName } from "@parley/core/party/party-name";
import { createPeerApp, peerAppLimits } from "@parley/node/http/peer/peer-app";
import { linkOver } from "@parley/node/http/peer/peer-client";
import { PeerHttp } from "@parley/node/http/peer/peer-http";
import type { Log } from "@parley/node/log";
import { beginExchange, makeExchange } from "@parley/node/serve-node";
import type { Channel } from "@parley/node/service/channel";
import type { Head } from "@parley/node/service/head-store";
import { openKeys } from "@parley/node/service/key-ring";
import { PartyNode } from "@parley/node/service/party-node";
import type { LinkObserver, PeerDialer } from "@parley/node/service/peer-link";
import type { Posted } from "@parley/node/service/post";
import { finishRebuild } from "@parley/node/service/rebuild";
import type { StopStep } from "@parley/node/service/stop";
import type { CheckedNode } from "../checks/check-node.ts";
import type { MadeParty } from "../paired-nodes.ts";
import { DiskOfProcess, SimulatedHeads, type WriteFate } from "./simulated-disk.ts";
import type { HomeDatabase } from "./simulated-home.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";
import { answerRequest } from "./simulated-request.ts";
import { SimulatedClock, type SimulatedTime } from "./simulated-time.ts";

/** Milliseconds. Simulated time costs nothing, but each poll does. */
const pollMs = 300_000;
const retryMsMax = 60_000;
/** No exchange takes so long here; a real timer stands behind it. Milliseconds. */
const requestMs = 600_000;
/** Real time in which a process that was told to stop has stopped. Milliseconds. */
const stuckMs = 60_000;

export interface PartyWorld {
  readonly p: Primitives;
  readonly time: SimulatedTime;
  readonly network: SimulatedNetwork;
  readonly home: MadeParty;
  readonly peer: string;
  /** The database itself: checks read it, whatever the process sees of it. */
  readonly storage: HomeDatabase;
  readonly directory: string;
  /** For files that wait to be sealed. */
  readonly spoolPath: string;
  /** What the node logs, event by event. */
  onEvent(name: string, fields: Readonly<Record<string, unknown>>, cause: unknown): void;
}

interface Process {
  readonly node: PartyNode;
  readonly disk: DiskOfProcess;
  readonly steps: StopStep[];
}

export class SimulatedParty {
  readonly name: PartyName;
  readonly clock: SimulatedClock;
  readonly heads = new SimulatedHeads();
  /** Messages that the node said were kept. */
  readonly acknowledged: Posted[] = [];
  /** Fates of the writes to come, in order; then every write is kept. */
  readonly fates: WriteFate[] = [];
  awayUntilMs = 0;
  fullUntilMs = 0;
  /** The last copy of the disk that somebody kept. */
  copy: { readonly path: string; readonly heads: ReadonlyMap<string, Head> } | undefined;
  restoreCount = 0;
  /** In force. */
  authority: MadeParty["authority"];
  /** What it changed cannot be said in its logs, and is not yet in the peer's hands. */
  isHandingOver = false;
  /** What the peer handed over last: a file in somebody's drawer, which outlives the disk. */
  handed: readonly string[] = [];
  readonly world: PartyWorld;
  #process: Process | undefined;

  constructor(world: PartyWorld) {
    this.world = world;
    this.name = world.home.name;
    this.authority = world.home.authority;
    this.clock = new SimulatedClock(world.time);
  }

  /** The node, while its process runs. */
  get node(): PartyNode | undefined {
    return this.#process?.disk.isDead === false ? this.#process.node : undefined;
  }

  get channel(): Channel | undefined {
    return this.node?.channels.channels()[0];
  }

  get checked(): CheckedNode {
    const { p, storage } = this.world;
    const readHead = async (log: string) => this.heads.heads.get(log);
    return { p, storage, party: this.name, heads: { readHead } };
  }

  /** Starts the process. @returns False if it did not come up: a write of its start failed. */
  async start(): Promise<boolean> {
    assert(this.#process === undefined, "one process on a home");
    const disk = this.openDisk();
    const steps: StopStep[] = [];
    try {
      const node = await this.#openNode(disk);
      this.#process = { node, disk, steps };
      await this.#serve(node, steps);
      return true;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      disk.die();
      await this.#end(steps);
      return false;
    }
  }

  /** The disk as one more process sees it. */
  openDisk(): DiskOfProcess {
    const { storage, network, time } = this.world;
    return new DiskOfProcess(storage, this.heads, {
      fateOf: () => this.#nextFate(),
      isAway: () => time.nowMs < this.awayUntilMs,
      isFull: () => time.nowMs < this.fullUntilMs,
      onDeath: () => network.listen(this.name, undefined),
    });
  }

  keepCopy(): void {
    const path = `${this.world.directory}/copy.db`;
    this.world.storage.copyTo(path);
    this.copy = { path, heads: new Map(this.heads.heads) };
  }

  /** Runs a command that has the home to itself. */
  async alone(work: (node: PartyNode) => Promise<void>): Promise<void> {
    assert(this.#process === undefined, "one process on a home");
    const node = await this.#openNode(this.openDisk());
    await work(node);
    await node[Symbol.asyncDispose]();
  }

  /** Its disk and its clock are well from here on. */
  mend(): void {
    this.fates.length = 0;
    this.awayUntilMs = 0;
    this.fullUntilMs = 0;
    this.clock.offsetSeconds = 0;
  }

  /** The process ends as by signal 9; its disk stays as it is. */
  async kill(): Promise<void> {
    const { steps = [], disk } = this.#process ?? {};
    disk?.die();
    await this.#end(steps);
  }

  /** Writes of the process that runs, in the database and in the head store. */
  get writeCount(): number {
    return this.#process?.disk.writeCount ?? 0;
  }

  get isDead(): boolean {
    return this.#process === undefined || this.#process.disk.isDead;
  }

  async #openNode(disk: DiskOfProcess): Promise<PartyNode> {
    const { p, home } = this.world;
    const { storage, headStore } = disk;
    const rows = await storage.read((tx) => tx.keys.listKeys({}));
    const keys = openKeys(p, home.rings, rows);
    assert(keys.ok, "keys that were sealed by the party itself");
    const ports = { p, storage, headStore, clock: this.clock, keys: keys.value };
    const node = await PartyNode.open(ports);
    await finishRebuild(node);
    return node;
  }

  async #serve(node: PartyNode, steps: StopStep[]): Promise<void> {
    const { network } = this.world;
    const log: Log = {
      event: (name, fields, cause) => this.world.onEvent(name, fields, cause),
      flush: () => undefined,
    };
    const dialerOf = (observer: LinkObserver) => this.#dialer(observer);
    const exchange = makeExchange({ node, log, pollMs, retryMsMax, dialerOf });
    const app = createPeerApp(exchange.listener, peerAppLimits);
    network.listen(this.name, {
      nowSeconds: () => this.clock.nowSeconds(),
      answer: async (peer, request) => {
        exchange.listener.onContact(peer);
        return answerRequest(app, peer, request);
      },
    });
    steps.push(() => network.listen(this.name, undefined));
    await beginExchange({ node, log }, exchange, steps);
  }

  #dialer(observer: LinkObserver): PeerDialer {
    const { network } = this.world;
    const limits = { shortMs: requestMs, longMs: requestMs };
    return {
      linkTo: (target) => {
        const agent = network.agent(this.name, target.peer);
        return linkOver(new PeerHttp(target, { agent, clock: this.clock, observer }), limits);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async #end(steps: readonly StopStep[]): Promise<void> {
    this.#process = undefined;
    this.world.network.listen(this.name, undefined);
    for (const step of steps.toReversed()) await withinReal(async () => step());
  }

  #nextFate(): WriteFate {
    return this.fates.shift() ?? "kept";
  }
}

/** Whatever must end without simulated time ends soon, or the simulation is stuck. */
export async function withinReal<T>(work: () => Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const late = () => over.reject(new Defect(`did not end within ${stuckMs} ms of real time`));
  const timer = setTimeout(late, stuckMs);
  try {
    return await Promise.race([work(), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
