/**
 * Goal: two offices hold one case from first word to closure, and both nodes hold the same. Without a
 * network: what crosses is moved by hand, so that every order of arrival can be played.
 */
import { pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { ask, exchange, speak, tell, viewOf } from "./speak.ts";

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
  const { rebuild } = await import("../../packages/node/src/service/rebuild.ts");
  await rebuild(again.node, true, () => undefined);
  expect(await viewOf(again)).toEqual(before);
});

test("a rebuild that was cut off is done at the next start, and the node writes on", async () => {
  await using pair = await pairedNodes();
  await ask(pair.washington);
  await exchange(pair);
  const before = await viewOf(pair.washington);
  await pair.washington.node.storage.write((tx) => tx.opened.dropOpened());
  const again = await pair.washington.reopen();
  const { finishRebuild } = await import("@parley/node/service/rebuild");
  await finishRebuild(again.node);
  expect(await viewOf(again)).toEqual(before);
  expect(await ask(again)).toMatchObject({ index: 1 });
});
