/**
 * Goal: a party that lost its home and its database goes on from a backup made under load: what either
 * the file or the peer holds is there, nothing twice, and both histories check.
 * Method: two programs in processes of their own with TLS between them; a backup while both write;
 * more is said afterwards; signal 9; home and database are deleted; restored by one command; served.
 */
import { execFile } from "node:child_process";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { kinds } from "@parley/core/kind/kinds";
import type { Answer, Capital } from "@parley/node/practice/capital";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { type RealCapitals, realCapitals } from "@parley/testkit/real-capitals";
import { expect, test } from "vitest";

const beforeCount = 6;
const afterCount = 6;
const settleMsMax = 60_000;
const checker = fileURLToPath(new URL("../../packages/checker/src/main.ts", import.meta.url));

test.each(["SQLite", "PostgreSQL"] as const)(
  "[STO-26] [STO-28] [LOG-31] a node on %s is restored from a backup made under load",
  async (kind) => {
    await using server = kind === "PostgreSQL" ? await startPostgres() : undefined;
    await using both = await realCapitals();
    const { washington, moscow, directory } = both;
    const places = server && (await moveTo(server, washington));
    const keys = await takeKeysAway(washington, directory);
    await Promise.all([washington.start(), moscow.start()]);

    const said: string[] = [];
    const say = async (capital: Capital, count: number) => {
      for (let made = 0; made < count; made += 1) said.push(await sayNote(capital));
    };
    const backup = join(directory, "washington.backup");
    await Promise.all([say(washington, 2), say(moscow, 2)]);
    const writing = [say(washington, beforeCount), say(moscow, beforeCount)];
    const made = await washington.command("backup", "--to", backup);
    await Promise.all(writing);
    await Promise.all([say(washington, afterCount), say(moscow, afterCount)]);
    await settle(both);

    await washington.kill();
    await rm(washington.home, { recursive: true });
    const place = server && (await server.createDatabase());
    const more =
      place === undefined ? [] : ["--storage", place, "--head-store", places?.heads ?? ""];
    const restored = await washington.command(
      ...["restore", "--from", backup, "--recovery-key", keys.recovery],
      ...["--authority-key", keys.authority, "--passphrase-file", washington.passphraseFile],
      ...more,
    );
    expect(restored).toMatchObject({
      ...{ rows: made["rows"], digest: made["digest"], awaits: null },
      channels: [{ peer: "moscow.example", epochs: { live: 2 } }],
    });
    await washington.start();
    await Promise.all([say(washington, 2), say(moscow, 2)]);
    await settle(both);

    const [ours, theirs] = await Promise.all([notesOf(washington), notesOf(moscow)]);
    expect(ours).toEqual(theirs);
    const ids = ours.map((line) => line.split(" ").at(-1));
    expect(new Set(ids).size).toBe(ids.length);
    expect(said.filter((jti) => !ids.includes(jti))).toEqual([]);
    expect(ids).toHaveLength(said.length);
    expect(new Set(ours.map((line) => line.split(" ").slice(0, 2).join(" ")))).toEqual(
      new Set(["moscow.example live/1", "washington.example live/1", "washington.example live/2"]),
    );
    for (const capital of [washington, moscow]) {
      expect(await checked(capital, directory)).toMatchObject({ ok: true });
    }
    console.log(
      `${kind}: ${made["rows"]} rows, ${made["bytes"]} octets backed up while ${said.length} notes were ` +
        `said; ${ids.length} there after the restore, ${new Set(ids).size} different`,
    );
  },
  600_000,
);

/** Before anything is said: the node goes to a database of the server, and its heads to another. */
async function moveTo(server: PostgresServer, capital: Capital) {
  const [database, heads] = [await server.createDatabase(), await server.createDatabase()];
  await capital.command("migrate-storage", "--to", database, "--heads-to", heads);
  const path = join(capital.home, "parley.json");
  const settings = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...settings, storage: database, headStore: heads }));
  return { database, heads };
}

/** As an operator does after `parley init`. */
async function takeKeysAway({ home }: Capital, directory: string) {
  const keys = {
    authority: join(directory, "offline-authority.key"),
    recovery: join(directory, "offline-recovery.key"),
  };
  await rename(join(home, "authority.key"), keys.authority);
  await rename(join(home, "recovery.key"), keys.recovery);
  return keys;
}

async function sayNote(capital: Capital): Promise<string> {
  const { blocks } = kinds.note.definition.example;
  const said = await capital.ask("message.send", { kind: "note", blocks: blocks as never });
  return String(said["jti"]);
}

/** Author, log, index and id of every note, sorted. */
async function notesOf(capital: Capital): Promise<readonly string[]> {
  const told = await capital.ask("message.list", { classes: ["live"], rows: 500 });
  const rows = told["rows"] as unknown as readonly Answer[];
  return rows
    .filter(({ kind }) => kind === "note")
    .map((row) => `${row["author"]} ${row["class"]}/${row["epoch"]} ${row["index"]} ${row["jti"]}`)
    .sort();
}

async function logsOf(capital: Capital) {
  const status = await capital.ask("node.status");
  // Of an epoch in which nothing was said yet only its author knows.
  const begun = (status["logs"] as unknown as readonly Answer[]).filter(({ size }) => size !== 0);
  const logs = begun.map(
    (log) => `${log["author"]} ${log["class"]}/${log["epoch"]} size ${log["size"]}`,
  );
  const isQuiet = Number(status["waiting"]) + Number(status["unopened"]) === 0;
  return { isQuiet, logs: logs.sort() };
}

/** Until both have all that the other wrote, opened and receipted. */
async function settle({ washington, moscow }: RealCapitals): Promise<void> {
  const giveUpAt = performance.now() + settleMsMax;
  for (;;) {
    const [ours, theirs] = await Promise.all([logsOf(washington), logsOf(moscow)]);
    if (`${ours.logs}` === `${theirs.logs}` && ours.isQuiet && theirs.isQuiet) return;
    if (performance.now() > giveUpAt) {
      expect(ours, "settles in time").toEqual(theirs);
      throw new Error("not quiet in time");
    }
    await delay(100);
  }
}

/** What an outsider says of the history that a node exports. */
async function checked(capital: Capital, directory: string): Promise<Answer> {
  const target = join(directory, `${capital.party}.export`);
  await capital.command("export", target, "--opened");
  const flags = ["--conditions=parley-source", "--disable-warning=ExperimentalWarning"];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, checker, target, "--json"],
    { maxBuffer: 2 ** 24 },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
}
