/**
 * `npm run fuzz [-- --minutes N --seed S]`: changes the vectors and feeds every parser with them.
 *
 * Ends by itself; prints what each parser was given and said, and every finding with the seed that
 * makes it again. The exit code is 1 if there was one.
 *
 * @module
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { formatReport, runFuzz } from "../tests/fuzz/run-fuzz.ts";
import { makeTargets } from "../tests/fuzz/targets.ts";

const minuteMs = 60_000;
/** Octets in memory more than at the beginning that no run may need. */
const memoryBytesMax = 1_073_741_824;

async function main(): Promise<void> {
  const options = { minutes: { type: "string" }, seed: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const minutes = Number(values.minutes ?? 1);
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    console.error(
      "--minutes wants a number above 0, --seed a whole number: npm run fuzz -- --minutes 5 --seed 1",
    );
    process.exitCode = 2;
    return;
  }
  console.log(`fuzz: seed ${seed}, ${minutes} minutes`);
  const targets = await makeTargets();
  const before = process.memoryUsage().rss;
  const end = performance.now() + minutes * minuteMs;
  const report = await runFuzz(targets, {
    seed,
    turnsPerTarget: 1,
    until: () => performance.now() > end,
  });
  const grownBytes = process.memoryUsage().rss - before;
  console.log(formatReport(report));
  console.log(
    `memory grew by ${Math.round(grownBytes / 2 ** 20)} MiB; ${report.findings.length} findings`,
  );
  for (const finding of report.findings.slice(0, 20)) console.error(JSON.stringify(finding));
  if (report.findings.length > 0 || grownBytes > memoryBytesMax) process.exitCode = 1;
}

await main();
