/**
 * Goal: entries that are made together share a batch, and nobody waits for one that does not come.
 * Method: a node whose clock never lets a wait end, or ends each at once; checkpoints are counted.
 */
import { assert } from "@parley/core/fault";
import { type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test, vi } from "vitest";

async function liveLog({ washington }: PairedNodes) {
  const logs = await washington.node.listLogs(washington.channel);
  const log = logs.find((each) => each.direction === "own" && each.class === "live");
  assert(log !== undefined, "a live log");
  return log;
}

function append({ washington }: PairedNodes, logId: number) {
  const { node, channel } = washington;
  return node.ownLogs.append(logId, {
    bytes: new TextEncoder().encode("an entry"),
    keep: ({ index, leafHash }) => ({
      opened: {
        ...{ channel: channel.id, class: "live", logId, index, leafHash, author: channel.me },
        ...{ verdict: "entry.unreadable", jti: null, kind: null, case: null, desk: null },
        ...{ iat: null, openedAt: node.clock.nowSeconds(), message: null, contentKey: null },
      },
      secret: null,
    }),
  });
}

async function checkpointSizes(pair: PairedNodes) {
  const { id } = await liveLog(pair);
  const { storage } = pair.washington.node;
  const checkpoints = await storage.read((tx) => tx.logs.listCheckpoints(id, 0));
  return checkpoints.map(({ size }) => size);
}

/** How waits of the clock end from now on. */
function letWaits(pair: PairedNodes, end: "never" | "at once") {
  const wait = end === "never" ? new Promise<void>(() => undefined) : Promise.resolve();
  vi.spyOn(pair.clock, "sleep").mockReturnValue(wait);
}

test("an entry waits for one that is being made, and both go in one batch", async () => {
  await using pair = await pairedNodes();
  letWaits(pair, "never");
  const { id } = await liveLog(pair);
  const arrived = pair.washington.node.ownLogs.expect(id);
  const first = append(pair, id);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await checkpointSizes(pair)).toEqual([]);
  const second = append(pair, id);
  arrived();
  expect((await Promise.all([first, second])).map(({ index }) => index)).toEqual([0, 1]);
  expect(await checkpointSizes(pair)).toEqual([2]);
});

test("one that does not come holds up nobody for long, one that was refused not at all", async () => {
  await using pair = await pairedNodes();
  const { id } = await liveLog(pair);
  const { ownLogs } = pair.washington.node;
  const never = ownLogs.expect(id);
  letWaits(pair, "at once");
  await append(pair, id);
  letWaits(pair, "never");
  const waiting = append(pair, id);
  never();
  await waiting;
  expect(await checkpointSizes(pair)).toEqual([1, 2]);
});

test("a batch that is large enough waits for nobody", async () => {
  await using pair = await pairedNodes();
  letWaits(pair, "never");
  const { id } = await liveLog(pair);
  pair.washington.node.ownLogs.expect(id);
  await Promise.all(Array.from({ length: 128 }, () => append(pair, id)));
  expect(await checkpointSizes(pair)).toEqual([128]);
});
