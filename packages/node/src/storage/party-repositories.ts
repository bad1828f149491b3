/**
 * Home, keys and parties in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type {
  DescriptorRow,
  HomeRecord,
  HomeRepository,
  KeyFilter,
  KeyRepository,
  PartyRepository,
  PeerRow,
  SealedKey,
} from "../service/storage.ts";
import type { InsertOutcome } from "../service/storage-log.ts";
import { isSameRow } from "./same-row.ts";
import type { Db } from "./tables.ts";

export class SqlHome implements HomeRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readHome(): Promise<HomeRecord | undefined> {
    const row = await this.#db
      .selectFrom("home")
      .select(["party", "protocol", "isPractice", "createdAt"])
      .executeTakeFirst();
    return row && { ...row, isPractice: row.isPractice === 1 };
  }

  async insertHome(home: HomeRecord): Promise<InsertOutcome> {
    const there = await this.readHome();
    if (there !== undefined) return isSameRow(there, home) ? "present" : "conflict";
    await this.#db
      .insertInto("home")
      .values({ ...home, id: 1, isPractice: home.isPractice ? 1 : 0, isRebuilding: 0 })
      .execute();
    return "stored";
  }

  async readIsRebuilding(): Promise<boolean> {
    const row = await this.#db.selectFrom("home").select("isRebuilding").executeTakeFirst();
    return row?.isRebuilding === 1;
  }

  async markRebuilding(isRebuilding: boolean): Promise<void> {
    await this.#db
      .updateTable("home")
      .set({ isRebuilding: isRebuilding ? 1 : 0 })
      .where("id", "=", 1)
      .execute();
  }
}

export class SqlKeys implements KeyRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readKey(id: string): Promise<SealedKey | undefined> {
    return this.#db.selectFrom("sealedKey").selectAll().where("id", "=", id).executeTakeFirst();
  }

  async listKeys({ purpose, owner }: KeyFilter): Promise<readonly SealedKey[]> {
    return this.#db
      .selectFrom("sealedKey")
      .selectAll()
      .$if(purpose !== undefined, (query) => query.where("purpose", "=", purpose ?? "sign"))
      .$if(owner === null, (query) => query.where("owner", "is", null))
      .$if(typeof owner === "string", (query) => query.where("owner", "=", owner ?? null))
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
  }

  async insertKey(key: SealedKey): Promise<InsertOutcome> {
    const there = await this.readKey(key.id);
    if (there !== undefined) return isSameRow(there, key) ? "present" : "conflict";
    await this.#db.insertInto("sealedKey").values(key).execute();
    return "stored";
  }

  async resealKey(id: string, sealed: Uint8Array): Promise<void> {
    await this.#update(id, { sealed });
  }

  async retireKey(id: string, retiredAt: number): Promise<void> {
    await this.#update(id, { retiredAt });
  }

  async #update(id: string, change: Partial<SealedKey>): Promise<void> {
    const { numUpdatedRows } = await this.#db
      .updateTable("sealedKey")
      .set(change)
      .where("id", "=", id)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, "only a stored key changes");
  }
}

export class SqlParties implements PartyRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readDescriptor(party: string, serial: number | "last"): Promise<DescriptorRow | undefined> {
    const chain = this.#db.selectFrom("descriptor").selectAll().where("party", "=", party);
    return serial === "last"
      ? chain.orderBy("serial", "desc").limit(1).executeTakeFirst()
      : chain.where("serial", "=", serial).executeTakeFirst();
  }

  async listDescriptors(party: string): Promise<readonly DescriptorRow[]> {
    return this.#db
      .selectFrom("descriptor")
      .selectAll()
      .where("party", "=", party)
      .orderBy("serial")
      .execute();
  }

  async insertDescriptor(descriptor: DescriptorRow): Promise<InsertOutcome> {
    const there = await this.readDescriptor(descriptor.party, descriptor.serial);
    if (there !== undefined) return there.digest === descriptor.digest ? "present" : "conflict";
    const last = await this.readDescriptor(descriptor.party, "last");
    if (descriptor.serial !== (last?.serial ?? 0) + 1) return "conflict";
    await this.#db.insertInto("descriptor").values(descriptor).execute();
    return "stored";
  }

  async readPeer(party: string): Promise<PeerRow | undefined> {
    return this.#db.selectFrom("peer").selectAll().where("party", "=", party).executeTakeFirst();
  }

  async listPeers(): Promise<readonly PeerRow[]> {
    return this.#db.selectFrom("peer").selectAll().orderBy("party").execute();
  }

  async writePeer(peer: PeerRow): Promise<void> {
    const { party, ...change } = peer;
    await this.#db
      .insertInto("peer")
      .values({ party, ...change })
      .onConflict((conflict) => conflict.column("party").doUpdateSet(change))
      .execute();
  }
}
