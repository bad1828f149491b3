/**
 * Goal: a peer gets what spec/exchange.md says and nothing else, whatever it sends. Method: raw
 * requests over TLS to a listener with SQLite behind it; each row of the tables; then what the
 * database holds is looked at.
 */
import { gzipSync } from "node:zlib";
import { toBase64Url } from "@parley/core/bytes/base64";
import { toHex } from "@parley/core/bytes/hex";
import { concatBytes } from "@parley/core/bytes/octets";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { Fault } from "@parley/core/fault";
import { parseSignedCheckpoint, signCheckpoint } from "@parley/core/log/checkpoint";
import { verifyCosignature } from "@parley/core/log/cosignature";
import { judgeFork } from "@parley/core/log/fork";
import {
  encodePackage,
  encodeUploadHeader,
  formatAddCheckpoint,
  packageCount,
  packageInterval,
} from "@parley/core/log/mirror-messages";
import { proveConsistency, proveSubtreeConsistency } from "@parley/core/log/proofs";
import { formatReceiptList, parseReceiptList, type Receipt } from "@parley/core/log/receipt-list";
import { decodeBundle } from "@parley/core/log/tiles";
import { leafHash, rootOfLeaves } from "@parley/core/log/tree";
import {
  channelId,
  type ExchangeParties,
  type ExchangeParty,
  entriesOf,
  exchangeParties,
  hashOf,
  moscow as moscowName,
  originOf,
  signersOf,
  until,
  washington as washingtonName,
} from "@parley/testkit/exchange-parties";
import { afterEach, expect, test } from "vitest";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function parties(options?: Parameters<typeof exchangeParties>[0]): Promise<ExchangeParties> {
  const made = await exchangeParties(options);
  open.push(made);
  return made;
}

/** Body of add-checkpoint for the last checkpoint of a party's live log. */
async function checkpointBody(party: ExchangeParty, old: number): Promise<string> {
  const log = await party.ownLog();
  return party.storage.read(async (tx) => {
    const head = await tx.logs.readLastCheckpoint(log.id);
    if (head === undefined) expect.fail("the log has a checkpoint");
    const proof =
      old === 0
        ? []
        : await proveConsistency(p, (ids) => tx.logs.readNodes(log.id, ids), old, head.size);
    return formatAddCheckpoint({ old, proof, text: head.note });
  });
}

/** Header, then packages. */
async function uploadParts(party: ExchangeParty, start: number, end: number) {
  const log = await party.ownLog();
  const header = { origin: log.origin, start, end, ticket: new Uint8Array(0) };
  const parts = [encodeUploadHeader(header)];
  for (let at = 0; at < packageCount(start, end); at++) {
    const interval = packageInterval(start, end, at);
    const part = await party.storage.read(async (tx) => {
      const count = interval.end - interval.start;
      const entries = await tx.logs.readEntries(log.id, interval.start, count);
      const whole = { start: interval.subtreeStart, end: interval.end };
      const read = (ids: Parameters<typeof tx.logs.readNodes>[1]) => tx.logs.readNodes(log.id, ids);
      const proof = await proveSubtreeConsistency(p, read, whole, end);
      return encodePackage(
        entries.map(({ bytes }) => bytes),
        proof,
      );
    });
    parts.push(part);
  }
  return parts;
}

async function upload(party: ExchangeParty, start: number, end: number): Promise<Uint8Array> {
  return concatBytes(...(await uploadParts(party, start, end)));
}

const post = async (party: ExchangeParty, path: string, body: unknown, headers = {}) => {
  const { status, text } = await party.ask("POST", path, { body, headers });
  return `${status} ${text}`;
};

/** A log of so many entries, all receipted. */
async function receipted(party: ExchangeParty, count: number): Promise<string> {
  await party.append(entriesOf(0, count));
  expect(await post(party, "add-checkpoint", await checkpointBody(party, 0))).toBe("200 ");
  const { status, text } = await party.ask("POST", "add-entries", {
    body: await upload(party, 0, count),
  });
  expect(status).toBe(200);
  return text;
}

test("[EXC-7] [EXC-8] [EXC-9] [EXC-10] [EXC-11] add-checkpoint answers as the table says", async () => {
  const { washington } = await parties();
  await washington.append(entriesOf(0, 5));
  const good = await checkpointBody(washington, 0);
  const ask = (body: string) => post(washington, "add-checkpoint", body);
  expect(await ask("old 0\n\nrubbish\n")).toBe("400 mirror.bad-request\n");
  expect(await ask(`${good}x`)).toBe("400 mirror.bad-request\n");
  expect(await ask(good.replace("old 0", "old 00"))).toBe("400 mirror.bad-request\n");
  const another = { size: 1, root: p.sha256(new Uint8Array(1)) };
  const noteOf = (origin: string, signers = washington.logSigners) =>
    signCheckpoint(p, { checkpoint: { origin, ...another }, time: 1 }, signers);
  for (const origin of [
    originOf(moscowName),
    originOf(washingtonName, "live", 2),
    "washington.example/moscow.example/ffffffffffffffff/live/1",
  ]) {
    const text = await noteOf(origin);
    const body = formatAddCheckpoint({ old: 0, proof: [], text });
    expect(await ask(body)).toBe("404 log.unknown-origin\n");
  }
  const text = await noteOf(originOf(washingtonName), signersOf(77));
  const unsigned = formatAddCheckpoint({ old: 0, proof: [], text });
  expect(await ask(unsigned)).toBe("403 log.wrong-signers\n");
  expect(await ask(good.replace("old 0", "old 6"))).toBe("400 mirror.bad-request\n");
  expect(await ask(good.replace("old 0", "old 3"))).toBe("409 0\n");
  const hash = Buffer.alloc(32).toString("base64");
  expect(await ask(good.replace("old 0\n", `old 0\n${hash}\n`))).toBe("422 log.bad-proof\n");
  expect(await ask(good)).toBe("200 ");
  expect(await ask(good)).toBe("409 5\n");
  expect(await ask(good.replace("old 0", "old 5"))).toBe("200 ");
  const answer = await washington.ask("POST", "add-checkpoint", { body: good });
  expect(answer.headers["content-type"]).toBe("text/x.tlog.size");
});

test("a note with lines of strangers is kept with the lines of the log only", async () => {
  const { washington, moscow } = await parties();
  await washington.append(entriesOf(0, 1));
  const foreign = `— somebody ${Buffer.alloc(3_000).toString("base64")}\n`;
  const body = `${await checkpointBody(washington, 0)}${foreign.repeat(12)}`;
  expect(await post(washington, "add-checkpoint", body)).toBe("200 ");
  const row = await moscow.mirrorLog();
  const [pending] = await moscow.storage.read((tx) => tx.logs.listPending(row?.id ?? 0));
  expect(pending?.note.split("\n— ")).toHaveLength(3);
  expect(pending?.note).not.toContain("somebody");
});

test("[EXC-12] a fork is refused, kept with its proof, and reported once", async () => {
  const { washington, moscow } = await parties();
  await receipted(washington, 5);
  const root = p.sha256(new Uint8Array(9));
  const checkpoint = { origin: originOf(washingtonName), size: 5, root };
  const text = await signCheckpoint(p, { checkpoint, time: 7 }, washington.logSigners);
  const fork = formatAddCheckpoint({ old: 5, proof: [], text });
  const padding = `— somebody ${Buffer.alloc(3_000).toString("base64")}\n`.repeat(12);
  expect(await post(washington, "add-checkpoint", `${fork}${padding}`)).toBe("422 log.fork\n");
  expect(await post(washington, "add-checkpoint", fork)).toBe("422 log.fork\n");
  expect(moscow.forks).toHaveLength(1);
  expect(moscow.forks[0]?.shown).toBe(text);
  expect((await moscow.mirrorLog())?.size).toBe(5);
  const again = await post(washington, "add-entries", await upload(washington, 5, 5));
  expect(again.slice(0, 4)).toBe("200 ");
});

test("[EXC-12] a checkpoint answered 409 is compared with what the mirror holds at its size", async () => {
  const { washington, moscow } = await parties();
  await receipted(washington, 9);
  const checkpoint = {
    origin: originOf(washingtonName),
    size: 4,
    root: p.sha256(new Uint8Array(9)),
  };
  const text = await signCheckpoint(p, { checkpoint, time: 7 }, washington.logSigners);
  const body = formatAddCheckpoint({ old: 0, proof: [], text });
  expect(await post(washington, "add-checkpoint", body)).toBe("409 9\n");
  const [evidence] = moscow.forks;
  if (evidence === undefined) expect.fail("the fork is found");
  const sides = [evidence.held, evidence.shown].map((note) => {
    const parsed = parseSignedCheckpoint(note);
    if (!parsed.ok) expect.fail(note);
    return { checkpoint: parsed.value.checkpoint, text: note, time: 1 };
  });
  const [held, shown] = sides;
  if (held === undefined || shown === undefined) expect.fail("two sides");
  expect(judgeFork(p, held, shown, evidence.prefix)).toEqual({ ok: true, value: "fork" });
});

test("a fork whose evidence cannot be kept is not answered", async () => {
  const { washington, moscow } = await parties();
  await receipted(washington, 5);
  const push = moscow.forks.push;
  moscow.forks.push = () => {
    throw new TypeError("the disk is full");
  };
  const checkpoint = {
    origin: originOf(washingtonName),
    size: 5,
    root: p.sha256(new Uint8Array(1)),
  };
  const text = await signCheckpoint(p, { checkpoint, time: 7 }, washington.logSigners);
  const fork = formatAddCheckpoint({ old: 5, proof: [], text });
  expect(await post(washington, "add-checkpoint", fork)).toBe("500 ");
  moscow.forks.push = push;
  expect(await post(washington, "add-checkpoint", fork)).toBe("422 log.fork\n");
  expect(moscow.forks).toHaveLength(1);
});

test("[EXC-14] [EXC-16] [EXC-17] [EXC-19] add-entries answers as the table says", async () => {
  const { washington, moscow } = await parties();
  await washington.append(entriesOf(0, 300));
  const parts = await uploadParts(washington, 0, 300);
  const whole = concatBytes(...parts);
  const ask = (body: Uint8Array) => post(washington, "add-entries", body);
  const header = {
    origin: originOf(washingtonName),
    start: 0,
    end: 300,
    ticket: new Uint8Array(0),
  };
  const empty = (over: Partial<typeof header>) => ask(encodeUploadHeader({ ...header, ...over }));
  expect(await ask(whole)).toBe("422 mirror.no-checkpoint\n");
  expect(await empty({ origin: originOf(moscowName) })).toBe("404 log.unknown-origin\n");
  expect(await ask(Uint8Array.of(0, 0))).toBe("400 mirror.bad-request\n");
  expect(await ask(new Uint8Array(0))).toBe("400 mirror.bad-request\n");
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 0))).toBe(
    "200 ",
  );
  expect(await empty({ end: 299 })).toBe("409 300\n0\n\n");
  expect(await empty({ start: 5 })).toBe("409 300\n0\n\n");
  expect(await empty({})).toBe("400 mirror.bad-request\n");
  expect(await ask(whole.subarray(0, 2_000))).toBe("400 mirror.bad-request\n");
  expect(await ask(concatBytes(...parts.slice(0, 2)))).toBe("202 300\n256\n\n");
  expect((await moscow.mirrorLog())?.entryCount).toBe(256);
  const spoilt = (await upload(washington, 256, 300)).slice();
  spoilt[spoilt.length - 40] = (spoilt[spoilt.length - 40] ?? 0) ^ 1;
  expect(await ask(spoilt)).toBe("422 log.bad-proof\n");
  expect((await moscow.mirrorLog())?.entryCount).toBe(256);
  const done = await ask(whole);
  expect(done.slice(0, 4)).toBe("200 ");
  expect(await empty({ start: 0 })).toBe("409 300\n300\n\n");
  expect(await empty({ start: 300 })).toBe(done);
});

test("[EXC-20] nothing is cosigned for a log without entries", async () => {
  const { washington, moscow } = await parties();
  const checkpoint = { origin: originOf(washingtonName), size: 0, root: rootOfLeaves(p, []) };
  const text = await signCheckpoint(p, { checkpoint, time: 7 }, washington.logSigners);
  const body = formatAddCheckpoint({ old: 0, proof: [], text });
  expect(await post(washington, "add-checkpoint", body)).toBe("200 ");
  const asked = await post(washington, "add-entries", await upload(washington, 0, 0));
  expect(asked).toBe("400 mirror.bad-request\n");
  expect(moscow.mirrored).toEqual([]);
});

test("[EXC-22] [EXC-23] a size is cosigned once, and no later one says an earlier time", async () => {
  const { washington, moscow } = await parties();
  const first = await receipted(washington, 3);
  moscow.clock.now -= 500;
  await washington.append(entriesOf(3, 2));
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 3))).toBe(
    "200 ",
  );
  const body = await upload(washington, 3, 5);
  const answers = await Promise.all([1, 2, 3].map(() => post(washington, "add-entries", body)));
  expect(new Set(answers).size).toBe(1);
  expect(moscow.mirrored).toHaveLength(2);
  const row = await moscow.mirrorLog();
  const receipts = await moscow.storage.read((tx) => tx.receipts.listReceipts(row?.id ?? 0, 0));
  expect(receipts.map(({ time }) => time)).toEqual([washington.clock.now, washington.clock.now]);
  expect(receipts[0]?.lines).toBe(first);
});

test("[EXC-6] entries may come compressed, within the limits of what they are", async () => {
  const { washington } = await parties();
  await washington.append(entriesOf(0, 300));
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 0))).toBe(
    "200 ",
  );
  const body = await upload(washington, 0, 300);
  const gzip = { "content-encoding": "gzip" };
  const cut = gzipSync(body).subarray(0, 200);
  expect(await post(washington, "add-entries", cut, gzip)).toBe("400 mirror.bad-request\n");
  expect(await post(washington, "add-entries", gzipSync(body), gzip)).toMatch(/^200 /);
  expect(await post(washington, "add-entries", body, { "content-encoding": "br" })).toBe(
    "415 exchange.bad-encoding\n",
  );
  expect(await post(washington, "add-checkpoint", gzipSync("old 0\n"), gzip)).toBe(
    "415 exchange.bad-encoding\n",
  );
  // An upload of nothing due: however much it inflates to, nothing of it is read.
  const header = {
    origin: originOf(washingtonName),
    start: 300,
    end: 300,
    ticket: new Uint8Array(0),
  };
  const bomb = gzipSync(concatBytes(encodeUploadHeader(header), new Uint8Array(40_000_000)));
  expect(await post(washington, "add-entries", bomb, gzip)).toMatch(/^200 /);
});

test("[EXC-4] a length above the limit is refused before it is read, and while it is read", async () => {
  const { washington } = await parties();
  const declared = { "content-length": String(2 ** 40) };
  async function* never() {
    yield new Uint8Array(10);
    await new Promise(() => {});
  }
  for (const path of ["add-checkpoint", "add-entries", "receipts"]) {
    const { status, text } = await washington.ask("POST", path, {
      headers: declared,
      body: never(),
    });
    expect(`${status} ${text}`).toBe("413 exchange.too-large\n");
  }
  async function* endless() {
    for (;;) yield new Uint8Array(50_000);
  }
  for (const path of ["add-checkpoint", "receipts"]) {
    const { status, text } = await washington.ask("POST", path, { body: endless() });
    expect(`${status} ${text}`).toBe("413 exchange.too-large\n");
  }
  // What is no header ends an upload at once.
  const { status } = await washington.ask("POST", "add-entries", { body: endless() });
  expect(status).toBe(400);
});

test("[EXC-4] the hour's entries and octets are a bound, and nothing of what is above is kept", async () => {
  const { washington, moscow } = await parties();
  await washington.append(entriesOf(0, 600));
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 0))).toBe(
    "200 ",
  );
  moscow.terms.entriesPerHourMax = 300;
  // The second package passes the bound, the third is not read.
  expect(await post(washington, "add-entries", await upload(washington, 0, 600))).toBe(
    "202 600\n512\n\n",
  );
  const { status, headers, text } = await washington.ask("POST", "add-entries", {
    body: await upload(washington, 512, 600),
  });
  expect(`${status} ${text}`).toBe("429 exchange.too-many\n");
  expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  expect((await moscow.mirrorLog())?.entryCount).toBe(512);
  moscow.clock.now += 3_600;
  expect(await post(washington, "add-entries", await upload(washington, 512, 600))).toMatch(
    /^200 /,
  );
  moscow.terms.bytesPerHourMax = 1_000;
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 600))).toBe(
    "429 exchange.too-many\n",
  );
});

test("[EXC-4] too many requests at once are turned away, and others of the peer's are not lost", async () => {
  const { washington } = await parties({ limits: { requestsPerPeerMax: 2, uploadsPerPeerMax: 1 } });
  const gate = Promise.withResolvers<void>();
  async function* waiting() {
    yield Uint8Array.of(0);
    await gate.promise;
  }
  const held = washington.ask("POST", "add-entries", { body: waiting() });
  await until(async () => {
    const { status } = await washington.ask("POST", "add-entries", { body: new Uint8Array(2) });
    return status === 429;
  });
  const other = washington.ask("POST", "receipts", { body: waiting() });
  await until(async () => (await washington.ask("GET", "x")).status === 429);
  gate.resolve();
  expect((await held).status).toBe(400);
  expect((await other).status).toBe(400);
  await until(async () => (await washington.ask("GET", "x")).status === 404);
});

test("[EXC-4] a node that cannot store says 503 and when to come back", async () => {
  const { washington, moscow } = await parties();
  await washington.append(entriesOf(0, 2));
  moscow.storage.failWrite(1, "not-kept");
  const body = await checkpointBody(washington, 0);
  const { status, headers, text } = await washington.ask("POST", "add-checkpoint", { body });
  expect([status, text]).toEqual([503, ""]);
  expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  expect(await post(washington, "add-checkpoint", body)).toBe("200 ");
});

test("a body that stops coming is given up", async () => {
  const { washington } = await parties({ limits: { bodyIdleMs: 100 } });
  async function* stalled() {
    yield new Uint8Array(1);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
  const asked = washington.ask("POST", "add-checkpoint", { body: stalled() });
  await expect(asked).rejects.toThrow();
});

test("[EXC-5] what is no path or no method of the exchange has no body", async () => {
  const { washington } = await parties();
  const bare = async (method: string, path: string) => {
    const { status, text } = await washington.ask(method, path);
    return `${status} ${text}`;
  };
  expect(await bare("GET", "")).toBe("404 ");
  expect(await bare("GET", "mirror")).toBe("404 ");
  expect(await bare("GET", `log/${hashOf(moscowName)}/entries`)).toBe("404 ");
  expect(await bare("GET", "notices")).toBe("405 ");
  expect(await bare("GET", "add-checkpoint")).toBe("405 ");
  expect(await bare("DELETE", "receipts")).toBe("405 ");
  expect(await bare("PUT", `mirror/${hashOf(washingtonName)}/checkpoint`)).toBe("405 ");
  expect(await bare("POST", `attachments/${"0".repeat(64)}`)).toBe("405 ");
});

test("[EXC-3] of a log that is not the peer's to read there is nothing", async () => {
  const { washington, moscow } = await parties();
  await receipted(washington, 3);
  await moscow.append(entriesOf(0, 3));
  const read = async (path: string) => {
    const { status, text } = await washington.ask("GET", path);
    return `${status} ${text}`;
  };
  for (const [side, hash] of [
    ["mirror", hashOf(moscowName)],
    ["log", hashOf(washingtonName)],
    ["log", "0".repeat(64)],
    ["log", "x"],
  ] as const) {
    for (const what of ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"]) {
      expect(await read(`${side}/${hash}/${what}`)).toBe("404 log.unknown-origin\n");
    }
  }
  expect(await read(`mirror/${hashOf(moscowName)}/receipts?from=0`)).toBe(
    "404 log.unknown-origin\n",
  );
});

test("[EXC-3] a peer whose channel is suspended is not served", async () => {
  const { washington, moscow } = await parties();
  await receipted(washington, 3);
  const [checkpoint, entries] = [
    await checkpointBody(washington, 3),
    await upload(washington, 3, 3),
  ];
  await moscow.suspend();
  const refused = "403 exchange.not-allowed\n";
  expect(await post(washington, "add-checkpoint", checkpoint)).toBe(refused);
  expect(await post(washington, "add-entries", entries)).toBe(refused);
  for (const path of [
    `mirror/${hashOf(washingtonName)}/checkpoint`,
    `mirror/${hashOf(washingtonName)}/receipts?from=0`,
    `log/${hashOf(moscowName)}/checkpoint`,
    `attachments/${"0".repeat(64)}`,
  ]) {
    const { status, text } = await washington.ask("GET", path);
    expect(`${status} ${text}`).toBe(refused);
  }
});

test("[EXC-27] [EXC-28] [EXC-29] both sides are read as tiles of their signed checkpoints", async () => {
  const { washington, moscow } = await parties();
  const lines = await receipted(washington, 300);
  await moscow.append(entriesOf(0, 300));
  const first = entriesOf(0, 300);
  const leaves = first.map((entry) => leafHash(p, entry));
  for (const base of [`mirror/${hashOf(washingtonName)}`, `log/${hashOf(moscowName)}`]) {
    const get = async (path: string) => washington.ask("GET", `${base}/${path}`);
    const bundle = await get("tile/entries/001.p/44");
    expect(decodeBundle(bundle.bytes, 44)).toEqual({ ok: true, value: first.slice(256) });
    expect(bundle.headers["content-type"]).toBe("application/octet-stream");
    expect((await get("tile/0/000")).bytes).toEqual(concatBytes(...leaves.slice(0, 256)));
    expect((await get("tile/1/000.p/1")).bytes).toEqual(rootOfLeaves(p, leaves.slice(0, 256)));
    for (const path of ["tile/0/002.p/1", "tile/0/001.p/45", "tile/0/001", "tile/2/000.p/1"]) {
      const { status, text } = await get(path);
      expect(`${status} ${text}`).toBe("404 exchange.no-tile\n");
    }
    for (const path of ["tile/0/0", "tile/0/000.p/256", "tile/x/000", "tile/"]) {
      const { status, text } = await get(path);
      expect(`${status} ${text}`).toBe("404 log.bad-tile-path\n");
    }
  }
  const mirrored = await washington.ask("GET", `mirror/${hashOf(washingtonName)}/checkpoint`);
  expect(mirrored.text.endsWith(lines)).toBe(true);
  const parsed = parseSignedCheckpoint(mirrored.text);
  expect(parsed.ok && parsed.value.note.signatures).toHaveLength(4);
  const mirror = washington.channel().mirrorOf(washingtonName, originOf(washingtonName), 300);
  const good = parsed.ok && (await verifyCosignature(p, parsed.value.checkpoint, lines, mirror));
  expect(good).toMatchObject({ ok: true });
  const own = await washington.ask("GET", `log/${hashOf(moscowName)}/checkpoint`);
  const shown = parseSignedCheckpoint(own.text);
  expect(shown.ok && shown.value.checkpoint.size).toBe(300);
});

test("[EXC-29] entries that are not cosigned yet are not shown", async () => {
  const { washington } = await parties();
  await washington.append(entriesOf(0, 300));
  expect(await post(washington, "add-checkpoint", await checkpointBody(washington, 0))).toBe(
    "200 ",
  );
  const parts = await uploadParts(washington, 0, 300);
  const part = concatBytes(...parts.slice(0, 2));
  expect(await post(washington, "add-entries", part)).toBe("202 300\n256\n\n");
  const tile = await washington.ask("GET", `mirror/${hashOf(washingtonName)}/tile/entries/000`);
  expect(tile.text).toBe("exchange.no-tile\n");
  const none = await washington.ask("GET", `mirror/${hashOf(washingtonName)}/checkpoint`);
  expect(`${none.status} ${none.text}`).toBe("404 log.unknown-origin\n");
});

test("[EXC-25] [EXC-26] receipts handed back are verified, placed in order, and kept up to a bad one", async () => {
  const { washington, moscow } = await parties();
  const receipts: Receipt[] = [];
  // Moscow gives receipts of Washington's log; Moscow hands them to Washington.
  for (const size of [2, 5, 9]) {
    const before = receipts.at(-1)?.size ?? 0;
    await washington.append(entriesOf(before, size - before));
    await post(washington, "add-checkpoint", await checkpointBody(washington, before));
    const { text } = await washington.ask("POST", "add-entries", {
      body: await upload(washington, before, size),
    });
    receipts.push({ size, time: moscow.clock.now, lines: text });
    moscow.clock.now += 10;
  }
  const [two, five, nine] = receipts;
  if (two === undefined || five === undefined || nine === undefined) expect.fail("three receipts");
  const origin = originOf(washingtonName);
  const hand = (list: readonly Receipt[], of = origin) =>
    post(moscow, "receipts", formatReceiptList({ origin: of, receipts: list }));
  expect(await post(moscow, "receipts", "rubbish")).toBe("400 log.bad-receipt\n");
  expect(await hand([], originOf(moscowName))).toBe("404 log.unknown-origin\n");
  expect(await hand([])).toBe("200 0\n");
  expect(await hand([{ ...nine, size: 10 }])).toBe("422 log.bad-receipt\n");
  expect(await hand([{ ...nine, size: 8 }])).toBe("403 log.bad-signature\n");
  expect(await hand([two, { ...nine, size: 8 }])).toBe("403 log.bad-signature\n");
  expect(await hand([])).toBe("200 2\n");
  expect(await hand([nine])).toBe("200 9\n");
  expect(await hand([two, five, nine])).toBe("200 9\n");
  expect(washington.badReceipts.map(({ code }) => code)).toEqual([
    "log.bad-receipt",
    "log.bad-signature",
    "log.bad-signature",
  ]);
  const log = await washington.ownLog();
  const held = await washington.storage.read((tx) => tx.receipts.listReceipts(log.id, 0));
  expect(held).toEqual(receipts);
  expect(parseReceiptList(formatReceiptList({ origin, receipts: held })).ok).toBe(true);
});

const bytesOf = (count: number, seed = 1) => new Uint8Array(count).fill(seed);

/** A body that comes so far, and then its connection is gone. */
async function* cutOff(bytes: Uint8Array) {
  yield bytes;
  await new Promise((resolve) => setTimeout(resolve, 100));
  throw new TypeError("the client dies");
}
const nameOf = (bytes: Uint8Array) => toHex(p.sha256(bytes));

async function put(
  party: ExchangeParty,
  name: string,
  part: Uint8Array,
  [first, total]: readonly [number, number],
) {
  const range = `bytes ${first}-${first + part.length - 1}/${total}`;
  const { status, headers, text } = await party.ask("PUT", `attachments/${name}`, {
    headers: { "content-range": range },
    body: part,
  });
  return [status, headers["upload-offset"], text];
}

test("[EXC-30] [EXC-31] an attachment comes whole or in parts, and is stored once", async () => {
  const { washington, moscow } = await parties();
  const bytes = p.random(2_500_000);
  const name = nameOf(bytes);
  const head = async () => {
    const { status, headers } = await washington.ask("HEAD", `attachments/${name}`);
    return [status, headers["upload-offset"], headers["content-length"]];
  };
  expect(await head()).toEqual([404, "0", undefined]);
  const total = bytes.length;
  expect(await put(washington, name, bytes.subarray(0, 700_000), [0, total])).toEqual([
    202,
    "700000",
    "",
  ]);
  expect(await put(washington, name, bytes.subarray(0, 700_000), [0, total])).toEqual([
    409,
    "700000",
    "exchange.wrong-offset\n",
  ]);
  expect((await put(washington, name, bytes.subarray(700_000), [700_000, total + 1]))[0]).toBe(
    400 + 9,
  );
  expect((await put(washington, name, bytes.subarray(800_000), [800_000, total]))[0]).toBe(409);
  expect((await head())[1]).toBe("700000");
  expect((await put(washington, name, bytes.subarray(700_000), [700_000, total]))[0]).toBe(201);
  expect((await put(washington, name, bytes.subarray(700_000), [700_000, total]))[0]).toBe(200);
  expect(await head()).toEqual([200, undefined, String(total)]);
  const whole = await washington.ask("PUT", `attachments/${nameOf(bytesOf(9))}`, {
    body: bytesOf(9),
  });
  expect(whole.status).toBe(201);
  const digest = toBase64Url(p.sha256(bytes));
  const row = await moscow.storage.read((tx) =>
    tx.attachments.readAttachment({ channel: channelId, digest }),
  );
  expect(row).toMatchObject({ author: washingtonName, bytesTotal: total, state: "complete" });
});

test("[EXC-30] malformed digests and ranges are refused", async () => {
  const { washington } = await parties();
  const name = nameOf(bytesOf(4));
  const ask = async (at: string, headers: Record<string, string>, body?: Uint8Array) => {
    const { status, text } = await washington.ask("PUT", `attachments/${at}`, { headers, body });
    return `${status} ${text}`;
  };
  const bad = "400 exchange.bad-range\n";
  expect(await ask("x", {}, bytesOf(4))).toBe(bad);
  expect(await ask(name.toUpperCase(), {}, bytesOf(4))).toBe(bad);
  expect(await ask(name, {}, new Uint8Array(0))).toBe(bad);
  for (const range of [
    "bytes 0-3",
    "bytes 3-0/4",
    "bytes 0-4/4",
    "bytes 0-2/4",
    "0-3/4",
    "bytes 00-3/4",
  ]) {
    expect(await ask(name, { "content-range": range }, bytesOf(4))).toBe(bad);
  }
});

test("[EXC-32] octets of another digest are dropped, and the upload begins anew", async () => {
  const { washington } = await parties();
  const good = p.random(1_500_000);
  const spoilt = good.slice();
  spoilt[1_400_000] = (spoilt[1_400_000] ?? 0) ^ 1;
  const name = nameOf(good);
  const total = good.length;
  expect((await put(washington, name, spoilt, [0, total]))[2]).toBe("attachment.wrong-digest\n");
  expect((await put(washington, name, spoilt.subarray(0, 500_000), [0, total]))[0]).toBe(202);
  const rest = await put(washington, name, spoilt.subarray(500_000), [500_000, total]);
  expect(rest).toEqual([422, undefined, "attachment.wrong-digest\n"]);
  expect((await put(washington, name, good, [0, total]))[0]).toBe(201);
});

test("[EXC-33] one that is too large, or above the day's quota, is refused before it is read", async () => {
  const { washington, moscow } = await parties();
  moscow.terms.attachmentBytesMax = 1_000;
  moscow.terms.attachmentBytesPerDay = 1_500;
  async function* never() {
    yield new Uint8Array(1);
    await new Promise(() => {});
  }
  const declared = { "content-range": "bytes 0-1000/1001", "content-length": "1001" };
  const large = await washington.ask("PUT", `attachments/${"0".repeat(64)}`, {
    headers: declared,
    body: never(),
  });
  expect(`${large.status} ${large.text}`).toBe("413 attachment.too-large\n");
  // An upload that was only begun counts whole.
  const first = bytesOf(1_000, 2);
  const cut = { body: cutOff(first.subarray(0, 10)), headers: { "content-length": "1000" } };
  await expect(washington.ask("PUT", `attachments/${nameOf(first)}`, cut)).rejects.toThrow();
  const second = bytesOf(600, 3);
  expect((await put(washington, nameOf(second), second, [0, 600]))[2]).toBe(
    "exchange.over-quota\n",
  );
  expect((await put(washington, nameOf(first), first, [0, 1_000]))[0]).toBe(201);
  moscow.clock.now += 86_401;
  expect((await put(washington, nameOf(second), second, [0, 600]))[0]).toBe(201);
  moscow.clock.now += 86_401;
  const third = bytesOf(1_000, 4);
  const spoilt = await put(washington, nameOf(second.subarray(1)), third, [0, 1_000]);
  expect(spoilt[2]).toBe("attachment.wrong-digest\n");
  expect((await put(washington, nameOf(third), third, [0, 1_000]))[2]).toBe(
    "exchange.over-quota\n",
  );
});

test("[EXC-34] one that is whole is read in ranges, by the channel's other party", async () => {
  const { washington } = await parties();
  const bytes = p.random(1_100_000);
  const name = nameOf(bytes);
  const get = (range?: string) =>
    washington.ask("GET", `attachments/${name}`, { headers: range === undefined ? {} : { range } });
  expect((await get()).text).toBe("exchange.no-attachment\n");
  await put(washington, name, bytes.subarray(0, 70_000), [0, bytes.length]);
  expect((await get()).status).toBe(404);
  await put(washington, name, bytes.subarray(70_000), [70_000, bytes.length]);
  expect(Buffer.compare((await get()).bytes, bytes)).toBe(0);
  for (const [range, from, to] of [
    ["bytes=0-0", 0, 1],
    ["bytes=1048570-1048580", 1_048_570, 1_048_581],
    ["bytes=1000000-", 1_000_000, 1_100_000],
    ["bytes=-7", 1_099_993, 1_100_000],
    ["bytes=5-99999999", 5, 1_100_000],
  ] as const) {
    const answer = await get(range);
    expect([answer.status, answer.headers["content-range"]]).toEqual([
      206,
      `bytes ${from}-${to - 1}/1100000`,
    ]);
    expect(Buffer.compare(answer.bytes, bytes.subarray(from, to))).toBe(0);
  }
  for (const range of ["bytes=1100000-", "bytes=-0"]) {
    const answer = await get(range);
    expect([answer.status, answer.text]).toEqual([416, ""]);
  }
  for (const range of ["bytes=0-1,3-4", "items=0-1", "bytes=-", "bytes=9-3"]) {
    expect((await get(range)).status).toBe(200);
  }
  const other = await washington.ask("GET", `attachments/${name}?channel=another`);
  expect(`${other.status} ${other.text}`).toBe("403 exchange.not-allowed\n");
});

test("[EXC-30] a part that is not the last has 65,536 octets, and so has what is kept of one", async () => {
  const { washington, moscow } = await parties();
  const bytes = p.random(200_000);
  const name = nameOf(bytes);
  const part = (from: number, to: number) =>
    put(washington, name, bytes.subarray(from, to), [from, bytes.length]);
  const writes = () => moscow.storage.writeCount();
  const before = writes();
  for (const count of [1, 2, 65_535]) {
    expect(await part(0, count)).toEqual([400, undefined, "exchange.bad-range\n"]);
  }
  expect(writes()).toBe(before);
  expect((await part(0, 65_536)).slice(0, 2)).toEqual([202, "65536"]);
  // Cut off after a few octets, again and again: nothing more is written.
  const headers = {
    "content-range": "bytes 65536-199999/200000",
    "content-length": String(200_000 - 65_536),
  };
  const offset = async () =>
    (await washington.ask("HEAD", `attachments/${name}`)).headers["upload-offset"];
  for (const count of [1, 65_535, 65_536]) {
    const body = cutOff(bytes.subarray(65_536, 65_536 + count));
    const asked = washington.ask("PUT", `attachments/${name}`, { headers, body });
    await expect(asked).rejects.toThrow();
    const expected = count < 65_536 ? "65536" : "131072";
    await until(async () => (await offset()) === expected);
  }
  expect((await part(131_072, 200_000))[0]).toBe(201);
});

test("a reader that is too slow is cut off; a part that cannot be read is a fault of ours", async () => {
  const { washington, moscow } = await parties({ limits: { answerMs: 300 } });
  const bytes = p.random(30_000_000);
  const name = nameOf(bytes);
  await put(washington, name, bytes, [0, bytes.length]);
  const faults = () => moscow.lines.filter(({ event }) => event === "node.fault").length;
  using slow = await washington.dial();
  slow.write(`GET /parley/v1/attachments/${name} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await until(() => slow.received().length > 0);
  slow.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 600));
  slow.socket.resume();
  expect((await slow.readToEnd()).length).toBeLessThan(bytes.length);
  expect(faults()).toBe(0);
  async function* streamAttachment() {
    yield bytes.subarray(0, 100);
    throw new Fault("storage.io", "the disk", { retryable: true });
  }
  Object.assign(moscow.storage, { streamAttachment });
  await expect(washington.ask("GET", `attachments/${name}`)).rejects.toThrow();
  await until(() => faults() === 1);
});

test("[EXC-30] an upload that breaks off keeps what came, and two at once end with one", async () => {
  const { washington, moscow } = await parties();
  const bytes = p.random(3_000_000);
  const name = nameOf(bytes);
  const headers = { "content-range": "bytes 0-2999999/3000000", "content-length": "3000000" };
  const asked = washington.ask("PUT", `attachments/${name}`, {
    headers,
    body: cutOff(bytes.subarray(0, 1_300_000)),
  });
  await expect(asked).rejects.toThrow();
  const digest = toBase64Url(p.sha256(bytes));
  const received = async () => {
    const key = { channel: channelId, digest };
    const row = await moscow.storage.read((tx) => tx.attachments.readAttachment(key));
    return row?.bytesReceived;
  };
  await until(async () => (await received()) === 1_300_000);
  const rest = bytes.subarray(1_300_000);
  const both = await Promise.all(
    [1, 2].map(() => put(washington, name, rest, [1_300_000, bytes.length])),
  );
  expect(both.map(([status]) => status).sort()[1]).not.toBe(500);
  expect(both.some(([status]) => status === 201)).toBe(true);
  const whole = await washington.ask("GET", `attachments/${name}`);
  expect(Buffer.compare(whole.bytes, bytes)).toBe(0);
});

test("[EXC-35] what no message names within a day is dropped", async () => {
  const { washington, moscow } = await parties();
  const [named, orphan] = [bytesOf(50, 4), bytesOf(50, 5)];
  for (const bytes of [named, orphan]) await put(washington, nameOf(bytes), bytes, [0, 50]);
  const key = { channel: channelId, digest: toBase64Url(p.sha256(named)) };
  const reference = { ...key, class: "live", desk: "watch", jti: "id" } as const;
  await moscow.storage.write((tx) => tx.attachments.insertReference(reference));
  const status = async (bytes: Uint8Array) =>
    (await washington.ask("HEAD", `attachments/${nameOf(bytes)}`)).status;
  const sweep = async () => {
    const stop = new AbortController();
    const sweeping = moscow.attachments.sweepOrphans(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await sweeping;
  };
  moscow.clock.now += 86_000;
  await sweep();
  expect([await status(named), await status(orphan)]).toEqual([200, 200]);
  moscow.clock.now += 401;
  await sweep();
  expect([await status(named), await status(orphan)]).toEqual([200, 404]);
});
