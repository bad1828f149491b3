/**
 * Goal: an operator whose PostgreSQL is not as it must be is told so, by whatever command, and nothing
 * is half done; a command that needs the database to itself has it, or is refused. Method: `parley` in
 * processes of its own, on a real server that is spoilt one way after another.
 */
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Capital } from "@parley/node/practice/capital";
import { openStorage } from "@parley/node/storage/open-storage";
import { PostgresPresence } from "@parley/node/storage/postgres-presence";
import { startOldPostgres } from "@parley/testkit/old-postgres";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { capitalOptions, type RealCapitals, realCapitals } from "@parley/testkit/real-capitals";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestAllRows } from "../../packages/node/src/storage/all-rows.ts";
import { openPostgres } from "../../packages/node/src/storage/open-postgres.ts";
import { openSqlite } from "../../packages/node/src/storage/open-sqlite.ts";
import { fails } from "./fails.ts";

let server: PostgresServer;
let both: RealCapitals;
/** What is wrong with a database, and where one of that kind lies. */
const places: [what: string, code: string, exitCode: 1 | 3, address: string][] = [];

beforeAll(async () => {
  [server, both] = await Promise.all([startPostgres(), realCapitals()]);
  const fresh = () => server.createDatabase();
  const as = (account: string, address: string) => address.replace("parley_test@", `${account}@`);
  const [readOnly, used, theirs, rightless, locked] = [
    ...[await fresh(), await fresh(), await fresh(), await fresh(), await fresh()],
  ] as [string, string, string, string, string];
  const nameOf = (address: string) => address.replace(/.*\//, "");
  await server.run(
    readOnly,
    `alter database ${nameOf(readOnly)} set default_transaction_read_only = on`,
  );
  await (await made(used))[Symbol.asyncDispose]();
  await server.run(theirs, "create table theirs (id int)");
  await server.run(theirs, "create role guest login; create role locked login password 'right'");
  await server.run(theirs, onlyWithPassword("locked"));
  const gone = new URL(await fresh());
  gone.port = "1";
  places.push(
    ["not reachable", "storage.unavailable", 3, gone.href],
    ["no such database", "storage.unavailable", 3, readOnly.replace(/[^/]*$/, "no_such")],
    ["read-only", "storage.read-only", 3, readOnly],
    ["without rights", "storage.denied", 3, as("guest", rightless)],
    ["wrong password", "storage.denied", 3, as("locked:wrong", locked)],
    ["another program's", "storage.other-program", 1, theirs],
    ["another node's", "storage.exists", 1, used],
  );
}, 180_000);
afterAll(async () => {
  await both[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function made(address: string) {
  const opened = await openStorage(address, "create");
  if (!opened.ok) throw new Error(opened.refusal.code);
  return opened.value;
}

/** A statement that makes this account give its password, and lets in everybody else as before. */
function onlyWithPassword(account: string): string {
  const lines = [`host all ${account} all scram-sha-256`, "host all all all trust"];
  return `do $$ begin execute format('copy (select unnest(array[''${lines.join("'',''")}''])) to %L',
    current_setting('hba_file')); end $$; select pg_reload_conf()`;
}

test("no home is made on a database that is not as it must be, and nothing is left of the try", async () => {
  await using old = await startOldPostgres("150012");
  for (const [what, code, exitCode, storage] of [
    ...places,
    ["too old", "storage.too-old", 1, old.address] as const,
  ]) {
    const home = join(both.directory, `new-${what.replaceAll(/\W/g, "-")}`);
    const words = ["init", "--party", "new.example", "--address", "https://127.0.0.1:7650"];
    const flags = ["--passphrase-file", both.washington.passphraseFile, "--storage", storage];
    expect(await fails(home, ...words, ...flags), what).toEqual({ code, exitCode });
    const left = (await readdir(both.directory)).filter((name) => name.startsWith("new-"));
    expect(left, what).toEqual([]);
  }
  const [, , , theirs = ""] = places.find(([what]) => what === "another program's") ?? [];
  await server.run(theirs, "select * from theirs");
}, 240_000);

test("nothing is carried to such a database; the home stays as it was, and is served", async () => {
  const { home } = both.moscow;
  const database = join(home, "parley.db");
  const before = await digestOf(database);
  const settings = await readFile(join(home, "parley.json"), "utf8");
  await using old = await startOldPostgres("150012");
  const full = await server.createDatabase();
  await (await made(full))[Symbol.asyncDispose]();
  await server.run(full, "insert into lease values ('c', 'h', 1, 0)");
  const fullBefore = await digestOf(full);
  for (const [what, code, exitCode, to] of [
    ...places.filter(([, code]) => code !== "storage.exists"),
    ["too old", "storage.too-old", 1, old.address] as const,
    ["not empty", "storage.not-empty", 1, full] as const,
  ]) {
    expect(await fails(home, "migrate-storage", "--to", to), what).toEqual({ code, exitCode });
    expect(await digestOf(database), what).toBe(before);
  }
  expect(await digestOf(full)).toBe(fullBefore);
  expect(await readFile(join(home, "parley.json"), "utf8")).toBe(settings);
  await both.moscow.start();
  await both.moscow.stop();
}, 240_000);

test("a home whose database went bad is neither served nor spoken through, nor are its keys changed", async () => {
  const { home, passphraseFile } = both.moscow;
  await using old = await startOldPostgres("150012");
  const empty = await server.createDatabase();
  const bad = [
    ...places.filter(([, code]) => !["storage.exists", "storage.other-program"].includes(code)),
    ["too old", "storage.too-old", 1, old.address] as const,
    ["empty", "storage.missing", 1, empty] as const,
  ];
  const before = await digestOf(join(home, "parley.db"));
  const flags = ["--passphrase-file", passphraseFile];
  const commands = [["serve"], ["send", "note", "--text", "x"], ["keys", "list"]];
  for (const [at, [what, code, exitCode, storage]] of bad.entries()) {
    // Every command once, and every database: all of each with all would be the same code again.
    const words = commands[at % commands.length] ?? [];
    const said = await fails(home, ...words, "--storage", storage, ...flags);
    // An account without rights opens what is empty for it.
    const expected = what === "without rights" ? "storage.missing" : code;
    expect(said, what).toEqual({ code: expected, exitCode: expected === code ? exitCode : 1 });
  }
  expect(await digestOf(join(home, "parley.db"))).toBe(before);
}, 240_000);

test("[STO-23] keys are changed when nobody else has the database, on whatever machine it is", async () => {
  const { washington, directory } = both;
  const [storage, heads] = [await server.createDatabase(), await server.createDatabase()];
  await washington.command("migrate-storage", "--to", storage, "--heads-to", heads);
  const { passphraseFile } = washington;
  const settings = { storage, headStore: heads, leaseMs: 3_000, passphraseFile };
  const listening = { ...settings, peerListen: "127.0.0.1:0" };
  await writeFile(join(washington.home, "parley.json"), JSON.stringify(listening));
  const elsewhere = join(directory, "elsewhere");
  const other = new Capital({ ...capitalOptions(elsewhere), party: washington.party });
  await cp(washington.home, other.home, { recursive: true });
  const change = ["keys", "change", "watch"];
  const refused = { code: "storage.in-use", exitCode: 1 };

  await other.start();
  const keyCount = (await listKeys(washington)).length;
  expect(await fails(washington.home, ...change)).toEqual(refused);
  const back = ["migrate-storage", "--to", "home"];
  expect(await fails(washington.home, ...back)).toEqual(refused);
  expect((await listKeys(washington)).length).toBe(keyCount);

  // Signal 9 leaves a lease that runs on for a while: it is waited for.
  await other.kill();
  expect(await washington.command(...change)).toMatchObject({ ok: true });
  expect((await listKeys(washington)).length).toBe(keyCount + 4);

  // And who would begin while another is alone waits, then is refused.
  const presence = await PostgresPresence.take(storage, "alone");
  expect(presence).toBeDefined();
  expect(await PostgresPresence.take(storage, "shared")).toBeUndefined();
  expect(await fails(washington.home, "keys", "list")).toEqual({
    code: "storage.held",
    exitCode: 1,
  });
  const starting = other.start();
  await delay(2_000);
  await presence?.[Symbol.asyncDispose]();
  await starting;
  await other.stop();
}, 240_000);

test("[STO-23] a presence whose connection breaks comes back, and waits while another is alone", async () => {
  const address = await server.createDatabase();
  await using there = await PostgresPresence.take(address, "shared");
  expect(there).toBeDefined();
  expect(await PostgresPresence.take(address, "alone")).toBeUndefined();
  await server.run(
    address,
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()",
  );
  const alone = await until(() => PostgresPresence.take(address, "alone"));
  await delay(1_500);
  await alone[Symbol.asyncDispose]();
  await until(async () => {
    const again = await PostgresPresence.take(address, "alone");
    await again?.[Symbol.asyncDispose]();
    return again === undefined ? true : undefined;
  });
}, 60_000);

async function listKeys(capital: Capital): Promise<readonly unknown[]> {
  return (await capital.command("keys", "list"))["keys"] as readonly unknown[];
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error("it did not come");
}

async function digestOf(place: string): Promise<string> {
  const opened = await (place.startsWith("postgres") ? openPostgres : openSqlite)(place, "open");
  if (!opened.ok) throw new Error(opened.refusal.code);
  const { reader, writer } = opened.value;
  try {
    return await digestAllRows(reader);
  } finally {
    await reader.destroy();
    await writer.destroy();
  }
}
