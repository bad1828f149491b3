/**
 * Two real servers, in processes of their own, with real databases and TLS between them, that are
 * killed by signal 9 at random moments while both say as much as they can.
 *
 * Every few kills both are let come to rest and everything they hold is checked: what was acknowledged
 * is there, nothing stands twice, both folds are equal.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { Fault } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import type { PartyName } from "@parley/core/party/party-name";
import type { Answer, Capital } from "@parley/node/practice/capital";
import type { Posted } from "@parley/node/service/post";
import { openHeadStore } from "@parley/node/storage/open-head-store";
import { openStorage } from "@parley/node/storage/open-storage";
import { type CheckedNode, checkNode } from "../checks/check-node.ts";
import { checkPair } from "../checks/check-pair.ts";
import { requireNone } from "../checks/finding.ts";
import { type CapitalPlaces, type RealCapitals, realCapitals } from "../real-capitals.ts";
import { seededRandom } from "../seeded-primitives.ts";

export interface TortureOptions {
  readonly seed: string;
  /** When to stop; asked between rounds, and at least one round is done. */
  isOver(): boolean;
  say(line: string): void;
  /** Databases that are servers; files of the homes if absent. */
  readonly places?: CapitalPlaces;
}

export interface TortureCounts {
  rounds: number;
  kills: number;
  acknowledged: number;
  /** Messages of which nobody was told whether they were kept. */
  unknown: number;
  entries: number;
  settled: number;
  cases: number;
}

/** Kills between two checks. */
const killsPerRound = 4;
const speakersPerParty = 3;
/** Longest wait before a kill, and before the start after it. Milliseconds. */
const killAfterMsMax = 2_500;
const startAfterMsMax = 400;
const settleMsMax = 180_000;

/** @throws InvariantBroken if anything that was promised is not so. */
export async function torture(options: TortureOptions): Promise<TortureCounts> {
  const { seed, say, isOver, places } = options;
  const octets = seededRandom(`torture ${seed}`);
  const random = () => (octets(2)[0] ?? 0) / 256;
  const counts: TortureCounts = {
    ...{ rounds: 0, kills: 0, acknowledged: 0, unknown: 0, entries: 0, settled: 0, cases: 0 },
  };
  await using both = await realCapitals(places);
  say("two homes are paired and agreed");
  const sides = [new Side(both.washington), new Side(both.moscow)] as const;
  do {
    await Promise.all(sides.map(({ capital }) => capital.start()));
    await underLoad(sides, random, counts);
    await settle(both);
    await Promise.all(sides.map(({ capital }) => capital.kill()));
    counts.kills += sides.length;
    await checkBoth(sides, places, counts);
    counts.rounds += 1;
    const { rounds, kills, acknowledged, unknown } = counts;
    say(
      `round ${rounds}: ${kills} kills, ${acknowledged} acknowledged, ${unknown} unknown: all holds`,
    );
  } while (!isOver());
  return counts;
}

/** One party: what it was told was kept. */
class Side {
  readonly capital: Capital;
  readonly acknowledged: Posted[] = [];

  constructor(capital: Capital) {
    this.capital = capital;
  }

  /** Says one thing after the other until told to stop, whether or not anybody is there. */
  async speak(signal: AbortSignal, counts: TortureCounts): Promise<void> {
    while (!signal.aborted) {
      try {
        const said = await this.capital.ask("message.send", {
          ...{ kind: "inquiry", ask: "investigate", severity: 4 },
          blocks: kinds.inquiry.definition.example.blocks as JsonValue,
        });
        this.acknowledged.push(said as unknown as Posted);
        counts.acknowledged += 1;
      } catch (cause) {
        // It died while it was asked, or is not up: nobody was told.
        if (!(cause instanceof Fault)) throw cause;
        counts.unknown += 1;
        await delay(50);
      }
    }
  }
}

async function underLoad(
  sides: readonly [Side, Side],
  random: () => number,
  counts: TortureCounts,
): Promise<void> {
  const stop = new AbortController();
  const speaking = sides.flatMap((side) =>
    Array.from({ length: speakersPerParty }, () => side.speak(stop.signal, counts)),
  );
  try {
    for (let at = 0; at < killsPerRound; at += 1) {
      await delay(random() * killAfterMsMax);
      const which = Math.floor(random() * 3);
      const victims = sides.filter((_, side) => which === 2 || which === side);
      await Promise.all(victims.map(({ capital }) => capital.kill()));
      counts.kills += victims.length;
      await delay(random() * startAfterMsMax);
      await Promise.all(victims.map(({ capital }) => capital.start()));
    }
  } finally {
    stop.abort();
    await Promise.all(speaking);
  }
}

/** Until both have all that the other wrote, opened, and receipts for all that they wrote. */
async function settle({ washington, moscow }: RealCapitals): Promise<void> {
  const giveUpAt = performance.now() + settleMsMax;
  for (;;) {
    const [ours, theirs] = [await standOf(washington), await standOf(moscow)];
    if (ours.isQuiet && theirs.isQuiet && ours.logs === theirs.logs) return;
    if (performance.now() > giveUpAt) {
      const what = `${ours.logs} and ${theirs.logs} after ${settleMsMax} ms`;
      requireNone("both", [{ invariant: "liveness", where: "both", what }]);
    }
    await delay(100);
  }
}

async function standOf(capital: Capital) {
  const status = await capital.ask("node.status");
  const rows = status["logs"] as unknown as readonly Answer[];
  const logs = rows.map((log) => `${log["author"]} ${log["class"]}/${log["epoch"]} ${log["size"]}`);
  const isQuiet = Number(status["waiting"]) + Number(status["unopened"]) === 0;
  return { isQuiet, logs: logs.sort().join(", ") };
}

async function checkBoth(
  sides: readonly [Side, Side],
  places: CapitalPlaces | undefined,
  counts: TortureCounts,
): Promise<void> {
  const [west, east] = [
    await openChecked(sides[0].capital, places?.washington),
    await openChecked(sides[1].capital, places?.moscow),
  ];
  await using _west = west;
  await using _east = east;
  counts.entries = 0;
  for (const [at, node] of [west, east].entries()) {
    const acknowledged = sides[at]?.acknowledged ?? [];
    const found = await checkNode(node, { acknowledged, isDeep: true });
    requireNone(node.party, found.findings);
    counts.entries += found.counts.entries;
  }
  const pair = await checkPair([west, east]);
  requireNone("both", pair.findings);
  counts.settled = pair.counts.settled;
  counts.cases = pair.counts.cases;
}

/** The home of a party whose server is not running. */
async function openChecked(
  { home, party }: Capital,
  place?: CapitalPlaces["washington"],
): Promise<CheckedNode & AsyncDisposable> {
  const at = place?.storage ?? `${home}/parley.db`;
  const storage = await openStorage(at, "open");
  if (!storage.ok) throw new Error(storage.refusal.code);
  const heads = await openHeadStore(place?.headStore ?? `${home}.heads`, "open", at);
  if (!heads.ok) throw new Error(heads.refusal.code);
  return {
    ...{ p: nodePrimitives, party: party as PartyName },
    ...{ storage: storage.value, heads: heads.value },
    [Symbol.asyncDispose]: async () => {
      await storage.value[Symbol.asyncDispose]();
      await heads.value[Symbol.asyncDispose]();
    },
  };
}
