/**
 * Goal: a command gets through the socket what it would get in its own process, whatever happens to
 * either end. Method: the real server and client on a socket in a temporary home.
 */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@parley/core/fault";
import { accept } from "@parley/core/result";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { createLog } from "../../log.ts";
import { finishHome, type Home, prepareHome } from "../../service/home.ts";
import { defineOperation, type Operations, type Progress } from "../../service/operation.ts";
import { callOperation } from "./control-client.ts";
import { controlInputBytesMax } from "./control-message.ts";
import { startControlServer } from "./control-server.ts";

type Counter = { count: number; aborted: number };
const anything = z.json();

const operations: Operations<Counter> = {
  "count.add": defineOperation(
    z.strictObject({ by: z.int() }),
    async (service: Counter, { by }) => {
      service.count += by;
      return accept({ count: service.count });
    },
  ),
  "count.refuse": defineOperation(anything, async () => ({
    ok: false,
    refusal: { code: "home.busy", detail: "d", params: { home: "/h" } },
  })),
  "count.fault": defineOperation(anything, async () => {
    throw new Fault("disk.full", "no space", { retryable: true, cause: new Error("inner") });
  }),
  "count.defect": defineOperation(anything, async () => {
    throw new TypeError("a secret that JSON.parse read");
  }),
  "count.slow": defineOperation(
    anything,
    async (service: Counter, _input, { progress, signal }) => {
      progress({ what: "entries", done: 1, total: 2 });
      progress({ what: "entries", done: 2 });
      if (!signal.aborted) await once(signal, "abort");
      service.aborted += 1;
      return accept(null);
    },
  ),
};

let root: string;
let home: Home;
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "parley-control-"));
  home = makeHome(join(root, "home"));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(root, { recursive: true });
});

function makeHome(path: string): Home {
  const prepared = prepareHome(path, "a.example");
  if (!prepared.ok) throw new Error(prepared.refusal.detail);
  finishHome(prepared.value);
  return prepared.value;
}

async function serve(at = home) {
  const service: Counter = { count: 0, aborted: 0 };
  const said: string[] = [];
  const log = createLog("debug", { write: (line) => void said.push(line) });
  const stop = await startControlServer(at, { operations, service, log });
  stops.push(stop);
  return { service, said, stop };
}

async function call(name: string, input: unknown = null, signal = new AbortController().signal) {
  const seen: Progress[] = [];
  const context = { progress: (progress: Progress) => void seen.push(progress), signal };
  const result = await callOperation(home, { name, input: input as never }, context);
  return { result, seen };
}

test("gives back value and refusal as the operation gave them", async () => {
  const { service } = await serve();
  expect((await call("count.add", { by: 2 })).result).toEqual({ ok: true, value: { count: 2 } });
  expect((await call("count.refuse")).result).toEqual({
    ok: false,
    refusal: { code: "home.busy", detail: "d", params: { home: "/h" } },
  });
  expect(service.count).toBe(2);
  expect(statSync(home.controlSocket).mode & 0o777).toBe(0o600);
});

test.each([
  ["count.add", { by: 1.5 }, "control.bad-input"],
  ["count.add", { by: 1, and: 2 }, "control.bad-input"],
  ["count.take", {}, "control.unknown-operation"],
  ["toString", {}, "control.unknown-operation"],
  ["../count.add", {}, "control.unknown-operation"],
  ["count.add", "x".repeat(controlInputBytesMax), "control.too-large"],
])("refuses %s with a wrong input or name", async (name, input, code) => {
  const { service } = await serve();
  expect((await call(name, input)).result).toMatchObject({ ok: false, refusal: { code } });
  expect(service.count).toBe(0);
});

test("hands a fault over by its code, and keeps the text of a defect to itself", async () => {
  const { said } = await serve();
  const fault = { name: "Fault", code: "disk.full", message: "no space", retryable: true };
  await expect(call("count.fault")).rejects.toMatchObject(fault);
  await expect(call("count.defect")).rejects.toMatchObject({ code: "node.defect", message: "" });
  expect(said.join("")).not.toContain("secret");
});

test("says progress in order, and ends the operation when the command goes", async () => {
  const { service } = await serve();
  const gone = new AbortController();
  const seen: Progress[] = [];
  const context = {
    progress: (progress: Progress) => {
      if (seen.push(progress) === 2) gone.abort();
    },
    signal: gone.signal,
  };
  const asked = callOperation(home, { name: "count.slow", input: null }, context);
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  expect(seen).toEqual([
    { what: "entries", done: 1, total: 2 },
    { what: "entries", done: 2 },
  ]);
  await expect.poll(() => service.aborted).toBe(1);
});

test("a server that stops ends what it runs, answers, and takes its socket away", async () => {
  const { service, stop } = await serve();
  const begun = Promise.withResolvers<void>();
  const context = { progress: () => begun.resolve(), signal: new AbortController().signal };
  const asked = callOperation(home, { name: "count.slow", input: null }, context);
  await begun.promise;
  await stop();
  stops.length = 0;
  expect([await asked, service.aborted]).toEqual([{ ok: true, value: null }, 1]);
  expect((await call("count.add", { by: 1 })).result).toBeUndefined();
});

test("a socket left by a killed server is no server, and is replaced", async () => {
  writeFileSync(home.controlSocket, "");
  expect((await call("count.add", { by: 1 })).result).toBeUndefined();
  await serve();
  expect((await call("count.add", { by: 1 })).result).toMatchObject({ ok: true });
});

test.each([
  ["without an answer", ""],
  ["in the middle of a line", '{"progress":{"what":"x","done":1}}\n{"val'],
  ["with something else", "<html>\n"],
])("a server that ends %s is a fault, not an answer", async (_, text) => {
  const other = createServer((_request, response) => {
    response.write(text || " ");
    setTimeout(() => response.destroy(), 10);
  });
  other.listen(home.controlSocket);
  await once(other, "listening");
  await expect(call("count.add", { by: 1 })).rejects.toMatchObject({ code: "control.cut-off" });
  other.close();
});

test("two homes whose paths are longer than a socket's address may be do not meet", async () => {
  const deep = join(root, "d".repeat(100));
  mkdirSync(deep, { mode: 0o700 });
  const [one, two] = [makeHome(join(deep, "one")), makeHome(join(deep, "two"))];
  const { service } = await serve(one);
  home = two;
  expect((await call("count.add", { by: 1 })).result).toBeUndefined();
  home = one;
  expect((await call("count.add", { by: 1 })).result).toEqual({ ok: true, value: { count: 1 } });
  expect(service.count).toBe(1);
});
