/**
 * Goal: each asymmetry between two nodes that was found on paper has a rule that makes both equal, and
 * here it is played: one test an asymmetry, by its name. The rules are those of spec/case.md.
 */

import { quotaOf } from "@parley/core/agreement/agreement-rules";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { viewClass } from "@parley/core/case/case-view";
import { assert } from "@parley/core/fault";
import {
  deliver,
  type PairedNodes,
  type PairedParty,
  pairedNodes,
} from "@parley/testkit/paired-nodes";
import { describe, expect, test } from "vitest";
import { ask, exchange, foldOf, listedBy, tell, viewOf } from "./speak.ts";

/** Both folds are equal, and lists show what the folds say. */
async function expectEqual({ washington, moscow }: PairedNodes) {
  for (const party of [washington, moscow]) {
    const { kept, anew } = await listedBy(party);
    expect(kept).toEqual(anew);
  }
  const ours = await viewOf(washington);
  expect(await viewOf(moscow)).toEqual(ours);
  return ours;
}

/** Writes an entry of `from` that nobody can open, as a broken sealer would. */
async function writeGarbage(from: PairedParty): Promise<void> {
  const log = (await from.node.listLogs(from.channel)).find(
    (each) => each.direction === "own" && each.class === "live",
  );
  assert(log !== undefined, "a live log");
  await from.node.ownLogs.append(log.id, {
    bytes: new TextEncoder().encode("not an entry"),
    keep: ({ index, leafHash }) => ({
      opened: {
        ...{ channel: from.channel.id, class: "live", logId: log.id, index, leafHash },
        ...{ author: from.channel.me, verdict: "entry.unreadable", jti: null, kind: null },
        ...{ case: null, desk: null, iat: null, openedAt: from.node.clock.nowSeconds() },
        ...{ message: null, contentKey: null },
      },
      secret: null,
    }),
  });
}

describe("receipts", () => {
  test("the answer with the cosignature is lost: the sender gets the same receipt later", async () => {
    await using pair = await pairedNodes();
    await ask(pair.washington);
    await deliver(pair.washington, pair.moscow, { receipt: false });
    expect((await foldOf(pair.washington)).foldedCount(1)).toBe(0);
    pair.clock.now += 3_600;
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.cases[0]?.messages[0]?.receivedAt).toBe(pair.clock.now - 3_600);
  });

  test("which time is the receipt of an entry: that of the first receipt that covers it", async () => {
    await using pair = await pairedNodes();
    await ask(pair.washington);
    await ask(pair.washington);
    await exchange(pair);
    const first = pair.clock.now;
    pair.clock.now += 500;
    await ask(pair.washington);
    await exchange(pair);
    await expectEqual(pair);
    const times = [0, 1, 2].map((ordinal) => ordinal);
    const fold = await foldOf(pair.moscow);
    expect(times.map((ordinal) => fold.standing(1, ordinal)?.receivedAt)).toEqual([
      first,
      first,
      first + 500,
    ]);
  });

  test("entries not yet receipted are in flight and in no fold", async () => {
    await using pair = await pairedNodes();
    await ask(pair.washington);
    expect((await viewOf(pair.washington)).cases).toEqual([]);
    await exchange(pair);
    expect((await expectEqual(pair)).cases).toHaveLength(1);
  });

  test("what the peer has seen and we have no receipt for waits for the receipt", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await deliver(pair.washington, pair.moscow, { receipt: false });
    await tell(pair.moscow, { kind: "receipt", case: inquiry.jti, answers: inquiry.jti });
    await deliver(pair.moscow, pair.washington);
    expect((await foldOf(pair.washington)).foldedCount(0)).toBe(0);
    await exchange(pair);
    expect((await expectEqual(pair)).cases[0]?.phase).toBe("received");
  });
});

describe("entries that one side cannot take", () => {
  test("an entry opens on one side only: it is kept, receipted, refused, and void on both", async () => {
    await using pair = await pairedNodes();
    await writeGarbage(pair.washington);
    await ask(pair.washington);
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides[1]?.refused).toEqual([[0, "entry.unreadable"]]);
    expect(view.cases).toHaveLength(1);
  });

  test("refusal of a good message always wins, in both folds, with its code", async () => {
    await using pair = await pairedNodes();
    const { washington, moscow } = pair;
    await ask(washington);
    const own = (await washington.node.listLogs(washington.channel)).find(
      (log) => log.direction === "own" && log.class === "live",
    );
    await deliver(washington, moscow, { open: false });
    const mirror = await moscow.node.storage.read((tx) =>
      tx.logs.readLogByOrigin(own?.origin ?? ""),
    );
    assert(mirror !== undefined, "mirrored");
    const { rootAt } = await import("../../packages/node/src/service/party-node.ts");
    const { clearMarking } = await import("../../packages/node/src/service/post.ts");
    const { toBase64Url } = await import("@parley/core/bytes/base64");
    const root = await moscow.node.storage.read((tx) =>
      rootAt(tx, moscow.node.primitives, mirror, 1),
    );
    const notice = {
      marking: clearMarking,
      origin: mirror.origin,
      index: 0,
      code: "entry.unreadable",
    };
    await moscow.node.post.send(
      moscow.channel,
      {
        class: "live",
        by: "node",
        control: {
          kind: "refusal.v1",
          case: null,
          answers: null,
          ask: null,
          clock: null,
          to: "node",
        },
        blocks: { notice },
        items: null,
      },
      { seen: { epoch: 1, size: 1, root: toBase64Url(root) } },
    );
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides[1]?.refused).toEqual([[0, "entry.unreadable"]]);
    expect(view.cases).toEqual([]);
  });

  test("repeat of a jti is refused, in any class and epoch of its issuer", async () => {
    await using pair = await pairedNodes();
    const jti = pair.washington.channel.makeJti();
    const twice = { ...pair.washington.channel, makeJti: () => jti };
    const repeating = { ...pair.washington, channel: twice };
    await ask(repeating);
    await exchange(pair);
    await ask({ ...repeating, channel: twice }, { class: "exercise" });
    await exchange(pair);
    expect((await viewOf(pair.moscow, "exercise")).sides[1]?.refused).toEqual([
      [0, "entry.repeat"],
    ]);
    expect(await viewOf(pair.washington, "exercise")).toEqual(
      await viewOf(pair.moscow, "exercise"),
    );
  });

  test("repeat of a jti in two classes that are opened at once: one of them is refused", async () => {
    await using pair = await pairedNodes();
    const { washington, moscow } = pair;
    const jti = washington.channel.makeJti();
    const repeating = { ...washington, channel: { ...washington.channel, makeJti: () => jti } };
    await ask(repeating);
    await ask(repeating, { class: "exercise" });
    await deliver(washington, moscow, { open: false });
    const logs = (await moscow.node.listLogs(moscow.channel)).filter(
      ({ direction, size }) => direction === "mirror" && size > 0,
    );
    const open = (log: (typeof logs)[number]) => moscow.node.openMirror(moscow.channel, log);
    for (const { status, ...how } of await Promise.allSettled(logs.map(open))) {
      if (status === "rejected") expect(how).toMatchObject({ reason: { code: "log.moved" } });
    }
    for (const log of logs) await open(log);
    const views = [await viewOf(moscow), await viewOf(moscow, "exercise")];
    expect(views.flatMap(({ sides }) => sides[1]?.refused)).toEqual([[0, "entry.repeat"]]);
  });

  test("automatic answers: a refusal is never refused or answered", async () => {
    await using pair = await pairedNodes();
    await writeGarbage(pair.washington);
    await exchange(pair);
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides.map(({ folded }) => folded)).toEqual([1, 1]);
  });

  test("an unknown kind is accepted, shown raw, and moves no case", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    const posted = await pair.moscow.node.post.send(pair.moscow.channel, {
      class: "live",
      by: "technical",
      control: {
        ...{ kind: "horoscope.v1", case: inquiry.jti, answers: inquiry.jti },
        ...{ ask: null, clock: null, to: "technical" },
      },
      blocks: { fact: { sign: "leo" } },
      items: null,
    });
    expect(posted.ok).toBe(true);
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides[0]?.refused).toEqual([]);
    expect(view.cases[0]).toMatchObject({ phase: "opened" });
    const row = await pair.washington.node.storage.read((tx) =>
      tx.opened.readOpenedByJti({
        channel: pair.washington.channel.id,
        jti: posted.ok ? posted.value.jti : "",
      }),
    );
    expect(row?.message).toContain('"isKnownKind":false');
  });
});

describe("crossing", () => {
  test("messages that crossed both stand, the case shows it, and the more open phase wins", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    const about = { case: inquiry.jti, answers: inquiry.jti };
    await tell(pair.moscow, { kind: "receipt", ...about });
    await exchange(pair);
    await tell(pair.moscow, { kind: "not-answerable", ...about });
    await tell(pair.washington, { kind: "correction", ...about });
    await exchange(pair);
    const [view] = (await expectEqual(pair)).cases;
    expect(view).toMatchObject({ phase: "received", isCrossed: true });
    const crossed = view?.messages.filter(({ crossedWith }) => crossedWith.length > 0);
    expect(crossed?.map(({ kind }) => kind).sort()).toEqual(["correction", "not-answerable"]);
  });

  test("legality when crossing is judged by what the author had seen", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    const about = { case: inquiry.jti, answers: inquiry.jti };
    await tell(pair.moscow, { kind: "answer", ...about });
    await exchange(pair);
    await tell(pair.washington, { kind: "propose-closure", case: inquiry.jti });
    await tell(pair.moscow, { kind: "decline", ...about });
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides.map(({ refused }) => refused)).toEqual([[], []]);
    expect(view.cases[0]?.phase).toBe("declined");
  });

  test("seen is frozen with the payload, so it need not rise in log order", async () => {
    await using pair = await pairedNodes();
    const { washington, moscow } = pair;
    const inquiry = await ask(washington);
    await exchange(pair);
    const emptyRoot = (await moscow.node.listLogs(moscow.channel)).find(
      (log) => log.size === 0,
    )?.root;
    assert(emptyRoot !== undefined, "a log without entries");
    await tell(moscow, { kind: "receipt", case: inquiry.jti, answers: inquiry.jti });
    const { toBase64Url } = await import("@parley/core/bytes/base64");
    const { kinds } = await import("@parley/core/kind/kinds");
    await moscow.node.post.send(
      moscow.channel,
      {
        class: "live",
        by: "technical",
        control: {
          ...{ kind: "note.v1", case: inquiry.jti, answers: null, ask: null },
          ...{ clock: null, to: "technical" },
        },
        blocks: kinds.note.definition.example.blocks,
        items: null,
      },
      { seen: { epoch: 1, size: 0, root: toBase64Url(emptyRoot) } },
    );
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides[0]).toMatchObject({ refused: [], seenMax: 1 });
    expect((await foldOf(washington)).standing(0, 1)?.message?.seen).toBe(0);
  });

  test("total order: the same on both sides, and for display only", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    for (const party of [pair.washington, pair.moscow]) {
      await tell(party, { kind: "note", case: inquiry.jti });
      await tell(party, { kind: "note", case: inquiry.jti });
    }
    await exchange(pair);
    const [view] = (await expectEqual(pair)).cases;
    expect(view?.messages.map(({ side }) => side)).toEqual([1, 0, 0, 1, 1]);
  });

  test("the person's receipt counts at its position, and the first one wins", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    const about = { case: inquiry.jti, answers: inquiry.jti };
    pair.clock.now += 100;
    const at = pair.clock.now;
    await tell(pair.moscow, { kind: "receipt", ...about });
    await exchange(pair);
    pair.clock.now += 100;
    await tell(pair.moscow, { kind: "receipt", ...about });
    await exchange(pair);
    const [view] = (await expectEqual(pair)).cases;
    expect(view?.clocks.find(({ name }) => name === "receipt")?.endedAt).toBe(at);
  });
});

describe("classes, desks and days", () => {
  test("exercise against live: neither log, fold nor case knows the other", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington, { class: "exercise" });
    await exchange(pair);
    expect((await viewOf(pair.moscow)).cases).toEqual([]);
    expect((await viewOf(pair.moscow, "exercise")).cases).toHaveLength(1);
    const { speak } = await import("./speak.ts");
    const about = { case: inquiry.jti, answers: inquiry.jti };
    const crossing = await speak(pair.moscow, { kind: "answer", ...about, class: "live" });
    expect(crossing).toMatchObject({ ok: false, refusal: { code: "case.unknown" } });
  });

  test("several desks: one addressee a message, by whose key it opens", async () => {
    await using pair = await pairedNodes();
    await ask(pair.washington, { to: "watch" });
    await exchange(pair);
    const fold = await foldOf(pair.moscow);
    expect(fold.standing(1, 0)?.message?.to).toBe("watch");
    await expectEqual(pair);
  });

  test("quota excess is numbered alike on both sides and voids nothing", async () => {
    await using pair = await pairedNodes();
    for (let i = 0; i < 3; i += 1) await ask(pair.washington);
    await exchange(pair);
    await expectEqual(pair);
    for (const party of [pair.washington, pair.moscow]) {
      const fold = await foldOf(party);
      expect([0, 1, 2].map((i) => fold.standing(1, i)?.nthOfDay)).toEqual([1, 2, 3]);
      expect(quotaOf(party.channel.agreement, "inquiry")).toBeGreaterThan(0);
    }
  });

  test("clock skew: an author ahead of the receipt is told from log data alone", async () => {
    await using pair = await pairedNodes();
    const { washington, clock } = pair;
    clock.now += 600;
    await ask(washington);
    clock.now -= 600;
    await exchange(pair);
    const [view] = (await expectEqual(pair)).cases;
    expect(view?.messages[0]).toMatchObject({ isAhead: true });
  });

  test("JSON and locale: what a fold says is canonical JSON of integers", async () => {
    await using pair = await pairedNodes();
    await ask(pair.washington);
    await exchange(pair);
    const text = canonicalJson(JSON.parse(JSON.stringify(await viewOf(pair.moscow))) as JsonValue);
    expect(text).not.toMatch(/[0-9]\.[0-9]/);
    const other = canonicalJson(
      JSON.parse(JSON.stringify(await viewOf(pair.washington))) as JsonValue,
    );
    expect(text).toBe(other);
  });
});

describe("what is withheld, and what ends", () => {
  test("a peer's log that is withheld: both compute the same at a cut that is named", async () => {
    await using pair = await pairedNodes();
    const inquiry = await ask(pair.washington);
    await exchange(pair);
    const about = { case: inquiry.jti, answers: inquiry.jti };
    await tell(pair.moscow, { kind: "receipt", ...about });
    const atCut = viewClass(await foldOf(pair.washington), pair.clock.now);
    expect(viewClass(await foldOf(pair.moscow), pair.clock.now)).toEqual(atCut);
  });

  test("restore: entries beyond the size that closed an epoch count for nobody", async () => {
    await using pair = await pairedNodes();
    for (let i = 0; i < 3; i += 1) await ask(pair.washington);
    await exchange(pair);
    const before = await viewOf(pair.moscow);
    for (const party of [pair.washington, pair.moscow]) {
      const logs = await party.node.listLogs(party.channel);
      const closed = logs.find(
        (log) => log.class === "live" && log.author === "washington.example",
      );
      assert(closed !== undefined, "the live log");
      await party.node.storage.write(async (tx) => {
        await tx.logs.closeLog(closed.id, 2);
        await tx.projections.dropProjections();
      });
      const { id, size, root, ...about } = closed;
      const origin = about.origin.replace(/1$/, "2");
      const { emptyRoot } = await import("@parley/core/log/tree");
      const next = { ...about, origin, epoch: 2, emptyRoot: emptyRoot(party.node.primitives) };
      await party.node.storage.write((tx) => tx.logs.createLog(next));
      party.node.folds.forgetAll();
    }
    await ask(pair.washington);
    await exchange(pair);
    const view = await expectEqual(pair);
    expect(view.sides[1]?.folded).toBe(3);
    expect(view.cases.map(({ id }) => id)).not.toContain(
      before.cases.find(({ messages }) => messages[0]?.ordinal === 2)?.id,
    );
  });
});
