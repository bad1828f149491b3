/**
 * Kills real servers under load, for as many minutes as told; prints what it covered.
 *
 *     npm run torture -- --minutes 5
 *     npm run torture -- --minutes 5 --postgres
 *     npm run torture -- --minutes 5 --peer      a hostile peer instead of kills
 *
 * Ends with 1 as soon as anything that was promised is not so, after the seed.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startPostgres } from "@parley/testkit/postgres-server";
import { tortureByPeer } from "@parley/testkit/torture/hostile-peer";
import { torture } from "@parley/testkit/torture/torture";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "3" },
      seed: { type: "string", default: `${Date.now()}` },
      postgres: { type: "boolean", default: false },
      peer: { type: "boolean", default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) {
    console.error("--minutes N is a number above 0.");
    return 2;
  }
  const endsAt = performance.now() + minutes * 60_000;
  const { seed } = values;
  const options = { seed, isOver: () => performance.now() > endsAt, say: console.log };
  if (values.peer) return byPeer(options);
  await using server = values.postgres ? await startPostgres(["fsync=on"]) : undefined;
  const place = async () => ({
    storage: (await server?.createDatabase()) ?? "",
    headStore: (await server?.createDatabase()) ?? "",
  });
  try {
    const counts = await torture({
      ...options,
      ...(server && { places: { washington: await place(), moscow: await place() } }),
    });
    console.log(`\nOn ${values.postgres ? "PostgreSQL" : "SQLite"}, everything held:`);
    for (const [name, count] of Object.entries(counts)) console.log(`${count}\t${name}`);
    return 0;
  } catch (failure) {
    console.error(failure);
    console.error(`\nSeed ${seed} fails: npm run torture -- --seed ${seed}`);
    return 1;
  }
}

async function byPeer(options: Parameters<typeof tortureByPeer>[0]): Promise<number> {
  try {
    const counts = await tortureByPeer(options);
    console.log("\nAgainst a hostile peer, everything held:");
    for (const [name, count] of Object.entries(counts)) console.log(`${count}\t${name}`);
    return 0;
  } catch (failure) {
    console.error(failure);
    console.error(`\nSeed ${options.seed} fails: npm run torture -- --peer --seed ${options.seed}`);
    return 1;
  }
}

process.exitCode = await main();
