import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Io } from "./io.ts";
import { createProgressLine } from "./progress.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function record(isOn = true) {
  const said: string[] = [];
  const io: Io = {
    out: () => {},
    err: (text) => void said.push(text),
    isInteractive: true,
    isErrTerminal: true,
    ask: async () => undefined,
  };
  return { said, line: createProgressLine(io, "ru", isOn) };
}

test("is silent for a second, then says how far, and takes its line away", () => {
  const { said, line } = record();
  line.report({ what: "items", done: 1, total: 911 });
  line.clear();
  expect(said).toEqual([]);
  vi.advanceTimersByTime(1_000);
  line.report({ what: "items", done: 500, total: 911 });
  line.report({ what: "items", done: 501, total: 911 });
  vi.advanceTimersByTime(100);
  line.report({ what: "проверка", done: 2_000 });
  line.clear();
  const clear = "\r\u001b[K";
  const lines = [`${clear}элементы: 500 из 911`, `${clear}проверка: 2\u00a0000`, clear];
  expect(said).toEqual(lines);
});

test("says nothing where nobody reads along", () => {
  const { said, line } = record(false);
  vi.advanceTimersByTime(2_000);
  line.report({ what: "items", done: 1 });
  line.clear();
  expect(said).toEqual([]);
});
