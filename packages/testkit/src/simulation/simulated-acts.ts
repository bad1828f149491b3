/**
 * What the persons of a simulation do: they say things, renew their descriptors, and one of them may
 * lie.
 *
 * @module
 */
import { assert, Fault } from "@parley/core/fault";
import type { ItemToSend } from "@parley/core/item/item-list";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import { parseDescriptor } from "@parley/core/party/descriptor";
import { type Said, say } from "@parley/node/service/messages";
import { runOperation } from "@parley/node/service/operation";
import { renewDescriptor } from "@parley/node/service/own-party";
import type { PartyNode } from "@parley/node/service/party-node";
import { partyOperations } from "@parley/node/service/party-operations";
import { clearMarking } from "@parley/node/service/post";
import type { SimulatedParty } from "./simulated-party.ts";
import { withinReal } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

const replyKinds: readonly KindName[] = [
  "receipt",
  "holding-reply",
  "answer",
  "not-answerable",
  "clarification",
  "correction",
  "note",
  "propose-closure",
  "agree-closure",
  "reject-closure",
  "decline",
];
const openingChance = 0.35;
const exerciseChance = 0.15;
const attachmentChance = 0.06;

/** Enough that their lines travel as an attachment. */
export const manyItems: readonly ItemToSend[] = Array.from({ length: 160 }, (_, at) => ({
  item: {
    ...{ kind: "ipv4-addr", value: `198.51.100.${at}`, observed: "unknown", diamond: null },
    ...{ grade: "F6", collection: "not-stated", marking: clearMarking, use: "none" },
  } as unknown as ItemToSend["item"],
  disposition: { what: "share" },
}));

export function pick<T>(world: SimulatedWorld, from: readonly T[]): T {
  const picked = from[Math.floor(world.random() * from.length)];
  assert(picked !== undefined, "there is something to pick from");
  return picked;
}

/** An officer says something: a new inquiry, or what comes to mind about a case. */
export async function speak(world: SimulatedWorld, party: SimulatedParty): Promise<void> {
  const { node, channel } = party;
  if (node === undefined || channel === undefined) return;
  const trafficClass = world.random() < exerciseChance ? "exercise" : "live";
  await tryTo(world, party, "say", async () => {
    const said = await choose(world, node, trafficClass);
    const ports = { node, spoolPath: party.world.spoolPath };
    const posted = await say(ports, channel, said);
    if (!posted.ok) {
      world.count("refused to say");
      world.say(`${party.name} may not say ${said.kind}: ${posted.refusal.code}`);
      return;
    }
    party.acknowledged.push(posted.value);
    world.count(`said ${said.kind}`);
    const { epoch, index } = posted.value;
    world.say(`${party.name} said ${said.kind} at ${trafficClass}/${epoch}/${index}`);
  });
}

async function choose(
  world: SimulatedWorld,
  node: PartyNode,
  trafficClass: TrafficClass,
): Promise<Said> {
  const [channel] = node.channels.channels();
  assert(channel !== undefined, "the channel is open");
  const fold = await node.folds.replay(channel, trafficClass);
  const cases = [...fold.cases()];
  const desks = { by: "technical", to: "technical", class: trafficClass } as const;
  if (cases.length === 0 || world.random() < openingChance) {
    const { blocks } = kinds.inquiry.definition.example;
    const items = world.random() < attachmentChance ? manyItems : [];
    const asked = { kind: "inquiry", ask: "investigate", severity: 4 } as const;
    return { ...desks, ...asked, blocks, items } as Said;
  }
  const record = pick(world, cases);
  const kind = pick(world, replyKinds);
  const all = [...record.messages[0], ...record.messages[1]];
  const proposal = all.findLast((message) => message.kind === "propose-closure");
  const answers =
    kind.endsWith("-closure") && kind !== "propose-closure" ? proposal?.jti : record.id;
  const { blocks } = kinds[kind].definition.example;
  const about = { case: record.id, answers: answers ?? record.id };
  return { ...desks, kind, ...about, blocks } as Said;
}

/** A descriptor that follows, published at home; the peer is shown the chain by hand. */
export async function renewKeys(
  world: SimulatedWorld,
  party: SimulatedParty,
  peer: SimulatedParty,
): Promise<void> {
  const { node } = party;
  if (node === undefined) return;
  await tryTo(world, party, "renew", async () => {
    const rows = await node.storage.read((tx) => tx.parties.listDescriptors(node.party));
    const before = await parseDescriptor(node.primitives, rows.at(-1)?.jws ?? "");
    assert(before.ok, "our own descriptor");
    const addresses = [`https://${node.party}`, `https://${rows.length}.${node.party}`];
    const profile = { addresses, contacts: [], validDays: 3_650 };
    const { authority } = party;
    const signing = { authority, now: node.clock.nowSeconds() };
    const next = await renewDescriptor(node.primitives, before.value, profile, signing);
    assert(next.ok, "a descriptor that follows");
    await operate(node, "descriptor.publish", { descriptor: next.value.text });
    world.count("descriptors renewed");
    world.say(`${party.name} has a new descriptor, ${rows.length + 1}`);
  });
  const reader = peer.node;
  if (reader === undefined) return;
  await tryTo(world, peer, "import", async () => {
    const rows = await party.world.storage.read((tx) => tx.parties.listDescriptors(party.name));
    await operate(reader, "peer.import", { chain: rows.map(({ jws }) => jws).slice(-24) });
    world.count("descriptors imported");
  });
}

async function operate(node: PartyNode, name: string, input: unknown): Promise<void> {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const call = { name, input };
  const result = await runOperation(partyOperations, node, call, context);
  // A clock that is wrong by a day finds a descriptor not valid yet, which is a refusal.
  if (!result.ok && !result.refusal.code.startsWith("descriptor.")) {
    throw new Error(`${name}: ${result.refusal.code}`);
  }
}

/** Does it unless the disk fails: then nobody was told whether it is done. */
export async function tryTo(
  world: SimulatedWorld,
  party: SimulatedParty,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await world.time.settle(withinReal(work));
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    world.count("faults told to persons");
    world.say(`${party.name} could not ${what}: ${cause.code}`);
  }
}
