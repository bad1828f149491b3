/**
 * Goal: a peer that lies, stalls or floods costs us a bounded answer and nothing else: no receipt
 * that does not hold, no entry that is not of its log, no wait without end. Method: a listener with
 * Moscow's real key that answers whatever a test says.
 */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { toBase64Url } from "@parley/core/bytes/base64";
import { concatBytes } from "@parley/core/bytes/octets";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { signCheckpoint } from "@parley/core/log/checkpoint";
import { cosign, mirrorName } from "@parley/core/log/cosignature";
import { formatReceiptList } from "@parley/core/log/receipt-list";
import { encodeBundle } from "@parley/core/log/tiles";
import { leafHash, rootOfLeaves } from "@parley/core/log/tree";
import {
  channelId,
  type ExchangeParties,
  type ExchangeParty,
  entriesOf,
  exchangeParties,
  moscow as moscowName,
  originOf,
  signersOf,
  until,
  washington as washingtonName,
} from "@parley/testkit/exchange-parties";
import { afterEach, expect, test } from "vitest";
import { fetchMsMax } from "../../service/attachment-transfer.ts";
import { pollLog } from "../../service/poll-log.ts";
import { pushLog } from "../../service/push-log.ts";
import { pullReceipts } from "../../service/receipt-exchange.ts";
import { createPeerServer } from "./tls.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

type Answer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
};
type Answering = (
  path: string,
  response: ServerResponse,
) => Answer | undefined | Promise<Answer | undefined>;

/** Moscow's key, and a listener that reads each body and then answers as told. */
async function against(
  answering: Answering,
  options: Parameters<typeof exchangeParties>[0] = {},
): Promise<ExchangeParties & { asked: string[] }> {
  const made = await exchangeParties({ answerMs: 400, ...options });
  open.push(made);
  const asked: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = `${request.method} ${request.url?.slice("/parley/v1/".length)}`;
    asked.push(path);
    request.on("error", () => {});
    for await (const _ of request) {
      // Read, and forgotten.
    }
    const answer = await answering(path, response);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, answer.headers ?? {});
    response.end(answer.body);
  };
  const server = createPeerServer({
    identity: made.moscow.identity,
    peerOf: () => "anyone",
    onRequest: (_peer, request, response) => void serve(request, response).catch(() => {}),
    onStranger: () => {},
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  made.moscow.terms.addresses = [`https://127.0.0.1:${(server.address() as AddressInfo).port}`];
  return { ...made, asked };
}

async function push(party: ExchangeParty): Promise<string> {
  const ports = { ...party, p, attachments: party.transfer };
  const log = await party.ownLog();
  const job = {
    channel: party.channel(),
    log,
    link: party.link(),
    signal: AbortSignal.timeout(9_000),
  };
  const outcome = await pushLog(ports, job);
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

async function poll(party: ExchangeParty): Promise<string> {
  const job = { channel: party.channel(), link: party.link(), signal: AbortSignal.timeout(9_000) };
  const outcome = await pollLog({ ...party, p }, { ...job, origin: originOf(moscowName) });
  return outcome.kind === "refused" ? outcome.code : outcome.kind;
}

async function receiptedSize(party: ExchangeParty): Promise<number> {
  return (await party.ownLog()).receiptedSize;
}

/** Moscow's lines for a size of Washington's log, or as told. */
async function linesOf(
  parties: ExchangeParties,
  size: number,
  over: { signers?: ExchangeParty["mirrorSigners"]; name?: string; time?: number } = {},
): Promise<string> {
  const origin = originOf(washingtonName);
  const leaves = entriesOf(0, size).map((entry) => leafHash(p, entry));
  const { signers = parties.moscow.mirrorSigners, name = mirrorName(moscowName), time = 50 } = over;
  const checkpoint = { origin, size, root: rootOfLeaves(p, leaves) };
  return (await cosign(p, checkpoint, { name, signers, time })).lines;
}

test("[EXC-26] a receipt that does not hold is evidence and counts for nothing", async () => {
  let lines = "";
  const both = await against((path) => ({ body: path.includes("add-entries") ? lines : "" }));
  const { washington } = both;
  await washington.append(entriesOf(0, 3));
  const good = await linesOf(both, 3);
  const [first = "", second = ""] = good.split(/(?<=\n)/);
  const later = (await linesOf(both, 3, { time: 51 })).split(/(?<=\n)/)[1] ?? "";
  for (const [told, code] of [
    ["", "log.bad-note"],
    ["rubbish\n", "log.bad-note"],
    [first, "log.wrong-signers"],
    [second, "log.wrong-signers"],
    [first + first + second, "log.wrong-signers"],
    [first + later, "log.two-times"],
    [await linesOf(both, 2), "log.bad-signature"],
    [await linesOf(both, 3, { signers: signersOf(90) }), "log.wrong-signers"],
    [await linesOf(both, 3, { name: mirrorName(washingtonName) }), "log.wrong-signers"],
  ] as const) {
    lines = told;
    expect(await push(washington)).toBe(code);
    expect(washington.badReceipts.at(-1)).toMatchObject({ size: 3, lines: told, code });
    expect(await receiptedSize(washington)).toBe(0);
  }
  // Lines of strangers beside it are ignored, and not kept.
  lines = `${await linesOf(both, 3, { signers: signersOf(90) })}${good}`;
  expect(await push(washington)).toBe("again");
  const { id } = await washington.ownLog();
  const [receipt] = await washington.storage.read((tx) => tx.receipts.listReceipts(id, 0));
  expect(receipt?.lines).toBe(good);
});

test("a mirror that signs one size twice is found out, and the first receipt stands", async () => {
  const list: string[] = [];
  const both = await against(() => ({ body: list.shift() ?? "" }));
  const { washington } = both;
  await washington.append(entriesOf(0, 3));
  const log = await washington.ownLog();
  const receipt = async (time: number) => ({
    size: 3,
    time,
    lines: await linesOf(both, 3, { time }),
  });
  const [one, two] = [await receipt(50), await receipt(60)];
  for (const each of [one, two]) {
    list.push(formatReceiptList({ origin: log.origin, receipts: [each] }));
    list.push(formatReceiptList({ origin: log.origin, receipts: [] }));
  }
  const job = { channel: washington.channel(), log, link: washington.link() };
  const pull = () =>
    pullReceipts({ ...washington, p }, { ...job, signal: AbortSignal.timeout(5_000) });
  expect(await pull()).toEqual({ kind: "done" });
  expect(await pull()).toMatchObject({ kind: "refused", code: "log.receipt-conflict" });
  expect(washington.badReceipts.map(({ code }) => code)).toEqual(["log.receipt-conflict"]);
});

test("[EXC-21] a mirror that contradicts itself is left, after a bounded number of requests", async () => {
  const info = (text: string) => ({
    headers: { "content-type": "text/x.tlog.mirror-info" },
    body: text,
  });
  const cases: readonly [string, Answering, string][] = [
    [
      "the size that we said",
      (path) => at(path, { status: 409, body: "0\n" }),
      "mirror.bad-answer",
    ],
    ["a size beyond ours", (path) => at(path, { status: 409, body: "77\n" }), "log.head-mismatch"],
    ["no size", (path) => at(path, { status: 409, body: "many\n" }), "mirror.bad-answer"],
    [
      "its code",
      (path) => at(path, { status: 403, body: "log.bad-signature\n" }),
      "log.bad-signature",
    ],
    [
      "a code of its own",
      (path) => at(path, { status: 418, body: "I am a\nteapot\n" }),
      "http.418",
    ],
    [
      "no progress",
      (path) => entries(path, { status: 202, ...info("3\n0\n\n") }),
      "mirror.bad-answer",
    ],
    [
      "other sizes",
      (path) => entries(path, { status: 409, ...info("2\n0\n\n") }),
      "mirror.bad-answer",
    ],
    [
      "beyond ours",
      (path) => entries(path, { status: 409, ...info("9\n0\n\n") }),
      "mirror.bad-answer",
    ],
    ["no info", (path) => entries(path, { status: 409, ...info("3\n0\n") }), "mirror.bad-answer"],
  ];
  for (const [, answering, code] of cases) {
    const { washington, asked } = await against(answering);
    await washington.append(entriesOf(0, 3));
    expect(await push(washington)).toBe(code);
    expect(await receiptedSize(washington)).toBe(0);
    expect(asked.length).toBeLessThan(8);
  }
  function at(path: string, answer: Answer): Answer {
    return path.includes("add-checkpoint") ? answer : { status: 500 };
  }
  function entries(path: string, answer: Answer): Answer {
    return path.includes("add-entries") ? answer : {};
  }
});

test("the ticket of a mirror comes back to it", async () => {
  let uploads = 0;
  const both = await against(async (path) => {
    if (!path.includes("add-entries")) return {};
    uploads += 1;
    if (uploads === 1) return { status: 409, body: "3\n1\ndGlja2V0\n" };
    return { body: await linesOf(both, 3) };
  });
  await both.washington.append(entriesOf(0, 3));
  expect(await push(both.washington)).toBe("again");
  expect(uploads).toBe(2);
});

test("no answer is longer or later than it may be", async () => {
  const endless: Answering = (_path, response) => {
    response.on("error", () => {});
    response.writeHead(200);
    const timer = setInterval(() => response.write(Buffer.alloc(1_000_000)), 1);
    response.on("close", () => clearInterval(timer));
    return undefined;
  };
  const silent: Answering = () => undefined;
  const stalled: Answering = (_path, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("12345");
    return undefined;
  };
  const headers: Answering = () => ({ headers: { junk: "x".repeat(20_000) } });
  for (const [answering, code] of [
    [endless, "mirror.bad-answer"],
    [silent, "peer.timeout"],
    [stalled, "peer.timeout"],
    [headers, "peer.bad-http"],
  ] as const) {
    const { washington } = await against(answering);
    const link = washington.link();
    const signal = AbortSignal.timeout(5_000);
    const key = { channel: channelId, digest: toBase64Url(p.random(32)) };
    const tile = { kind: "entries", index: 0, width: 1 } as const;
    const calls = [
      link.addEntries(() => bodyOf(), signal),
      link.readReceipts({ side: "mirror", hash: "0".repeat(64) }, 0, signal),
      link.postReceipts("", signal),
      link.readCheckpoint({ side: "log", hash: "0".repeat(64) }, signal),
      link.readTile({ side: "log", hash: "0".repeat(64) }, tile, signal),
      link.putAttachment(key, { first: 0, last: 0, total: 1 }, () => bodyOf(), signal),
    ];
    const codes = calls.map((call) =>
      call.then(
        (reply) => (reply.kind === "refused" ? reply.code : reply.kind),
        (fault: { code: string }) => fault.code,
      ),
    );
    const expected = answering === endless ? [code, "complete"] : [code];
    for (const got of await Promise.all(codes)) expect(expected).toContain(got);
  }
  async function* bodyOf() {
    yield new Uint8Array(1);
  }
});

test("a listener that takes the connection and says nothing is left in time", async () => {
  const made = await exchangeParties();
  open.push(made);
  const mute = createServer(() => {});
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  made.moscow.terms.addresses = [`https://127.0.0.1:${(mute.address() as AddressInfo).port}`];
  const asked = made.washington.link().addCheckpoint("", AbortSignal.timeout(9_000));
  await expect(asked).rejects.toMatchObject({ code: "peer.timeout" });
  mute.close();
});

test("a refusal for now is tried again, with the wait that was asked for", async () => {
  let refusals = 0;
  const both = await against(async (path) => {
    refusals += 1;
    if (refusals === 1) {
      return { status: 429, headers: { "retry-after": "1" }, body: "exchange.too-many\n" };
    }
    return path.includes("add-entries") ? { body: await linesOf(both, 3) } : {};
  });
  const { washington } = both;
  const link = washington.link();
  const reply = await link.addCheckpoint("", AbortSignal.timeout(2_000));
  expect(reply).toEqual({
    kind: "refused",
    status: 429,
    code: "exchange.too-many",
    retryAfterMs: 1_000,
  });
  washington.sender().wake(await washington.append(entriesOf(0, 3)));
  await until(async () => (await receiptedSize(washington)) === 3);
  const never = await against(() => ({ status: 429, headers: { "retry-after": "999999" } }));
  const asked = await never.washington.link().addCheckpoint("", AbortSignal.timeout(2_000));
  expect(asked).toMatchObject({ retryAfterMs: 86_400_000 });
});

/** Moscow's log of so many entries as its listener would show it, with any tile replaced. */
function shownLog(
  moscow: () => ExchangeParty,
  count: number,
  over: (path: string) => Answer | undefined,
): Answering {
  const entries = entriesOf(0, count);
  const leaves = entries.map((entry) => leafHash(p, entry));
  return async (path) => {
    const other = over(path);
    if (other !== undefined) return other;
    if (path.endsWith("/checkpoint")) {
      const checkpoint = {
        origin: originOf(moscowName),
        size: count,
        root: rootOfLeaves(p, leaves),
      };
      return { body: await signCheckpoint(p, { checkpoint, time: 9 }, moscow().logSigners) };
    }
    if (path.endsWith("tile/entries/000")) return { body: encodeBundle(entries.slice(0, 256)) };
    if (path.endsWith(`tile/entries/001.p/${count - 256}`)) {
      return { body: encodeBundle(entries.slice(256)) };
    }
    if (path.endsWith("tile/0/000")) return { body: concatBytes(...leaves.slice(0, 256)) };
    if (path.endsWith(`tile/0/001.p/${count - 256}`))
      return { body: concatBytes(...leaves.slice(256)) };
    if (path.endsWith("tile/1/000.p/1")) return { body: rootOfLeaves(p, leaves.slice(0, 256)) };
    return { status: 404, body: "exchange.no-tile\n" };
  };
}

test("[EXC-28] what is read from a peer is judged as what it pushes", async () => {
  const zeros = (count: number) => ({ body: new Uint8Array(count) });
  const is = (end: string, answer: Answer) => (path: string) =>
    path.endsWith(end) ? answer : undefined;
  const cases: readonly [(path: string) => Answer | undefined, string, number][] = [
    [() => undefined, "done", 300],
    [is("/checkpoint", { body: "rubbish" }), "mirror.bad-answer", 0],
    [is("/checkpoint", { status: 404, body: "log.unknown-origin\n" }), "done", 0],
    [is("tile/entries/000", zeros(512)), "log.bad-proof", 0],
    [is("tile/entries/000", { body: encodeBundle(entriesOf(0, 255)) }), "mirror.bad-answer", 0],
    [is("tile/entries/000", { body: encodeBundle(entriesOf(7, 256)) }), "log.bad-proof", 0],
    [is("tile/entries/001.p/44", { body: encodeBundle(entriesOf(0, 44)) }), "log.bad-proof", 0],
    [is("tile/1/000.p/1", zeros(32)), "log.bad-proof", 0],
    [is("tile/1/000.p/1", zeros(31)), "mirror.bad-answer", 0],
    [is("tile/0/001.p/44", { status: 500 }), "http.500", 0],
  ];
  for (const [over, outcome, size] of cases) {
    const answering = shownLog(() => made.moscow, 300, over);
    const made = await against((path, response) => answering(path, response));
    expect(await poll(made.washington)).toBe(outcome);
    expect((await made.washington.mirrorLog())?.size ?? 0).toBe(size);
    expect(made.washington.mirrored).toHaveLength(size > 0 ? 1 : 0);
  }
});

test("a partial tile that is gone is taken from the full one", async () => {
  const entries = entriesOf(0, 512);
  const leaves = entries.map((entry) => leafHash(p, entry));
  const answering = shownLog(
    () => made.moscow,
    300,
    (path) => {
      if (path.endsWith("tile/entries/001")) return { body: encodeBundle(entries.slice(256)) };
      if (path.endsWith("tile/0/001")) return { body: concatBytes(...leaves.slice(256)) };
      return path.includes("001.p/") ? { status: 404, body: "exchange.no-tile\n" } : undefined;
    },
  );
  const made = await against((path, response) => answering(path, response));
  expect(await poll(made.washington)).toBe("done");
  expect((await made.washington.mirrorLog())?.size).toBe(300);
});

test("a log that is shown signed by others, or forked, is not mirrored", async () => {
  let signers = signersOf(99);
  const answering = shownLog(
    () => ({ ...made.moscow, logSigners: signers }),
    300,
    () => undefined,
  );
  const made = await against((path, response) => answering(path, response));
  const { washington, moscow } = made;
  expect(await poll(washington)).toBe("log.wrong-signers");
  signers = moscow.logSigners;
  expect(await poll(washington)).toBe("done");
  const forked = shownLog(
    () => moscow,
    300,
    (path) => {
      return path.endsWith("/checkpoint") ? { body: fork } : undefined;
    },
  );
  const checkpoint = { origin: originOf(moscowName), size: 300, root: p.sha256(new Uint8Array(1)) };
  const fork = await signCheckpoint(p, { checkpoint, time: 9 }, moscow.logSigners);
  const server = await against((path, response) => forked(path, response));
  moscow.terms.addresses = server.moscow.terms.addresses;
  expect(await poll(washington)).toBe("log.fork");
  expect(washington.forks.map(({ shown }) => shown)).toEqual([fork]);
});

test("a peer that says odd things about attachments is left after a few requests", async () => {
  const cases: readonly Answering[] = [
    () => ({ status: 404, headers: { "upload-offset": "4000" } }),
    () => ({ status: 404, headers: { "upload-offset": "0" } }),
    () => ({ status: 404, headers: { "upload-offset": "-1" } }),
    (path) =>
      path.startsWith("HEAD")
        ? { status: 404, headers: { "upload-offset": "9" } }
        : { status: 202 },
  ];
  for (const answering of cases) {
    const both = await against(async (path, response) => {
      if (path.includes("attachments")) return answering(path, response);
      return path.includes("add-entries") ? { body: await linesOf(both, 3) } : {};
    });
    const { washington, asked } = both;
    const key = { channel: channelId, digest: toBase64Url(p.sha256(new Uint8Array(4_000))) };
    await washington.storage.write(async ({ attachments }) => {
      const row = { ...key, author: washingtonName, bytesTotal: 4_000, firstSeenAt: 1 };
      await attachments.createAttachment(row);
      await attachments.appendAttachment(key, 0, new Uint8Array(4_000));
      await attachments.completeAttachment(key);
    });
    washington.named = [key];
    await washington.append(entriesOf(0, 3));
    // The log goes on: its message is refused by whoever opens it.
    expect(await push(washington)).toBe("again");
    expect(asked.length).toBeLessThan(10);
  }
});

test("of an attachment that is fetched no more is kept than was named, and only under its name", async () => {
  const bytes = p.random(1_000);
  const digest = toBase64Url(p.sha256(bytes));
  for (const [answer, code] of [
    [{ body: concatBytes(bytes, new Uint8Array(5_000_000)) }, "done"],
    [{ body: p.random(1_000) }, "attachment.wrong-digest"],
    [{ body: bytes.subarray(0, 0) }, "mirror.bad-answer"],
    [
      { status: 206, headers: { "content-range": "bytes 9-999/1000" }, body: bytes },
      "mirror.bad-answer",
    ],
    [{ status: 503, headers: { "retry-after": "1" } }, "http.503"],
  ] as const) {
    const { washington } = await against(() => answer);
    const outcome = await washington.sender().fetchAttachment(washington.channel(), digest, 1_000);
    expect(outcome.kind === "refused" ? outcome.code : outcome.kind).toBe(code);
    const row = await washington.storage.read((tx) =>
      tx.attachments.readAttachment({ channel: channelId, digest }),
    );
    expect(row?.state === "complete").toBe(code === "done");
    expect(row?.bytesReceived ?? 0).toBeLessThanOrEqual(1_000);
  }
});

test("a peer that gives an attachment octet by octet is left when the time is over", async () => {
  const dripping: Answering = (_path, response) => {
    response.on("error", () => {});
    response.writeHead(206, { "content-range": "bytes 0-999999/1000000" });
    const timer = setInterval(() => response.write(new Uint8Array(1)), 20);
    response.on("close", () => clearInterval(timer));
    return undefined;
  };
  const { washington, asked } = await against(dripping, { fetchMsMax: 500, answerMs: 200 });
  const digest = toBase64Url(p.random(32));
  const fetched = washington.sender().fetchAttachment(washington.channel(), digest, 1_000_000);
  expect(await fetched).toMatchObject({ kind: "refused", code: "peer.too-slow" });
  expect(asked).toHaveLength(1);
  // By default a gibibyte may come at 16 KiB a second, and ten minutes are for the rest.
  expect(fetchMsMax(2 ** 30)).toBe(600_000 + 65_536_000);
  expect(fetchMsMax(1)).toBe(601_000);
});
