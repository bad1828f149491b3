/**
 * Goal: the program says in plain sentences, in both languages, what is proven and what is not, and
 * by its exit code whether it is.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { fingerprint } from "@parley/core/party/fingerprint";
import { must } from "@parley/testkit/sample-message";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CheckOrder, check } from "../../packages/checker/src/check.ts";
import { exportChannel } from "../../packages/node/src/service/export.ts";
import { proveEntry } from "../../packages/node/src/service/prove.ts";
import { quiet } from "./exported.ts";
import { type History, makeHistory } from "./history.ts";

/** A history is two databases and some twenty messages: long on a busy machine. */
const hookMs = 60_000;

let history: History;
let above: string;
let sealed: string;
let opened: string;
let proof: string;

beforeAll(async () => {
  history = await makeHistory();
  above = await mkdtemp(join(tmpdir(), "parley-check-"));
  const { node, channel } = history.pair.washington;
  [sealed, opened] = [join(above, "sealed"), join(above, "opened")];
  for (const [directory, isOpened] of [
    [sealed, false],
    [opened, true],
  ] as const) {
    must(await exportChannel(node, { channel, directory, isOpened }, quiet));
  }
  proof = join(above, "proof");
  const { jti } = history.unanswered;
  const silentUntil = 1_480_593_600 + 30 * 60;
  const order = { entry: { jti }, show: ["kind", "ask"] as const, silentUntil };
  await writeFile(proof, must(await proveEntry(node, channel, order)).text);
}, hookMs);
afterAll(async () => {
  await rm(above, { recursive: true });
  await history[Symbol.asyncDispose]();
});

function run(path: string, order: Partial<CheckOrder> = {}) {
  return check({ path, fingerprints: [], lang: "en", progress: () => undefined, ...order });
}

async function fingerprintOf(party: "washington" | "moscow"): Promise<string> {
  const { node, channel } = history.pair[party === "washington" ? "moscow" : "washington"];
  const [descriptor] = channel.peerKeys.descriptors;
  expect(node.party).not.toBe(descriptor?.payload.name);
  return descriptor === undefined ? "" : fingerprint(p, descriptor);
}

describe("what is said", () => {
  test("of an export: that the channel was used, by whom, how much and when, and what is not proven", async () => {
    const { exitCode, lines } = await run(opened);
    expect(exitCode).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(25);
    const text = lines.join("\n");
    expect(text).toContain(
      "washington.example to moscow.example, live/1: 4 entries; 3 of them received by moscow.example, by its own signature, between 2016-12-01 12:00:00 UTC and 2016-12-01 12:03:00 UTC.",
    );
    expect(text).toContain("live: 2 cases (answered 1, received 1); answered 1, not answered 1.");
    expect(text).toContain("live, refused of washington.example: attachment.missing 1.");
    expect(text.match(/^NOT PROVEN: that these are the keys of/gm)).toHaveLength(2);
    expect(text).toContain("NOT PROVEN: that a person read anything");
  });

  test("of a sealed export: the same without content", async () => {
    const { exitCode, lines } = await run(sealed);
    expect(exitCode).toBe(0);
    expect(lines.join("\n")).toContain("The messages are sealed");
    expect(lines.join("\n")).not.toContain("cases");
  });

  test("of a proof: sent, received, what is shown, and unanswered", async () => {
    const { exitCode, lines } = await run(proof);
    const text = lines.join("\n");
    expect(exitCode).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(text).toContain(
      "washington.example sent entry live/1/2 to moscow.example, and moscow.example had it at 2016-12-01 12:03:00 UTC at the latest",
    );
    expect(text).toContain("  kind: inquiry.v1\n  ask: investigate\n");
    expect(text).toContain("Not shown: case, answers, clock, to, body.");
    expect(text).toContain("moscow.example had not answered it by 2016-12-01 12:30:00 UTC");
    expect(text).toContain("named without being answered: live/1/4 receipt");
  });

  test("in Russian as in English, sentence by sentence", async () => {
    for (const path of [sealed, opened, proof]) {
      const [en, ru] = [await run(path), await run(path, { lang: "ru" })];
      expect(ru.lines).toHaveLength(en.lines.length);
      expect(ru.lines[0]).toMatch(/^ДОКАЗАНО/);
      expect(ru.json).toEqual(en.json);
    }
  });
});

describe("whose keys these are", () => {
  test("[REC-17] is said only of a party whose digits were given", async () => {
    const digits = await fingerprintOf("moscow");
    for (const path of [sealed, opened, proof]) {
      const { exitCode, lines } = await run(path, { fingerprints: [digits.replaceAll(" ", "-")] });
      expect(exitCode).toBe(0);
      const text = lines.join("\n");
      expect(text).toContain(`The keys are those of moscow.example: you compared`);
      expect(text).toContain("NOT PROVEN: that these are the keys of washington.example");
    }
    const both = [digits, await fingerprintOf("washington")];
    const { lines } = await run(opened, { fingerprints: both });
    expect(lines.join("\n")).not.toContain("NOT PROVEN: that these are the keys");
  });

  test("[REC-17] digits of neither party refute, digits that are none are wrong usage", async () => {
    const stranger = "31415 92653 58979 32384 62643 38327";
    const right = await fingerprintOf("moscow");
    for (const path of [opened, proof]) {
      const refuted = await run(path, { fingerprints: [right, stranger] });
      expect(refuted).toMatchObject({ exitCode: 1, json: { code: "fingerprint.differs" } });
      expect(await run(path, { fingerprints: ["31415"] })).toMatchObject({ exitCode: 2 });
    }
  });
});

describe("what is not proven as a whole", () => {
  test("a changed file is named with the reason, and the exit code is 1", async () => {
    const path = join(opened, "logs/washington.example/live/1/receipts/000");
    const whole = await readFile(path);
    const spoilt = Buffer.from(whole);
    spoilt[1_000] = (spoilt[1_000] ?? 0) ^ 1;
    await writeFile(path, spoilt);
    const { exitCode, lines, json } = await run(opened);
    await writeFile(path, whole);
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatch(/^REFUTED\. /);
    expect(lines[1]).toContain("logs/washington.example/live/1/receipts/000");
    expect(json).toMatchObject({ ok: false, path: expect.stringContaining("receipts/000") });
    expect(await run(opened)).toMatchObject({ exitCode: 0 });
  });

  test("a link in place of a file is refused, and so is a file beside", async () => {
    const path = join(sealed, "agreements/1");
    const whole = await readFile(path);
    await rm(path);
    await symlink(join(opened, "agreements/1"), path);
    expect(await run(sealed)).toMatchObject({ exitCode: 1, json: { path: "agreements/1" } });
    await rm(path);
    await writeFile(path, whole);
    await writeFile(join(sealed, "\u001b[2Jnote.txt"), "");
    const stray = await run(sealed);
    await rm(join(sealed, "\u001b[2Jnote.txt"));
    expect(stray).toMatchObject({ exitCode: 1, json: { code: "record.stray-file" } });
    expect(stray.lines.join("")).not.toContain("\u001b");
  });

  test("what is no export and no proof at all is unreadable: exit code 2", async () => {
    const empty = join(above, "empty");
    await writeFile(empty, "");
    for (const path of [empty, tmpdir(), join(above, "nowhere"), process.execPath]) {
      expect(await run(path), path).toMatchObject({ exitCode: 2 });
    }
  });
});

test("the program itself: exit codes, one JSON object, help", () => {
  const main = join(import.meta.dirname, "../../packages/checker/src/main.ts");
  const flags = ["--conditions=parley-source", "--disable-warning=ExperimentalWarning"];
  const spawn = (...args: string[]) =>
    spawnSync(process.execPath, [...flags, main, ...args], { encoding: "utf8" });
  const json = spawn(opened, "--json");
  expect(json).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, what: "export", agreements: 1 });
  expect(spawn(proof, "--lang", "ru")).toMatchObject({ status: 0 });
  const french = spawn(proof, "--lang", "fr");
  expect([french.status, french.stderr]).toEqual([2, expect.stringContaining("no language fr")]);
  expect(spawn(join(above, "nowhere"))).toMatchObject({ status: 2 });
  expect(spawn("--help").stdout).toContain("EXIT CODES");
  expect(spawn("--no-such-flag").status).toBe(2);
  expect(spawn().status).toBe(2);
});
