import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import type { Io } from "./io.ts";
import { createPassphraseSource } from "./passphrase.ts";

const root = mkdtempSync(join(tmpdir(), "parley-passphrase-"));
afterAll(() => rmSync(root, { recursive: true }));

function source(environment: Record<string, string>, answers: (string | undefined)[] = []) {
  const config = loadConfig({ home: join(root, "home") }, environment);
  if (!config.ok) throw new Error(config.refusal.detail);
  const asked: boolean[] = [];
  const io: Io = {
    out: () => {},
    err: () => {},
    isInteractive: answers.length > 0,
    isErrTerminal: false,
    ask: async (_question, { isSecret }) => {
      asked.push(isSecret);
      return answers.shift();
    },
  };
  return { asked, ...createPassphraseSource(config.value, "en", io) };
}

test("a desk's own file comes before the one for all, without its last line feed", async () => {
  writeFileSync(join(root, "all"), "for all \r\n");
  writeFileSync(join(root, "watch"), "for the watch\n\n");
  const { passphrase } = source({
    PARLEY_PASSPHRASE_FILE: join(root, "all"),
    PARLEY_WATCH_PASSPHRASE_FILE: join(root, "watch"),
  });
  expect(await passphrase("watch")).toEqual({ ok: true, value: "for the watch\n" });
  expect(await passphrase("political")).toEqual({ ok: true, value: "for all " });
});

test("a person is asked once for an old passphrase and twice for a new one, unseen", async () => {
  const old = source({}, ["one"]);
  expect(await old.passphrase("node")).toEqual({ ok: true, value: "one" });
  const long = "twelve chars";
  const fresh = source({}, [long, long]);
  expect(await fresh.passphrase("node", true)).toEqual({ ok: true, value: long });
  expect([old.asked, fresh.asked]).toEqual([[true], [true, true]]);
  const short = source({}, ["eleven char", "eleven char"]);
  expect(await short.passphrase("watch", true)).toMatchObject({
    refusal: { code: "keys.short-passphrase", params: { holds: "watch", charactersMin: "12" } },
  });
  expect(short.asked).toHaveLength(1);
  const differing = source({}, [long, "other chars!"]);
  expect(await differing.passphrase("node", true)).toMatchObject({
    refusal: { code: "keys.passphrase-mismatch" },
  });
});

test("a question that is left unanswered is cancelled, and no second one is asked", async () => {
  const left = source({}, [undefined, "one"]);
  expect(await left.passphrase("node", true)).toMatchObject({ refusal: { code: "cli.cancelled" } });
  expect(left.asked).toHaveLength(1);
});

test("where nobody can be asked, the refusal names the setting for that key", async () => {
  expect(await source({}).passphrase("technical")).toMatchObject({
    refusal: {
      code: "keys.no-passphrase",
      params: { holds: "technical", flag: "--technical-passphrase-file" },
    },
  });
});
