/**
 * The two homes of a practice channel with the program in processes of its own, for tests that kill
 * it or give it what is bad.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@parley/core/bytes/hex";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { callOperation } from "@parley/node/http/control/control-client";
import {
  type Answer,
  type AskServer,
  Capital,
  type CapitalOptions,
} from "@parley/node/practice/capital";
import { prepareChannel } from "@parley/node/practice/prepare-channel";
import { openHome } from "@parley/node/service/home";

const program = [
  "--conditions=parley-source",
  "--disable-warning=ExperimentalWarning",
  fileURLToPath(new URL("../../node/src/main.ts", import.meta.url)),
];

/** Where the two keep database and head store, if not in files of their homes: addresses. */
export interface CapitalPlaces {
  readonly washington: { readonly storage: string; readonly headStore: string };
  readonly moscow: { readonly storage: string; readonly headStore: string };
}

export interface RealCapitals extends AsyncDisposable {
  readonly directory: string;
  readonly washington: Capital;
  readonly moscow: Capital;
}

/** Two homes, paired and agreed; neither serves yet. */
export async function realCapitals(places?: CapitalPlaces): Promise<RealCapitals> {
  const root = await mkdtemp(join(tmpdir(), "parley-capitals-"));
  const directory = join(root, "channel");
  const { signal } = new AbortController();
  const capitalOf = async (name: keyof CapitalPlaces) => {
    const flags = places === undefined ? [] : [await environmentFlag(root, name, places[name])];
    const party = `${name}.example`;
    return new Capital({
      directory,
      program: [...flags, ...program],
      signal,
      ask: askServer,
      party,
    });
  };
  const [washington, moscow] = [await capitalOf("washington"), await capitalOf("moscow")];
  const passphrase = () => toHex(nodePrimitives.random(16));
  const made = {
    ...{ directory, washington, moscow },
    async [Symbol.asyncDispose]() {
      await Promise.all([washington.kill(), moscow.kill()]);
      await rm(root, { recursive: true, force: true });
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

/** A flag of Node that sets what only a settings file or the environment says. */
async function environmentFlag(
  root: string,
  name: string,
  { storage, headStore }: CapitalPlaces["washington"],
): Promise<string> {
  const file = join(root, `${name}.env`);
  const lines = [`PARLEY_STORAGE=${storage}`, `PARLEY_HEAD_STORE=${headStore}`];
  await writeFile(file, `${lines.join("\n")}\n`);
  return `--env-file=${file}`;
}

/** Of a capital whose home lies in `directory`. */
export function capitalOptions(directory: string): Omit<CapitalOptions, "party"> {
  return { directory, program, signal: new AbortController().signal, ask: askServer };
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
