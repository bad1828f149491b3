/**
 * Goal: two offices hold one case from first word to closure, and both nodes hold the same. Without a
 * network: what crosses is moved by hand, so that every order of arrival can be played.
 */
import { viewClass } from "@parley/core/case/case-view";
import { assert } from "@parley/core/fault";
import { kinds, type KindName } from "@parley/core/kind/kinds";
import { deliver, type PairedNodes, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { say, type Said } from "../../packages/node/src/service/messages.ts";

type Words = Partial<Said> & { readonly kind: KindName };

async function speak(party: PairedParty, words: Words) {
  const { blocks } = kinds[words.kind].definition.example;
  const said = { class: "live", by: "technical", to: "technical", blocks, ...words } as const;
  return say({ node: party.node, spoolPath: party.directory }, party.channel, said as Said);
}

async function speakWell(party: PairedParty, words: Words) {
  const posted = await speak(party, words);
  if (!posted.ok) throw new Error(`${words.kind}: ${posted.refusal.code} ${posted.refusal.detail}`);
  return posted.value;
}

async function exchange({ washington, moscow }: PairedNodes): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await deliver(washington, moscow);
    await deliver(moscow, washington);
  }
}

async function foldOf(party: PairedParty) {
  return (await party.node.folds.state(party.channel, "live")).fold;
}

test("a case goes from an inquiry to closure and both folds are equal", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const inquiry = await speakWell(washington, { kind: "inquiry", ask: "investigate", severity: 4 });
  expect(inquiry).toMatchObject({ class: "live", epoch: 1, index: 0, case: inquiry.jti });
  await exchange(pair);
  const about = { case: inquiry.jti, answers: inquiry.jti };
  for (const kind of ["receipt", "holding-reply", "answer"] as const) {
    clock.now += 60;
    await speakWell(moscow, { kind, ...about });
    await exchange(pair);
  }
  const proposal = await speakWell(washington, { kind: "propose-closure", case: inquiry.jti });
  await exchange(pair);
  await speakWell(moscow, { kind: "agree-closure", case: inquiry.jti, answers: proposal.jti });
  await exchange(pair);
  const [a, b] = [await foldOf(washington), await foldOf(moscow)];
  expect(viewClass(a, clock.now)).toEqual(viewClass(b, clock.now));
  const [seen] = viewClass(a, clock.now).cases;
  assert(seen !== undefined, "one case");
  expect(seen.phase).toBe("closed");
});
