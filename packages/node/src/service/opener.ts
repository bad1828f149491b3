/**
 * Opens what has arrived: each mirrored entry is judged, kept, folded, and refused if it must be.
 *
 * Entries of one log are opened in order. `openedSize` moves past an entry only together with its
 * row and, if it is refused, with the refusal in our own log: so nothing of ours ever says that it
 * has seen past an entry that we are still to refuse (spec/case.md §6). Opening is off the receipt's
 * path; a fault is tried again.
 *
 * @module
 */
import { fromBase64Url } from "@parley/core/bytes/base64";
import { openingKinds } from "@parley/core/case/case-table";
import type { FoldEntry } from "@parley/core/case/fold-entry";
import type { BroughtBack } from "@parley/core/case/fold-past";
import type { Primitives } from "@parley/core/crypto/primitives";
import { type OpenedMessage, openMessage } from "@parley/core/entry/open-message";
import { assert, Fault } from "@parley/core/fault";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import { broughtBackTo, type ClassFolds, feedEntry } from "./class-folds.ts";
import { type ClassState, foldContent, isFollowable, ordinalBase } from "./class-state.ts";
import type { Clock } from "./clock.ts";
import { isClosing } from "./closing-note.ts";
import { noteProjected, projectChanges } from "./fold-projections.ts";
import { formatKeptMessage } from "./kept-message.ts";
import type { OpenCases } from "./open-cases.ts";
import { type Effects, keyChangeKind, type OpenedEntry, type OpeningDesk } from "./opening-desk.ts";
import { type Lease, requireLease, type Sharing } from "./sharing.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogEntry, type LogRow } from "./storage-log.ts";

/** Entries opened at once: enough to keep both cores busy, few enough to hold in memory. */
const openedAtOnceMax = 64;

export interface OpenerPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly folds: ClassFolds;
  readonly desk: OpeningDesk;
  readonly sharing: Sharing;
  /** Absent where what is opened was judged before. */
  readonly openCases?: OpenCases;
  /** The channel as it is now: an entry may have changed its keys. */
  current(channel: Channel): Channel;
  /** Writes a refusal by the node key; `within` runs in the transaction that appends it. */
  refuse(
    channel: Channel,
    refused: { readonly log: LogRow; readonly index: number; readonly code: RefusalCode },
    kept: { readonly lease: Lease; within(tx: StorageTransaction): Promise<void> },
  ): Promise<void>;
  /** Our own entries have no receipt up to what the peer says it has seen: it is to be fetched. */
  onReceiptMissing(channel: Channel): void;
  /** Kept: what follows from it may begin. */
  onOpened(channel: Channel, opened: readonly OpenedRow[]): void | Promise<void>;
}

type Judged = {
  readonly entry: LogEntry;
  /** Of the receipt that covers it. */
  readonly receivedAt: number;
  readonly opened: Result<OpenedMessage, RefusalCode>;
};

export class Opener {
  readonly #ports: OpenerPorts;

  constructor(ports: OpenerPorts) {
    this.#ports = ports;
  }

  /** Opens all that is receipted in one mirrored log, or as far as it can. One call at a time. */
  async open(channel: Channel, logId: number): Promise<void> {
    for (;;) {
      const log = await this.#ports.storage.read((tx) => tx.logs.readLog(logId));
      assert(log?.direction === "mirror", "a mirrored log");
      if (!(await this.#isNext(log))) return;
      const end = Math.min(log.size, log.closedAtSize ?? log.size);
      if (log.openedSize >= end) return;
      const count = Math.min(openedAtOnceMax, entriesPerBatchMax, end - log.openedSize);
      const moved = await this.#openPart(this.#ports.current(channel), log, count);
      if (!moved) return;
    }
  }

  /** The ordinals of an epoch begin where those of the one before end. */
  async #isNext({ channel, class: trafficClass, author, epoch, ...log }: LogRow): Promise<boolean> {
    if (epoch === 1) return true;
    const filter = { channel, class: trafficClass, author };
    const logs = await this.#ports.storage.read((tx) => tx.logs.listLogs(filter));
    return isFollowable(logs, { channel, class: trafficClass, author, epoch, ...log });
  }

  async #openPart(channel: Channel, log: LogRow, count: number): Promise<boolean> {
    const { p, storage, desk } = this.#ports;
    const entries = await storage.read(async (tx) => {
      const read = await tx.logs.readEntries(log.id, log.openedSize, count);
      return withReceiptTimes(tx, log, read);
    });
    const contextOf = desk.contextsOf(channel, log);
    const asked = new Map<number, string>();
    const judgedApart = await Promise.all(
      entries.map(async ({ entry, receivedAt }): Promise<Judged> => {
        const known = contextOf({ index: entry.index, receivedAt });
        const isRepeat = (jti: string) => {
          asked.set(entry.index, jti);
          return known.isRepeat(jti);
        };
        const opened = await openMessage(p, entry.bytes, { ...known, isRepeat });
        return {
          entry,
          receivedAt,
          opened: opened.ok ? await desk.judgeContent(channel, opened.value) : opened,
        };
      }),
    );
    const judged = refuseRepeats(judgedApart, asked);
    const state = await this.#ports.folds.state(channel, log.class);
    try {
      const isPassed = await this.#foldPart(state, log, judged);
      this.#ports.folds.trim(state);
      return isPassed;
    } catch (cause) {
      // The fold may be ahead of the database: it is made again from what was kept.
      this.#ports.folds.forget({ channel: channel.id, class: log.class });
      throw cause;
    }
  }

  /** @returns Whether any entry was passed; else they wait for receipts of ours. */
  async #foldPart(state: ClassState, log: LogRow, judged: readonly Judged[]): Promise<boolean> {
    const part = new Part(this.#ports, state, log);
    await part.before(judged);
    for (const one of judged) {
      const { receivedAt } = one;
      const content = contentOf(state, one);
      if ("seen" in content && content.seen > state.fold.foldedCount(state.channel.mySide)) {
        await part.keep();
        this.#ports.onReceiptMissing(state.channel);
        const isClosed = await this.#ports.desk.closing.lookAhead(state.channel, log, {
          ...{ from: part.keptTo, lease: part.lease },
        });
        if (isClosed) this.#ports.folds.forget({ channel: state.channel.id, class: log.class });
        return isClosed || part.keptTo > log.openedSize;
      }
      const row = rowOf(state.channel, log, one, this.#ports.clock.nowSeconds());
      const entry = { row, opened: one.opened.ok ? one.opened.value : null };
      await part.fold(entry, { receivedAt, content });
      // What follows a change of keys may be signed by the new ones.
      if (row.kind === keyChangeKind || isClosing(row)) break;
    }
    await part.keep();
    return true;
  }
}

/**
 * What is opened together is judged apart: an id that one of the entries before bears too is used
 * before, as if that one were kept already.
 *
 * @param asked - By index, the id of each entry that came to be asked whether it was used before.
 */
function refuseRepeats(
  judged: readonly Judged[],
  asked: ReadonlyMap<number, string>,
): readonly Judged[] {
  const used = new Set<string>();
  return judged.map((one) => {
    const jti = asked.get(one.entry.index);
    if (jti === undefined) return one;
    if (used.has(jti)) return { ...one, opened: refuse("entry.repeat", "used just before") };
    if (one.opened.ok) used.add(jti);
    return one;
  });
}

/** What the fold is fed of an entry that was judged. */
function contentOf(state: ClassState, { opened }: Judged): FoldEntry["content"] {
  return opened.ok
    ? foldContent(state, state.channel.peerSide, opened.value)
    : { refusedAs: opened.refusal.code };
}

/** Entries of one log that are folded and not yet kept. */
class Part {
  readonly #ports: OpenerPorts;
  readonly #state: ClassState;
  readonly #log: LogRow;
  readonly lease: Lease;
  readonly #back: BroughtBack;
  #rows: OpenedEntry[] = [];
  #cases = new Set<string>();
  #openedCount = 0;
  /** Where `openedSize` of the log stands. */
  keptTo: number;

  constructor(ports: OpenerPorts, state: ClassState, log: LogRow) {
    this.#ports = ports;
    this.#state = state;
    this.#log = log;
    this.lease = requireLease(ports.sharing, log.channel);
    this.keptTo = log.openedSize;
    this.#back = broughtBackTo(state, (work) => ports.storage.read(work));
  }

  /** Brings back at once what they need of the past. */
  async before(judged: readonly Judged[]): Promise<void> {
    const state = this.#state;
    const side = state.channel.peerSide;
    if (!state.fold.isResumed) return;
    await this.#back.before(judged.map((one) => ({ side, content: contentOf(state, one) })));
  }

  /**
   * Folds one entry; one that must be refused is kept with its refusal, and with what precedes it: the
   * fold stands behind all of them.
   */
  async fold(opened: OpenedEntry, entry: Pick<FoldEntry, "receivedAt" | "content">): Promise<void> {
    const { row } = opened;
    const { channel, fold } = this.#state;
    const side = channel.peerSide;
    const ordinal = ordinalBase(this.#state.logs[side], this.#log.epoch) + row.index;
    const fed = { side, ordinal, ...entry };
    const touched = await feedEntry(this.#back, this.#state, fed, row.desk);
    const code = fold.standing(side, ordinal)?.refusedAs ?? (await this.#overfull(entry.content));
    const isRefused = code !== null && row.kind !== "refusal.v1";
    this.#rows.push(opened);
    for (const id of touched) this.#cases.add(id);
    if (!isRefused) return;
    const refused = { log: this.#log, index: row.index, code: code as RefusalCode };
    const { lease } = this;
    await this.keep((within) => this.#ports.refuse(channel, refused, { lease, within }));
  }

  /** Refused by us alone: the fold of either side hears of it by the refusal, as after a rebuild. */
  async #overfull(content: FoldEntry["content"]): Promise<"case.too-many" | null> {
    const { openCases } = this.#ports;
    if (openCases === undefined || "refusedAs" in content) return null;
    if (!openingKinds.has(content.kind) || content.case !== content.jti) return null;
    const { id } = this.#state.channel;
    if (!(await openCases.mayOpen(id, this.lease, this.#openedCount))) return "case.too-many";
    this.#openedCount += 1;
    return null;
  }

  /** Writes what is folded, in a transaction of its own or in that of a refusal. */
  async keep(
    inside?: (write: (tx: StorageTransaction) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const rows = this.#rows.map(({ row }) => row);
    if (rows.length === 0) return;
    const cases = this.#cases;
    const effects = await this.#ports.desk.effectsOf(this.#state.channel, this.#rows);
    const write = (tx: StorageTransaction) => this.#write(tx, { rows, cases, effects });
    await (inside === undefined ? this.#ports.storage.write(write) : inside(write));
    noteProjected(this.#state);
    this.keptTo += rows.length;
    this.#rows = [];
    this.#cases = new Set();
    this.#openedCount = 0;
    await this.#ports.onOpened(this.#state.channel, rows);
  }

  /** Two classes are opened at once: this one was judged before the other was kept. */
  async #requireUnused(tx: StorageReader, rows: readonly OpenedRow[]): Promise<void> {
    const jtis = rows.flatMap(({ jti, verdict }) =>
      jti === null || verdict !== "accepted" ? [] : [jti],
    );
    if (jtis.length === 0) return;
    const { id: channel, peer: author } = this.#state.channel;
    for (const [jti, used] of await tx.opened.listClassesOfJtis({ channel, author }, jtis)) {
      if (used === this.#log.class) continue;
      throw new Fault("log.moved", `${jti} was accepted in the class ${used} meanwhile`, {
        retryable: true,
      });
    }
  }

  async #write(
    tx: StorageTransaction,
    kept: {
      readonly rows: readonly OpenedRow[];
      readonly cases: ReadonlySet<string>;
      readonly effects: Effects;
    },
  ): Promise<void> {
    const { rows, cases, effects } = kept;
    const state = this.#state;
    await this.lease.fence(tx);
    await this.#requireUnused(tx, rows);
    const appended = await tx.opened.appendOpened(this.#log.id, this.keptTo, rows);
    if (!appended.isAppended) {
      const what = `${this.#log.origin}: opened by another process`;
      throw new Fault("log.moved", what, { retryable: true });
    }
    await effects(tx);
    await projectChanges(tx, state, cases);
  }
}

function rowOf(
  channel: Channel,
  log: LogRow,
  { entry, opened }: Judged,
  openedAt: number,
): OpenedRow {
  const message = opened.ok ? opened.value.message : null;
  return {
    channel: channel.id,
    class: log.class,
    logId: log.id,
    index: entry.index,
    author: log.author,
    leafHash: entry.leafHash,
    verdict: opened.ok ? "accepted" : opened.refusal.code,
    jti: message?.head.jti ?? null,
    kind: message?.control.kind ?? null,
    case: message?.control.case ?? null,
    desk: message?.control.to ?? null,
    iat: message?.head.iat ?? null,
    openedAt,
    message: opened.ok ? formatKeptMessage(opened.value) : null,
    contentKey: opened.ok ? (fromBase64Url(opened.value.contentKey) ?? null) : null,
  };
}

async function withReceiptTimes(
  tx: StorageReader,
  log: LogRow,
  entries: readonly LogEntry[],
): Promise<readonly { readonly entry: LogEntry; readonly receivedAt: number }[]> {
  let receipt = { size: 0, time: 0 };
  const timed: { entry: LogEntry; receivedAt: number }[] = [];
  for (const entry of entries) {
    if (entry.index >= receipt.size) {
      const next = await tx.receipts.readReceiptOf(log.id, entry.index);
      assert(next !== undefined, "what is opened was receipted before");
      receipt = next;
    }
    timed.push({ entry, receivedAt: receipt.time });
  }
  return timed;
}
