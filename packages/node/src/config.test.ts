/**
 * Goal: every source is read in its order, and what is wrong is refused by name. Method: one home
 * directory on disk for each test; the environment is handed in, never the process's own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configKeys, type Environment, languageOf, loadConfig, nameIn } from "./config.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "parley-config-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function load(file: unknown, environment: Environment = {}, flags: Record<string, string> = {}) {
  if (file !== undefined) {
    writeFileSync(
      join(home, "parley.json"),
      typeof file === "string" ? file : JSON.stringify(file),
    );
  }
  return loadConfig({ home, ...flags }, environment);
}

test("a flag wins over the environment, that over the file, that over the default", () => {
  const file = { logLevel: "warn", stopMs: 1, pollMs: 1_000, peerListen: "[::1]:1" };
  const environment = { PARLEY_STOP_MS: "2", PARLEY_PEER_LISTEN: "0.0.0.0:2" };
  const result = load(file, environment, { peerListen: "moscow.example:3" });
  expect(result).toMatchObject({
    ok: true,
    value: {
      retryMsMax: 300_000,
      logLevel: "warn",
      pollMs: 1_000,
      stopMs: 2,
      peerListen: { host: "moscow.example", port: 3 },
    },
  });
});

test("works with no file and no home directory", () => {
  rmSync(home, { recursive: true });
  const result = loadConfig({ home }, {});
  mkdirSync(home);
  expect(result).toMatchObject({
    ok: true,
    value: { home, headStore: `${home}.heads`, authorityKey: join(home, "authority.key") },
  });
});

test("a path in the file is relative to the home directory, elsewhere to where one stands", () => {
  const result = load({ headStore: "heads" }, { PARLEY_AUTHORITY_KEY: "a.key" });
  expect(result).toMatchObject({
    value: { headStore: join(home, "heads"), authorityKey: resolve("a.key") },
  });
});

test.each([
  ["file", { stopMs: "soon" }, {}, {}, "stopMs", "stopMs", "soon"],
  ["file", { stopMs: -1 }, {}, {}, "stopMs", "stopMs", "-1"],
  ["file", { peerListen: null }, {}, {}, "peerListen", "peerListen", "null"],
  ["environment", {}, { PARLEY_LANG: "fr" }, {}, "lang", "PARLEY_LANG", "fr"],
  ["flag", {}, {}, { peerListen: "here:70000" }, "peerListen", "--peer-listen", "here:70000"],
  ["flag", {}, {}, { logLevel: "loud" }, "logLevel", "--log-level", "loud"],
  ["flag", {}, {}, { passphraseFile: "" }, "passphraseFile", "--passphrase-file", ""],
] as const)("a wrong value from the %s is refused by its name there", (...row) => {
  const [source, file, environment, flags, key, name, found] = row;
  const result = load(file, environment, flags);
  const params = { key, source, name, found };
  expect(result).toMatchObject({ ok: false, refusal: { code: "config.bad-value", params } });
});

test.each([
  [{ peerlisten: "x:1" }, {}, "file", "peerlisten"],
  [{}, { PARLEY_HOEM: "/x" }, "environment", "PARLEY_HOEM"],
] as const)(
  "a misspelt setting is refused, not ignored: %j %j",
  (file, environment, source, name) => {
    expect(load(file, environment)).toMatchObject({
      refusal: { code: "config.unknown-key", params: { source, name } },
    });
  },
);

test.each(["", "[]", "null", "{", '{"stopMs":1,"stopMs":2}', `{"a":"${"x".repeat(70_000)}"}`])(
  "a file that is not one JSON object is refused: %.30s",
  (text) => {
    expect(load(text)).toMatchObject({
      refusal: { code: "config.not-json", params: { file: join(home, "parley.json") } },
    });
  },
);

test("a file that cannot be read is refused with the system's reason", () => {
  mkdirSync(join(home, "parley.json"));
  expect(load(undefined)).toMatchObject({
    refusal: { code: "config.unreadable-file", params: { cause: "EISDIR" } },
  });
});

test("every setting has a name in every source, and no two share one", () => {
  for (const source of ["flag", "environment", "file"] as const) {
    expect(new Set(configKeys.map((key) => nameIn(source, key))).size).toBe(configKeys.length);
  }
  expect(nameIn("environment", "technicalPassphraseFile")).toBe("PARLEY_TECHNICAL_PASSPHRASE_FILE");
});

test("speaks Russian where the flag or the environment asks for it, else English", () => {
  expect(languageOf("ru", { LANG: "en_US.UTF-8" })).toBe("ru");
  expect(languageOf(undefined, { LANG: "ru_RU.UTF-8" })).toBe("ru");
  expect(languageOf(undefined, { PARLEY_LANG: "en", LANG: "ru_RU.UTF-8" })).toBe("en");
  expect(languageOf(undefined, {})).toBe("en");
});
