/**
 * How far a long operation is, on one line of the terminal that is written over.
 *
 * Silent for the first second, for what ends within it needs no words; and silent where nobody reads
 * along: not a terminal, or `--json`.
 *
 * @module
 */
import type { Language } from "../config.ts";
import type { Progress } from "../service/operation.ts";
import { fill } from "./bilingual.ts";
import type { Io } from "./io.ts";
import { frameTexts, progressTexts } from "./texts.ts";

const quietMs = 1_000;
const betweenMs = 100;

export interface ProgressLine {
  report(progress: Progress): void;
  /** Takes the line away. */
  clear(): void;
}

export function createProgressLine(io: Io, lang: Language, isOn: boolean): ProgressLine {
  const startedAt = performance.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    report({ what, done, total }) {
      const now = performance.now();
      if (!isOn || now - startedAt < quietMs || now - shownAt < betweenMs) return;
      shownAt = now;
      const names: Readonly<Record<string, string>> = progressTexts[lang];
      const texts = frameTexts[lang];
      const name = Object.hasOwn(names, what) ? names[what] : what;
      const values = { what: name ?? what, done: done.toLocaleString(lang) };
      const line =
        total === undefined
          ? fill(texts.progress, values)
          : fill(texts["progress.of"], { ...values, total: total.toLocaleString(lang) });
      io.err(`\r\u001b[K${line}`);
    },
    clear() {
      if (shownAt > 0) io.err("\r\u001b[K");
    },
  };
}
