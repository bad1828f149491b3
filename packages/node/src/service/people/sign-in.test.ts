/**
 * Goal: only who shows both factors gets in, each code once, and nobody keeps another out. Method: an
 * officer enrolled as a person would, a database of its own, a clock that is set by hand.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { parseAuditEntry } from "@parley/core/record/audit-entry";
import { must } from "@parley/testkit/sample-message";
import { expect, test } from "vitest";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import { createAuditLog, readAuditLog } from "../audit/audit-log.ts";
import type { OfficerRow } from "../storage-people.ts";
import { beginEnrolment, finishEnrolment, offerEnrolment } from "./enrolment.ts";
import { enrolmentSecondsMax, hashOfCode, makeCode } from "./one-time-codes.ts";
import { hashPassword, isPassword } from "./password.ts";
import { totpCodeAt } from "./second-factor.ts";
import { sessionAgeSecondsMax, sessionIdleSecondsMax, sessionsPerOfficerMax } from "./sessions.ts";
import { readSignedIn, type SignInAttempt, signIn } from "./sign-in.ts";
import { signInKeysOf } from "./sign-in-keys.ts";

/** What argon2id costs at least: the tests hash some hundred times. */
const cost = { memoryKib: 32, passCount: 1, laneCount: 1 };
const password = "correct horse battery";

async function office() {
  const directory = mkdtempSync(join(tmpdir(), "parley-people-"));
  const storage = must(await openSqliteStorage(join(directory, "parley.db"), "create"));
  const time = { now: 1_700_000_000 };
  const clock = { nowSeconds: () => time.now, sleep: async () => undefined };
  const keys = signInKeysOf(p, p.random(32));
  const ports = { p, storage, clock, keys, party: "washington.example", cost };
  await storage.write((tx) => createAuditLog(tx, p, ports.party));
  return {
    ...{ ports, storage, time },
    async acts() {
      return storage.read(async (tx) => {
        const log = await readAuditLog(tx);
        return (await tx.logs.readEntries(log.id, 0)).map(({ bytes }) =>
          must(parseAuditEntry(bytes)),
        );
      });
    },
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}

type Office = Awaited<ReturnType<typeof office>>;

async function enrolled(at: Office, name: string) {
  const officer: OfficerRow = {
    ...{
      id: `${name}-000000000000000000000`.slice(0, 22),
      name,
      title: name,
      state: "active",
      channels: "all",
    },
    ...{ classes: "all", createdAt: at.time.now, enrolledAt: null, leftAt: null },
  };
  const code = await at.storage.write(async (tx) => {
    await tx.people.insertOfficer(officer);
    return offerEnrolment(at.ports, tx, { officer, part: "all", now: at.time.now });
  });
  return { officer, ...(await enrol(at, name, code)) };
}

async function enrol(at: Office, name: string, enrolment: string, chosen = password) {
  const begun = must(await beginEnrolment(at.ports, { name, enrolment }));
  const secret = secretOf(begun.secret ?? "");
  const code = totpCodeAt(secret, at.time.now);
  const recovery = must(
    await finishEnrolment(at.ports, { name, enrolment, password: chosen, code }),
  );
  at.time.now += 30;
  return { secret, recovery };
}

function secretOf(base32: string): Uint8Array {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const one of base32.replaceAll(" ", ""))
    bits += alphabet.indexOf(one).toString(2).padStart(5, "0");
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
}

function attempt(over: Partial<SignInAttempt>): SignInAttempt {
  return { name: "anna", password, code: "000000", source: "192.0.2.1", device: null, ...over };
}

const codeOf = (result: { ok: boolean; refusal?: { code: string } }) =>
  result.ok ? "ok" : result.refusal?.code;

test("both factors open a session, and its token says who it is; the database holds neither", async () => {
  await using at = await office();
  const { officer, secret, recovery } = await enrolled(at, "anna");
  const opened = must(await signIn(at.ports, attempt({ code: totpCodeAt(secret, at.time.now) })));
  expect(opened).toMatchObject({ isRecovered: false, recoveryLeft: 10 });
  const signed = must(await readSignedIn(at.ports, opened.token));
  expect(signed.officer.id).toBe(officer.id);
  expect(codeOf(await readSignedIn(at.ports, `${opened.token.slice(0, -1)}_`))).toBe(
    "session.ended",
  );
  const stored = await at.storage.read(async (tx) => [
    ...(await tx.people.listSessions(officer.id)),
    ...(await tx.people.listCredentials(officer.id, "password")),
    ...(await tx.people.listCredentials(officer.id, "recovery")),
    ...(await tx.people.listCredentials(officer.id, "totp")),
  ]);
  const text = JSON.stringify(stored);
  const written = [...recovery, opened.token, password, Buffer.from(secret).toString("base64url")];
  for (const one of written) expect(text).not.toContain(one);
  expect((await at.acts()).map(({ act, by }) => [act, by.name])).toEqual([
    ["people.enrol", "anna"],
    ["session.open", "anna"],
  ]);
});

test("wrong password, wrong code, unknown name, one who left, and no enrolment are refused alike", async () => {
  await using at = await office();
  const { officer, secret } = await enrolled(at, "anna");
  const right = () => totpCodeAt(secret, at.time.now);
  const tries = [
    attempt({ password: "correct horse batterz", code: right() }),
    attempt({}),
    attempt({ name: "nobody", code: right() }),
    attempt({ name: "../../etc", code: right() }),
    attempt({ password: "x".repeat(100_000), code: right() }),
    attempt({ code: "x".repeat(100_000) }),
  ];
  for (const [n, one] of tries.entries()) {
    expect(await signIn(at.ports, { ...one, source: `192.0.2.${n}` })).toEqual({
      ...{ ok: false, refusal: { code: "sign-in.refused", detail: "", params: {} } },
    });
  }
  await at.storage.write((tx) =>
    tx.people.updateOfficer({ ...officer, enrolledAt: 1, state: "left", leftAt: 1 }),
  );
  expect(codeOf(await signIn(at.ports, attempt({ code: right() })))).toBe("sign-in.refused");
});

test("a code is taken once, also of many attempts at the same moment", async () => {
  await using at = await office();
  const { secret, recovery } = await enrolled(at, "anna");
  const code = totpCodeAt(secret, at.time.now);
  const results = await Promise.all(
    Array.from({ length: 4 }, () => signIn(at.ports, attempt({ code }))),
  );
  expect(results.map(codeOf).filter((one) => one === "ok")).toHaveLength(1);
  at.time.now += 2 * 86_400;
  const [first = ""] = recovery;
  const twice = await Promise.all(
    [1, 2].map(() => signIn(at.ports, attempt({ code: first.toUpperCase() }))),
  );
  expect(twice.map(codeOf).sort()).toEqual(["ok", "sign-in.refused"]);
  const opened = twice.find(({ ok }) => ok);
  expect(opened).toMatchObject({ value: { isRecovered: true, recoveryLeft: 9 } });
});

test("strangers close their own lanes; the officer comes in from a known device, and with a recovery code", async () => {
  await using at = await office();
  const { secret, recovery } = await enrolled(at, "anna");
  const code = () => totpCodeAt(secret, at.time.now);
  const { device } = must(
    await signIn(at.ports, attempt({ code: code(), source: "198.51.100.7" })),
  );
  at.time.now += 60;
  const guesses: (string | undefined)[] = [];
  for (let n = 0; n < 70; n += 1)
    guesses.push(codeOf(await signIn(at.ports, attempt({ source: `s${n % 20}` }))));
  expect(guesses.slice(0, 51)).not.toContain("sign-in.wait");
  expect(new Set(guesses.slice(51))).toEqual(new Set(["sign-in.wait"]));
  const fromNewPlace = await signIn(at.ports, attempt({ code: code(), source: "203.0.113.9" }));
  expect(fromNewPlace).toMatchObject({
    ok: false,
    refusal: { code: "sign-in.wait", params: { seconds: "3600" } },
  });
  expect(codeOf(await signIn(at.ports, attempt({ code: code(), device })))).toBe("ok");
  const [one = ""] = recovery;
  expect(codeOf(await signIn(at.ports, attempt({ code: one, source: "203.0.113.9" })))).toBe("ok");
  const slowed = (await at.acts()).filter(({ act }) => act === "sign-in.slow-down");
  expect(slowed.map(({ by, what }) => [by.kind, what["lane"], what["name"]])).toEqual([
    ["node", "strangers", "anna"],
  ]);
});

test("a device of another officer, or from before an enrolment, is a stranger's", async () => {
  await using at = await office();
  const anna = await enrolled(at, "anna");
  const boris = await enrolled(at, "boris");
  const of = (who: typeof anna, name: string, device: string | null = null) =>
    signIn(at.ports, attempt({ name, device, code: totpCodeAt(who.secret, at.time.now) }));
  const { device } = must(await of(boris, "boris"));
  for (let n = 0; n < 51; n += 1) await signIn(at.ports, attempt({ source: `s${n}` }));
  at.time.now += 30;
  expect(codeOf(await of(anna, "anna", device))).toBe("sign-in.wait");
  expect(codeOf(await of(anna, "anna", `${device.slice(0, -1)}A`))).toBe("sign-in.wait");
  expect(codeOf(await of(boris, "boris", device))).toBe("ok");
});

test("one who holds the second factor guesses passwords slowly, and closes no lane but that one", async () => {
  await using at = await office();
  const { recovery } = await enrolled(at, "anna");
  const [stolen = "", kept = ""] = recovery;
  const tries: (string | undefined)[] = [];
  for (let n = 0; n < 8; n += 1) {
    tries.push(
      codeOf(
        await signIn(
          at.ports,
          attempt({ code: stolen, password: `guess number ${n}`, source: `s${n}` }),
        ),
      ),
    );
  }
  expect(tries).toEqual([...Array(6).fill("sign-in.refused"), "sign-in.wait", "sign-in.wait"]);
  at.time.now += 900;
  expect(codeOf(await signIn(at.ports, attempt({ code: kept })))).toBe("ok");
});

test("sessions end by age and idleness, at eight the oldest, and with a clock set back", async () => {
  await using at = await office();
  const { officer, secret } = await enrolled(at, "anna");
  const open = async () => {
    at.time.now += 30;
    return must(await signIn(at.ports, attempt({ code: totpCodeAt(secret, at.time.now) }))).token;
  };
  const state = async (token: string) => codeOf(await readSignedIn(at.ports, token));
  const first = await open();
  at.time.now += sessionIdleSecondsMax - 1;
  expect(await state(first)).toBe("ok");
  at.time.now += sessionIdleSecondsMax;
  expect(await state(first)).toBe("session.ended");
  const old = await open();
  for (let age = 0; age < sessionAgeSecondsMax; age += 3_000) {
    expect(await state(old)).toBe("ok");
    at.time.now += 3_000;
  }
  expect(await state(old)).toBe("session.ended");
  const tokens: string[] = [];
  for (let n = 0; n <= sessionsPerOfficerMax; n += 1) tokens.push(await open());
  expect(await Promise.all(tokens.map(state))).toEqual(["session.ended", ...Array(8).fill("ok")]);
  expect(await at.storage.read((tx) => tx.people.listSessions(officer.id))).toHaveLength(8);
  at.time.now -= 4_000;
  expect(await state(tokens.at(-1) ?? "")).toBe("session.ended");
});

test("an enrolment is good once, for three days, and only with what it does not renew", async () => {
  await using at = await office();
  const { officer, secret } = await enrolled(at, "anna");
  const present = must(
    await signIn(at.ports, attempt({ code: totpCodeAt(secret, at.time.now) })),
  ).token;
  const offer = (part: "second-factor" | "password") =>
    at.storage.write((tx) => offerEnrolment(at.ports, tx, { officer, part, now: at.time.now }));
  const lost = await offer("second-factor");
  const superseding = await offer("second-factor");
  expect(codeOf(await beginEnrolment(at.ports, { name: "anna", enrolment: lost }))).toBe(
    "people.no-enrolment",
  );
  const begun = must(await beginEnrolment(at.ports, { name: "anna", enrolment: superseding }));
  const next = secretOf(begun.secret ?? "");
  const answer = { name: "anna", enrolment: superseding, code: totpCodeAt(next, at.time.now) };
  const wrong = await finishEnrolment(at.ports, {
    ...answer,
    password: "an administrator's guess",
  });
  expect(codeOf(wrong)).toBe("people.wrong-password");
  expect(codeOf(await finishEnrolment(at.ports, { ...answer, password, code: "000000" }))).toBe(
    "people.wrong-code",
  );
  expect(must(await finishEnrolment(at.ports, { ...answer, password }))).toHaveLength(10);
  expect(codeOf(await finishEnrolment(at.ports, { ...answer, password }))).toBe(
    "people.no-enrolment",
  );
  expect(codeOf(await readSignedIn(at.ports, present))).toBe("session.ended");
  at.time.now += 60;
  const old = attempt({ code: totpCodeAt(secret, at.time.now) });
  expect(codeOf(await signIn(at.ports, old))).toBe("sign-in.refused");
  const forgotten = await offer("password");
  const renewed = { name: "anna", enrolment: forgotten, password: "another one, longer" };
  expect(codeOf(await finishEnrolment(at.ports, { ...renewed, code: "123456" }))).toBe(
    "people.wrong-code",
  );
  expect(
    must(await finishEnrolment(at.ports, { ...renewed, code: totpCodeAt(next, at.time.now) })),
  ).toEqual([]);
  const late = await offer("password");
  at.time.now += enrolmentSecondsMax;
  expect(codeOf(await beginEnrolment(at.ports, { name: "anna", enrolment: late }))).toBe(
    "people.no-enrolment",
  );
});

test("passwords are too short below twelve characters, and good only with the node's own secret", async () => {
  const key = p.random(32);
  expect(codeOf(await hashPassword(p, { key, cost }, "eleven char"))).toBe("people.short-password");
  expect(codeOf(await hashPassword(p, { key, cost }, "x".repeat(1_025)))).toBe(
    "people.long-password",
  );
  const stored = must(await hashPassword(p, { key, cost }, "café au lait, s'il vous plaît"));
  expect(stored).toMatch(/^argon2id m=32 t=1 p=1 /);
  const decomposed = "cafe\u0301 au lait, s'il vous plai\u0302t";
  expect(await isPassword(key, stored, decomposed)).toBe(true);
  expect(await isPassword(p.random(32), stored, decomposed)).toBe(false);
  expect(await isPassword(key, stored.replace("m=32", "m=64"), decomposed)).toBe(false);
  expect(await isPassword(key, "", decomposed)).toBe(false);
});

test("a code is read as it may be typed, and nothing else is one", () => {
  const code = makeCode(p);
  const hash = hashOfCode(p, code);
  expect(hash).toBeDefined();
  for (const typed of [
    code.toUpperCase(),
    code.replaceAll("-", " "),
    code.replaceAll("-", ""),
    code.replaceAll("0", "o").replaceAll("1", "l"),
  ]) {
    expect(hashOfCode(p, typed)).toBe(hash);
  }
  for (const typed of ["", code.slice(1), `${code}0`, code.replace(/./, "u"), "0".repeat(10_000)]) {
    expect(hashOfCode(p, typed)).toBeUndefined();
  }
});
