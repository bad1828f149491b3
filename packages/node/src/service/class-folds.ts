/**
 * The folds of every channel and class, kept in step with receipts and opened entries.
 *
 * What a fold says is written as projections in the transaction that the change belongs to, with the
 * cut at which it stands: so lists are read from the database, and a fold that was forgotten, or
 * that an earlier process had, goes on from there and reads of its past what it needs. Nothing is
 * replayed but what came since. Dropping all projections replays everything, and gives the same.
 *
 * @module
 */

import type { Side } from "@parley/core/case/case-table";
import { ClassFold } from "@parley/core/case/class-fold";
import type { FoldCut } from "@parley/core/case/fold-cut";
import type { FoldEntry } from "@parley/core/case/fold-entry";
import { BroughtBack } from "@parley/core/case/fold-past";
import { assert } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import { nodeName } from "@parley/core/party/party-name";
import type { Channel } from "./channel.ts";
import {
  type ClassState,
  contentOf,
  type Feed,
  feedableSize,
  feedOf,
  isFollowable,
  ordinalBase,
  type SideCounts,
} from "./class-state.ts";
import { noteProjected, projectChanges } from "./fold-projections.ts";
import type { Lease, Sharing } from "./sharing.ts";
import type { Storage, StorageReader } from "./storage.ts";
import type { ClassScope } from "./storage-content.ts";
import { entriesPerBatchMax, type LogRow } from "./storage-log.ts";
import { storedPast } from "./stored-past.ts";

/** Entries that a fold may hold before it is forgotten: some 100 MB. */
const residentMax = 50_000;
/**
 * Batches that are fed before they are projected, all in one transaction: some 16,000 entries, for
 * what lies scattered in an index is else written again by each.
 */
const batchesPerWrite = 64;

const allEntries: SideCounts = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Who watches a fold being made. */
export interface FoldWatch {
  /** Entries fed since the last report. Ends the work by throwing; what is projected stays. */
  onFed(count: number): void;
}

/** A lease that is lost and taken again is another one: the fold is then made again. */
interface KeptState {
  readonly lease: Lease;
  readonly state: Promise<ClassState>;
}

interface LoadedBy {
  /** Under which it is projected; absent: it is not. */
  readonly lease?: Lease;
  readonly watch: FoldWatch | undefined;
}

export class ClassFolds {
  readonly #storage: Storage;
  readonly #current: (channelId: string) => Channel | undefined;
  readonly #sharing: Sharing;
  readonly #states = new Map<string, KeptState>();

  /** @param current - The channel of an id as it is now. */
  constructor(
    storage: Storage,
    current: (channelId: string) => Channel | undefined,
    sharing: Sharing,
  ) {
    this.#storage = storage;
    this.#current = current;
    this.#sharing = sharing;
  }

  /**
   * The fold of a class, which goes on from where its projections stand. It is kept by whoever works
   * the channel; for another process it is made each time, and projected by nobody.
   */
  state(channel: Channel, trafficClass: TrafficClass, watch?: FoldWatch): Promise<ClassState> {
    const key = keyOf({ channel: channel.id, class: trafficClass });
    const lease = this.#sharing.leaseOf(channel.id);
    if (lease === undefined) return this.#load(channel, trafficClass, { watch });
    const known = this.#states.get(key);
    if (known?.lease === lease) return known.state;
    const made = { lease, state: this.#load(channel, trafficClass, { watch, lease }) };
    this.#states.set(key, made);
    made.state.catch(() => {
      if (this.#states.get(key) === made) this.#states.delete(key);
    });
    return made.state;
  }

  /** The state with one case brought back to its fold, if there is such a case. */
  async stateWithCase(
    channel: Channel,
    trafficClass: TrafficClass,
    id: string,
  ): Promise<ClassState> {
    const state = await this.state(channel, trafficClass);
    await broughtBackTo(state, (work) => this.#storage.read(work)).case(id);
    return state;
  }

  /**
   * Everything folded from the first entry, for whoever asks about all of it: costs as much as the
   * logs are long, and is in step with nothing.
   */
  async replay(channel: Channel, trafficClass: TrafficClass): Promise<ClassFold> {
    const now = () => this.#current(channel.id) ?? channel;
    return (await this.#storage.read((tx) => foldClass(tx, now, trafficClass))).fold;
  }

  /** Forgets a fold whose transaction failed, or whose logs or channel changed: it is made again. */
  forget(scope: ClassScope): void {
    this.#states.delete(keyOf(scope));
  }

  /** Forgets a fold that holds too much. Asked by whoever has just kept what it says, and owns it. */
  trim(state: ClassState): void {
    if (state.fold.residentCount <= residentMax) return;
    this.forget({ channel: state.channel.id, class: state.class });
  }

  forgetAll(): void {
    this.#states.clear();
  }

  async #load(channel: Channel, trafficClass: TrafficClass, by: LoadedBy): Promise<ClassState> {
    const now = () => this.#current(channel.id) ?? channel;
    for (;;) {
      const state = await this.#storage.read((tx) => readClass(tx, now, trafficClass));
      if (await this.#catchUp(state, by)) return state;
    }
  }

  /** @returns Whether all is fed; else the fold holds too much, and another goes on from its cut. */
  async #catchUp(state: ClassState, { lease, watch }: LoadedBy): Promise<boolean> {
    const foldedBefore = foldedOf(state);
    for (;;) {
      const changed = new Set<string>();
      let count = 0;
      await this.#storage.read(async (tx) => {
        for (let batch = 0; batch < batchesPerWrite; batch += 1) {
          const fed = await feedNext(tx, state, changed);
          if (fed === 0) break;
          count += fed;
        }
      });
      if (count === 0) return true;
      if (lease === undefined) continue;
      await this.#storage.write(async (tx) => {
        await lease.fence(tx);
        await projectChanges(tx, state, changed);
      });
      noteProjected(state);
      watch?.onFed(count);
      // What only waits was not projected: another fold would be fed the same again.
      const hasMoved = foldedBefore < foldedOf(state);
      if (hasMoved && state.fold.residentCount > residentMax) return isAllFed(state);
    }
  }
}

/**
 * Folds a class anew from the opened cache, as if nothing of it were projected.
 *
 * @param cut - By side, how many entries at most. The fold of a cut that some fold stood at holds
 *   exactly so many.
 */
export async function foldClass(
  tx: StorageReader,
  current: () => Channel,
  trafficClass: TrafficClass,
  cut: SideCounts = allEntries,
): Promise<ClassState> {
  const { logs } = await readClass(tx, current, trafficClass);
  const whole = newState({ current, class: trafficClass, logs }, undefined);
  const changed = new Set<string>();
  while ((await feedNext(tx, whole, changed, cut)) > 0) changed.clear();
  return whole;
}

function keyOf({ channel, class: trafficClass }: ClassScope): string {
  return `${channel} ${trafficClass}`;
}

async function readClass(
  tx: StorageReader,
  current: () => Channel,
  trafficClass: TrafficClass,
): Promise<ClassState> {
  const channel = current();
  const scope = { channel: channel.id, class: trafficClass };
  const logs = await tx.logs.listLogs(scope);
  const of = (party: string) => logs.filter(({ author }) => author === party);
  const [zero, one] =
    channel.mySide === 0 ? [channel.me, channel.peer] : [channel.peer, channel.me];
  const position = await tx.projections.readPosition(scope);
  return newState({ current, class: trafficClass, logs: [of(zero), of(one)] }, position);
}

/** @param position - Where its fold goes on: written by this program, and not judged again. */
function newState(
  {
    current,
    class: trafficClass,
    logs,
  }: Pick<ClassState, "class" | "logs"> & { readonly current: () => Channel },
  position: string | undefined,
): ClassState {
  const fold = new ClassFold(
    position === undefined ? undefined : (JSON.parse(position) as FoldCut),
  );
  return {
    get channel() {
      return current();
    },
    class: trafficClass,
    fold,
    logs,
    fed: [fold.foldedCount(0), fold.foldedCount(1)],
    desks: [new Map(), new Map()],
    caseDesks: new Map(),
    projected: { position, settled: [fold.settledCount(0), fold.settledCount(1)] },
  };
}

function feedableCount(state: ClassState, side: Side, cut: SideCounts = allEntries): number {
  const logs = state.logs[side];
  const count = logs
    .filter((log) => isFollowable(logs, log))
    .reduce((sum, log) => sum + feedableSize(log), 0);
  return Math.min(count, cut[side]);
}

function foldedOf({ fold }: ClassState): number {
  return fold.foldedCount(0) + fold.foldedCount(1);
}

function isAllFed(state: ClassState): boolean {
  return ([0, 1] as const).every((side) => state.fed[side] >= feedableCount(state, side));
}

/** Feeds one batch, of the side that nothing waits for if it has more. @returns Entries fed. */
async function feedNext(
  tx: StorageReader,
  state: ClassState,
  changed: Set<string>,
  cut: SideCounts = allEntries,
): Promise<number> {
  const more = (side: Side) => feedableCount(state, side, cut) - state.fed[side];
  const sides = ([0, 1] as const).filter((side) => more(side) > 0);
  const side = sides.find((each) => state.fold.waitingCount(each) === 0) ?? sides[0];
  if (side === undefined) return 0;
  const log = state.logs[side].find(
    (each) => state.fed[side] < ordinalBase(state.logs[side], each.epoch) + feedableSize(each),
  );
  assert(log !== undefined, "a log that has more");
  const base = ordinalBase(state.logs[side], log.epoch);
  const from = state.fed[side] - base;
  const count = Math.min(entriesPerBatchMax, feedableSize(log) - from, more(side));
  const rows = await tx.past.listToFeed(log.id, from, count);
  assert(rows.length === count, "the opened cache has no gaps");
  for (const id of await feedRows(tx, state, { side, log, base }, rows.map(feedOf)))
    changed.add(id);
  return count;
}

/** Feeds entries of one log, in order. @returns Ids of the cases that changed. */
export async function feedRows(
  tx: StorageReader,
  state: ClassState,
  place: { readonly side: Side; readonly log: LogRow; readonly base: number },
  rows: readonly Feed[],
): Promise<ReadonlySet<string>> {
  const { side, log, base } = place;
  let receipt = { size: 0, time: 0 };
  const entries: FoldEntry[] = [];
  for (const row of rows) {
    if (row.index >= receipt.size) {
      const next = await tx.receipts.readReceiptOf(log.id, row.index);
      assert(next !== undefined, "what is fed has a receipt");
      receipt = next;
    }
    const content = contentOf(state, side, row);
    entries.push({ side, ordinal: base + row.index, receivedAt: receipt.time, content });
  }
  const back = broughtBackTo(state, (work) => work(tx));
  await back.before(entries);
  const changed = new Set<string>();
  for (const [i, entry] of entries.entries()) {
    for (const id of await feedEntry(back, state, entry, rows[i]?.desk ?? null)) changed.add(id);
  }
  return changed;
}

/** @param read - Within a transaction that stands, or in one of its own. */
export function broughtBackTo(state: ClassState, read: Storage["read"]): BroughtBack {
  return new BroughtBack(state.fold, storedPast(read, state));
}

/** @returns Ids of the cases that changed. */
export async function feedEntry(
  back: BroughtBack,
  state: ClassState,
  entry: FoldEntry,
  desk: string | null,
): Promise<ReadonlySet<string>> {
  const { side, ordinal } = entry;
  if (state.fold.isResumed) await back.before([entry]);
  const changed = state.fold.feed(entry);
  state.desks[side].set(ordinal, desk ?? nodeName);
  state.fed[side] = ordinal + 1;
  return changed;
}
