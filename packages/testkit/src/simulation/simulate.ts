/**
 * One simulation from one seed: mishaps of all kinds for a while, with every invariant checked after
 * each step; then everything is well again, and both must settle within a bound.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import { pick, renewKeys, speak } from "./simulated-acts.ts";
import type { WriteFate } from "./simulated-disk.ts";
import { changeSomeKeys, handOver } from "./simulated-key-changes.ts";
import { lie } from "./simulated-lies.ts";
import { fairWeather, type Weather } from "./simulated-network.ts";
import { type SimulatedParty, withinReal } from "./simulated-party.ts";
import { keepCopy, restoreCopy } from "./simulated-restores.ts";
import { type Counts, type SimulatedWorld, simulatedWorld } from "./simulated-world.ts";

export interface SimulationResult {
  readonly seed: string;
  readonly counts: Counts;
  readonly trace: readonly string[];
  /** Why it failed; undefined if it held. */
  readonly failure: unknown;
}

/** Steps of the disturbed part of one simulation. */
export const stepsDefault = 30;

/** Adds what one simulation counted to the sum of many. */
export function addCounts(totals: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}

const roughest: Weather = {
  ...{ lost: 0.25, cut: 0.2, answerLost: 0.25, answerCut: 0.1, doubled: 0.2, delayMsMax: 4_000 },
};
/** A database that is away comes back within this. Milliseconds. */
const awayMsMax = 120_000;
const jumpSecondsMax = 86_400;
const partedMsMax = 1_200_000;
const pauseMsMax = 180_000;
const fatesMax = 12;
/** One seed in so many has a party that lies. */
const liarChance = 0.25;

interface Act {
  readonly name: string;
  /** How often, against the others, before the mood of the seed. */
  readonly weight: number;
  run(world: SimulatedWorld, party: SimulatedParty, peer: SimulatedParty): Promise<void>;
}

const acts: readonly Act[] = [
  { name: "speak", weight: 12, run: speak },
  { name: "renew keys", weight: 0.7, run: renewKeys },
  { name: "change keys", weight: 1, run: changeSomeKeys },
  { name: "keep a copy", weight: 1.5, run: keepCopy },
  { name: "restore", weight: 1.2, run: restoreCopy },
  { name: "kill", weight: 1.5, run: async (_world, party) => party.kill() },
  { name: "write faults", weight: 2.5, run: async (world, party) => planFates(world, party) },
  {
    name: "database away",
    weight: 1,
    run: async (world, party) => {
      party.awayUntilMs = world.time.nowMs + world.random() * awayMsMax;
    },
  },
  {
    name: "disk full",
    weight: 0.7,
    run: async (world, party) => {
      party.fullUntilMs = world.time.nowMs + world.random() * awayMsMax;
    },
  },
  {
    name: "clock jump",
    weight: 0.8,
    run: async (world, party) => {
      party.clock.offsetSeconds = Math.floor((world.random() * 2 - 1) * jumpSecondsMax);
    },
  },
  {
    name: "weather",
    weight: 2,
    run: async (world) => {
      world.network.weather = weatherOf(world);
    },
  },
  {
    name: "part",
    weight: 1,
    run: async (world, party, peer) => {
      world.network.part(party.name, peer.name);
      if (world.random() < 0.5) world.network.part(peer.name, party.name);
      world.time.after(world.random() * partedMsMax, () => world.network.heal());
    },
  },
];

export async function simulate(
  seed: string,
  { steps = stepsDefault }: { readonly steps?: number } = {},
): Promise<SimulationResult> {
  await using world = await simulatedWorld(seed);
  try {
    await runWorld(world, steps);
    return { seed, counts: world.counts, trace: world.trace, failure: undefined };
  } catch (failure) {
    return { seed, counts: world.counts, trace: world.trace, failure };
  }
}

async function runWorld(world: SimulatedWorld, steps: number): Promise<void> {
  const { washington, moscow } = world;
  if (world.random() < liarChance) world.liar = pick(world, [washington, moscow]);
  const mood = acts.map(({ weight }) => weight * world.random() * 2);
  for (const party of [washington, moscow]) {
    const isUp = await world.time.settle(withinReal(() => party.start()));
    assert(isUp, "a home that is well starts");
  }
  for (let at = 0; at < steps; at += 1) {
    const party = pick(world, [washington, moscow]);
    const peer = party === washington ? moscow : washington;
    if (party === world.liar && world.random() < 0.5) {
      await lie(world, party, peer);
    } else {
      const act = chooseAct(world, mood);
      world.count(`act: ${act.name}`);
      world.say(`${party.name}: ${act.name}`);
      await world.time.settle(withinReal(() => act.run(world, party, peer)));
    }
    await handOver(world, party, peer);
    await world.time.advance(world.random() * pauseMsMax);
    for (const one of [washington, moscow]) if (one.isDead) await raise(world, one);
    await world.check();
    world.count("steps");
  }
  await world.settle();
  await world.check(true);
}

/** A supervisor starts again what died; not always at once. */
async function raise(world: SimulatedWorld, party: SimulatedParty): Promise<void> {
  await world.time.settle(withinReal(() => party.kill()));
  if (world.random() < 0.3) return;
  const isUp = await world.time.settle(withinReal(() => party.start()));
  world.count(isUp ? "restarts" : "starts that failed");
  world.say(`${party.name} ${isUp ? "is up again" : "did not come up"}`);
}

/** The next writes of a party, some of which fail; one in three times the process dies at one. */
function planFates(world: SimulatedWorld, party: SimulatedParty): void {
  const kept = Math.floor(world.random() * fatesMax);
  const failing = 1 + Math.floor(world.random() * 3);
  const fates: WriteFate[] = Array.from({ length: kept }, () => "kept");
  for (let at = 0; at < failing; at += 1) {
    const fate = pick(world, ["not-kept", "kept-but-failed"] as const);
    fates.push(fate);
    world.count(`planned ${fate}`);
  }
  if (world.random() < 1 / 3) {
    const last = pick(world, ["die-not-kept", "die-kept"] as const);
    fates.push(last);
    world.count(`planned ${last}`);
  }
  party.fates.splice(0, party.fates.length, ...fates);
}

function weatherOf(world: SimulatedWorld): Weather {
  const harshness = world.random();
  return Object.fromEntries(
    Object.entries(roughest).map(([name, most]) => [
      name,
      Math.max(most * harshness * world.random(), fairWeather[name as keyof Weather]),
    ]),
  ) as unknown as Weather;
}

function chooseAct(world: SimulatedWorld, mood: readonly number[]): Act {
  let left = world.random() * mood.reduce((sum, weight) => sum + weight, 0);
  for (const [at, act] of acts.entries()) {
    left -= mood[at] ?? 0;
    if (left < 0) return act;
  }
  return pick(world, acts);
}
