/**
 * Goal: a good entry and one that must be refused, opened together, are kept together with the refusal,
 * or not at all. The first seeds of a long run found a fold that stood behind an entry which was not
 * kept: it could never go on. Method: each write of the victim fails in turn, in every way.
 */
import { assert } from "@parley/core/fault";
import { speak } from "@parley/testkit/simulation/simulated-acts";
import { lie } from "@parley/testkit/simulation/simulated-lies";
import { removeTemplate, simulatedWorld } from "@parley/testkit/simulation/simulated-world";
import { failingFates } from "@parley/testkit/simulation/write-faults";
import { afterAll, expect, test } from "vitest";

afterAll(removeTemplate);

/** @returns Whether the victim made so many writes. */
async function openWith(number: number, fate: (typeof failingFates)[number]): Promise<boolean> {
  await using world = await simulatedWorld(`a refused entry ${number} ${fate}`);
  const { washington, moscow, network, time } = world;
  for (const party of [washington, moscow]) {
    assert(await party.start(), "a home that is well starts");
  }
  await time.advance(5_000);
  network.part(moscow.name, washington.name);
  network.part(washington.name, moscow.name);
  world.liar = moscow;
  await speak(world, moscow);
  await lie(world, moscow, washington, "a false root as seen");
  await time.advance(5_000);
  washington.fates.push(...Array.from({ length: number - 1 }, () => "kept" as const), fate);
  network.heal();
  await time.advance(120_000);
  const isFailed = washington.fates.length === 0;
  await world.check();
  washington.fates.length = 0;
  await world.settle();
  return isFailed;
}
test("an entry and its repeat, opened together, are judged as if the first were kept", async () => {
  await using world = await simulatedWorld("a repeat");
  const { washington, moscow, network, time } = world;
  for (const party of [washington, moscow]) {
    assert(await party.start(), "a home that is well starts");
  }
  network.part(moscow.name, washington.name);
  network.part(washington.name, moscow.name);
  world.liar = moscow;
  await speak(world, moscow);
  await lie(world, moscow, washington, "an entry again");
  network.heal();
  await time.advance(120_000);
  await world.check();
  const held = await washington.world.storage.read(async (tx) => {
    const logs = await tx.logs.listLogs({ author: moscow.name, class: "live" });
    const log = logs.find(({ direction }) => direction !== "audit");
    return tx.opened.listOpened(log?.id ?? 0, 0, 8);
  });
  expect(held.map(({ verdict }) => verdict)).toEqual(["accepted", "entry.repeat"]);
});

test.each(failingFates)(
  "whichever write of the victim is %s",
  async (fate) => {
    let number = 1;
    while (await openWith(number, fate)) number += 1;
    console.log(`${number - 1} writes ${fate}`);
    expect(number).toBeGreaterThan(3);
  },
  300_000,
);
