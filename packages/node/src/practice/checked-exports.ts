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

/** Exports the history of each and checks it; an export that is refuted is a fault. */
export async function checkExports(
  capitals: readonly Capital[],
  options: {
    readonly directory: string;
    readonly lang: Language;
    readonly signal: AbortSignal;
  },
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
  const [first] = answers;
  return {
    directories,
    lines: (first?.["proof"] ?? []) as readonly string[],
    logs: (first?.["logs"] ?? []) as readonly JsonValue[],
  };
}

async function check(
  target: string,
  { lang, signal }: { readonly lang: Language; readonly signal: AbortSignal },
): Promise<Answer> {
  const script = fileURLToPath(new URL("../../../checker/src/main.ts", import.meta.url));
  const words = [...process.execArgv, script, target, "--json", "--lang", lang];
  const printed = await new Promise<string>((resolve, reject) => {
    const limits = { maxBuffer: 2 ** 24, signal };
    execFile(process.execPath, words, limits, (error, stdout) => {
      if (stdout === "") reject(error ?? new Error("parley-check printed nothing"));
      else resolve(stdout);
    });
  });
  const answer = JSON.parse(printed.trim().split("\n").at(-1) ?? "{}") as Answer;
  if (answer["verdict"] !== "proven") {
    throw new Fault("practice.refuted", `${target}: ${printed.slice(0, 400)}`, {
      retryable: false,
    });
  }
  return answer;
}
