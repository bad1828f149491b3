#!/usr/bin/env -S node --conditions=parley-source --disable-warning=ExperimentalWarning
/**
 * The program `parley-check`: reads its arguments, checks, says what came out.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Language, languages } from "@parley/core/vocabulary/words";
import { check, exitCodes } from "./check.ts";
import { tell } from "./texts.ts";

/** What ends within a second needs no words. */
const quietMs = 1_000;

const options = {
  fingerprint: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  lang: { type: "string", default: "en" },
  help: { type: "boolean", default: false },
} as const;

process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  const given = readArguments(args);
  const lang = languageOf(given?.values.lang);
  const [path, ...others] = given?.positionals ?? [];
  if (given?.values.help === true) {
    process.stdout.write(`${tell(lang ?? "en", "help")}\n`);
    return exitCodes.proven;
  }
  if (given === undefined || lang === undefined) {
    const found = given?.values.lang.slice(0, 80);
    const why = found === undefined ? "" : `${tell("en", "bad-language", { found })}\n\n`;
    process.stderr.write(`${why}${tell("en", "help")}\n`);
    return exitCodes.unreadable;
  }
  if (path === undefined || others.length > 0) {
    process.stderr.write(`${tell(lang, "help")}\n`);
    return exitCodes.unreadable;
  }
  const { fingerprint: fingerprints, json: isJson } = given.values;
  const progress = progressLine(lang, process.stderr.isTTY === true && !isJson);
  const outcome = await check({ path, fingerprints, lang, progress });
  if (process.stderr.isTTY === true && !isJson) process.stderr.write("\r\u001b[K");
  const said = isJson ? JSON.stringify(outcome.json) : outcome.lines.join("\n");
  process.stdout.write(`${said}\n`);
  return outcome.exitCode;
}

/** @returns `undefined` for what is not understood. */
function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code?.startsWith("ERR_PARSE_ARGS_") === true) return undefined;
    throw cause;
  }
}

function languageOf(typed: string | undefined): Language | undefined {
  return languages.find((each) => each === typed);
}

function progressLine(lang: Language, isOn: boolean): (done: number, total: number) => void {
  const startedAt = performance.now();
  return (done, total) => {
    if (!isOn || performance.now() - startedAt < quietMs) return;
    process.stderr.write(`\r\u001b[K${tell(lang, "progress", { done, total })}`);
  };
}
