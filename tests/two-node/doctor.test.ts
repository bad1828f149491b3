/**
 * Goal: what is wrong with a node is found before it hurts, said in both languages with what to do, and
 * told to scripts by the exit code. Method: a home made by commands, and one thing spoiled at a time.
 */
import { chmodSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockHome, openHome } from "@parley/node/service/home";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  checkClock,
  checkKeys,
  checkPeers,
  parseInspected,
} from "../../packages/node/src/cli/doctor/check-node.ts";
import { findingTexts } from "../../packages/node/src/cli/doctor/texts.ts";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

let homes: TypedHomes;
beforeAll(async () => {
  homes = await typedHomes();
}, 60_000);
afterAll(() => homes.remove());

type Said = { readonly code: string; readonly level: string; readonly message: string };
const home = () => homes.at("moscow");
async function findings(level?: string) {
  const examined = await homes.json("moscow", "doctor");
  const said: readonly Said[] = examined.findings;
  const codes = said.filter((each) => level === undefined || each.level === level);
  return { exitCode: examined.exitCode, codes: codes.map(({ code }) => code) };
}

test("a home that is well has no problem, no passphrase is asked, and every check is shown by --all", async () => {
  homes.passphraseFile = "none";
  const examined = await homes.json("moscow", "doctor");
  const shown = await homes.type("moscow", "doctor --all");
  homes.passphraseFile = "passphrase";
  expect(examined).toMatchObject({ ok: true, exitCode: 0, problems: 0 });
  const codes: readonly string[] = examined.findings.map(({ code }: Said) => code);
  const wanted = ["files.private", "disk.space", "database.whole", "versions.known", "keys.young"];
  const more = ["descriptor.valid", "heads.equal", "clock.forward", "peers.receipted"];
  expect(codes).toEqual(expect.arrayContaining([...wanted, ...more]));
  expect(codes).toContain("server.none");
  expect(shown.out.split("\n")).toHaveLength(codes.length + 2);
});

test("a file that others can read is a warning, and the exit code stays 0", async () => {
  chmodSync(join(home(), "parley.db"), 0o640);
  chmodSync(homes.at("passphrase"), 0o644);
  const examined = await homes.json("moscow", "doctor");
  chmodSync(join(home(), "parley.db"), 0o600);
  chmodSync(homes.at("passphrase"), 0o600);
  const open = examined.findings.filter(({ code }: Said) => code === "files.open-to-others");
  expect(open.map(({ level }: Said) => level)).toEqual(["warning", "warning"]);
  expect(JSON.stringify(open)).toContain("mode 644");
  expect(examined.exitCode).toBe(0);
});

test("a missing ring, head store or a head that is ahead is a problem: exit code 1, in both languages", async () => {
  const ring = join(home(), "keys", "watch.key");
  renameSync(ring, homes.at("ring"));
  expect(await findings("problem")).toEqual({ exitCode: 1, codes: ["files.no-ring"] });
  const russian = await homes.type("moscow", "doctor --lang ru");
  expect([russian.exitCode, russian.out]).toEqual([1, expect.stringContaining("БЕДА")]);
  renameSync(homes.at("ring"), ring);

  const heads = `${home()}.heads`;
  renameSync(heads, homes.at("heads"));
  expect(await findings("problem")).toEqual({ exitCode: 1, codes: ["heads.missing"] });
  writeFileSync(heads, "no head store\n");
  expect(await findings("problem")).toEqual({ exitCode: 1, codes: ["heads.damaged"] });
  renameSync(homes.at("heads"), heads);

  copyFileSync(join(home(), "parley.db"), homes.at("older.db"));
  await homes.json("moscow", "keys change technical");
  copyFileSync(homes.at("older.db"), join(home(), "parley.db"));
  for (const part of ["wal", "shm"]) rmSync(join(home(), `parley.db-${part}`), { force: true });
  const { exitCode, codes } = await findings("problem");
  expect([exitCode, [...new Set(codes)]]).toEqual([1, ["heads.ahead"]]);
});

test("a damaged database is said by its name, and a home in use by another command too", async () => {
  const path = join(home(), "parley.db");
  const whole = readFileSync(path);
  const torn = Buffer.from(whole);
  torn.fill(0xff, 8_192, 40_960);
  writeFileSync(path, torn);
  expect((await findings("problem")).codes.join(" ")).toMatch(/database\.(damaged|unreadable)/);
  writeFileSync(path, whole);
  const opened = openHome(home());
  if (!opened.ok) throw new Error("made above");
  using lock = lockHome(opened.value, 0);
  expect(lock).toBeDefined();
  expect((await findings("problem")).codes).toContain("home.busy");
}, 40_000);

const facts = {
  ...{ now: 1_000_000, protocol: 1, isPractice: false, isServing: true, isRebuilding: false },
  validUntil: 2_000_000,
  peers: [{ peer: "b.example", isConfirmed: true, hasChannel: true, validUntil: 2_000_000 }],
  logs: [] as object[],
  ownBases: [],
  links: [] as object[],
};
const log = {
  ...{ peer: "b.example", direction: "own", class: "live", epoch: 1, size: 3, entryCount: 3 },
  ...{ openedSize: 3, receiptedSize: 3, base: "x", root: "y", lastReceiptAt: 999_000 },
  waitingSince: null,
};
const link = {
  ...{ peer: "b.example", lastAnswerAt: 999_990, lastRequestAt: null, skewSeconds: 3 },
  problems: [],
};

test.each([
  ["well", { logs: [log], links: [link] }, []],
  ["silent for long", { logs: [{ ...log, lastReceiptAt: 1 }] }, ["peers.silent"]],
  [
    "without receipts",
    { logs: [{ ...log, receiptedSize: 1, waitingSince: 9 }], links: [link] },
    ["peers.no-receipt"],
  ],
  [
    "of another time",
    { logs: [log], links: [{ ...link, skewSeconds: -121 }] },
    ["clock.peer-differs"],
  ],
  [
    "refusing",
    { logs: [log], links: [{ ...link, problems: [{ about: "x", code: "log.fork" }] }] },
    ["peers.trouble"],
  ],
  [
    "not confirmed",
    { peers: [{ ...facts.peers[0], isConfirmed: false }] },
    ["peers.not-confirmed"],
  ],
])("a peer that is %s", (_, over, expected) => {
  const said = checkPeers(parseInspected({ ...facts, ...over }));
  expect(said.filter(({ level }) => level !== "ok").map(({ code }) => code)).toEqual(expected);
});

test("a clock that went back, and keys that are old, are told from their dates", () => {
  const later = parseInspected({ ...facts, logs: [{ ...log, lastReceiptAt: 1_000_121 }] });
  expect(checkClock(later).map(({ code }) => code)).toEqual(["clock.went-back"]);
  const same = parseInspected({ ...facts, logs: [{ ...log, lastReceiptAt: 1_000_120 }] });
  expect(checkClock(same).map(({ code }) => code)).toEqual(["clock.forward"]);
  const key = { kind: "log", purpose: "log", createdAt: 0, retiredAt: null };
  const days = (count: number) => checkKeys({ keys: [key], peers: [] }, count * 86_400);
  expect([730, 731].map((count) => days(count)[0]?.code)).toEqual(["keys.young", "keys.old"]);
});

test("every finding is said in both languages with the same values", () => {
  const names = (text: string) => [...new Set(text.match(/\{\w+(?=[:}])/g) ?? [])].sort();
  for (const [code, text] of Object.entries(findingTexts.en)) {
    const russian = findingTexts.ru[code as keyof typeof findingTexts.ru];
    expect([code, names(russian)]).toEqual([code, names(text)]);
  }
});
