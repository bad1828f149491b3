/**
 * Goal: a database read as octets beside whoever writes it is one moment of it, and what is made of the
 * octets is the same database, on either kind, or nothing.
 * Method: SQLite and PostgreSQL as source and as target; a writer that goes on; targets that are used,
 * not ours to write, full.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, Fault } from "@parley/core/fault";
import { type PostgresServer, startPostgres } from "@parley/testkit/postgres-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storageImages } from "../../packages/node/src/storage/database-image.ts";
import { openStorage } from "../../packages/node/src/storage/open-storage.ts";
import { appendTo, channel, entriesOf, newLog } from "./fixtures.ts";

let server: PostgresServer;
const directory = mkdtempSync(join(tmpdir(), "parley-image-"));
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const quiet = () => undefined;
let placeCount = 0;
const placeOf = async (kind: Kind) =>
  kind === "PostgreSQL" ? server.createDatabase() : join(directory, `${++placeCount}.db`);
type Kind = "SQLite" | "PostgreSQL";

async function open(place: string, mode: "create" | "open" = "open") {
  const opened = await openStorage(place, mode);
  assert(opened.ok, "the database opens");
  return opened.value;
}

async function filled(kind: Kind): Promise<string> {
  const place = await placeOf(kind);
  await using storage = await open(place, "create");
  await storage.write(async (tx) => {
    await tx.home.insertHome({ party: "a.example", protocol: 1, isPractice: true, createdAt: 1 });
    const about = { party: "a.example", serial: 1, digest: "d", storedAt: 1 };
    await tx.parties.insertDescriptor({ ...about, jws: "signed" });
    await tx.parties.insertDescriptor({ ...about, party: "b.example", jws: "of another" });
    const key = { channel, digest: "d" };
    await tx.attachments.createAttachment({
      ...{ ...key, author: "a.example", firstSeenAt: 1, bytesTotal: 2_500_000 },
    });
    for (let offset = 0; offset < 2_500_000; offset += 500_000) {
      await tx.attachments.appendAttachment(key, offset, new Uint8Array(500_000).fill(offset));
    }
  });
  const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
  for (const from of [0, 100, 200]) {
    await appendTo(storage, log.id, entriesOf(from, 100), from);
  }
  return place;
}

async function octetsOf(place: string, meanwhile: () => Promise<void> = async () => undefined) {
  const opened = await storageImages.openImage(place);
  assert(opened.ok, "the image opens");
  await using image = opened.value;
  const chunks: Uint8Array[] = [];
  for await (const bytes of image.read(quiet)) {
    if (chunks.length === 0) await meanwhile();
    chunks.push(bytes.slice());
  }
  return { chunks, schema: image.schema, party: image.party };
}

async function* of(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

async function factsOf({ chunks, schema }: Awaited<ReturnType<typeof octetsOf>>) {
  const facts = await storageImages.inspectImage(of(chunks), schema, quiet);
  assert(facts.ok, "octets as they were written");
  return facts.value;
}

const kinds: readonly Kind[] = ["SQLite", "PostgreSQL"];
describe.each(kinds)("from %s", (from) => {
  test.each(kinds)("[STO-26] [STO-28] to %s it is the same database", async (to) => {
    const read = await octetsOf(await filled(from));
    const expected = await factsOf(read);
    expect(expected).toMatchObject({ party: "a.example", descriptors: ["signed"] });
    const place = await placeOf(to);
    const options = { expected, progress: quiet };
    expect(await storageImages.makeOfImage(place, of(read.chunks), options)).toMatchObject({
      ok: true,
    });
    const again = await octetsOf(place);
    expect(Buffer.concat(again.chunks).equals(Buffer.concat(read.chunks))).toBe(true);
    await using storage = await open(place);
    expect(await storage.checkIntegrity()).toEqual([]);
    // What is there is never filled twice.
    expect(await storageImages.makeOfImage(place, of(read.chunks), options)).toMatchObject({
      refusal: { code: "storage.not-empty" },
    });
  });

  test("[STO-26] it is one moment, and a writer that goes on is not held up", async () => {
    const place = await filled(from);
    const before = await factsOf(await octetsOf(place));
    await using storage = await open(place);
    const during = await octetsOf(place, async () => {
      const [log] = await storage.read((tx) => tx.logs.listLogs({}));
      await appendTo(storage, log?.id ?? 0, entriesOf(300, 100), 300);
    });
    expect(await factsOf(during)).toEqual(before);
    expect((await factsOf(await octetsOf(place))).rows).toBeGreaterThan(before.rows + 100);
  });
});

describe.each(kinds)("into %s", (to) => {
  test("[STO-28] octets that are not those expected leave nothing", async () => {
    const read = await octetsOf(await filled("SQLite"));
    const expected = await factsOf(read);
    const place = await placeOf(to);
    const cut = Buffer.concat(read.chunks).subarray(0, -2_000);
    const wrong = [
      { chunks: [cut], expected },
      { chunks: read.chunks, expected: { ...expected, rows: expected.rows + 1 } },
      { chunks: read.chunks, expected: { ...expected, digest: "00" } },
    ];
    for (const { chunks, expected: other } of wrong) {
      const options = { expected: other, progress: quiet };
      expect(await storageImages.makeOfImage(place, of(chunks), options)).toMatchObject({
        refusal: { code: "restore.damaged" },
      });
      expect(await openStorage(place, "open")).toMatchObject({
        refusal: { code: "storage.missing" },
      });
    }
    if (to === "SQLite") expect(existsSync(place)).toBe(false);
    // The next try takes the place as if there had been none before.
    const options = { expected, progress: quiet };
    expect(await storageImages.makeOfImage(place, of(read.chunks), options)).toMatchObject({
      ok: true,
    });
  });
});

test("[STO-28] a database of another program, and one without rights, are left as they are", async () => {
  const read = await octetsOf(await filled("SQLite"));
  const options = { expected: await factsOf(read), progress: quiet };
  const theirs = await server.createDatabase();
  await server.run(theirs, "create table theirs (id int)");
  expect(await storageImages.makeOfImage(theirs, of(read.chunks), options)).toMatchObject({
    refusal: { code: "storage.other-program" },
  });
  expect(await storageImages.openImage(theirs)).toMatchObject({
    refusal: { code: "storage.other-program" },
  });
  const denied = await server.createDatabase();
  await server.run(
    denied,
    "create role weak login password 'weak'; revoke all on schema public from public",
  );
  const address = new URL(denied);
  address.username = "weak";
  address.password = "weak";
  const failed = await storageImages
    .makeOfImage(address.href, of(read.chunks), options)
    .catch((fault: unknown) => fault);
  expect(failed).toBeInstanceOf(Fault);
  expect(failed).toMatchObject({ code: "storage.denied" });
  expect(await storageImages.openImage(join(directory, "none.db"))).toMatchObject({
    refusal: { code: "storage.missing" },
  });
  expect(existsSync(join(directory, "none.db"))).toBe(false);
});

test("[STO-27] octets of another schema are not looked into", async () => {
  const read = await octetsOf(await filled("SQLite"));
  const schema = [...read.schema, "9999-later"];
  expect(await storageImages.inspectImage(of(read.chunks), schema, quiet)).toMatchObject({
    refusal: { code: "restore.other-schema" },
  });
});
