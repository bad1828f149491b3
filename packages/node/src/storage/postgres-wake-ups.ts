/**
 * News between processes by LISTEN and NOTIFY of PostgreSQL.
 *
 * A connection of its own listens, and is made again when it breaks; what was told meanwhile is lost,
 * and found by the next look at the database.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { WakeUps } from "../service/lease-keeper.ts";
import { connectionSettings } from "./postgres-dialect.ts";

const topic = "parley";
/** Pause before a connection that broke is made again. Milliseconds. */
const againMs = 1_000;
/** Longest that NOTIFY takes is 8,000 bytes. */
const textBytesMax = 1_000;

export class PostgresWakeUps implements WakeUps {
  onText: (text: string) => void = () => undefined;
  readonly #address: string;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #client: pg.Client | undefined;

  constructor(address: string) {
    this.#address = address;
    this.#running = this.#listenAlways();
  }

  send(text: string): void {
    if (text.length > textBytesMax) return;
    this.#client?.query("select pg_notify($1, $2)", [topic, text]).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #listenAlways(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#listenOnce();
      // Aborted, the pause is over, and so is the loop.
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves when the connection is gone. */
  async #listenOnce(): Promise<void> {
    const { signal } = this.#stop;
    const client = new pg.Client(connectionSettings(this.#address));
    const ended = new Promise<void>((resolve) => {
      client.once("end", resolve);
      client.on("error", () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    client.on("notification", ({ payload }) => this.onText(payload ?? ""));
    try {
      await client.connect();
      await client.query(`listen ${topic}`);
      this.#client = client;
      await ended;
    } catch {
      // Whoever reads or writes names what is wrong with the database.
    } finally {
      this.#client = undefined;
      await client.end().catch(() => undefined);
    }
  }
}
