/**
 * What a rebuild costs: every projection from the opened cache, and everything verified and decrypted
 * again from the logs beside what its primitives cost; and whether a start costs more where the logs
 * are longer. How to read it: docs/speed.md.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { assert } from "@parley/core/fault";
import { deliver, pairedNodes } from "@parley/testkit/paired-nodes";
import { createLog } from "../packages/node/src/log.ts";
import { Clockwork } from "../packages/node/src/service/clockwork.ts";
import { type Said, say } from "../packages/node/src/service/messages.ts";
import type { PartyNode } from "../packages/node/src/service/party-node.ts";
import { rebuild } from "../packages/node/src/service/rebuild.ts";
import { makeBody } from "./exchange/body.ts";
import { DurableFile } from "./exchange/durable-file.ts";
import { makeSteps, measureQueue, type Step, sumOf } from "./exchange/limit.ts";
import { FilledHome } from "./home/filled-home.ts";
import { processorTime, timed, unwatched } from "./home/measuring.ts";
import { inTime } from "./report/in-time.ts";
import { formatTable, type Goal, judge, median } from "./report/report.ts";

const goals: Readonly<Record<string, Goal>> = {
  entriesPerSecond: { min: 20_000 },
  fromLogsOfLimit: { min: 0.5 },
  startTimesSmall: { max: 1.5 },
};

interface Plan {
  readonly rounds: number;
  readonly entries: number;
  /** Of the home beside whose start that of the other is measured. */
  readonly fewEntries: number;
  /** Real messages, in a mirror. */
  readonly messages: number;
}

const fullPlan: Plan = { rounds: 5, entries: 100_000, fewEntries: 1_000, messages: 1_000 };
const smokePlan: Plan = { rounds: 1, entries: 400, fewEntries: 200, messages: 8 };

const bodyBytes = 1_024;
const limitCount = 256;
const limitFileBytes = 256 * 65_536;
/** Of the primitives of the exchange, what the receiver does again. */
const receiverSteps: readonly string[] = [
  "Ed25519 verify, statement",
  "ML-DSA-65 verify, statement",
  "X-Wing decapsulate",
  "AES-256-GCM open",
  "write, fdatasync (receiver)",
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { smoke: { type: "boolean" }, entries: { type: "string" } },
  });
  const entries = Number(values.entries ?? fullPlan.entries);
  const plan = values.smoke ? smokePlan : { ...fullPlan, entries };
  await using many = await FilledHome.create(plan.entries / 100);
  many.fill(plan.entries - many.entryCount);
  await using few = await FilledHome.create(plan.fewEntries / 100);
  few.fill(plan.fewEntries - few.entryCount);
  const cache: { ms: number; cpuMs: number }[] = [];
  const starts: { many: number; few: number }[] = [];
  await rebuildMany(few);
  // Not counted: what comes first pays for what compiles.
  await start(few);
  for (let round = 0; round < plan.rounds; round += 1) {
    cache.push(await rebuildMany(many));
    starts.push({ many: await start(many), few: await start(few) });
    console.error(`cache: round ${round + 1} of ${plan.rounds}`);
  }
  const logs = await fromLogs(plan);
  const perSecond = cache.map(({ ms }) => (many.entryCount / ms) * 1_000);
  const perCpuSecond = cache.map(({ cpuMs }) => (many.entryCount / cpuMs) * 1_000);
  const figures = {
    entriesPerSecond: median(perSecond),
    fromLogsOfLimit: median(logs.map(({ limitMs, ms }) => limitMs / ms)),
    startTimesSmall: median(starts.map((one) => one.many / one.few)),
  };
  const rows = [
    [`from the cache, ${many.entryCount} entries, entries a second`, median(perSecond).toFixed(0)],
    ["  entries a second of processor", median(perCpuSecond).toFixed(0)],
    [
      `from the logs, ${plan.messages} messages, ms a message`,
      median(logs.map(({ ms }) => ms)).toFixed(3),
    ],
    ["  limit, ms a message", median(logs.map(({ limitMs }) => limitMs)).toFixed(3)],
    [`start with ${many.entryCount} entries, ms`, median(starts.map((one) => one.many)).toFixed(1)],
    [`start with ${few.entryCount} entries, ms`, median(starts.map((one) => one.few)).toFixed(1)],
  ];
  console.log(`rebuild: ${plan.rounds} rounds; medians\n\n${formatTable(rows)}\n`);
  console.log(JSON.stringify(judge("rebuild", goals, figures)));
}

async function rebuildMany(home: FilledHome): Promise<{ ms: number; cpuMs: number }> {
  await using node = await home.open();
  let ms = 0;
  const cpuMs = await processorTime(async () => {
    ms = await timed(() => rebuild(node, false, unwatched));
  });
  return { ms, cpuMs };
}

/** Until its clockwork has done what is due and the first move in a case was judged. */
async function start(home: FilledHome): Promise<number> {
  const caseId = home.lastCaseId;
  let node: PartyNode | undefined;
  const ms = await timed(async () => {
    node = await home.open();
    await new Clockwork(node, createLog("silent")).tick();
    const [channel] = node.channels.channels();
    assert(channel !== undefined, "an agreement opens a channel");
    const { fold } = await node.folds.stateWithCase(channel, "live", caseId);
    assert(fold.case(caseId) !== undefined, "a case that was folded");
  });
  await node?.[Symbol.asyncDispose]();
  return ms;
}

async function fromLogs(plan: Plan): Promise<readonly { ms: number; limitMs: number }[]> {
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  try {
    await using pair = await pairedNodes();
    await sayAll(pair.washington, plan.messages);
    await deliver(pair.washington, pair.moscow);
    await using file = await DurableFile.create(join(directory, "file"), limitFileBytes);
    const steps = await makeSteps(makeBody(bodyBytes), [file, file]);
    const own = steps.filter(({ name }) => receiverSteps.includes(name));
    assert(own.length === receiverSteps.length, "each step of the receiver");
    const rounds = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const limitMs = await limitOf(own, plan);
      const ms = await timed(() => rebuild(pair.moscow.node, true, unwatched));
      rounds.push({ ms: ms / plan.messages, limitMs });
      console.error(`logs: round ${round + 1} of ${plan.rounds}`);
    }
    return rounds;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function limitOf(steps: readonly Step[], plan: Plan): Promise<number> {
  const { figures } = await measureQueue(steps, Math.min(limitCount, plan.messages));
  return sumOf(figures);
}

async function sayAll(
  party: Awaited<ReturnType<typeof pairedNodes>>["washington"],
  count: number,
): Promise<void> {
  const { blocks } = makeBody(bodyBytes);
  const said: Said = {
    ...{ class: "live", kind: "inquiry", by: "technical", to: "technical" },
    ...{ ask: "investigate", severity: 3, blocks, items: [] },
  };
  const speak = async () => {
    const posted = await say({ node: party.node, spoolPath: party.directory }, party.channel, said);
    if (!posted.ok) throw new Error(`${posted.refusal.code}: ${posted.refusal.detail}`);
  };
  await Promise.all(Array.from({ length: count }, speak));
}

await inTime(main());
