/**
 * Goal: neither party opens more cases on a channel than there may be open at once, and one that the
 * peer opens beyond it is refused, on both sides alike. Method: a database that holds all but two of
 * them, as rows that no message stands behind; then both go on opening.
 */
import { openCasesMax } from "@parley/core/case/case-table";
import { deliver, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { ask, exchange, listedBy, speak, viewOf } from "./speak.ts";

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
