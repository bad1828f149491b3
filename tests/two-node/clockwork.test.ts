/**
 * Goal: what a node does by the clock it does once, whoever asks how often, and never in answer to
 * its own kind. The clock is moved by hand.
 */

import { linkTester } from "@parley/core/agreement/agreement-rules";
import { kinds } from "@parley/core/kind/kinds";
import type { Log } from "@parley/node/log";
import { Clockwork } from "@parley/node/service/clockwork";
import { deliver, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { ask, exchange, foldOf, tell, viewOf, type Words } from "./speak.ts";

const suspension = kinds.suspension.definition.example;

function clockworkOf({ node }: PairedParty) {
  const events: string[] = [];
  const log = { event: (name: string) => events.push(name), flush: () => undefined };
  return { clockwork: new Clockwork(node, log as unknown as Log), events };
}

async function kindsOf(party: PairedParty, author: string, trafficClass: "live" | "link") {
  const fold = await foldOf(party, trafficClass);
  const side = author === party.channel.me ? party.channel.mySide : party.channel.peerSide;
  return fold.standings(side).map(({ message }) => message?.kind);
}

test("[EXC-36] each party tests the link once in its own hours, and is answered once", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const [west, east] = [clockworkOf(washington), clockworkOf(moscow)];
  for (let hour = 0; hour < 2; hour += 1) {
    for (let tick = 0; tick < 3; tick += 1) {
      await west.clockwork.tick();
      await east.clockwork.tick();
      await exchange(pair);
      clock.now += 60;
    }
    clock.now += 3_600 - 180;
  }
  const tests = async (party: PairedParty) =>
    (await kindsOf(party, party.channel.me, "link")).sort();
  expect(await tests(washington)).toEqual(["link-answer", "link-test"]);
  expect(await tests(moscow)).toEqual(["link-answer", "link-test"]);
});

test("[EXC-36] a test is answered by whoever opens the home after a node that died, once", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  await clockworkOf(washington).clockwork.testLink(washington.channel);
  await clockworkOf(washington).clockwork.testLink(washington.channel);
  await exchange(pair);
  const again = await moscow.reopen();
  const { clockwork } = clockworkOf(again);
  await Promise.all([clockwork.answerTests(again.channel), clockwork.tick()]);
  await deliver(again, washington);
  const kinds = await kindsOf(washington, "moscow.example", "link");
  expect(kinds.filter((kind) => kind === "link-answer")).toHaveLength(2);
});

test("[EXC-36] a test dated ahead by its author does not still the alarm of later hours", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const inHours = (from: PairedParty, hour: number) =>
    linkTester(from.channel.agreement, hour % 24) === from.channel.me;
  const hour = Math.floor(clock.now / 3_600);
  const [tester, other] = inHours(washington, hour) ? [washington, moscow] : [moscow, washington];
  clock.now += 7 * 86_400;
  await clockworkOf(tester).clockwork.testLink(tester.channel);
  clock.now -= 7 * 86_400;
  await exchange(pair);
  clock.now += 2 * 3_600 + 700;
  const { clockwork, events } = clockworkOf(other);
  await clockwork.tick();
  expect(events).toEqual(["link.test-missed"]);
});

test("[EXC-36] a test that does not come alarms once in its hour", async () => {
  await using pair = await pairedNodes();
  const parties = [clockworkOf(pair.washington), clockworkOf(pair.moscow)];
  pair.clock.now += 700;
  for (const { clockwork } of parties) for (let i = 0; i < 3; i += 1) await clockwork.tick();
  expect(parties.flatMap(({ events }) => events)).toEqual(["link.test-missed"]);
});

test("[EXC-41] tests go on through a suspension, and stop while one names them", async () => {
  await using pair = await pairedNodes();
  const { washington, clock } = pair;
  const parties = [pair.moscow, washington];
  const works = parties.map(clockworkOf);
  const goOn = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      clock.now = (Math.floor(clock.now / 3_600) + 1) * 3_600;
      for (const wait of [0, 0, 700]) {
        clock.now += wait;
        for (const { clockwork } of works) await clockwork.tick();
        await exchange(pair);
      }
    }
    const counts = await Promise.all(
      parties.map(async (party) => {
        const said = await kindsOf(party, party.channel.me, "link");
        return ["link-test", "link-answer"].map(
          (kind) => said.filter((one) => one === kind).length,
        );
      }),
    );
    return counts.flat();
  };
  const suspend = (kinds: "all" | readonly string[]) => {
    const notice = { ...suspension.blocks.notice, desks: ["technical"], kinds };
    return tell(washington, { kind: "suspension", blocks: { notice } } as Words);
  };
  expect(await goOn(2)).toEqual([1, 1, 1, 1]);
  const all = await suspend("all");
  await exchange(pair);
  expect(await goOn(2)).toEqual([2, 2, 2, 2]);
  const named = await suspend(["link-answer", "link-test"]);
  await exchange(pair);
  // Moscow tests on in its own hours, misses nothing, and has no answer.
  expect(await goOn(2)).toEqual([3, 2, 2, 2]);
  await tell(washington, { kind: "resumption", answers: all.jti });
  await exchange(pair);
  expect(await goOn(2)).toEqual([4, 2, 2, 2]);
  await tell(washington, { kind: "resumption", answers: named.jti });
  await exchange(pair);
  expect(await goOn(2)).toEqual([5, 3, 3, 5]);
  expect(works.flatMap(({ events }) => events)).not.toContain("link.test-missed");
});

test("[EXC-37] a node says how far it has read, once, ten minutes after an entry came", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const { clockwork } = clockworkOf(moscow);
  await ask(washington);
  await exchange(pair);
  clock.now += 599;
  await clockwork.tick();
  await exchange(pair);
  expect(await kindsOf(moscow, "moscow.example", "live")).toEqual([]);
  clock.now += 1;
  for (let i = 0; i < 3; i += 1) await clockwork.tick();
  await exchange(pair);
  expect(await kindsOf(moscow, "moscow.example", "live")).toEqual(["service-note"]);
  expect((await viewOf(washington)).sides[1]?.settled).toBe(1);
});

test("[EXC-37] a note of what was read is not answered by another, and none is due after a reply", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const inquiry = await ask(washington);
  await exchange(pair);
  await tell(moscow, { kind: "receipt", case: inquiry.jti, answers: inquiry.jti });
  await deliver(moscow, washington);
  clock.now += 700;
  await clockworkOf(moscow).clockwork.tick();
  expect(await kindsOf(moscow, "moscow.example", "live")).not.toContain("service-note");
  await clockworkOf(washington).clockwork.tick();
  await exchange(pair);
  clock.now += 700;
  await clockworkOf(moscow).clockwork.tick();
  await exchange(pair);
  expect(await kindsOf(moscow, "moscow.example", "live")).toEqual(["receipt"]);
});
