/**
 * What can be asked of the record: counts without content, receipts, checkpoints, export, proofs.
 *
 * @module
 */

import { toBase64 } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { caseState } from "@parley/core/case/case-fold";
import { Fault } from "@parley/core/fault";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { type TrafficClass, trafficClasses } from "@parley/core/log/origin";
import { treeSizeMax } from "@parley/core/log/tree";
import { partyName } from "@parley/core/party/party-name";
import { isAnswered } from "@parley/core/record/answered";
import { accept, type Result, refuse } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import type { Channel } from "./channel.ts";
import { exportChannel } from "./export.ts";
import { pickChannel } from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { isVisible, visibleTo } from "./people/roles.ts";
import { proveEntry, shownParts } from "./prove.ts";
import type { OpenedRow, Visibility } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** What the operations work on. */
export interface RecordService {
  readonly node: PartyNode;
}

/** A peer's name or a channel's id; absent where there is only one channel. */
const channel = z.string().min(3).max(63).optional();
const trafficClass = z.enum(trafficClasses);
const epoch = z.int().min(1).default(1);
const index = z
  .int()
  .min(0)
  .max(treeSizeMax - 1);
const logInput = z.strictObject({
  channel,
  /** Absent: our own log. */
  author: partyName.optional(),
  class: trafficClass.default("live"),
  epoch,
  fromSize: z.int().min(0).max(treeSizeMax).default(0),
});

const proveInput = z.strictObject({
  channel,
  entry: z.union([
    z.strictObject({ jti: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
    z.strictObject({ author: partyName.optional(), class: trafficClass, epoch, index }),
  ]),
  show: z.array(z.enum(shownParts)).default([]),
  /** POSIX seconds. */
  silentUntil: z.int().min(0).nullable().default(null),
});

const exportInput = z.strictObject({
  channel,
  directory: z.string().min(1).max(4_096),
  opened: z.boolean().default(false),
});

export const recordOperations: Operations<RecordService> = {
  "record.counts": defineOperation(z.strictObject({ channel }), countRecord),
  "record.receipts": defineOperation(logInput, listReceipts),
  "record.checkpoints": defineOperation(logInput, listCheckpoints),
  "record.export": defineOperation(exportInput, exportRecord),
  "record.prove": defineOperation(proveInput, proveRecord),
};

/** Sizes and times of every log, and the counts of kinds and cases at the cut. */
async function countRecord(
  { node }: RecordService,
  input: { readonly channel?: string | undefined },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const picked = pickChannel(node, input.channel, visible);
  if (!picked.ok) return picked;
  const logs: JsonValue[] = [];
  for (const log of await node.listLogs(picked.value)) {
    if (isClassVisible(visible, log.class)) logs.push(await countLog(node, log));
  }
  const classes: JsonValue[] = [];
  for (const name of picked.value.agreement.classes) {
    if (isClassVisible(visible, name)) classes.push(await countClass(node, picked.value, name));
  }
  return accept({ channel: picked.value.id, peer: picked.value.peer, logs, classes });
}

async function countLog({ storage }: PartyNode, log: LogRow): Promise<JsonValue> {
  const { first, last } = await storage.read(async (tx) => ({
    first: await tx.receipts.readReceiptOf(log.id, 0),
    last: await tx.receipts.readLastReceipt(log.id),
  }));
  const { author, epoch: ofEpoch, origin, size, openedSize } = log;
  return {
    ...{ author, class: log.class, epoch: ofEpoch, origin, size, opened: openedSize },
    receipted: last?.size ?? 0,
    firstReceiptAt: first?.time ?? null,
    lastReceiptAt: last?.time ?? null,
  };
}

async function countClass(
  node: PartyNode,
  of: Channel,
  name: (typeof trafficClasses)[number],
): Promise<JsonValue> {
  return node.exclusive(of, name, async () => {
    const fold = await node.folds.replay(of, name);
    const parties = ([of.mySide, of.peerSide] as const).map((side) => {
      const standings = fold.standings(side);
      const kinds = countBy(standings, (one) =>
        one.refusedAs === null ? one.message?.kind : null,
      );
      const refused = countBy(standings, ({ refusedAs }) => refusedAs);
      const party = side === of.mySide ? of.me : of.peer;
      return { party, folded: fold.foldedCount(side), kinds, refused };
    });
    const cases = [...fold.cases()].filter((record) => caseState(record) !== null);
    const phases = countBy(cases, (record) => caseState(record)?.phase);
    const answered = cases.filter(isAnswered).length;
    return { class: name, parties, phases, answered, unanswered: cases.length - answered };
  });
}

function countBy<T>(
  all: Iterable<T>,
  nameOf: (one: T) => string | null | undefined,
): { readonly [name: string]: number } {
  const counts = new Map<string, number>();
  for (const one of all) {
    const name = nameOf(one);
    if (name != null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort());
}

interface LogName {
  readonly channel?: string | undefined;
  readonly author?: string | undefined;
  readonly class: (typeof trafficClasses)[number];
  readonly epoch: number;
}

async function findLog(
  node: PartyNode,
  name: LogName,
  visible: Visibility,
): Promise<
  Result<
    { readonly of: Channel; readonly log: LogRow },
    "channel.unknown" | "channel.ambiguous" | "record.unknown-log"
  >
> {
  const picked = pickChannel(node, name.channel, visible);
  if (!picked.ok) return picked;
  const of = picked.value;
  const author = name.author ?? of.me;
  const log = (await node.listLogs(of)).find(
    (one) => one.author === author && one.class === name.class && one.epoch === name.epoch,
  );
  if (log === undefined || !isClassVisible(visible, log.class)) {
    return refuse("record.unknown-log", "no such author, class and epoch");
  }
  return accept({ of, log });
}

/** At most 256, by size. */
async function listReceipts(
  { node }: RecordService,
  input: z.output<typeof logInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const found = await findLog(node, input, visibleTo(actorOf(context)));
  if (!found.ok) return found;
  const { log } = found.value;
  const { fromSize } = input;
  const receipts = await node.storage.read((tx) => tx.receipts.listReceipts(log.id, fromSize));
  const rows = receipts.map(({ size, time, lines }) => ({ size, time, lines }));
  return accept({ origin: log.origin, receipts: rows });
}

/** At most 256, by size. `time`: when the log stated it, by its own word. */
async function listCheckpoints(
  { node }: RecordService,
  input: z.output<typeof logInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const found = await findLog(node, input, visibleTo(actorOf(context)));
  if (!found.ok) return found;
  const { of, log } = found.value;
  const { origin } = log;
  const { fromSize } = input;
  const rows = await node.storage.read((tx) => tx.logs.listCheckpoints(log.id, fromSize));
  const checkpoints = await Promise.all(
    rows.map(async ({ size, root, note }) => {
      const logKeys = of.logKeys(origin, size);
      const signed = await verifyCheckpoint(node.primitives, note, { origin, logKeys });
      if (!signed.ok) throw new Fault("storage.damaged", origin, { retryable: false });
      return { size, root: toBase64(root), time: signed.value.time, note };
    }),
  );
  return accept({ origin, checkpoints });
}

async function exportRecord(
  { node }: RecordService,
  input: z.output<typeof exportInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const picked = pickChannel(node, input.channel, visible);
  if (!picked.ok) return picked;
  // An export is the whole channel, or it would prove nothing.
  const seesAll = visible.classes === "all" && visible.desks === "all";
  if (!seesAll) return refuseLocally("people.not-allowed", { roles: "auditor" });
  const { directory, opened: isOpened } = input;
  const order = { channel: picked.value, directory, isOpened };
  const exported = await exportChannel(node, order, context);
  if (!exported.ok) return exported;
  const { logs, attachments } = exported.value;
  const entries = logs.reduce((sum, { size }) => sum + size, 0);
  const receipts = logs.reduce((sum, { receiptCount }) => sum + receiptCount, 0);
  const counts = { logs: logs.length, entries, receipts, attachments: attachments.length };
  return accept({ directory, opened: isOpened, channel: picked.value.id, ...counts });
}

function isClassVisible({ classes }: Visibility, of: TrafficClass): boolean {
  return classes === "all" || classes.includes(of);
}

/** What was opened of an entry; undefined where there is none, which the proof refuses. */
async function readPlace(
  { storage }: PartyNode,
  { id: channel }: Channel,
  place:
    | { readonly jti: string }
    | { readonly author: string; readonly class: TrafficClass; epoch: number; index: number },
): Promise<OpenedRow | undefined> {
  return storage.read(async (tx) => {
    if ("jti" in place) return tx.opened.readOpenedByJti({ channel, jti: place.jti });
    const { author, class: of, epoch: wanted, index: at } = place;
    const logs = await tx.logs.listLogs({ channel, class: of, author });
    const log = logs.find((one) => one.epoch === wanted);
    return log && tx.opened.readOpened(log.id, at);
  });
}

async function proveRecord(
  { node }: RecordService,
  { channel: name, entry, show, silentUntil }: z.output<typeof proveInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const picked = pickChannel(node, name, visible);
  if (!picked.ok) return picked;
  const place = "jti" in entry ? entry : { ...entry, author: entry.author ?? picked.value.me };
  const row = await readPlace(node, picked.value, place);
  if (row !== undefined && !isVisible(visible, row)) {
    return refuse("record.unknown-entry", "no such entry");
  }
  const made = await proveEntry(node, picked.value, { entry: place, show, silentUntil });
  return made.ok ? accept({ ...made.value }) : made;
}
