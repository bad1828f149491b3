/**
 * Goal: what real servers acknowledged outlives kills under load, once, on both databases. Method:
 * one round of `npm run torture` and of `--postgres`, from a fixed seed; they go on as long as one likes.
 */
import { startPostgres } from "@parley/testkit/postgres-server";
import type { CapitalPlaces } from "@parley/testkit/real-capitals";
import { torture } from "@parley/testkit/torture/torture";
import { expect, type TestContext, test } from "vitest";

const seed = "20161229";
const options = { seed, isOver: () => true, say: (line: string) => console.log(line) };

async function expectKilled(context: TestContext, places?: CapitalPlaces): Promise<void> {
  const counts = await torture({ ...options, ...(places && { places }) });
  const said = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  await context.annotate(`seed ${seed}: ${said.join(", ")}`);
  expect(counts.kills).toBeGreaterThanOrEqual(6);
  expect(counts.acknowledged).toBeGreaterThan(0);
  expect(counts.entries).toBeGreaterThan(counts.acknowledged);
}

test("servers on SQLite that are killed under load lose and double nothing", async (context) => {
  await expectKilled(context);
}, 600_000);

test("servers on PostgreSQL that are killed under load lose and double nothing", async (context) => {
  await using server = await startPostgres(["fsync=on"]);
  const place = async () => ({
    storage: await server.createDatabase(),
    headStore: await server.createDatabase(),
  });
  await expectKilled(context, { washington: await place(), moscow: await place() });
}, 600_000);
