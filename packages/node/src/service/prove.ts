/**
 * Makes the proof of one entry for an outsider: sent, received, as much of it as is to be shown, and
 * if asked for, that nothing answered it by a time. Spec: spec/record.md §6 and §7.
 *
 * @module
 */
import { openEntry } from "@parley/core/entry/entry";
import { Fault } from "@parley/core/fault";
import { kindNameOf } from "@parley/core/kind/kinds";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import type { TrafficClass } from "@parley/core/log/origin";
import { proveInclusion } from "@parley/core/log/proofs";
import { nodesOf } from "@parley/core/log/tree";
import { type BlockName, blockNames } from "@parley/core/message/body";
import { type ControlName, controlNames } from "@parley/core/message/control";
import { showParts } from "@parley/core/message/present";
import { parseStatement } from "@parley/core/message/statement";
import { answeringKinds } from "@parley/core/record/answered";
import { ownNoteOf } from "@parley/core/record/checkpoint-list";
import {
  formatProof,
  type ProofBundle,
  proofBytesMax,
  type SilencePart,
  silenceEntriesMax,
} from "@parley/core/record/proof-bundle";
import { formatTlogProof } from "@parley/core/record/tlog-proof";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import { contentKeyOf } from "./entry-key.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { PartyNode } from "./party-node.ts";
import type { StorageReader } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import {
  type CheckpointRow,
  entriesPerBatchMax,
  type LogEntry,
  type LogRow,
} from "./storage-log.ts";

/** A part that can be shown alone. `ask` is the code, `block.ask` the words: two things. */
export type ShownPart = ControlName | `block.${BlockName}`;
export const shownParts: readonly ShownPart[] = [
  ...controlNames,
  ...blockNames.map((name) => `block.${name}` as const),
];

export interface ProofOrder {
  readonly entry:
    | { readonly jti: string }
    | {
        readonly author: string;
        readonly class: TrafficClass;
        readonly epoch: number;
        readonly index: number;
      };
  readonly show: readonly ShownPart[];
  /** POSIX seconds: nothing answered by then; null if that is not to be proven. */
  readonly silentUntil: number | null;
}

export type ProofRefusal =
  | "message.bad-payload"
  | "message.not-shown"
  | "record.answered"
  | "record.no-head"
  | "record.not-received"
  | "record.too-large"
  | "record.unknown-entry";

export interface MadeProof {
  readonly text: string;
  readonly origin: string;
  readonly index: number;
  readonly receivedAt: number;
}

export async function proveEntry(
  node: PartyNode,
  channel: Channel,
  order: ProofOrder,
): Promise<Result<MadeProof, ProofRefusal>> {
  const found = await findEntry(node, channel, order.entry);
  if (found === undefined) return refuse("record.unknown-entry", "no such entry in either log");
  const received = await proveReceived(node, found);
  if (received === undefined) return refuse("record.not-received", "no receipt covers it yet");
  const isAnythingShown = order.show.length > 0 || order.silentUntil !== null;
  const statement = isAnythingShown ? await showEntry(node, found, order.show) : accept(null);
  if (!statement.ok) return statement;
  const silence =
    order.silentUntil === null
      ? accept(null)
      : await proveSilence(node, channel, found, order.silentUntil);
  if (!silence.ok) return silence;
  const texts = await node.storage.read((tx) => readTexts(tx, channel));
  const parts = { entry: received.proof, statement: statement.value, silence: silence.value };
  const { log, index } = found;
  const text = formatProof({ ...texts, ...parts });
  if (text.length > proofBytesMax) {
    return refuse("record.too-large", `more than ${proofBytesMax} octets`);
  }
  return accept({
    text,
    origin: log.origin,
    index,
    receivedAt: received.receivedAt,
  });
}

interface FoundEntry {
  readonly log: LogRow;
  readonly index: number;
  readonly entry: LogEntry;
  readonly row: OpenedRow | undefined;
}

function findEntry(
  { storage }: PartyNode,
  channel: Channel,
  wanted: ProofOrder["entry"],
): Promise<FoundEntry | undefined> {
  return storage.read(async (tx) => {
    const place = await placeOf(tx, channel, wanted);
    if (place === undefined) return undefined;
    const { log, index } = place;
    const [entry] = await tx.logs.readEntries(log.id, index, 1);
    const row = await tx.opened.readOpened(log.id, index);
    return entry === undefined ? undefined : { log, index, entry, row };
  });
}

async function placeOf(
  tx: StorageReader,
  channel: Channel,
  wanted: ProofOrder["entry"],
): Promise<{ readonly log: LogRow; readonly index: number } | undefined> {
  if ("jti" in wanted) {
    const row = await tx.opened.readOpenedByJti({ channel: channel.id, jti: wanted.jti });
    const log = row && (await tx.logs.readLog(row.logId));
    return log && { log, index: row.index };
  }
  const { author, index } = wanted;
  const filter = { channel: channel.id, class: wanted.class, author };
  const log = (await tx.logs.listLogs(filter)).find(({ epoch }) => epoch === wanted.epoch);
  return log && { log, index };
}

/** With the first receipt that covers it, which is the earliest time that can be proven. */
async function proveReceived(
  { primitives: p, storage }: PartyNode,
  { log, index, entry }: FoundEntry,
): Promise<{ readonly proof: string; readonly receivedAt: number } | undefined> {
  return storage.read(async (tx) => {
    const receipt = await tx.receipts.readReceiptOf(log.id, index);
    if (receipt === undefined) return undefined;
    const checkpoint = await tx.logs.readCheckpoint(log.id, receipt.size);
    const note = checkpoint && ownNoteOf(checkpoint.note);
    if (note?.ok !== true) throw damaged(log, "the checkpoint of a receipt");
    const read = (ids: Parameters<typeof tx.logs.readNodes>[1]) => tx.logs.readNodes(log.id, ids);
    const hashes = await proveInclusion(p, read, index, receipt.size);
    const signed = `${note.value}${receipt.lines}`;
    const proof = formatTlogProof({ extra: entry.bytes, index, hashes, checkpoint: signed });
    return { proof, receivedAt: receipt.time };
  });
}

/** The statement with these parts of it, from what the entry holds and what we kept of our own. */
async function showEntry(
  node: PartyNode,
  { log, index, entry, row }: FoundEntry,
  show: readonly ShownPart[],
): Promise<Result<string, "message.not-shown" | "message.bad-payload">> {
  const { primitives: p, keys, storage } = node;
  const contentKey = await contentKeyOf({ p, keys }, log, entry, row);
  const opened = contentKey && (await openEntry(p, entry.bytes, { contentKey }));
  const statement = opened?.ok ? parseStatement(opened.value.statementLine) : undefined;
  if (!opened?.ok || !statement?.ok) return refuse("message.not-shown", "the entry does not open");
  const secret = await storage.read((tx) => tx.secrets.readSecret(log.id, index));
  const atHand = [...opened.value.lines, ...withheldOf(secret?.text)];
  return showParts(p, statement.value, atHand, {
    control: controlNames.filter((name) => show.includes(name)),
    blocks: blockNames.filter((name) => show.includes(`block.${name}`)),
  });
}

/** Disclosures of blocks that we held back: what is revealed now. */
function withheldOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const { withheld } = JSON.parse(text) as {
    readonly withheld: readonly { readonly disclosure: string }[];
  };
  return withheld.map(({ disclosure }) => disclosure);
}

async function proveSilence(
  node: PartyNode,
  channel: Channel,
  found: FoundEntry,
  until: number,
): Promise<Result<SilencePart, ProofRefusal>> {
  const { storage } = node;
  const text = found.row?.message;
  if (text == null) return refuse("message.not-shown", "the entry was refused, or does not open");
  const { head } = parseKeptMessage(text).message;
  const filter = { channel: channel.id, class: found.log.class, author: head.aud };
  const logs = await storage.read((tx) => tx.logs.listLogs(filter));
  const log = logs.find(({ epoch }) => epoch === head.seen.epoch);
  const checkpoint = log && (await headAt(node, channel, log, until));
  if (log === undefined || checkpoint === undefined || checkpoint.size < head.seen.size) {
    return refuse("record.no-head", "the other log has stated no head at that time or later");
  }
  const count = checkpoint.size - head.seen.size;
  if (count > silenceEntriesMax) {
    return refuse("record.too-large", `more than ${silenceEntriesMax} entries until that head`);
  }
  const note = ownNoteOf(checkpoint.note);
  if (!note.ok) throw damaged(log, "a checkpoint");
  const prefix = await storage.read((tx) => tx.logs.readNodes(log.id, nodesOf(0, head.seen.size)));
  const entries: SilencePart["entries"][number][] = [];
  for (let from = head.seen.size; from < checkpoint.size; from += entriesPerBatchMax) {
    const countMax = Math.min(entriesPerBatchMax, checkpoint.size - from);
    for (const one of await readFound(node, log, from, countMax)) {
      const statement = await showAnswer(node, one, head.jti);
      if (!statement.ok) return statement;
      entries.push({ entry: one.entry.bytes, statement: statement.value });
    }
  }
  return accept({ until, checkpoint: note.value, prefix, entries });
}

/** The first head that a log stated at a time or later, by its own word. */
async function headAt(
  { primitives: p, storage }: PartyNode,
  channel: Channel,
  log: LogRow,
  until: number,
): Promise<CheckpointRow | undefined> {
  for (let from = 0; ; ) {
    const rows = await storage.read((tx) => tx.logs.listCheckpoints(log.id, from));
    for (const row of rows) {
      const logKeys = channel.logKeys(log.origin, row.size);
      const signed = await verifyCheckpoint(p, row.note, { origin: log.origin, logKeys });
      if (!signed.ok) throw damaged(log, `a checkpoint: ${signed.refusal.code}`);
      if (signed.value.time >= until) return row;
    }
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    from = last.size + 1;
  }
}

function readFound(
  { storage }: PartyNode,
  log: LogRow,
  from: number,
  countMax: number,
): Promise<readonly FoundEntry[]> {
  return storage.read(async (tx) => {
    const entries = await tx.logs.readEntries(log.id, from, countMax);
    const rows = await tx.opened.listOpened(log.id, from, countMax);
    return entries.map((entry) => {
      const row = rows.find(({ index }) => index === entry.index);
      return { log, index: entry.index, entry, row };
    });
  });
}

/** What an entry answers; its kind too where it answers the message in question. */
async function showAnswer(
  node: PartyNode,
  found: FoundEntry,
  jti: string,
): Promise<Result<string, ProofRefusal>> {
  const text = found.row?.message;
  if (text == null) return showEntry(node, found, ["answers"]);
  const { answers, kind } = parseKeptMessage(text).message.control;
  if (answers !== jti) return showEntry(node, found, ["answers"]);
  if (answeringKinds.includes(kindNameOf(kind))) {
    return refuse("record.answered", `by entry ${found.index}: ${kindNameOf(kind)}`);
  }
  return showEntry(node, found, ["answers", "kind"]);
}

async function readTexts(
  tx: StorageReader,
  channel: Channel,
): Promise<Pick<ProofBundle, "channel" | "parties" | "agreements">> {
  const notices = await tx.channels.listNotices(channel.id);
  const party = async (name: string) => {
    const descriptors = await tx.parties.listDescriptors(name);
    return {
      name,
      firstSerial: descriptors[0]?.serial ?? 1,
      descriptors: descriptors.map(({ jws }) => jws),
      notices: notices.filter(({ author }) => author === name).map(({ jws }) => jws),
    };
  };
  const [first = "", second = ""] = [channel.me, channel.peer].sort();
  const agreements = await tx.channels.listAgreements(channel.id);
  return {
    channel: channel.id,
    parties: [await party(first), await party(second)],
    agreements: agreements.filter(({ signedBy }) => signedBy.length === 2).map(({ jws }) => jws),
  };
}

function damaged(log: LogRow, what: string): Fault {
  return new Fault("storage.damaged", `${log.origin}: ${what}`, { retryable: false });
}
