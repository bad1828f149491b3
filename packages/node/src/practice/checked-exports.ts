/**
 * The end of the practice story: both histories exported, and read by the checker in a process of its
 * own, with nothing but the files.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { Fault } from "@parley/core/fault";
import type { Language } from "../config.ts";
import type { Answer, Capital } from "./capital.ts";

export interface Checked {
  readonly directories: Readonly<Record<string, string>>;
  /** Five lines that prove use, from the checker. */
  readonly lines: readonly string[];
  /** Entries and receipts by log, of the first export. */
  readonly logs: readonly JsonValue[];
}

export interface CheckOptions {
  readonly directory: string;
  readonly lang: Language;
  readonly signal: AbortSignal;
}

/** Exports the history of each and checks it; an export that is refuted is a fault. */
export async function checkExports(
  capitals: readonly Capital[],
  options: CheckOptions,
): Promise<Checked> {
  const directories: Record<string, string> = {};
  await mkdir(join(options.directory, "export"), { recursive: true, mode: 0o700 });
  const answers: Answer[] = [];
  for (const capital of capitals) {
    const target = join(options.directory, "export", capital.party);
    await rm(target, { recursive: true, force: true });
    await capital.command("export", target, "--opened");
    directories[capital.party] = target;
    answers.push(await check(target, options));
  }
  const [west] = Object.values(directories);
  const said = west === undefined ? "" : await runChecker([west, "--lang", options.lang], options);
  return {
    directories,
    lines: proofOf(said.trim().split("\n")),
    logs: logsOf(answers[0]),
  };
}

function logsOf(checked: Answer | undefined): readonly JsonValue[] {
  const logs = (checked?.["logs"] ?? []) as readonly Answer[];
  return logs.map(({ origin, size, receipts }) => ({
    ...{ origin: origin ?? null, entries: size ?? null, receipts: receipts ?? null },
  }));
}

async function check(target: string, options: CheckOptions): Promise<Answer> {
  const printed = await runChecker([target, "--json"], options);
  const answer = JSON.parse(printed.trim().split("\n").at(-1) ?? "{}") as Answer;
  if (answer["ok"] === true) return answer;
  const detail = `${target}: ${printed.slice(0, 200)}`;
  throw new Fault("practice.refuted", detail, { retryable: false });
}

/** The verdict, the channel, both live logs and the cases: what proves use. */
function proofOf(lines: readonly string[]): readonly string[] {
  const live = lines.filter((line) => line.includes("live/1"));
  const cases = lines.filter((line) => line.startsWith("live:")).slice(0, 1);
  return [...lines.slice(0, 2), ...live, ...cases];
}

/** In a process of its own: a stranger has no more than the files. */
function runChecker(words: readonly string[], { signal }: CheckOptions): Promise<string> {
  const script = fileURLToPath(new URL("../../../checker/src/main.ts", import.meta.url));
  const limits = { maxBuffer: 2 ** 24, signal };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...process.execArgv, script, ...words], limits, (error, stdout) => {
      if (stdout === "") reject(error ?? new Error("parley-check printed nothing"));
      else resolve(stdout);
    });
  });
}
