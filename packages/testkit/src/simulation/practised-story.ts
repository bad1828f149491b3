/**
 * The practised story between two simulated parties: one case from the inquiry, with a list of items
 * beside it, to its closure. Somebody whose message failed looks whether it was kept, and says it again
 * only if it was not; or if the peer refused it because the list of items could not be had when it was
 * opened (spec/exchange.md §6).
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type { KindName } from "@parley/core/kind/kinds";
import * as words from "@parley/node/practice/december-2016";
import { type Said, say } from "@parley/node/service/messages";
import { requireNone } from "../checks/finding.ts";
import { testNow } from "../paired-nodes.ts";
import { manyItems, tryTo } from "./simulated-acts.ts";
import { type SimulatedParty, withinReal } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

interface Line {
  readonly kind: KindName;
  readonly by: "washington" | "moscow";
  readonly blocks: Said["blocks"];
  /** The message of the story that it answers. */
  readonly answers?: KindName;
}

const story: readonly Line[] = [
  { kind: "inquiry", by: "washington", blocks: words.inquiryBlocks },
  { kind: "receipt", by: "moscow", blocks: words.receiptBlocks("duty"), answers: "inquiry" },
  {
    kind: "holding-reply",
    by: "moscow",
    blocks: words.holdingBlocks(testNow + 86_400),
    answers: "inquiry",
  },
  {
    kind: "not-answerable",
    by: "moscow",
    blocks: words.notAnswerableBlocks(manyItems.length),
    answers: "inquiry",
  },
  { kind: "correction", by: "washington", blocks: words.correctionBlocks, answers: "inquiry" },
  { kind: "clarification", by: "washington", blocks: words.clarificationBlocks },
  { kind: "answer", by: "moscow", blocks: words.answerBlocks, answers: "inquiry" },
  { kind: "propose-closure", by: "washington", blocks: words.closureBlocks },
  {
    kind: "agree-closure",
    by: "moscow",
    blocks: words.agreementBlocks,
    answers: "propose-closure",
  },
] as unknown as readonly Line[];

const stepMs = 1_000;
/** Within it each message reaches the other side, whatever write failed. Simulated milliseconds. */
const reachMsMax = 900_000;
const attemptsMax = 8;

/**
 * Plays it to its end; afterwards it stands on both sides, each message once.
 *
 * @param onStarted - Both serve, and nothing was said.
 */
export async function playStory(
  world: SimulatedWorld,
  onStarted: () => void = () => undefined,
): Promise<void> {
  const told: Told = { ids: new Map(), refused: new Set() };
  for (const party of [world.washington, world.moscow]) await raise(world, party);
  onStarted();
  for (const line of story) {
    do {
      await sayLine(world, line, told);
      await reach(world, line);
    } while (await isRefused(world, line, told));
  }
  await world.settle();
  await world.check(true);
  for (const party of [world.washington, world.moscow]) await requireWhole(world, party, told);
}

/** `refused`: of messages that were said anew. */
interface Told {
  readonly ids: Map<KindName, string>;
  readonly refused: Set<string>;
}

/** Whether the peer could not have what the message names, so that it is to be said again. */
async function isRefused(
  world: SimulatedWorld,
  { kind, by }: Line,
  { ids, refused }: Told,
): Promise<boolean> {
  const jti = ids.get(kind) ?? "";
  const peer = by === "washington" ? world.moscow : world.washington;
  const rows = await keptOf(peer, world[by].name);
  const own = await keptOf(world[by], world[by].name);
  const index = own.findIndex((row) => row.jti === jti);
  if (rows[index]?.verdict !== "attachment.missing") return false;
  refused.add(jti);
  world.count("said again: attachment.missing");
  return true;
}

async function sayLine(world: SimulatedWorld, line: Line, { ids, refused }: Told): Promise<void> {
  const party = world[line.by];
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    await raise(world, party);
    await tryTo(world, party, line.kind, async () => {
      const { node, channel } = party;
      if (node === undefined || channel === undefined) return;
      const spoolPath = party.world.spoolPath;
      const posted = await say({ node, spoolPath }, channel, saidOf(line, ids));
      assert(posted.ok, `the story is legal: ${line.kind}`);
      party.acknowledged.push(posted.value);
    });
    const kept = (await keptOf(party, party.name)).find(
      ({ kind, jti }) => kind === `${line.kind}.v1` && !refused.has(jti ?? ""),
    );
    if (kept?.jti == null) continue;
    ids.set(line.kind, kept.jti);
    return;
  }
  throw new Error(`${line.kind} was not kept in ${attemptsMax} attempts`);
}

function saidOf({ kind, blocks, answers }: Line, ids: ReadonlyMap<KindName, string>): Said {
  const common = { class: "live", by: "technical", to: "technical", kind, blocks } as const;
  const opening = { ask: "investigate", severity: 4, items: manyItems, case: null, answers: null };
  const about = { case: ids.get("inquiry"), answers: answers && ids.get(answers) };
  return { ...common, ...(kind === "inquiry" ? opening : about) } as Said;
}

/** Waits until both have all; whoever dies is started again. */
async function reach(world: SimulatedWorld, { kind }: Line): Promise<void> {
  let left: readonly string[] = [];
  for (let ms = 0; ms < reachMsMax; ms += stepMs) {
    await world.time.advance(stepMs);
    for (const party of [world.washington, world.moscow]) await raise(world, party);
    left = await world.unsettled();
    if (left.length === 0) return;
  }
  const findings = left.map((where) => {
    return { invariant: "liveness", where, what: `${kind} does not reach the other side` } as const;
  });
  requireNone("the story", findings);
}

async function raise(world: SimulatedWorld, party: SimulatedParty): Promise<void> {
  for (let attempt = 0; party.isDead && attempt < attemptsMax; attempt += 1) {
    await world.time.settle(withinReal(() => party.kill()));
    await world.time.settle(withinReal(() => party.start()));
  }
  assert(!party.isDead, "a home whose disk is well starts");
}

/** What a party holds of the live log of an author. */
async function keptOf(party: SimulatedParty, author: string) {
  return party.world.storage.read(async (tx) => {
    const logs = await tx.logs.listLogs({ author, class: "live" });
    const log = logs.find(({ direction }) => direction !== "audit");
    return log === undefined ? [] : tx.opened.listOpened(log.id, 0, 256);
  });
}

async function requireWhole(
  world: SimulatedWorld,
  party: SimulatedParty,
  { ids, refused }: Told,
): Promise<void> {
  for (const author of [world.washington, world.moscow]) {
    const rows = await keptOf(party, author.name);
    const said = rows.filter(({ kind, jti, verdict }) => {
      const isOfStory = kind !== "service-note.v1" && kind !== "refusal.v1";
      return isOfStory && !refused.has(jti ?? "") && verdict !== "attachment.missing";
    });
    const mine = story.filter(({ by }) => world[by] === author);
    const expected = mine.map(({ kind }) => `${kind}.v1 ${ids.get(kind)} accepted`);
    const held = said.map(({ kind, jti, verdict }) => `${kind} ${jti} ${verdict}`);
    const where = `${party.name}: the log of ${author.name}`;
    const what = `${held.join(", ")} instead of ${expected.join(", ")}`;
    const isWhole = held.join() === expected.join();
    requireNone(party.name, isWhole ? [] : [{ invariant: "acknowledged", where, what }]);
  }
  const channel = party.channel?.id ?? "";
  const scope = { channel, class: "live" } as const;
  const visible = { channels: [channel], classes: "all", desks: "all" } as const;
  const row = await party.world.storage.read((tx) =>
    tx.projections.readCase(scope, ids.get("inquiry") ?? "", visible),
  );
  assert(row?.phase === "closed", `the case is closed at ${party.name}, not ${row?.phase}`);
}
