/**
 * Goal: a log reaches its mirror whole and comes back receipted, whatever breaks on the way.
 * Method: two parties with SQLite and TLS on the loopback; answers are lost, connections cut and
 * processes stopped at every step; then what both hold is compared.
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { parseReceiptList } from "@parley/core/log/receipt-list";
import { readRange, rootOf } from "@parley/core/log/tree";
import {
  channelId,
  cuttingRelay,
  type ExchangeParties,
  type ExchangeParty,
  entriesOf,
  exchangeParties,
  hashOf,
  lossyDialer,
  moscow as moscowName,
  until,
  washington as washingtonName,
} from "@parley/testkit/exchange-parties";
import { afterEach, expect, test } from "vitest";
import type { LogRow } from "../../service/storage-log.ts";

let open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
  open = [];
});

async function parties(options?: Parameters<typeof exchangeParties>[0]): Promise<ExchangeParties> {
  const made = await exchangeParties(options);
  open.push(made);
  return made;
}

async function isReceipted(party: ExchangeParty, size: number): Promise<boolean> {
  return (await party.ownLog()).receiptedSize >= size;
}

/** What the mirror holds is what its author wrote; both have the same receipts. */
async function checkSame(author: ExchangeParty, mirror: ExchangeParty): Promise<void> {
  const own = await author.ownLog();
  const held = await mirror.mirrorLog();
  expect(held?.size).toBe(own.receiptedSize);
  expect(held?.root).toEqual(await rootAt(author, own, own.receiptedSize));
  expect(held?.root).toEqual(held && (await rootAt(mirror, held, held.size)));
  const receiptsOf = (party: ExchangeParty, row: LogRow | undefined) =>
    party.storage.read((tx) => tx.receipts.listReceipts(row?.id ?? 0, 0));
  expect(await receiptsOf(author, own)).toEqual(await receiptsOf(mirror, held));
}

function rootAt(party: ExchangeParty, row: LogRow, size: number): Promise<Uint8Array> {
  return party.storage.read(async (tx) =>
    rootOf(p, await readRange((ids) => tx.logs.readNodes(row.id, ids), size)),
  );
}

test("[EXC-20] [EXC-22] a push is receipted, and the next one goes on from there", async () => {
  const { washington, moscow } = await parties();
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 5)));
  await until(() => isReceipted(washington, 5));
  sender.wake(await washington.append(entriesOf(5, 600)));
  await until(() => isReceipted(washington, 605));
  await checkSame(washington, moscow);
  expect(moscow.mirrored).toHaveLength(2);
  expect(washington.receipted).toHaveLength(2);
  expect(washington.badReceipts).toEqual([]);
});

test("one message alone takes two requests", async () => {
  const { washington, moscow } = await parties();
  const dialer = lossyDialer(washington.dialer, 0, "unsent");
  const sender = washington.sender({ dialer });
  for (const size of [1, 2, 3]) {
    sender.wake(await washington.append(entriesOf(size - 1, 1)));
    await until(() => isReceipted(washington, size));
  }
  expect(dialer.calls).toEqual(Array(3).fill(["addCheckpoint", "addEntries"]).flat());
  await checkSame(washington, moscow);
});

test.each(["unsent", "answer-lost"] as const)(
  "[EXC-22] the same receipt comes whichever answer fails: %s",
  async (failure) => {
    let calls = Number.POSITIVE_INFINITY;
    for (let failAt = 1; failAt <= calls; failAt++) {
      await using both = await exchangeParties();
      const { washington, moscow } = both;
      const dialer = lossyDialer(washington.dialer, failAt, failure);
      const sender = washington.sender({ dialer });
      sender.wake(await washington.append(entriesOf(0, 3)));
      await until(() => isReceipted(washington, 3));
      sender.wake(await washington.append(entriesOf(3, 300)));
      await until(() => isReceipted(washington, 303));
      await checkSame(washington, moscow);
      expect(moscow.mirrored.length).toBe(2);
      calls = Math.min(calls, dialer.callCount());
    }
    expect(calls).toBeGreaterThanOrEqual(4);
  },
);

test("[EXC-18] [EXC-19] a body cut anywhere leaves whole packages, and the rest is sent again", async () => {
  const { washington, moscow } = await parties();
  const cuts = [1, 900, 3_000, 6_000, 9_000, 20_000, 70_000, 140_000, 200_000, 400_000];
  await using relay = await cuttingRelay(
    moscow.port,
    cuts.map((upBytes) => ({ upBytes })),
  );
  moscow.terms.addresses = [`https://127.0.0.1:${relay.port}`];
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 1_000, 600)));
  await until(() => isReceipted(washington, 1_000));
  await checkSame(washington, moscow);
  expect(relay.connections()).toBeGreaterThan(cuts.length);
});

test("[EXC-22] an answer cut anywhere is asked for again, and is the same", async () => {
  const { washington, moscow } = await parties();
  const cuts = Array.from({ length: 14 }, (_, at) => ({ downBytes: 1_500 + at * 450 }));
  await using relay = await cuttingRelay(moscow.port, cuts);
  moscow.terms.addresses = [`https://127.0.0.1:${relay.port}`];
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 20)));
  await until(() => isReceipted(washington, 20));
  await checkSame(washington, moscow);
  expect(moscow.mirrored).toHaveLength(1);
});

test.each(["not-kept", "kept"] as const)(
  "a mirror whose n-th write fails (%s) has the log whole in the end",
  async (failure) => {
    let writes = Number.POSITIVE_INFINITY;
    for (let number = 1; number <= writes; number++) {
      await using both = await exchangeParties();
      const { washington, moscow } = both;
      const before = moscow.storage.writeCount();
      moscow.storage.failWrite(number, failure);
      const sender = washington.sender();
      sender.wake(await washington.append(entriesOf(0, 300)));
      await until(() => isReceipted(washington, 300));
      await checkSame(washington, moscow);
      writes = Math.min(writes, moscow.storage.writeCount() - before);
    }
    expect(writes).toBeGreaterThanOrEqual(3);
  },
);

test.each(["not-kept", "kept"] as const)(
  "a sender that cannot store its receipt (%s) asks again",
  async (failure) => {
    const { washington, moscow } = await parties();
    const log = await washington.append(entriesOf(0, 3));
    washington.storage.failWrite(1, failure);
    washington.sender().wake(log);
    await until(() => isReceipted(washington, 3));
    await checkSame(washington, moscow);
  },
);

test("two senders of one log push at once, and both end with one history", async () => {
  const { washington, moscow } = await parties();
  const senders = [washington.sender(), washington.sender()];
  for (let size = 0; size < 1_500; size += 300) {
    const log = await washington.append(entriesOf(size, 300));
    for (const sender of senders) sender.wake(log);
  }
  await until(() => isReceipted(washington, 1_500));
  for (const sender of senders) await sender.stop();
  const link = washington.link();
  const list = await link.readReceipts(
    { side: "mirror", hash: hashOf(washingtonName) },
    0,
    AbortSignal.timeout(5_000),
  );
  expect(list.kind).toBe("found");
  await checkSame(washington, moscow);
  expect(washington.badReceipts).toEqual([]);
});

test("a log of another class, and the peer's own, go at the same time", async () => {
  const { washington, moscow } = await parties();
  const [west, east] = [washington.sender(), moscow.sender()];
  for (const trafficClass of ["live", "exercise", "link"] as const) {
    west.wake(await washington.append(entriesOf(0, 40), trafficClass));
    east.wake(await moscow.append(entriesOf(0, 50), trafficClass));
  }
  await until(async () => {
    const logs = [washington, moscow].flatMap((party) =>
      (["live", "exercise", "link"] as const).map((name) => party.ownLog(name)),
    );
    return (await Promise.all(logs)).every((log) => log.receiptedSize === log.size);
  });
  await checkSame(washington, moscow);
  await checkSame(moscow, washington);
});

test("[EXC-27] [EXC-28] [EXC-25] who cannot be dialled is polled, and gets its receipts back", async () => {
  const { washington, moscow } = await parties();
  // Washington is behind a wall: only it can dial.
  washington.terms.addresses = [];
  const [west, east] = [washington.sender({ pollMs: 20 }), moscow.sender({ pollMs: 20 })];
  east.start();
  const log = await moscow.append(entriesOf(0, 700));
  east.wake(log);
  west.start();
  await until(() => isReceipted(moscow, 700));
  await checkSame(moscow, washington);
  await moscow.append(entriesOf(700, 5));
  await until(() => isReceipted(moscow, 705));
  await checkSame(moscow, washington);
  expect((await moscow.ownLog()).receiptedSize).toBe(705);
  expect(moscow.states.stateOf(washingtonName).problems).toEqual([]);
});

test("a receipt that its author lost is fetched when the peer says that it has seen further", async () => {
  const { washington, moscow } = await parties();
  const dialer = lossyDialer(washington.dialer, 2, "answer-lost");
  const sender = washington.sender({ dialer });
  sender.start();
  sender.wake(await washington.append(entriesOf(0, 2)));
  await until(() => moscow.mirrored.length === 1);
  sender.receiptMissing(washington.channel());
  await until(() => isReceipted(washington, 2));
  await checkSame(washington, moscow);
});

test("[EXC-24] a receipt that was missed is placed before the later one", async () => {
  const { washington, moscow } = await parties();
  const dialer = lossyDialer(washington.dialer, 2, "answer-lost");
  const first = washington.sender({ dialer });
  first.wake(await washington.append(entriesOf(0, 4)));
  await until(() => moscow.mirrored.length === 1);
  await first.stop();
  const receiptsOf = async () => {
    const { id } = await washington.ownLog();
    const receipts = await washington.storage.read((tx) => tx.receipts.listReceipts(id, 0));
    return receipts.map(({ size }) => size);
  };
  expect(await receiptsOf()).toEqual([]);
  moscow.clock.now += 60;
  const second = washington.sender();
  second.wake(await washington.append(entriesOf(4, 4)));
  await until(() => isReceipted(washington, 8));
  expect(await receiptsOf()).toEqual([4, 8]);
  await checkSame(washington, moscow);
});

test("attachments go before the entries that name them, and one that is refused holds up nothing", async () => {
  const { washington, moscow } = await parties();
  const good = p.random(3_000_000);
  const keys = await Promise.all([keep(washington, good), keep(washington, p.random(5_000))]);
  moscow.terms.attachmentBytesMax = 4_000_000;
  washington.named = keys;
  await using relay = await cuttingRelay(moscow.port, [
    { upBytes: 900_000 },
    { upBytes: 1_500_000 },
  ]);
  moscow.terms.addresses = [`https://127.0.0.1:${relay.port}`];
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 1)));
  await until(() => isReceipted(washington, 1));
  for (const key of keys) expect((await kept(moscow, key))?.state).toBe("complete");

  moscow.terms.attachmentBytesMax = 100;
  washington.named = [await keep(washington, p.random(4_000))];
  sender.wake(await washington.append(entriesOf(1, 1)));
  await until(() => isReceipted(washington, 2));
  expect(await kept(moscow, washington.named[0])).toBeUndefined();
  const codes = washington.lines.filter(({ event }) => event === "peer.refused-us");
  expect(codes.map(({ code }) => code)).toEqual(["attachment.too-large"]);
});

test("an attachment of a peer that cannot dial is fetched, and goes on where it broke off", async () => {
  const { washington, moscow } = await parties();
  const bytes = p.random(2_500_000);
  const key = await keep(moscow, bytes);
  await using relay = await cuttingRelay(moscow.port, [
    { downBytes: 1_200_000 },
    { downBytes: 5_000 },
  ]);
  moscow.terms.addresses = [`https://127.0.0.1:${relay.port}`];
  const sender = washington.sender();
  const channel = washington.channel();
  for (let tries = 0; tries < 4; tries++) {
    const fetched = sender.fetchAttachment(channel, key.digest, bytes.length);
    const outcome = await fetched.catch(() => undefined);
    if (outcome?.kind === "done") break;
  }
  expect((await kept(washington, key))?.state).toBe("complete");
  const absent = await sender.fetchAttachment(channel, toBase64Url(p.random(32)), 10);
  expect(absent).toMatchObject({ kind: "refused", code: "exchange.no-attachment" });
});

test("a peer that is away is tried again, each address is named, and the queue is counted", async () => {
  const { washington, moscow } = await parties();
  const there = moscow.terms.addresses;
  await using closed = await cuttingRelay(moscow.port, Array(1_000).fill({ upBytes: 1 }));
  moscow.terms.addresses = ["https://127.0.0.1:1", `https://127.0.0.1:${closed.port}`];
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 7)));
  await until(() => washington.lines.some(({ event }) => event === "peer.unreachable"));
  const failed = washington.lines.filter(({ event }) => event === "peer.address-failed");
  expect(failed.slice(0, 2)).toMatchObject([
    { peer: moscowName, address: "127.0.0.1:1", code: "peer.connection-refused" },
    { peer: moscowName, address: `127.0.0.1:${closed.port}` },
  ]);
  const [before] = await sender.linkStates();
  expect(before).toMatchObject({ peer: moscowName, queuedEntries: 7, lastAnswerAt: null });
  expect(before?.problems.length).toBeGreaterThan(0);
  moscow.terms.addresses = there;
  await until(() => isReceipted(washington, 7));
  const [after] = await sender.linkStates();
  expect(after).toMatchObject({ queuedEntries: 0, lastAnswerAt: washington.clock.now });
});

test("[EXC-1] a server whose key is not pinned is not spoken to", async () => {
  const { washington, moscow } = await parties();
  // At Moscow's address somebody else listens: here Washington itself.
  moscow.terms.addresses = [`https://127.0.0.1:${washington.port}`];
  const sender = washington.sender();
  sender.wake(await washington.append(entriesOf(0, 1)));
  await until(() => washington.lines.some(({ code }) => code === "peer.wrong-pin"));
  expect((await washington.ownLog()).receiptedSize).toBe(0);
});

test("a clock that is off by more than two minutes alarms once", async () => {
  const { washington } = await parties();
  // The HTTP date is the machine's, our clock stands in 2016.
  const sender = washington.sender();
  for (const size of [1, 2]) {
    sender.wake(await washington.append(entriesOf(size - 1, 1)));
    await until(() => isReceipted(washington, size));
  }
  const alarms = washington.lines.filter(({ event }) => event === "peer.clock-off");
  expect(alarms).toHaveLength(1);
  const [state] = await sender.linkStates();
  expect(state?.isClockOff).toBe(true);
  const machine = Math.floor(Date.now() / 1_000);
  expect(Math.abs((state?.skewSeconds ?? 0) - (machine - washington.clock.now))).toBeLessThan(5);
});

test("stopping leaves nothing behind: what was not sent goes after a restart", async () => {
  const { washington, moscow } = await parties();
  const first = washington.sender();
  first.wake(await washington.append(entriesOf(0, 2_000)));
  await first.stop();
  const second = washington.sender();
  second.start();
  await until(() => isReceipted(washington, 2_000));
  await checkSame(washington, moscow);
});

test("[EXC-24] the receipts that a mirror lists are those it gave", async () => {
  const { washington } = await parties();
  const sender = washington.sender();
  for (const size of [1, 2, 3]) {
    sender.wake(await washington.append(entriesOf(size - 1, 1)));
    await until(() => isReceipted(washington, size));
  }
  const sizesFrom = async (query: string) => {
    const answer = await washington.ask("GET", `mirror/${hashOf(washingtonName)}/receipts${query}`);
    const list = parseReceiptList(answer.text);
    return list.ok
      ? list.value.receipts.map(({ size }) => size)
      : `${answer.status} ${answer.text}`;
  };
  expect(await sizesFrom("?from=0")).toEqual([1, 2, 3]);
  expect(await sizesFrom("?from=2")).toEqual([3]);
  expect(await sizesFrom("?from=3")).toEqual([]);
  for (const query of ["", "?from=", "?from=01", "?from=-1", "?from=x"]) {
    expect(await sizesFrom(query)).toBe("400 exchange.bad-query\n");
  }
});

async function keep(party: ExchangeParty, bytes: Uint8Array) {
  const key = { channel: channelId, digest: toBase64Url(p.sha256(bytes)) };
  await party.storage.write(async ({ attachments }) => {
    const row = { ...key, author: party.name, bytesTotal: bytes.length, firstSeenAt: 1 };
    await attachments.createAttachment(row);
    for (let at = 0; at < bytes.length; at += 2 ** 20) {
      await attachments.appendAttachment(key, at, bytes.subarray(at, at + 2 ** 20));
    }
    await attachments.completeAttachment(key);
  });
  return key;
}

function kept(party: ExchangeParty, key: { channel: string; digest: string } | undefined) {
  return party.storage.read(async (tx) => key && tx.attachments.readAttachment(key));
}
