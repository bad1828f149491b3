/**
 * A party loses its disk and goes on from an earlier copy of its database: by the rule of
 * spec/log.md §9 its authority opens new epochs, and what the peer still holds is taken back.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { openNewEpochs } from "@parley/node/service/new-epochs";
import { pick } from "./simulated-acts.ts";
import { importHanded } from "./simulated-key-changes.ts";
import type { SimulatedParty } from "./simulated-party.ts";
import { withinReal } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** What becomes of the head store, which no backup holds. */
const headFates = ["kept", "as old as the copy", "lost"] as const;
/** Runs of the command, of which all but the last may meet a disk that fails. */
const runsMax = 4;

/** A copy of the database, and of the head store, as whoever copies all of a disk has. */
export async function keepCopy(world: SimulatedWorld, party: SimulatedParty): Promise<void> {
  party.keepCopy();
  world.count("copies kept");
}

/** The disk is lost and the copy put in its place; then `parley restore`, before anything is signed. */
export async function restoreCopy(
  world: SimulatedWorld,
  party: SimulatedParty,
  peer: SimulatedParty,
): Promise<void> {
  const { copy } = party;
  // Of a party that lies nothing is promised, nor if both lose their disks: docs/strength.md.
  if (copy === undefined || party === world.liar || peer.restoreCount > 0) return;
  await party.kill();
  await party.world.storage.replaceBy(copy.path);
  const fate = pick(world, headFates);
  const { heads } = party.heads;
  if (fate !== "kept") heads.clear();
  if (fate === "as old as the copy") for (const [log, head] of copy.heads) heads.set(log, head);
  party.restoreCount += 1;
  world.count(`restored, head store ${fate}`);
  world.say(`${party.name} goes on from a copy, its head store ${fate}`);
  for (let run = 1; ; run += 1) {
    if (run === runsMax) party.mend();
    try {
      await withinReal(() => openEpochs(party));
      await withinReal(() => party.alone((node) => importHanded(party, node)));
      return;
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      world.count("restores that failed");
      world.say(`${party.name} could not open its epochs: ${cause.code}`);
    }
  }
}

async function openEpochs(party: SimulatedParty): Promise<void> {
  const { p, directory } = party.world;
  const { storage, headStore } = party.openDisk();
  const { authority } = party;
  const recordPath = `${directory}/authority.notices`;
  const now = party.clock.nowSeconds();
  const opened = await openNewEpochs({ p, storage, headStore, authority, recordPath, now });
  if (!opened.ok) throw new Error(`restore: ${opened.refusal.code}`);
}
