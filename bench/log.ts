/**
 * What a log costs as it grows: appending, signing a checkpoint, proving an entry from the database,
 * verifying the proof; and how fast `parley-check` reads an export. How to read it: docs/speed.md.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { signCheckpoint } from "@parley/core/log/checkpoint";
import { proveInclusion, verifyInclusion } from "@parley/core/log/proofs";
import { appendLeaves, emptyRange, leafHash, rootOf } from "@parley/core/log/tree";
import { type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { makeSample } from "@parley/testkit/sample-message";
import { check } from "../packages/checker/src/check.ts";
import { exportChannel } from "../packages/node/src/service/export.ts";
import { entriesPerBatchMax } from "../packages/node/src/service/storage-log.ts";
import { processorTime, timed, unwatched } from "./home/measuring.ts";
import { inTime } from "./report/in-time.ts";
import { formatTable, type Goal, judge, median } from "./report/report.ts";

interface Plan {
  readonly rounds: number;
  readonly sizes: readonly number[];
  /** Entries proven in a round, at each size. */
  readonly proofs: number;
  /** Entries of the export, each as long as a real one. */
  readonly exported: number;
}

const fullPlan: Plan = {
  ...{ rounds: 5, sizes: [1_000, 10_000, 100_000, 1_000_000], proofs: 200, exported: 20_000 },
};
const smokePlan: Plan = { rounds: 1, sizes: [256, 1_024], proofs: 5, exported: 512 };

/** O(log n): from 10³ to 10⁶ entries a proof has twice as many hashes. */
const goals: Readonly<Record<string, Goal>> = {
  proveMs: { max: 1 },
  verifyMs: { max: 1 },
  proveTimesShortest: { max: 4 },
  verifyTimesShortest: { max: 4 },
  checkedPerCoreSecond: { min: 50_000 },
};

/** Batches written in one transaction while a log is only made longer. */
const batchesAtOnce = 64;

/** Milliseconds; an entry, a checkpoint, a proof. */
interface Figures {
  readonly append: number;
  readonly checkpoint: number;
  readonly prove: number;
  readonly verify: number;
}

/** An own log of `class live` that grows by made-up entries. */
class GrowingLog {
  readonly #party: PairedParty;
  readonly #id: number;
  readonly #makeEntry: () => Uint8Array;
  readonly #signers = {
    ed25519: p.signer("Ed25519", p.random(32)),
    mlDsa44: p.signer("ML-DSA-44", p.random(32)),
  };
  #range = emptyRange;

  private constructor(party: PairedParty, id: number, makeEntry: () => Uint8Array) {
    this.#party = party;
    this.#id = id;
    this.#makeEntry = makeEntry;
  }

  static async open(party: PairedParty, makeEntry: () => Uint8Array): Promise<GrowingLog> {
    const logs = await party.node.listLogs(party.channel);
    const log = logs.find((each) => each.direction === "own" && each.class === "live");
    assert(log !== undefined, "an own log of each class");
    return new GrowingLog(party, log.id, makeEntry);
  }

  get id(): number {
    return this.#id;
  }

  async growTo(size: number): Promise<void> {
    while (this.#range.size < size) await this.#append(size, batchesAtOnce);
  }

  /** One batch, durable. @returns Milliseconds an entry. */
  async appendOne(): Promise<number> {
    const size = this.#range.size + entriesPerBatchMax;
    return (await timed(() => this.#append(size, 1))) / entriesPerBatchMax;
  }

  async signCheckpoint(): Promise<void> {
    const checkpoint = { origin: "a/b/c", size: this.#range.size, root: rootOf(p, this.#range) };
    await signCheckpoint(p, { checkpoint, time: 1 }, this.#signers);
  }

  /** Each proven from the database, then verified. @returns Milliseconds a proof. */
  async prove(count: number): Promise<Pick<Figures, "prove" | "verify">> {
    const { storage } = this.#party.node;
    const size = this.#range.size;
    const root = rootOf(p, this.#range);
    const indices = Array.from({ length: count }, () => Math.floor(Math.random() * size));
    const proofs: Uint8Array[][] = [];
    const proving = await timed(async () => {
      for (const index of indices) {
        const read = (ids: Parameters<Parameters<typeof proveInclusion>[1]>[0]) =>
          storage.read((tx) => tx.logs.readNodes(this.#id, ids));
        proofs.push(await proveInclusion(p, read, index, size));
      }
    });
    const leaves = await Promise.all(
      indices.map(async (index) => {
        const node = [{ level: 0, index }];
        const [leaf] = await storage.read((tx) => tx.logs.readNodes(this.#id, node));
        assert(leaf !== undefined, "a leaf of each entry");
        return leaf;
      }),
    );
    const verifying = await timed(() => {
      for (const [at, index] of indices.entries()) {
        const claim = { leafHash: leaves[at], index, size, root, proof: proofs[at] };
        const verified = verifyInclusion(p, claim as Parameters<typeof verifyInclusion>[1]);
        assert(verified.ok, "a proof that was just made");
      }
    });
    return { prove: proving / count, verify: verifying / count };
  }

  async #append(sizeMax: number, batches: number): Promise<void> {
    let range = this.#range;
    await this.#party.node.storage.write(async (tx) => {
      for (let n = 0; n < batches && range.size < sizeMax; n += 1) {
        const count = Math.min(entriesPerBatchMax, sizeMax - range.size);
        const entries = Array.from({ length: count }, this.#makeEntry);
        const grown = appendLeaves(
          p,
          range,
          entries.map((entry) => leafHash(p, entry)),
        );
        const root = rootOf(p, grown.range);
        const made = { expectedCount: range.size, entries, nodes: grown.nodes, root };
        const appended = await tx.logs.append(this.#id, made);
        assert(appended.isAppended, "nobody else appends");
        range = grown.range;
      }
    });
    this.#range = range;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { smoke: { type: "boolean" } } });
  const plan = values.smoke ? smokePlan : fullPlan;
  const bySize = await measureSizes(plan);
  const checked = await measureCheck(plan);
  const rows = [["entries", ...plan.sizes.map(String)]];
  const row = (name: string, key: keyof Figures) => {
    const medians = bySize.map((rounds) => median(rounds.map((round) => round[key])));
    rows.push([name, ...medians.map((ms) => ms.toFixed(4))]);
    return { longest: medians.at(-1) ?? Number.NaN, shortest: medians[0] ?? Number.NaN };
  };
  row("append in a batch of 256, ms an entry", "append");
  row("sign a checkpoint, ms", "checkpoint");
  const prove = row("prove an entry, ms", "prove");
  const verify = row("verify the proof, ms", "verify");
  console.log(`log: ${plan.rounds} rounds of ${plan.proofs} proofs; medians\n`);
  console.log(`${formatTable(rows)}\n`);
  console.log(`parley-check: ${checked.toFixed(0)} entries a second of processor\n`);
  const figures = {
    ...{ proveMs: prove.longest, verifyMs: verify.longest },
    proveTimesShortest: prove.longest / prove.shortest,
    verifyTimesShortest: verify.longest / verify.shortest,
    checkedPerCoreSecond: checked,
  };
  console.log(JSON.stringify(judge("log", goals, figures)));
}

async function measureSizes(plan: Plan): Promise<readonly (readonly Figures[])[]> {
  await using pair = await pairedNodes();
  const log = await GrowingLog.open(pair.washington, () => p.random(32));
  const bySize: Figures[][] = [];
  for (const size of plan.sizes) {
    await log.growTo(size);
    // Not counted: what comes first pays for what compiles.
    await log.prove(plan.proofs);
    const rounds: Figures[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const append = await log.appendOne();
      const checkpoint = await timed(() => log.signCheckpoint());
      rounds.push({ append, checkpoint, ...(await log.prove(plan.proofs)) });
    }
    bySize.push(rounds);
    console.error(`${size} entries`);
  }
  return bySize;
}

/** A sealed export of entries as long as a real message, random octets. */
async function measureCheck(plan: Plan): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  try {
    await using pair = await pairedNodes();
    const { node, channel } = pair.washington;
    const { entry } = await makeSample(p);
    const log = await GrowingLog.open(pair.washington, () => p.random(entry.length));
    await log.growTo(plan.exported);
    await node.ownLogs.signPending(log.id);
    const path = join(directory, "export");
    const order = { channel, directory: path, isOpened: false };
    const watch = { ...unwatched, progress: () => undefined };
    assert((await exportChannel(node, order, watch)).ok, "a new directory");
    const rounds: number[] = [];
    for (let round = 0; round <= plan.rounds; round += 1) {
      const cpuMs = await processorTime(async () => {
        const quietly = { fingerprints: [], lang: "en", progress: () => undefined } as const;
        const outcome = await check({ path, ...quietly });
        assert(outcome.exitCode === 0, outcome.lines.join(" "));
      });
      if (round > 0) rounds.push((plan.exported / cpuMs) * 1_000);
    }
    return median(rounds);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

await inTime(main());
