/**
 * One capital of the practice channel: a home, its server in a process of its own, and commands typed
 * at it as an operator types them.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { assert, Fault } from "@parley/core/fault";

/** How long a server may take to answer its first command. Milliseconds. */
const startMsMax = 120_000;
const againMs = 50;

export type Answer = Readonly<Record<string, JsonValue>>;

/** What may be asked of a node that serves, without a process for each question. */
export type AskServer = (
  home: string,
  call: { readonly name: string; readonly input: JsonValue },
) => Promise<Answer | undefined>;

export interface CapitalOptions {
  readonly party: string;
  /** How `parley` is started: flags of Node and the script. */
  readonly program: readonly string[];
  /** Where the practice channel lies; the home is in it. */
  readonly directory: string;
  readonly ask: AskServer;
  readonly signal: AbortSignal;
}

export class Capital {
  readonly party: string;
  readonly home: string;
  readonly passphraseFile: string;
  readonly #options: CapitalOptions;
  #server: ChildProcess | undefined;

  constructor(options: CapitalOptions) {
    this.#options = options;
    this.party = options.party;
    this.home = join(options.directory, options.party);
    this.passphraseFile = join(options.directory, `${options.party}.passphrase`);
  }

  /** Runs `parley … --home HOME --json` and returns what it printed. */
  async command(...words: readonly string[]): Promise<Answer> {
    const child = this.#spawn([...words, "--home", this.home, "--json"]);
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    const errors: Buffer[] = [];
    child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
    try {
      await once(child, "close", { signal: this.#options.signal });
    } finally {
      child.kill();
    }
    const line = Buffer.concat(chunks).toString("utf8").trim().split("\n").at(-1) ?? "";
    const answer = parseAnswer(line);
    if (answer?.["ok"] === true) return answer;
    const said = String(answer?.["message"] ?? Buffer.concat(errors).toString("utf8"));
    const about = { cause: new Error(said), retryable: false };
    const why = `parley ${words.join(" ")}: ${answer?.["code"] ?? said}`;
    throw new Fault("practice.refused", why, about);
  }

  /** Asks the server; it must be there. */
  async ask(name: string, input: JsonValue = {}): Promise<Answer> {
    const answer = await this.#options.ask(this.home, { name, input });
    if (answer === undefined) throw new Fault("control.no-answer", this.party, { retryable: true });
    return answer;
  }

  /** Starts `parley serve` and waits until it answers. */
  async start(): Promise<void> {
    const server = this.#spawn(["serve", "--home", this.home]);
    const log = createWriteStream(join(this.#options.directory, `${this.party}.log`), {
      flags: "a",
    });
    server.stderr?.pipe(log);
    server.stdout?.pipe(log, { end: false });
    this.#server = server;
    const giveUpAt = performance.now() + startMsMax;
    for (;;) {
      if (server.exitCode !== null || performance.now() > giveUpAt) {
        throw new Fault("practice.no-server", `${this.party}: see its log`, { retryable: false });
      }
      const answer = await this.#options.ask(this.home, { name: "peer.list", input: {} });
      if (answer !== undefined) return;
      await delay(againMs, undefined, { signal: this.#options.signal });
    }
  }

  /** Ends the server as a power cut does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends the server in order. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Where its peer listener listens. */
  async port(): Promise<string> {
    const text = await readFile(join(this.home, "parley.json"), "utf8");
    const { peerListen } = JSON.parse(text) as { readonly peerListen: string };
    return peerListen.split(":").at(-1) ?? "";
  }

  get processId(): number | undefined {
    return this.#server?.pid;
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, "exit");
  }

  #spawn(words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [...this.#options.program, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

/** The program that runs now. */
export function ownProgram(): readonly string[] {
  const [, script] = process.argv;
  assert(script !== undefined, "the program runs from a script");
  return [...process.execArgv, script];
}

function parseAnswer(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    // What is no JSON is told by its absence; the caller says what was printed.
    return undefined;
  }
}
