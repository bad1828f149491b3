/**
 * Goal: no content and no secret reaches the log, whoever passes what. Method: a property passes
 * arbitrary values in every field of every event and as causes, and looks for them in the line.
 */
import { fc, test } from "@fast-check/vitest";
import { Fault } from "@parley/core/fault";
import { expect } from "vitest";
import { createLog, events, type LogEvent } from "./log.ts";

function record(level: "debug" | "warn" = "debug") {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(level, { write: (line) => void lines.push(JSON.parse(line)) });
  return { lines, log };
}

test("writes the event, its fields and the time, and nothing else", () => {
  const { lines, log } = record();
  log.event("log.receipted", { origin: "a.example/b.example/00ff/live/1", size: 17 });
  expect(lines).toEqual([
    {
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      event: "log.receipted",
      origin: "a.example/b.example/00ff/live/1",
      size: 17,
    },
  ]);
});

test("writes nothing below its level", () => {
  const { lines, log } = record("warn");
  log.event("peer.connected", { peer: "moscow.example" });
  log.event("mirror.fork", { origin: "x", size: 1 });
  expect(lines.map((line) => line["event"])).toEqual(["mirror.fork"]);
});

const secret = "The servers in Voronezh";
const names = Object.keys(events) as LogEvent[];
const content = fc.constantFrom<unknown>(secret, { secret }, [secret], 1.5, null);

test.prop([fc.constantFrom(...names), fc.dictionary(fc.string(), content), content])(
  "holds nothing of what a field or a stranger's field is given beyond its form",
  (name, extra, value) => {
    const { lines, log } = record();
    const fields = Object.fromEntries(Object.keys(events[name].fields).map((key) => [key, value]));
    log.event(name, { ...extra, ...fields } as never);
    expect(JSON.stringify(lines)).not.toContain(secret);
    const known = ["level", "time", "event", ...Object.keys(events[name].fields)];
    expect(Object.keys(lines[0] ?? {}).filter((key) => !known.includes(key))).toEqual([]);
  },
);

test("names an error by kind, code and place, without its message", () => {
  const { lines, log } = record();
  const cause = new SyntaxError(`Unexpected token in ${secret}\n    ${secret}`);
  const fault = new Fault("disk.full", secret, { cause, retryable: true });
  log.event("node.fault", {}, fault);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[0]).toMatchObject({
    cause: {
      kind: "Fault",
      code: "disk.full",
      at: expect.arrayContaining([expect.stringContaining("log.test.ts")]),
      cause: { kind: "SyntaxError" },
    },
  });
});
