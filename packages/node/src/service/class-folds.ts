/**
 * The folds of every channel and class, kept in step with receipts and opened entries.
 *
 * A fold lives in memory and is made again from the opened cache at start. What it says is written
 * as projections in the transaction that the change belongs to, so that lists are read from the
 * database. Dropping all of them and starting again gives the same.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { caseState } from "@parley/core/case/case-fold";
import type { Side } from "@parley/core/case/case-table";
import { type CaseView, nearestClock, viewCase } from "@parley/core/case/case-view";
import { ClassFold, type EntryStanding, type FoldEntry } from "@parley/core/case/class-fold";
import { toFoldMessage } from "@parley/core/case/fold-message";
import { assert } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import { nodeName } from "@parley/core/party/party-name";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import type { ClassScope, MessageRow, OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogRow } from "./storage-log.ts";

/** The logs of one class of one channel, by epoch, and its fold. */
export interface ClassState {
  /** As it is now: descriptors, notices and agreements may be added while the fold stands. */
  readonly channel: Channel;
  readonly class: TrafficClass;
  readonly fold: ClassFold;
  /** Of side 0 and of side 1; earlier epochs first. */
  readonly logs: readonly [readonly LogRow[], readonly LogRow[]];
  /** By side and ordinal: the desk of this party that the entry concerns. As many as were fed. */
  readonly desks: readonly [string[], string[]];
  /** By side, how far what is folded and what is settled was projected. See {@link noteProjected}. */
  readonly projected: { folded: SideCounts; settled: SideCounts };
}

export type SideCounts = readonly [number, number];

export class ClassFolds {
  readonly #storage: Storage;
  readonly #current: (channelId: string) => Channel | undefined;
  readonly #states = new Map<string, Promise<ClassState>>();

  /** @param current - The channel of an id as it is now. */
  constructor(storage: Storage, current: (channelId: string) => Channel | undefined) {
    this.#storage = storage;
    this.#current = current;
  }

  /** The fold of a class, made from the opened cache when it is first asked for. */
  state(channel: Channel, trafficClass: TrafficClass): Promise<ClassState> {
    const key = `${channel.id} ${trafficClass}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const made = this.#load(channel, trafficClass);
    this.#states.set(key, made);
    made.catch(() => this.#states.delete(key));
    return made;
  }

  /** Forgets a fold whose transaction failed, or whose logs or channel changed: it is made again. */
  forget(scope: ClassScope): void {
    this.#states.delete(`${scope.channel} ${scope.class}`);
  }

  forgetAll(): void {
    this.#states.clear();
  }

  async #load(channel: Channel, trafficClass: TrafficClass): Promise<ClassState> {
    const now = () => this.#current(channel.id) ?? channel;
    const state = await this.#storage.read((tx) => foldClass(tx, now, trafficClass));
    await this.#storage.write((tx) => projectAll(tx, state));
    noteProjected(state);
    return state;
  }
}

/**
 * Folds a class anew from the opened cache.
 *
 * @param cut - By side, how many entries at most. The fold of a cut that some fold stood at holds
 *   exactly so many.
 */
export async function foldClass(
  tx: StorageReader,
  current: () => Channel,
  trafficClass: TrafficClass,
  cut: SideCounts = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
): Promise<ClassState> {
  const made = await readClass(tx, current, trafficClass);
  for (const side of [0, 1] as const) await feedSide(tx, made, side, cut[side]);
  return made;
}

async function readClass(
  tx: StorageReader,
  current: () => Channel,
  trafficClass: TrafficClass,
): Promise<ClassState> {
  const channel = current();
  const logs = await tx.logs.listLogs({ channel: channel.id, class: trafficClass });
  const of = (party: string) => logs.filter(({ author }) => author === party);
  const [zero, one] =
    channel.mySide === 0 ? [channel.me, channel.peer] : [channel.peer, channel.me];
  return {
    get channel() {
      return current();
    },
    class: trafficClass,
    fold: new ClassFold(),
    logs: [of(zero), of(one)],
    desks: [[], []],
    projected: { folded: [0, 0], settled: [0, 0] },
  };
}

/** Where an epoch's entries begin among all of the class. */
export function ordinalBase(logs: readonly LogRow[], epoch: number): number {
  return logs
    .filter((log) => log.epoch < epoch)
    .reduce((sum, log) => sum + (log.closedAtSize ?? log.size), 0);
}

/** Entries of a log that a fold may be fed: receipted, and opened if they are the peer's. */
function feedableSize(log: LogRow): number {
  const receipted = Math.min(log.receiptedSize, log.openedSize);
  return log.closedAtSize === null ? receipted : Math.min(receipted, log.closedAtSize);
}

async function feedSide(
  tx: StorageReader,
  state: ClassState,
  side: Side,
  countMax: number,
): Promise<void> {
  for (const log of state.logs[side]) {
    const base = ordinalBase(state.logs[side], log.epoch);
    const size = Math.min(feedableSize(log), countMax - base);
    for (let from = 0; from < size; from += entriesPerBatchMax) {
      const count = Math.min(entriesPerBatchMax, size - from);
      const rows = await tx.opened.listOpened(log.id, from, count);
      await feedRows(tx, state, { side, log, base }, rows);
    }
  }
}

/** Feeds opened rows of one log, in order. @returns Ids of the cases that changed. */
export async function feedRows(
  tx: StorageReader,
  state: ClassState,
  place: { readonly side: Side; readonly log: LogRow; readonly base: number },
  rows: readonly OpenedRow[],
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  let receipt = { size: 0, time: 0 };
  for (const row of rows) {
    if (row.index >= receipt.size) {
      const next = await tx.receipts.readReceiptOf(place.log.id, row.index);
      assert(next !== undefined, "what is fed has a receipt");
      receipt = next;
    }
    const entry: FoldEntry = {
      side: place.side,
      ordinal: place.base + row.index,
      receivedAt: receipt.time,
      content: contentOf(state, place.side, row),
    };
    for (const id of feedEntry(state, entry, row.desk)) changed.add(id);
  }
  return changed;
}

/** @returns Ids of the cases that changed. */
export function feedEntry(
  state: ClassState,
  entry: FoldEntry,
  desk: string | null,
): ReadonlySet<string> {
  state.desks[entry.side].push(desk ?? nodeName);
  return state.fold.feed(entry);
}

/**
 * What the fold is fed of a row. A message refused by the fold itself was accepted when it was
 * opened, and is judged by the fold again; one that was refused in opening has no message.
 */
function contentOf(state: ClassState, side: Side, row: OpenedRow): FoldEntry["content"] {
  if (row.message === null) return { refusedAs: row.verdict };
  return foldContent(state, side, parseKeptMessage(row.message));
}

/** The message as the fold reads it: of `side`, which had seen the other side's logs. */
export function foldContent(
  state: ClassState,
  side: Side,
  opened: Parameters<typeof toFoldMessage>[0],
): ReturnType<typeof toFoldMessage> {
  const theirs = state.logs[side === 0 ? 1 : 0];
  return toFoldMessage(opened, {
    peerOrdinal: (epoch, size) => ordinalBase(theirs, epoch) + size,
    peerEpoch: (origin) => theirs.find((log) => log.origin === origin)?.epoch,
    periods: (version, kind, severity) => state.channel.periods(version, kind, severity),
  });
}

/**
 * Writes what changed since the projections were last kept: the cases, and the entries that were
 * folded, settled or judged anew; whatever was fed may have let others go on. Call
 * {@link noteProjected} once the transaction stands.
 */
export async function projectChanges(
  tx: StorageTransaction,
  state: ClassState,
  changed: ReadonlySet<string>,
): Promise<void> {
  for (const id of changed) await projectCase(tx, state, id);
  await projectStandings(tx, state, changedStandings(state, changed));
  const scope = { channel: state.channel.id, class: state.class };
  const stored = await tx.projections.readPosition(scope);
  await tx.projections.movePosition(scope, stored, positionOf(state));
}

/** What was written is durable: the next change begins here. */
export function noteProjected({ fold, projected }: ClassState): void {
  projected.folded = [fold.foldedCount(0), fold.foldedCount(1)];
  projected.settled = [fold.settledCount(0), fold.settledCount(1)];
}

function changedStandings(
  { fold, projected }: ClassState,
  changed: ReadonlySet<string>,
): readonly EntryStanding[] {
  const places = [new Set<number>(), new Set<number>()] as const;
  for (const side of [0, 1] as const) {
    const [settledBefore, settled] = [projected.settled[side], fold.settledCount(side)];
    // A refusal may take back what was said to be seen, and with it what was settled.
    const [from, to] = [Math.min(settledBefore, settled), Math.max(settledBefore, settled)];
    for (let ordinal = from; ordinal < to; ordinal += 1) places[side].add(ordinal);
    for (let ordinal = projected.folded[side]; ordinal < fold.foldedCount(side); ordinal += 1) {
      places[side].add(ordinal);
      const refused = fold.standing(side, ordinal)?.message?.refuses;
      if (refused != null) addRejudged(fold, places, { side, ordinal: refused.ordinal, changed });
    }
  }
  return ([0, 1] as const).flatMap((side) =>
    [...places[side]].flatMap((ordinal) => fold.standing(side, ordinal) ?? []),
  );
}

/** What `side` refused, and the messages of the cases that were folded again with it. */
function addRejudged(
  fold: ClassFold,
  places: readonly [Set<number>, Set<number>],
  refusal: { readonly side: Side; readonly ordinal: number; readonly changed: ReadonlySet<string> },
): void {
  places[refusal.side === 0 ? 1 : 0].add(refusal.ordinal);
  for (const id of refusal.changed) {
    const [zero, one] = fold.case(id)?.messages ?? [[], []];
    for (const { side, ordinal } of [...zero, ...one]) places[side].add(ordinal);
  }
}

async function projectStandings(
  tx: StorageTransaction,
  state: ClassState,
  standings: readonly EntryStanding[],
): Promise<void> {
  for (let from = 0; from < standings.length; from += entriesPerBatchMax) {
    const part = standings.slice(from, from + entriesPerBatchMax);
    await tx.projections.writeMessages(part.map((standing) => messageRow(state, standing)));
  }
}

/** Every case and message, unless the database holds just this fold already. */
export async function projectAll(tx: StorageTransaction, state: ClassState): Promise<void> {
  const scope = { channel: state.channel.id, class: state.class };
  const position = positionOf(state);
  const stored = await tx.projections.readPosition(scope);
  if (stored === position) return;
  for (const { id } of state.fold.cases()) await projectCase(tx, state, id);
  for (const side of [0, 1] as const) await projectStandings(tx, state, state.fold.standings(side));
  await tx.projections.movePosition(scope, stored, position);
}

function positionOf({ fold }: ClassState): string {
  return canonicalJson([fold.foldedCount(0), fold.foldedCount(1)]);
}

async function projectCase(tx: StorageTransaction, state: ClassState, id: string): Promise<void> {
  const scope = { channel: state.channel.id, class: state.class };
  const record = state.fold.case(id);
  assert(record !== undefined, "a case that changed");
  const folded = caseState(record);
  const view = viewCase(state.fold, record, 0);
  if (folded === null || view === null) {
    await tx.projections.deleteCase(scope, id);
    return;
  }
  const due = nearestClock(view);
  const mine = state.channel.mySide;
  const all = [...record.messages[0], ...record.messages[1]];
  const desks = new Set(all.map(({ side, ordinal }) => state.desks[side][ordinal] ?? nodeName));
  await tx.projections.writeCase({
    ...scope,
    id,
    desks: [...desks].sort(),
    phase: folded.phase,
    isOpen: folded.phase !== "closed",
    severity: view.severity,
    dueAt: due?.clock.dueAt ?? null,
    owedBy: due === null ? null : due.clock.owedBy === mine ? state.channel.me : state.channel.peer,
    lastAt: Math.max(...all.map(({ move }) => move.at)),
    state: caseText(view),
  });
}

/** Whether a message is settled stands in its own row: entries of other cases change it. */
function caseText(view: CaseView): string {
  const messages = view.messages.map(({ isSettled: _, ...message }) => message);
  return canonicalJson({ ...view, messages } as unknown as JsonValue);
}

function messageRow(state: ClassState, standing: EntryStanding): MessageRow {
  const { side, ordinal, message, receivedAt, refusedAs, caseId } = standing;
  const log = state.logs[side].findLast(
    ({ epoch }) => ordinalBase(state.logs[side], epoch) <= ordinal,
  );
  assert(log !== undefined, "a folded entry is in a log");
  return {
    channel: state.channel.id,
    class: state.class,
    logId: log.id,
    index: ordinal - ordinalBase(state.logs[side], log.epoch),
    author: log.author,
    epoch: log.epoch,
    desk: state.desks[side][ordinal] ?? nodeName,
    jti: message?.jti ?? null,
    kind: message?.kind ?? null,
    case: caseId,
    iat: message?.iat ?? null,
    receivedAt,
    refusedAs,
    isSettled: ordinal < state.fold.settledCount(side),
  };
}
