/**
 * Goal: a notice that the peer refuses because it reaches back too far does not end the channel's
 * changes of keys: it is issued anew, taken, and the next change follows; and it is never issued anew
 * where two notices of one serial could be held, or where something signed would verify no more.
 * Method: the whole way by commands, with what a thief has shown put into the peer's database; then
 * two nodes, each way of going wrong, and traffic over the places between.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { keyId } from "@parley/core/crypto/key-id";
import { assert } from "@parley/core/fault";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";
import {
  deliver,
  type PairedNodes,
  type PairedParty,
  pairedNodes,
} from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeKeys } from "../../packages/node/src/service/key-change.ts";
import { keyOperations } from "../../packages/node/src/service/key-operations.ts";
import type { KeyKind } from "../../packages/node/src/service/key-ring.ts";
import { issueNoticeAnew } from "../../packages/node/src/service/notice-anew.ts";
import { type OperationResult, runOperation } from "../../packages/node/src/service/operation.ts";
import { rebuild } from "../../packages/node/src/service/rebuild.ts";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import { exchange, quietly, tell, viewOf } from "./speak.ts";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

let homes: TypedHomes;
const json: TypedHomes["json"] = (...typed) => homes.json(...typed);

beforeAll(async () => {
  homes = await typedHomes();
}, 60_000);
afterAll(() => homes.remove());

async function inStorage<T>(home: string, work: (storage: Storage) => Promise<T>): Promise<T> {
  const opened = await openSqliteStorage(join(homes.at(home), "parley.db"), "open");
  if (!opened.ok) throw new Error(opened.refusal.code);
  await using storage = opened.value;
  return await work(storage);
}

/** What Moscow's authority has said, as a home holds it. */
function noticesOfMoscow(home: string): Promise<readonly string[]> {
  return inStorage(home, (storage) =>
    storage.read(async (tx) => {
      const [channel] = await tx.channels.listChannels();
      const rows = await tx.channels.listNotices(channel?.id ?? "");
      return rows.filter(({ author }) => author === "moscow.example").map(({ jws }) => jws);
    }),
  );
}

async function handOver(file: string, flags = ""): Promise<{ exitCode: number; code?: string }> {
  return json("moscow", `keys handover --peer washington.example --out ${homes.at(file)}${flags}`);
}

test("[KEY-23] refused, issued anew, taken, and the next change follows", async () => {
  await json("moscow", "keys revoke technical log tls");
  await handOver("first");
  // The logs of a channel are made when its node is first opened.
  expect(await json("washington", "record counts")).toMatchObject({ exitCode: 0 });
  // With the stolen log keys a thief has shown three entries that Moscow never wrote.
  await inStorage("washington", (storage) =>
    storage.write(async (tx) => {
      const log = (await tx.logs.listLogs({ author: "moscow.example", class: "live" })).at(-1);
      assert(log !== undefined, "the mirror of each class is made with the channel");
      const shown = { size: 3, root: new Uint8Array(32).fill(7), note: "of a thief" };
      await tx.logs.addPending(log.id, 0, shown);
    }),
  );
  const refused = await homes.type("washington", `keys import ${homes.at("first")}`);
  expect(refused.exitCode).toBe(1);
  expect(refused.err).toContain("THIS-PARTY --out FILE --bar-from live/1/3");
  const issued = await noticesOfMoscow("moscow");
  expect([issued.length, await noticesOfMoscow("washington")]).toEqual([1, []]);

  expect(await handOver("first", " --bar-from live/1/3")).toMatchObject({
    ...{ exitCode: 1, code: "cli.file-exists" },
  });
  expect(await handOver("none", " --bar-from live/1/0")).toMatchObject({
    ...{ exitCode: 1, code: "keys.not-higher" },
  });
  expect(await noticesOfMoscow("moscow")).toEqual(issued);

  expect(await handOver("low", " --bar-from live/1/2")).toMatchObject({ exitCode: 0, notice: 1 });
  expect(await json("washington", `keys import ${homes.at("low")}`)).toMatchObject({
    ...{ exitCode: 1, code: "notice.below-receipted" },
  });
  const anew = " --bar-from live/1/3 --disown live/1/0-2";
  expect(await handOver("anew", anew)).toMatchObject({ exitCode: 0, notice: 1 });
  expect(await json("washington", `keys import ${homes.at("anew")}`)).toMatchObject({
    ...{ exitCode: 0, isNew: true },
  });
  // Nobody holds two of one serial: what was replaced is refused by whoever took the other.
  for (const file of ["first", "low"]) {
    expect(await json("washington", `keys import ${homes.at(file)}`)).toMatchObject({
      ...{ exitCode: 1, code: "notice.broken-chain" },
    });
  }
  const [taken] = await noticesOfMoscow("washington");
  expect(await noticesOfMoscow("moscow")).toEqual([taken]);
  expect(readFileSync(homes.at("anew"), "utf8")).toContain(taken);

  await json("moscow", "keys revoke watch tls");
  await handOver("next");
  expect(await json("washington", `keys import ${homes.at("next")}`)).toMatchObject({
    ...{ exitCode: 0, isNew: true, serial: 3 },
  });
  expect(await noticesOfMoscow("washington")).toHaveLength(2);
  expect(await noticesOfMoscow("moscow")).toEqual(await noticesOfMoscow("washington"));
}, 60_000);

test("help and refusals are said in both languages", async () => {
  const { out } = await homes.type("moscow", "keys handover --help");
  expect(out).toContain("--bar-from live/1/17");
  const typed = "keys handover --peer moscow.example --out none --bar-from live/1/9 --lang ru";
  const none = await homes.type("washington", typed);
  expect([none.exitCode, none.err]).toEqual([1, expect.stringContaining("не из тех")]);
  const wrong = await homes.type("moscow", `${typed} --receipts-from never/1`);
  expect(wrong.exitCode).toBe(2);
});

const pinOf = async (seed: Uint8Array) => keyId(p, "Ed25519", p.signer("Ed25519", seed).publicKey);

/** Moscow's node with new keys; a server that opens its home again has them. */
async function afterChange(
  pair: PairedNodes,
  kinds: readonly KeyKind[],
  isStolen: boolean,
): Promise<PairedNodes> {
  const { node, authority, rings, directory: spoolPath } = pair.moscow;
  const done = await changeKeys(node, {
    ...{ kinds, authority, rings, isStolen, disowned: [], barFrom: new Map(), spoolPath, pinOf },
  });
  expect(done).toMatchObject({ ok: true, value: { isOutOfBand: isStolen } });
  return { ...pair, moscow: await pair.moscow.reopen() };
}

async function issueAnew({ node, authority }: PairedParty, from: ReadonlyMap<string, number>) {
  const peer = "washington.example";
  const done = await issueNoticeAnew(node, { peer, authority, from, disowned: [] });
  return done.ok ? "done" : done.refusal.code;
}

async function originOf({ node, channel }: PairedParty, direction: "own" | "mirror") {
  const logs = await node.listLogs(channel);
  const log = logs.find((one) => one.direction === direction && one.class === "live");
  assert(log !== undefined, "a log of each class and direction");
  return log.origin;
}

async function call(party: PairedParty, name: string, input: object): Promise<OperationResult> {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  return runOperation(keyOperations, party.node, { name, input }, context);
}

async function bring({ moscow, washington }: PairedNodes): Promise<string> {
  const handed = await call(moscow, "keys.handover", { peer: "washington.example" });
  assert(handed.ok, "an open channel");
  const { documents } = handed.value as { documents: string[] };
  const imported = await call(washington, "keys.import", { documents });
  return imported.ok ? "done" : imported.refusal.code;
}

/** Size of each checkpoint of a log, and which of its author's descriptors names the keys that verify it. */
async function signersBySize({ node }: PairedParty, origin: string): Promise<readonly string[]> {
  const channel = node.channels.channels()[0];
  assert(channel !== undefined, "an open channel");
  const said = origin.startsWith(channel.me) ? channel.ownKeys : channel.peerKeys;
  const rows = await node.storage.read(async (tx) => {
    const log = await tx.logs.readLogByOrigin(origin);
    return tx.logs.listCheckpoints(log?.id ?? 0, 0);
  });
  return Promise.all(
    rows.map(async ({ size, note }) => {
      const logKeys = channel.logKeys(origin, size);
      const isGood = (await verifyCheckpoint(p, note, { origin, logKeys })).ok;
      const at = said.descriptors.findIndex(({ keys }) => keys.log === logKeys);
      return `${size} ${isGood ? at : "does not verify"}`;
    }),
  );
}

test("[KEY-24] between the two places the old keys sign on, and all of it verifies", async () => {
  await using pair = await pairedNodes();
  await tell(pair.moscow, { kind: "note" });
  await exchange(pair);
  const after = await afterChange(pair, ["technical", "log", "mirror", "tls"], true);
  const own = await originOf(after.moscow, "own");
  const theirs = await originOf(after.moscow, "mirror");
  const from = new Map([...([[own, 3]] as const), ...([[theirs, 2]] as const)]);
  expect(await issueAnew(after.moscow, from)).toBe("done");
  expect(await bring(after)).toBe("done");
  for (let said = 0; said < 4; said++) {
    await tell(after.moscow, { kind: "note" });
    await tell(after.washington, { kind: "note" });
    await exchange(after);
  }
  for (const party of [after.moscow, after.washington]) {
    const view = await viewOf(party);
    expect(view.sides.map(({ refused }) => refused)).toEqual([[], []]);
    await rebuild(party.node, true, quietly());
    expect(await viewOf(party)).toEqual(view);
  }
  for (const party of [after.moscow, after.washington]) {
    expect(await signersBySize(party, own)).toEqual(["1 0", "2 0", "3 0", "4 1", "5 1"]);
  }
});

test("[KEY-23] a notice that the peer has taken is not issued anew", async () => {
  await using pair = await pairedNodes();
  const after = await afterChange(pair, ["log", "tls"], true);
  expect(await bring(after)).toBe("done");
  await tell(after.moscow, { kind: "note" });
  await exchange(after);
  const said = after.moscow.node.channels.channels()[0]?.ownKeys.notices;
  const from = new Map([[await originOf(after.moscow, "own"), 9]]);
  expect(await issueAnew(after.moscow, from)).toBe("keys.notice-taken");
  expect(after.moscow.node.channels.channels()[0]?.ownKeys.notices).toEqual(said);
});

test("[KEY-23] only what persons hand over is issued anew, with the authority in force", async () => {
  await using pair = await pairedNodes();
  const from = new Map([[await originOf(pair.moscow, "own"), 9]]);
  expect(await issueAnew(pair.moscow, from)).toBe("keys.not-by-hand");
  const planned = await afterChange(pair, ["technical"], false);
  expect(await issueAnew(planned.moscow, from)).toBe("keys.not-by-hand");
  const byHand = await afterChange(planned, ["technical", "tls"], true);
  const thief = { ...byHand.moscow, authority: byHand.washington.authority };
  expect(await issueAnew(thief, from)).toBe("jws.wrong-signers");
  expect(await issueAnew(byHand.moscow, from)).toBe("done");
});

test.each([
  ["a checkpoint", "own"],
  ["a receipt", "mirror"],
] as const)(
  "[KEY-24] %s under the new keys is not put under the old ones",
  async (_, direction) => {
    await using pair = await pairedNodes();
    const after = await afterChange(pair, ["log", "mirror", "tls"], true);
    const isOwn = direction === "own";
    await tell(isOwn ? after.moscow : after.washington, { kind: "note" });
    if (!isOwn) await deliver(after.washington, after.moscow, { receipt: false });
    const raised = new Map([[await originOf(after.moscow, direction), 1]]);
    expect(await issueAnew(after.moscow, raised)).toBe("keys.signed-since");
    expect(await bring(after)).toBe("done");
  },
);
