/**
 * What an opened export says: both logs of each class opened, judged and folded at the cut.
 *
 * The cut is where the receipts of the export end; what lies beyond is in flight and counted as
 * that. Two exports of one cut give one `state`, whichever party made them.
 * Spec: spec/record.md §5; spec/case.md.
 *
 * @module
 */
import { clockPeriods, desksBelow } from "../agreement/agreement-rules.ts";
import type { AgreementPayload } from "../agreement/agreement-schema.ts";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { type CaseRecord, caseState } from "../case/case-fold.ts";
import type { CasePhase, Side } from "../case/case-table.ts";
import { viewClass } from "../case/case-view.ts";
import { ClassFold } from "../case/class-fold.ts";
import { type FoldSurroundings, toFoldMessage } from "../case/fold-message.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { type TrafficClass, trafficClasses } from "../log/origin.ts";
import { digestOf } from "../message/disclosure.ts";
import { isAnswered } from "./answered.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import { closedSizes, type ReadLog } from "./closed-epochs.ts";
import { type ExportFiles, proven, type RecordResult, refuseAt } from "./export-files.ts";
import type { ExportIndex } from "./export-index.ts";
import { type OpenContext, openLog } from "./open-log.ts";
import type { AttachmentCounts } from "./shown-attachments.ts";
import { receiptTimeIn, type VerifiedLog } from "./verify-log.ts";

/** A count by party: of side 0 and of side 1. */
export type BySide = readonly [number, number];

export type KindCount = { readonly side: Side; readonly kind: string; readonly count: number };
export type RefusedCount = {
  readonly side: Side;
  readonly code: string;
  readonly count: number;
  /** By the receiver itself, in its own log; else by the rules, from the record alone. */
  readonly byPeer: boolean;
};

/** JSON. Of everything but `inFlight` and `unopened`, entries within the cut. */
export type ClassReport = {
  readonly class: TrafficClass;
  readonly cut: BySide;
  readonly inFlight: BySide;
  /** Entries whose key is not shown: their receiver could not open them either. */
  readonly unopened: BySide;
  /** Of the messages that stand. */
  readonly kinds: readonly KindCount[];
  readonly refused: readonly RefusedCount[];
  readonly cases: { readonly [phase in CasePhase]?: number };
  /** Cases in which the other party has answered, declined, or said what is lacking; and the rest. */
  readonly answered: number;
  readonly unanswered: number;
  /** Digest of all that two nodes must agree on at this cut, clocks without a present. */
  readonly state: string;
};

export type OpenedReport = {
  readonly classes: readonly ClassReport[];
  readonly attachments: AttachmentCounts;
};

interface OpenedLog extends ReadLog {
  /** Where its epoch was closed; its own size while it is open. */
  readonly closedSize: number;
}

type OpenedSide = readonly OpenedLog[];

export async function openExport(
  p: Primitives,
  files: ExportFiles,
  record: {
    readonly index: ExportIndex;
    readonly keys: ChannelKeys;
    readonly logs: readonly VerifiedLog[];
  },
): Promise<RecordResult<OpenedReport>> {
  const attachments = { opened: 0, unopened: 0, absent: 0 };
  const onAttachments = (counts: AttachmentCounts) => {
    attachments.opened += counts.opened;
    attachments.unopened += counts.unopened;
    attachments.absent += counts.absent;
  };
  const held = new Set(record.index.attachments.map(({ digest }) => digest));
  const classes: ClassReport[] = [];
  for (const trafficClass of trafficClasses) {
    const logs = logsOf(record, trafficClass);
    if (logs.every(({ length }) => length === 0)) continue;
    const context = { p, files, keys: record.keys, held, onAttachments };
    const zero = await openSide(context, logs[0], logs[1]);
    if (!zero.ok) return zero;
    const one = await openSide(context, logs[1], logs[0]);
    if (!one.ok) return one;
    const closed = await closedSizes(p, record.keys, [zero.value, one.value]);
    const withClosing = (side: Side, opened: readonly ReadLog[]) =>
      opened.map((each, at) => ({ ...each, closedSize: closed[side][at] ?? 0 }));
    const sides = [withClosing(0, zero.value), withClosing(1, one.value)] as const;
    const report = reportClass(p, record.keys, { class: trafficClass, sides });
    if (!report.ok) return report;
    classes.push(report.value);
  }
  return proven({ classes, attachments });
}

/** By side, each by epoch. */
function logsOf(
  { logs, keys }: { readonly logs: readonly VerifiedLog[]; readonly keys: ChannelKeys },
  trafficClass: TrafficClass,
): readonly [readonly VerifiedLog[], readonly VerifiedLog[]] {
  const of = (author: string) =>
    logs
      .filter(({ place }) => place.class === trafficClass && place.author === author)
      .sort((a, b) => a.place.epoch - b.place.epoch);
  return [of(keys.names[0]), of(keys.names[1])];
}

async function openSide(
  context: Omit<OpenContext, "peerLogs" | "jtis">,
  own: readonly VerifiedLog[],
  peerLogs: readonly VerifiedLog[],
): Promise<RecordResult<readonly ReadLog[]>> {
  const jtis = new Set<string>();
  const opened: ReadLog[] = [];
  for (const log of own) {
    const entries = await openLog({ ...context, peerLogs, jtis }, log);
    if (!entries.ok) return entries;
    opened.push({ log, entries: entries.value });
  }
  return proven(opened);
}

interface OpenedClass {
  readonly class: TrafficClass;
  readonly sides: readonly [OpenedSide, OpenedSide];
}

function reportClass(
  p: Primitives,
  keys: ChannelKeys,
  opened: OpenedClass,
): RecordResult<ClassReport> {
  const fold = foldClass(keys, opened);
  const missing = missingKey(opened, fold);
  if (missing !== undefined) {
    const detail = "its receiver has read past it and not refused it";
    return refuseAt(missing, "record.missing-key", detail);
  }
  const { sides } = opened;
  const cut = [fold.foldedCount(0), fold.foldedCount(1)] as const;
  const total = (side: OpenedSide) => side.reduce((sum, { entries }) => sum + entries.length, 0);
  const unopened = (side: OpenedSide) =>
    side.reduce((sum, { entries }) => sum + entries.filter((one) => !one.isShown).length, 0);
  const records = [...fold.cases()].filter((record) => caseState(record) !== null);
  const answered = records.filter(isAnswered).length;
  return proven({
    class: opened.class,
    cut,
    inFlight: [total(sides[0]) - cut[0], total(sides[1]) - cut[1]],
    unopened: [unopened(sides[0]), unopened(sides[1])],
    ...countStandings(fold),
    cases: countPhases(records),
    answered,
    unanswered: records.length - answered,
    state: digestOf(p, canonicalJson(viewClass(fold, 0) as unknown as JsonValue)),
  });
}

function foldClass(keys: ChannelKeys, { sides }: OpenedClass): ClassFold {
  const fold = new ClassFold();
  for (const side of [0, 1] as const) {
    const around = surroundings(keys, sides[side === 0 ? 1 : 0]);
    for (const opened of sides[side]) {
      const base = baseOf(sides[side], opened.log.place.epoch);
      feedLog(fold, opened, { side, base, around });
    }
  }
  return fold;
}

/** Up to the cut: where its epoch was closed, or its receipts end. */
function feedLog(
  fold: ClassFold,
  { log, entries, closedSize }: OpenedLog,
  place: { readonly side: Side; readonly base: number; readonly around: FoldSurroundings },
): void {
  for (const [index, entry] of entries.slice(0, closedSize).entries()) {
    const receivedAt = receiptTimeIn(log.receipts, index);
    if (receivedAt === undefined) return;
    const content =
      entry.message === null ? { refusedAs: entry.refusedAs } : toFoldMessage(entry, place.around);
    fold.feed({ side: place.side, ordinal: place.base + index, receivedAt, content });
  }
}

function surroundings(keys: ChannelKeys, theirs: OpenedSide): FoldSurroundings {
  return {
    peerOrdinal: (epoch, size) => baseOf(theirs, epoch) + size,
    peerEpoch: (origin) => theirs.find(({ log }) => log.index.origin === origin)?.log.place.epoch,
    periods: (version, kind, severity) => clockPeriods(versionOf(keys, version), kind, severity),
    deskBelow: (version, desk) => desksBelow(versionOf(keys, version), desk),
  };
}

function versionOf({ agreements }: ChannelKeys, version: number): AgreementPayload {
  const named = agreements.versions[version - 1];
  assert(named !== undefined, "the version was judged before");
  return named.payload;
}

/** Where the entries of an epoch begin among all of the class. */
function baseOf(side: OpenedSide, epoch: number): number {
  const earlier = side.filter(({ log }) => log.place.epoch < epoch);
  return earlier.reduce((sum, { closedSize }) => sum + closedSize, 0);
}

/**
 * A receiver that says it has seen an entry has opened it, or refused it before: so nobody may leave
 * out the key of one that was neither.
 */
function missingKey({ sides }: OpenedClass, fold: ClassFold): string | undefined {
  for (const side of [0, 1] as const) {
    const seen = fold.seenMax(side === 0 ? 1 : 0);
    for (const { log, entries } of sides[side]) {
      const base = baseOf(sides[side], log.place.epoch);
      const at = entries.findIndex((entry, index) => {
        const isPast = !entry.isShown && base + index < seen;
        return isPast && fold.standing(side, base + index)?.refusedByPeer !== true;
      });
      if (at !== -1) return `${log.folder}${at}`;
    }
  }
  return undefined;
}

function countStandings(fold: ClassFold): Pick<ClassReport, "kinds" | "refused"> {
  const kinds = new Map<string, KindCount>();
  const refused = new Map<string, RefusedCount>();
  for (const side of [0, 1] as const) {
    for (const { message, refusedAs, refusedByPeer: byPeer } of fold.standings(side)) {
      if (refusedAs !== null) {
        const key = `${side} ${refusedAs} ${byPeer}`;
        const count = (refused.get(key)?.count ?? 0) + 1;
        refused.set(key, { side, code: refusedAs, count, byPeer });
      } else if (message !== null) {
        const key = `${side} ${message.kind}`;
        const count = (kinds.get(key)?.count ?? 0) + 1;
        kinds.set(key, { side, kind: message.kind, count });
      }
    }
  }
  return { kinds: [...kinds.values()], refused: [...refused.values()] };
}

function countPhases(records: readonly CaseRecord[]): ClassReport["cases"] {
  const phases: { [phase in CasePhase]?: number } = {};
  for (const record of records) {
    const phase = caseState(record)?.phase;
    if (phase !== undefined) phases[phase] = (phases[phase] ?? 0) + 1;
  }
  return phases;
}
