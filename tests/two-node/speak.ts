/**
 * Short words for tests in which two offices speak: what each kind needs is taken from its example.
 *
 * @module
 */
import { viewClass } from "@parley/core/case/case-view";
import type { ClassFold } from "@parley/core/case/class-fold";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import type { Result } from "@parley/core/result";
import { deliver, type PairedNodes, type PairedParty } from "@parley/testkit/paired-nodes";
import { type Said, type SayRefusal, say } from "../../packages/node/src/service/messages.ts";
import type { Posted } from "../../packages/node/src/service/post.ts";

export type Words = Partial<Said> & { readonly kind: KindName };

/** Says something, and returns what the node makes of it. */
export function speak(party: PairedParty, words: Words): Promise<Result<Posted, SayRefusal>> {
  const { blocks } = kinds[words.kind].definition.example;
  const said = { class: "live", by: "technical", to: "technical", blocks, ...words } as Said;
  return say({ node: party.node, spoolPath: party.directory }, party.channel, said);
}

/** Says something that must be sayable. */
export async function tell(party: PairedParty, words: Words): Promise<Posted> {
  const posted = await speak(party, words);
  if (posted.ok) return posted.value;
  throw new Error(`${words.kind}: ${posted.refusal.code} ${posted.refusal.detail}`);
}

export function ask(party: PairedParty, words: Partial<Said> = {}): Promise<Posted> {
  return tell(party, { kind: "inquiry", ask: "investigate", severity: 4, ...words });
}

/** Lets both sides have all that was written, and its receipts. */
export async function exchange({ washington, moscow }: PairedNodes): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await deliver(washington, moscow);
    await deliver(moscow, washington);
  }
}

export async function foldOf(
  party: PairedParty,
  trafficClass: TrafficClass = "live",
): Promise<ClassFold> {
  return (await party.node.folds.state(party.channel, trafficClass)).fold;
}

export async function viewOf(party: PairedParty, trafficClass: TrafficClass = "live") {
  return viewClass(await foldOf(party, trafficClass), party.node.clock.nowSeconds());
}
