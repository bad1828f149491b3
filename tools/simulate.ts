/**
 * Simulates two nodes, seed after seed, for as many minutes as told; prints what it covered.
 *
 *     npm run simulate -- --minutes 5
 *     npm run simulate -- --seed 1480593600-17
 *     npm run simulate -- --writes
 *
 * `--writes` plays the practised story with each of its writes failing in turn, all ways. Ends with 1 at the first seed that breaks an invariant, after the seed and the end of its trace.
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  addCounts,
  type SimulationResult,
  simulate,
  stepsDefault,
} from "@parley/testkit/simulation/simulate";
import { removeTemplate } from "@parley/testkit/simulation/simulated-world";
import { failingFates, listWriteFaults, playWith } from "@parley/testkit/simulation/write-faults";

const traceLinesShown = 60;
const reportEverySeconds = 15;
/** Every run has seeds of its own. */
const firstSeed = Math.floor(Date.now() / 1_000);

interface Asked {
  readonly minutes: number;
  readonly seed: string | undefined;
  readonly steps: number;
  readonly isTraced: boolean;
  /** Every write of the story, one after the other, instead of seeds. */
  readonly isOfWrites: boolean;
}

function parseAsked(): Asked | undefined {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      seed: { type: "string" },
      steps: { type: "string", default: `${stepsDefault}` },
      trace: { type: "boolean", default: false },
      writes: { type: "boolean", default: false },
    },
  });
  const [minutes, steps] = [Number(values.minutes), Number(values.steps)];
  if (!(minutes > 0 && steps > 0)) return undefined;
  const { seed, trace: isTraced, writes: isOfWrites } = values;
  return { minutes, steps, seed, isTraced, isOfWrites };
}

function say(result: SimulationResult, isTraced: boolean): void {
  if (isTraced) console.log(result.trace.join("\n"));
  if (result.failure === undefined) return;
  console.error(result.trace.slice(-traceLinesShown).join("\n"));
  console.error(result.failure);
  const { seed } = result;
  console.error(`\nSeed ${seed} fails: npm run simulate -- --seed ${seed}`);
}

async function run({ minutes, seed, steps, isTraced }: Asked): Promise<number> {
  const totals: Record<string, number> = {};
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1_000);
  let reportedAt = 0;
  let seeds = 0;
  do {
    const result = await simulate(seed ?? `${firstSeed}-${seeds}`, { steps });
    seeds += 1;
    say(result, isTraced);
    if (result.failure !== undefined) return 1;
    addCounts(totals, result.counts);
    if (seconds() - reportedAt < reportEverySeconds) continue;
    reportedAt = seconds();
    console.log(`${reportedAt} s: ${seeds} seeds, ${totals["steps"]} steps, all hold`);
  } while (seed === undefined && seconds() < minutes * 60);
  console.log(`\n${seeds} seeds in ${seconds()} s, every invariant held:`);
  for (const name of Object.keys(totals).sort()) console.log(`${totals[name]}\t${name}`);
  return 0;
}

/** Every fault of every write; ends at the first that does harm. */
async function runWrites(): Promise<number> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1_000);
  const faults = await listWriteFaults();
  let reportedAt = 0;
  for (const [at, fault] of faults.entries()) {
    const failed = await playWith(fault);
    if (failed !== undefined) {
      console.error(failed.trace.join("\n"));
      console.error(failed.failure);
      console.error(`\nfails with ${JSON.stringify(fault)}`);
      return 1;
    }
    if (seconds() - reportedAt < reportEverySeconds) continue;
    reportedAt = seconds();
    console.log(`${reportedAt} s: ${at + 1} of ${faults.length} faults, all harmless`);
  }
  const writes = faults.length / failingFates.length;
  console.log(
    `\n${writes} writes failed ${failingFates.length} ways in ${seconds()} s, all harmless`,
  );
  return 0;
}

async function main(): Promise<number> {
  const asked = parseAsked();
  if (asked !== undefined) return asked.isOfWrites ? runWrites() : run(asked);
  console.error("--minutes N and --steps N are numbers above 0.");
  return 2;
}

try {
  process.exitCode = await main();
} finally {
  await removeTemplate();
}
