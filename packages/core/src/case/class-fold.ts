/**
 * All cases of one class of one channel, folded from both logs at a cut.
 *
 * The caller feeds the entries of each log in order, once each, as the log's receipts reach them;
 * what lies beyond the receipts is not fed. An entry waits until everything its author had seen was
 * fed, so the result depends on the cut alone and not on the order in which the two logs arrived.
 * An entry costs the same whatever was folded before it; a refusal folds its one case again.
 *
 * Owned by its caller and changed in place: it holds what a replay of 10⁶ entries must not copy.
 * Spec: spec/case.md §2 and §5.
 *
 * @module
 */
import { assert } from "../fault.ts";
import {
  addMessage,
  type CaseMessage,
  type CaseRecord,
  refoldCase,
  type UnjudgedMessage,
  viewOf,
} from "./case-fold.ts";
import type { ClockPeriods } from "./case-state.ts";
import { openingKinds, type Side } from "./case-table.ts";

/** What the fold needs of a message; made from an opened statement by both sides alike. */
export interface FoldMessage {
  readonly jti: string;
  /** Without version: `inquiry`. Of a kind unknown here, as its author wrote it. */
  readonly kind: string;
  readonly case: string | null;
  readonly answers: string | null;
  readonly ask: string | null;
  readonly severity: number | null;
  readonly replyBy: number | null;
  readonly to: string;
  readonly iat: number;
  /** Entries of the peer's log of this class, over all epochs, that its author had opened. */
  readonly seen: number;
  /** From the agreement version that the statement names. */
  readonly periods: ClockPeriods;
  /** Of a `refusal`: the ordinal in the peer's log of this class that it names, and its code. */
  readonly refuses: { readonly ordinal: number; readonly code: string } | null;
}

/**
 * One entry of the log of `side`. `ordinal` counts its entries of this class over all epochs, from
 * 0, without a gap. `content` is the message; or the code with which this node refuses it.
 */
export interface FoldEntry {
  readonly side: Side;
  readonly ordinal: number;
  /** Time of the first receipt that covers it. */
  readonly receivedAt: number;
  readonly content: FoldMessage | { readonly refusedAs: string };
}

/** How an entry stands: what the fold made of it, whether or not it belongs to a case. */
export interface EntryStanding {
  readonly side: Side;
  readonly ordinal: number;
  readonly receivedAt: number;
  readonly message: FoldMessage | null;
  readonly caseId: string | null;
  readonly seenMax: number;
  /** The n-th of its kind by its author in the UTC day of receipt, from 1; 0 if it does not count. */
  readonly nthOfDay: number;
  /** Null while it stands; else the code of whoever refused it. */
  readonly refusedAs: string | null;
  /** The refusal was the peer's own, in its log. */
  readonly refusedByPeer: boolean;
}

const daySeconds = 86_400;

export class ClassFold {
  readonly #standings: [EntryStanding[], EntryStanding[]] = [[], []];
  readonly #waiting: [FoldEntry[], FoldEntry[]] = [[], []];
  readonly #waitingFrom: [number, number] = [0, 0];
  readonly #cases = new Map<string, CaseRecord>();
  readonly #byJti = new Map<string, { readonly side: Side; readonly ordinal: number }>();
  readonly #ofDay = new Map<string, number>();

  /**
   * Feeds one entry, then folds whatever can be.
   *
   * @returns Ids of the cases that changed, each once.
   */
  feed(entry: FoldEntry): ReadonlySet<string> {
    const queue = this.#waiting[entry.side];
    const next = this.#standings[entry.side].length + queue.length - this.#waitingFrom[entry.side];
    assert(entry.ordinal === next, `ordinal ${entry.ordinal} fed, ${next} is next`);
    queue.push(entry);
    const changed = new Set<string>();
    while (this.#foldHead(0, changed) || this.#foldHead(1, changed));
    return changed;
  }

  /** Entries of `side` that are folded: its part of the cut. */
  foldedCount(side: Side): number {
    return this.#standings[side].length;
  }

  /** Entries of `side` that its peer has seen past, unrefused: nothing can change them any more. */
  settledCount(side: Side): number {
    return Math.min(this.seenMax(side === 0 ? 1 : 0), this.#standings[side].length);
  }

  /** The most that `side` has said it had seen of the other log. */
  seenMax(side: Side): number {
    return this.#standings[side].at(-1)?.seenMax ?? 0;
  }

  standing(side: Side, ordinal: number): EntryStanding | undefined {
    return this.#standings[side][ordinal];
  }

  /** By the id of a message, whoever wrote it. */
  find(jti: string): EntryStanding | undefined {
    const place = this.#byJti.get(jti);
    return place === undefined ? undefined : this.#standings[place.side][place.ordinal];
  }

  case(id: string): CaseRecord | undefined {
    return this.#cases.get(id);
  }

  /** Every case in the order in which it was opened here. */
  cases(): Iterable<CaseRecord> {
    return this.#cases.values();
  }

  /** Every folded entry of `side`, in log order. */
  standings(side: Side): readonly EntryStanding[] {
    return this.#standings[side];
  }

  #foldHead(side: Side, changed: Set<string>): boolean {
    const queue = this.#waiting[side];
    const head = queue[this.#waitingFrom[side]];
    if (head === undefined) return false;
    const seenMax = this.#seenMaxWith(side, head.content);
    if (seenMax > this.#standings[side === 0 ? 1 : 0].length) return false;
    this.#advance(side);
    this.#fold(head, seenMax, changed);
    return true;
  }

  /** The queue is compacted now and then, so that taking its head costs the same at any length. */
  #advance(side: Side): void {
    this.#waitingFrom[side] += 1;
    if (this.#waitingFrom[side] * 2 < this.#waiting[side].length) return;
    this.#waiting[side] = this.#waiting[side].slice(this.#waitingFrom[side]);
    this.#waitingFrom[side] = 0;
  }

  #seenMaxWith(side: Side, content: FoldEntry["content"]): number {
    const before = this.seenMax(side);
    return "refusedAs" in content ? before : Math.max(before, content.seen);
  }

  #fold(entry: FoldEntry, seenMax: number, changed: Set<string>): void {
    const { side, ordinal, receivedAt, content } = entry;
    const seenBefore = this.seenMax(side);
    const where = { side, ordinal, receivedAt, seenMax, refusedByPeer: false };
    if ("refusedAs" in content) {
      const { refusedAs } = content;
      const standing = { ...where, message: null, caseId: null, nthOfDay: 0, refusedAs };
      this.#standings[side].push(standing);
      return;
    }
    const repeats = this.#byJti.has(content.jti);
    const unfit = repeats ? "entry.repeat" : this.#unfit(side, content, seenMax);
    const nthOfDay = this.#countOfDay(side, content.kind, receivedAt);
    const about = { message: content, caseId: content.case, nthOfDay, refusedAs: unfit };
    const standing: EntryStanding = { ...where, ...about };
    this.#standings[side].push(standing);
    if (!repeats) this.#byJti.set(content.jti, { side, ordinal });
    if (content.refuses !== null) this.#refuse(side, content, { seenBefore, changed });
    if (content.case !== null) this.#addToCase(standing, unfit, changed);
  }

  /** A message may speak of what its author wrote before or had seen, in the same case. */
  #unfit(side: Side, message: FoldMessage, seenMax: number): string | null {
    if (message.answers === null) return null;
    const answered = this.find(message.answers);
    if (answered === undefined || answered.refusedByPeer) return "case.unknown-reference";
    if (answered.side !== side && answered.ordinal >= seenMax) return "case.unknown-reference";
    // Nobody confirms for the other that something was received.
    if (message.kind === "receipt" && answered.side === side) return "case.unknown-reference";
    return answered.caseId === message.case ? null : "case.unknown-reference";
  }

  #countOfDay(side: Side, kind: string, receivedAt: number): number {
    const key = `${side} ${Math.floor(receivedAt / daySeconds)} ${kind}`;
    const count = (this.#ofDay.get(key) ?? 0) + 1;
    this.#ofDay.set(key, count);
    return count;
  }

  /** A message of a case that its author did not know of is refused, and is no part of the case. */
  #addToCase(standing: EntryStanding, unfit: string | null, changed: Set<string>): void {
    const { side, seenMax, message, caseId } = standing;
    assert(message !== null && caseId !== null, "a message of a case");
    let record = this.#cases.get(caseId);
    const opens = openingKinds.has(message.kind) && message.jti === caseId;
    if (record === undefined && opens && unfit === null) {
      record = { id: caseId, initiator: side, messages: [[], []] };
      this.#cases.set(caseId, record);
    }
    if (record === undefined || (!opens && viewOf(record, side, seenMax) === null)) {
      this.#refuseStanding(standing, unfit ?? "case.unknown");
      return;
    }
    const verdict = addMessage(record, toCaseMessage(standing, message, unfit));
    changed.add(caseId);
    if (!verdict.stands) this.#refuseStanding(standing, verdict.code);
  }

  #refuseStanding(standing: EntryStanding, refusedAs: string | null): void {
    this.#standings[standing.side][standing.ordinal] = { ...standing, refusedAs };
  }

  /**
   * `side` refuses an entry of its peer. Without effect if the refusal itself had not seen that
   * entry, once `side` had seen past it unrefused, and on a refusal, which is never refused.
   */
  #refuse(
    side: Side,
    message: FoldMessage,
    context: { readonly seenBefore: number; readonly changed: Set<string> },
  ): void {
    const { refuses, seen } = message;
    if (refuses === null || seen <= refuses.ordinal) return;
    if (context.seenBefore > refuses.ordinal) return;
    const target = this.#standings[side === 0 ? 1 : 0][refuses.ordinal];
    assert(target !== undefined, "what was seen is folded");
    if (target.message?.kind === "refusal" || target.refusedByPeer) return;
    this.#void(target, refuses.code, context.changed);
  }

  #void(target: EntryStanding, code: string, changed: Set<string>): void {
    const { side, ordinal, message } = target;
    this.#standings[side][ordinal] = {
      ...target,
      refusedAs: code,
      refusedByPeer: true,
      nthOfDay: 0,
    };
    if (message !== null) this.#uncount(target, message);
    const touched = new Set(this.#lowerSeen(side, ordinal));
    if (target.caseId !== null && this.#cases.has(target.caseId)) touched.add(target.caseId);
    for (const id of touched) {
      this.#refold(id);
      changed.add(id);
    }
  }

  /** Later ones of the kind and day move up; the day is short, so this is bounded by the quota. */
  #uncount(target: EntryStanding, message: FoldMessage): void {
    if (target.nthOfDay === 0) return;
    const { side } = target;
    const day = Math.floor(target.receivedAt / daySeconds);
    const key = `${side} ${day} ${message.kind}`;
    this.#ofDay.set(key, (this.#ofDay.get(key) ?? 1) - 1);
    const standings = this.#standings[side];
    for (let i = target.ordinal + 1; i < standings.length; i += 1) {
      const later = standings[i];
      assert(later !== undefined, "ordinals have no gap");
      if (Math.floor(later.receivedAt / daySeconds) !== day) break;
      if (later.message?.kind !== message.kind || later.nthOfDay === 0) continue;
      standings[i] = { ...later, nthOfDay: later.nthOfDay - 1 };
    }
  }

  /** Takes back what a voided entry had said it saw; returns the cases whose messages saw less. */
  #lowerSeen(side: Side, from: number): string[] {
    const standings = this.#standings[side];
    const touched: string[] = [];
    let seenMax = standings[from - 1]?.seenMax ?? 0;
    for (let i = from; i < standings.length; i += 1) {
      const entry = standings[i];
      assert(entry !== undefined, "ordinals have no gap");
      const counts = entry.message !== null && !entry.refusedByPeer;
      if (counts) seenMax = Math.max(seenMax, entry.message.seen);
      if (entry.seenMax === seenMax && i > from) break;
      standings[i] = { ...entry, seenMax };
      if (entry.caseId !== null && this.#cases.has(entry.caseId)) touched.push(entry.caseId);
    }
    return touched;
  }

  #refold(id: string): void {
    const before = this.#cases.get(id);
    assert(before !== undefined, "a case that was touched");
    const [zero, one] = before.messages;
    const current = (messages: readonly CaseMessage[]) => messages.map((m) => this.#current(m));
    const folded = refoldCase({ ...before, messages: [current(zero), current(one)] });
    this.#cases.set(id, folded);
    for (const message of [...folded.messages[0], ...folded.messages[1]]) {
      const standing = this.#standings[message.side][message.ordinal];
      if (standing === undefined || standing.refusedByPeer) continue;
      const refusedAs = message.verdict.stands ? null : message.verdict.code;
      if (standing.refusedAs !== refusedAs) this.#refuseStanding(standing, refusedAs);
    }
  }

  /** A message of a case with what is now known of it. */
  #current(message: CaseMessage): CaseMessage {
    const standing = this.#standings[message.side][message.ordinal];
    assert(standing?.message != null, "a message of a case stands in its log");
    const { refusedByPeer, refusedAs, seenMax } = standing;
    const repeats = message.unfit === "entry.repeat";
    const unfit = repeats ? message.unfit : this.#unfit(message.side, standing.message, seenMax);
    return { ...message, seenMax, unfit, voidedAs: refusedByPeer ? refusedAs : null };
  }
}

function toCaseMessage(
  standing: EntryStanding,
  message: FoldMessage,
  unfit: string | null,
): UnjudgedMessage {
  const { side, ordinal, receivedAt, seenMax } = standing;
  const { jti, kind, to, answers, ask, severity, seen, iat, periods, replyBy } = message;
  const move = { kind, side, ordinal, at: receivedAt, periods, replyBy };
  const about = { jti, kind, to, side, ordinal, answers, ask, severity, seen, iat };
  return { ...about, seenMax, move, unfit, voidedAs: null };
}
