/**
 * Fails each write of the practised story in every way in which a write can fail, one write to a run,
 * and lets the story go on to its end.
 *
 * @module
 */
import { playStory } from "./practised-story.ts";
import type { WriteFate } from "./simulated-disk.ts";
import { simulatedWorld } from "./simulated-world.ts";

/** It was not kept; it was, and the answer was lost; and the process dies there, both ways. */
export const failingFates = [
  "not-kept",
  "kept-but-failed",
  "die-not-kept",
  "die-kept",
] as const satisfies readonly WriteFate[];

/** More than either side writes in the story. */
const silentWritesMax = 200;

const parties = ["washington", "moscow"] as const;

export interface WriteFault {
  readonly by: (typeof parties)[number];
  /** From 1: its n-th write, in the database or in the head store. */
  readonly number: number;
  readonly fate: WriteFate;
}

/** Every fault that the story can meet: it is played once without any to learn how many there are. */
export async function listWriteFaults(): Promise<readonly WriteFault[]> {
  await using world = await simulatedWorld("the story");
  await playStory(world);
  return parties.flatMap((by) =>
    Array.from({ length: world[by].writeCount }, (_, at) =>
      failingFates.map((fate) => ({ by, number: at + 1, fate })),
    ).flat(),
  );
}

/**
 * The whole story while one write in `period` of either side is kept and reported failed, from the
 * `phase`-th on: what was done must be taken up though nobody was told that it was.
 */
export async function playWithSilentWrites(period: number, phase: number): Promise<void> {
  await using world = await simulatedWorld("silent writes");
  await playStory(world, () => {
    for (const by of parties) {
      world[by].fates.push(
        ...Array.from({ length: silentWritesMax }, (_, at): WriteFate => {
          return at % period === phase ? "kept-but-failed" : "kept";
        }),
      );
    }
  });
}

/** @returns The last lines of the trace and the failure; undefined if all held. */
export async function playWith(
  fault: WriteFault,
): Promise<{ readonly trace: readonly string[]; readonly failure: unknown } | undefined> {
  await using world = await simulatedWorld("the story");
  const before = Array.from({ length: fault.number - 1 }, (): WriteFate => "kept");
  world[fault.by].fates.push(...before, fault.fate);
  try {
    await playStory(world);
    return undefined;
  } catch (failure) {
    return { trace: world.trace.slice(-60), failure };
  }
}
