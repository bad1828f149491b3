/**
 * What the judgement of an entry asks of this node: keys, agreement, our own log, attachments; and
 * what an accepted message changes besides its case: references to attachments, and keys.
 *
 * @module
 */

import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { concatBytes } from "@parley/core/bytes/octets";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { sealedLength } from "@parley/core/crypto/chunked-encryption";
import type { Primitives } from "@parley/core/crypto/primitives";
import { createAttachmentOpener } from "@parley/core/entry/attachment";
import type { EntryHeader, EntryOpener } from "@parley/core/entry/entry";
import type { OpenedMessage, OpeningContext } from "@parley/core/entry/open-message";
import { Fault } from "@parley/core/fault";
import { parseItem } from "@parley/core/item/item";
import { kindOf, kinds } from "@parley/core/kind/kinds";
import { readRange, rootOf } from "@parley/core/log/tree";
import { createItemListReader, itemLineBytesMax } from "@parley/core/message/item-lines";
import { isJsonObject } from "@parley/core/message/members";
import { heldBackOf, type Message } from "@parley/core/message/message";
import {
  type ChannelNotice,
  noticeBytesMax,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import {
  type Descriptor,
  descriptorBytesMax,
  parseDescriptor,
} from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { judgePositions } from "@parley/core/party/notice-positions";
import { nodeName } from "@parley/core/party/party-name";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result, refuse } from "@parley/core/result";
import { type AttachedFile, filesOf } from "./attached-files.ts";
import type { Channel } from "./channel.ts";
import { ClosingNotes, isClosing, serviceNoteKind } from "./closing-note.ts";
import { readHeldPositions } from "./held-positions.ts";
import type { KeyRing } from "./key-ring.ts";
import { insertDescriptor } from "./own-party.ts";
import { GatheredReads } from "./shared-reads.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import { type AttachmentReference, jtisMax, type OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** Octets of a sealed descriptor or notice that travels as a file. */
const documentBytesMax = sealedLength(Math.max(descriptorBytesMax, noticeBytesMax));

/** What is kept of an entry, and what it opened to; null if it was refused in opening. */
export interface OpenedEntry {
  readonly row: OpenedRow;
  readonly opened: OpenedMessage | null;
}

/** Writes what follows from messages, in the transaction that keeps them. */
export type Effects = (tx: StorageTransaction) => Promise<void>;

/** What a change of keys brings that is not held yet. */
interface KeyChange {
  readonly descriptor: Descriptor | undefined;
  readonly notice: ChannelNotice | undefined;
}

interface KeptChange {
  readonly change: KeyChange;
  readonly place: { readonly origin: string; readonly index: number };
  readonly storedAt: number;
}

export interface OpeningDeskPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly keys: Pick<KeyRing, "opener">;
  /** The desk (or `node`) whose opening key this is; null for one that is retired. */
  deskOfKey(id: string): string | null | undefined;
  /** Fetches what the peer has not sent, if it can be reached; resolves when it was tried. */
  fetchAttachment(channel: Channel, file: AttachedFile): Promise<void>;
}

export const keyChangeKind = kinds["key-change"].value;

export class OpeningDesk {
  readonly closing: ClosingNotes;
  readonly #ports: OpeningDeskPorts;

  constructor(ports: OpeningDeskPorts) {
    this.#ports = ports;
    const { p, storage } = ports;
    this.closing = new ClosingNotes({
      ...{ p, storage },
      contextOf: (channel, log, at) => this.contextsOf(channel, log)(at),
    });
  }

  /**
   * For the entries of one log that are opened together.
   *
   * @returns The context of each; `receivedAt`: time of the receipt that covers the entry.
   */
  contextsOf(
    channel: Channel,
    log: LogRow,
  ): (at: { readonly index: number; readonly receivedAt: number }) => OpeningContext {
    const { storage } = this.#ports;
    // Most of them have seen the same of our log.
    const roots = new Map<string, Promise<Uint8Array | "lost" | undefined>>();
    const ownRoot = (epoch: number, size: number) => {
      const key = `${epoch} ${size}`;
      const root =
        roots.get(key) ?? storage.read((tx) => this.#ownRoot(tx, channel, { ...log, epoch }, size));
      roots.set(key, root);
      return root;
    };
    const author = { channel: channel.id, author: channel.peer };
    const used = new GatheredReads(jtisMax, (jtis) =>
      storage.read((tx) => tx.opened.listClassesOfJtis(author, jtis)),
    );
    return (at) => ({
      log: {
        iss: channel.peer,
        aud: channel.me,
        channel: channel.id,
        class: log.class,
        epoch: log.epoch,
      },
      index: at.index,
      wayIn: async (header) => this.#wayIn(log.origin, header),
      signer: async (kid) => channel.signerAt(log.origin, kid),
      agreement: async (version) => channel.agreementStanding(version, at.receivedAt),
      isRepeat: async (jti) => (await used.ask(jti)) !== undefined,
      ownRoot,
      kind: kindOf,
    });
  }

  /**
   * What only the whole content shows: that every attachment is there, that an item list which
   * travels as one is the list that the body commits to, and that a change of keys follows.
   */
  async judgeContent(
    channel: Channel,
    opened: OpenedMessage,
  ): Promise<Result<OpenedMessage, RefusalCode>> {
    const { storage } = this.#ports;
    for (const file of filesOf(opened.message)) {
      const key = { channel: channel.id, digest: file.digest };
      const read = () => storage.read((tx) => tx.attachments.readAttachment(key));
      let row = await read();
      if (row?.state !== "complete") {
        await this.#ports.fetchAttachment(channel, file);
        row = await read();
      }
      if (row?.state !== "complete") return refuse("attachment.missing", "not here when opened");
      if (row.bytesTotal !== file.bytes) return refuse("attachment.truncated", "of another length");
      if (file.role !== "items") continue;
      const judged = await this.#judgeItemList(channel, opened.message, file);
      if (!judged.ok) return judged;
    }
    const { kind } = opened.message.control;
    if (kind !== keyChangeKind && kind !== serviceNoteKind) return accept(opened);
    const judged = await (kind === keyChangeKind
      ? this.#readKeyChange(channel, opened)
      : this.closing.judge(channel, opened.message));
    return judged.ok ? accept(opened) : judged;
  }

  #wayIn(
    origin: string,
    { to }: EntryHeader,
  ): { way: EntryOpener; desk: string | null } | undefined {
    const opener = this.#ports.keys.opener(to.peer.id);
    if (opener === undefined) return undefined;
    return { way: { origin, opener }, desk: this.#ports.deskOfKey(to.peer.id) ?? null };
  }

  async #ownRoot(
    tx: StorageReader,
    channel: Channel,
    at: { readonly class: LogRow["class"]; readonly epoch: number },
    size: number,
  ): Promise<Uint8Array | "lost" | undefined> {
    const filter = { channel: channel.id, class: at.class, author: channel.me };
    const logs = await tx.logs.listLogs(filter);
    const log = logs.find(({ epoch }) => epoch === at.epoch);
    if (log === undefined) return undefined;
    if (size > log.size) {
      const isEnded = log !== logs.at(-1);
      return isEnded && size <= (log.closedAtSize ?? size) ? "lost" : undefined;
    }
    const range = await readRange((ids) => tx.logs.readNodes(log.id, ids), size);
    return rootOf(this.#ports.p, range);
  }

  async #judgeItemList(
    channel: Channel,
    message: Message,
    file: AttachedFile,
  ): Promise<Result<true, RefusalCode>> {
    const lines = this.readItemLines(channel, file);
    const heldBack = heldBackOf(message.blocks, message.items) ?? [];
    const reader = createItemListReader(this.#ports.p, message.items, heldBack);
    for await (const line of lines) {
      if (!line.ok) return line;
      const read = reader.push(line.value);
      if (!read.ok) return read;
      const item = read.value.item === null ? accept(null) : parseItem(read.value.item);
      if (!item.ok) return item;
    }
    return reader.end();
  }

  /**
   * What the accepted messages among these change besides their cases. Everything is read and
   * verified before; what is returned only writes.
   */
  async effectsOf(channel: Channel, entries: readonly OpenedEntry[]): Promise<Effects> {
    const references: AttachmentReference[] = [];
    const changes: KeptChange[] = [];
    for (const { row, opened } of entries) {
      const { class: trafficClass, desk, jti, kind, openedAt } = row;
      if (opened === null || jti === null) continue;
      for (const { digest } of filesOf(opened.message)) {
        const scope = { channel: channel.id, class: trafficClass };
        references.push({ ...scope, digest, desk: desk ?? nodeName, jti });
      }
      if (kind !== keyChangeKind) continue;
      const read = await this.#readKeyChange(channel, opened);
      if (read.ok) changes.push({ change: read.value, place: opened, storedAt: openedAt });
    }
    const closings = entries.map(({ row }) => row).filter(isClosing);
    return async (tx) => {
      for (const row of closings) await this.closing.keep(tx, channel, row);
      for (const reference of references) await tx.attachments.insertReference(reference);
      for (const kept of changes) await keepKeyChange(tx, channel, kept);
    };
  }

  /** What is already held is no error: a change is said once in each log. */
  async #readKeyChange(
    channel: Channel,
    { message, ...place }: OpenedMessage,
  ): Promise<Result<KeyChange, RefusalCode>> {
    const { p, storage } = this.#ports;
    const stated = message.blocks.find(({ name }) => name === "notice")?.value ?? {};
    const descriptorText = await this.#readDocument(channel, message, stated["descriptor"] ?? null);
    if (!descriptorText.ok) return descriptorText;
    const noticeText = await this.#readDocument(channel, message, stated["channelNotice"] ?? null);
    if (!noticeText.ok) return noticeText;
    const descriptor = await readNewDescriptor(p, channel, descriptorText.value);
    if (!descriptor.ok) return descriptor;
    const held = channel.peerKeys.descriptors;
    const descriptors = descriptor.value === undefined ? held : [...held, descriptor.value];
    const notice = await readNewNotice(p, channel, { text: noticeText.value, descriptors });
    if (!notice.ok) return notice;
    if (notice.value !== undefined) {
      const held = await storage.read((tx) => readHeldPositions(tx, channel.id, place));
      const judged = judgePositions(notice.value.payload.statements, held);
      if (!judged.ok) return judged;
    }
    return accept({ descriptor: descriptor.value, notice: notice.value });
  }

  /** A signed document: in the message, or one of its files where it is too long for an entry. */
  async #readDocument(
    channel: Channel,
    message: Message,
    stated: JsonValue,
  ): Promise<Result<string | null, RefusalCode>> {
    if (stated === null || typeof stated === "string") return accept(stated);
    const digest = isJsonObject(stated) ? stated["attachment"] : undefined;
    const file = filesOf(message).find((each) => each.digest === digest);
    if (file === undefined || file.bytes > documentBytesMax) {
      return refuse("attachment.missing", "a document that is none of the files");
    }
    const parts: Uint8Array[] = [];
    for await (const part of this.readAttachment(channel, file)) {
      if (!part.ok) return part;
      parts.push(part.value);
    }
    const text = decodeUtf8(concatBytes(...parts));
    return text === undefined ? refuse("attachment.unreadable", "no text") : accept(text);
  }

  /** The lines of an item list that travels as an attachment; memory holds one part of it. */
  async *readItemLines(
    channel: Channel,
    file: AttachedFile,
  ): AsyncGenerator<Result<string, RefusalCode>> {
    let rest = "";
    for await (const part of this.readAttachment(channel, file)) {
      if (!part.ok) {
        yield part;
        return;
      }
      const text = decodeUtf8(part.value);
      const lines = (rest + (text ?? "")).split("\n");
      rest = lines.pop() ?? "";
      if (text === undefined || rest.length > itemLineBytesMax) {
        yield refuse("message.bad-items", "not lines of an item list");
        return;
      }
      for (const line of lines) yield accept(line);
    }
    if (rest !== "") yield refuse("message.bad-items", "the last line does not end");
  }

  /** The plaintext of an attachment. Whether it was whole shows only in the last part. */
  async *readAttachment(
    channel: Channel,
    file: AttachedFile,
  ): AsyncGenerator<Result<Uint8Array, RefusalCode>> {
    const opener = createAttachmentOpener(this.#ports.p, file, channel.attachmentBytesMax);
    if (!opener.ok) {
      yield opener;
      return;
    }
    const key = { channel: channel.id, digest: file.digest };
    const range = { from: 0, to: file.bytes };
    for await (const sealed of this.#ports.storage.streamAttachment(key, range)) {
      const part = opener.value.push(sealed);
      yield part;
      if (!part.ok) return;
    }
    yield opener.value.end();
  }
}

async function keepKeyChange(
  tx: StorageTransaction,
  channel: Channel,
  { change: { descriptor, notice }, place, storedAt }: KeptChange,
): Promise<void> {
  // Two classes are opened at once, and each may have been judged before the other's change.
  const moved = () => {
    const what = `the keys of ${channel.peer} were changed in another class meanwhile`;
    return new Fault("log.moved", what, { retryable: true });
  };
  if (descriptor !== undefined) {
    const outcome = await insertDescriptor(tx, descriptor, storedAt);
    if (outcome === "conflict") throw moved();
  }
  if (notice === undefined) return;
  const { digest, text, payload } = notice;
  const notices = await tx.channels.listNotices(channel.id);
  const held = notices.filter(({ author }) => author === channel.peer);
  if (held.some((each) => each.digest === digest)) return;
  if ((held.at(-1)?.digest ?? null) !== payload.previous) throw moved();
  const heldOf = await readHeldPositions(tx, channel.id, place);
  if (!judgePositions(payload.statements, heldOf).ok) throw moved();
  const row = { channel: channel.id, author: channel.peer, digest, jws: text, storedAt };
  await tx.channels.insertNotice(row);
}

/** @returns The descriptor that follows the newest held; `undefined` if it is held, or none was said. */
async function readNewDescriptor(
  p: Primitives,
  channel: Channel,
  text: string | null,
): Promise<Result<Descriptor | undefined, RefusalCode>> {
  if (text === null) return accept(undefined);
  const parsed = await parseDescriptor(p, text);
  if (!parsed.ok) return parsed;
  const { descriptors } = channel.peerKeys;
  if (descriptors.some(({ digest }) => digest === parsed.value.digest)) return accept(undefined);
  const trusted = descriptors.at(-1);
  const expected = { trusted, party: channel.peer, reader: channel.me, now: 0 };
  return verifyDescriptorChain(p, expected, [parsed.value]);
}

/** @returns The notice that follows the last one held; `undefined` if it is held, or none was said. */
async function readNewNotice(
  p: Primitives,
  channel: Channel,
  said: { readonly text: string | null; readonly descriptors: readonly Descriptor[] },
): Promise<Result<ChannelNotice | undefined, RefusalCode>> {
  const { text, descriptors } = said;
  const before = channel.peerKeys.notices;
  if (text === null || before.some((held) => held.text === text)) return accept(undefined);
  const about = { party: channel.peer, peer: channel.me, channel: channel.id };
  return verifyNotice(p, text, { ...about, descriptors, before });
}
