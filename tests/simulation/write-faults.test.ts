/**
 * Goal: whichever write fails, and whether or not it was kept, nothing that was acknowledged is lost,
 * nothing is doubled, and the story goes on. Method: the practised story with one write failing, for a
 * sample of all writes; `npm run simulate -- --writes` plays every one.
 */
import { removeTemplate } from "@parley/testkit/simulation/simulated-world";
import {
  failingFates,
  listWriteFaults,
  playWith,
  playWithSilentWrites,
} from "@parley/testkit/simulation/write-faults";
import { afterAll, expect, test } from "vitest";

afterAll(removeTemplate);

/** Faults of which one is played here: it shares no divisor with the ways in which a write fails. */
const stride = 31;
/** The same at each run. */
const first = 4;

/** More than one message with its attachment takes, or nothing would ever be said whole. */
const period = 7;

test(`every write is kept and reported failed in one of ${period} plays, and what follows from it comes about`, async () => {
  for (let phase = 0; phase < period; phase += 1) {
    await expect(playWithSilentWrites(period, phase), `phase ${phase}`).resolves.toBeUndefined();
  }
}, 600_000);

test("a write of the practised story that fails, both ways, and as the last one, harms nothing", async (context) => {
  const all = await listWriteFaults();
  const sample = all.filter((_, at) => at % stride === first);
  for (const fault of sample) {
    const failed = await playWith(fault);
    if (failed !== undefined) console.error(failed.trace.join("\n"));
    expect(failed?.failure, JSON.stringify(fault)).toBeUndefined();
  }
  const writes = all.length / failingFates.length;
  const said = `${writes} writes, ${all.length} faults, ${sample.length} of them played, from ${first}`;
  await context.annotate(said);
  console.log(said);
  expect(writes).toBeGreaterThan(60);
  expect(new Set(sample.map(({ fate }) => fate)).size).toBe(failingFates.length);
}, 600_000);
