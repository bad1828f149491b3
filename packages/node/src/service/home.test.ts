/**
 * Goal: a home that is not usable is refused with its reason before anything is written, and two
 * processes never write one home. Method: real directories; a second real process, killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finishHome, type Home, lockHome, openHome, prepareHome } from "./home.ts";

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "parley-home-"));
  path = join(root, "washington");
});
afterEach(() => rmSync(root, { recursive: true }));

function makeHome(): Home {
  const prepared = prepareHome(path, "washington.example");
  if (!prepared.ok) throw new Error(prepared.refusal.detail);
  finishHome(prepared.value);
  return prepared.value;
}

test("opens the home it made, which its owner alone may enter", () => {
  const home = makeHome();
  expect(openHome(path)).toEqual({ ok: true, value: home });
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(path, "home.json")).mode & 0o777).toBe(0o600);
});

test("does not make a home where there is something, half a home included", () => {
  expect(prepareHome(path, "a.example")).toMatchObject({ ok: true });
  expect(prepareHome(path, "a.example")).toMatchObject({ refusal: { code: "home.exists" } });
  expect(openHome(path)).toMatchObject({ refusal: { code: "home.missing" } });
});

test.each([
  ["of another version", '{"parley":"home","version":2,"elsewhere":true}', "home.other-version"],
  ["cut off", '{"parley":"home","ver', "home.damaged"],
  ["of something else", '{"version":1}', "home.damaged"],
  ["without its party", '{"parley":"home","version":1}', "home.damaged"],
])("refuses a home %s", (_, text, code) => {
  makeHome();
  writeFileSync(join(path, "home.json"), text);
  expect(openHome(path)).toMatchObject({ refusal: { code, params: { home: path } } });
});

test("refuses a home that is not there, is no directory, or is open to others", () => {
  expect(openHome(join(root, "none"))).toMatchObject({ refusal: { code: "home.missing" } });
  writeFileSync(join(root, "file"), "");
  expect(openHome(join(root, "file"))).toMatchObject({ refusal: { code: "home.unreadable" } });
  makeHome();
  chmodSync(path, 0o750);
  expect(openHome(path)).toMatchObject({ refusal: { code: "home.open-to-others" } });
});

test("a lock is held against this process and given back", () => {
  const home = makeHome();
  const lock = lockHome(home, 0);
  expect(lock).toBeDefined();
  expect(lockHome(home, 0)).toBeUndefined();
  lock?.[Symbol.dispose]();
  using again = lockHome(home, 0);
  expect(again).toBeDefined();
});

test("a lock is held against another process, and ends when that process is killed", async () => {
  const home = makeHome();
  const source = `
    const { lockHome } = await import(${JSON.stringify(join(import.meta.dirname, "home.ts"))});
    globalThis.held = lockHome(${JSON.stringify(home)}, 0);
    console.log("held");
    setInterval(() => {}, 1000);`;
  const flags = ["--conditions=parley-source", "--input-type=module", "--eval", source];
  const other = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  await once(other.stdout, "data");
  expect(lockHome(home, 0)).toBeUndefined();
  other.kill("SIGKILL");
  await once(other, "exit");
  using lock = lockHome(home, 1_000);
  expect(lock).toBeDefined();
});
