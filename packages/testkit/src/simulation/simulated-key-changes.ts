/**
 * A party changes its keys: some or all of them, by plan or because they were stolen, its authority
 * too. What cannot be said in its logs is handed over by persons as soon as both can.
 *
 * @module
 */
import { keyId } from "@parley/core/crypto/key-id";
import { changeKeys, retireTls } from "@parley/node/service/key-change";
import type { KeyChangeOrder } from "@parley/node/service/key-documents";
import { keyOperations } from "@parley/node/service/key-operations";
import { keyKinds } from "@parley/node/service/key-ring";
import { runOperation } from "@parley/node/service/operation";
import type { PartyNode } from "@parley/node/service/party-node";
import { tryTo } from "./simulated-acts.ts";
import type { SimulatedParty } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

const kindChance = 0.35;
const stolenChance = 0.25;
const authorityChance = 0.15;
const retireChance = 0.2;

/** As `parley keys change` does, with the server stopped; it is started again afterwards. */
export async function changeSomeKeys(world: SimulatedWorld, party: SimulatedParty): Promise<void> {
  // Of a party that lies nothing is promised, nor of its keys.
  if (party === world.liar) return;
  const { p } = world;
  await party.kill();
  const kinds = keyKinds.filter(() => world.random() < kindChance);
  const isStolen = kinds.length > 0 && world.random() < stolenChance;
  const isRetiring = world.random() < retireChance;
  const nextAuthority = world.random() < authorityChance ? makeAuthority(world) : undefined;
  const order: KeyChangeOrder = {
    ...{ kinds, authority: party.authority, rings: party.world.home.rings, isStolen },
    ...{ disowned: [], barFrom: new Map(), spoolPath: party.world.spoolPath },
    pinOf: async (seed) => keyId(p, "Ed25519", p.signer("Ed25519", seed).publicKey),
    ...(nextAuthority === undefined ? {} : { nextAuthority }),
  };
  const before = await descriptorCount(party);
  await tryTo(world, party, "change keys", () =>
    party.alone(async (node) => {
      const done = await (isRetiring ? retireTls(node, order) : changeKeys(node, order));
      if (!done.ok) world.say(`${party.name} may not change keys: ${done.refusal.code}`);
    }),
  );
  // Whoever was told of a failure looks whether it was kept.
  if ((await descriptorCount(party)) === before) return;
  if (!isRetiring && nextAuthority !== undefined) party.authority = nextAuthority;
  const isByHand =
    !isRetiring && isStolen && kinds.some((kind) => kind === "log" || kind === "tls");
  if (isByHand) party.isHandingOver = true;
  const what = isRetiring ? "tls retired" : isStolen ? "after a theft" : "planned";
  world.count(`keys changed, ${what}`);
  for (const kind of kinds) world.count(`new keys: ${kind}`);
  world.say(`${party.name} has new keys: ${kinds.join(", ")}, ${what}`);
  // A copy without them would be of no use: docs/operate.md.
  if (party.copy !== undefined) party.keepCopy();
}

/** What could not be said in a log reaches the peer's hands, if both nodes run. */
export async function handOver(
  world: SimulatedWorld,
  party: SimulatedParty,
  peer: SimulatedParty,
): Promise<void> {
  const [from, to] = [party.node, peer.node];
  if (!party.isHandingOver || from === undefined || to === undefined) return;
  await tryTo(world, peer, "import keys", async () => {
    const handed = await operate(from, "keys.handover", { peer: peer.name });
    peer.handed = handed["documents"] as readonly string[];
    await importHanded(peer, to);
    party.isHandingOver = false;
    world.count("keys handed over");
    world.say(`${peer.name} was handed the keys of ${party.name}`);
  });
}

/** Once more what was handed over before, after the disk was lost: the log need not say it. */
export async function importHanded(party: SimulatedParty, node: PartyNode): Promise<void> {
  if (party.handed.length === 0) return;
  await operate(node, "keys.import", { documents: party.handed });
}

async function operate(node: PartyNode, name: string, input: object) {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const done = await runOperation(keyOperations, node, { name, input }, context);
  if (!done.ok) throw new Error(`${name}: ${done.refusal.code} ${done.refusal.detail}`);
  return done.value as Readonly<Record<string, unknown>>;
}

function makeAuthority({ p }: SimulatedWorld) {
  return (["Ed25519", "ML-DSA-65"] as const).map((algorithm) => {
    const signer = p.signer(algorithm, p.random(32));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
}

async function descriptorCount({ world, name }: SimulatedParty): Promise<number> {
  const rows = await world.storage.read((tx) => tx.parties.listDescriptors(name));
  return rows.length;
}
