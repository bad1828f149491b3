/**
 * Goal: the part of the storage contract for what is made of the logs: opened cache, attachments,
 * projections. Method: what may be seen is drawn at random and compared with a plain filter.
 */
import { fc, test } from "@fast-check/vitest";
import { concatBytes } from "@parley/core/bytes/octets";
import { trafficClasses } from "@parley/core/log/origin";
import { expect } from "vitest";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import type {
  CaseRow,
  MessageRow,
  OpenedRow,
  SecretRow,
  Visibility,
} from "../../packages/node/src/service/storage-content.ts";
import type { LogRow } from "../../packages/node/src/service/storage-log.ts";
import {
  appendTo,
  channel,
  entriesOf,
  leafHashOf,
  newLog,
  oneOf,
  type StoragePlace,
} from "./fixtures.ts";

const everything: Visibility = { channels: "all", classes: "all", desks: "all" };
const channels = ["channel-one", "channel-two"];
const desks = ["watch", "legal", "node"];
const mebibyte = 1_048_576;

/** Any selection, the empty one and "all" included. */
const someOf = <T>(values: readonly T[]) =>
  fc.oneof(fc.subarray([...values]), fc.constant("all" as const));
const anyVisibility: fc.Arbitrary<Visibility> = fc.record({
  channels: someOf(channels),
  classes: someOf(trafficClasses),
  desks: someOf(desks),
});
const has = <T>(allowed: readonly T[] | "all", value: T) =>
  allowed === "all" || allowed.includes(value);

const anyCase: fc.Arbitrary<CaseRow> = fc.record({
  channel: fc.constantFrom(...channels),
  class: fc.constantFrom(...trafficClasses),
  id: fc.stringMatching(/^[a-f]{6}$/),
  desks: fc.subarray(desks, { minLength: 1 }).map((some) => some.toSorted()),
  phase: fc.constantFrom("opened", "closed"),
  isOpen: fc.boolean(),
  severity: fc.option(fc.nat(5)),
  dueAt: fc.option(fc.nat(9)),
  owedBy: fc.constant(null),
  lastAt: fc.nat(9),
  state: fc.constant("{}"),
});

/** What of an opened entry a fold is fed. */
function foldedOf(row: Pick<OpenedRow, "verdict" | "message"> | undefined) {
  return { verdict: row?.verdict, message: row?.message };
}

export function contentContract(place: () => Promise<StoragePlace>): void {
  openedContract(place);
  attachmentContract(place);
  projectionContract(place);
}

function openedContract(place: () => Promise<StoragePlace>): void {
  test("[STO-11] entries are opened in order, once, and not before the mirror cosigned", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("mirror")));
    await appendTo(storage, log.id, entriesOf(0, 4), 0);
    const open = (expected: number, count: number) =>
      storage.write((tx) => tx.opened.appendOpened(log.id, expected, opened(log, expected, count)));
    await expect(open(0, 2)).rejects.toThrow("before the mirror has cosigned");
    await commit(storage, log.id, 3);
    expect(await open(0, 2)).toEqual({ isAppended: true });
    expect(await open(0, 2)).toEqual({ isAppended: false, reason: "moved", count: 2 });
    await expect(open(2, 2)).rejects.toThrow("before the mirror has cosigned");
    expect(await open(2, 1)).toEqual({ isAppended: true });
    const rows = await storage.read((tx) => tx.opened.listOpened(log.id, 0, 256));
    expect(rows).toEqual(opened(log, 0, 3));
    expect(await storage.checkIntegrity()).toEqual([]);
  });

  test("[STO-11] an id is found in every class and epoch of its channel and author, and nowhere else", async () => {
    await using at = await place();
    await using storage = await at.open();
    const places = [
      { class: "live", epoch: 1 },
      { class: "live", epoch: 2 },
      { class: "link", epoch: 1 },
      { class: "live", epoch: 1, channel: "channel-two" },
    ] as const;
    for (const [at_, over] of places.entries()) {
      const log = await storage.write((tx) => tx.logs.createLog(newLog("own", over)));
      await appendTo(storage, log.id, entriesOf(0, 1), 0);
      const [row] = opened(log, 0, 1);
      const refused = { ...(await oneOf(Promise.resolve(row))), jti: `id-${at_}`, verdict: "x.y" };
      await storage.write((tx) => tx.opened.appendOpened(log.id, 0, [refused]));
    }
    await storage.read(async (tx) => {
      const author = "washington.example";
      const found = async (jti: string, more = {}) =>
        (await tx.opened.readOpenedByJti({ channel, jti, author, ...more }))?.logId !== undefined;
      expect([await found("id-0"), await found("id-1"), await found("id-2")]).toEqual([
        true,
        true,
        true,
      ]);
      expect(await found("id-3")).toBe(false);
      const asked = ["id-0", "id-2", "id-3", "nobody's"];
      expect(await tx.opened.listClassesOfJtis({ channel, author }, asked)).toEqual(
        new Map([
          ["id-0", "live"],
          ["id-2", "link"],
        ]),
      );
      const moscow = { channel, author: "moscow.example" };
      expect(await tx.opened.listClassesOfJtis(moscow, asked)).toEqual(new Map());
      expect(await found("id-2", { class: "live" })).toBe(false);
      expect(await found("id-0", { author: "moscow.example" })).toBe(false);
    });
  });

  test("[STO-15] dropping the opened cache forgets projections too, and nothing else", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    await appendTo(storage, log.id, entriesOf(0, 2), 0);
    const secret: SecretRow = {
      ...{ logId: log.id, index: 0, channel, class: log.class, desk: "watch" },
      ...{ jti: "id-0", text: "all of it" },
    };
    await storage.write(async (tx) => {
      await tx.opened.appendOpened(log.id, 0, opened(log, 0, 2));
      await tx.secrets.insertSecret(secret);
      await tx.projections.writeMessages([messageRow(log, 0)]);
      await tx.projections.movePosition({ channel, class: "live" }, undefined, "2");
      await tx.opened.dropOpened();
    });
    await storage.read(async (tx) => {
      expect((await tx.logs.readLog(log.id))?.openedSize).toBe(0);
      expect(await tx.opened.listOpened(log.id, 0, 256)).toEqual([]);
      expect(await tx.projections.readPosition({ channel, class: "live" })).toBeUndefined();
      expect(await tx.logs.readEntries(log.id, 0)).toHaveLength(2);
      expect(await tx.secrets.readSecret(log.id, 0)).toEqual(secret);
    });
  });
}

function attachmentContract(place: () => Promise<StoragePlace>): void {
  const key = { channel, digest: "sha" };
  const sent = { ...key, author: "moscow.example", firstSeenAt: 100 };

  test.prop(
    { cuts: fc.array(fc.integer({ min: 1, max: mebibyte }), { minLength: 1, maxLength: 5 }) },
    { numRuns: 6 },
  )("[STO-12] an attachment cut anywhere and resumed has the same bytes", async ({ cuts }) => {
    await using at = await place();
    await using storage = await at.open();
    const bytes = patterned(cuts.reduce((sum, cut) => sum + cut));
    await storage.write((tx) =>
      tx.attachments.createAttachment({ ...sent, bytesTotal: bytes.length }),
    );
    let offset = 0;
    for (const cut of cuts) {
      const piece = bytes.subarray(offset, offset + cut);
      const append = () =>
        storage.write((tx) => tx.attachments.appendAttachment(key, offset, piece));
      expect(await append()).toEqual({ isAppended: true });
      expect(await append()).toEqual({ isAppended: false, reason: "moved", count: offset + cut });
      offset += cut;
    }
    await storage.write((tx) => tx.attachments.completeAttachment(key));
    const from = Math.floor(bytes.length / 3);
    const parts: Uint8Array[] = [];
    for await (const part of storage.streamAttachment(key, { from, to: bytes.length })) {
      parts.push(part);
    }
    expect(Buffer.compare(concatBytes(...parts), bytes.subarray(from))).toBe(0);
  });

  test("[STO-12] an attachment takes no byte beyond what was announced", async () => {
    await using at = await place();
    await using storage = await at.open();
    await storage.write((tx) => tx.attachments.createAttachment({ ...sent, bytesTotal: 3 }));
    const append = (count: number) =>
      storage.write((tx) => tx.attachments.appendAttachment(key, 0, patterned(count)));
    await expect(append(4)).rejects.toThrow("no byte follows the last");
    await expect(storage.write((tx) => tx.attachments.completeAttachment(key))).rejects.toThrow();
    expect(await append(3)).toEqual({ isAppended: true });
  });

  test("[STO-13] orphans are dropped when they are old; what a message names stays", async () => {
    await using at = await place();
    await using storage = await at.open();
    const reference = { channel, class: "live", desk: "watch", jti: "id" } as const;
    await storage.write(async ({ attachments }) => {
      for (const [at_, digest] of ["named", "old", "young"].entries()) {
        const firstSeenAt = digest === "young" ? 200 : 100;
        await attachments.createAttachment({ ...sent, digest, bytesTotal: 10 ** at_, firstSeenAt });
        await attachments.appendAttachment({ channel, digest }, 0, patterned(1));
      }
      const named = { ...reference, digest: "named" };
      expect(await attachments.insertReference(named)).toBe("stored");
      expect(await attachments.insertReference(named)).toBe("present");
      expect(await attachments.countAttachmentBytes(channel, "moscow.example", 0)).toBe(111);
      expect(await attachments.countAttachmentBytes(channel, "moscow.example", 101)).toBe(100);
      expect(await attachments.dropOrphans(150)).toBe(1);
      expect(await attachments.countAttachmentBytes(channel, "moscow.example", 0)).toBe(101);
      expect(await attachments.readAttachment({ channel, digest: "old" })).toBeUndefined();
      expect(await attachments.readAttachmentPart({ channel, digest: "old" }, 0)).toHaveLength(0);
      await expect(attachments.dropAttachment({ channel, digest: "named" })).rejects.toThrow(
        "kept as long as its message",
      );
      const seenBy = (visibility: Partial<Visibility>) =>
        attachments.listReferences(named, { ...everything, ...visibility });
      expect(await seenBy({})).toEqual([named]);
      expect(await seenBy({ desks: ["legal"] })).toEqual([]);
      expect(await seenBy({ classes: ["exercise"] })).toEqual([]);
      expect(await seenBy({ channels: ["channel-two"] })).toEqual([]);
    });
  });
}

function projectionContract(place: () => Promise<StoragePlace>): void {
  test.prop(
    {
      cases: fc.uniqueArray(anyCase, { selector: (row) => row.id, maxLength: 25 }),
      visibility: anyVisibility,
      rowsMax: fc.integer({ min: 1, max: 8 }),
      order: fc.constantFrom("due" as const, "last" as const),
      isOpen: fc.option(fc.boolean(), { nil: undefined }),
    },
    { numRuns: 40 },
  )("[STO-14] pages of cases show what may be seen, each once, in order", async (drawn) => {
    const { cases, visibility, rowsMax, order, isOpen } = drawn;
    await using at = await place();
    await using storage = await at.open();
    await storage.write(async ({ projections }) => {
      await projections.writeCases(
        cases.map((row) => ({ ...row, desks: ["replaced"], lastAt: 0 })),
      );
      await projections.writeCases(cases);
    });
    const filter = { order, ...(isOpen === undefined ? {} : { isOpen }) };
    const rows = await allPages((after) =>
      storage.read((tx) => tx.projections.listCases(filter, visibility, { after, rowsMax })),
    );
    const allowed = cases.filter(
      (row) => isSeen(row, visibility) && (isOpen === undefined || row.isOpen === isOpen),
    );
    const byId = (x: CaseRow, y: CaseRow) => (x.id < y.id ? -1 : 1);
    expect(rows.toSorted(byId)).toEqual(allowed.toSorted(byId));
    const keys = rows.map((row) => (order === "due" ? (row.dueAt ?? 99) : -row.lastAt));
    expect(keys).toEqual(keys.toSorted((x, y) => x - y));
    for (const row of cases) {
      const read = storage.read((tx) => tx.projections.readCase(row, row.id, visibility));
      expect(await read).toEqual(isSeen(row, visibility) ? row : undefined);
    }
  });

  test("the drawn cases reach every filter", () => {
    const drawn = fc.sample(fc.tuple(anyCase, anyVisibility), { numRuns: 200, seed: 1 });
    const verdicts = new Set(drawn.map(([row, visibility]) => isSeen(row, visibility)));
    expect(verdicts).toEqual(new Set([true, false]));
    expect(new Set(drawn.map(([row]) => row.dueAt === null))).toEqual(new Set([true, false]));
  });

  test("[STO-14] messages of a log, and ids that begin alike, are read by their place", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    const other = await storage.write((tx) => tx.logs.createLog(newLog("mirror")));
    await appendTo(storage, log.id, entriesOf(0, 6), 0);
    const rows = [0, 1, 2, 3, 4, 5].map((index) => messageRow(log, index));
    await storage.write(async (tx) => {
      await tx.opened.appendOpened(log.id, 0, opened(log, 0, 6));
      await tx.projections.writeMessages([...rows, messageRow(other, 3)]);
      await tx.projections.settleMessages(log.id, { from: 1, to: 4 }, true);
      await tx.projections.settleMessages(log.id, { from: 0, to: 1 }, false);
      for (const id of ["ab", "abc", "abd", "ac"]) {
        const of = { channel, class: "live", id, desks: ["watch"], phase: "opened" } as const;
        const order = { isOpen: true, severity: null, dueAt: null, owedBy: null, lastAt: 1 };
        await tx.projections.writeCases([{ ...of, ...order, state: "{}" }]);
      }
    });
    await storage.read(async ({ projections, opened: cache }) => {
      const settled = rows.map((row, n) => ({ ...row, isSettled: n >= 1 && n < 4 }));
      expect(await projections.listLogMessages(log.id, 0, 256)).toEqual(settled);
      expect(await projections.listLogMessages(log.id, 2, 2)).toEqual(settled.slice(2, 4));
      expect(await projections.readMessage(log.id, 3)).toEqual(settled[3]);
      expect(await projections.readMessage(other.id, 3)).toEqual(messageRow(other, 3));
      expect(await projections.readMessage(log.id, 6)).toBeUndefined();
      const ids = (prefix: string, of: "live" | "link" = "live") =>
        projections.listCaseIds({ channel, class: of }, prefix, everything);
      expect(await ids("ab")).toEqual(["ab", "abc", "abd"]);
      expect([await ids("abc"), await ids("b"), await ids("ab", "link")]).toEqual([
        ["abc"],
        [],
        [],
      ]);
      expect(await cache.listJtis(channel, "jti 4", everything)).toEqual(["jti 4"]);
      expect(await cache.listJtis(channel, "jti", everything)).toHaveLength(6);
      expect(await cache.listJtis("channel-two", "jti", everything)).toEqual([]);
      // Beginning of an id alike, a row outside the channels, classes and desks is not found by it.
      for (const hidden of [
        { ...everything, channels: ["channel-two"] },
        { ...everything, classes: ["exercise" as const] },
        { ...everything, desks: ["no such desk"] },
        { ...everything, desks: [] },
      ]) {
        expect(await cache.listJtis(channel, "jti", hidden)).toEqual([]);
        const scope = { channel, class: "live" } as const;
        expect(await projections.listCaseIds(scope, "ab", hidden)).toEqual([]);
      }
    });
  });

  test("[STO-14] the past of a fold is found by id, by case and by log, of its class alone", async () => {
    await using at = await place();
    await using storage = await at.open();
    const count = 6;
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    const other = await storage.write((tx) =>
      tx.logs.createLog(newLog("own", { class: "exercise" })),
    );
    // Two bear one id, and of these the first was refused when it was opened.
    const cache = opened(log, 0, count).map((row, i) => {
      const isEarlier = i === 1;
      return {
        ...row,
        jti: isEarlier ? "jti 2" : row.jti,
        verdict: isEarlier ? "x.y" : "accepted",
      };
    });
    await appendTo(storage, log.id, entriesOf(0, count), 0);
    await appendTo(storage, other.id, entriesOf(0, 1), 0);
    await storage.write(async (tx) => {
      await tx.opened.appendOpened(log.id, 0, cache);
      await tx.opened.appendOpened(other.id, 0, opened(other, 0, 1));
      // The last one is opened and not folded.
      const folded = cache
        .slice(0, -1)
        .map(({ index, jti }) => ({ ...messageRow(log, index), jti }));
      await tx.projections.writeMessages([...folded, messageRow(other, 0)]);
    });
    await storage.read(async ({ past }) => {
      const scope = { channel, class: "live" } as const;
      const indexes = (rows: readonly { readonly index: number }[]) =>
        rows.map(({ index }) => index);
      const asked = ["jti 2", "jti 0", "jti 5", "nobody's"];
      const found = await past.listByJti(scope, asked);
      expect(indexes(found)).toEqual([0, 2, 1]);
      expect(found[0]).toMatchObject({ ...messageRow(log, 0), ...foldedOf(cache[0]) });
      const exercise = await past.listByJti({ channel, class: "exercise" }, asked);
      expect(exercise.map(({ logId }) => logId)).toEqual([other.id]);
      expect(await past.listByJti({ channel: "channel-two", class: "live" }, asked)).toEqual([]);
      const cases = ["case-1", "case-0"];
      const all = await past.listOfCases(scope, cases, null);
      expect(indexes(all)).toEqual([0, 2, 4, 1, 3]);
      for (const [i, row] of all.entries()) {
        expect(await past.listOfCases(scope, cases, row)).toEqual(all.slice(i + 1));
      }
      expect(indexes(await past.listOfCases(scope, ["case-1"], null))).toEqual([1, 3]);
      expect(indexes(await past.listOfLog(log.id, 1, 3))).toEqual([1, 2, 3]);
      expect(indexes(await past.listOfLog(log.id, 0, 256))).toEqual([0, 1, 2, 3, 4]);
      const toFeed = cache.map(({ index, desk, ...row }) => ({ index, desk, ...foldedOf(row) }));
      expect(await past.listToFeed(log.id, 0, 256)).toEqual(toFeed);
      expect(await past.listToFeed(log.id, 2, 3)).toEqual(toFeed.slice(2, 5));
    });
  });

  test("[STO-14] pages of messages show what may be seen, newest first", async () => {
    await using at = await place();
    await using storage = await at.open();
    const one = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    const two = await storage.write((tx) =>
      tx.logs.createLog(newLog("own", { class: "exercise" })),
    );
    const rows = [0, 1, 2, 3, 4].map((index) => messageRow(one, index));
    await storage.write(async ({ projections }) => {
      await projections.writeMessages([...rows, messageRow(two, 0)]);
      await projections.writeMessages(rows);
    });
    const list = (visibility: Partial<Visibility>, filter = {}) =>
      allPages((after) =>
        storage.read((tx) =>
          tx.projections.listMessages(
            filter,
            { ...everything, ...visibility },
            {
              after,
              rowsMax: 2,
            },
          ),
        ),
      );
    const live = await list({ classes: ["live"] });
    expect(live.map(({ index }) => index)).toEqual([4, 3, 2, 1, 0]);
    expect(live[0]).toEqual(messageRow(one, 4));
    expect(await list({ desks: ["legal"] })).toEqual([]);
    expect(await list({ channels: [] })).toEqual([]);
    expect((await list({}, { case: "case-1" })).map(({ index }) => index)).toEqual([3, 1]);
  });

  test("[STO-15] a position moves only from where it is believed to be", async () => {
    await using at = await place();
    await using storage = await at.open();
    const scope = { channel, class: "live" } as const;
    const move = (expected: string | undefined, next: string) =>
      storage.write((tx) => tx.projections.movePosition(scope, expected, next));
    expect([await move(undefined, "1"), await move(undefined, "2")]).toEqual([true, false]);
    expect([await move("0", "2"), await move("1", "2")]).toEqual([false, true]);
    expect(await storage.read((tx) => tx.projections.readPosition(scope))).toBe("2");
    const link = { channel, class: "link" } as const;
    expect(await storage.read((tx) => tx.projections.readPosition(link))).toBeUndefined();
    await storage.write((tx) => tx.projections.dropProjections());
    expect(await move(undefined, "1")).toBe(true);
  });
}

function isSeen(row: CaseRow, visibility: Visibility): boolean {
  return (
    has(visibility.channels, row.channel) &&
    has(visibility.classes, row.class) &&
    row.desks.some((desk) => has(visibility.desks, desk))
  );
}

type Pager<Row> = (after: string | null) => Promise<{
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next: string | null;
}>;

/** Every page; their sum is what each of them says. */
async function allPages<Row>(read: Pager<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  let total = 0;
  for (
    let after: string | null = null, isFirst = true;
    isFirst || after !== null;
    isFirst = false
  ) {
    const page: Awaited<ReturnType<Pager<Row>>> = await read(after);
    rows.push(...page.rows);
    total = page.total;
    after = page.next;
  }
  expect(rows).toHaveLength(total);
  return rows;
}

function opened(log: LogRow, from: number, count: number): OpenedRow[] {
  return entriesOf(from, count).map((entry, i) => {
    return {
      ...{ logId: log.id, index: from + i, channel: log.channel, class: log.class },
      ...{ author: log.author, leafHash: leafHashOf(entry), verdict: "accepted" },
      ...{ jti: `jti ${from + i}`, kind: "note.v1", case: null, desk: "watch", iat: 7 },
      ...{ openedAt: 8, message: "{}", contentKey: new Uint8Array(32) },
    };
  });
}

function messageRow(log: LogRow, index: number): MessageRow {
  return {
    ...{ logId: log.id, index, channel: log.channel, class: log.class, author: log.author },
    ...{ epoch: log.epoch, desk: "watch", jti: `jti ${index}`, kind: "note.v1" },
    ...{ case: `case-${index % 2}`, iat: 7, receivedAt: index < 4 ? 100 + index : null },
    ...{ refusedAs: null, isSettled: index < 2, foldedAs: `${index} 1 c` },
  };
}

async function commit(storage: Storage, logId: number, size: number): Promise<void> {
  const checkpoint = { size, root: new Uint8Array(32), note: "note" };
  const receipt = { size, time: 5, lines: "lines" };
  await storage.write((tx) => tx.logs.commitMirror(logId, { checkpoint, receipt }));
}

function patterned(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 8)) % 251);
}
