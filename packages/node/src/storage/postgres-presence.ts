/**
 * Who has a PostgreSQL database open: a lock of the server's that many may share, or one may have
 * alone. It is what the lock of the home is on one machine.
 *
 * The lock belongs to a connection, so that it ends with the process, however that ends. A connection
 * that breaks is made again, and waits if somebody is alone meanwhile; whatever its process writes
 * before that is held to the leases, as ever.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { connectionSettings } from "./postgres-dialect.ts";
import { namedPostgresError } from "./postgres-faults.ts";

/** Key of the advisory lock: beside that of the turn of writing. */
const presenceLock = 0x70_61_72_6c_65_7a;
/** Pause before a connection that broke is made again. Milliseconds. */
const againMs = 1_000;
/** A machine that is gone is not there for longer than half a minute. Seconds, and a count. */
const keepalive =
  "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4";

export type PresenceMode = "shared" | "alone";

export class PostgresPresence implements AsyncDisposable {
  readonly #address: string;
  readonly #stop = new AbortController();
  #client: pg.Client;
  #again: Promise<void> = Promise.resolve();

  private constructor(address: string, client: pg.Client) {
    this.#address = address;
    this.#client = client;
  }

  /** @returns `undefined` if others stand against it: anybody if `alone`, one who is alone if not. */
  static async take(address: string, mode: PresenceMode): Promise<PostgresPresence | undefined> {
    const client = connectionTo(address);
    try {
      await client.connect();
      const lock = mode === "shared" ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
      const { rows } = await client.query(`select ${lock}(${presenceLock}) as "isTaken"`);
      if (rows[0]?.isTaken === true) {
        const presence = new PostgresPresence(address, client);
        if (mode === "shared") presence.#watch(client);
        return presence;
      }
    } catch (cause) {
      await client.end().catch(() => undefined);
      throw namedPostgresError(cause);
    }
    await client.end();
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#client.end().catch(() => undefined);
    await this.#again;
  }

  #watch(client: pg.Client): void {
    client.once("end", () => {
      if (!this.#stop.signal.aborted) this.#again = this.#return();
    });
  }

  /** Resolves when it is there again, or no longer wanted. */
  async #return(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      // Aborted, the pause is over, and so is the loop.
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const client = connectionTo(this.#address);
      this.#client = client;
      try {
        await client.connect();
        await client.query(`select pg_advisory_lock_shared(${presenceLock})`);
        this.#watch(client);
        return;
      } catch {
        // Whoever reads or writes names what is wrong with the database.
        await client.end().catch(() => undefined);
      }
    }
  }
}

function connectionTo(address: string): pg.Client {
  const settings = connectionSettings(address);
  const client = new pg.Client({ ...settings, options: `${settings.options} ${keepalive}` });
  client.on("error", () => undefined);
  return client;
}
