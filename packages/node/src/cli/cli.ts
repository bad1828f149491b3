/**
 * The command `parley`: from the words typed to what is said and to the exit code.
 *
 * @module
 */
import { buildApplication, run, text_en } from "@stricli/core";
import {
  type Config,
  type ConfigResult,
  type Environment,
  type Language,
  languageOf,
  loadConfig,
} from "../config.ts";
import { refuseLocally } from "../local-refusal.ts";
import { lockHome, openHome, openRestoredHome } from "../service/home.ts";
import { fill } from "./bilingual.ts";
import type { CliContext, FrameContext, Outcome } from "./command.ts";
import { buildRoutes } from "./commands.ts";
import {
  describeRefusal,
  describeThrown,
  type ExitCode,
  exitCodes,
  type Failure,
} from "./failure.ts";
import { splitCommandLine } from "./global-flags.ts";
import type { Io } from "./io.ts";
import { operate, type Wiring } from "./operate.ts";
import { createPassphraseSource } from "./passphrase.ts";
import { createProgressLine, type ProgressLine } from "./progress.ts";
import { frameTexts } from "./texts.ts";
import { usageTextRu } from "./usage-text-ru.ts";

export interface CliOptions {
  readonly io: Io;
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly signal: AbortSignal;
  readonly version: string;
}

/** @param inputs - The command line without program and script. */
export async function runCli(inputs: readonly string[], options: CliOptions): Promise<ExitCode> {
  const { io, environment } = options;
  const line = splitCommandLine(inputs);
  const configResult = loadConfig(line.flags, environment);
  const lang = configResult.ok ? configResult.value.lang : languageOf(line.flags.lang, environment);
  const progress = createProgressLine(io, lang, io.isErrTerminal && !line.isJson);
  const said = await runCommand(line.rest, { ...options, lang, configResult, progress, line });
  progress.clear();
  return say(io, lang, line.isJson, said);
}

type Said = { readonly text: string } | { readonly outcome: Outcome } | { readonly error: unknown };

interface Run extends CliOptions {
  readonly lang: Language;
  readonly configResult: ConfigResult;
  readonly progress: ProgressLine;
  readonly line: ReturnType<typeof splitCommandLine>;
}

async function runCommand(inputs: readonly string[], runOptions: Run): Promise<Said> {
  const { lang, configResult, line, version } = runOptions;
  if (line.withoutValue !== undefined) {
    return usage(fill(frameTexts[lang]["flag.no-value"], { name: line.withoutValue }));
  }
  const written = { out: "", err: "" };
  let said: Said | undefined;
  const stream = (name: "out" | "err") => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const streams = { stdout: stream("out"), stderr: stream("err") };
  const context: FrameContext = {
    process: streams,
    lang,
    configResult,
    contextFor: (config) => contextFor(config, streams, runOptions),
    finish: (outcome) => {
      said = { outcome };
    },
    fail: (error) => {
      said = { error };
    },
  };
  const root = await buildRoutes(lang, inputs[0]);
  const application = buildApplication(root, {
    name: "parley",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: { text: lang === "ru" ? usageTextRu : text_en },
  });
  await run(application, inputs, context);
  if (said !== undefined) return said;
  // No command ran: help, the version, or words that were not understood.
  if (written.err !== "") return usage(written.err.trim());
  const [command, kind] = inputs;
  if (command !== "send" || kind === undefined) return { text: written.out };
  const { kindHelp } = await import("./kind-help.ts");
  return { text: `${written.out}${kindHelp(lang, kind)}` };
}

function contextFor(
  config: Config,
  streams: CliContext["process"],
  parts: Omit<Run, "configResult">,
): CliContext {
  const { wiring, io, lang, signal, progress, version, line, environment } = parts;
  const context: CliContext = {
    process: streams,
    lang,
    config,
    io,
    platform: wiring.platform,
    version,
    describe: (failure) =>
      failure instanceof Error ? describeThrown(lang, failure) : describeRefusal(lang, failure),
    signal,
    ...createPassphraseSource(config, lang, io),
    progress: progress.report,
    again() {
      const now = loadConfig(line.flags, environment);
      return now.ok ? { ok: true, value: contextFor(now.value, streams, parts) } : now;
    },
    openHome: () => openHome(config.home),
    async askServer(path, name, input) {
      const home = openHome(path);
      const quiet = { progress: () => undefined, signal };
      return home.ok ? wiring.callServer(home.value, { name, input }, quiet) : undefined;
    },
    async locked(work) {
      const home = openHome(config.home);
      if (!home.ok) return home;
      using lock = lockHome(home.value, 0);
      if (lock === undefined) return refuseLocally("home.served", { home: config.home });
      return await work(home.value);
    },
    async serve() {
      const home = openHome(config.home);
      if (!home.ok) return home;
      using lock = lockHome(home.value, 0);
      if (lock === undefined) return refuseLocally("home.served", { home: config.home });
      return await wiring.serve(context, home.value);
    },
    async alone(work) {
      const home = work.opensEpochs === true ? anyHome(config.home) : openHome(config.home);
      if (!home.ok) return home;
      using lock = lockHome(home.value, 0);
      if (lock === undefined) return refuseLocally("home.served", { home: config.home });
      return await wiring.workAlone(context, home.value, work);
    },
    async operate(name, input) {
      const home = openHome(config.home);
      return home.ok ? operate(wiring, { context, home: home.value }, { name, input }) : home;
    },
  };
  return context;
}

function anyHome(path: string) {
  const opened = openRestoredHome(path);
  return opened.ok ? { ok: true as const, value: opened.value.home } : opened;
}

function usage(detail: string): Said {
  return { outcome: { ok: false, refusal: { code: "cli.usage", detail } } };
}

function say(io: Io, lang: Language, isJson: boolean, said: Said): ExitCode {
  if ("text" in said) {
    io.out(said.text);
    return exitCodes.done;
  }
  if ("error" in said) return sayFailure(io, lang, isJson, describeThrown(lang, said.error));
  const { outcome } = said;
  if (!outcome.ok) return sayFailure(io, lang, isJson, describeRefusal(lang, outcome.refusal));
  const isWell = outcome.exitCode === undefined;
  io.out(isJson ? `${JSON.stringify({ ok: isWell, ...outcome.value })}\n` : `${outcome.text}\n`);
  return outcome.exitCode ?? exitCodes.done;
}

function sayFailure(io: Io, lang: Language, isJson: boolean, failure: Failure): ExitCode {
  const { code, field, happened, means, next, exitCode } = failure;
  if (isJson) {
    const message = `${happened} ${means}`;
    io.out(`${JSON.stringify({ ok: false, code, field, message, next })}\n`);
  } else {
    io.err(`${happened} [${code}]\n${means}\n${frameTexts[lang].next} ${next}\n`);
  }
  return exitCode;
}
