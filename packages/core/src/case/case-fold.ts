/**
 * One case as a fold: every accepted message of it with its post-state, and the case as the merge
 * of the two last.
 *
 * The view of a message is merge(post-state of its author's previous message in the case,
 * post-state of the peer's last message in the case below what its author had seen). So legality is
 * judged in the state that the author knew, and is the same on both nodes whatever arrives later
 * (spec/case.md §2).
 *
 * @module
 */
import {
  applyMove,
  type CaseMove,
  type CaseState,
  mergeStates,
  openCase,
  remarked,
} from "./case-state.ts";
import { caseKinds, openingKinds, type Side } from "./case-table.ts";

/** Why a message of a case does not count: the table, a reference, or the peer's refusal. */
export type MessageVerdict =
  | { readonly stands: true; readonly post: CaseState }
  | { readonly stands: false; readonly code: string };

/** A message as its case keeps it. JSON as it stands; every number an integer. */
export interface CaseMessage {
  readonly jti: string;
  readonly kind: string;
  /** The desk at the peer that it is for, or `node`. */
  readonly to: string;
  readonly side: Side;
  /** Place among its author's entries of this class, over all epochs, from 0. */
  readonly ordinal: number;
  readonly answers: string | null;
  readonly ask: string | null;
  readonly severity: number | null;
  /** Entries of the peer's log that its author had seen when the payload was frozen. */
  readonly seen: number;
  /** The most that any of its author's entries up to this one had seen: what causality goes by. */
  readonly seenMax: number;
  readonly iat: number;
  readonly move: CaseMove;
  /** What made it unfit before the table was asked: a reference to nothing. */
  readonly unfit: string | null;
  /** The code of the peer's refusal, which always wins; null while there is none. */
  readonly voidedAs: string | null;
  readonly verdict: MessageVerdict;
}

export type UnjudgedMessage = Omit<CaseMessage, "verdict">;

/**
 * `messages` by side, each in log order; they grow in place, because a long case must not be copied
 * for each message. A case whose opening does not stand has no state.
 */
export interface CaseRecord {
  readonly id: string;
  readonly initiator: Side;
  readonly messages: readonly [CaseMessage[], CaseMessage[]];
}

/** @returns The merge of the two last post-states; `null` if the opening itself does not stand. */
export function caseState(record: CaseRecord): CaseState | null {
  return viewOf(record, 0, Number.POSITIVE_INFINITY);
}

/** Judges a message that is the last of its side, and adds it to `record`. */
export function addMessage(record: CaseRecord, message: UnjudgedMessage): MessageVerdict {
  const verdict = judge(record, message);
  record.messages[message.side].push({ ...message, verdict });
  return verdict;
}

/** Judges every message again: one was voided, or what an author had seen was corrected. */
export function refoldCase(record: CaseRecord): CaseRecord {
  const folded: CaseRecord = { ...record, messages: [[], []] };
  for (const message of causalOrder(record)) addMessage(folded, message);
  return folded;
}

/**
 * Messages of both sides in one order in which whatever a message had seen comes before it: of
 * the heads that have seen nothing still to come, the smaller time (raised to the previous of its
 * log), then the smaller party name. Serves display; no phase, clock or count depends on it.
 */
export function causalOrder(record: CaseRecord): readonly CaseMessage[] {
  const [zero, one] = record.messages;
  const order: CaseMessage[] = [];
  let i = 0;
  let j = 0;
  const iatMax: [number, number] = [0, 0];
  while (i < zero.length || j < one.length) {
    const x = zero[i];
    const y = one[j];
    const takesX = x !== undefined && (y === undefined || goesFirst(x, y, iatMax));
    const next = takesX ? x : y;
    if (next === undefined) break;
    iatMax[next.side] = Math.max(iatMax[next.side], next.iat);
    order.push(next);
    if (takesX) i += 1;
    else j += 1;
  }
  return order;
}

/** `x` is of side 0, `y` of side 1. Log positions make a circle of "had seen" impossible. */
function goesFirst(x: CaseMessage, y: CaseMessage, iatMax: readonly [number, number]): boolean {
  if (x.seenMax > y.ordinal) return false;
  if (y.seenMax > x.ordinal) return true;
  return Math.max(x.iat, iatMax[0]) <= Math.max(y.iat, iatMax[1]);
}

/** Whether neither author had seen the other's message when writing. */
export function haveCrossed(x: CaseMessage, y: CaseMessage): boolean {
  return x.side !== y.side && x.seenMax <= y.ordinal && y.seenMax <= x.ordinal;
}

/** What a message of the case is, judged in the view that its author had. */
export function judge(record: CaseRecord, message: UnjudgedMessage): MessageVerdict {
  const unfit = message.voidedAs ?? message.unfit;
  if (unfit !== null) return { stands: false, code: unfit };
  if (openingKinds.has(message.kind)) {
    if (message.jti !== record.id) return { stands: false, code: "case.wrong-id" };
    return { stands: true, post: openCase(message.move) };
  }
  const view = viewOf(record, message.side, message.seenMax);
  if (view === null) return { stands: false, code: "case.unknown" };
  if (!caseKinds.has(message.kind)) return { stands: true, post: remarked(view, message.move) };
  const after = applyMove(view, message.move);
  if (!after.ok) return { stands: false, code: after.refusal.code };
  return { stands: true, post: after.value };
}

/**
 * The state of the case as the author of a next message of `side` knows it, having seen
 * `seenMax` entries of the other log; `null` if they know of no such case.
 */
export function viewOf(record: CaseRecord, side: Side, seenMax: number): CaseState | null {
  const own = lastPost(record.messages[side], Number.POSITIVE_INFINITY);
  return mergeOrNull(own, lastPost(record.messages[side === 0 ? 1 : 0], seenMax));
}

function lastPost(messages: readonly CaseMessage[], below: number): CaseState | null {
  const last = messages.findLast(({ ordinal, verdict }) => ordinal < below && verdict.stands);
  return last?.verdict.stands ? last.verdict.post : null;
}

function mergeOrNull(x: CaseState | null, y: CaseState | null): CaseState | null {
  if (x === null) return y;
  return y === null ? x : mergeStates(x, y);
}
