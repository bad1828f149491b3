/**
 * Goal: a party that goes on from an old database never gives an epoch two histories, loses nothing
 * that anybody still holds, and agrees with its peer afterwards; whatever the peer's mirror shows.
 * Method: one practised history, a backup after each step, sealed and signed as an operator's; the
 * database lost at the end; every backup against every mirror and every head store. Judged from the
 * checkpoints of the life that was lost.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fromBase64Url } from "@parley/core/bytes/base64";
import { toHex } from "@parley/core/bytes/hex";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { channelHexOf } from "@parley/core/log/origin";
import { buildNotice, type NoticeStatement } from "@parley/core/party/channel-notice";
import {
  deliver,
  openPaired,
  type PairedHome,
  type PairedParty,
  pairedHomes,
  type TestClock,
  testNow,
} from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takeNotice } from "../../packages/node/src/service/ended-epochs.ts";
import { openNewEpochs } from "../../packages/node/src/service/new-epochs.ts";
import { openHeadFile } from "../../packages/node/src/storage/head-file.ts";
import { openSqliteStorage } from "../../packages/node/src/storage/open-sqlite.ts";
import { copyByBackup } from "./backed-up.ts";
import {
  copyDatabase,
  exchangeOnce,
  homeOf,
  linkOf,
  lostWrites,
  now,
  openSide,
  type Shown,
  type Side,
} from "./restored.ts";
import { ask, listedBy, tell, viewOf } from "./speak.ts";

type MirrorKind = "honest" | "silent at first" | "hides the newest at first" | "hides the newest";
type HeadKind = "of the last signature" | "as old as the copy" | "lost";

const mirrors: readonly MirrorKind[] = [
  ...(["honest", "silent at first", "hides the newest at first", "hides the newest"] as const),
];
const heads: readonly HeadKind[] = ["of the last signature", "as old as the copy", "lost"];
/** Exchanges before a mirror that hid something shows it. */
const hiddenRounds = 3;
const roundsMax = 6;

interface Practised {
  readonly directory: string;
  readonly clock: TestClock;
  readonly washington: Awaited<ReturnType<typeof pairedHomes>>["washington"];
  readonly moscow: PairedHome;
  readonly cutCount: number;
}

let practised: Practised;
let comboCount = 0;

beforeAll(async () => {
  practised = await practise();
});
afterAll(() => {
  const { takeBack, openMirror } = lostWrites;
  console.info(
    `${comboCount} restores: ages × mirrors × head stores; nothing kept by one that had lost ` +
      `its lease, ${takeBack} times as it took back, ${openMirror} as it opened or closed`,
  );
  for (const path of [
    practised.directory,
    practised.washington.directory,
    practised.moscow.directory,
  ]) {
    rmSync(path, { recursive: true, force: true });
  }
});

describe.each(mirrors)("a mirror that is %s", (kind) => {
  test.each(heads)(
    "[LOG-24] [LOG-30] [LOG-31] [EXC-39] [EXC-40] every age of the copy, with a head store %s",
    async (head) => {
      const step = head === "of the last signature" ? 1 : 5;
      for (let cut = 0; cut < practised.cutCount; cut += step) {
        await restoreAndGoOn({ cut, kind, head });
        comboCount += 1;
      }
    },
  );
});

test("[STO-22] one that lost its lease took nothing back, and closed no epoch", () => {
  expect(Math.min(lostWrites.takeBack, lostWrites.openMirror)).toBeGreaterThan(0);
});

test("[LOG-24] a copy made between an entry and its signature: the peer shows both", async () => {
  // It holds all that the peer came to hold, and no signature on it.
  await restoreAndGoOn({
    cut: 12,
    kind: "honest",
    head: "of the last signature",
    isUnsigned: true,
  });
});

async function restoreAndGoOn({
  cut,
  kind,
  head,
  isUnsigned = false,
}: {
  cut: number;
  kind: MirrorKind;
  head: HeadKind;
  isUnsigned?: boolean;
}): Promise<void> {
  const about = `cut ${cut}, ${kind}, head store ${head}`;
  const { directory, clock, washington, moscow } = practised;
  const at = (name: string) => join(directory, name);
  const headsAt = { "of the last signature": "end", "as old as the copy": String(cut), lost: null };
  const headFile = headsAt[head];
  using west = homeOf(washington, {
    database: at(`${cut}.db`),
    heads: headFile === null ? undefined : at(`${headFile}.heads`),
  });
  using east = homeOf(moscow, { database: at("moscow.db"), heads: at("moscow.heads") });
  if (isUnsigned) forgetSignature(join(west.directory, "parley.db"));
  if (kind === "hides the newest") forgetNewest(join(east.directory, "parley.db"));
  await openEpochs(west.directory, washington.authority);

  let asked = 0;
  const shown: Shown = () => {
    const isHidden = asked < hiddenRounds;
    if (isHidden && kind === "silent at first") return null;
    return isHidden && kind === "hides the newest at first" ? hiddenSize : Number.POSITIVE_INFINITY;
  };
  const sides: { peer?: Side } = {};
  const peerOf = () => {
    assert(sides.peer !== undefined, "opened below");
    return sides.peer;
  };
  await using restored = await openSide(west, clock, () => linkOf("washington.example", peerOf));
  await using peer = await openSide(east, clock, () => linkOf("moscow.example", () => restored));
  sides.peer = peer;

  const first = await ask(partyOf(restored));
  expect([about, first.epoch, first.index]).toEqual([about, 2, 0]);
  for (asked = 0; asked < roundsMax; asked += 1) await exchangeOnce(restored, peer, shown);
  clock.now += 60;
  await tell(partyOf(peer), { kind: "receipt", case: first.jti, answers: first.jti });
  for (let round = 0; round < 3; round += 1) await exchangeOnce(restored, peer, shown);

  expect([about, await historiesOf(restored, peer)]).toEqual([about, []]);
  expect([about, await missingOf(restored, peer)]).toEqual([about, []]);
  expect([about, await otherReceipts(restored, peer)]).toEqual([about, []]);
  const view = await viewOf(partyOf(restored));
  expect([about, view]).toEqual([about, await viewOf(partyOf(peer))]);
  expect([about, view.cases.find(({ id }) => id === first.jti)?.phase]).toEqual([
    about,
    "received",
  ]);
  if (cut % 4 !== 0) return;
  for (const side of [restored, peer]) {
    const { kept, anew } = await listedBy(partyOf(side));
    expect([about, kept]).toEqual([about, anew]);
  }
}

/** Size of Washington's live log that the peer's mirror shows when it hides the newest. */
const hiddenSize = 3;

/** Both write; Washington's database, and its head store, are copied after each step. */
async function practise(): Promise<Practised> {
  const directory = mkdtempSync(join(tmpdir(), "parley-restore-"));
  const clock: TestClock = {
    now: testNow,
    nowSeconds: () => clock.now,
    sleep: () => Promise.resolve(),
  };
  const homes = await pairedHomes(clock.now);
  const west = await openParty(homes.washington, clock);
  const east = await openParty(homes.moscow, clock);
  let cutCount = 0;
  const copyTo = (party: PairedParty, name: string) => {
    copyDatabase(join(party.directory, "parley.db"), join(directory, `${name}.db`));
    copyFileSync(join(party.directory, "heads"), join(directory, `${name}.heads`));
  };
  const jtis: string[] = [];
  const askOnce = async () => void jtis.push((await ask(west)).jti);
  const answer = (jti = "") => tell(east, { kind: "receipt", case: jti, answers: jti });
  const steps: readonly (() => Promise<unknown>)[] = [
    async () => undefined,
    askOnce,
    () => deliver(west, east),
    () => answer(jtis[0]),
    () => deliver(east, west),
    askOnce,
    () => deliver(west, east, { receipt: false }),
    askOnce,
    () => deliver(west, east),
    () => answer(jtis[1]),
    () => deliver(east, west),
    askOnce,
    askOnce,
    () => deliver(west, east, { receipt: false }),
  ];
  for (const step of steps) {
    await step();
    clock.now += 60;
    await copyByBackup(homes.washington, join(directory, `${cutCount}.db`));
    copyFileSync(join(west.directory, "heads"), join(directory, `${cutCount}.heads`));
    cutCount += 1;
  }
  await ask(west);
  copyTo(west, "end");
  copyTo(east, "moscow");
  await west.node[Symbol.asyncDispose]();
  await east.node[Symbol.asyncDispose]();
  return { directory, clock, washington: homes.washington, moscow: homes.moscow, cutCount };
}

async function openParty(home: PairedHome, clock: TestClock): Promise<PairedParty> {
  const node = await openPaired(home, clock);
  return partyOf({ node, channel: node.channels.channels()[0] } as Side, home.directory);
}

function partyOf(side: Side, directory = ""): PairedParty {
  const party = { node: side.node, channel: now(side), directory, authority: [], rings: [] };
  return { ...party, reopen: () => Promise.reject(new Error("opened once")) };
}

async function openEpochs(
  directory: string,
  authority: Parameters<typeof openNewEpochs>[0]["authority"],
  recordPath = join(directory, "notices"),
): Promise<void> {
  const storage = await openSqliteStorage(join(directory, "parley.db"), "open");
  assert(storage.ok, "a copy");
  await using database = storage.value;
  const path = join(directory, "heads");
  const there = openHeadFile(path, "open");
  const store = there.ok ? there : openHeadFile(path, "create");
  assert(store.ok, "a head store, old or new");
  await using headStore = store.value;
  const order = { p, storage: database, headStore, authority, now: practised.clock.now };
  const opened = await openNewEpochs({ ...order, recordPath });
  if (!opened.ok) throw new Error(opened.refusal.code);
}

/** The database as it is before the process came to sign what it has appended. */
function forgetSignature(path: string): void {
  const database = new DatabaseSync(path);
  const { changes } = database
    .prepare(
      `delete from checkpoint where (logId, size) in
       (select id, size from log where direction = 'own' and class = 'live')`,
    )
    .run();
  database.close();
  assert(Number(changes) > 0, "it had signed something");
}

/** The peer's database as one that says that it holds no more than {@link hiddenSize}. */
function forgetNewest(path: string): void {
  const database = new DatabaseSync(path);
  const log = database
    .prepare("select id from log where direction = 'mirror' and class = 'live'")
    .get();
  assert(log !== undefined, "a mirror");
  const id = Number(log["id"]);
  const kept = database
    .prepare("select root from checkpoint where logId = ? and size = ?")
    .get(id, hiddenSize);
  assert(kept !== undefined, "a size that was cosigned");
  database.exec(`
    delete from entry where logId = ${id} and "index" >= ${hiddenSize};
    delete from node where logId = ${id} and ("index" + 1) * (1 << level) > ${hiddenSize};
    delete from opened where logId = ${id} and "index" >= ${hiddenSize};
    delete from projectedMessage; delete from projectionPosition;
    delete from projectedCaseDesk; delete from projectedCase;`);
  for (const table of ["checkpoint", "receipt", "pendingCheckpoint"]) {
    database.exec(`delete from ${table} where logId = ${id} and size > ${hiddenSize}`);
  }
  database
    .prepare(
      `update log set entryCount = ?1, size = ?1, openedSize = ?1, receiptedSize = ?1,
       pendingSize = ?1, root = ?2 where id = ?3`,
    )
    .run(hiddenSize, kept["root"] as Uint8Array, id);
  database.close();
}

/** Checkpoints of Washington's logs that do not belong to one history; each as a sentence. */
async function historiesOf(restored: Side, peer: Side): Promise<readonly string[]> {
  const known = signedBeforeTheLoss();
  const found: string[] = [];
  for (const side of [restored, peer]) {
    for (const { origin, epoch, size, root } of await checkpointsOf(side, restored.channel.me)) {
      const name = `${origin} ${size}`;
      const before = known.get(name);
      if (before === undefined && epoch === 1) found.push(`${name} was signed anew`);
      else if (before !== undefined && before !== root) found.push(`${name} has two roots`);
      known.set(name, root);
    }
  }
  return found;
}

/** By origin and size, the root in hexadecimal. */
function signedBeforeTheLoss(): Map<string, string> {
  const lost = new DatabaseSync(join(practised.directory, "end.db"), { readOnly: true });
  const rows = lost
    .prepare(
      `select origin, checkpoint.size as size, checkpoint.root as root from checkpoint
       join log on log.id = logId where direction = 'own'`,
    )
    .all();
  lost.close();
  return new Map(
    rows.map(({ origin, size, root }) => [`${origin} ${size}`, toHex(root as Uint8Array)]),
  );
}

async function checkpointsOf({ node, channel }: Side, author: string) {
  const logs = (await node.listLogs(channel)).filter((log) => log.author === author);
  const lists = logs.map(async ({ id, origin, epoch }) => {
    const rows = await node.storage.read((tx) => tx.logs.listCheckpoints(id, 0));
    return rows.map(({ size, root }) => ({ origin, epoch, size, root: toHex(root) }));
  });
  return (await Promise.all(lists)).flat();
}

/** Logs of which one side lacks entries, or has others, below the size that counts. */
async function missingOf(restored: Side, peer: Side): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theirs of await peer.node.listLogs(peer.channel)) {
    const ours = await restored.node.storage.read((tx) => tx.logs.readLogByOrigin(theirs.origin));
    const counted = theirs.closedAtSize ?? theirs.size;
    const sizes = [ours?.closedAtSize ?? ours?.size, Math.min(ours?.receiptedSize ?? 0, counted)];
    if (String(sizes) !== String([counted, Math.min(theirs.receiptedSize, counted)])) {
      found.push(`${theirs.origin}: ${counted}, not ${sizes}`);
      continue;
    }
    const hashesOf = async (side: Side, id: number) =>
      (await side.node.storage.read((tx) => tx.logs.readHashes(id, 0, 0, 256)))
        .slice(0, counted)
        .map(toHex);
    const [here, there] = [
      await hashesOf(restored, ours?.id ?? 0),
      await hashesOf(peer, theirs.id),
    ];
    if (String(here) !== String(there)) found.push(`${theirs.origin}: other entries`);
  }
  return found;
}

/** Receipts of the peer's logs that the two hold differently; only those that the peer may have had. */
async function otherReceipts(restored: Side, peer: Side): Promise<readonly string[]> {
  const found: string[] = [];
  for (const log of await peer.node.listLogs(peer.channel)) {
    if (log.author !== peer.channel.me) continue;
    const mirror = await restored.node.storage.read((tx) => tx.logs.readLogByOrigin(log.origin));
    const theirs = await peer.node.storage.read((tx) => tx.receipts.listReceipts(log.id, 0));
    const ours = await restored.node.storage.read((tx) =>
      tx.receipts.listReceipts(mirror?.id ?? 0, 0),
    );
    const known = new Map(ours.map(({ size, time, lines }) => [size, `${time} ${lines}`]));
    for (const { size, time, lines } of theirs) {
      if (known.get(size) !== `${time} ${lines}`) found.push(`${log.origin} ${size}`);
    }
  }
  return found;
}

test("[EXC-38] a notice is taken from its author only, once, and if it says nothing but epochs", async () => {
  const { directory, clock, washington, moscow } = practised;
  const end = { database: join(directory, "end.db"), heads: join(directory, "end.heads") };
  using west = homeOf(washington, end);
  const peerCopy = {
    database: join(directory, "moscow.db"),
    heads: join(directory, "moscow.heads"),
  };
  using east = homeOf(moscow, peerCopy);
  await openEpochs(west.directory, washington.authority);
  await using restored = await openSide(west, clock, noLink);
  await using peer = await openSide(east, clock, noLink);
  const [said] = now(restored).ownKeys.notices;
  assert(said !== undefined, "the notice of the restore");
  const take = async (from: string, text: string) => {
    const taken = await takeNotice(peer.node, from, text);
    return taken.ok ? "taken" : taken.refusal.code;
  };
  expect(await take("paris.example", said.text)).toBe("notice.wrong-channel");
  expect(await take("washington.example", said.text.replace("payload", "Payload"))).toMatch(/^jws/);
  expect(await take("washington.example", "")).toBe("jws.malformed");
  const other: NoticeStatement[] = [
    ...said.payload.statements,
    { type: "log-keys", origin: restoredOrigin(restored), fromSize: 90 },
  ];
  const more = await buildNotice({ ...said.payload, statements: other }, washington.authority);
  expect(await take("washington.example", more)).toBe("notice.bad-statement");
  expect((await peer.node.listLogs(peer.channel)).every(({ epoch }) => epoch === 1)).toBe(true);
  for (let times = 0; times < 2; times += 1) {
    expect(await take("washington.example", said.text)).toBe("taken");
  }
  const logs = await peer.node.listLogs(peer.channel);
  const closed = logs.filter(({ author, epoch }) => author === "washington.example" && epoch === 1);
  expect(closed.map(({ size, closedAtSize }) => [size, closedAtSize])).toEqual([
    [0, 0],
    [0, 0],
    [5, 5],
  ]);
  const notes = logs.filter(({ author, epoch }) => author === "moscow.example" && epoch === 1);
  expect(notes.map(({ size }) => size)).toEqual([1, 1, 3]);
});

function restoredOrigin({ channel }: Side): string {
  const id = fromBase64Url(channel.id);
  assert(id !== undefined, "a channel id");
  return `washington.example/moscow.example/${channelHexOf(id)}/live/1`;
}

test("[LOG-29] a copy that is older than an earlier restore opens no epoch twice", async () => {
  const { directory, clock, washington } = practised;
  const record = join(directory, "notices-kept");
  const epochs: number[] = [];
  for (const heads of [join(directory, "end.heads"), undefined]) {
    using west = homeOf(washington, { database: join(directory, "2.db"), heads });
    await openEpochs(west.directory, washington.authority, record);
    await using restored = await openSide(west, clock, noLink);
    epochs.push((await ask(partyOf(restored))).epoch);
  }
  expect(epochs).toEqual([2, 3]);
  rmSync(record);
  using west = homeOf(washington, {
    database: join(directory, "2.db"),
    heads: join(directory, "end.heads"),
  });
  await openEpochs(west.directory, washington.authority);
  await using restored = await openSide(west, clock, noLink);
  await ask(partyOf(restored));
  copyDatabase(join(directory, "2.db"), join(west.directory, "older.db"));
  await restored[Symbol.asyncDispose]();
  rmSync(join(west.directory, "parley.db"));
  copyFileSync(join(west.directory, "older.db"), join(west.directory, "parley.db"));
  rmSync(join(west.directory, "notices"));
  // The head store knows epoch 2; who opened it is not to be found.
  await expect(openEpochs(west.directory, washington.authority)).rejects.toThrow("notices-missing");
});

function noLink(): never {
  throw new Error("nobody is asked");
}
