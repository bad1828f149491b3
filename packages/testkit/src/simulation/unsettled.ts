/**
 * What of a simulation is not yet where it must come to, in words: the bound on liveness.
 *
 * @module
 */
import type { FoldCut } from "@parley/core/case/fold-cut";
import type { LogRow } from "@parley/node/service/storage-log";
import type { SimulatedParty } from "./simulated-party.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** A liar's own affairs are its own. */
export async function listUnsettled({
  washington,
  moscow,
  liar,
}: Pick<SimulatedWorld, "washington" | "moscow" | "liar">): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [author, mirror] of [
    [washington, moscow],
    [moscow, washington],
  ] as const) {
    const [own, held] = [await logsOf(author), await logsOf(mirror)];
    const of = { isAuthorLiar: author === liar, isMirrorLiar: mirror === liar };
    for (const log of own.filter(({ direction }) => direction === "own")) {
      const isEnded = own.some((one) => isLater(one, log));
      const copy = held.find(({ origin }) => origin === log.origin);
      if (!isSettled({ log, held: copy, isEnded, ...of })) found.push(describe(log, copy));
    }
    if (liar === undefined) found.push(...(await unfolded(author)));
  }
  return found;
}

/** Of an epoch that ended only what lies below its end counts. */
function isSettled({
  log,
  held,
  isEnded,
  isAuthorLiar,
  isMirrorLiar,
}: {
  readonly log: LogRow;
  /** By the peer. */
  readonly held: LogRow | undefined;
  readonly isEnded: boolean;
  readonly isAuthorLiar: boolean;
  readonly isMirrorLiar: boolean;
}): boolean {
  const end = isEnded ? log.closedAtSize : log.size;
  // Where an epoch ended only its mirror can say.
  const isWhole = end === null ? isMirrorLiar : Math.min(log.receiptedSize, log.size) >= end;
  const there = isEnded ? held?.closedAtSize : held?.size;
  const due = isEnded ? (held?.closedAtSize ?? 0) : (held?.size ?? 0);
  return (
    (isAuthorLiar || isWhole) &&
    (isMirrorLiar || (held?.openedSize ?? 0) >= due) &&
    (isAuthorLiar || isMirrorLiar || (there ?? 0) === end)
  );
}

function isLater(one: LogRow, log: LogRow): boolean {
  return one.author === log.author && one.class === log.class && one.epoch > log.epoch;
}

function describe(log: LogRow, held: LogRow | undefined): string {
  const { origin, size, receiptedSize, closedAtSize } = log;
  return (
    `${origin}: ${size} written, ${held?.size} mirrored, ${held?.openedSize} opened, ` +
    `${receiptedSize} receipted, closed at ${closedAtSize} and ${held?.closedAtSize}`
  );
}

async function unfolded(party: SimulatedParty): Promise<readonly string[]> {
  const logs = await logsOf(party);
  const found: string[] = [];
  const scopes = new Map(logs.map(({ channel, class: of }) => [of, { channel, class: of }]));
  for (const scope of scopes.values()) {
    const position = await party.world.storage.read((tx) => tx.projections.readPosition(scope));
    const cut = position === undefined ? undefined : (JSON.parse(position) as FoldCut);
    const counted = cut === undefined ? 0 : cut.folded[0] + cut.folded[1];
    const due = logs
      .filter((log) => log.class === scope.class)
      .reduce((sum, log) => sum + (log.closedAtSize ?? log.size), 0);
    if (counted !== due) found.push(`${party.name} ${scope.class}: ${counted} of ${due} folded`);
  }
  return found;
}

/** Of the channel: what its own people did a party tells nobody. */
async function logsOf(party: SimulatedParty): Promise<readonly LogRow[]> {
  const logs = await party.world.storage.read((tx) => tx.logs.listLogs({}));
  return logs.filter(({ direction }) => direction !== "audit");
}
