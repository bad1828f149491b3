/**
 * Goal: neither party opens more cases on a channel than there may be open at once, and one that the
 * peer opens beyond it is refused, on both sides alike; and a suspension concerns every open case. Method: a database that holds all but two of
 * them, as rows that no message stands behind; then both go on opening.
 */
import { openCasesMax } from "@parley/core/case/case-table";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { deliver, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { rebuild } from "../../packages/node/src/service/rebuild.ts";
import { ask, exchange, listedBy, speak, tell, viewOf, type Words } from "./speak.ts";

const { signal } = new AbortController();

const inquiry = { kind: "inquiry", ask: "investigate", severity: 4 } as const;

test("[CASE-29] when as many cases are open as there may be, one more is refused, ours or the peer's", async () => {
  await using both = await pairedNodes();
  const { washington, moscow } = both;
  await fill(moscow, openCasesMax - 2);
  const asked = [await ask(washington), await ask(washington), await ask(washington)];
  await deliver(washington, moscow);
  await exchange(both);
  const open = async (party: PairedParty) =>
    (await viewOf(party)).cases.map(({ id }) => id).toSorted();
  const standing = asked
    .slice(0, 2)
    .map(({ jti }) => jti)
    .toSorted();
  expect(await open(moscow)).toEqual(standing);
  expect(await open(washington)).toEqual(standing);
  const { kept } = await listedBy(washington);
  expect(JSON.stringify(kept)).toContain("case.too-many");

  const ours = await speak(moscow, inquiry);
  expect(ours).toMatchObject({ ok: false, refusal: { code: "case.too-many" } });
  // What opens none goes on; and whoever closes one may open another.
  await moscow.node.storage.write((tx) =>
    tx.projections.deleteCase({ channel: moscow.channel.id, class: "live" }, "case-0"),
  );
  expect((await speak(moscow, inquiry)).ok).toBe(true);
  await exchange(both);
  expect((await speak(moscow, inquiry)).ok).toBe(false);
}, 60_000);

test("[CASE-27] a suspension and its end move the clocks of cases that no fold holds any more", async () => {
  await using both = await pairedNodes();
  const { washington, moscow, clock } = both;
  for (let count = 0; count < 3; count += 1) await ask(washington);
  await exchange(both);
  const forget = () => {
    for (const { node } of [washington, moscow]) node.folds.forgetAll();
  };
  const says = async (kind: KindName, more: Partial<Words> = {}) => {
    forget();
    clock.now += 3_600;
    const said = await tell(moscow, { kind, ...more } as Words);
    await exchange(both);
    return said;
  };
  const before = await duesOf(washington);
  const { blocks } = kinds.suspension.definition.example;
  const notice = { ...blocks.notice, desks: ["technical"], kinds: "all" };
  const suspended = await says("suspension", { blocks: { notice } as never });
  const standing = await duesOf(washington);
  expect(standing).not.toEqual(before);
  expect(await duesOf(moscow)).toEqual(standing);
  await says("resumption", { answers: suspended.jti });
  const resumed = await duesOf(washington);
  expect(resumed).not.toEqual(standing);
  for (const party of [washington, moscow]) {
    expect(await duesOf(party)).toEqual(resumed);
    await rebuild(party.node, false, { progress: () => undefined, signal });
    expect(await duesOf(party)).toEqual(resumed);
  }
}, 60_000);

/** When the clocks of each case are due, as lists have it. */
async function duesOf({ node, channel }: PairedParty) {
  await node.folds.state(channel, "live");
  const visibility = { channels: [channel.id], classes: ["live"], desks: "all" } as const;
  const page = { after: null, rowsMax: 100 };
  const { rows } = await node.storage.read((tx) =>
    tx.projections.listCases({ order: "last" }, visibility, page),
  );
  return rows.map(({ id, dueAt, owedBy, state }) => ({ id, dueAt, owedBy, state })).toSorted(byId);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

async function fill({ node, channel }: PairedParty, count: number): Promise<void> {
  const about = {
    channel: channel.id,
    class: "live",
    desks: ["technical"],
    phase: "received",
  } as const;
  const times = { severity: 1, dueAt: null, owedBy: null, lastAt: 1 };
  const rows = Array.from({ length: count }, (_, at) => {
    return { ...about, ...times, id: `case-${at}`, isOpen: true, state: "{}" };
  });
  await node.storage.write((tx) => tx.projections.writeCases(rows));
}
