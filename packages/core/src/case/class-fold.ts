/**
 * All cases of one class of one channel, folded from both logs at a cut.
 *
 * The caller feeds the entries of each log in order, once each, as the log's receipts reach them;
 * what lies beyond the receipts is not fed. An entry waits until everything its author had seen was
 * fed, so the result depends on the cut alone and not on the order in which the two logs arrived.
 * An entry costs the same whatever was folded before it; a refusal folds its one case again. A fold
 * may go on where another stood: of the past it then holds what was brought back, and no more.
 *
 * Owned by its caller and changed in place: it holds what a replay of 10⁶ entries must not copy.
 * Spec: spec/case.md §2, §5 and §6.
 *
 * @module
 */
import { assert } from "../fault.ts";
import {
  addMessage,
  type CaseMessage,
  type CaseRecord,
  caseState,
  judge,
  refoldCase,
  viewOf,
} from "./case-fold.ts";
import { toCaseMessage } from "./case-message.ts";
import { openingKinds, type Side } from "./case-table.ts";
import { DayCounts, dayOf } from "./day-counts.ts";
import type { FoldCut, FoldNeeds } from "./fold-cut.ts";
import type { FoldEntry, FoldMessage } from "./fold-entry.ts";
import { unfitReference } from "./reference-rules.ts";
import { type EntryStanding, Standings } from "./standings.ts";
import { Pauses, type Suspension } from "./suspensions.ts";

type OpenStanding = EntryStanding & { isOfCase: boolean };

const startOfLogs: FoldCut = { folded: [0, 0], seenMax: [0, 0], ofDay: [], pauses: [[], []] };

/** Until the case is folded, which judges each of its messages. */
const notJudged = { stands: false, code: "" } as const;

export class ClassFold {
  readonly #standings: readonly [Standings, Standings];
  readonly #waiting: [FoldEntry[], FoldEntry[]] = [[], []];
  readonly #waitingFrom: [number, number] = [0, 0];
  readonly #cases = new Map<string, CaseRecord>();
  readonly #byJti = new Map<string, { readonly side: Side; readonly ordinal: number }>();
  readonly #days: DayCounts;
  readonly #pauses: readonly [Pauses, Pauses];
  /** It goes on from a cut: of the past it holds what was brought back. */
  readonly isResumed: boolean;

  /**
   * @param cut - Where an earlier fold of the same logs stood. What {@link needs} names must then be
   *   brought back before an entry is fed: the fold cannot tell what is not here from what never was.
   */
  constructor(cut: FoldCut = startOfLogs) {
    // A cut from before there were suspensions has none.
    const { folded, seenMax, ofDay, pauses = startOfLogs.pauses } = cut;
    this.#standings = [new Standings(folded[0], seenMax[0]), new Standings(folded[1], seenMax[1])];
    this.#days = new DayCounts(ofDay);
    this.#pauses = [new Pauses(pauses[0]), new Pauses(pauses[1])];
    this.isResumed = folded[0] + folded[1] > 0;
  }

  /**
   * Feeds one entry, then folds whatever can be.
   *
   * @returns Ids of the cases that changed, each once.
   */
  feed(entry: FoldEntry): ReadonlySet<string> {
    const queue = this.#waiting[entry.side];
    const next = this.#standings[entry.side].count + queue.length - this.#waitingFrom[entry.side];
    assert(entry.ordinal === next, `ordinal ${entry.ordinal} fed, ${next} is next`);
    queue.push(entry);
    const changed = new Set<string>();
    while (this.#foldHead(0, changed) || this.#foldHead(1, changed));
    return changed;
  }

  /** Entries of `side` that are folded: its part of the cut. */
  foldedCount(side: Side): number {
    return this.#standings[side].count;
  }

  /** Entries of `side` that its peer has seen past, unrefused: nothing can change them any more. */
  settledCount(side: Side): number {
    return Math.min(this.seenMax(side === 0 ? 1 : 0), this.#standings[side].count);
  }

  /** The most that `side` has said it had seen of the other log. */
  seenMax(side: Side): number {
    return this.#standings[side].seenMax;
  }

  /** Of a fold that goes on: `undefined` also while it was not brought back. */
  standing(side: Side, ordinal: number): EntryStanding | undefined {
    return this.#standings[side].at(ordinal);
  }

  /** By the id of a message, whoever wrote it. */
  find(jti: string): EntryStanding | undefined {
    const place = this.#byJti.get(jti);
    return place === undefined ? undefined : this.#standings[place.side].at(place.ordinal);
  }

  case(id: string): CaseRecord | undefined {
    return this.#cases.get(id);
  }

  /** Every case in the order in which it was opened, of a fold that began with the first entry. */
  cases(): Iterable<CaseRecord> {
    assert(!this.isResumed, "a fold that goes on does not hold everything");
    return this.#cases.values();
  }

  /** Every folded entry of `side`, in log order, of a fold that began with the first entry. */
  standings(side: Side): readonly EntryStanding[] {
    return this.#standings[side].all();
  }

  /** Entries of `side` that were folded, or stand otherwise, since the last {@link noteChanges}. */
  changedStandings(side: Side): readonly EntryStanding[] {
    return this.#standings[side].changed();
  }

  noteChanges(): void {
    for (const standings of this.#standings) standings.note();
  }

  /** Entries of `side` that were fed and wait for entries of the other side. */
  waitingCount(side: Side): number {
    return this.#waiting[side].length - this.#waitingFrom[side];
  }

  /** Where the fold stands, for another that goes on from here; what waits is fed to it again. */
  cut(): FoldCut {
    const [zero, one] = this.#standings;
    const folded = [zero.count, one.count] as const;
    const ofDay = this.#days.list();
    const pauses = [this.#pauses[0].notices, this.#pauses[1].notices] as const;
    return { folded, seenMax: [zero.seenMax, one.seenMax], ofDay, pauses };
  }

  /** Entries in memory, those that wait not counted. */
  get residentCount(): number {
    return this.#standings[0].residentCount + this.#standings[1].residentCount;
  }

  /** What of the past must be brought back before a message of `side` is fed. */
  needs(side: Side, message: FoldMessage): FoldNeeds {
    if (!this.isResumed) return { jtis: [], caseId: null, from: null, openCases: false };
    const { jti, answers, refuses } = message;
    const unknown = (id: string | null) => id !== null && !this.#byJti.has(id);
    const caseId = message.case !== null && !this.#cases.has(message.case) ? message.case : null;
    const jtis = [jti, answers].filter((id) => id !== null && unknown(id)) as string[];
    const from = refuses === null ? null : this.#refusedFrom(side, refuses.ordinal, message.seen);
    return { jtis, caseId, from, openCases: this.#mayPause(side, message) };
  }

  /** Whether it suspends or resumes, or takes back what did. */
  #mayPause(side: Side, { kind, refuses }: FoldMessage): boolean {
    if (refuses === null) return kind === "suspension" || kind === "resumption";
    const { notices } = this.#pauses[side === 0 ? 1 : 0];
    return notices.some(({ ordinal }) => ordinal === refuses.ordinal);
  }

  /** Brings back an entry that was folded before. */
  restore(standing: EntryStanding): void {
    const { side, ordinal, message, isRepeat } = standing;
    if (!this.#standings[side].restore(standing)) return;
    if (message !== null && !isRepeat) this.#byJti.set(message.jti, { side, ordinal });
  }

  /**
   * Brings back a case that is not here, from the places of all its messages, which were brought
   * back before, as was whatever they answer.
   */
  restoreCase(id: string, places: readonly { readonly side: Side; readonly ordinal: number }[]) {
    const own = places
      .flatMap(({ side, ordinal }) => this.#standings[side].at(ordinal) ?? [])
      .filter(({ isOfCase }) => isOfCase)
      .toSorted((a, b) => a.ordinal - b.ordinal);
    const opening = own.find(({ message }) => message?.jti === id);
    if (opening === undefined || this.#cases.has(id)) return;
    const of = (side: Side): CaseMessage[] =>
      own.filter((one) => one.side === side).map((one) => this.#restoredMessage(one));
    this.#cases.set(id, refoldCase({ id, initiator: opening.side, messages: [of(0), of(1)] }));
  }

  #restoredMessage(standing: EntryStanding): CaseMessage {
    const { side, message, seenMax, isRepeat, refusedByPeer, refusedAs } = standing;
    assert(message !== null, "a message of a case");
    const unfit = isRepeat ? "entry.repeat" : this.#unfit(side, message, seenMax);
    const voidedAs = refusedByPeer ? refusedAs : null;
    return { ...this.#asCaseMessage(standing, message, unfit), voidedAs, verdict: notJudged };
  }

  /** A refusal without effect needs nothing; one that waits may come to have one. */
  #refusedFrom(side: Side, ordinal: number, seen: number): FoldNeeds["from"] {
    const other: Side = side === 0 ? 1 : 0;
    if (seen <= ordinal) return null;
    const waits = this.waitingCount(side) > 0 || seen > this.#standings[other].count;
    if (!waits && this.seenMax(side) > ordinal) return null;
    // The one before it says what had been seen until then.
    return { side: other, ordinal: Math.max(0, ordinal - 1) };
  }

  /** Suspensions of desks of `side`, in log order. */
  suspensions(side: Side): readonly Suspension[] {
    return this.#pauses[side].suspensions;
  }

  /**
   * What this fold would say of a message that `side` wrote now, having seen all that is folded. A
   * case that is not here is not judged.
   *
   * @param message - May name a message that is on its way and not folded yet; that is not judged.
   * @param at - POSIX seconds, in place of the receipt that it has not.
   * @returns Null if it would stand; else the code.
   */
  refusalOf(side: Side, message: FoldMessage, at: number): string | null {
    const seenMax = this.foldedCount(side === 0 ? 1 : 0);
    const answered = message.answers === null ? undefined : this.find(message.answers);
    const unfit = answered === undefined ? null : unfitReference(side, message, answered);
    if (unfit !== null || message.case === null || openingKinds.has(message.kind)) return unfit;
    const record = this.#cases.get(message.case);
    if (record === undefined) return null;
    const place = { side, ordinal: this.foldedCount(side), receivedAt: at, seenMax };
    const verdict = judge(record, toCaseMessage(place, message, { answered, unfit: null }));
    return verdict.stands ? null : verdict.code;
  }

  #foldHead(side: Side, changed: Set<string>): boolean {
    const queue = this.#waiting[side];
    const head = queue[this.#waitingFrom[side]];
    if (head === undefined) return false;
    const seenMax = this.#seenMaxWith(side, head.content);
    if (seenMax > this.#standings[side === 0 ? 1 : 0].count) return false;
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
    const where = { side, ordinal, receivedAt, seenMax, refusedByPeer: false, isOfCase: false };
    if ("refusedAs" in content) {
      const { refusedAs } = content;
      const standing = { ...where, message: null, caseId: null, nthOfDay: 0, refusedAs };
      this.#standings[side].push({ ...standing, isRepeat: false });
      return;
    }
    const repeats = this.#byJti.has(content.jti);
    const unfit = repeats ? "entry.repeat" : this.#unfit(side, content, seenMax);
    const nthOfDay = this.#days.add(side, dayOf(receivedAt), content.kind);
    const about = { message: content, caseId: content.case, nthOfDay, refusedAs: unfit };
    const standing: OpenStanding = { ...where, ...about, isRepeat: repeats };
    this.#standings[side].push(standing);
    if (!repeats) this.#byJti.set(content.jti, { side, ordinal });
    if (content.refuses !== null) this.#refuse(side, content, { seenBefore, changed });
    if (unfit === null && this.#pauses[side].add(ordinal, receivedAt, content)) {
      this.#noteOwing(side, changed);
    }
    if (content.case !== null) this.#addToCase(standing, unfit, changed);
  }

  /** A message may speak of what its author wrote before or had seen, in the same case. */
  #unfit(side: Side, message: FoldMessage, seenMax: number): string | null {
    if (message.answers === null) return null;
    const answered = this.find(message.answers);
    if (answered === undefined || answered.refusedByPeer) return "case.unknown-reference";
    if (answered.side !== side && answered.ordinal >= seenMax) return "case.unknown-reference";
    return unfitReference(side, message, answered);
  }

  #asCaseMessage(standing: EntryStanding, message: FoldMessage, unfit: string | null) {
    const answered = message.answers === null ? undefined : this.find(message.answers);
    return toCaseMessage(standing, message, { answered, unfit });
  }

  /** Clocks of every open case, which is here, may stand otherwise; there are few suspensions. */
  #noteOwing(side: Side, changed: Set<string>): void {
    for (const [id, record] of this.#cases) {
      const clocks = caseState(record)?.clocks ?? [];
      if (clocks.some((one) => one.owedBy === side && one.endedAt === null)) changed.add(id);
    }
  }

  /** A message of a case that its author did not know of is refused, and is no part of the case. */
  #addToCase(standing: OpenStanding, unfit: string | null, changed: Set<string>): void {
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
    standing.isOfCase = true;
    const verdict = addMessage(record, this.#asCaseMessage(standing, message, unfit));
    changed.add(caseId);
    if (!verdict.stands) this.#refuseStanding(standing, verdict.code);
  }

  #refuseStanding(standing: EntryStanding, refusedAs: string | null): void {
    this.#standings[standing.side].replace({ ...standing, refusedAs });
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
    const target = this.#standings[side === 0 ? 1 : 0].at(refuses.ordinal);
    assert(target !== undefined, "what was seen is folded");
    if (target.message?.kind === "refusal" || target.refusedByPeer) return;
    this.#void(target, refuses.code, context.changed);
  }

  #void(target: EntryStanding, code: string, changed: Set<string>): void {
    const { side, ordinal, message } = target;
    this.#standings[side].replace({
      ...target,
      refusedAs: code,
      refusedByPeer: true,
      nthOfDay: 0,
    });
    if (message !== null) this.#uncount(target, message);
    if (this.#pauses[side].remove(ordinal)) this.#noteOwing(side, changed);
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
    const day = dayOf(target.receivedAt);
    this.#days.remove(side, day, message.kind);
    const standings = this.#standings[side];
    for (let i = target.ordinal + 1; i < standings.count; i += 1) {
      const later = standings.at(i);
      assert(later !== undefined, "ordinals have no gap");
      if (dayOf(later.receivedAt) !== day) break;
      if (later.message?.kind !== message.kind || later.nthOfDay === 0) continue;
      standings.replace({ ...later, nthOfDay: later.nthOfDay - 1 });
    }
  }

  /** Takes back what a voided entry had said it saw; returns the cases whose messages saw less. */
  #lowerSeen(side: Side, from: number): string[] {
    const standings = this.#standings[side];
    const touched: string[] = [];
    let seenMax = standings.at(from - 1)?.seenMax ?? 0;
    for (let i = from; i < standings.count; i += 1) {
      const entry = standings.at(i);
      assert(entry !== undefined, "ordinals have no gap");
      const counts = entry.message !== null && !entry.refusedByPeer;
      if (counts) seenMax = Math.max(seenMax, entry.message.seen);
      if (entry.seenMax === seenMax && i > from) break;
      standings.replace({ ...entry, seenMax });
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
      const standing = this.#standings[message.side].at(message.ordinal);
      if (standing === undefined || standing.refusedByPeer) continue;
      const refusedAs = message.verdict.stands ? null : message.verdict.code;
      if (standing.refusedAs !== refusedAs) this.#refuseStanding(standing, refusedAs);
    }
  }

  /** A message of a case with what is now known of it. */
  #current(message: CaseMessage): CaseMessage {
    const standing = this.#standings[message.side].at(message.ordinal);
    assert(standing?.message != null, "a message of a case stands in its log");
    const { refusedByPeer, refusedAs, seenMax } = standing;
    const repeats = message.unfit === "entry.repeat";
    const unfit = repeats ? message.unfit : this.#unfit(message.side, standing.message, seenMax);
    return { ...message, seenMax, unfit, voidedAs: refusedByPeer ? refusedAs : null };
  }
}
