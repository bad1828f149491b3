/**
 * What the judgement of an entry asks of this node: keys, agreement, our own log, attachments; and
 * what an accepted message changes besides its case: references to attachments, and keys.
 *
 * @module
 */
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { createAttachmentOpener } from "@parley/core/entry/attachment";
import type { EntryHeader, EntryOpener } from "@parley/core/entry/entry";
import type { OpenedMessage, OpeningContext } from "@parley/core/entry/open-message";
import { parseItem } from "@parley/core/item/item";
import { kindOf, kinds } from "@parley/core/kind/kinds";
import { readRange, rootOf } from "@parley/core/log/tree";
import { createItemListReader, itemLineBytesMax } from "@parley/core/message/item-lines";
import { heldBackOf, type Message } from "@parley/core/message/message";
import { type ChannelNotice, verifyNotice } from "@parley/core/party/channel-notice";
import { type Descriptor, parseDescriptor } from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { nodeName } from "@parley/core/party/party-name";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result, refuse } from "@parley/core/result";
import { type AttachedFile, filesOf } from "./attached-files.ts";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { KeyRing } from "./key-ring.ts";
import { insertDescriptor } from "./own-party.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import type { AttachmentReference, OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** Writes what follows from messages, in the transaction that keeps them. */
export type Effects = (tx: StorageTransaction) => Promise<void>;

/** What a change of keys brings that is not held yet. */
interface KeyChange {
  readonly descriptor: Descriptor | undefined;
  readonly notice: ChannelNotice | undefined;
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
  readonly #ports: OpeningDeskPorts;

  constructor(ports: OpeningDeskPorts) {
    this.#ports = ports;
  }

  /** @param receivedAt - Time of the receipt that covers the entry. */
  contextOf(
    channel: Channel,
    log: LogRow,
    at: { index: number; receivedAt: number },
  ): OpeningContext {
    const { storage } = this.#ports;
    return {
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
      isRepeat: async (jti) => {
        const query = { channel: channel.id, author: channel.peer, jti };
        return (await storage.read((tx) => tx.opened.readOpenedByJti(query))) !== undefined;
      },
      ownRoot: (epoch, size) =>
        storage.read((tx) => this.#ownRoot(tx, channel, { ...log, epoch }, size)),
      kind: kindOf,
    };
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
    if (opened.message.control.kind !== keyChangeKind) return accept(opened);
    const change = await this.#readKeyChange(channel, opened.message);
    return change.ok ? accept(opened) : change;
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
  ): Promise<Uint8Array | undefined> {
    const filter = { channel: channel.id, class: at.class, author: channel.me };
    const log = (await tx.logs.listLogs(filter)).find(({ epoch }) => epoch === at.epoch);
    if (log === undefined || size > log.size) return undefined;
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
   * What the accepted messages among these rows change besides their cases. Everything is read and
   * verified before; what is returned only writes.
   */
  async effectsOf(channel: Channel, rows: readonly OpenedRow[]): Promise<Effects> {
    const references: AttachmentReference[] = [];
    const changes: { readonly change: KeyChange; readonly storedAt: number }[] = [];
    for (const { message, class: trafficClass, desk, jti, kind, openedAt } of rows) {
      if (message === null || jti === null) continue;
      const opened = parseKeptMessage(message);
      for (const { digest } of filesOf(opened.message)) {
        const scope = { channel: channel.id, class: trafficClass };
        references.push({ ...scope, digest, desk: desk ?? nodeName, jti });
      }
      if (kind !== keyChangeKind) continue;
      const read = await this.#readKeyChange(channel, opened.message);
      if (read.ok) changes.push({ change: read.value, storedAt: openedAt });
    }
    return async (tx) => {
      for (const reference of references) await tx.attachments.insertReference(reference);
      for (const { change, storedAt } of changes)
        await keepKeyChange(tx, channel, change, storedAt);
    };
  }

  /** A descriptor that is already held is no error: the change is said once in each log. */
  async #readKeyChange(
    channel: Channel,
    message: Message,
  ): Promise<Result<KeyChange, RefusalCode>> {
    const { p } = this.#ports;
    const notice = message.blocks.find(({ name }) => name === "notice")?.value ?? {};
    const { descriptor, channelNotice } = notice;
    const descriptors = [...channel.peerKeys.descriptors];
    let next: Descriptor | undefined;
    if (typeof descriptor === "string") {
      const parsed = await parseDescriptor(p, descriptor);
      if (!parsed.ok) return parsed;
      const { digest } = parsed.value;
      if (!descriptors.some((held) => held.digest === digest)) {
        const trusted = descriptors.at(-1);
        const expected = { trusted, party: channel.peer, reader: channel.me, now: 0 };
        const followed = await verifyDescriptorChain(p, expected, [parsed.value]);
        if (!followed.ok) return followed;
        next = parsed.value;
        descriptors.push(next);
      }
    } else if (descriptor !== null) return refuse("attachment.missing", "a descriptor apart");
    if (channelNotice === null) return accept({ descriptor: next, notice: undefined });
    if (typeof channelNotice !== "string") return refuse("attachment.missing", "a notice apart");
    const before = channel.peerKeys.notices;
    const held = before.find(({ text }) => text === channelNotice);
    if (held !== undefined) return accept({ descriptor: next, notice: undefined });
    const about = { party: channel.peer, peer: channel.me, channel: channel.id };
    const read = await verifyNotice(p, channelNotice, { ...about, descriptors, before });
    return read.ok ? accept({ descriptor: next, notice: read.value }) : read;
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
  { descriptor, notice }: KeyChange,
  storedAt: number,
): Promise<void> {
  if (descriptor !== undefined) await insertDescriptor(tx, descriptor, storedAt);
  if (notice === undefined) return;
  const { digest, text } = notice;
  const row = { channel: channel.id, author: channel.peer, digest, jws: text, storedAt };
  await tx.channels.insertNotice(row);
}
