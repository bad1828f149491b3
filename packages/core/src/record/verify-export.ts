/**
 * Verifies an export from its files alone: everything both parties signed, every entry, every octet.
 *
 * Spec: spec/record.md §1 to §5.
 *
 * @module
 */
import { agreementBytesMax } from "../agreement/agreement.ts";
import { toBase64Url } from "../bytes/base64.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { epochStateOf, noticeBytesMax } from "../party/channel-notice.ts";
import { descriptorBytesMax } from "../party/descriptor.ts";
import { type ChannelKeys, type PartyTexts, verifyChannelTexts } from "./channel-texts.ts";
import {
  type ExportFiles,
  placeRefusal,
  proven,
  type RecordResult,
  refuseAt,
} from "./export-files.ts";
import {
  type AttachmentIndex,
  agreementPath,
  attachmentPath,
  descriptorPath,
  type ExportIndex,
  indexBytesMax,
  indexPath,
  isOpenedExport,
  listExportPaths,
  noticePath,
  type PartyIndex,
  parseExportIndex,
} from "./export-index.ts";
import { type OpenedReport, openExport } from "./open-export.ts";
import {
  type LogContext,
  readText,
  type VerifiedLog,
  verifyFileList,
  verifyLog,
} from "./verify-log.ts";

export interface VerifiedExport {
  readonly index: ExportIndex;
  readonly keys: ChannelKeys;
  readonly logs: readonly VerifiedLog[];
  /** What the entries say; null if the export is sealed. */
  readonly opened: OpenedReport | null;
}

export interface VerifyOptions {
  /** Entries hashed so far, of all. */
  progress?(done: number, total: number): void;
}

export async function verifyExport(
  p: Primitives,
  files: ExportFiles,
  options: VerifyOptions = {},
): Promise<RecordResult<VerifiedExport>> {
  const index = await readIndex(files);
  if (!index.ok) return index;
  const listed = verifyFileList(files, listExportPaths(index.value));
  if (!listed.ok) return listed;
  const keys = await readChannel(p, files, index.value);
  if (!keys.ok) return keys;
  const logs = await verifyLogs({ p, files, keys: keys.value }, index.value, options);
  if (!logs.ok) return logs;
  for (const attachment of index.value.attachments) {
    const verified = await verifyAttachment(p, files, attachment);
    if (!verified.ok) return verified;
  }
  const about = { index: index.value, keys: keys.value, logs: logs.value };
  if (!isOpenedExport(index.value)) return proven({ ...about, opened: null });
  const opened = await openExport(p, files, about);
  return opened.ok ? proven({ ...about, opened: opened.value }) : opened;
}

async function verifyLogs(
  context: Omit<LogContext, "onEntries">,
  { logs }: ExportIndex,
  { progress }: VerifyOptions,
): Promise<RecordResult<readonly VerifiedLog[]>> {
  const total = logs.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onEntries = (count: number) => {
    done += count;
    progress?.(done, total);
  };
  const verified: VerifiedLog[] = [];
  for (const index of logs) {
    const log = await verifyLog({ ...context, onEntries }, index);
    if (!log.ok) return log;
    const { author, class: trafficClass, epoch } = log.value.place;
    const { notices } = context.keys.keysOf(author);
    if (epoch > epochStateOf(notices, trafficClass).epoch) {
      return refuseAt(log.value.folder, "record.unopened-epoch", "no notice opened it");
    }
    verified.push(log.value);
  }
  return proven(verified);
}

async function readIndex(files: ExportFiles): Promise<RecordResult<ExportIndex>> {
  const octets = await files.read(indexPath, indexBytesMax);
  if (octets === undefined) {
    return refuseAt(indexPath, "record.not-an-export", "no index, or longer than one may be");
  }
  const index = parseExportIndex(octets);
  return index.ok ? index : placeRefusal(indexPath, index.refusal);
}

async function readChannel(
  p: Primitives,
  files: ExportFiles,
  index: ExportIndex,
): Promise<RecordResult<ChannelKeys>> {
  const [first, second] = [
    await readParty(files, index.parties[0]),
    await readParty(files, index.parties[1]),
  ];
  if (!first.ok) return first;
  if (!second.ok) return second;
  const paths = Array.from({ length: index.agreementCount }, (_, at) => agreementPath(at + 1));
  const agreements = await readTexts(files, paths, agreementBytesMax);
  if (!agreements.ok) return agreements;
  return verifyChannelTexts(p, {
    channel: index.channel,
    parties: [first.value, second.value],
    agreements: agreements.value,
  });
}

async function readParty(
  files: ExportFiles,
  { name, firstSerial, descriptorCount, noticeCount }: PartyIndex,
): Promise<RecordResult<PartyTexts>> {
  const serials = Array.from({ length: descriptorCount }, (_, at) => firstSerial + at);
  const chain = serials.map((serial) => descriptorPath(name, serial));
  const descriptors = await readTexts(files, chain, descriptorBytesMax);
  if (!descriptors.ok) return descriptors;
  const numbers = Array.from({ length: noticeCount }, (_, at) => noticePath(name, at + 1));
  const notices = await readTexts(files, numbers, noticeBytesMax);
  if (!notices.ok) return notices;
  return proven({ name, firstSerial, descriptors: descriptors.value, notices: notices.value });
}

async function readTexts(
  files: ExportFiles,
  paths: readonly string[],
  bytesMax: number,
): Promise<RecordResult<readonly string[]>> {
  const texts: string[] = [];
  for (const path of paths) {
    const text = await readText(files, path, bytesMax);
    if (!text.ok) return text;
    texts.push(text.value);
  }
  return proven(texts);
}

async function verifyAttachment(
  p: Primitives,
  files: ExportFiles,
  { digest, bytes }: AttachmentIndex,
): Promise<RecordResult<true>> {
  const path = attachmentPath(digest);
  const hasher = p.createSha256();
  let length = 0;
  for await (const part of files.stream(path)) {
    hasher.update(part);
    length += part.length;
    if (length > bytes) break;
  }
  if (length !== bytes) return refuseAt(path, "record.bad-count", "of another length");
  if (toBase64Url(hasher.digest()) === digest) return proven(true);
  return refuseAt(path, "attachment.wrong-digest", "not the octets that it is named by");
}
