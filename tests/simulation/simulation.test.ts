/**
 * Goal: whatever the network, the disk, the clocks and a lying peer do, no invariant of a node or of a
 * pair breaks, and both settle once everything is well. Method: real nodes on a simulated network,
 * disk and time, the same seeds at each run; `npm run simulate` draws new ones, as many as one likes.
 */

import { addCounts, simulate } from "@parley/testkit/simulation/simulate";
import type { Counts } from "@parley/testkit/simulation/simulated-world";
import { removeTemplate } from "@parley/testkit/simulation/simulated-world";
import { afterAll, expect, test } from "vitest";

afterAll(removeTemplate);

const seeds = ["1", "2", "3", "4", "5", "6", "7"];

test(`invariants hold and both settle for ${seeds.length} seeds`, async (context) => {
  const totals: Counts = {};
  for (const seed of seeds) {
    const { counts, failure, trace } = await simulate(seed, { steps: 20 });
    if (failure !== undefined) console.error(`${trace.slice(-40).join("\n")}\nseed ${seed}`);
    expect(failure, `seed ${seed}`).toBeUndefined();
    addCounts(totals, counts);
  }
  const shown = Object.keys(totals).sort();
  await context.annotate(shown.map((name) => `${totals[name]} ${name}`).join(", "));
  console.log(`seeds: ${seeds.join(" ")}`);
  console.log(shown.map((name) => `${totals[name]} ${name}`).join(", "));
  // What never came about was not tried.
  const mishaps = ["lost", "cut", "answer-lost", "doubled", "parted"].map(
    (name) => `network ${name}`,
  );
  const others = ["restarts", "planned kept-but-failed", "act: clock jump", "act: database away"];
  for (const name of [...mishaps, ...others, "settled entries compared", "cases compared"]) {
    expect(totals[name] ?? 0, name).toBeGreaterThan(0);
  }
  for (const prefix of ["lie: ", "restored, ", "keys changed, "]) {
    expect(
      Object.keys(totals).filter((name) => name.startsWith(prefix)),
      prefix,
    ).not.toEqual([]);
  }
}, 600_000);

test("the same seed gives the same trace", async () => {
  const [first, second] = [
    await simulate("a trace", { steps: 12 }),
    await simulate("a trace", { steps: 12 }),
  ];
  expect(first.failure).toBeUndefined();
  expect(first.trace.length).toBeGreaterThan(20);
  expect(second.trace).toEqual(first.trace);
  expect(second.counts).toEqual(first.counts);
}, 300_000);
