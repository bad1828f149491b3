/** What every database must keep to about drafts on their way to the wire. */
import { expect, test } from "vitest";
import type { Visibility } from "../../packages/node/src/service/storage-content.ts";
import type { DraftRow } from "../../packages/node/src/service/storage-release.ts";
import type { StoragePlace } from "./fixtures.ts";

const everything: Visibility = { channels: "all", classes: "all", desks: "all" };

function draft(id: string, over: Partial<DraftRow> = {}): DraftRow {
  return {
    ...{ id, channel: "c1", class: "live", desk: "watch", kind: "inquiry", case: null },
    ...{ phase: "drafted", version: 1, stepCount: 1, approvalHash: null, jti: null },
    ...{ createdAt: 1, changedAt: 1, text: "{}", frozen: null, ...over },
  };
}

function headOf({ text: _, frozen: __, ...head }: DraftRow) {
  return head;
}

export function draftContract(place: () => Promise<StoragePlace>): void {
  test("[STO-29] a draft moves only from where it is believed to be, and keeps every step", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ drafts }) => {
      await drafts.insertDraft(draft("a"), "first");
      await drafts.insertDraft(draft("b"), "another's");
      const change = { phase: "cleared", approvalHash: "h", frozen: "payload" } as const;
      expect(await drafts.moveDraft("a", 1, { ...change, changedAt: 2 }, "second")).toBe(true);
      expect(await drafts.moveDraft("a", 1, { phase: "discarded" }, "late")).toBe(false);
      expect(await drafts.moveDraft("nobody's", 1, { phase: "discarded" }, "late")).toBe(false);
      expect(await drafts.readDraft("a")).toEqual(
        draft("a", { ...change, changedAt: 2, stepCount: 2 }),
      );
      expect(await drafts.listSteps("a")).toEqual(["first", "second"]);
      expect(await drafts.listSteps("b")).toEqual(["another's"]);
      expect(await drafts.readDraft("nobody's")).toBeUndefined();
    });
    const long = draft("long", { text: "x".repeat(33_554_433) });
    await expect(storage.write((tx) => tx.drafts.insertDraft(long, "first"))).rejects.toThrow(
      "not longer than it may be",
    );
  });

  test("[STO-14] pages of drafts show what may be seen, what changed last first", async () => {
    await using at = await place();
    await using storage = await at.open();
    const rows = [
      draft("a", { changedAt: 5 }),
      draft("b", { changedAt: 7, class: "exercise" }),
      draft("c", { changedAt: 7, desk: "legal", phase: "sent", jti: "j" }),
      draft("d", { changedAt: 6, channel: "c2", case: "k" }),
    ];
    await storage.write(async ({ drafts }) => {
      for (const row of rows) await drafts.insertDraft(row, "first");
    });
    const list = (visibility: Partial<Visibility>, filter = {}, rowsMax = 9) =>
      storage.read((tx) =>
        tx.drafts.listDrafts(filter, { ...everything, ...visibility }, { after: null, rowsMax }),
      );
    const ids = async (...asked: Parameters<typeof list>) =>
      (await list(...asked)).rows.map(({ id }) => id);
    expect(await ids({})).toEqual(["c", "b", "d", "a"]);
    expect((await list({})).rows[2]).toEqual(headOf(rows[3] as DraftRow));
    expect(await ids({ classes: ["live"] })).toEqual(["c", "d", "a"]);
    expect(await ids({ desks: ["watch"] })).toEqual(["b", "d", "a"]);
    expect(await ids({ channels: ["c2"] })).toEqual(["d"]);
    expect(await ids({ channels: [] })).toEqual([]);
    expect(await ids({}, { isOpen: true })).toEqual(["b", "d", "a"]);
    expect(await ids({}, { isOpen: false })).toEqual(["c"]);
    await storage.write((tx) => tx.drafts.moveDraft("b", 1, { phase: "discarded" }, "no"));
    expect(await ids({}, { isOpen: true })).toEqual(["d", "a"]);
    const first = await list({}, {}, 2);
    expect(first.total).toBe(4);
    const rest = await storage.read((tx) =>
      tx.drafts.listDrafts({}, everything, { after: first.next, rowsMax: 2 }),
    );
    expect(rest.rows.map(({ id }) => id)).toEqual(["d", "a"]);
    expect(rest.next).toBeNull();
  });
}
