/**
 * The index of an export: how many of what there are, so that the list of its files follows from it.
 *
 * Nothing in it is believed. Each number is compared with what the files themselves prove, and each
 * file of the list must be there, and no other: a file that is missing, added or renamed shows, and
 * so does a number that was changed. Spec: spec/record.md §2.
 *
 * @module
 */
import { fromBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { toHex } from "../bytes/hex.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import { fileBytesMax } from "../kind/common-blocks.ts";
import { channelHexOf, type LogOrigin, parseOrigin } from "../log/origin.ts";
import { listTiles, tilePath, tileWidth } from "../log/tiles.ts";
import { treeSizeMax } from "../log/tree.ts";
import { isDigest } from "../message/disclosure.ts";
import { exactMembers, isIntegerWithin } from "../message/members.ts";
import { parsePartyName } from "../party/party-name.ts";
import { isSortedSet, serialMax } from "../party/signed-fields.ts";
import { accept, type Result, refuse } from "../result.ts";

export const indexPath = "index.json";

/** Octets of the index: some 120 for each attachment, 100,000 of them, and the logs. */
export const indexBytesMax = 16_777_216;

/** Logs of one channel: three classes, two authors, and an epoch for every restore. */
export const exportLogsMax = 10_000;
export const exportAttachmentsMax = 100_000;

/** Checkpoints, receipts or keys in one file: as many as entries in a bundle. */
export const recordsPerFileMax = tileWidth;

export interface PartyIndex {
  readonly name: string;
  /** Serial of the descriptor that the chain begins with. */
  readonly firstSerial: number;
  readonly descriptorCount: number;
  readonly noticeCount: number;
}

export interface LogIndex {
  readonly origin: string;
  readonly size: number;
  readonly checkpointCount: number;
  readonly receiptCount: number;
  /** Entries whose key is shown; null in a sealed export. */
  readonly keyCount: number | null;
}

export interface AttachmentIndex {
  /** SHA-256 of the sealed octets, base64url. */
  readonly digest: string;
  readonly bytes: number;
}

export interface ExportIndex {
  /** Channel id, base64url. */
  readonly channel: string;
  /** In order of name. */
  readonly parties: readonly [PartyIndex, PartyIndex];
  readonly agreementCount: number;
  /** In order of origin. */
  readonly logs: readonly LogIndex[];
  /** In order of digest. */
  readonly attachments: readonly AttachmentIndex[];
}

/** Keys are shown for all logs, or for none. */
export function isOpenedExport({ logs }: ExportIndex): boolean {
  return logs.some(({ keyCount }) => keyCount !== null);
}

export function formatExportIndex(index: ExportIndex): string {
  const json = {
    agreements: index.agreementCount,
    attachments: index.attachments.map(({ digest, bytes }) => ({ bytes, digest })),
    channel: index.channel,
    format: "parley-export",
    logs: index.logs.map((log) => ({
      checkpoints: log.checkpointCount,
      keys: log.keyCount,
      origin: log.origin,
      receipts: log.receiptCount,
      size: log.size,
    })),
    parties: index.parties.map((party) => ({
      descriptors: party.descriptorCount,
      firstSerial: party.firstSerial,
      name: party.name,
      notices: party.noticeCount,
    })),
    v: 1,
  };
  return `${canonicalJson(json)}\n`;
}

/** @param bytes - Anybody's. @returns The index; or `record.not-an-export`. */
export function parseExportIndex(bytes: Uint8Array): Result<ExportIndex, "record.not-an-export"> {
  const text = decodeUtf8(bytes);
  if (text?.endsWith("\n") !== true) return refuse("record.not-an-export", "not a line of text");
  const limits = { depthMax: 3, bytesMax: indexBytesMax };
  const read = parseCanonicalJson(text.slice(0, -1), limits);
  if (!read.ok) return refuse("record.not-an-export", read.refusal.detail);
  const index = indexOf(read.value);
  return index === undefined ? refuse("record.not-an-export", "out of form") : accept(index);
}

/** Path of a descriptor, and name of its place in a proof. */
export function descriptorPath(party: string, serial: number): string {
  return `parties/${party}/descriptors/${serial}`;
}

/** @param number - From 1. */
export function noticePath(party: string, number: number): string {
  return `parties/${party}/notices/${number}`;
}

export function agreementPath(version: number): string {
  return `agreements/${version}`;
}

export function attachmentPath(digest: string): string {
  const octets = fromBase64Url(digest);
  assert(octets !== undefined, "the digest of an attachment was parsed");
  return `attachments/${toHex(octets)}`;
}

/** The folder of a log, with the slash at its end. */
export function logPath({ author, class: trafficClass, epoch }: LogOrigin): string {
  return `logs/${author}/${trafficClass}/${epoch}/`;
}

/** @param number - Of a file of {@link recordsPerFileMax} checkpoints, receipts or keys, from 0. */
export function recordPath(
  log: string,
  of: "checkpoints" | "receipts" | "keys",
  number: number,
): string {
  const tile = tilePath({ kind: "entries", index: number, width: tileWidth });
  return `${log}${of}/${tile.slice("tile/entries/".length)}`;
}

/** Every file of the export, the index first. As many as the index claims: the reader stops early. */
export function* listExportPaths(index: ExportIndex): Generator<string, void> {
  yield indexPath;
  for (const { name, firstSerial, descriptorCount, noticeCount } of index.parties) {
    for (let at = 0; at < descriptorCount; at++) yield descriptorPath(name, firstSerial + at);
    for (let at = 1; at <= noticeCount; at++) yield noticePath(name, at);
  }
  for (let version = 1; version <= index.agreementCount; version++) yield agreementPath(version);
  for (const log of index.logs) yield* listLogPaths(log);
  for (const { digest } of index.attachments) yield attachmentPath(digest);
}

function* listLogPaths(log: LogIndex): Generator<string, void> {
  const { origin, size, checkpointCount, receiptCount, keyCount } = log;
  const parsed = parseOrigin(origin);
  assert(parsed.ok, "the origin was parsed with the index");
  const folder = logPath(parsed.value);
  if (size === 0) return;
  yield* listHistoryPaths(folder, size, checkpointCount);
  yield* listRecordPaths(folder, "receipts", receiptCount);
  if (keyCount !== null) yield* listRecordPaths(folder, "keys", size);
}

/** The tree of a log that is not empty, and its checkpoints. */
export function* listHistoryPaths(
  folder: string,
  size: number,
  checkpointCount: number,
): Generator<string, void> {
  yield `${folder}checkpoint`;
  for (const tile of listTiles(size)) yield `${folder}${tilePath(tile)}`;
  yield* listRecordPaths(folder, "checkpoints", checkpointCount);
}

function* listRecordPaths(
  folder: string,
  of: "checkpoints" | "receipts" | "keys",
  recordCount: number,
): Generator<string, void> {
  const fileCount = Math.ceil(recordCount / recordsPerFileMax);
  for (let number = 0; number < fileCount; number++) yield recordPath(folder, of, number);
}

const indexNames = [
  "agreements",
  "attachments",
  "channel",
  "format",
  "logs",
  "parties",
  "v",
] as const;

function indexOf(value: JsonValue): ExportIndex | undefined {
  const members = exactMembers(value, indexNames);
  if (members === undefined || members.v !== 1 || members.format !== "parley-export") return;
  const { channel, agreements } = members;
  if (!isDigest(channel) || !isIntegerWithin(agreements, 1, serialMax)) return;
  const parties = listOf(members.parties, 2, partyOf);
  const logs = listOf(members.logs, exportLogsMax, logOf);
  const attachments = listOf(members.attachments, exportAttachmentsMax, attachmentOf);
  const [first, second, ...others] = parties ?? [];
  if (first === undefined || second === undefined || others.length > 0) return;
  if (logs === undefined || attachments === undefined) return;
  if (!isSortedSet([first.name, second.name])) return;
  if (!isSortedSet(logs.map(({ origin }) => origin))) return;
  if (!isSortedSet(attachments.map(({ digest }) => digest))) return;
  const names = [first.name, second.name];
  if (!areOfChannel(logs, channel, names)) return;
  return { channel, parties: [first, second], agreementCount: agreements, logs, attachments };
}

/** Logs of these two parties, of this channel; keys of all or of none; every epoch from 1 on. */
function areOfChannel(
  logs: readonly LogIndex[],
  channel: string,
  names: readonly string[],
): boolean {
  const channelId = fromBase64Url(channel);
  if (channelId === undefined) return false;
  const hex = channelHexOf(channelId);
  const epochs = new Map<string, Set<number>>();
  for (const { origin, keyCount } of logs) {
    const log = parseOrigin(origin);
    if (!log.ok || log.value.channelHex !== hex) return false;
    const { author, peer, epoch } = log.value;
    if (!names.includes(author) || !names.includes(peer)) return false;
    if ((keyCount === null) !== (logs[0]?.keyCount === null)) return false;
    const key = `${author} ${log.value.class}`;
    epochs.set(key, (epochs.get(key) ?? new Set()).add(epoch));
  }
  return [...epochs.values()].every((set) => Math.max(...set) === set.size);
}

function partyOf(value: JsonValue): PartyIndex | undefined {
  const members = exactMembers(value, ["descriptors", "firstSerial", "name", "notices"]);
  if (members === undefined) return;
  const { descriptors, firstSerial, name, notices } = members;
  if (typeof name !== "string" || !parsePartyName(name).ok) return;
  if (!isIntegerWithin(descriptors, 1, serialMax)) return;
  if (!isIntegerWithin(firstSerial, 1, serialMax)) return;
  if (!isIntegerWithin(notices, 0, serialMax)) return;
  return { name, firstSerial, descriptorCount: descriptors, noticeCount: notices };
}

function logOf(value: JsonValue): LogIndex | undefined {
  const members = exactMembers(value, ["checkpoints", "keys", "origin", "receipts", "size"]);
  if (members === undefined) return;
  const { checkpoints, keys, origin, receipts, size } = members;
  if (typeof origin !== "string" || !parseOrigin(origin).ok) return;
  if (!isIntegerWithin(size, 0, treeSizeMax)) return;
  if (!isIntegerWithin(checkpoints, Math.min(size, 1), size)) return;
  if (!isIntegerWithin(receipts, 0, size)) return;
  if (keys !== null && !isIntegerWithin(keys, 0, size)) return;
  return {
    origin,
    size,
    checkpointCount: checkpoints,
    receiptCount: receipts,
    keyCount: keys,
  };
}

function attachmentOf(value: JsonValue): AttachmentIndex | undefined {
  const members = exactMembers(value, ["bytes", "digest"]);
  if (members === undefined) return;
  const { bytes, digest } = members;
  if (!isDigest(digest) || !isIntegerWithin(bytes, 1, fileBytesMax)) return;
  return { bytes, digest };
}

function listOf<T>(
  value: JsonValue,
  countMax: number,
  parse: (element: JsonValue) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value) || value.length > countMax) return;
  const parsed: T[] = [];
  for (const element of value) {
    const one = parse(element);
    if (one === undefined) return;
    parsed.push(one);
  }
  return parsed;
}
