/**
 * People and how they sign in, in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type { Page, PageRequest } from "../service/storage-content.ts";
import type { InsertOutcome } from "../service/storage-log.ts";
import {
  type CredentialKind,
  type CredentialRow,
  type LaneRow,
  type OfficerRoleRow,
  type OfficerRow,
  type PeopleRepository,
  type SessionRow,
  sessionsPerListMax,
} from "../service/storage-people.ts";
import { nextCursor, parseCursor, rowsOf } from "./page-cursor.ts";
import { isSameRow } from "./same-row.ts";
import type { Db, Tables } from "./tables.ts";

export class SqlPeople implements PeopleRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readOfficer(id: string): Promise<OfficerRow | undefined> {
    const row = await this.#db
      .selectFrom("officer")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && officerOf(row);
  }

  async readOfficerByName(name: string): Promise<OfficerRow | undefined> {
    const row = await this.#db
      .selectFrom("officer")
      .selectAll()
      .where("name", "=", name)
      .executeTakeFirst();
    return row && officerOf(row);
  }

  async listOfficers(page: PageRequest): Promise<Page<OfficerRow>> {
    const { total } = await this.#db
      .selectFrom("officer")
      .select((eb) => eb.fn.countAll().as("total"))
      .executeTakeFirstOrThrow();
    const [after] = parseCursor(page.after, ["string"]) ?? [];
    const rows = await this.#db
      .selectFrom("officer")
      .selectAll()
      .$if(after !== undefined, (query) => query.where("name", ">", String(after)))
      .orderBy("name")
      .limit(rowsOf(page) + 1)
      .execute();
    const shown = rows.slice(0, rowsOf(page));
    const next = nextCursor(rows, shown, ({ name }) => [name]);
    return { rows: shown.map(officerOf), total: Number(total), next };
  }

  async insertOfficer(officer: OfficerRow): Promise<InsertOutcome> {
    const there =
      (await this.readOfficer(officer.id)) ?? (await this.readOfficerByName(officer.name));
    if (there !== undefined)
      return isSameRow(storedOfficer(there), storedOfficer(officer)) ? "present" : "conflict";
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto("officer")
      .values(storedOfficer(officer))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n ? "stored" : "conflict";
  }

  async updateOfficer(officer: OfficerRow): Promise<void> {
    const { id, name, ...change } = storedOfficer(officer);
    const { numUpdatedRows } = await this.#db
      .updateTable("officer")
      .set(change)
      .where("id", "=", id)
      .where("name", "=", name)
      .executeTakeFirst();
    assert(numUpdatedRows === 1n, "only an officer who is there changes, and keeps the name");
  }

  async listRoles(officers: readonly string[]): Promise<readonly OfficerRoleRow[]> {
    if (officers.length === 0) return [];
    return this.#db
      .selectFrom("officerRole")
      .selectAll()
      .where("officer", "in", officers)
      .orderBy("officer")
      .orderBy("role")
      .orderBy("desk")
      .execute();
  }

  async replaceRoles(officer: string, roles: readonly OfficerRoleRow[]): Promise<void> {
    assert(
      roles.every((role) => role.officer === officer),
      "roles of this officer",
    );
    await this.#db.deleteFrom("officerRole").where("officer", "=", officer).execute();
    if (roles.length > 0) await this.#db.insertInto("officerRole").values(roles).execute();
  }

  async countEnrolled(role: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom("officerRole")
      .innerJoin("officer", "officer.id", "officerRole.officer")
      .select((eb) => eb.fn.count("officer.id").distinct().as("count"))
      .where("officerRole.role", "=", role)
      .where("officer.state", "=", "active")
      .where("officer.enrolledAt", "is not", null)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async listCredentials(officer: string, kind: CredentialKind): Promise<readonly CredentialRow[]> {
    return this.#db
      .selectFrom("credential")
      .selectAll()
      .where("officer", "=", officer)
      .where("kind", "=", kind)
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
  }

  async insertCredential(credential: CredentialRow): Promise<void> {
    await this.#db.insertInto("credential").values(credential).execute();
  }

  async deleteCredential(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("credential")
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async deleteCredentials(officer: string, kinds: readonly CredentialKind[]): Promise<void> {
    await this.#db
      .deleteFrom("credential")
      .where("officer", "=", officer)
      .where("kind", "in", kinds)
      .execute();
  }

  async moveStep(id: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("credential")
      .set({ lastStep: step })
      .where("id", "=", id)
      .where("lastStep", "<", step)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async readSessionByToken(tokenHash: Uint8Array): Promise<SessionRow | undefined> {
    return this.#db
      .selectFrom("session")
      .selectAll()
      .where("tokenHash", "=", tokenHash)
      .executeTakeFirst();
  }

  async listSessions(officer: string): Promise<readonly SessionRow[]> {
    return this.#db
      .selectFrom("session")
      .selectAll()
      .where("officer", "=", officer)
      .orderBy("createdAt")
      .orderBy("id")
      .limit(sessionsPerListMax)
      .execute();
  }

  async insertSession(session: SessionRow): Promise<void> {
    await this.#db.insertInto("session").values(session).execute();
  }

  async moveSession(
    id: string,
    { lastSeenAt, authenticatedAt }: Pick<SessionRow, "lastSeenAt" | "authenticatedAt">,
  ): Promise<void> {
    await this.#db
      .updateTable("session")
      .set({ lastSeenAt, authenticatedAt })
      .where("id", "=", id)
      .execute();
  }

  async deleteSession(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("session")
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async deleteSessions(officer: string): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("session")
      .where("officer", "=", officer)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async readLane(lane: string): Promise<LaneRow | undefined> {
    const row = await this.#db
      .selectFrom("signInLane")
      .selectAll()
      .where("lane", "=", lane)
      .executeTakeFirst();
    return row && { ...row, isPinned: row.isPinned === 1 };
  }

  async takeLane(lane: string, now: number): Promise<LaneRow> {
    const counts = { failures: 0, since: now, blockedUntil: 0, lastAt: now };
    // What is there stays as it is, and is locked.
    await this.#db
      .insertInto("signInLane")
      .values({ lane, isPinned: 0, ...counts })
      .onConflict((conflict) => conflict.column("lane").doUpdateSet({ lane }))
      .execute();
    const row = await this.readLane(lane);
    assert(row !== undefined, "a lane that was just made is there");
    return row;
  }

  async writeLane(row: LaneRow, lanesMax: number): Promise<void> {
    const { lane, ...rest } = row;
    const change = { ...rest, isPinned: rest.isPinned ? 1 : 0 };
    await this.#db
      .insertInto("signInLane")
      .values({ lane, ...change })
      .onConflict((conflict) => conflict.column("lane").doUpdateSet(change))
      .execute();
    const { count } = await this.#db
      .selectFrom("signInLane")
      .select((eb) => eb.fn.countAll().as("count"))
      .executeTakeFirstOrThrow();
    const excess = Number(count) - lanesMax;
    if (excess <= 0) return;
    const oldest = await this.#db
      .selectFrom("signInLane")
      .select("lane")
      .where("lane", "!=", lane)
      .orderBy("isPinned")
      .orderBy("lastAt")
      .orderBy("lane")
      .limit(excess)
      .execute();
    const forgotten = oldest.map((one) => one.lane);
    if (forgotten.length === 0) return;
    await this.#db.deleteFrom("signInLane").where("lane", "in", forgotten).execute();
  }

  async deleteLane(lane: string): Promise<void> {
    await this.#db.deleteFrom("signInLane").where("lane", "=", lane).execute();
  }
}

function storedOfficer(row: OfficerRow): Tables["officer"] {
  const { channels, classes } = row;
  return { ...row, channels: JSON.stringify(channels), classes: JSON.stringify(classes) };
}

function officerOf(row: Tables["officer"]): OfficerRow {
  return { ...row, channels: JSON.parse(row.channels), classes: JSON.parse(row.classes) };
}
