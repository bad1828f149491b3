/**
 * Goal: an operator backs a node up and makes it anew from the file with two commands, and is told why
 * when it must not be; then there is nothing half done.
 * Method: homes made, paired and agreed by commands, in this process; nothing serves.
 */
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "@parley/core/bytes/canonical-json";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { signJws } from "@parley/core/crypto/jws";
import { keyId } from "@parley/core/crypto/key-id";
import { lockHome, openHome } from "@parley/node/service/home";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  BackupSealer,
  openBackup,
  sealBackupHead,
  unwrapKey,
} from "../../packages/node/src/service/backup-file.ts";
import {
  readRecoveryPublicKey,
  readRecoverySecretKey,
} from "../../packages/node/src/service/recovery-key.ts";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

let homes: TypedHomes;
let file: string;
// biome-ignore lint/suspicious/noExplicitAny: what a command prints is looked at by the test.
let made: any;

beforeAll(async () => {
  homes = await typedHomes();
  file = homes.at("washington.backup");
  made = await homes.json("washington", `backup --to ${file}`);
}, 60_000);
afterAll(() => homes.remove());

const recovery = (name = "washington") => join(homes.at(name), "recovery.key");
const authority = () => join(homes.at("washington"), "authority.key");
const restore = (home: string, rest = "") =>
  homes.json(home, `restore --from ${file} --recovery-key ${recovery()} ${rest}`.trim());

test("[STO-26] a backup says what it holds, and was read back", async () => {
  expect(made).toMatchObject({ exitCode: 0, party: "washington.example", to: file });
  expect(made.rows).toBeGreaterThan(20);
  expect(made.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(file)).toMatchObject({ size: made.bytes });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const said = await homes.type("washington", `backup --lang ru --to ${file}2`);
  expect(said.out).toContain("washington.example");
  expect(existsSync(`${file}.part`)).toBe(false);
});

test("[STO-26] what is in a backup is nowhere to be read in it", () => {
  const bytes = readFileSync(file);
  for (const text of ["moscow.example", "washington.example", "ring node"]) {
    expect(bytes.includes(text)).toBe(false);
  }
});

test("[STO-28] a restore without the authority makes a home that signs nothing until it has epochs", async () => {
  expect(await restore("one")).toMatchObject({
    ...{ exitCode: 0, party: "washington.example", awaits: "new-epochs" },
    ...{ rows: made.rows, digest: made.digest, createdAt: made.createdAt },
  });
  expect(readdirSync(homes.at("one")).sort()).toEqual(["home.json", "keys", "parley.db"]);
  const keys = (home: string) =>
    readdirSync(join(homes.at(home), "keys")).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(homes.at(home), "keys", name)))
        .digest("hex"),
    ]);
  expect(keys("one")).toEqual(keys("washington"));
  for (const line of ["serve", "queue", "keys change node", "backup --to /tmp/none", "doctor"]) {
    expect(await homes.json("one", line)).toMatchObject({ code: "home.awaits-epochs" });
  }
  expect(
    await homes.json("one", `restore --promoted --authority-key ${authority()}`),
  ).toMatchObject({
    exitCode: 0,
    channels: [{ peer: "moscow.example", epochs: { live: 2, link: 2 } }],
  });
  expect(await homes.json("one", "queue")).toMatchObject({ exitCode: 0 });
  const again = await homes.json("one", `backup --to ${homes.at("one.backup")}`);
  expect(again.rows).toBeGreaterThan(made.rows);
});

test("[STO-28] a restore with the authority's key does both", async () => {
  const answer = await restore("two", `--authority-key ${authority()}`);
  expect(answer).toMatchObject({
    ...{ exitCode: 0, awaits: null, record: `${authority()}.notices` },
    channels: [{ peer: "moscow.example", epochs: { live: 3 } }],
  });
  expect(await homes.json("two", "queue")).toMatchObject({ exitCode: 0 });
});

test("[STO-28] settings come along, but for where the old database was", async () => {
  const settings = join(homes.at("washington"), "parley.json");
  writeFileSync(settings, '{ "pollMs": 777 }', { mode: 0o600 });
  file = homes.at("with-settings.backup");
  expect(await homes.json("washington", `backup --to ${file}`)).toMatchObject({ exitCode: 0 });
  const heads = homes.at("elsewhere.heads");
  expect(await restore("three", `--head-store ${heads}`)).toMatchObject({ exitCode: 0 });
  const kept = JSON.parse(readFileSync(join(homes.at("three"), "parley.json"), "utf8"));
  expect(kept).toEqual({ pollMs: 777, headStore: heads });
  rmSync(settings);
});

test("[STO-28] a home in use is not touched, nor a directory with anything in it", async () => {
  const before = readFileSync(join(homes.at("moscow"), "parley.db"));
  expect(await restore("moscow")).toMatchObject({ exitCode: 1, code: "restore.home-in-use" });
  const home = openHome(homes.at("moscow"));
  if (!home.ok) throw new Error("made above");
  {
    using lock = lockHome(home.value, 0);
    expect(lock).toBeDefined();
    expect(await restore("moscow")).toMatchObject({ code: "restore.home-in-use" });
  }
  expect(readFileSync(join(homes.at("moscow"), "parley.db")).equals(before)).toBe(true);
  mkdirSync(homes.at("full"), { mode: 0o700 });
  writeFileSync(join(homes.at("full"), "anything"), "of theirs");
  expect(await restore("full")).toMatchObject({ exitCode: 1, code: "home.exists" });
  expect(readdirSync(homes.at("full"))).toEqual(["anything"]);
});

test("[STO-27] what is no good backup is refused in both languages, and nothing is made", async () => {
  const whole = readFileSync(file);
  const spoilt = homes.at("spoilt.backup");
  const refuse = async (bytes: Uint8Array, code: string, key = recovery()) => {
    writeFileSync(spoilt, bytes);
    const line = `restore --from ${spoilt} --recovery-key ${key}`;
    expect([code, await homes.json("none", line)]).toMatchObject([code, { exitCode: 1, code }]);
    const said = await homes.type("none", `${line} --lang ru`);
    expect(said.err).toMatch(/[а-яё].*\[(?:restore|cli)\.[a-z-]+\]/);
    expect(existsSync(homes.at("none"))).toBe(false);
  };
  await refuse(whole.subarray(0, -1), "restore.damaged");
  await refuse(Buffer.concat([whole, Buffer.of(0)]), "restore.damaged");
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
  await refuse(flipped, "restore.damaged");
  await refuse(
    Buffer.from("PK\u0003\u0004, a file of another program\nand more\n"),
    "restore.not-a-backup",
  );
  await refuse(new Uint8Array(0), "restore.not-a-backup");
  await refuse(whole, "restore.other-recovery-key", recovery("moscow"));
  await refuse(whole, "restore.bad-recovery-key", authority());
  await refuse(whole, "restore.bad-recovery-key", homes.at("nowhere"));
  const missing = `restore --from ${homes.at("nowhere")} --recovery-key ${recovery()}`;
  expect(await homes.json("none", missing)).toMatchObject({ code: "cli.no-such-file" });
  expect(await homes.json("none", `restore --from ${file}`)).toMatchObject({
    code: "restore.not-promoted",
  });
});

test("[STO-27] what another sealed to our public key is not ours", async () => {
  const theirs = join(homes.at("moscow"), "keys", "recovery.pub");
  const own = readFileSync(theirs);
  writeFileSync(theirs, readFileSync(join(homes.at("washington"), "keys", "recovery.pub")));
  const foreign = homes.at("foreign.backup");
  expect(await homes.json("moscow", `backup --to ${foreign}`)).toMatchObject({ exitCode: 0 });
  writeFileSync(theirs, own);
  const line = `restore --from ${foreign} --recovery-key ${recovery()}`;
  expect(await homes.json("none", line)).toMatchObject({ exitCode: 1, code: "restore.foreign" });
  expect(existsSync(homes.at("none"))).toBe(false);
});

test("[STO-27] what is in a backup, sealed anew by one without the node's keys, is refused", async () => {
  const secret = readRecoverySecretKey(p, recovery());
  const shown = readRecoveryPublicKey(p, join(homes.at("washington"), "keys"));
  if (!secret.ok || !shown.ok) throw new Error("made by init");
  const forge = async (
    name: string,
    sign: (digest: string, signature: string) => Promise<string>,
  ) => {
    const keyOf = (head: Uint8Array) => unwrapKey(p, head, secret.value);
    const opened = await openBackup(p, createReadStream(file), keyOf);
    const sealing = await sealBackupHead(p, shown.value);
    if (!opened.ok || sealing === undefined) throw new Error("a good backup");
    const sealer = new BackupSealer(p, sealing.key);
    const parts = [sealing.head, sealer.manifest(opened.value.manifest)];
    for await (const rows of opened.value.rows) parts.push(sealer.rows(rows));
    const signature = opened.value.ending()?.signature ?? "";
    parts.push(await sealer.end((digest) => sign(digest, signature)));
    writeFileSync(homes.at(name), Buffer.concat(parts));
    return homes.json("none", `restore --from ${homes.at(name)} --recovery-key ${recovery()}`);
  };
  const foreign = { exitCode: 1, code: "restore.foreign" };
  expect(await forge("unsigned.backup", async () => "none")).toMatchObject(foreign);
  const signers = (["Ed25519", "ML-DSA-65"] as const).map((algorithm) => {
    const signer = p.signer(algorithm, p.random(32));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
  const said = { v: 1, party: "washington.example" };
  const byOthers = await forge("others.backup", (digest, signature) => {
    const { createdAt } = JSON.parse(
      Buffer.from(JSON.parse(signature).payload, "base64url").toString(),
    );
    const payload = canonicalJson({ ...said, createdAt, digest });
    return signJws(payload, "parley-backup+jws", signers);
  });
  expect(byOthers).toMatchObject(foreign);
  expect(existsSync(homes.at("none"))).toBe(false);
  // The same octets with the signature of the node are good: nothing else was wrong with them.
  expect(await forge("same.backup", async (_, signature) => signature)).toMatchObject({
    exitCode: 0,
  });
  rmSync(homes.at("none"), { recursive: true });
});

test("[STO-28] an authority that is not in force leaves no home behind", async () => {
  const other = join(homes.at("moscow"), "authority.key");
  expect(await restore("none", `--authority-key ${other}`)).toMatchObject({
    ...{ exitCode: 1, code: "restore.other-authority" },
  });
  expect(existsSync(homes.at("none"))).toBe(false);
  expect(existsSync(`${homes.at("none")}.heads`)).toBe(false);
});

test("[STO-26] a backup is not written over anything, nor without a recovery key", async () => {
  const before = readFileSync(file);
  expect(await homes.json("washington", `backup --to ${file}`)).toMatchObject({
    ...{ exitCode: 1, code: "cli.file-exists" },
  });
  expect(readFileSync(file).equals(before)).toBe(true);
  const nowhere = homes.at("nowhere/file");
  expect(await homes.json("washington", `backup --to ${nowhere}`)).toMatchObject({
    code: "cli.no-such-file",
  });
  const pub = join(homes.at("washington"), "keys", "recovery.pub");
  renameSync(pub, `${pub}.old`);
  const target = homes.at("new.backup");
  expect(await homes.json("washington", `backup --to ${target}`)).toMatchObject({
    ...{ exitCode: 1, code: "backup.no-recovery-key" },
  });
  expect(existsSync(target)).toBe(false);
  const out = homes.at("second.key");
  expect(await homes.json("washington", `keys recovery --out ${out}`)).toMatchObject({
    exitCode: 0,
  });
  expect(await homes.json("washington", `keys recovery --out ${out}`)).toMatchObject({
    code: "cli.file-exists",
  });
  expect(await homes.json("washington", `backup --to ${target}`)).toMatchObject({ exitCode: 0 });
  const line = (key: string) => `restore --from ${target} --recovery-key ${key}`;
  expect(await homes.json("none", line(recovery()))).toMatchObject({
    code: "restore.other-recovery-key",
  });
  expect(await homes.json("four", line(out))).toMatchObject({ exitCode: 0 });
  renameSync(`${pub}.old`, pub);
});

test("[STO-26] the doctor says where the recovery key lies and how old the last backup is", async () => {
  const codes = async () =>
    (await homes.json("washington", "doctor --all")).findings
      .map(({ code }: { code: string }) => code)
      .filter((code: string) => code.startsWith("backup."));
  expect(await codes()).toEqual(["backup.key-at-home", "backup.recent"]);
  renameSync(recovery(), homes.at("moved.key"));
  const record = join(homes.at("washington"), "last-backup.json");
  const said = readFileSync(record, "utf8");
  const { createdAt } = JSON.parse(said);
  writeFileSync(record, said.replace(String(createdAt), String(createdAt - 8 * 86_400)));
  expect(await codes()).toEqual(["backup.old"]);
  rmSync(record);
  const pub = join(homes.at("washington"), "keys", "recovery.pub");
  renameSync(pub, `${pub}.old`);
  expect(await codes()).toEqual(["backup.no-key", "backup.never"]);
  renameSync(`${pub}.old`, pub);
  renameSync(homes.at("moved.key"), recovery());
});

test("[STO-26] a backup that is cancelled leaves no file", async () => {
  const target = homes.at("cancelled.backup");
  const stop = new AbortController();
  stop.abort();
  const said = await homes.type("washington", `backup --to ${target}`, stop.signal);
  expect(said.err).toContain("[cli.cancelled]");
  expect(readdirSync(homes.at(".")).filter((name) => name.startsWith("cancelled"))).toEqual([]);
});
