import { expect, test } from "vitest";
import { createLog } from "../log.ts";
import { stopInOrder } from "./stop.ts";

function record() {
  const said: string[] = [];
  const log = createLog("info", { write: (line) => void said.push(JSON.parse(line).event) });
  return { said, log };
}

test("stops what was started last first, and goes on when a step fails", async () => {
  const { said, log } = record();
  const ran: string[] = [];
  const steps = [
    () => void ran.push("database"),
    () => Promise.reject(new Error("the listener is gone")),
    async () => void ran.push("exchange"),
  ];
  expect(await stopInOrder(steps, 1_000, log)).toBe(true);
  expect([ran, said]).toEqual([
    ["exchange", "database"],
    ["node.fault", "node.stopped"],
  ]);
});

test("is over when its time is over, whatever still runs", async () => {
  const { said, log } = record();
  expect(await stopInOrder([() => new Promise(() => {})], 20, log)).toBe(false);
  expect(said).toEqual(["node.stop-cut"]);
});
