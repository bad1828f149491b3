/**
 * What a message costs from "send" to "receipt stored", beside what its primitives cost, and beside
 * OpenPGP.js signing, encrypting, decrypting, verifying and writing the same octets.
 *
 * Two nodes in two processes, mutual TLS on loopback, every write durable on both sides. A message
 * of a queue counts as done when its receipt is stored *and* the peer has opened, verified and kept
 * it, because both that it is measured against include that. All is measured in the same run, in
 * turns, and each ratio is the median of the ratios of the rounds. How to read it: docs/speed.md.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Body, makeBody } from "./exchange/body.ts";
import { DurableFile } from "./exchange/durable-file.ts";
import {
  type LimitFigures,
  makeSteps,
  measureAlone,
  measureQueue,
  type Step,
  sumOf,
} from "./exchange/limit.ts";
import { NodePair, type QueueTimes } from "./exchange/node-pair.ts";
import { makeOpenPgp, type OpenPgp, openPgpAtOnce } from "./exchange/openpgp.ts";
import { inTime } from "./report/in-time.ts";
import { formatTable, type Goal, judge, median } from "./report/report.ts";

const sizes = [
  { name: "1 KiB", key: "1KiB", bytes: 1_024 },
  { name: "32 KiB", key: "32KiB", bytes: 32_768 },
] as const;

const goals: Readonly<Record<string, Goal>> = {
  queueOfLimit1KiB: { min: 0.5 },
  queueOfLimit32KiB: { min: 0.5 },
  queueTimesOpenPgp1KiB: { min: 1 },
  queueTimesOpenPgp32KiB: { min: 1 },
  aloneP50Ms1KiB: { max: 50 },
  aloneP50Ms32KiB: { max: 50 },
};

/** How often each thing is done in a round. */
interface Plan {
  readonly rounds: number;
  readonly queue: number;
  readonly alone: number;
  readonly openPgp: number;
  readonly limit: number;
}

/** In all fewer cases than one channel may have open. */
const fullPlan: Plan = { rounds: 4, queue: 1_000, alone: 10, openPgp: 64, limit: 256 };
const smokePlan: Plan = { rounds: 1, queue: 8, alone: 2, openPgp: 2, limit: 4 };

/** Room for the largest write: a whole batch of entries. */
const fileBytes = 256 * 65_536;

interface Case {
  readonly name: string;
  readonly key: string;
  readonly bytes: number;
  readonly body: Body;
  readonly steps: readonly Step[];
}

/** One size in one round; milliseconds a message. */
interface Round {
  readonly queue: QueueTimes;
  readonly queueMs: number;
  readonly limit: LimitFigures;
  readonly limitCpuMs: number;
  readonly openPgpMs: number;
  readonly alone: readonly QueueTimes[];
  readonly aloneLimit: LimitFigures;
  readonly aloneOpenPgpMs: number;
}

type Bench = { readonly pair: NodePair; readonly openPgp: OpenPgp; readonly plan: Plan };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { smoke: { type: "boolean" }, "cpu-profile": { type: "string" } },
  });
  const profile = values["cpu-profile"];
  // Slower by what profiling costs: read the profile, not the figures.
  const profilePlan: Plan = { ...fullPlan, rounds: profile === undefined ? fullPlan.rounds : 1 };
  const plan = values.smoke ? smokePlan : profilePlan;
  const flags = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  try {
    await using first = await DurableFile.create(join(directory, "sender"), fileBytes);
    await using second = await DurableFile.create(join(directory, "receiver"), fileBytes);
    const files = [first, second] as const;
    const cases: Case[] = [];
    for (const size of sizes) {
      const body = makeBody(size.bytes);
      cases.push({ ...size, body, steps: await makeSteps(body, files) });
    }
    const openPgp = await makeOpenPgp(files);
    await using pair = await NodePair.start(flags);
    report(plan, cases, await inTime(runAll({ pair, openPgp, plan }, cases)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runAll(bench: Bench, cases: readonly Case[]): Promise<ReadonlyMap<string, Round[]>> {
  const rounds = new Map<string, Round[]>(cases.map(({ key }) => [key, []]));
  // Not counted: what comes first pays for what compiles and connects.
  const warmUp = Math.ceil(bench.plan.queue / 5);
  for (const one of cases) {
    await bench.pair.send(warmUp, one.bytes);
    await measureQueue(one.steps, bench.plan.limit);
    await bench.openPgp.run(one.body.octets, { count: bench.plan.openPgp, atOnce: openPgpAtOnce });
  }
  for (let round = 0; round < bench.plan.rounds; round += 1) {
    const startedAt = performance.now();
    for (const one of cases) rounds.get(one.key)?.push(await runRound(bench, one));
    const tookMs = performance.now() - startedAt;
    console.error(`round ${round + 1} of ${bench.plan.rounds}: ${(tookMs / 1_000).toFixed(1)} s`);
  }
  return rounds;
}

async function runRound({ pair, openPgp, plan }: Bench, one: Case): Promise<Round> {
  const queue = await pair.send(plan.queue, one.bytes);
  const { figures: limit, cpuMs: limitCpuMs } = await measureQueue(one.steps, plan.limit);
  const amount = { count: plan.openPgp, atOnce: openPgpAtOnce };
  const openPgpMs = await openPgp.run(one.body.octets, amount);
  const alone: QueueTimes[] = [];
  for (let n = 0; n < plan.alone; n += 1) alone.push(await pair.send(1, one.bytes));
  return {
    queue,
    queueMs: queue.openedMs / plan.queue,
    limit,
    limitCpuMs,
    openPgpMs,
    alone,
    aloneLimit: await measureAlone(one.steps, plan.alone),
    aloneOpenPgpMs: await openPgp.run(one.body.octets, { count: plan.alone, atOnce: 1 }),
  };
}

function report(
  plan: Plan,
  cases: readonly Case[],
  rounds: ReadonlyMap<string, readonly Round[]>,
): void {
  console.log(
    `exchange: ${plan.rounds} rounds of ${plan.queue} messages in a queue and ${plan.alone} alone, ` +
      `each size; medians, milliseconds a message\n`,
  );
  const figures: Record<string, number> = {};
  const rows = [["", ...cases.map(({ name }) => name)]];
  /** The median of whatever the rounds give: one figure each, or many. */
  const row = (name: string, of: (round: Round) => number | readonly number[], digits = 3) => {
    const values = cases.map(({ key }) => median((rounds.get(key) ?? []).flatMap(of)));
    rows.push([name, ...values.map((value) => value.toFixed(digits))]);
    return values;
  };
  const judged = (key: string, values: readonly number[]) => {
    for (const [i, one] of cases.entries()) figures[`${key}${one.key}`] = values[i] ?? Number.NaN;
  };
  row("queue, receipt stored and opened", ({ queueMs }) => queueMs);
  row("  receipt stored", ({ queue }) => queue.receiptedMs / plan.queue);
  row("  durable and signed at the sender", ({ queue }) => queue.durableMs / plan.queue);
  row("  processor, sender", ({ queue }) => queue.senderCpuMs / plan.queue);
  row("  processor, receiver", ({ queue }) => queue.receiverCpuMs / plan.queue);
  row("  messages a receipt", ({ queue }) => plan.queue / Math.max(1, queue.receipts), 1);
  row("limit in a queue", ({ limit }) => sumOf(limit));
  row("  processor, limit", ({ limitCpuMs }) => limitCpuMs);
  row("OpenPGP.js in a queue", ({ openPgpMs }) => openPgpMs);
  const ofLimit = ({ limit, queueMs }: Round) => sumOf(limit) / queueMs;
  judged("queueOfLimit", row("part of the limit's speed", ofLimit));
  const cpuOf = ({ queue }: Round) => (queue.senderCpuMs + queue.receiverCpuMs) / plan.queue;
  row("  of the limit's processor time", (round) => round.limitCpuMs / cpuOf(round));
  const timesOpenPgp = ({ openPgpMs, queueMs }: Round) => openPgpMs / queueMs;
  judged("queueTimesOpenPgp", row("times OpenPGP.js' speed", timesOpenPgp));
  const receipted = ({ alone }: Round) => alone.map(({ receiptedMs }) => receiptedMs);
  judged("aloneP50Ms", row("alone, receipt stored, p50", receipted));
  row("  and opened", ({ alone }) => alone.map(({ openedMs }) => openedMs));
  row("limit alone", ({ aloneLimit }) => sumOf(aloneLimit));
  row("OpenPGP.js alone", ({ aloneOpenPgpMs }) => aloneOpenPgpMs);
  console.log(`${formatTable(rows)}\n\nThe limit, step by step: in a queue, alone\n`);
  console.log(`${formatTable(limitRows(cases, rounds))}\n`);
  console.log(JSON.stringify(judge("exchange", goals, figures)));
}

function limitRows(cases: readonly Case[], rounds: ReadonlyMap<string, readonly Round[]>) {
  const head = cases.flatMap(({ name }) => [name, `${name} alone`]);
  const names = cases[0]?.steps.map(({ name }) => name) ?? [];
  const body = names.map((name) => {
    const cells = cases.flatMap(({ key }) => {
      const of = rounds.get(key) ?? [];
      return [
        median(of.map(({ limit }) => limit.get(name) ?? Number.NaN)),
        median(of.map(({ aloneLimit }) => aloneLimit.get(name) ?? Number.NaN)),
      ];
    });
    return [name, ...cells.map((ms) => ms.toFixed(4))];
  });
  return [["", ...head], ...body];
}

await main();
