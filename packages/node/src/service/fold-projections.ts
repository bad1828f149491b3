/**
 * What a fold says, as rows that lists are read from: cases, messages, and the cut at which it stands.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { type CaseRecord, caseState } from "@parley/core/case/case-fold";
import type { Side } from "@parley/core/case/case-table";
import { nearestClock, viewHead } from "@parley/core/case/case-view";
import type { EntryStanding } from "@parley/core/case/standings";
import { assert, Fault } from "@parley/core/fault";
import { nodeName } from "@parley/core/party/party-name";
import { type ClassState, ordinalBase } from "./class-state.ts";
import type { StorageTransaction } from "./storage.ts";
import type { CaseRow, MessageRow } from "./storage-content.ts";
import { entriesPerBatchMax } from "./storage-log.ts";

/**
 * Writes what changed since the projections were last kept: these cases, and the entries that were
 * folded, settled or judged anew; whatever was fed may have let others go on. Call
 * {@link noteProjected} once the transaction stands.
 *
 * @throws Fault `log.moved` if another process has projected meanwhile: its fold is the one that
 *   goes on.
 */
export async function projectChanges(
  tx: StorageTransaction,
  state: ClassState,
  changed: ReadonlySet<string>,
): Promise<void> {
  const scope = { channel: state.channel.id, class: state.class };
  const isMoved = await tx.projections.movePosition(
    scope,
    state.projected.position,
    positionOf(state),
  );
  if (!isMoved) {
    const what = `the class ${state.class}: folded by another process`;
    throw new Fault("log.moved", what, { retryable: true });
  }
  await projectCases(tx, state, changed);
  for (const side of [0, 1] as const) {
    await projectStandings(tx, state, state.fold.changedStandings(side));
    await projectSettled(tx, state, side);
  }
}

/** What was written is durable: the next change begins here. */
export function noteProjected(state: ClassState): void {
  const { fold } = state;
  fold.noteChanges();
  const settled = [fold.settledCount(0), fold.settledCount(1)] as const;
  state.projected = { position: positionOf(state), settled };
}

function positionOf({ fold }: ClassState): string {
  return canonicalJson(fold.cut() as unknown as JsonValue);
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

/** A refusal may take back what was said to be seen, and with it what was settled. */
async function projectSettled(
  tx: StorageTransaction,
  state: ClassState,
  side: Side,
): Promise<void> {
  const before = state.projected.settled[side];
  const settled = state.fold.settledCount(side);
  const [from, to] = [Math.min(before, settled), Math.max(before, settled)];
  if (from === to) return;
  for (const log of state.logs[side]) {
    const base = ordinalBase(state.logs[side], log.epoch);
    const range = { from: Math.max(0, from - base), to: to - base };
    if (range.to <= range.from) continue;
    await tx.projections.settleMessages(log.id, range, settled > before);
  }
}

async function projectCases(
  tx: StorageTransaction,
  state: ClassState,
  ids: ReadonlySet<string>,
): Promise<void> {
  const scope = { channel: state.channel.id, class: state.class };
  const rows: CaseRow[] = [];
  for (const id of ids) {
    const row = caseRow(state, id);
    if (row === null) await tx.projections.deleteCase(scope, id);
    else rows.push(row);
  }
  await tx.projections.writeCases(rows);
}

/** @returns Null for a case that no longer stands. */
function caseRow(state: ClassState, id: string): CaseRow | null {
  const record = state.fold.case(id);
  assert(record !== undefined, "a case that changed");
  const folded = caseState(record);
  const head = viewHead(state.fold, record, 0);
  if (folded === null || head === null) return null;
  const due = nearestClock(head);
  const mine = state.channel.mySide;
  const lasts = record.messages.flatMap((messages) => messages.at(-1) ?? []);
  return {
    ...{ channel: state.channel.id, class: state.class, id },
    desks: [...desksOf(state, record)].sort(),
    phase: folded.phase,
    isOpen: folded.phase !== "closed",
    severity: head.severity,
    dueAt: due?.clock.dueAt ?? null,
    owedBy: due === null ? null : due.clock.owedBy === mine ? state.channel.me : state.channel.peer,
    lastAt: Math.max(...lasts.map(({ move }) => move.at)),
    state: canonicalJson({ ...head } as unknown as JsonValue),
  };
}

/** A case only grows: what was counted once is not looked at again, however long it is. */
function desksOf(state: ClassState, { id, messages }: CaseRecord): ReadonlySet<string> {
  const known = state.caseDesks.get(id) ?? { desks: new Set<string>(), counted: [0, 0] };
  state.caseDesks.set(id, known);
  for (const side of [0, 1] as const) {
    const added = messages[side].slice(known.counted[side]);
    for (const { ordinal } of added) known.desks.add(state.desks[side].get(ordinal) ?? nodeName);
    known.counted[side] = messages[side].length;
  }
  return known.desks;
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
    desk: state.desks[side].get(ordinal) ?? nodeName,
    jti: message?.jti ?? null,
    kind: message?.kind ?? null,
    case: caseId,
    iat: message?.iat ?? null,
    receivedAt,
    refusedAs,
    isSettled: ordinal < state.fold.settledCount(side),
    foldedAs: formatFoldedAs(standing),
  };
}

/** What no other column says of how an entry stands. */
type FoldedAs = Pick<
  EntryStanding,
  "seenMax" | "nthOfDay" | "refusedByPeer" | "isRepeat" | "isOfCase"
>;

function formatFoldedAs({ seenMax, nthOfDay, ...flags }: FoldedAs): string {
  const { refusedByPeer, isRepeat, isOfCase } = flags;
  const marks = `${refusedByPeer ? "p" : ""}${isRepeat ? "r" : ""}${isOfCase ? "c" : ""}`;
  return `${seenMax} ${nthOfDay} ${marks}`;
}

/** @param text - That this program wrote. */
export function parseFoldedAs(text: string): FoldedAs {
  const [seenMax = "", nthOfDay = "", marks = ""] = text.split(" ");
  return {
    ...{ seenMax: Number(seenMax), nthOfDay: Number(nthOfDay) },
    ...{ refusedByPeer: marks.includes("p"), isRepeat: marks.includes("r") },
    isOfCase: marks.includes("c"),
  };
}
