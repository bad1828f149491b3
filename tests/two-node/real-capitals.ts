/**
 * The two homes of a practice channel with the program in processes of its own, for tests that kill
 * it or give it what is bad.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@parley/core/bytes/hex";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { callOperation } from "@parley/node/http/control/control-client";
import { type Answer, type AskServer, Capital } from "@parley/node/practice/capital";
import { prepareChannel } from "@parley/node/practice/prepare-channel";
import { openHome } from "@parley/node/service/home";

const program = [
  "--conditions=parley-source",
  "--disable-warning=ExperimentalWarning",
  fileURLToPath(new URL("../../packages/node/src/main.ts", import.meta.url)),
];

export interface RealCapitals extends AsyncDisposable {
  readonly directory: string;
  readonly washington: Capital;
  readonly moscow: Capital;
}

/** Two homes, paired and agreed; neither serves yet. */
export async function realCapitals(): Promise<RealCapitals> {
  const directory = await mkdtemp(join(tmpdir(), "parley-capitals-"));
  const { signal } = new AbortController();
  const options = { directory, program, signal, ask: askServer };
  const washington = new Capital({ ...options, party: "washington.example" });
  const moscow = new Capital({ ...options, party: "moscow.example" });
  const passphrase = () => toHex(nodePrimitives.random(16));
  const made = {
    ...{ directory, washington, moscow },
    async [Symbol.asyncDispose]() {
      await Promise.all([washington.kill(), moscow.kill()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await prepareChannel({ directory, passphrase }, [washington, moscow], () => undefined);
  } catch (cause) {
    await made[Symbol.asyncDispose]();
    throw cause;
  }
  return made;
}

const askServer: AskServer = async (path, call) => {
  const home = openHome(path);
  if (!home.ok) throw new Error(home.refusal.code);
  const quiet = { progress: () => undefined, signal: new AbortController().signal };
  const answer = await callOperation(home.value, call, quiet);
  if (answer === undefined) return undefined;
  if (!answer.ok) throw new Error(`${call.name}: ${answer.refusal.code} ${answer.refusal.detail}`);
  return answer.value as Answer;
};

export interface Ran {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `parley` to its end, whatever the end is. */
export async function runParley(words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [...program, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, ...said };
}
