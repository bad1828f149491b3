/**
 * Goal: what an operator types works, and every bad input of pairing and of the home is refused with
 * its code, an exit code and a next step. Method: the whole command with real files and databases,
 * two parties; only passphrases are stretched cheaply, and the terminal is the test's.
 */
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { partyName } from "@parley/core/party/party-name";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { importCsv } from "../adapters/csv/import-csv.ts";
import { callOperation } from "../http/control/control-client.ts";
import { startControlServer } from "../http/control/control-server.ts";
import { makeTlsIdentity } from "../http/peer/tls.ts";
import { createLog } from "../log.ts";
import { agreementOperations } from "../service/agreement-operations.ts";
import { type Home, lockHome, openHome } from "../service/home.ts";
import { runOperation } from "../service/operation.ts";
import { type PartyService, partyOperations } from "../service/party-operations.ts";
import { storageImages } from "../storage/database-image.ts";
import { inspectHeadFile, openHeadFile } from "../storage/head-file.ts";
import { inspectSqlite } from "../storage/inspect-sqlite.ts";
import { migrateHeads, migrateStorage } from "../storage/migrate-storage.ts";
import { openSqliteStorage } from "../storage/open-sqlite.ts";
import { undoCreate } from "../storage/undo-create.ts";
import { runCli } from "./cli.ts";
import { commands } from "./commands.ts";
import type { Io } from "./io.ts";
import type { Wiring } from "./operate.ts";

const day = 86_400;
let now = 1_800_000_000;
const operations = { ...partyOperations, ...agreementOperations };
const wiring: Wiring = {
  platform: {
    primitives: nodePrimitives,
    clock: { nowSeconds: () => now, sleep: async () => {} },
    stretchCost: { memoryKib: 8, passCount: 1, laneCount: 1 },
    createStorage: (path) => openSqliteStorage(path, "create"),
    inspectDatabase: async (path) => inspectSqlite(path),
    inspectHeads: async (path) => inspectHeadFile(path),
    undoCreate,
    migrateStorage,
    migrateHeads,
    images: async () => storageImages,
    async createHeadStore(path) {
      const opened = openHeadFile(path, "create");
      if (!opened.ok) return opened;
      await opened.value[Symbol.asyncDispose]();
      return { ok: true, value: true };
    },
    importCsv,
    tlsPinOf: async (name, seed) => (await makeTlsIdentity(name, seed)).pin,
  },
  callServer: callOperation,
  workAlone: () => Promise.reject(new Error("not in this test")),
  async runHere(_context, home, call, operationContext) {
    const storage = await openSqliteStorage(home.database, "open");
    if (!storage.ok) return storage;
    await using service = serviceOn(home, storage.value);
    return await runOperation(operations, service, call, operationContext);
  },
  serve: () => Promise.reject(new Error("nothing serves here")),
};

function serviceOn(home: Home, storage: PartyService["storage"]) {
  return {
    primitives: nodePrimitives,
    clock: wiring.platform.clock,
    storage,
    party: partyName.parse(home.party),
    partiesChanged: async () => {},
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  };
}

let root: string;
const at = (name: string) => join(root, name);
let answers: string[] = [];

async function parley(home: string, line: string, environment: Record<string, string> = {}) {
  const said = { out: "", err: "" };
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isInteractive: answers.length > 0,
    isErrTerminal: false,
    ask: async () => answers.shift(),
  };
  const inputs = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
  const exitCode = await runCli(["--home", at(home), ...inputs], {
    io,
    environment: { PARLEY_PASSPHRASE_FILE: at("passphrase"), ...environment },
    wiring,
    signal: new AbortController().signal,
    version: "0.0.0",
  });
  return { exitCode, ...said };
}

async function json(home: string, line: string) {
  const { exitCode, out, err } = await parley(home, `${line} --json`);
  expect([err, out.split("\n").length]).toEqual(["", 2]);
  return { exitCode, ...JSON.parse(out) };
}

/** A home that stays as it is: each test works on a copy. */
async function copyOf(home: string, name: string): Promise<string> {
  cpSync(at(home), at(name), { recursive: true });
  chmodSync(at(name), 0o700);
  return name;
}

let copies = 0;
let w = "";
let m = "";
const digits: Record<string, string> = {};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "parley-cli-"));
  writeFileSync(at("passphrase"), "five random words are good\n");
  for (const name of ["washington", "moscow"]) {
    const made = await json(name, `init --party ${name}.example --address https://127.0.0.1:7650`);
    digits[name] = made.fingerprint;
    await json(name, `descriptor --out ${at(`${name}.descriptor`)}`);
  }
});
beforeEach(async () => {
  now = 1_800_000_000;
  answers = [];
  copies += 1;
  w = await copyOf("washington", `w${copies}`);
  m = await copyOf("moscow", `m${copies}`);
});
afterAll(() => rmSync(root, { recursive: true }));

async function pairBoth() {
  await json(w, `pair ${at("moscow.descriptor")} --digits "${digits["moscow"]}"`);
  await json(m, `pair ${at("washington.descriptor")} --digits "${digits["washington"]}"`);
}

test("two parties pair by digits and agree, with the commands an operator types", async () => {
  const imported = await json(w, `pair ${at("moscow.descriptor")}`);
  expect(imported).toMatchObject({ ok: true, party: "moscow.example", state: "awaiting-digits" });
  expect(JSON.stringify(imported)).not.toContain(digits["moscow"]);
  await pairBoth();
  expect(await json(w, "pair")).toMatchObject({ peers: [{ state: "confirmed", serial: 1 }] });
  const [proposal, signed] = [at(`${w}.proposal`), at(`${w}.signed`)];
  await json(w, `agreement propose --peer moscow.example --out ${proposal}`);
  const there = await json(m, `agreement sign ${proposal} --out ${signed}`);
  const here = await json(w, `agreement import ${signed}`);
  expect(here).toMatchObject({ exitCode: 0, version: 1, channel: there.channel });
  const shown = await json(w, "agreement show");
  expect(shown.channels[0].versions[0].signedBy).toEqual(["moscow.example", "washington.example"]);
});

test("a draft is edited, and the next version follows the one in force", async () => {
  await pairBoth();
  const files = ["draft", "proposal", "signed"].map((name) => at(`${w}.${name}`));
  const [draft = "", proposal = "", signed = ""] = files;
  for (const version of [1, 2]) {
    for (const file of files) rmSync(file, { force: true });
    await json(w, `agreement propose --peer moscow.example --unsigned --out ${draft}`);
    const edited = JSON.parse(readFileSync(draft, "utf8"));
    edited.attachments.bytesMax = version * 1_000_000;
    writeFileSync(draft, JSON.stringify(edited));
    const flags = `--draft ${draft} --out ${proposal}`;
    await json(w, `agreement propose --peer moscow.example ${flags}`);
    await json(m, `agreement sign ${proposal} --out ${signed}`);
    expect(await json(w, `agreement import ${signed}`)).toMatchObject({ ok: true, version });
  }
  const shown = await json(m, `agreement show ${signed}`);
  expect([shown.version, shown.payload.attachments.bytesMax]).toEqual([2, 2_000_000]);
});

test("a descriptor is renewed, and the peer follows the chain, all at once or step by step", async () => {
  await pairBoth();
  const chain = at(`${m}.chain`);
  for (const serial of [2, 3]) {
    now += day;
    await json(m, `descriptor --renew --address https://127.0.0.1:${serial}`);
  }
  await json(m, `descriptor --out ${chain}`);
  expect(await json(w, `pair ${chain}`)).toMatchObject({ code: "descriptor.broken-chain" });
  const again = await json(m, `descriptor --since 1 --out ${chain}`);
  expect(again).toMatchObject({ exitCode: 1, code: "cli.file-exists" });
  const nowhere = await json(m, `descriptor --out ${at("no-directory/x")}`);
  expect(nowhere).toMatchObject({ exitCode: 1, code: "cli.no-such-file" });
  rmSync(chain);
  await json(m, `descriptor --since 1 --out ${chain}`);
  const followed = await json(w, `pair ${chain}`);
  expect(followed).toMatchObject({ serial: 3, state: "confirmed", isNew: true });
  expect(followed.addresses).toEqual(["https://127.0.0.1:3"]);
  expect(await json(w, `pair ${chain}`)).toMatchObject({ serial: 3, isNew: false });
});

test("asks for passphrases and digits in a terminal, and says it where nobody can be asked", async () => {
  const quiet = { PARLEY_PASSPHRASE_FILE: at("none") };
  const missing = await parley("new", "init --party a.example", quiet);
  expect([missing.exitCode, missing.err]).toEqual([1, expect.stringContaining(at("none"))]);
  answers = [digits["moscow"] ?? ""];
  const asked = await parley(w, `pair ${at("moscow.descriptor")}`);
  expect(asked.out).toContain("moscow.example is confirmed");
});

type Bad = readonly [name: string, line: () => string, code: string];
const badFiles: readonly Bad[] = [
  ["is one's own", () => at("washington.descriptor"), "descriptor.own-party"],
  ["is not there", () => at("none"), "cli.no-such-file"],
  ["is no text", () => change("binary", (text) => text), "cli.not-text"],
  ["is cut off", () => change("cut", (text) => text.slice(0, 9_000)), "jws.malformed"],
  ["was reformatted", () => change("spaced", (text) => text.replace(":", ": ")), "jws.malformed"],
  ["lacks a signature", () => change("stripped", stripped), "jws.wrong-signers"],
  ["has a signature of another text", () => change("forged", forged), "jws.bad-signature"],
];

function change(name: string, by: (text: string) => string): string {
  const text = by(readFileSync(at("moscow.descriptor"), "utf8"));
  const bytes = name === "binary" ? Buffer.from([0xff, 0xfe]) : text;
  writeFileSync(at(name), bytes);
  return at(name);
}
function stripped(text: string): string {
  const jws = JSON.parse(text);
  return JSON.stringify({ ...jws, signatures: jws.signatures.slice(0, 1) });
}
function forged(text: string): string {
  const jws = JSON.parse(text);
  const payload = Buffer.from(jws.payload, "base64url").toString().replace("7650", "7651");
  return JSON.stringify({ ...jws, payload: Buffer.from(payload).toString("base64url") });
}

test.each(badFiles)("a descriptor that %s is refused and leaves nothing", async (_, file, code) => {
  const refused = await json(w, `pair ${file()}`);
  expect(refused).toMatchObject({ exitCode: 1, ok: false, code });
  expect(refused.next).toMatch(/\S/);
  expect((await json(w, "pair")).peers).toEqual([]);
});

test("a swapped descriptor is caught by the digits, and only by them", async () => {
  const swapped = await json("evil", "init --party moscow.example");
  await json("evil", `descriptor --out ${at("swapped")}`);
  expect(swapped.fingerprint).not.toBe(digits["moscow"]);
  expect((await json(w, `pair ${at("swapped")}`)).ok).toBe(true);
  const refused = await json(w, `pair --peer moscow.example --digits "${digits["moscow"]}"`);
  expect(refused).toMatchObject({ exitCode: 1, code: "fingerprint.differs" });
  expect(await json(w, "pair")).toMatchObject({ peers: [{ state: "awaiting-digits" }] });
  const propose = `agreement propose --peer moscow.example --out ${at("x")}`;
  expect(await json(w, propose)).toMatchObject({ code: "pair.not-confirmed" });
});

test("an expired descriptor is refused, and a second one of the same serial is a fork", async () => {
  await pairBoth();
  const fork = await copyOf(m, `${m}-restored`);
  for (const [home, port] of [
    [m, 1],
    [fork, 2],
  ] as const) {
    now += 1;
    await json(home, `descriptor --renew --address https://127.0.0.1:${port} --out ${at(home)}.d`);
  }
  expect(await json(w, `pair ${at(m)}.d`)).toMatchObject({ ok: true, serial: 2 });
  expect(await json(w, `pair ${at(fork)}.d`)).toMatchObject({ code: "descriptor.forked" });
  now += 731 * day;
  const late = await copyOf("washington", `${w}-late`);
  const expired = await json(late, `pair ${at("moscow.descriptor")}`);
  expect(expired).toMatchObject({ exitCode: 1, code: "descriptor.expired" });
});

test("digits that are no digits, and a peer that nobody imported, are refused", async () => {
  await json(w, `pair ${at("moscow.descriptor")}`);
  const typed = await json(w, "pair --peer moscow.example --digits 12345");
  expect(typed).toMatchObject({ exitCode: 1, code: "fingerprint.malformed" });
  const nobody = await json(w, "pair --peer paris.example --digits 12345");
  expect(nobody).toMatchObject({ exitCode: 1, code: "pair.unknown-peer" });
});

test("an agreement of one side, of others, or signed too late is not in force", async () => {
  await pairBoth();
  const [proposal, signed] = [at(`${w}.proposal`), at(`${w}.signed`)];
  const propose = `agreement propose --peer moscow.example --out ${proposal} --adopt-days 2`;
  await json(w, propose);
  for (const home of [w, m]) {
    const refused = await json(home, `agreement import ${proposal}`);
    expect(refused).toMatchObject({ exitCode: 1, code: "agreement.one-sided" });
  }
  const stranger = await json("washington", `agreement import ${proposal}`);
  expect(stranger).toMatchObject({ code: "pair.unknown-peer" });
  now += 3 * day;
  const late = await json(m, `agreement sign ${proposal} --out ${signed}`);
  expect(late).toMatchObject({ code: "agreement.adopt-by-passed" });
  expect((await json(m, "agreement show")).channels).toEqual([]);
});

test("a wrong passphrase signs nothing", async () => {
  await pairBoth();
  writeFileSync(at("wrong"), "five other words are bad");
  const line = `agreement propose --peer moscow.example --out ${at("never")}`;
  const refused = await json(w, `${line} --authority-passphrase-file ${at("wrong")}`);
  expect(refused).toMatchObject({ exitCode: 1, code: "keys.wrong-passphrase" });
  expect(readdirSync(root)).not.toContain("never");
});

test.each([
  ["party.bad-name", "init --party Moscow"],
  ["descriptor.malformed", "init --party a.example --address http://a.example"],
  ["keys.exists", "init --party a.example --authority-key PASSPHRASE"],
  ["keys.short-passphrase", "init --party a.example --technical-passphrase-file SHORT"],
  ["head-store.exists", "init --party a.example --head-store PASSPHRASE"],
])("%s: a home that cannot be made leaves nothing behind", async (code, line) => {
  writeFileSync(at("short"), "short");
  const typed = line.replace("PASSPHRASE", at("passphrase")).replace("SHORT", at("short"));
  const before = readdirSync(root).filter((name) => name !== "made" && name !== "made.heads.lock");
  expect(await json("made", typed)).toMatchObject({ exitCode: 1, code });
  expect(readFileSync(at("passphrase"), "utf8")).toContain("five random");
  const after = readdirSync(root).filter((name) => name !== "made");
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
  rmSync(at("made"), { recursive: true, force: true });
  expect(await json("made", "init --party a.example")).toMatchObject({ ok: true });
  rmSync(at("made"), { recursive: true });
  for (const name of ["made.heads", "made.heads.lock"]) rmSync(at(name), { force: true });
});

test("a home of another version, open to others, or none is refused before anything is opened", async () => {
  writeFileSync(join(at(w), "home.json"), '{"parley":"home","version":9}');
  expect(await json(w, "pair")).toMatchObject({ exitCode: 1, code: "home.other-version" });
  chmodSync(at(m), 0o755);
  expect(await json(m, "pair")).toMatchObject({ exitCode: 1, code: "home.open-to-others" });
  expect(await json("none", "pair")).toMatchObject({ exitCode: 1, code: "home.missing" });
  expect(await json("washington", "init --party a.example")).toMatchObject({ code: "home.taken" });
});

test("a database that is held, damaged or gone is a fault that says what to do", async () => {
  const database = join(at(w), "parley.db");
  const held = new DatabaseSync(database);
  held.exec("BEGIN EXCLUSIVE");
  expect(await json(w, `pair ${at("moscow.descriptor")}`)).toMatchObject({
    exitCode: 3,
    code: "storage.locked",
  });
  held.close();
  for (const name of readdirSync(at(w)).filter((one) => one.startsWith("parley.db-"))) {
    rmSync(join(at(w), name));
  }
  writeFileSync(database, Buffer.alloc(8_192, "x"));
  expect(await json(w, "pair")).toMatchObject({ exitCode: 3, code: "storage.damaged" });
  rmSync(database);
  expect(await json(w, "pair")).toMatchObject({ exitCode: 1, code: "storage.missing" });
});

test("beside a running server the same command goes through it, and through nobody else", async () => {
  const home = openHome(at(w));
  if (!home.ok) throw new Error(home.refusal.code);
  using lock = lockHome(home.value, 0);
  expect(lock).toBeDefined();
  const storage = await openSqliteStorage(home.value.database, "open");
  if (!storage.ok) throw new Error(storage.refusal.code);
  await using service = serviceOn(home.value, storage.value);
  const said: string[] = [];
  const log = createLog("info", { write: (line) => void said.push(JSON.parse(line).name) });
  const stop = await startControlServer(home.value, { operations, service, log });
  try {
    expect(await json(w, `pair ${at("moscow.descriptor")}`)).toMatchObject({ ok: true });
    expect(said).toEqual(["peer.import", "peer.list"]);
  } finally {
    await stop();
  }
});

test.each([
  ["a word that is no command", "frobnicate", /frobnicate/],
  ["a flag that there is not", "pair --frob x", /frob/],
  ["a flag without its value", "pair --lang", /--lang/],
  ["a setting that cannot be", "pair --stop-ms soon", /--stop-ms/],
])("%s is wrong usage, in the reader's language", async (_, line, named) => {
  const english = await parley(w, line);
  expect([english.exitCode, english.out]).toEqual([2, ""]);
  expect(english.err).toMatch(named);
  const russian = await parley(w, line, { PARLEY_LANG: "ru" });
  expect([russian.exitCode, russian.err]).toEqual([2, expect.stringMatching(/[а-я]/)]);
  expect(await json(w, line.replace(" --lang", ""))).toHaveProperty("ok");
});

test("each command has help with an example in both languages", async () => {
  for (const name of ["", ...Object.keys(commands)]) {
    for (const [lang, title] of [
      ["en", "EXAMPLE"],
      ["ru", "ПРИМЕР"],
    ] as const) {
      const { exitCode, out, err } = await parley("none", `${name} --help --lang ${lang}`);
      expect([name, exitCode, err]).toEqual([name, 0, ""]);
      const words = lang === "ru" ? /[а-я]/ : /[a-z]/;
      expect(out).toMatch(words);
      if (name !== "agreement") expect(out).toContain(title);
    }
  }
});
