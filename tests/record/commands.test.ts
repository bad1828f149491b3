/**
 * Goal: the commands of the record do what they say, in both languages, and their refusals have a
 * next step. Method: the whole command, its operations on a node with a history, real files.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../packages/checker/src/check.ts";
import { runCli } from "../../packages/node/src/cli/cli.ts";
import type { Io } from "../../packages/node/src/cli/io.ts";
import type { Wiring } from "../../packages/node/src/cli/operate.ts";
import { finishHome, prepareHome } from "../../packages/node/src/service/home.ts";
import { runOperation } from "../../packages/node/src/service/operation.ts";
import { recordOperations } from "../../packages/node/src/service/record-operations.ts";
import { type History, makeHistory } from "./history.ts";

/** A history is two databases and some twenty messages: long on a busy machine. */
const hookMs = 60_000;

let history: History;
let above: string;

beforeAll(async () => {
  history = await makeHistory();
  above = await mkdtemp(join(tmpdir(), "parley-record-"));
  const home = prepareHome(join(above, "home"), "washington.example");
  if (home.ok) finishHome(home.value);
}, hookMs);
afterAll(async () => {
  await rm(above, { recursive: true });
  await history[Symbol.asyncDispose]();
});

async function parley(...words: string[]) {
  const said = { out: "", err: "" };
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isInteractive: false,
    isErrTerminal: false,
    ask: async () => undefined,
  };
  const { node } = history.pair.washington;
  const wiring: Pick<Wiring, "callServer"> = {
    callServer: (_home, call, context) => runOperation(recordOperations, { node }, call, context),
  };
  const exitCode = await runCli([...words, "--home", join(above, "home")], {
    io,
    environment: {},
    // A server answers, so that nothing else of the wiring is asked for.
    wiring: wiring as Wiring,
    signal: new AbortController().signal,
    version: "0",
  });
  return { exitCode, ...said };
}

test("record counts says how much was sent, received and answered, and no content", async () => {
  const { exitCode, out } = await parley("record", "counts");
  expect(exitCode).toBe(0);
  expect(out).toContain(
    "washington.example live/1: 4 entries, 3 with a receipt (2016-12-01 12:00 UTC to 2016-12-01 12:03 UTC)",
  );
  expect(out).toContain("live: answered 1, not answered 1 (answered 1, received 1)");
  expect(out).toContain("live, washington.example, refused: attachment.missing 1");
  expect(out).not.toContain("198.51.100");
  expect((await parley("record")).out).toBe(out);
  const russian = await parley("record", "counts", "--lang", "ru");
  expect(russian.out.split("\n")).toHaveLength(out.split("\n").length);
});

test("record receipts and checkpoints list sizes and times; a log that is not there is refused", async () => {
  const receipts = await parley("record", "receipts");
  expect(receipts.out.split("\n").filter((line) => line !== "")).toEqual([
    "1 entries received at 2016-12-01 12:00 UTC",
    "2 entries received at 2016-12-01 12:02 UTC",
    "3 entries received at 2016-12-01 12:03 UTC",
  ]);
  const theirs = await parley("record", "checkpoints", "--author", "moscow.example", "--json");
  const value = JSON.parse(theirs.out) as { checkpoints: readonly { size: number }[] };
  expect(value.checkpoints.at(-1)).toMatchObject({ size: 5, time: 1_480_593_600 + 43 * 60 });
  expect((await parley("record", "receipts", "--class", "exercise")).out).toContain("nothing");
  const unknown = await parley("record", "receipts", "--epoch", "2");
  expect(unknown).toMatchObject({ exitCode: 1, out: "" });
  expect(unknown.err).toContain("parley record counts");
});

test("export writes what parley-check proves, and nothing twice", async () => {
  const directory = join(above, "export");
  const exported = await parley("export", directory, "--opened");
  expect(exported).toMatchObject({ exitCode: 0, err: "" });
  expect(exported.out).toContain("9 entries in 6 logs");
  const order = {
    path: directory,
    fingerprints: [],
    lang: "en",
    progress: () => undefined,
  } as const;
  expect(await check(order)).toMatchObject({ exitCode: 0 });
  expect((await stat(join(directory, "index.json"))).mode & 0o077).toBe(0);
  const again = await parley("export", directory);
  expect(again.exitCode).toBe(1);
  expect(again.err).toContain(directory);
});

test("prove writes what parley-check proves, by place or by id", async () => {
  const out = join(above, "proof");
  const order = { path: out, fingerprints: [], lang: "en", progress: () => undefined } as const;
  const until = "2016-12-01T12:30:00Z";
  const asked = ["prove", "live/1/2", "--show", "kind,block.ask", "--silent-until", until];
  const proven = await parley(...asked, "--out", out);
  expect(proven).toMatchObject({ exitCode: 0, err: "" });
  expect(await check(order)).toMatchObject({ exitCode: 0, json: { index: 2, ok: true } });
  const again = await parley("prove", history.answer.jti, "--out", out, "--json");
  expect(JSON.parse(again.out)).toMatchObject({ ok: false, code: "cli.file-exists" });
  expect(await check(order)).toMatchObject({ json: { index: 2 } });
  const second = `${out}-2`;
  const theirs = await parley("prove", history.answer.jti, "--out", second, "--json");
  expect(JSON.parse(theirs.out)).toMatchObject({ ok: true, index: 1, shown: [] });
  const { json } = await check({ ...order, path: second });
  expect(json).toMatchObject({ shown: null, silence: null });
});

test("what cannot be proven is refused with what to do", async () => {
  const out = join(above, "none");
  const cases = [
    [["live/1/3"], 1, "No receipt covers"],
    [["live/1/99"], 1, "no such entry"],
    [["nonsense"], 1, "no such entry"],
    [["live/1/0", "--silent-until", "2016-12-01T12:01:30Z"], 1, "answered"],
    [["live/1/2", "--silent-until", "2018-12-01T12:01:30Z"], 1, "no head"],
    [["live/1/2", "--show", "block.legal"], 1, "not at hand"],
    [["live/1/2", "--show", "everything"], 2, ""],
  ] as const;
  for (const [words, exitCode, sentence] of cases) {
    const refused = await parley("prove", ...words, "--out", out);
    expect([words, refused.exitCode]).toEqual([words, exitCode]);
    expect(refused.err).toContain(sentence);
  }
});
