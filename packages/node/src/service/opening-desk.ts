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
import { kindOf } from "@parley/core/kind/kinds";
import { readRange, rootOf } from "@parley/core/log/tree";
import { createItemListReader, itemLineBytesMax } from "@parley/core/message/item-lines";
import { heldBackOf, type Message } from "@parley/core/message/message";
import { nodeName } from "@parley/core/party/party-name";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result, refuse } from "@parley/core/result";
import { type AttachedFile, filesOf } from "./attached-files.ts";
import type { Channel } from "./channel.ts";
import { parseKeptMessage } from "./kept-message.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

export interface OpeningDeskPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly keys: Pick<KeyRing, "opener">;
  /** The desk (or `node`) whose opening key this is; null for one that is retired. */
  deskOfKey(id: string): string | null | undefined;
}

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
      isKnown: async () => true,
    };
  }

  /**
   * What only the whole content shows: that every attachment is there, and that an item list which
   * travels as one is the list that the body commits to.
   */
  async judgeContent(
    channel: Channel,
    opened: OpenedMessage,
  ): Promise<Result<OpenedMessage, RefusalCode>> {
    const { storage } = this.#ports;
    for (const file of filesOf(opened.message)) {
      const key = { channel: channel.id, digest: file.digest };
      const row = await storage.read((tx) => tx.attachments.readAttachment(key));
      if (row?.state !== "complete") return refuse("attachment.missing", "not here when opened");
      if (row.bytesTotal !== file.bytes) return refuse("attachment.truncated", "of another length");
      if (file.role !== "items") continue;
      const judged = await this.#judgeItemList(channel, opened.message, file);
      if (!judged.ok) return judged;
    }
    return accept(opened);
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

  /** What the accepted messages among these rows change besides their cases. */
  async keepEffects(
    tx: StorageTransaction,
    channel: Channel,
    rows: readonly OpenedRow[],
  ): Promise<void> {
    for (const { message, class: trafficClass, desk, jti } of rows) {
      if (message === null || jti === null) continue;
      for (const { digest } of filesOf(parseKeptMessage(message).message)) {
        const scope = { channel: channel.id, class: trafficClass };
        await tx.attachments.insertReference({ ...scope, digest, desk: desk ?? nodeName, jti });
      }
    }
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
