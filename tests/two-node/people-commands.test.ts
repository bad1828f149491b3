/**
 * Goal: an office gets its people, works as them, and gets over every loss of them by commands alone,
 * each with its entry in the audit log. Method: the commands as they are typed, on homes of this test;
 * what authenticators would show is computed for the moment.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../packages/checker/src/check.ts";
import { totpCodeAt } from "../../packages/node/src/service/people/second-factor.ts";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

/** Homes are made by real commands, and passwords hashed at their real cost. */
const slowMs = 120_000;
const password = "correct horse battery";

let homes: TypedHomes;
beforeAll(async () => {
  homes = await typedHomes();
  writeFileSync(homes.at("password"), `${password}\n`);
}, slowMs);
afterAll(() => homes.remove());

/** Each officer types with a session file of their own. */
const as = (who: string, line: string, home = "washington") =>
  homes.json(home, `${line} --session-file ${homes.at(`session-${who}`)}`);
const asMachine = (line: string, home = "washington") => as("nobody", line, home);
const words = (who: string, line: string) =>
  homes.type("washington", `${line} --session-file ${homes.at(`session-${who}`)}`);

interface Person {
  readonly name: string;
  secret: Uint8Array;
  recovery: string[];
  /** Steps of 30 seconds that were used: a code is good once, one step either way. */
  step: number;
}

function secretOf(base32: string): Uint8Array {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32.replaceAll(" ", "")]
    .map((one) => alphabet.indexOf(one).toString(2).padStart(5, "0"))
    .join("");
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
}

/** A code that was not shown yet, waiting for the clock if it must. */
async function codeOf(person: Person): Promise<string> {
  for (;;) {
    const now = Math.floor(Date.now() / 30_000);
    const step = Math.max(now - 1, person.step + 1);
    if (step <= now + 1) {
      person.step = step;
      return totpCodeAt(person.secret, step * 30);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function enrol(name: string, enrolment: string, home = "washington"): Promise<Person> {
  const file = `--password-file ${homes.at("password")}`;
  const begun = await asMachine(`people enrol ${name} --enrolment ${enrolment}`, home);
  const person: Person = { name, secret: secretOf(begun.secret), recovery: [], step: 0 };
  const done = await asMachine(
    `people enrol ${name} --enrolment ${enrolment} ${file} --code ${await codeOf(person)}`,
    home,
  );
  expect(done).toMatchObject({ exitCode: 0 });
  person.recovery = done.recovery;
  return person;
}

async function login(person: Person, code?: string) {
  const typed = code ?? (await codeOf(person));
  return as(
    person.name,
    `login ${person.name} --password-file ${homes.at("password")} --code ${typed}`,
  );
}

test(
  "a party without officers works as before, and says how to set up the first",
  async () => {
    expect((await words("nobody", "people")).out).toContain(
      "parley people add NAME --role administrator",
    );
    expect(await asMachine("cases")).toMatchObject({ exitCode: 0 });
    expect(await asMachine("people add boris --role drafter/watch")).toMatchObject({
      ...{ exitCode: 1, code: "people.first-administrator" },
    });
    expect(await asMachine("people add Boris --role administrator")).toMatchObject({
      code: "people.bad-name",
    });
    expect(await asMachine("people add boris --role drafter")).toMatchObject({
      code: "people.bad-role",
    });
  },
  slowMs,
);

test(
  "officers are added, enrol, sign in and work as themselves; what they did stands in the log",
  async () => {
    const added = await asMachine(
      "people add anna --title Anna --role administrator --role auditor",
    );
    expect(added).toMatchObject({ exitCode: 0, name: "anna", roles: ["administrator", "auditor"] });
    // Until she has enrolled the machine's operator goes on.
    expect(await asMachine("cases")).toMatchObject({ exitCode: 0 });
    const anna = await enrol("anna", added.enrolment);
    expect(anna.recovery).toHaveLength(10);
    expect(await asMachine("cases")).toMatchObject({ exitCode: 1, code: "session.required" });
    expect(await asMachine("doctor")).toMatchObject({ exitCode: 0 });
    expect(await login(anna)).toMatchObject({ exitCode: 0, name: "anna", isRecovered: false });
    const file = homes.at("session-anna");
    expect([statSync(file).mode & 0o777, readFileSync(file, "utf8").includes(password)]).toEqual([
      0o600,
      false,
    ]);
    expect(await as("anna", "cases")).toMatchObject({ exitCode: 0 });
    const second = await as("anna", "people add boris --role watch-officer/watch --class exercise");
    const boris = await enrol("boris", second.enrolment);
    await login(boris);
    expect(await as("boris", "people")).toMatchObject({ code: "people.not-allowed" });
    expect(await as("boris", "cases")).toMatchObject({ exitCode: 0, total: 0 });
    const send = "send note --text hello --by";
    expect(await as("boris", `${send} technical --class exercise`)).toMatchObject({
      code: "people.not-allowed",
    });
    expect(await as("boris", `${send} watch --class live`)).toMatchObject({
      code: "people.not-allowed",
    });
    const people = await as("anna", "people");
    expect(
      people.people.map((one: { name: string; roles: string[] }) => [one.name, one.roles]),
    ).toEqual([
      ["anna", ["administrator", "auditor"]],
      ["boris", ["watch-officer/watch"]],
    ]);
    const audit = await as("anna", "audit --by anna");
    expect(audit.entries.map(({ act }: { act: string }) => act)).toEqual([
      ...["people.add", "session.open", "people.enrol"],
    ]);
    expect((await words("anna", "audit --act people.add")).out).toContain(
      "(the machine's operator)",
    );
  },
  slowMs,
);

test(
  "sessions are listed and ended, one's own and, by an administrator, another's",
  async () => {
    const own = await as("boris", "sessions");
    expect(own).toMatchObject({ name: "boris", sessions: [{ isThis: true, source: "local" }] });
    expect(await as("boris", "sessions list --of anna")).toMatchObject({
      code: "people.not-allowed",
    });
    const [{ id }] = (await as("anna", "sessions list --of boris")).sessions;
    expect(await as("anna", `sessions end ${id} --of boris`)).toMatchObject({ exitCode: 0 });
    expect(await as("boris", "cases")).toMatchObject({ code: "session.ended" });
    expect(await as("boris", "logout")).toMatchObject({ exitCode: 0 });
    expect(await as("boris", "cases")).toMatchObject({ code: "session.required" });
  },
  slowMs,
);

test(
  "a lost second factor: by another administrator, or by oneself with a recovery code",
  async () => {
    const reset = await as("anna", "people reset-second-factor boris");
    expect(reset).toMatchObject({ exitCode: 0, part: "second-factor" });
    const boris = await enrol("boris", reset.enrolment);
    const [lost = ""] = boris.recovery;
    expect(await login(boris, lost)).toMatchObject({
      exitCode: 0,
      isRecovered: true,
      recoveryLeft: 9,
    });
    expect(await login(boris, lost)).toMatchObject({ exitCode: 1, code: "sign-in.refused" });
    const own = await as("boris", "people reset-second-factor boris");
    const renewed = await enrol("boris", own.enrolment);
    expect(await as("boris", "cases")).toMatchObject({ code: "session.ended" });
    expect(await login(renewed)).toMatchObject({ exitCode: 0 });
    expect(await as("boris", "people reset-second-factor anna")).toMatchObject({
      code: "people.not-allowed",
    });
    const acts = (await as("anna", "audit --act people.reset-second-factor")).entries;
    expect(acts.map((one: { by: { name: string } }) => one.by.name)).toEqual(["boris", "anna"]);
  },
  slowMs,
);

test(
  "an officer who leaves is out at once; the last administrator cannot leave, nor give the role away",
  async () => {
    expect(await as("anna", "people leave anna")).toMatchObject({
      code: "people.last-administrator",
    });
    expect(await as("anna", "people roles anna --role auditor")).toMatchObject({
      code: "people.last-administrator",
    });
    expect(await as("anna", "people")).toMatchObject({ exitCode: 0 });
    expect(await as("anna", "people leave boris")).toMatchObject({
      exitCode: 0,
      state: "left",
      sessionsEnded: 1,
    });
    expect(await as("boris", "cases")).toMatchObject({ code: "session.ended" });
    expect(await as("anna", "people add boris --role drafter/watch")).toMatchObject({
      code: "people.name-taken",
    });
    expect(await as("anna", "people reset-second-factor boris")).toMatchObject({
      code: "people.has-left",
    });
    const [entry] = (await as("anna", "audit --act people.leave")).entries;
    expect(entry).toMatchObject({
      by: { name: "anna" },
      what: { name: "boris", sessionsEnded: 1 },
    });
  },
  slowMs,
);

test(
  "the last administrator gone: the machine's operator makes one, with the reason in the log",
  async () => {
    expect((await words("nobody", "people break-glass carol")).exitCode).toBe(2);
    const broken = await homes.json("washington", "people break-glass carol --reason died");
    expect(broken).toMatchObject({ exitCode: 0, name: "carol", isNew: true });
    // Nothing else is given by it, and not before she has enrolled.
    expect(await asMachine("people")).toMatchObject({ code: "session.required" });
    const carol = await enrol("carol", broken.enrolment);
    await login(carol);
    expect(await as("carol", "people leave anna")).toMatchObject({ exitCode: 0, state: "left" });
    expect(await as("anna", "people")).toMatchObject({ code: "session.ended" });
    await as("carol", "people roles carol --role administrator --role auditor");
    const [entry] = (await as("carol", "audit --act people.break-glass")).entries;
    expect(entry).toMatchObject({
      by: { kind: "operator" },
      what: { name: "carol", reason: "died", isNew: true },
    });
  },
  slowMs,
);

test(
  "the audit log is verified here, written out, and proven by parley-check; one octet more or less shows",
  async () => {
    const verified = await as("carol", "audit verify");
    expect(verified).toMatchObject({ exitCode: 0, origin: "washington.example/audit/1" });
    const directory = homes.at("audit");
    const written = await as("carol", `audit export ${directory}`);
    expect(written.size).toBe(verified.size + 1);
    expect(await as("carol", `audit export ${directory}`)).toMatchObject({
      code: "record.target-exists",
    });
    const order = { path: directory, lang: "en", progress: () => undefined } as const;
    const said = await check({ ...order, fingerprints: [written.fingerprint] });
    expect([said.exitCode, said.json["size"]]).toEqual([0, written.size]);
    const [bundle = ""] = readdirSync(`${directory}/tile/entries/000.p`);
    const path = `${directory}/tile/entries/000.p/${bundle}`;
    const octets = readFileSync(path);
    writeFileSync(path, octets.with(99, (octets[99] ?? 0) ^ 1));
    expect((await check({ ...order, fingerprints: [] })).exitCode).toBe(1);
    expect(existsSync(path)).toBe(true);
  },
  slowMs,
);

test(
  "every command explains itself in both languages, with an example",
  async () => {
    const commands = [
      "login",
      "logout",
      "sessions",
      "sessions end",
      "audit",
      "audit export",
      "audit verify",
    ].concat(
      [
        "list",
        "add",
        "roles",
        "enrol",
        "leave",
        "reset-second-factor",
        "reset-password",
        "break-glass",
      ].map((one) => `people ${one}`),
    );
    for (const command of commands) {
      const english = await homes.type("washington", `${command} --help`);
      const russian = await homes.type("washington", `${command} --help --lang ru`);
      expect([command, english.exitCode, english.out.includes("EXAMPLE\n  parley ")]).toEqual([
        command,
        0,
        true,
      ]);
      expect([command, /[а-я]{4}/.test(russian.out)]).toEqual([command, true]);
    }
  },
  slowMs,
);
