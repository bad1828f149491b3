/**
 * Goal: what an operator gets wrong ends in a code, an exit code and a next step in his language, and
 * leaves everything as it was. Method: the program in processes of its own on two homes that are
 * paired and agreed; at the end they still talk. What one process alone can show is in cli.test.ts.
 */
import { chmod, cp, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { viewClass } from "@parley/core/case/case-view";
import type { Capital } from "@parley/node/practice/capital";
import {
  openPaired,
  type PairedNodes,
  type PairedParty,
  pairedHomes,
  testNow,
} from "@parley/testkit/paired-nodes";
import { type RealCapitals, realCapitals, runParley } from "@parley/testkit/real-capitals";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fails } from "./fails.ts";
import { ask, exchange, foldOf, tell } from "./speak.ts";

let both: RealCapitals;
beforeAll(async () => {
  both = await realCapitals();
}, 120_000);
afterAll(() => both[Symbol.asyncDispose]());

const at = (name: string) => join(both.directory, name);
let copies = 0;

/** A home that may be spoilt: its settings and passphrase are the original's. */
async function copyOf(capital: Capital): Promise<string> {
  copies += 1;
  const copy = at(`copy-${copies}`);
  await cp(capital.home, copy, { recursive: true });
  await cp(`${capital.home}.heads`, `${copy}.heads`);
  return copy;
}

test("a wrong passphrase opens nothing, and three lines say what to do", async () => {
  const { home } = both.washington;
  await writeFile(at("wrong"), "not the five words\n");
  const flags = ["--passphrase-file", at("wrong")];
  const refused = { code: "keys.wrong-passphrase", exitCode: 1 };
  expect(await fails(home, "serve", ...flags)).toEqual(refused);
  const words = ["send", "note", "--text", "x", "--home", home, ...flags, "--lang", "en"];
  const ran = await runParley(words);
  expect([ran.exitCode, ran.out]).toEqual([1, ""]);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(3);
  expect(ran.err).toMatch(/passphrase/);
});

test("a home of another version or that cannot be read is not served", async () => {
  const copy = await copyOf(both.washington);
  await writeFile(join(copy, "home.json"), '{"parley":"home","version":2}\n');
  expect(await fails(copy, "serve")).toEqual({ code: "home.other-version", exitCode: 1 });
  await writeFile(at("file"), "", { mode: 0o600 });
  expect(await fails(at("file"), "serve")).toEqual({ code: "home.unreadable", exitCode: 1 });
});

test("a home that the system does not let us read is not served", async () => {
  // Root reads what bears no right, but not a link that leads to itself.
  const isRoot = process.getuid?.() === 0;
  const home = isRoot ? at("circle") : await copyOf(both.washington);
  if (isRoot) await symlink(home, home);
  else await chmod(home, 0);
  try {
    expect(await fails(home, "serve")).toEqual({ code: "home.unreadable", exitCode: 1 });
  } finally {
    if (!isRoot) await chmod(home, 0o700);
  }
});

test("a home that is served is not served again, and its server goes on", async () => {
  const { washington } = both;
  await washington.start();
  expect(await fails(washington.home, "serve")).toEqual({ code: "home.served", exitCode: 1 });
  expect(await washington.ask("node.status")).toMatchObject({ isServing: true });
  await washington.stop();
});

test("a port that is taken ends the server before anything is served, and the lock is free", async () => {
  const { moscow } = both;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { readonly port: number };
  try {
    const listen = ["--peer-listen", `127.0.0.1:${port}`];
    const taken = { code: "listen.port-taken", exitCode: 3 };
    expect(await fails(moscow.home, "serve", ...listen)).toEqual(taken);
  } finally {
    other.close();
  }
  expect(await readdir(moscow.home)).not.toContain("control.sock");
});

test("digits that differ do not undo a pairing, and one signature agrees to nothing", async () => {
  const { moscow, washington } = both;
  const digits = ["--peer", moscow.party, "--digits", "12345 12345 12345 12345 12345 12345"];
  const differs = { code: "fingerprint.differs", exitCode: 1 };
  expect(await fails(washington.home, "pair", ...digits)).toEqual(differs);
  const peers = await washington.command("pair");
  expect(peers["peers"]).toMatchObject([{ party: moscow.party, state: "confirmed" }]);
  const oneSided = { code: "agreement.one-sided", exitCode: 1 };
  const proposal = at("proposal.agreement");
  expect(await fails(moscow.home, "agreement", "import", proposal)).toEqual(oneSided);
  const shown = await moscow.command("agreement", "show");
  expect(shown["channels"]).toMatchObject([{ versions: [{ version: 1 }] }]);
});

test("a database that another program holds is waited for, then named, and goes on after", async () => {
  const copy = await copyOf(both.moscow);
  const held = new DatabaseSync(join(copy, "parley.db"));
  held.exec("BEGIN EXCLUSIVE");
  const note = ["send", "note", "--text", "x"];
  expect(await fails(copy, ...note)).toEqual({ code: "storage.locked", exitCode: 3 });
  held.close();
  const sent = await runParley([...note, "--home", copy, "--json"]);
  expect(JSON.parse(sent.out)).toMatchObject({ ok: true, index: 0 });
});

test("a database damaged in its middle is not served, and is not made worse", async () => {
  const copy = await copyOf(both.moscow);
  const path = join(copy, "parley.db");
  const { size } = await stat(path);
  const file = await open(path, "r+");
  // From the end of the first page, which says that it is a database.
  const junk = Buffer.alloc(size - 8_192, 0xa5);
  await file.write(junk, 0, junk.length, 4_096);
  await file.close();
  const before = await readFile(path);
  expect(await fails(copy, "serve")).toEqual({ code: "storage.damaged", exitCode: 3 });
  expect((await readFile(path)).equals(before)).toBe(true);
});

test("after all of it the two homes talk, and nothing of what failed is in their logs", async () => {
  const { washington, moscow } = both;
  await Promise.all([washington.start(), moscow.start()]);
  const { blocks } = (await import("@parley/core/kind/kinds")).kinds.note.definition.example;
  await washington.ask("message.send", { kind: "note", blocks: blocks as never });
  const liveOf = async (capital: Capital) => {
    const status = await capital.ask("node.status");
    const logs = status["logs"] as unknown as readonly Record<string, unknown>[];
    const live = logs.filter((log) => log["class"] === "live");
    const sizes = live.map(({ author, size, folded }) => `${author} ${size} ${folded}`);
    return sizes.sort();
  };
  const wanted = ["moscow.example 0 0", "washington.example 1 1"];
  for (const capital of [washington, moscow]) {
    const giveUpAt = performance.now() + 30_000;
    while (performance.now() < giveUpAt && `${await liveOf(capital)}` !== `${wanted}`) {
      await delay(50);
    }
    expect(await liveOf(capital)).toEqual(wanted);
  }
});

const day = 86_400;

/** Two nodes whose clocks are `apart` seconds apart: Washington's less Moscow's. */
async function nodesApart(apart: number): Promise<PairedNodes> {
  const homes = await pairedHomes(testNow);
  const opened: PairedParty[] = [];
  for (const [home, now] of [
    [homes.washington, testNow + apart],
    [homes.moscow, testNow],
  ] as const) {
    const clock = { now, nowSeconds: () => now, sleep: () => Promise.resolve() };
    const node = await openPaired(home, clock);
    const [channel] = node.channels.channels();
    if (channel === undefined) throw new Error("an agreement opens a channel");
    const reopen = () => Promise.reject(new Error("nobody restarts here"));
    const { directory, authority, rings } = home;
    opened.push({ node, channel, directory, authority, rings, reopen });
  }
  const [washington, moscow] = opened as [PairedParty, PairedParty];
  return {
    ...{ washington, moscow, clock: { now: testNow } as PairedNodes["clock"] },
    async [Symbol.asyncDispose]() {
      for (const { node } of opened) await node[Symbol.asyncDispose]();
      for (const { directory } of opened) await rm(directory, { recursive: true, force: true });
    },
  };
}

test.each([
  ["ahead", day, "washington.example"],
  ["behind", -day, "moscow.example"],
])(
  "a clock a day %s stops nothing, and shows whose messages are early",
  async (_, apart, early) => {
    await using pair = await nodesApart(apart);
    const { washington, moscow } = pair;
    const inquiry = await ask(washington);
    await exchange(pair);
    const about = { case: inquiry.jti, answers: inquiry.jti };
    for (const kind of ["receipt", "answer"] as const) {
      await tell(moscow, { kind, ...about });
      await exchange(pair);
    }
    const ours = viewClass(await foldOf(washington), testNow);
    expect(viewClass(await foldOf(moscow), testNow)).toEqual(ours);
    expect(ours.sides.map(({ folded, refused }) => [folded, refused])).toEqual([
      [2, []],
      [1, []],
    ]);
    const [shown] = ours.cases;
    expect(shown?.phase).toBe("answered");
    const earlySide =
      early === moscow.channel.me ? moscow.channel.mySide : washington.channel.mySide;
    for (const { side, isAhead } of shown?.messages ?? []) expect(isAhead).toBe(side === earlySide);
  },
);
