/**
 * Two parties, one network, one time, all from a seed; and the checks that are made between events.
 *
 * @module
 */
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert } from "@parley/core/fault";
import type { Storage } from "@parley/node/service/storage";
import { checkNode } from "../checks/check-node.ts";
import { checkPair } from "../checks/check-pair.ts";
import { InvariantBroken, requireNone } from "../checks/finding.ts";
import { ShownHistory } from "../checks/shown-history.ts";
import { pairedHomes, testNow } from "../paired-nodes.ts";
import { seededRandom } from "../seeded-primitives.ts";
import { HomeDatabase } from "./simulated-home.ts";
import { handOver } from "./simulated-key-changes.ts";
import { type Random, SimulatedNetwork } from "./simulated-network.ts";
import { SimulatedParty, withinReal } from "./simulated-party.ts";
import { SimulatedTime } from "./simulated-time.ts";
import { simulationPrimitives } from "./simulation-primitives.ts";
import { listUnsettled } from "./unsettled.ts";
import { watchAnswer, watchRequest } from "./wire-watcher.ts";

/** Within it, once everything is well again, both must have settled. Simulated milliseconds. */
const settleMsMax = 3_600_000;
const settleStepMs = 60_000;
/** Longest trace that is kept, in lines; the last ones matter. */
const traceLinesMax = 20_000;

/** How often what came about, by name. */
export type Counts = Record<string, number>;

export interface SimulatedWorld extends AsyncDisposable {
  readonly p: Primitives;
  readonly time: SimulatedTime;
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly washington: SimulatedParty;
  readonly moscow: SimulatedParty;
  readonly counts: Counts;
  readonly trace: readonly string[];
  readonly shown: ShownHistory;
  /** The party that lies, if one does: of it nothing is promised. */
  liar: SimulatedParty | undefined;
  say(line: string): void;
  count(name: string, by?: number): void;
  /** Every invariant of both, as they stand. */
  check(isDeep?: boolean): Promise<void>;
  /** What is not yet where it must come to, in words. */
  unsettled(): Promise<readonly string[]>;
  /** Heals everything, and waits until both have all that either wrote. */
  settle(): Promise<void>;
}

/** Homes that are paired and agreed; every world has copies of them. Made once by a process. */
let template: ReturnType<typeof pairedHomes> | undefined;

/** On a disk in memory where there is one: a simulated write costs no real one. */
function scratch(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

/** Removes what worlds were copied from. */
export async function removeTemplate(): Promise<void> {
  const made = await template;
  template = undefined;
  for (const home of [made?.washington, made?.moscow]) {
    if (home !== undefined) await rm(home.directory, { recursive: true, force: true });
  }
}

export async function simulatedWorld(seed: string): Promise<SimulatedWorld> {
  template ??= pairedHomes(testNow, {});
  const homes = await template;
  const directory = await mkdtemp(join(scratch(), "parley-simulation-"));
  const octets = seededRandom(`simulation ${seed}`);
  const random: Random = () => new DataView(octets(4).buffer).getUint32(0) / 2 ** 32;
  const counts: Counts = {};
  const trace: string[] = [];
  const shown = new ShownHistory();
  const time = new SimulatedTime(testNow * 1_000);
  const p = simulationPrimitives(`simulation ${seed}`);
  const count = (name: string, by = 1) => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  const say = (line: string) => {
    if (trace.length >= traceLinesMax) trace.shift();
    trace.push(`+${((time.nowMs - testNow * 1_000) / 1_000).toFixed(3)} ${line}`);
  };
  const network = new SimulatedNetwork(time, random, {
    onRequest: (_from, _to, request) => {
      count("requests");
      watchRequest(shown, request);
    },
    onAnswer: (_from, _to, request, answer) => {
      count(`answers ${answer.status}`);
      watchAnswer(shown, request, answer);
    },
    onMishap: (mishap) => count(`network ${mishap}`),
  });
  const storages: Storage[] = [];
  const defects: unknown[] = [];
  const makeParty = async (home: (typeof homes)["washington"]) => {
    const copy = join(directory, home.name);
    cpSync(home.directory, copy, { recursive: true });
    mkdirSync(join(copy, "spool"));
    const storage = await HomeDatabase.open(join(copy, "parley.db"));
    storages.push(storage);
    const peer = home === homes.washington ? homes.moscow.name : homes.washington.name;
    return new SimulatedParty({
      ...{ p, time, network, home, peer, storage, directory: copy },
      spoolPath: join(copy, "spool"),
      onEvent: (name, fields, cause) => {
        count(`event ${name}`);
        say(`${home.name} ${name} ${JSON.stringify(fields)}${causeText(cause)}`);
        if (name === "node.defect") defects.push(cause);
        if (name !== "peer.refused-us" || !handedCodes.has(String(fields["code"]))) return;
        const [refused, other] =
          home === homes.washington ? [washington, moscow] : [moscow, washington];
        // Whoever lost its disk knows less of the other; else the one that is refused has changed.
        (refused.restoreCount > 0 ? other : refused).isHandingOver = true;
      },
    });
  };
  const [washington, moscow] = [await makeParty(homes.washington), await makeParty(homes.moscow)];
  const memory = new Set<string>();
  const honest = () => [washington, moscow].filter((party) => party !== world.liar);

  const world: SimulatedWorld = {
    ...{ p, time, random, network, washington, moscow, counts, trace, shown, say, count },
    liar: undefined,
    check: async (isDeep = false) => {
      count("checks");
      const [defect] = defects;
      if (defect !== undefined) throw new Error("a defect was logged", { cause: defect });
      for (const party of honest()) {
        const { acknowledged, checked, name } = party;
        const found = await checkNode(checked, { acknowledged, memory, isDeep });
        requireNone(name, found.findings);
        count("entries checked", found.counts.entries);
        count("receipts checked", found.counts.receipts);
        count("opened messages checked", found.counts.opened);
      }
      if (world.liar !== undefined) return;
      const pair = await checkPair([washington.checked, moscow.checked], shown);
      requireNone("both", pair.findings);
      count("settled entries compared", pair.counts.settled);
      count("cases compared", pair.counts.cases);
    },
    unsettled: () => listUnsettled(world),
    settle: async () => {
      network.heal();
      network.weather = { ...network.weather, ...calm };
      for (const party of [washington, moscow]) {
        party.mend();
        if (!party.isDead) continue;
        await withinReal(() => party.kill());
        const isUp = await withinReal(() => party.start());
        assert(isUp, "a home that is well starts");
      }
      say("everything is well again");
      let unsettled: readonly string[] = [];
      for (let ms = 0; ms < settleMsMax; ms += settleStepMs) {
        await handOver(world, washington, moscow);
        await handOver(world, moscow, washington);
        await time.advance(settleStepMs);
        await world.check();
        unsettled = await listUnsettled(world);
        if (unsettled.length === 0) return;
      }
      const findings = unsettled.map((where) => {
        return { invariant: "liveness", where, what: "did not settle in an hour" } as const;
      });
      throw new InvariantBroken("both", findings);
    },
    [Symbol.asyncDispose]: async () => {
      for (const party of [washington, moscow]) await withinReal(() => party.kill());
      for (const storage of storages) await storage[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

/** Persons hand documents over where a node reports these: the peer's logs do not say what changed. */
const handedCodes = new Set(["log.wrong-signers", "notice.unknown-descriptor"]);
const calm = { lost: 0, cut: 0, answerLost: 0, answerCut: 0, doubled: 0 };

function causeText(cause: unknown): string {
  if (cause === undefined) return "";
  return cause instanceof Error ? ` (${cause.message})` : ` (${typeof cause})`;
}
