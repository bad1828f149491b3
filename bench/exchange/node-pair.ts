/**
 * Two nodes in two processes, paired, with one message after another or many at once between them.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { toBase64Url } from "@parley/core/bytes/base64";
import { type PairedHome, pairedHomes } from "@parley/testkit/paired-nodes";
import { makeTlsIdentity } from "../../packages/node/src/http/peer/tls.ts";
import type { Answered, Queued, WorkerCalls } from "./worker-calls.ts";

const workerFile = fileURLToPath(import.meta.resolve("./worker.ts"));

const parties = ["washington.example", "moscow.example"] as const;

/** How one queue went; milliseconds, of processor too. */
export interface QueueTimes extends Omit<Queued, "startedAtMs" | "durableAtMs" | "receiptedAtMs"> {
  /** Until every message is durable in the sender's log. */
  readonly durableMs: number;
  /** Until the receipt of the last one is stored. */
  readonly receiptedMs: number;
  /** Until, besides, the peer has opened, verified and kept the last one. */
  readonly openedMs: number;
  readonly senderCpuMs: number;
  readonly receiverCpuMs: number;
}

export class NodePair implements AsyncDisposable {
  readonly #directories: readonly string[];
  readonly #sender: Worker;
  readonly #receiver: Worker;
  #sent = 0;

  private constructor(directories: readonly string[], workers: readonly [Worker, Worker]) {
    this.#directories = directories;
    [this.#sender, this.#receiver] = workers;
  }

  /** @param execArgv - Flags of the two processes, beside those of this one. */
  static async start(execArgv: readonly string[]): Promise<NodePair> {
    const ports = await freePorts(parties.length);
    const addresses = Object.fromEntries(
      parties.map((party, i) => [party, [`https://127.0.0.1:${ports[i]}`]]),
    );
    const homes = await pairedHomes(Math.floor(Date.now() / 1_000), {
      addresses,
      pinOf: async (party, seed) => (await makeTlsIdentity(party, seed)).pin,
      agreement: withoutQuotas,
    });
    const both = [homes.washington, homes.moscow] as const;
    const workers = [new Worker(execArgv), new Worker(execArgv)] as const;
    const pair = new NodePair(
      both.map(({ directory }) => directory),
      workers,
    );
    try {
      await Promise.all(workers.map((worker, i) => startNode(worker, both[i], ports[i])));
    } catch (cause) {
      await pair[Symbol.asyncDispose]();
      throw cause;
    }
    return pair;
  }

  /** Says `count` messages at once, and waits until both nodes have nothing left to do. */
  async send(count: number, bodyBytes: number): Promise<QueueTimes> {
    const both = [this.#sender, this.#receiver];
    const before = await Promise.all(both.map((worker) => worker.ask("cpu")));
    this.#sent += count;
    const [said, openedAtMs] = await Promise.all([
      this.#sender.ask("say", { count, bodyBytes }),
      this.#receiver.ask("opened", { size: this.#sent }),
    ]);
    await Promise.all(both.map((worker) => worker.ask("settle")));
    const after = await Promise.all(both.map((worker) => worker.ask("cpu")));
    const { startedAtMs, durableAtMs, receiptedAtMs, receipts } = said;
    return {
      durableMs: durableAtMs - startedAtMs,
      receiptedMs: receiptedAtMs - startedAtMs,
      openedMs: Math.max(receiptedAtMs, openedAtMs) - startedAtMs,
      receipts,
      senderCpuMs: (after[0] ?? 0) - (before[0] ?? 0),
      receiverCpuMs: (after[1] ?? 0) - (before[1] ?? 0),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sender.end(), this.#receiver.end()]);
    await Promise.all(
      this.#directories.map((directory) => rm(directory, { recursive: true, force: true })),
    );
  }
}

/** A process that is asked and answers. */
class Worker {
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 0;

  constructor(execArgv: readonly string[]) {
    this.#process = fork(workerFile, { execArgv: [...process.execArgv, ...execArgv] });
    this.#process.on("message", ({ id, value }: Answered) => {
      this.#asked.get(id)?.resolve(value);
      this.#asked.delete(id);
    });
    this.#process.once("exit", () => {
      for (const { reject } of this.#asked.values()) reject(new Error("a node has ended"));
      this.#asked.clear();
    });
  }

  ask<N extends keyof WorkerCalls>(
    name: N,
    ...[input]: Parameters<WorkerCalls[N]>
  ): ReturnType<WorkerCalls[N]> {
    const answer = Promise.withResolvers<unknown>();
    this.#asked.set(this.#next, answer);
    if (!this.#process.connected) answer.reject(new Error("a node has ended"));
    else this.#process.send({ id: this.#next, name, input: input ?? null });
    this.#next += 1;
    return answer.promise as ReturnType<WorkerCalls[N]>;
  }

  /** What it was doing is lost, as its home will be. */
  async end(): Promise<void> {
    if (!this.#process.connected) return;
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}

async function startNode(
  worker: Worker,
  home: (PairedHome & { readonly name: string }) | undefined,
  port: number | undefined,
): Promise<void> {
  if (home === undefined || port === undefined) throw new Error("two homes and two ports");
  const rings = home.rings.map(({ name, key }) => ({ name, key: toBase64Url(key) }));
  await worker.ask("start", { party: home.name, directory: home.directory, rings, port });
}

/** Quotas would end the queue: they are not what is measured. */
function withoutQuotas(draft: AgreementPayload): AgreementPayload {
  const quotas = {
    ...{ perDay: [], otherPerDay: 1_000_000, entriesPerHour: 1_000_000, bytesPerHour: 2 ** 40 },
  };
  return { ...draft, quotas };
}

/** Ports that were free a moment ago; the system gives none twice while all are held. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as { readonly port: number }).port);
  }
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
