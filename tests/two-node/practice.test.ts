/**
 * Goal: `npm start` does what README says to somebody who has just cloned this: the whole story, the
 * proof of it, the same channel at a second start and a new one with `--fresh`. Method: npm itself in
 * a process of its own; nothing is read but what it prints and the exports it names.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const parties = ["moscow.example", "washington.example"];
let root = "";
let directory = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parley-practice-"));
  directory = join(root, "practice");
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Told {
  readonly ok: boolean;
  readonly homes: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly logs: readonly {
    readonly origin: string;
    readonly entries: number;
    readonly receipts: number;
  }[];
  readonly items: number;
  readonly findings: number;
  readonly seconds: number;
}

/** A group of its own, so that the test can end all of it. */
function start(...words: readonly string[]): ChildProcess {
  return spawn("npm", ["start", "--", "--directory", directory, ...words], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

async function playOnce(): Promise<{ readonly lines: readonly string[]; readonly told: Told }> {
  const child = start("--once", "--json");
  const printed = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed.out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    printed.err += text;
  });
  const [exitCode] = await once(child, "close");
  const lines = printed.out.trimEnd().split("\n");
  expect([exitCode, lines.at(-1)?.slice(0, 500), printed.err]).toEqual([
    0,
    expect.stringMatching(/^\{"ok":true/),
    expect.not.stringMatching(/Error|at file:/),
  ]);
  return { lines, told: JSON.parse(lines.at(-1) ?? "") };
}

/** Of Moscow, and of Washington. */
function liveSizes({ logs }: Told): readonly number[] {
  const live = logs.filter(({ origin }) => origin.includes("/live/"));
  return live.sort((a, b) => (a.origin < b.origin ? -1 : 1)).map(({ entries }) => entries);
}

test("the story is told, proven and summed up, and a second start goes on with what is there", async () => {
  const first = await playOnce();
  const { told } = first;
  expect([Object.keys(told.homes).sort(), Object.keys(told.exports).sort()]).toEqual([
    parties,
    parties,
  ]);
  for (const path of [...Object.values(told.homes), ...Object.values(told.exports)]) {
    expect(existsSync(path), path).toBe(true);
  }
  expect(told.items).toBe(911);
  expect(told.findings).toBeGreaterThan(0);
  expect(told.seconds).toBeGreaterThan(0);
  expect(told.logs.length).toBeGreaterThanOrEqual(4);
  for (const { entries, receipts } of told.logs) expect(receipts > 0).toBe(entries > 0);
  expect(liveSizes(told)).toEqual([5, 4]);
  const steps = first.lines.filter((line) => line.startsWith("• "));
  expect(steps.join("\n")).toMatch(/911 items.*signal 9.*closed/s);

  const second = await playOnce();
  expect(liveSizes(second.told)).toEqual([5, 4]);
  expect(second.told.homes).toEqual(told.homes);
  expect(second.lines.join("\n")).not.toMatch(/signal 9|parley init/);
}, 400_000);

test("--fresh begins again with other keys", async () => {
  const descriptor = join(directory, "moscow.example.descriptor");
  const before = await readFile(descriptor, "utf8");
  const child = start("--fresh");
  try {
    for await (const line of child.stdout?.setEncoding("utf8") ?? []) {
      if (String(line).includes("30 digits")) break;
    }
    expect(await readFile(descriptor, "utf8")).not.toBe(before);
    expect(existsSync(join(directory, "ready"))).toBe(false);
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }
  // It runs on until all of its group is gone, and would write where the test cleans up.
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}, 120_000);
