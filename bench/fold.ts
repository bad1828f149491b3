/**
 * What one more entry costs a fold with 10⁴ cases on their way: at the beginning, and where 10⁶
 * entries came before; and what a page of the queue costs. How to read it: docs/speed.md.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { assert } from "@parley/core/fault";
import { feedRows } from "../packages/node/src/service/class-folds.ts";
import { type ClassState, feedOf } from "../packages/node/src/service/class-state.ts";
import { noteProjected, projectChanges } from "../packages/node/src/service/fold-projections.ts";
import type { PartyNode } from "../packages/node/src/service/party-node.ts";
import { rebuild } from "../packages/node/src/service/rebuild.ts";
import { FilledHome } from "./home/filled-home.ts";
import { processorTime, timed, unwatched } from "./home/measuring.ts";
import { inTime } from "./report/in-time.ts";
import { formatTable, type Goal, judge, median } from "./report/report.ts";

const goals: Readonly<Record<string, Goal>> = {
  lastTimesFirst: { max: 1.5 },
  queuePageMs: { max: 20 },
};

interface Plan {
  readonly rounds: number;
  /** Cases on their way; nine of ten are open. */
  readonly cases: number;
  readonly entries: number;
  /** Entries fed in a round to each. */
  readonly fed: number;
}

const fullPlan: Plan = { rounds: 5, cases: 11_120, entries: 1_000_000, fed: 1_000 };
const smokePlan: Plan = { rounds: 1, cases: 20, entries: 500, fed: 40 };

/** Entries fed in one transaction. */
const batch = 64;
const pageRows = 100;

/** A home whose fold is in step, and which is fed more. */
interface Fed {
  readonly home: FilledHome;
  readonly node: PartyNode;
  readonly state: ClassState;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { smoke: { type: "boolean" }, entries: { type: "string" } },
  });
  const plan = values.smoke ? smokePlan : { ...fullPlan };
  const entries = values.entries === undefined ? plan.entries : Number(values.entries);
  await using short = await FilledHome.create(plan.cases);
  await using long = await FilledHome.create(plan.cases);
  long.fill(entries - long.entryCount);
  console.error(`${short.entryCount} and ${long.entryCount} entries are written`);
  const [first, last] = [await openFolded(short), await openFolded(long)];
  console.error("and folded");
  const rounds: { first: number; last: number; page: number }[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    rounds.push({
      first: await feed(first, plan.fed),
      last: await feed(last, plan.fed),
      page: await queuePage(last),
    });
  }
  for (const { node } of [first, last]) await node[Symbol.asyncDispose]();
  const of = (name: "first" | "last") => median(rounds.map((round) => round[name]));
  const page = median(rounds.map((round) => round.page));
  const rows = [
    [
      `one more entry, ${short.entryCount} before, µs of processor`,
      (of("first") * 1_000).toFixed(1),
    ],
    [`one more entry, ${long.entryCount} before, µs of processor`, (of("last") * 1_000).toFixed(1)],
    [`a page of ${pageRows} open cases, ms`, page.toFixed(2)],
    ["memory of this process, MB", (process.memoryUsage().rss / 1e6).toFixed(0)],
  ];
  console.log(`fold: ${plan.rounds} rounds of ${plan.fed} entries; medians\n`);
  console.log(`${formatTable(rows)}\n`);
  const lastTimesFirst = median(rounds.map((round) => round.last / round.first));
  console.log(JSON.stringify(judge("fold", goals, { lastTimesFirst, queuePageMs: page })));
}

async function openFolded(home: FilledHome): Promise<Fed> {
  const node = await home.open();
  await rebuild(node, false, unwatched);
  const [channel] = node.channels.channels();
  assert(channel !== undefined, "an agreement opens a channel");
  // Anew, so that neither holds what it happened to fold last.
  node.folds.forgetAll();
  return { home, node, state: await node.folds.state(channel, "live") };
}

/** @returns Milliseconds of processor for one entry, projected. */
async function feed({ home, node, state }: Fed, count: number): Promise<number> {
  home.fill(count);
  const size = [0, 1].map((side) => home.sizes[side as 0 | 1]);
  const spent = await processorTime(async () => {
    while (([0, 1] as const).some((side) => state.fed[side] < (size[side] ?? 0))) {
      const changed = new Set<string>();
      await node.storage.read(async (tx) => {
        for (const side of [0, 1] as const) {
          const [log] = state.logs[side];
          assert(log !== undefined, "one epoch");
          const part = Math.min(batch, (size[side] ?? 0) - state.fed[side]);
          const rows = await tx.opened.listOpened(log.id, state.fed[side], part);
          for (const id of await feedRows(tx, state, { side, log, base: 0 }, rows.map(feedOf)))
            changed.add(id);
        }
      });
      await node.storage.write((tx) => projectChanges(tx, state, changed));
      noteProjected(state);
    }
  });
  return spent / count;
}

function queuePage({ node, state }: Fed): Promise<number> {
  const visibility = { channels: [state.channel.id], classes: ["live"], desks: "all" } as const;
  return timed(() =>
    node.storage.read((tx) =>
      tx.projections.listCases({ order: "due", isOpen: true }, visibility, {
        ...{ after: null, rowsMax: pageRows },
      }),
    ),
  );
}

await inTime(main());
