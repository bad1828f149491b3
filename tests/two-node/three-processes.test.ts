/**
 * Goal: three processes on one PostgreSQL are one node: no number is given twice, nothing is sent,
 * answered or tested twice, and when the one that works the channel is killed, another goes on within
 * the time of its lease. Method: `parley serve` three times for Washington, once for Moscow, with TLS
 * between them; all of them write at once; the worker gets signal 9 under that load; then every row
 * is counted.
 */
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { kinds } from "@parley/core/kind/kinds";
import { Capital } from "@parley/node/practice/capital";
import type { OpenedRow } from "@parley/node/service/storage-content";
import type { LogRow } from "@parley/node/service/storage-log";
import { openStorage } from "@parley/node/storage/open-storage";
import { startPostgres } from "@parley/testkit/postgres-server";
import { capitalOptions, realCapitals } from "@parley/testkit/real-capitals";
import { expect, test } from "vitest";

const processCount = 3;
const leaseMs = 3_000;
/** What a process may need beside the lease's time to take over, on a machine that has much to do. */
const slackMs = 7_000;
const noteCount = 10;
const settleMsMax = 120_000;

test("three processes on one database are one node, also when one is killed under load", async () => {
  await using server = await startPostgres();
  await using both = await realCapitals();
  const { washington, moscow } = both;
  const [database, heads] = [await server.createDatabase(), await server.createDatabase()];
  const ports = await freePorts(processCount);
  await washington.command("migrate-storage", "--to", database, "--heads-to", heads);
  const settings = { storage: database, headStore: heads, leaseMs, pollMs: 2_000 };
  const common = { ...settings, passphraseFile: washington.passphraseFile };
  await configure(washington.home, { ...common, peerListen: `127.0.0.1:${ports[0]}` });
  const chain = join(both.directory, "three.descriptor");
  const addresses = ports.flatMap((port) => ["--address", `https://127.0.0.1:${port}`]);
  await washington.command("descriptor", "--renew", ...addresses, "--out", chain);
  await moscow.command("pair", chain);

  const processes = [washington];
  for (const port of ports.slice(1)) {
    const directory = join(both.directory, `process-${port}`);
    await mkdir(directory, { mode: 0o700 });
    const capital = new Capital({ ...capitalOptions(directory), party: washington.party });
    await cp(washington.home, capital.home, { recursive: true });
    await configure(capital.home, { ...common, peerListen: `127.0.0.1:${port}` });
    processes.push(capital);
  }
  await Promise.all([...processes, moscow].map((each) => each.start()));
  const logOf = (capital: Capital) =>
    readFile(join(capital.home, "..", `${capital.party}.log`), "utf8");

  try {
    const said: string[] = [];
    let unknownCount = 0;
    const write = async (capital: Capital) => {
      for (let made = 0; made < noteCount; made += 1) {
        try {
          said.push(await sayNote(capital));
        } catch {
          // It was killed: whether this one was kept, the log will show.
          unknownCount += 1;
          return;
        }
      }
    };
    const writing = [...processes, moscow].map(write);
    while (said.length < noteCount) await delay(20);
    const worker = await workerOf(processes, logOf);
    await worker.kill();
    const killedAt = performance.now();
    const others = processes.filter((each) => each !== worker);
    const next = await until(() => workerOf(others, logOf), leaseMs + slackMs);
    const takeoverMs = Math.round(performance.now() - killedAt);
    await Promise.all(writing);
    await worker.start();
    said.push(await sayNote(worker));
    await settled(database);
    await Promise.all([...processes, moscow].map((each) => each.stop()));

    const held = await rowsOf(database);
    const live = held.get(`${washington.party} live`) ?? [];
    expect(next).not.toBe(worker);
    // Every number once, and every message that was acknowledged once: here, and at the peer.
    expect(live.map(({ index }) => index)).toEqual(live.map((_, at) => at));
    const theirs = await rowsOf(join(moscow.home, "parley.db"));
    for (const [name, rows] of held) {
      const ids = rows.map(({ jti }) => jti);
      expect(new Set(ids).size, name).toBe(ids.length);
      expect(
        theirs.get(name)?.map(({ jti }) => jti),
        name,
      ).toEqual(ids);
      expect(
        rows.every(({ verdict }) => verdict === "accepted"),
        name,
      ).toBe(true);
    }
    const written = [...held.values()].flat().map(({ jti }) => jti);
    expect(said.filter((jti) => !written.includes(jti))).toEqual([]);
    const notes = [...live, ...(held.get(`${moscow.party} live`) ?? [])];
    const noteIds = notes.filter(({ kind }) => kind === "note.v1").length;
    expect(noteIds).toBeGreaterThanOrEqual(said.length);
    expect(noteIds).toBeLessThanOrEqual(said.length + unknownCount);
    // What is done by the clock is done by one of them: a test an hour at most, an answer to each.
    const link = [...held].flatMap(([name, rows]) => (name.endsWith(" link") ? rows : []));
    const hours = link
      .filter(({ kind }) => kind === "link-test.v1")
      .map(({ iat }) => Math.floor((iat ?? 0) / 3_600));
    expect(new Set(hours).size).toBe(hours.length);
    expect(link.filter(({ kind }) => kind === "link-answer.v1")).toHaveLength(hours.length);
    console.log(
      `three processes: ${said.length} messages acknowledged, ${unknownCount} cut off, ` +
        `${written.length} entries, ${hours.length} tests, takeover after ${takeoverMs} ms of a lease of ${leaseMs} ms`,
    );
  } finally {
    await Promise.all(processes.map((each) => each.kill()));
  }
}, 900_000);

async function sayNote(capital: Capital): Promise<string> {
  const { blocks } = kinds.note.definition.example;
  const said = await capital.ask("message.send", { kind: "note", blocks: blocks as never });
  return String(said["jti"]);
}

async function configure(home: string, settings: object): Promise<void> {
  await writeFile(join(home, "parley.json"), JSON.stringify(settings));
}

/** The process that has gained a lease more often than it has lost one. */
async function workerOf(
  processes: readonly Capital[],
  logOf: (capital: Capital) => Promise<string>,
): Promise<Capital> {
  for (const capital of processes) {
    const log = await logOf(capital).catch(() => "");
    const count = (event: string) => log.split(`"${event}"`).length;
    if (count("lease.gained") > count("lease.lost")) return capital;
  }
  throw new Error("nobody works the channel");
}

async function until<T>(look: () => Promise<T>, msMax: number): Promise<T> {
  const giveUpAt = performance.now() + msMax;
  for (;;) {
    try {
      return await look();
    } catch (cause) {
      if (performance.now() > giveUpAt) throw cause;
      await delay(50);
    }
  }
}

/** Until everything that either wrote is receipted and opened. */
async function settled(database: string): Promise<void> {
  const opened = await openStorage(database, "open");
  if (!opened.ok) throw new Error(opened.refusal.code);
  await using storage = opened.value;
  await until(async () => {
    const logs = (await storage.read((tx) => tx.logs.listLogs({}))).filter(isOfChannel);
    const isDone = (log: LogRow) => {
      const end = log.direction === "own" ? log.receiptedSize : log.openedSize;
      return end === log.entryCount;
    };
    if (!logs.every(isDone)) throw new Error(JSON.stringify(logs.filter((log) => !isDone(log))));
  }, settleMsMax);
  // And a poll more, for what the other side has that we have not heard of.
  await delay(4_000);
}

/** Not the log of what this party's people did. */
function isOfChannel({ direction }: LogRow): boolean {
  return direction !== "audit";
}

/** Every opened entry by author and class, in log order. */
async function rowsOf(place: string): Promise<ReadonlyMap<string, readonly OpenedRow[]>> {
  const opened = await openStorage(place, "open");
  if (!opened.ok) throw new Error(opened.refusal.code);
  await using storage = opened.value;
  expect(await storage.checkIntegrity()).toEqual([]);
  return storage.read(async (tx) => {
    const held = new Map<string, readonly OpenedRow[]>();
    for (const log of (await tx.logs.listLogs({})).filter(isOfChannel)) {
      const rows = await tx.opened.listOpened(log.id, 0, 256);
      expect(rows).toHaveLength(log.entryCount);
      held.set(`${log.author} ${log.class}`, rows);
    }
    return held;
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((one) => new Promise((resolve) => one.once("listening", resolve))));
  const ports = servers.map((one) => (one.address() as { readonly port: number }).port);
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports;
}
