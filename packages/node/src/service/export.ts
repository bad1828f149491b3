/**
 * The export of a channel: the whole sealed history as plain files, its keys too if it is opened.
 *
 * Both logs are in it, our own and our mirror of the peer's, as they stood in one moment, so that a
 * reader can fold them. Spec: spec/record.md §2 to §5.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import {
  type AttachmentIndex,
  agreementPath,
  attachmentPath,
  descriptorPath,
  type ExportIndex,
  formatExportIndex,
  indexPath,
  type LogIndex,
  noticePath,
  type PartyIndex,
} from "@parley/core/record/export-index";
import type { LocalResult } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { ExportDirectory } from "./export-directory.ts";
import { exportLog, type LogExport } from "./export-log.ts";
import type { OperationContext } from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import type { AgreementRow, DescriptorRow, NoticeRow, StorageReader } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

export interface ExportOrder {
  readonly channel: Channel;
  /** Absolute. Must not exist, or be an empty directory. */
  readonly directory: string;
  readonly isOpened: boolean;
}

/**
 * Writes the export.
 *
 * @returns Its index; or `record.target-exists`.
 * @throws Fault of the disk or the storage; the reason of the signal. Nothing is left then.
 */
export async function exportChannel(
  node: PartyNode,
  { channel, directory: target, isOpened }: ExportOrder,
  { progress, signal }: OperationContext,
): Promise<LocalResult<ExportIndex, "record.target-exists">> {
  const begun = await ExportDirectory.begin(target);
  if (!begun.ok) return begun;
  await using directory = begun.value;
  const { primitives: p, storage, keys } = node;
  const moment = await storage.read((tx) => readMoment(tx, channel));
  const total = moment.logs.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onEntries = (count: number): void => {
    signal.throwIfAborted();
    done += count;
    progress({ what: "entries", done, total });
  };
  const attachments = new Set<string>();
  const context = { p, storage, keys, directory, isOpened, attachments, onEntries };

  const parties = [];
  for (const party of moment.parties) parties.push(await exportParty(directory, party));
  for (const { version, jws } of moment.agreements) {
    await directory.write(agreementPath(version), jws);
  }
  const logs: LogIndex[] = [];
  for (const { log, size } of moment.logs) logs.push(await exportLog(context, log, size));
  const index: ExportIndex = {
    channel: channel.id,
    parties: inOrder(parties),
    agreementCount: moment.agreements.length,
    logs: logs.toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
    attachments: await exportAttachments(context, channel, signal),
  };
  await directory.write(indexPath, formatExportIndex(index));
  signal.throwIfAborted();
  await directory.finish();
  return { ok: true, value: index };
}

interface PartyRows {
  readonly name: string;
  readonly descriptors: readonly DescriptorRow[];
  readonly notices: readonly NoticeRow[];
}

/** Sizes of both logs from one view: nothing in one has seen more of the other than is here. */
interface Moment {
  readonly parties: readonly PartyRows[];
  readonly agreements: readonly AgreementRow[];
  readonly logs: readonly { readonly log: LogRow; readonly size: number }[];
}

async function readMoment(tx: StorageReader, channel: Channel): Promise<Moment> {
  const notices = await tx.channels.listNotices(channel.id);
  const parties: PartyRows[] = [];
  for (const name of [channel.me, channel.peer].sort()) {
    const descriptors = await tx.parties.listDescriptors(name);
    const own = notices.filter(({ author }) => author === name);
    parties.push({ name, descriptors, notices: own });
  }
  const agreements = await tx.channels.listAgreements(channel.id);
  const logs = [];
  for (const log of await tx.logs.listLogs({ channel: channel.id })) {
    // What is appended and not signed yet is not said yet.
    const last = await tx.logs.readLastCheckpoint(log.id);
    logs.push({ log, size: last?.size ?? 0 });
  }
  return { parties, agreements: agreements.filter(({ signedBy }) => signedBy.length === 2), logs };
}

async function exportParty(
  directory: ExportDirectory,
  { name, descriptors, notices }: PartyRows,
): Promise<PartyIndex> {
  for (const { serial, jws } of descriptors)
    await directory.write(descriptorPath(name, serial), jws);
  for (const [at, { jws }] of notices.entries()) {
    await directory.write(noticePath(name, at + 1), jws);
  }
  return {
    name,
    firstSerial: descriptors[0]?.serial ?? 1,
    descriptorCount: descriptors.length,
    noticeCount: notices.length,
  };
}

/** What is not whole here, or was dropped when its time had passed, is left out. */
async function exportAttachments(
  { storage, directory, attachments }: LogExport,
  channel: Channel,
  signal: AbortSignal,
): Promise<readonly AttachmentIndex[]> {
  const index: AttachmentIndex[] = [];
  for (const digest of [...attachments].sort()) {
    signal.throwIfAborted();
    const key = { channel: channel.id, digest };
    const row = await storage.read((tx) => tx.attachments.readAttachment(key));
    if (row?.state !== "complete") continue;
    const bytes = row.bytesTotal;
    const parts = storage.streamAttachment(key, { from: 0, to: bytes });
    await directory.writeParts(attachmentPath(digest), parts);
    index.push({ digest, bytes });
  }
  return index;
}

function inOrder(parties: readonly PartyIndex[]): ExportIndex["parties"] {
  const [first, second] = parties;
  if (first === undefined || second === undefined) {
    throw new Fault("storage.damaged", "a channel has two parties", { retryable: false });
  }
  return [first, second];
}
