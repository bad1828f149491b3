/** What every database must keep to about people, their sign-in, and what they did. */
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { expect, test } from "vitest";
import { operator } from "../../packages/node/src/service/actor.ts";
import { appendAct, createAuditLog } from "../../packages/node/src/service/audit/audit-log.ts";
import type {
  CredentialRow,
  LaneRow,
  OfficerRow,
  SessionRow,
} from "../../packages/node/src/service/storage-people.ts";
import type { StoragePlace } from "./fixtures.ts";

const anna = officer("anna");
const boris = officer("boris");

function officer(name: string, over: Partial<OfficerRow> = {}): OfficerRow {
  return {
    ...{ id: `id-of-${name}`, name, title: "Anna, watch", state: "active" },
    ...{ channels: ["c1"], classes: ["live", "exercise"], createdAt: 1 },
    ...{ enrolledAt: null, leftAt: null, ...over },
  };
}

function credential(id: string, over: Partial<CredentialRow> = {}): CredentialRow {
  const row = {
    officer: anna.id,
    kind: "recovery",
    text: "hash",
    sealed: null,
    lastStep: 0,
  } as const;
  return { id, ...row, createdAt: 1, expiresAt: null, ...over };
}

function session(id: string, over: Partial<SessionRow> = {}): SessionRow {
  const times = { createdAt: 1, lastSeenAt: 1, authenticatedAt: 1 };
  const tokenHash = Uint8Array.from([...id].map((character) => character.charCodeAt(0)));
  return { id, officer: anna.id, tokenHash, ...times, source: "local", ...over };
}

function lane(name: string, over: Partial<LaneRow> = {}): LaneRow {
  const counts = { failures: 1, since: 1, blockedUntil: 0, lastAt: 1 };
  return { lane: name, isPinned: false, ...counts, ...over };
}

export function peopleContract(place: () => Promise<StoragePlace>): void {
  test("[STO-24] an officer keeps name and id for ever, and all else may change", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ people }) => {
      expect(await people.insertOfficer(anna)).toBe("stored");
      expect(await people.insertOfficer(anna)).toBe("present");
      expect(await people.insertOfficer({ ...anna, id: "other" })).toBe("conflict");
      expect(await people.insertOfficer({ ...anna, name: "other" })).toBe("conflict");
      expect(await people.insertOfficer(boris)).toBe("stored");
      const left = { ...anna, state: "left", channels: "all", leftAt: 9 } as const;
      await people.updateOfficer(left);
      expect(await people.readOfficer(anna.id)).toEqual(left);
      expect(await people.readOfficerByName("anna")).toEqual(left);
      const first = await people.listOfficers({ after: null, rowsMax: 1 });
      expect(first).toMatchObject({ rows: [left], total: 2 });
      expect(await people.listOfficers({ after: first.next, rowsMax: 1 })).toEqual({
        ...{ rows: [boris], total: 2, next: null },
      });
    });
    const renaming = storage.write((tx) => tx.people.updateOfficer({ ...anna, name: "c" }));
    await expect(renaming).rejects.toThrow("keeps the name");
  });

  test("[STO-24] roles are replaced whole, and only who is active and enrolled counts", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ people }) => {
      for (const one of [anna, boris]) await people.insertOfficer(one);
      const role = (of: OfficerRow, name: string, desk = "*") => ({
        officer: of.id,
        role: name,
        desk,
      });
      await people.replaceRoles(anna.id, [
        role(anna, "administrator"),
        role(anna, "drafter", "watch"),
      ]);
      await people.replaceRoles(boris.id, [role(boris, "administrator")]);
      expect(await people.countEnrolled("administrator")).toBe(0);
      await people.updateOfficer({ ...anna, enrolledAt: 5 });
      await people.updateOfficer({ ...boris, enrolledAt: 5 });
      expect(await people.countEnrolled("administrator")).toBe(2);
      await people.updateOfficer({ ...boris, enrolledAt: 5, state: "left" });
      expect(await people.countEnrolled("administrator")).toBe(1);
      await people.replaceRoles(anna.id, [role(anna, "approver", "political")]);
      expect(await people.countEnrolled("administrator")).toBe(0);
      expect(await people.listRoles([anna.id, boris.id])).toEqual([
        role(anna, "approver", "political"),
        role(boris, "administrator"),
      ]);
    });
  });

  test("[STO-24] of two who use up one code at once, one does; a step only moves on", async () => {
    await using at = await place();
    await using storage = await at.open();
    await using other = await at.openAgain();
    await storage.write(async ({ people }) => {
      await people.insertOfficer(anna);
      await people.insertCredential(credential("r1"));
      await people.insertCredential(credential("r2", { createdAt: 2 }));
      await people.insertCredential(credential("t1", { kind: "totp", sealed: new Uint8Array(3) }));
    });
    const used = await Promise.all(
      [storage, other, storage, other].map((on) =>
        on.write((tx) => tx.people.deleteCredential("r1")),
      ),
    );
    expect(used.filter(Boolean)).toHaveLength(1);
    const moved = await Promise.all(
      [storage, other].map((on) => on.write((tx) => tx.people.moveStep("t1", 7))),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    await storage.write(async ({ people }) => {
      expect(await people.moveStep("t1", 6)).toBe(false);
      expect(await people.moveStep("t1", 8)).toBe(true);
      expect((await people.listCredentials(anna.id, "recovery")).map(({ id }) => id)).toEqual([
        "r2",
      ]);
      await people.deleteCredentials(anna.id, ["recovery", "password"]);
      expect(await people.listCredentials(anna.id, "recovery")).toEqual([]);
      expect(await people.listCredentials(anna.id, "totp")).toHaveLength(1);
    });
  });

  test("[STO-24] a session is found by its token's hash, and ended alone or with all of its officer", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ people }) => {
      await people.insertOfficer(anna);
      for (const [n, id] of ["s1", "s2", "s3"].entries()) {
        await people.insertSession(session(id, { createdAt: n }));
      }
      await people.moveSession("s2", { lastSeenAt: 50, authenticatedAt: 40 });
      const found = await people.readSessionByToken(session("s2").tokenHash);
      expect(found).toEqual(session("s2", { createdAt: 1, lastSeenAt: 50, authenticatedAt: 40 }));
      expect(await people.readSessionByToken(new Uint8Array(2))).toBeUndefined();
      expect([await people.deleteSession("s2"), await people.deleteSession("s2")]).toEqual([
        true,
        false,
      ]);
      expect((await people.listSessions(anna.id)).map(({ id }) => id)).toEqual(["s1", "s3"]);
      expect([await people.deleteSessions(anna.id), await people.deleteSessions(anna.id)]).toEqual([
        2, 0,
      ]);
    });
    const twin = session("s5", { tokenHash: session("s4").tokenHash });
    const both = storage.write(async ({ people }) => {
      await people.insertSession(session("s4"));
      await people.insertSession(twin);
    });
    await expect(both).rejects.toThrow();
  });

  test("[STO-24] what is forgotten of sign-in is what strangers did longest ago, the new row never", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ people }) => {
      await people.writeLane(lane("officer", { isPinned: true, lastAt: 1 }), 3);
      await people.writeLane(lane("stranger 1", { lastAt: 5 }), 3);
      await people.writeLane(lane("stranger 2", { lastAt: 2 }), 3);
      await people.writeLane(lane("stranger 3", { lastAt: 3 }), 3);
      expect(await people.readLane("stranger 2")).toBeUndefined();
      expect(await people.readLane("officer")).toBeDefined();
      await people.writeLane(lane("stranger 3", { failures: 9, lastAt: 9 }), 3);
      expect(await people.readLane("stranger 3")).toEqual(
        lane("stranger 3", { failures: 9, lastAt: 9 }),
      );
      await people.writeLane(lane("late", { lastAt: 0 }), 3);
      expect(await people.readLane("late")).toBeDefined();
      await people.deleteLane("late");
      expect(await people.readLane("late")).toBeUndefined();
    });
  });

  test("[STO-24] attempts that change one lane at once are all counted in it", async () => {
    await using at = await place();
    await using storage = await at.open();
    await using other = await at.openAgain();
    const count = (on: typeof storage) =>
      on.write(async ({ people }) => {
        const row = await people.takeLane("source s1", 7);
        await people.writeLane({ ...row, failures: row.failures + 1 }, 10);
      });
    await Promise.all(Array.from({ length: 12 }, (_, n) => count(n % 2 === 0 ? storage : other)));
    const counted = { failures: 12, since: 7, blockedUntil: 0, lastAt: 7 };
    const row = await storage.read((tx) => tx.people.readLane("source s1"));
    expect(row).toEqual({ lane: "source s1", isPinned: false, ...counted });
  });

  test("[STO-25] [AUD-4] an act is kept with its entry or neither is, and entries of two processes stand without gap", async () => {
    await using at = await place();
    await using storage = await at.open();
    await using other = await at.openAgain();
    await storage.write((tx) => createAuditLog(tx, p, "washington.example"));
    const act = (on: typeof storage, n: number, fails = false) =>
      on.write(async (tx) => {
        await tx.people.insertOfficer(officer(`o${n}`));
        const what = { name: `o${n}` };
        await appendAct(tx, p, {
          act: n % 2 === 0 ? "people.add" : "people.leave",
          at: n,
          by: operator,
          what,
        });
        if (fails) throw new Error("after the entry");
      });
    await expect(act(storage, 99, true)).rejects.toThrow("after the entry");
    await Promise.all(Array.from({ length: 24 }, (_, n) => act(n % 3 === 0 ? other : storage, n)));
    await storage.read(async (tx) => {
      const [log] = await tx.logs.listLogs({ channel: "audit" });
      expect(log).toMatchObject({ direction: "audit", entryCount: 24, size: 24 });
      const page = { after: null, rowsMax: 10 };
      const first = await tx.audit.listActs(log?.id ?? 0, {}, page);
      expect(first.rows.map(({ index }) => index)).toEqual([
        23, 22, 21, 20, 19, 18, 17, 16, 15, 14,
      ]);
      expect(first.total).toBe(24);
      const added = await tx.audit.listActs(log?.id ?? 0, { act: "people.add" }, page);
      expect(added).toMatchObject({ total: 12 });
      const rest = await tx.audit.listActs(
        log?.id ?? 0,
        { act: "people.add" },
        { ...page, after: added.next },
      );
      expect([rest.rows.length, rest.next]).toEqual([2, null]);
      expect(await tx.audit.listActs(log?.id ?? 0, { officer: "nobody" }, page)).toMatchObject({
        total: 0,
      });
      expect((await tx.people.listOfficers({ after: null, rowsMax: 100 })).total).toBe(24);
    });
    expect(await storage.checkIntegrity()).toEqual([]);
  });
}
