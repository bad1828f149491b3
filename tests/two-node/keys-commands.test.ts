/**
 * Goal: an operator changes, revokes and hands over keys with commands alone, and is told what to do
 * next. Method: two homes made, paired and agreed by commands, in this process; nothing serves.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockHome, openHome } from "@parley/node/service/home";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

let homes: TypedHomes;
const at = (name: string) => homes.at(name);
const type: TypedHomes["type"] = (...typed) => homes.type(...typed);
const json: TypedHomes["json"] = (...typed) => homes.json(...typed);

beforeAll(async () => {
  homes = await typedHomes();
  writeFileSync(at("other"), "six other words are better\n");
}, 60_000);
afterAll(() => homes.remove());

const presentOf = (listed: { keys: { kind: string; retiredAt: number | null }[] }, kind: string) =>
  listed.keys.filter((key) => key.kind === kind).map(({ retiredAt }) => retiredAt === null);

test("keys are listed with kind and age, in both languages, without a passphrase", async () => {
  homes.passphraseFile = "none";
  const listed = await json("moscow", "keys");
  homes.passphraseFile = "passphrase";
  expect(listed).toMatchObject({ exitCode: 0, peers: [{ digits: "current" }] });
  const kinds = [
    "authority",
    "node",
    "technical",
    "watch",
    "political",
    "log",
    "mirror",
    "tls",
  ].concat("audit", "sign-in");
  expect([...new Set(listed.keys.map(({ kind }: { kind: string }) => kind))].sort()).toEqual(
    kinds.sort(),
  );
  expect((await type("moscow", "keys list --lang ru")).out).toContain("0 дней, с ");
});

test("a desk's keys are changed: old ones retired, the peer told where, nothing else touched", async () => {
  const done = await json("moscow", "keys change technical");
  expect(done).toMatchObject({
    ...{ exitCode: 0, serial: 2, isOutOfBand: false },
    channels: [{ peer: "washington.example", notice: 1 }],
  });
  expect(done.channels[0].places).toEqual(["exercise/1/0", "link/1/0", "live/1/0"]);
  const listed = await json("moscow", "keys");
  expect(presentOf(listed, "technical").filter((isPresent) => isPresent)).toHaveLength(4);
  expect(presentOf(listed, "technical")).toHaveLength(8);
  expect(presentOf(listed, "watch")).toHaveLength(4);
  const said = await type("moscow", "keys change watch");
  expect(said.out).toContain("Your descriptor is now number 3.");
  expect(said.out).toContain("parley serve");
});

test("a stolen node: the peer is told by hand, imports once, and is told what it has", async () => {
  const done = await json("moscow", "keys revoke node log mirror tls --disown live/1/0");
  expect(done).toMatchObject({ serial: 4, isOutOfBand: true });
  const file = at("moscow.keys");
  await json("moscow", `keys handover --peer washington.example --out ${file}`);
  expect(
    await json("moscow", `keys handover --peer washington.example --out ${file}`),
  ).toMatchObject({ exitCode: 1, code: "cli.file-exists" });
  expect(await json("washington", `keys import ${file}`)).toMatchObject({
    ...{ exitCode: 0, party: "moscow.example", serial: 4, isNew: true },
  });
  expect(await json("washington", `keys import ${file}`)).toMatchObject({ isNew: false });
  const cut = at("cut.keys");
  writeFileSync(cut, readFileSync(file, "utf8").slice(0, -40));
  expect((await json("washington", `keys import ${cut}`)).exitCode).toBe(1);
  expect(await json("washington", "pair")).toMatchObject({ peers: [{ serial: 4 }] });
});

test("a new authority is written beside the old one, and its digits are asked for", async () => {
  expect(await json("moscow", "keys revoke authority")).toMatchObject({ code: "keys.no-remedy" });
  const done = await json("moscow", "keys change authority");
  expect(done).toMatchObject({ serial: 5, authorityKey: join(at("moscow"), "authority.key.next") });
  expect(existsSync(done.authorityKey)).toBe(true);
  const old = await json("moscow", "keys change watch");
  expect([old.exitCode, existsSync(done.authorityKey)]).toEqual([1, true]);
  const present = `--authority-key ${done.authorityKey}`;
  expect(await json("moscow", `keys change watch ${present}`)).toMatchObject({ serial: 6 });
  await json("moscow", `keys handover --peer washington.example --out ${at("next.keys")}`);
  await json("washington", `keys import ${at("next.keys")}`);
  const listed = await type("washington", "keys");
  expect(listed.out).toContain("Have them read aloud anew");
  const { fingerprint } = await json("moscow", "descriptor");
  const digits = fingerprint.replaceAll(" ", "");
  await json("washington", `pair --peer moscow.example --digits ${digits}`);
  expect((await json("washington", "keys")).peers).toMatchObject([{ digits: "current" }]);
});

test("a passphrase is changed in its file alone, and a short one or a wrong one changes nothing", async () => {
  writeFileSync(at("short"), "short\n");
  const change = (file: string) => `keys passphrase watch --new-passphrase-file ${at(file)}`;
  expect(await json("washington", change("short"))).toMatchObject({
    code: "keys.short-passphrase",
  });
  expect(await json("washington", change("other"))).toMatchObject({ exitCode: 0, holder: "watch" });
  expect(await json("washington", change("other"))).toMatchObject({
    code: "keys.wrong-passphrase",
  });
  const named = `--watch-passphrase-file ${at("other")}`;
  expect(await json("washington", `keys change watch ${named}`)).toMatchObject({ exitCode: 0 });
});

test("a home that is in use, or a kind that is none, is refused before anything is signed", async () => {
  const home = openHome(at("washington"));
  if (!home.ok) throw new Error("made above");
  using lock = lockHome(home.value, 0);
  expect(lock).toBeDefined();
  expect(await json("washington", "keys change mirror")).toMatchObject({ code: "home.served" });
  expect((await json("washington", "keys change nothing")).exitCode).toBe(2);
});
