/**
 * Goal: what a peer gets is to the letter what persons approved, once, and never what changed since.
 * Method: two paired nodes; drafts of the December 2016 case; every reason for which an approval falls.
 */
import { assert } from "@parley/core/fault";
import { deliver, openPaired, type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import * as words from "../../practice/december-2016.ts";
import { operator } from "../actor.ts";
import { readAuditLog } from "../audit/audit-log.ts";
import type { Channel } from "../channel.ts";
import { parseKeptMessage } from "../kept-message.ts";
import { type Said, say } from "../messages.ts";
import type { PartyNode } from "../party-node.ts";
import { parseFrozen } from "./draft-text.ts";
import { type Doer, Releases } from "./releases.ts";

const [ann, boris, clara] = ["ann", "boris", "clara"].map(
  (id): Doer => ({ id, actor: operator }),
) as [Doer, Doer, Doer];

const inquiry: Said = {
  ...{ class: "live", kind: "inquiry", by: "technical", to: "technical" },
  ...{ ask: "investigate", severity: 4, blocks: words.inquiryBlocks, items: [] },
};

interface Office {
  readonly pair: PairedNodes;
  readonly node: PartyNode;
  readonly channel: Channel;
  readonly releases: Releases;
}

function officeOf(pair: PairedNodes, policy = {}): Office {
  const { node, channel, directory } = pair.washington;
  return { pair, node, channel, releases: new Releases({ node, spoolPath: directory, policy }) };
}

async function must<T>(result: Promise<{ readonly ok: boolean; readonly value?: T }>): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(JSON.stringify(settled));
  return settled.value as T;
}

async function codeOf(
  result: Promise<{ readonly ok: boolean; readonly refusal?: { code: string } }>,
) {
  const settled = await result;
  return settled.ok ? "accepted" : settled.refusal?.code;
}

/** Written by Ann and cleared by Boris: an inquiry wants two persons. */
async function approved({ releases, channel }: Office, said = inquiry) {
  const { id } = await must(releases.begin(channel, said, ann));
  const { release, draft } = await must(releases.clear(channel, id, 1, boris));
  assert(release.phase === "approved" && release.approvalHash !== null, "two persons are enough");
  assert(draft.frozen !== null, "what was cleared is frozen");
  return { id, hash: release.approvalHash, frozen: parseFrozen(draft.frozen) };
}

async function standing({ releases }: Office, id: string) {
  const { release, draft } = await must(releases.read(id));
  return { phase: release.phase, shown: draft.phase, hash: release.approvalHash };
}

/** What of our live log is opened there. */
async function heldBy(node: PartyNode) {
  return node.storage.read(async (tx) => {
    const logs = await tx.logs.listLogs({ author: "washington.example", class: "live" });
    const log = logs.find(({ direction }) => direction !== "audit");
    assert(log !== undefined, "a log of each class");
    return tx.opened.listOpened(log.id, 0, 256);
  });
}

test("[MSG-13] what the peer gets is to the letter what was approved, and it is sent once", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair);
  const { id, hash, frozen } = await approved(office);
  const posted = await must(office.releases.send(office.channel, id, hash, ann));
  assert(posted !== "awaiting-key", "the desk is open");
  expect(posted.jti).toBe(frozen.message.statement.head.jti);
  expect(await standing(office, id)).toEqual({ phase: "sent", shown: "sent", hash });
  await deliver(pair.washington, pair.moscow);
  const [row, ...others] = await heldBy(pair.moscow.node);
  expect([row?.verdict, row?.jti, others.length]).toEqual(["accepted", posted.jti, 0]);
  const { message } = parseKeptMessage(row?.message ?? "");
  expect(message.head).toEqual(frozen.message.statement.head);
  expect(message.control).toEqual(frozen.message.statement.control);
  expect(await codeOf(office.releases.send(office.channel, id, hash, ann))).toBe(
    "release.not-in-this-phase",
  );
  expect(await codeOf(office.releases.sendOne(office.channel, id))).toBe("draft.moved");
  expect(await heldBy(office.node)).toHaveLength(1);
});

test("[MSG-13] nobody clears what they wrote, and a refused step leaves the draft as it was", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair, { inquiry: 3 });
  const { releases, channel } = office;
  const { id } = await must(releases.begin(channel, inquiry, ann));
  const before = await must(releases.read(id));
  expect(await codeOf(releases.clear(channel, id, 1, ann))).toBe("release.same-person");
  expect(await codeOf(releases.clear(channel, id, 2, boris))).toBe("draft.moved");
  expect(await codeOf(releases.approve(id, "h", boris))).toBe("release.not-in-this-phase");
  expect(await codeOf(releases.clear(channel, "nobody's", 1, boris))).toBe("draft.unknown");
  expect(await must(releases.read(id))).toEqual(before);
  const cleared = await must(releases.clear(channel, id, 1, boris));
  expect([cleared.persons, cleared.release.phase]).toEqual([3, "cleared"]);
  const hash = cleared.release.approvalHash ?? "";
  expect(await codeOf(releases.send(channel, id, hash, ann))).toBe("release.not-in-this-phase");
  expect(await codeOf(releases.approve(id, hash, boris))).toBe("release.same-person");
  expect(await codeOf(releases.approve(id, "another", clara))).toBe("release.other-payload");
  expect((await must(releases.approve(id, hash, clara))).release.phase).toBe("approved");
});

test("[MSG-13] a draft that is not whole is kept, is not cleared, and says why", async () => {
  await using pair = await pairedNodes();
  const { releases, channel } = officeOf(pair);
  const { fact } = words.inquiryBlocks;
  const unfinished = { ...inquiry, ask: null, blocks: { fact } } as Said;
  const { id } = await must(releases.begin(channel, unfinished, ann));
  expect(await codeOf(releases.clear(channel, id, 1, boris))).toMatch(/^kind\.invalid/);
  const written = await must(releases.write(id, 1, inquiry, clara));
  expect([written.draft.version, written.release.authors]).toEqual([2, ["ann", "clara"]]);
  expect(await codeOf(releases.write(id, 1, inquiry, ann))).toBe("draft.moved");
  expect(await codeOf(releases.clear(channel, id, 2, clara))).toBe("release.same-person");
  expect((await must(releases.clear(channel, id, 2, boris))).release.phase).toBe("approved");
});

test("[MSG-13] a change, a return and a recall each void what was approved", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair);
  const { releases, channel } = office;
  const steps = {
    change: (id: string) => releases.write(id, 1, inquiry, clara),
    return: (id: string) => releases.return(id, "the second sentence", clara),
    recall: (id: string) => releases.recall(id, "too early", ann),
  };
  for (const step of Object.values(steps)) {
    const { id, hash } = await approved(office);
    await must(step(id));
    expect(await standing(office, id)).toEqual({ phase: "drafted", shown: "drafted", hash: null });
    expect((await must(releases.read(id))).draft.frozen).toBeNull();
    expect(await codeOf(releases.send(channel, id, hash, ann))).toBe("release.not-in-this-phase");
  }
  expect(await heldBy(office.node)).toEqual([]);
});

test("[MSG-13] what was approved with the desk locked waits for its key, and goes when it is open", async () => {
  await using pair = await pairedNodes();
  const { id, hash } = await approved(officeOf(pair));
  const { directory, rings } = pair.washington;
  await pair.washington.node[Symbol.asyncDispose]();
  {
    const locked = { directory, rings: rings.filter(({ name }) => name === "node") };
    await using node = await openPaired(locked, pair.clock);
    const [channel] = node.channels.channels();
    assert(channel !== undefined, "the channel is open");
    const releases = new Releases({ node, spoolPath: directory, policy: {} });
    expect(await must(releases.send(channel, id, hash, ann))).toBe("awaiting-key");
    expect(await releases.sendWaiting(channel)).toBe(0);
    expect((await must(releases.read(id))).draft.phase).toBe("awaiting-key");
    expect(await heldBy(node)).toEqual([]);
  }
  await using node = await openPaired({ directory, rings }, pair.clock);
  const [channel] = node.channels.channels();
  assert(channel !== undefined, "the channel is open");
  const releases = new Releases({ node, spoolPath: directory, policy: {} });
  expect(await releases.sendWaiting(channel)).toBe(1);
  expect(await releases.sendWaiting(channel)).toBe(0);
  expect((await must(releases.read(id))).draft.phase).toBe("sent");
  expect(await heldBy(node)).toHaveLength(1);
});

test("[MSG-13] a move that the case no longer allows is not sent, and is a draft again", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair);
  const { node, channel, releases } = office;
  const { washington, moscow } = pair;
  const ours = { node, spoolPath: washington.directory };
  const theirs = { node: moscow.node, spoolPath: moscow.directory };
  const opening = await must(say(ours, channel, inquiry));
  const about = { class: "live", by: "technical", to: "technical", case: opening.jti } as const;
  await deliver(washington, moscow);
  const blocks = words.answerBlocks;
  const answer = { ...about, kind: "answer", answers: opening.jti, blocks } as const;
  await must(say(theirs, moscow.channel, answer));
  await deliver(moscow, washington);
  const clarification = {
    ...about,
    kind: "clarification",
    blocks: words.clarificationBlocks,
  } as const;
  const { id } = await must(releases.begin(channel, clarification, ann));
  const hash = (await must(releases.clear(channel, id, 1, boris))).release.approvalHash ?? "";
  const closing = { ...about, kind: "propose-closure", blocks: words.closureBlocks } as const;
  const proposal = await must(say(ours, channel, closing));
  await deliver(washington, moscow);
  const agreed = { ...about, answers: proposal.jti, blocks: words.agreementBlocks };
  await must(say(theirs, moscow.channel, { ...agreed, kind: "agree-closure" }));
  await deliver(moscow, washington);
  expect(await codeOf(releases.send(channel, id, hash, ann))).toBe("draft.voided");
  const { release, steps } = await must(releases.read(id));
  expect([release.phase, steps.at(-1)]).toMatchObject(["drafted", { what: "voided", why: "case" }]);
  expect((await heldBy(node)).map(({ kind }) => kind)).toEqual([
    "inquiry.v1",
    "propose-closure.v1",
  ]);
});

test("[STO-29] a draft that fails to be sent is sent later, once", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair);
  const { id, hash } = await approved(office);
  const { ownLogs } = office.node;
  const append = ownLogs.append.bind(ownLogs);
  ownLogs.append = () => Promise.reject(new Error("the disk"));
  await expect(office.releases.send(office.channel, id, hash, ann)).rejects.toThrow("the disk");
  expect((await standing(office, id)).phase).toBe("awaiting-key");
  ownLogs.append = append;
  const sent = await Promise.all([1, 2, 3].map(() => office.releases.sendOne(office.channel, id)));
  expect(sent.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await heldBy(office.node)).toHaveLength(1);
});

test("[AUD-1] every step of a person has its entry, and none says what the draft says", async () => {
  await using pair = await pairedNodes();
  const office = officeOf(pair);
  const { node, releases, channel } = office;
  const before = await listed(node);
  const { id, hash } = await approved(office);
  await must(releases.recall(id, "too early", ann));
  await must(releases.clear(channel, id, 1, boris));
  const again = (await standing(office, id)).hash ?? "";
  expect(again).not.toBe(hash);
  await must(releases.send(channel, id, again, clara));
  const acts = (await listed(node)).slice(before.length);
  expect(acts.map(({ act }) => act)).toEqual([
    ...["draft.write", "draft.clear", "draft.recall", "draft.clear", "draft.send"],
  ]);
  expect(acts.map(({ text }) => text.includes(id))).toEqual(acts.map(() => true));
  const said = words.inquiryBlocks["fact"] as { readonly who: { readonly text: string } };
  expect(acts.filter(({ text }) => text.includes(said.who.text))).toEqual([]);
});

async function listed(node: PartyNode) {
  return node.storage.read(async (tx) => {
    const { id } = await readAuditLog(tx);
    const entries = await tx.logs.readEntries(id, 0);
    return entries.map(({ bytes }) => {
      const text = new TextDecoder().decode(bytes);
      return { text, act: (JSON.parse(text) as { readonly act: string }).act };
    });
  });
}

test("a draft of a class or desk is not moved to another", async () => {
  await using pair = await pairedNodes();
  const { releases, channel } = officeOf(pair);
  const { id } = await must(releases.begin(channel, inquiry, ann));
  expect(await codeOf(releases.write(id, 1, { ...inquiry, class: "exercise" }, ann))).toBe(
    "draft.moved",
  );
  expect(await codeOf(releases.write(id, 1, { ...inquiry, by: "watch" }, ann))).toBe("draft.moved");
});
