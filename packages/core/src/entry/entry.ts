/**
 * An entry: a message sealed for one opening key of the peer, and for the sender's own archive.
 *
 * One header line and the ciphertext. The ciphertext commits to its key, and the header names the
 * statement inside, so that an entry opens one way only and the sender may publish the key of one
 * entry. Nothing here is signed: what a statement says of log and peer must be judged by the reader
 * (entry/open-message.ts).
 * Spec: spec/entry.md; C2SP chunked-encryption; RFC 9180.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import {
  chunkedHeaderBytes,
  inputKeyBytes,
  openChunked,
  saltBytes,
  sealChunked,
} from "../crypto/chunked-encryption.ts";
import { hpkeTagBytes, openHpke, sealHpke } from "../crypto/hpke.ts";
import { archiveKeyId, openingKeyId } from "../crypto/key-id.ts";
import { type Opener, type Primitives, xWingSizes } from "../crypto/primitives.ts";
import { isSuiteName, type SuiteName } from "../crypto/suites.ts";
import { assert } from "../fault.ts";
import { digestOf, disclosedBytesMax, isDigest } from "../message/disclosure.ts";
import { exactMembers } from "../message/members.ts";
import { disclosedBytes } from "../message/statement.ts";
import { accept, type Result, refuse } from "../result.ts";
import { contentContext, ownKeyData, peerKeyInfo } from "./labels.ts";
import { padLines, plaintextBytesMax, unpadLines } from "./plaintext.ts";

/** Length prefix of an entry in C2SP tlog-tiles: 16 bits. */
export const entryBytesMax = 65_535;

/** Octets of the header line; one of `pq1` takes 1,881. */
export const entryHeaderBytesMax = 4_096;

/** For one plaintext at a time, between two `await`s. */
const plaintextRoom = new Uint8Array(plaintextBytesMax);

const nonceBytes = 12;
const gcmTagBytes = 16;
const newline = 0x0a;

/** The key of one entry as its sender keeps it, sealed under its archive key. */
export type OwnKey = {
  readonly id: string;
  readonly nonce: Uint8Array;
  readonly key: Uint8Array;
};

/** The key of one entry as the peer gets it, sealed to its opening key. */
export type PeerKey = {
  readonly id: string;
  readonly enc: Uint8Array;
  readonly key: Uint8Array;
};

export interface EntryHeader {
  /** SHA-256 of the statement's line, base64url. */
  readonly statement: string;
  readonly suite: SuiteName;
  readonly to: { readonly own: OwnKey; readonly peer: PeerKey };
}

export interface ParsedEntry {
  readonly header: EntryHeader;
  /** SHA-256 of the header without `to`: what every key of the entry is bound to. */
  readonly m: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface EntryContent {
  readonly statementLine: string;
  /** What the peer gets: seven control disclosures, then blocks, in order. */
  readonly disclosures: readonly string[];
  /** Of a list that travels in the entry; else none. */
  readonly itemLines: readonly string[];
}

export interface SealingContext {
  /** Of the log that the entry is for. */
  readonly origin: string;
  readonly suite: SuiteName;
  /** Raw; from a descriptor, where it was checked. */
  readonly peerOpeningKey: Uint8Array;
  /** Of the sending desk or node: 32 octets. */
  readonly archiveKey: Uint8Array;
}

export interface SealedEntry {
  readonly bytes: Uint8Array;
  /** SHA-256 of the statement's line, base64url: what its header says. */
  readonly statement: string;
  /** Opens this entry alone. */
  readonly contentKey: Uint8Array;
}

/** One of the three ways in. The content key needs no origin: it is what the commitment is to. */
export type EntryOpener =
  | { readonly origin: string; readonly opener: Opener }
  | { readonly origin: string; readonly archiveKey: Uint8Array }
  | { readonly contentKey: Uint8Array };

export interface OpenedEntry {
  readonly header: EntryHeader;
  readonly statementLine: string;
  /** What followed it: disclosures and item lines, which the statement tells apart. */
  readonly lines: readonly string[];
  /** Opens this entry alone; may be published. */
  readonly contentKey: Uint8Array;
}

/** @returns The entry; or `entry.too-large`, upon which items go to an attachment. */
export async function sealEntry(
  p: Primitives,
  content: EntryContent,
  context: SealingContext,
): Promise<Result<SealedEntry, "entry.too-large">> {
  const { statementLine, disclosures, itemLines } = content;
  const shown = itemLines.filter((line) => !line.startsWith("#"));
  if (disclosedBytes(disclosures) + disclosedBytes(shown) > disclosedBytesMax) {
    return refuse("entry.too-large", `more than ${disclosedBytesMax} octets disclosed`);
  }
  const { origin, suite, peerOpeningKey, archiveKey } = context;
  const core = { statement: digestOf(p, statementLine), suite, v: 1 };
  const m = p.sha256(encodeUtf8(canonicalJson(core)));
  const contentKey = p.random(inputKeyBytes);
  const own = sealOwnKey(p, { origin, archiveKey, m }, contentKey);
  const peer = await sealPeerKey(p, { origin, peerOpeningKey, m }, contentKey);
  const header = canonicalJson({ ...core, to: { own, peer } });
  const salt = p.random(saltBytes);
  const key = { inputKey: contentKey, salt, context: contentContext(m) };
  const plaintext = padLines([statementLine, ...disclosures, ...itemLines], plaintextRoom);
  if (plaintext === undefined) return refuse("entry.too-large", "longer than the largest size");
  const bytes = sealChunked(p, key, plaintext, encodeUtf8(`${header}\n`));
  plaintextRoom.fill(0);
  assert(bytes.length <= entryBytesMax, "the largest size leaves room for the header");
  return accept({ bytes, statement: core.statement, contentKey });
}

/** Reads the header; nothing in it is authentic. */
export function parseEntry(
  p: Primitives,
  entry: Uint8Array,
): Result<ParsedEntry, "entry.unreadable"> {
  if (entry.length > entryBytesMax) return refuse("entry.unreadable", "too long");
  const end = entry.subarray(0, entryHeaderBytesMax).indexOf(newline);
  const text = end === -1 ? undefined : decodeUtf8(entry.subarray(0, end));
  if (text === undefined) return refuse("entry.unreadable", "no header line");
  const read = parseCanonicalJson(text, { depthMax: 3, bytesMax: entryHeaderBytesMax });
  const header = read.ok ? parseHeader(read.value) : undefined;
  if (header === undefined) return refuse("entry.unreadable", "the header is out of form");
  const core = canonicalJson({ statement: header.statement, suite: header.suite, v: 1 });
  const ciphertext = entry.subarray(end + 1);
  if (ciphertext.length < chunkedHeaderBytes) return refuse("entry.unreadable", "no ciphertext");
  return accept({ header, m: p.sha256(encodeUtf8(core)), ciphertext });
}

/**
 * Opens an entry with one of its keys.
 *
 * @returns Its lines; or `entry.unreadable` for whatever is wrong with it, the statement not being
 *   the one that the header names included.
 */
export async function openEntry(
  p: Primitives,
  entry: Uint8Array,
  way: EntryOpener,
): Promise<Result<OpenedEntry, "entry.unreadable">> {
  const parsed = parseEntry(p, entry);
  if (!parsed.ok) return parsed;
  const opened = await unsealEntry(p, parsed.value, way);
  if (!opened.ok || namesStatement(p, opened.value)) return opened;
  return refuse("entry.unreadable", "the header names another statement");
}

/** Whether the header names the statement inside: asked last by a receiver, to give it its own code. */
export function namesStatement(p: Primitives, { header, statementLine }: OpenedEntry): boolean {
  return digestOf(p, statementLine) === header.statement;
}

/** {@link openEntry}, short of {@link namesStatement}, which the caller must ask. */
export async function unsealEntry(
  p: Primitives,
  entry: ParsedEntry,
  way: EntryOpener,
): Promise<Result<OpenedEntry, "entry.unreadable">> {
  const { header, m, ciphertext } = entry;
  const contentKey = await contentKeyOf(p, entry, way);
  if (contentKey === undefined) return refuse("entry.unreadable", "not sealed for this key");
  const key = { inputKey: contentKey, context: contentContext(m) };
  const plaintext = openChunked(p, key, ciphertext, plaintextRoom); // Asks for the commitment first.
  if (plaintext === undefined) return refuse("entry.unreadable", "the ciphertext is not authentic");
  const [statementLine, ...lines] = unpadLines(plaintext) ?? [];
  plaintextRoom.fill(0);
  if (statementLine === undefined) return refuse("entry.unreadable", "the padding is not exact");
  return accept({ header, statementLine, lines, contentKey });
}

async function contentKeyOf(
  p: Primitives,
  { header, m }: ParsedEntry,
  way: EntryOpener,
): Promise<Uint8Array | undefined> {
  if ("contentKey" in way) return way.contentKey;
  const { own, peer } = header.to;
  if ("archiveKey" in way) {
    if (archiveKeyId(p, way.archiveKey) !== own.id) return undefined;
    const data = ownKeyData(way.origin, own.id, m);
    return p.openAead(way.archiveKey, own.nonce, data, own.key);
  }
  if (openingKeyId(p, way.opener.publicKey) !== peer.id) return undefined;
  const info = peerKeyInfo(way.origin, peer.id, m);
  return openHpke(p, way.opener, { info, enc: peer.enc, ciphertext: peer.key });
}

function sealOwnKey(
  p: Primitives,
  { origin, archiveKey, m }: { origin: string; archiveKey: Uint8Array; m: Uint8Array },
  contentKey: Uint8Array,
): { readonly [name in keyof OwnKey]: string } {
  const id = archiveKeyId(p, archiveKey);
  const nonce = p.random(nonceBytes);
  const key = p.sealAead(archiveKey, nonce, ownKeyData(origin, id, m), contentKey);
  return { id, key: toBase64Url(key), nonce: toBase64Url(nonce) };
}

async function sealPeerKey(
  p: Primitives,
  { origin, peerOpeningKey, m }: { origin: string; peerOpeningKey: Uint8Array; m: Uint8Array },
  contentKey: Uint8Array,
): Promise<{ readonly [name in keyof PeerKey]: string }> {
  const id = openingKeyId(p, peerOpeningKey);
  const info = peerKeyInfo(origin, id, m);
  const sealed = await sealHpke(p, { publicKey: peerOpeningKey, info, plaintext: contentKey });
  assert(sealed !== undefined, "an opening key was checked when its descriptor was imported");
  return { enc: toBase64Url(sealed.enc), id, key: toBase64Url(sealed.ciphertext) };
}

function parseHeader(value: JsonValue): EntryHeader | undefined {
  const header = exactMembers(value, ["statement", "suite", "to", "v"]);
  if (header === undefined || header.v !== 1 || !isDigest(header.statement)) return undefined;
  const { statement, suite } = header;
  if (typeof suite !== "string" || !isSuiteName(suite)) return undefined;
  const to = exactMembers(header.to, ["own", "peer"]);
  const own = to && parseOwnKey(to.own);
  const peer = to && parsePeerKey(to.peer);
  return own && peer && { statement, suite, to: { own, peer } };
}

function parseOwnKey(value: JsonValue): OwnKey | undefined {
  const own = exactMembers(value, ["id", "key", "nonce"]);
  if (own === undefined || !isDigest(own.id)) return undefined;
  const key = octets(own.key, inputKeyBytes + gcmTagBytes);
  const nonce = octets(own.nonce, nonceBytes);
  return key && nonce && { id: own.id, key, nonce };
}

function parsePeerKey(value: JsonValue): PeerKey | undefined {
  const peer = exactMembers(value, ["enc", "id", "key"]);
  if (peer === undefined || !isDigest(peer.id)) return undefined;
  const enc = octets(peer.enc, xWingSizes.encBytes);
  const key = octets(peer.key, inputKeyBytes + hpkeTagBytes);
  return enc && key && { enc, id: peer.id, key };
}

function octets(value: JsonValue, lengthBytes: number): Uint8Array | undefined {
  const bytes = typeof value === "string" ? fromBase64Url(value) : undefined;
  return bytes?.length === lengthBytes ? bytes : undefined;
}
