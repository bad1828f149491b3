/**
 * Attachments in SQL: rows of 1 MiB, so that a standby and several processes have them.
 *
 * @module
 */
import { concatBytes } from "@parley/core/bytes/octets";
import { assert } from "@parley/core/fault";
import {
  type AttachmentKey,
  type AttachmentReference,
  type AttachmentRepository,
  type AttachmentRow,
  attachmentPartBytesMax,
  type NewAttachment,
  type Visibility,
} from "../service/storage-content.ts";
import type { AppendOutcome, InsertOutcome } from "../service/storage-log.ts";
import type { Db } from "./tables.ts";

/** Attachments dropped at once. */
const dropMax = 256;

export class SqlAttachments implements AttachmentRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readAttachment({ channel, digest }: AttachmentKey): Promise<AttachmentRow | undefined> {
    return this.#db
      .selectFrom("attachment")
      .selectAll()
      .where("channel", "=", channel)
      .where("digest", "=", digest)
      .executeTakeFirst();
  }

  async readAttachmentPart(key: AttachmentKey, offset: number): Promise<Uint8Array> {
    const part = Math.floor(offset / attachmentPartBytesMax);
    const bytes = await this.#readPart(key, part);
    return bytes?.subarray(offset % attachmentPartBytesMax) ?? new Uint8Array(0);
  }

  async listReferences(
    { channel, digest }: AttachmentKey,
    { channels, classes, desks }: Visibility,
  ): Promise<readonly AttachmentReference[]> {
    if (channels !== "all" && !channels.includes(channel)) return [];
    const rows = await this.#db
      .selectFrom("attachmentReference")
      .selectAll()
      .where("channel", "=", channel)
      .where("digest", "=", digest)
      .orderBy("class")
      .orderBy("jti")
      .execute();
    return rows.filter(
      (row) =>
        (classes === "all" || classes.includes(row.class)) &&
        (desks === "all" || desks.includes(row.desk)),
    );
  }

  async countAttachmentBytes(
    channel: string,
    author: string,
    firstSeenFrom: number,
  ): Promise<number> {
    const { sum } = await this.#db
      .selectFrom("attachment")
      .select((eb) => eb.fn.sum("bytesTotal").as("sum"))
      .where("channel", "=", channel)
      .where("author", "=", author)
      .where("firstSeenAt", ">=", firstSeenFrom)
      .executeTakeFirstOrThrow();
    return Number(sum ?? 0);
  }

  async createAttachment(attachment: NewAttachment): Promise<AttachmentRow> {
    const there = await this.readAttachment(attachment);
    if (there !== undefined) return there;
    const made = { ...attachment, bytesReceived: 0, state: "partial" } as const;
    await this.#db.insertInto("attachment").values(made).execute();
    return made;
  }

  async appendAttachment(
    key: AttachmentKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<AppendOutcome> {
    assert(bytes.length > 0 && bytes.length <= attachmentPartBytesMax, "a part of 1 B to 1 MiB");
    const end = offset + bytes.length;
    const { numUpdatedRows } = await this.#db
      .updateTable("attachment")
      .set({ bytesReceived: end })
      .where("channel", "=", key.channel)
      .where("digest", "=", key.digest)
      .where("bytesReceived", "=", offset)
      .where("bytesTotal", ">=", end)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) {
      const there = await this.#mustRead(key);
      assert(there.bytesReceived !== offset, "no byte follows the last");
      return { isAppended: false, reason: "moved", count: there.bytesReceived };
    }
    await this.#writeParts(key, offset, bytes);
    return { isAppended: true };
  }

  async completeAttachment(key: AttachmentKey): Promise<void> {
    const { bytesReceived, bytesTotal } = await this.#mustRead(key);
    assert(bytesReceived === bytesTotal, "an attachment is complete with its last byte");
    await this.#db
      .updateTable("attachment")
      .set({ state: "complete" })
      .where("channel", "=", key.channel)
      .where("digest", "=", key.digest)
      .execute();
  }

  async insertReference(reference: AttachmentReference): Promise<InsertOutcome> {
    const { channel, digest, class: trafficClass, desk, jti } = reference;
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("attachmentReference")
      .values({ channel, digest, class: trafficClass, desk, jti })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n ? "stored" : "present";
  }

  async dropAttachment(key: AttachmentKey): Promise<void> {
    const everyone = { channels: "all", classes: "all", desks: "all" } as const;
    const references = await this.listReferences(key, everyone);
    assert(references.length === 0, "an attachment is kept as long as its message");
    await this.#db
      .deleteFrom("attachment")
      .where("channel", "=", key.channel)
      .where("digest", "=", key.digest)
      .execute();
  }

  async dropOrphans(firstSeenBefore: number): Promise<number> {
    const orphans = await this.#db
      .selectFrom("attachment")
      .select(["channel", "digest"])
      .where("firstSeenAt", "<", firstSeenBefore)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("attachmentReference as reference")
              .select("reference.jti")
              .whereRef("reference.channel", "=", "attachment.channel")
              .whereRef("reference.digest", "=", "attachment.digest"),
          ),
        ),
      )
      .limit(dropMax)
      .execute();
    for (const orphan of orphans) await this.dropAttachment(orphan);
    return orphans.length;
  }

  async #mustRead(key: AttachmentKey): Promise<AttachmentRow> {
    const there = await this.readAttachment(key);
    assert(there !== undefined, "the attachment was created");
    return there;
  }

  /** The bytes fill up the last row first, so that what is cut off often costs no more rows. */
  async #writeParts(key: AttachmentKey, offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const part = Math.floor(at / attachmentPartBytesMax);
      const room = attachmentPartBytesMax - (at % attachmentPartBytesMax);
      const piece = bytes.subarray(done, done + room);
      const before =
        at % attachmentPartBytesMax === 0 ? undefined : await this.#readPart(key, part);
      const row = before === undefined ? piece : concatBytes(before, piece);
      await this.#db
        .insertInto("attachmentPart")
        .values({ channel: key.channel, digest: key.digest, part, bytes: row })
        .onConflict((conflict) =>
          conflict.columns(["channel", "digest", "part"]).doUpdateSet({ bytes: row }),
        )
        .execute();
      done += piece.length;
    }
  }

  async #readPart(key: AttachmentKey, part: number): Promise<Uint8Array | undefined> {
    const row = await this.#db
      .selectFrom("attachmentPart")
      .select("bytes")
      .where("channel", "=", key.channel)
      .where("digest", "=", key.digest)
      .where("part", "=", part)
      .executeTakeFirst();
    return row?.bytes;
  }
}
