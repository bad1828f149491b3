/**
 * What the command reads from and writes to: the process's streams, or a test's.
 *
 * @module
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Longest line that is typed, in characters: a passphrase, thirty digits, yes or no. */
const lineCharactersMax = 4_096;

export interface Io {
  /** Results, and nothing else. */
  out(text: string): void;
  /** Questions, progress and failures. */
  err(text: string): void;
  /** Whether a person sits at the other end and can be asked. */
  readonly isInteractive: boolean;
  /** Whether `err` is a terminal, so that a line may be written over. */
  readonly isErrTerminal: boolean;
  /** @returns The line without its end; or `undefined` at the end of the input. */
  ask(question: string, options: { readonly isSecret: boolean }): Promise<string | undefined>;
}

type Terminal = Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): void };
type Screen = Writable & { readonly isTTY?: boolean };

/** @param signal - Ends a question that nobody answers: Ctrl-C. */
export function processIo(signal: AbortSignal): Io {
  const input: Terminal = process.stdin;
  const output: Screen = process.stdout;
  const error: Screen = process.stderr;
  return {
    out: (text) => void output.write(text),
    err: (text) => void error.write(text),
    isInteractive: input.isTTY === true && error.isTTY === true,
    isErrTerminal: error.isTTY === true,
    async ask(question, { isSecret }) {
      error.write(question);
      // With no output the interface echoes nothing, and in raw mode neither does the terminal.
      const lines = createInterface({
        input,
        terminal: isSecret,
        ...(isSecret ? {} : { output: error }),
      });
      try {
        const [line] = await Promise.race([once(lines, "line", { signal }), once(lines, "close")]);
        if (isSecret) error.write("\n");
        return typeof line === "string" ? line.slice(0, lineCharactersMax) : undefined;
      } finally {
        lines.close();
      }
    },
  };
}
