/**
 * Channels, agreements and notices in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type {
  AgreementRow,
  ChannelRepository,
  ChannelRow,
  ChannelState,
  NoticeRow,
} from "../service/storage.ts";
import type { InsertOutcome } from "../service/storage-log.ts";
import type { Db, Tables } from "./tables.ts";

export class SqlChannels implements ChannelRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readChannel(id: string): Promise<ChannelRow | undefined> {
    return this.#db.selectFrom("channel").selectAll().where("id", "=", id).executeTakeFirst();
  }

  async listChannels(peer?: string): Promise<readonly ChannelRow[]> {
    return this.#db
      .selectFrom("channel")
      .selectAll()
      .$if(peer !== undefined, (query) => query.where("peer", "=", peer ?? ""))
      .orderBy("id")
      .execute();
  }

  async insertChannel(channel: ChannelRow): Promise<InsertOutcome> {
    const there = await this.readChannel(channel.id);
    if (there !== undefined) return there.peer === channel.peer ? "present" : "conflict";
    await this.#db.insertInto("channel").values(channel).execute();
    return "stored";
  }

  async setChannelState(id: string, state: ChannelState): Promise<void> {
    const { numUpdatedRows } = await this.#db
      .updateTable("channel")
      .set({ state })
      .where("id", "=", id)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, "only a stored channel changes");
  }

  async readAgreement(
    channel: string,
    version: number | "last",
  ): Promise<AgreementRow | undefined> {
    const versions = await this.listAgreements(channel);
    return version === "last"
      ? versions.findLast(({ signedBy }) => signedBy.length === 2)
      : versions.find((agreement) => agreement.version === version);
  }

  async listAgreements(channel: string): Promise<readonly AgreementRow[]> {
    const rows = await this.#db
      .selectFrom("agreement")
      .selectAll()
      .where("channel", "=", channel)
      .orderBy("version")
      .execute();
    return rows.map(agreementOf);
  }

  async writeAgreement(agreement: AgreementRow): Promise<InsertOutcome> {
    const { channel, version } = agreement;
    const there = await this.readAgreement(channel, version);
    const row = { ...agreement, signedBy: JSON.stringify(agreement.signedBy) };
    if (there === undefined) {
      await this.#db.insertInto("agreement").values(row).execute();
      return "stored";
    }
    const keepsAll = there.signedBy.every((name) => agreement.signedBy.includes(name));
    if (there.digest !== agreement.digest || !keepsAll) return "conflict";
    if (there.signedBy.length === agreement.signedBy.length) return "present";
    await this.#db
      .updateTable("agreement")
      .set({ jws: row.jws, signedBy: row.signedBy, storedAt: row.storedAt })
      .where("channel", "=", channel)
      .where("version", "=", version)
      .execute();
    return "stored";
  }

  async listNotices(channel: string): Promise<readonly NoticeRow[]> {
    return this.#db
      .selectFrom("notice")
      .select(["channel", "author", "digest", "jws", "storedAt"])
      .where("channel", "=", channel)
      .orderBy("place")
      .execute();
  }

  async insertNotice(notice: NoticeRow): Promise<InsertOutcome> {
    const notices = await this.listNotices(notice.channel);
    if (notices.some(({ digest }) => digest === notice.digest)) return "present";
    await this.#db
      .insertInto("notice")
      .values({ ...notice, place: notices.length })
      .execute();
    return "stored";
  }

  async replaceNotice(digest: string, notice: NoticeRow): Promise<"stored" | "conflict"> {
    const notices = await this.listNotices(notice.channel);
    const last = notices.findLast(({ author }) => author === notice.author);
    if (last?.digest !== digest) return "conflict";
    await this.#db
      .updateTable("notice")
      .set({ digest: notice.digest, jws: notice.jws, storedAt: notice.storedAt })
      .where("channel", "=", notice.channel)
      .where("digest", "=", digest)
      .execute();
    return "stored";
  }
}

function agreementOf(row: Tables["agreement"]): AgreementRow {
  return { ...row, signedBy: JSON.parse(row.signedBy) as readonly string[] };
}
