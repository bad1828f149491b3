/**
 * Goal: the checks of the simulation can fail. Each test is a node that breaks one promise, and must be
 * caught by the invariant that bears its name; if one passes, the simulator is broken.
 */
import { assert } from "@parley/core/fault";
import { ClassFolds } from "@parley/node/service/class-folds";
import { soleUser } from "@parley/node/service/sharing";
import type { StorageReader, StorageTransaction } from "@parley/node/service/storage";
import type { CaseRow } from "@parley/node/service/storage-content";
import { checkNode } from "@parley/testkit/checks/check-node";
import { checkPair } from "@parley/testkit/checks/check-pair";
import type { Finding } from "@parley/testkit/checks/finding";
import { speak } from "@parley/testkit/simulation/simulated-acts";
import { lie } from "@parley/testkit/simulation/simulated-lies";
import {
  removeTemplate,
  type SimulatedWorld,
  simulatedWorld,
} from "@parley/testkit/simulation/simulated-world";
import { afterAll, expect, test } from "vitest";

afterAll(removeTemplate);

/** Both serve, and have said a few things to each other. */
async function talking(seed: string): Promise<SimulatedWorld> {
  const world = await simulatedWorld(seed);
  for (const party of [world.washington, world.moscow]) {
    assert(await party.start(), "a home that is well starts");
  }
  for (let at = 0; at < 3; at += 1) {
    for (const party of [world.washington, world.moscow]) {
      await speak(world, party);
      await world.time.advance(5_000);
    }
  }
  await world.check(true);
  return world;
}

async function findingsOf(world: SimulatedWorld): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { checked, acknowledged } of [world.washington, world.moscow]) {
    found.push(...(await checkNode(checked, { acknowledged })).findings);
  }
  const pair = await checkPair([world.washington.checked, world.moscow.checked], world.shown);
  return [...found, ...pair.findings];
}

function invariants(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ invariant }) => invariant))];
}

/** An object of which one method is another. */
function instead<T extends object>(target: T, name: keyof T, method: unknown): T {
  return new Proxy(target, {
    get: (of, asked) => {
      if (asked === name) return method;
      const value = Reflect.get(of, asked);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
}

test("a node that signs a second history of one size is caught within one exchange", async () => {
  await using world = await talking("equivocates");
  const { washington, moscow } = world;
  await lie(world, washington, moscow, "a second history");
  await world.time.advance(10_000);
  expect(invariants(await findingsOf(world))).toContain("one-history");
  // And by the peer itself: the evidence is in its log.
  expect(world.counts["event mirror.fork"]).toBe(1);
});

test("a node that goes on from an old copy of all its disks, and opens no epoch, is caught", async () => {
  await using world = await talking("goes on");
  const { washington } = world;
  washington.keepCopy();
  await speak(world, washington);
  await world.time.advance(10_000);
  await washington.kill();
  const { copy } = washington;
  assert(copy !== undefined, "it was just kept");
  await washington.world.storage.replaceBy(copy.path);
  washington.heads.heads.clear();
  for (const [log, head] of copy.heads) washington.heads.heads.set(log, head);
  assert(await washington.start(), "a home that is well starts");
  await speak(world, washington);
  await speak(world, washington);
  await world.time.advance(10_000);
  expect(invariants(await findingsOf(world))).toEqual(
    expect.arrayContaining(["acknowledged", "one-history"]),
  );
});

test("an entry that was acknowledged and is gone is missed", async () => {
  await using world = await talking("drops");
  const { washington } = world;
  const [kept] = washington.acknowledged;
  assert(kept !== undefined, "it said something");
  // It answers as if it had kept one more.
  washington.acknowledged.push({ ...kept, index: kept.index + 100, jti: "AAAAAAAAAAAAAAAAAAAAAA" });
  expect(invariants(await findingsOf(world))).toEqual(["acknowledged"]);
});

test("a disk that says kept and keeps nothing is caught", async () => {
  await using world = await talking("lying disk");
  const { washington } = world;
  washington.fates.push("not-kept-but-said");
  await speak(world, washington);
  await world.time.advance(1_000);
  expect(invariants(await findingsOf(world)).length).toBeGreaterThan(0);
});

test("a number that is given twice is caught", async () => {
  await using world = await talking("doubles");
  const { washington } = world;
  const [first, second] = washington.acknowledged.filter((one) => one.class === "live");
  const one = first ?? second;
  assert(one !== undefined, "it said something");
  washington.acknowledged.push({ ...one, jti: "BBBBBBBBBBBBBBBBBBBBBB" });
  expect(invariants(await findingsOf(world))).toContain("doubled");
});

test("an entry that is appended twice, as after a write that was kept and failed, is caught", async () => {
  await using world = await talking("appends twice");
  const { washington } = world;
  const { node, channel } = washington;
  assert(node !== undefined && channel !== undefined, "it serves");
  const own = (await node.listLogs(channel)).find((log) => log.direction === "own" && log.size > 0);
  assert(own !== undefined, "it wrote something");
  const [entry] = await node.storage.read((tx) => tx.logs.readEntries(own.id, 0));
  const row = await node.storage.read((tx) => tx.opened.readOpened(own.id, 0));
  assert(entry !== undefined && row !== undefined, "its first entry");
  await node.ownLogs.append(own.id, {
    bytes: entry.bytes,
    keep: ({ index }) => ({ opened: { ...row, index }, secret: null }),
  });
  expect(invariants(await findingsOf(world))).toContain("doubled");
});

test("a node whose fold gives another phase is caught", async () => {
  await using world = await talking("folds otherwise");
  const { channel, world: its } = world.moscow;
  assert(channel !== undefined, "it serves");
  const wrong = instead(
    its.storage,
    "write",
    (work: (tx: StorageTransaction) => Promise<unknown>) =>
      its.storage.write((tx) => {
        const writeCases = (rows: readonly CaseRow[]) =>
          tx.projections.writeCases(rows.map((row) => ({ ...row, phase: "answered" })));
        return work({ ...tx, projections: instead(tx.projections, "writeCases", writeCases) });
      }),
  );
  await its.storage.write((tx) => tx.projections.dropProjections());
  for (const trafficClass of channel.agreement.classes) {
    await new ClassFolds(wrong, () => channel, soleUser).state(channel, trafficClass);
  }
  expect(invariants(await findingsOf(world))).toEqual(["projection"]);
});

test("a node that dates receipts otherwise than the mirror did is caught", async () => {
  await using world = await talking("redates");
  const { washington, moscow } = world;
  const { storage } = washington.world;
  const wrong = instead(storage, "read", (work: (tx: StorageReader) => Promise<unknown>) =>
    storage.read((tx) => {
      const readReceiptOf = async (logId: number, index: number) => {
        const found = await tx.receipts.readReceiptOf(logId, index);
        return found && { ...found, time: found.time + 1 };
      };
      return work({ ...tx, receipts: instead(tx.receipts, "readReceiptOf", readReceiptOf) });
    }),
  );
  const { findings, counts } = await checkPair([
    { ...washington.checked, storage: wrong },
    moscow.checked,
  ]);
  expect(counts.settled).toBeGreaterThan(0);
  expect(invariants(findings)).toEqual(["fold-differs"]);
});
