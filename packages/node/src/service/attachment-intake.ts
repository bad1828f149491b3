/**
 * Sealed attachments as they come in: part after part, durable as they come, whole once their
 * digest is their name.
 *
 * It is the same whether the peer uploads or we fetch. What no message names is dropped after a day.
 * spec/exchange.md §6.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { concatBytes } from "@parley/core/bytes/octets";
import type { Hasher, Primitives } from "@parley/core/crypto/primitives";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Log } from "../log.ts";
import type { Channel, ChannelBook } from "./channel.ts";
import type { Clock } from "./clock.ts";
import type { Storage } from "./storage.ts";
import {
  type AttachmentKey,
  type AttachmentRow,
  attachmentPartBytesMax,
  attachmentPartBytesMin,
} from "./storage-content.ts";

/** How long an attachment may wait for the message that names it; also the day of its quota. */
const daySeconds = 86_400;

const orphansSweepMs = 3_600_000;
/** What `dropOrphans` of the storage drops at once. */
const orphansPerSweep = 256;

const everyone = { channels: "all", classes: "all", desks: "all" } as const;

/** Octets `first` to `last` of `total`, counted from 0. */
export type PartRange = { readonly first: number; readonly last: number; readonly total: number };

export type IntakeRefusal = Extract<
  RefusalCode,
  | "attachment.too-large"
  | "attachment.wrong-digest"
  | "exchange.bad-range"
  | "exchange.over-quota"
  | "exchange.wrong-offset"
>;

/** `partial` and refusals of an offset say how much is kept: the next octet to send. */
export type IntakeAnswer =
  | { readonly kind: "stored" | "present" }
  | { readonly kind: "partial"; readonly keptBytes: number }
  | { readonly kind: "refuse"; readonly code: IntakeRefusal; readonly keptBytes?: number };

/** The part may be read. */
export interface IntakePlace {
  readonly kind: "receive";
  readonly key: AttachmentKey;
  readonly range: PartRange;
}

export interface IntakePorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly book: ChannelBook;
}

export class AttachmentIntake {
  readonly #ports: IntakePorts;
  /**
   * By channel, octets of today that were none of what their name says. They are dropped, and count
   * as what is kept does; forgotten when the process ends.
   */
  readonly #wasted = new Map<string, { readonly day: number; readonly bytes: number }>();

  constructor(ports: IntakePorts) {
    this.#ports = ports;
  }

  /**
   * @param id - Channel id; `undefined` if the peer named none, which does where there is one only.
   * @returns `exchange.not-allowed` if there is no such channel with this peer, or none is open.
   */
  channelFor(
    peer: string,
    id: string | undefined,
  ): Result<Channel, "exchange.bad-query" | "exchange.not-allowed"> {
    const channels = this.#ports.book.byPeer(peer);
    if (id === undefined && channels.length > 1) {
      return refuse("exchange.bad-query", "several channels, and none was named");
    }
    const channel = id === undefined ? channels[0] : channels.find((known) => known.id === id);
    return channel === undefined
      ? refuse("exchange.not-allowed", "no such channel is open")
      : accept(channel);
  }

  /** Judges a part before it is read, and reserves its place. */
  async begin(
    channel: Channel,
    digest: string,
    range: PartRange,
  ): Promise<IntakePlace | IntakeAnswer> {
    const key = { channel: channel.id, digest };
    const { first, last, total } = range;
    if (first > last || last >= total) return { kind: "refuse", code: "exchange.bad-range" };
    const isLast = last + 1 === total;
    if (!isLast && last + 1 - first < attachmentPartBytesMin) {
      return { kind: "refuse", code: "exchange.bad-range" };
    }
    const there = await this.readKept(key);
    if (there?.state === "complete") return { kind: "present" };
    if (there === undefined && total > channel.attachmentBytesMax) {
      return { kind: "refuse", code: "attachment.too-large" };
    }
    const row = there ?? (await this.#reserve(channel, digest, total));
    if (row === undefined) return { kind: "refuse", code: "exchange.over-quota" };
    if (row.state === "complete") return { kind: "present" };
    if (row.bytesTotal !== total || row.bytesReceived !== first) {
      return { kind: "refuse", code: "exchange.wrong-offset", keptBytes: row.bytesReceived };
    }
    return { kind: "receive", key, range };
  }

  /**
   * @param chunks - Ends where the part ends or breaks off; what goes beyond the range is left, and
   *   of one that breaks off a rest below {@link attachmentPartBytesMin}.
   */
  async receive(place: IntakePlace, chunks: AsyncIterable<Uint8Array>): Promise<IntakeAnswer> {
    const { key, range } = place;
    const { p } = this.#ports;
    // The digest of a part that is the whole is known without reading anything again.
    const hasher = range.first === 0 ? p.createSha256() : undefined;
    const writer = new PartWriter(this.#ports.storage, key, range.first);
    const wantedBytes = range.last + 1 - range.first;
    let takenBytes = 0;
    for await (const chunk of chunks) {
      const taken = chunk.subarray(0, wantedBytes - takenBytes);
      if (taken.length > 0) {
        takenBytes += taken.length;
        hasher?.update(taken);
        if (!(await writer.push(taken))) return this.#whereItStands(key);
      }
      if (takenBytes === wantedBytes) break;
    }
    if (takenBytes < wantedBytes) writer.dropShortRest();
    if (!(await writer.flush())) return this.#whereItStands(key);
    const keptBytes = writer.offset;
    if (keptBytes < range.total) return { kind: "partial", keptBytes };
    return this.#finish(key, range.total, hasher);
  }

  /** What is kept of it. One whose last octet came before the process died is finished first. */
  async readKept(key: AttachmentKey): Promise<AttachmentRow | undefined> {
    const row = await this.#read(key);
    if (row?.state !== "partial" || row.bytesReceived < row.bytesTotal) return row;
    await this.#finish(key, row.bytesTotal, undefined);
    return this.#read(key);
  }

  /** Runs until the signal: drops what nobody named within a day. */
  async sweepOrphans(signal: AbortSignal): Promise<void> {
    const { storage, clock, log } = this.#ports;
    while (!signal.aborted) {
      try {
        const before = clock.nowSeconds() - daySeconds;
        let dropped = orphansPerSweep;
        while (dropped >= orphansPerSweep && !signal.aborted) {
          dropped = await storage.write((tx) => tx.attachments.dropOrphans(before));
        }
      } catch (cause) {
        // The next sweep drops what this one could not.
        log.event("node.fault", {}, cause);
      }
      await clock.sleep(orphansSweepMs, signal);
    }
  }

  async #reserve(
    channel: Channel,
    digest: string,
    total: number,
  ): Promise<AttachmentRow | undefined> {
    const { storage, clock } = this.#ports;
    const now = clock.nowSeconds();
    const made = { channel: channel.id, digest, author: channel.peer, bytesTotal: total };
    return storage.write(async ({ attachments }) => {
      const used = await attachments.countAttachmentBytes(
        channel.id,
        channel.peer,
        now - daySeconds,
      );
      if (used + this.#wastedBytes(channel.id) + total > channel.attachmentBytesPerDay) {
        return attachments.readAttachment({ channel: channel.id, digest });
      }
      return attachments.createAttachment({ ...made, firstSeenAt: now });
    });
  }

  async #finish(
    key: AttachmentKey,
    total: number,
    hasher: Hasher | undefined,
  ): Promise<IntakeAnswer> {
    const { storage, log } = this.#ports;
    const digest = toBase64Url((hasher ?? (await this.#hashStored(key, total))).digest());
    if (digest !== key.digest) {
      await storage.write(async ({ attachments }) => {
        // Another request may have dropped it, and a third begun anew.
        const row = await attachments.readAttachment(key);
        const isNamed = (await attachments.listReferences(key, everyone)).length > 0;
        if (row?.bytesReceived === total && row.state === "partial" && !isNamed) {
          await attachments.dropAttachment(key);
        }
      });
      const bytes = this.#wastedBytes(key.channel) + total;
      this.#wasted.set(key.channel, { day: this.#day(), bytes });
      return { kind: "refuse", code: "attachment.wrong-digest" };
    }
    await storage.write((tx) => tx.attachments.completeAttachment(key));
    log.event("attachment.stored", { digest, bytes: total });
    return { kind: "stored" };
  }

  #wastedBytes(channel: string): number {
    const wasted = this.#wasted.get(channel);
    return wasted?.day === this.#day() ? wasted.bytes : 0;
  }

  #day(): number {
    return Math.floor(this.#ports.clock.nowSeconds() / daySeconds);
  }

  async #hashStored(key: AttachmentKey, total: number): Promise<Hasher> {
    const { p, storage } = this.#ports;
    const hasher = p.createSha256();
    for await (const part of storage.streamAttachment(key, { from: 0, to: total })) {
      hasher.update(part);
    }
    return hasher;
  }

  async #whereItStands(key: AttachmentKey): Promise<IntakeAnswer> {
    const row = await this.readKept(key);
    if (row?.state === "complete") return { kind: "present" };
    const keptBytes = row?.bytesReceived ?? 0;
    return { kind: "refuse", code: "exchange.wrong-offset", keptBytes };
  }

  #read(key: AttachmentKey): Promise<AttachmentRow | undefined> {
    return this.#ports.storage.read((tx) => tx.attachments.readAttachment(key));
  }
}

/** Writes a stream in parts that end where the rows of the storage end. */
class PartWriter {
  readonly #storage: Storage;
  readonly #key: AttachmentKey;
  /** Octets that are durable, from the beginning of the attachment. */
  offset: number;
  #chunks: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(storage: Storage, key: AttachmentKey, offset: number) {
    this.#storage = storage;
    this.#key = key;
    this.offset = offset;
  }

  dropShortRest(): void {
    if (this.#waitingBytes >= attachmentPartBytesMin) return;
    this.#chunks = [];
    this.#waitingBytes = 0;
  }

  /** @returns Whether the place is still ours: another upload of the same may have been faster. */
  async push(chunk: Uint8Array): Promise<boolean> {
    for (let done = 0; done < chunk.length; ) {
      const roomBytes =
        attachmentPartBytesMax - (this.offset % attachmentPartBytesMax) - this.#waitingBytes;
      const piece = chunk.subarray(done, done + roomBytes);
      this.#chunks.push(piece);
      this.#waitingBytes += piece.length;
      done += piece.length;
      if (piece.length === roomBytes && !(await this.flush())) return false;
    }
    return true;
  }

  async flush(): Promise<boolean> {
    if (this.#waitingBytes === 0) return true;
    const bytes = concatBytes(...this.#chunks);
    const { offset } = this;
    this.#chunks = [];
    this.#waitingBytes = 0;
    const isKept = await this.#storage.write(async ({ attachments }) => {
      // Another upload of the same may have ended with a wrong digest: then it is gone.
      const row = await attachments.readAttachment(this.#key);
      if (row?.bytesReceived !== offset) return false;
      return (await attachments.appendAttachment(this.#key, offset, bytes)).isAppended;
    });
    if (isKept) this.offset += bytes.length;
    return isKept;
  }
}
