/**
 * Goal: several processes on one database lose nothing and double nothing, whichever it is, and one
 * that is killed has kept what it said was kept. Method: the processes are real ones.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { assert } from "@parley/core/fault";
import { faultyStorage } from "@parley/testkit/faulty-storage";
import { expect, test } from "vitest";
import { appendTo, entriesOf, newLog, oneOf, type StoragePlace } from "./fixtures.ts";

export function processContract(place: () => Promise<StoragePlace>): void {
  test("[STO-17] a process killed while it appends has kept what it was told was kept", async () => {
    await using at = await place();
    await (await at.open())[Symbol.asyncDispose]();
    let killCount = 0;
    for (let acknowledged = 0; killCount < 3; killCount += 1) {
      acknowledged = await appendUntilKilled(at.place, 60 * (killCount + 2));
      await using storage = await at.openAgain();
      const [log] = await storage.read((tx) => tx.logs.listLogs({}));
      expect(log?.entryCount ?? 0).toBeGreaterThanOrEqual(acknowledged);
      expect(await storage.checkIntegrity()).toEqual([]);
    }
  });

  test("[STO-17] two processes that append to one log lose nothing and double nothing", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    await Promise.all([runAppender(at.place, "a", 40), runAppender(at.place, "b", 40)]);
    const entries = await storage.read((tx) => tx.logs.readEntries(log.id, 0));
    const texts = entries.map(({ bytes }) => Buffer.from(bytes).toString()).sort();
    const expected = ["a", "b"].flatMap((name) =>
      Array.from({ length: 40 }, (_, i) => `${name} ${i}`),
    );
    expect(texts).toEqual(expected.sort());
    expect(await storage.checkIntegrity()).toEqual([]);
  });

  test("a faulty storage fails the write it was told to, kept or not kept, and no other", async () => {
    await using at = await place();
    await using storage = faultyStorage(await at.open());
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    let count = 0;
    for (const failure of ["not-kept", "kept"] as const) {
      storage.failWrite(2, failure);
      await appendTo(storage, log.id, entriesOf(count, 1), count);
      await expect(
        appendTo(storage, log.id, entriesOf(count + 1, 1), count + 1),
      ).rejects.toMatchObject({ code: "storage.io", retryable: true });
      count += failure === "kept" ? 2 : 1;
      const { entryCount } = await oneOf(storage.read((tx) => tx.logs.readLog(log.id)));
      expect(entryCount).toBe(count);
    }
    expect(storage.writeCount()).toBe(5);
  });
}

function startAppender(path: string, name: string, count: number) {
  const flags = ["--conditions=parley-source", "--disable-warning=ExperimentalWarning"];
  const script = join(import.meta.dirname, "appender.ts");
  return spawn(process.execPath, [...flags, script, path, name, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function runAppender(path: string, name: string, count: number): Promise<void> {
  const child = startAppender(path, name, count);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  assert(code === 0, `the appender ends with ${code}`);
}

/** @returns The last count that the process said was kept, before it was killed by signal 9. */
async function appendUntilKilled(path: string, afterMs: number): Promise<number> {
  const child = startAppender(path, "k", 1_000_000);
  let said = "";
  child.stdout.on("data", (some: Buffer) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    said += some.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  const whole = said.split("\n").slice(0, -1);
  return Number(whole.at(-1) ?? 0);
}
