/**
 * Goal: two offices hold one case from first word to closure, and both nodes hold the same. Without a
 * network: what crosses is moved by hand, so that every order of arrival can be played.
 */
import { finishRebuild, rebuild } from "@parley/node/service/rebuild";
import { type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { ask, exchange, manyItems, quietly, speak, tell, viewOf } from "./speak.ts";

test("a case goes from an inquiry to closure and both folds are equal", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const inquiry = await ask(washington);
  expect(inquiry).toMatchObject({ class: "live", epoch: 1, index: 0, case: inquiry.jti });
  await exchange(pair);
  const about = { case: inquiry.jti, answers: inquiry.jti };
  for (const kind of ["receipt", "holding-reply", "answer"] as const) {
    clock.now += 60;
    await tell(moscow, { kind, ...about });
    await exchange(pair);
  }
  const proposal = await tell(washington, { kind: "propose-closure", case: inquiry.jti });
  await exchange(pair);
  await tell(moscow, { kind: "agree-closure", case: inquiry.jti, answers: proposal.jti });
  await exchange(pair);
  const ours = await viewOf(washington);
  expect(await viewOf(moscow)).toEqual(ours);
  expect(ours.cases.map(({ phase }) => phase)).toEqual(["closed"]);
});

test("a move that the peer would refuse is not sent", async () => {
  await using pair = await pairedNodes();
  const inquiry = await ask(pair.washington);
  await exchange(pair);
  const own = await speak(pair.washington, {
    kind: "answer",
    case: inquiry.jti,
    answers: inquiry.jti,
  });
  expect(own).toMatchObject({ ok: false, refusal: { code: "case.wrong-role" } });
  expect((await viewOf(pair.washington)).sides[1]?.folded).toBe(1);
});

test("both nodes hold the same after a restart, and after a rebuild from their logs", async () => {
  await using pair = await pairedNodes();
  const inquiry = await ask(pair.washington);
  await exchange(pair);
  await tell(pair.moscow, { kind: "decline", case: inquiry.jti, answers: inquiry.jti });
  await exchange(pair);
  const before = await viewOf(pair.moscow);
  const again = await pair.moscow.reopen();
  expect(await viewOf(again)).toEqual(before);
  await rebuild(again.node, true, quietly());
  expect(await viewOf(again)).toEqual(before);
});

test("a rebuild that was cut off is done at the next start, and refuses nothing twice", async () => {
  await using pair = await pairedNodes();
  const { node, channel } = pair.moscow;
  await ask(pair.washington);
  await ask(pair.washington, { items: manyItems });
  await exchange(pair);
  const before = await viewOf(pair.moscow);
  expect(before.sides[1]?.refused).toEqual([[1, "attachment.missing"]]);
  const sizes = async (of: PairedParty) =>
    (await of.node.listLogs(channel)).map(({ origin, entryCount }) => [origin, entryCount]);
  const written = await sizes(pair.moscow);
  node.reopenMirror = () => Promise.reject(new Error("killed"));
  await expect(rebuild(node, true, quietly())).rejects.toThrow("killed");
  const again = await pair.moscow.reopen();
  await finishRebuild(again.node);
  expect(await viewOf(again)).toEqual(before);
  expect(await sizes(again)).toEqual(written);
  await finishRebuild(again.node);
  expect((await ask(again)).index).toBe(1);
});
