/**
 * `checkPair`: everything that must hold between two nodes whenever nothing of them runs, however far
 * each has come.
 *
 * A mirror holds a prefix of the log. A receipt that an author has is the mirror's own. What either
 * holds of a log, and what the wire saw of it, is one history. At one cut both folds say the same of
 * what is settled.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { equalBytes } from "@parley/core/bytes/octets";
import { viewCase } from "@parley/core/case/case-view";
import type { ClassFold } from "@parley/core/case/class-fold";
import { assert } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import type { Channel } from "@parley/node/service/channel";
import { foldClass } from "@parley/node/service/class-folds";
import type { SideCounts } from "@parley/node/service/class-state";
import { type CheckedNode, isEnded, readChannels, readImages } from "./check-node.ts";
import { type Finding, Findings } from "./finding.ts";
import type { LogImage } from "./log-image.ts";
import type { ShownHistory } from "./shown-history.ts";

export interface PairCheck {
  readonly findings: readonly Finding[];
  readonly counts: {
    readonly mirrored: number;
    readonly receipts: number;
    /** Entries of both logs on which both folds were compared. */
    readonly settled: number;
    readonly cases: number;
  };
}

/** @param shown - What was seen on the wire, if somebody watched. */
export async function checkPair(
  nodes: readonly [CheckedNode, CheckedNode],
  shown?: ShownHistory,
): Promise<PairCheck> {
  const findings = new Findings();
  const counts = { mirrored: 0, receipts: 0, settled: 0, cases: 0 };
  const [ours, theirs] = nodes;
  const peers = await readChannels(theirs);
  for (const channel of await readChannels(ours)) {
    const peer = peers.find(({ id }) => id === channel.id);
    if (peer === undefined) continue;
    const places = [
      { node: ours, channel },
      { node: theirs, channel: peer },
    ] as const;
    // Broken trees are found by `checkNode`.
    const mine = await readImages(ours, channel, new Findings());
    const others = await readImages(theirs, peer, new Findings());
    for (const [image, mirror] of [...matched(mine, others), ...matched(others, mine)]) {
      const [author, keeper] = image.row.author === channel.me ? places : [places[1], places[0]];
      const loss = {
        isEnded: isEnded(author.channel, image.row),
        isMirrorRestored: hasLost(keeper.channel),
      };
      shown?.check(image, findings, loss);
      if (mirror === undefined) continue;
      checkMirror(image, mirror, { findings, ...loss });
      counts.mirrored += mirror.entries.length;
      counts.receipts += image.receipts.length;
    }
    for (const trafficClass of channel.agreement.classes) {
      const compared = await compareFolds(places, trafficClass, findings);
      counts.settled += compared.settled;
      counts.cases += compared.cases;
    }
  }
  return { findings: findings.list, counts };
}

/** Own logs of one, each with the other's mirror of it. */
function matched(authors: readonly LogImage[], mirrors: readonly LogImage[]) {
  return authors
    .filter(({ row }) => row.direction === "own")
    .map((image) => {
      return [image, mirrors.find(({ row }) => row.origin === image.row.origin)] as const;
    });
}

/** Whether a party ever lost its disk: it then says so in its notices, and knows less for a while. */
function hasLost({ ownKeys }: Channel): boolean {
  return ownKeys.notices.some(({ payload }) =>
    payload.statements.some(({ type }) => type === "epoch-opened"),
  );
}

/** `isEnded`: by its author, who may lack what the mirror holds. */
interface MirrorCheck {
  readonly findings: Findings;
  readonly isEnded: boolean;
  readonly isMirrorRestored: boolean;
}

function checkMirror(author: LogImage, mirror: LogImage, checking: MirrorCheck): void {
  const { findings, isEnded: mayLack, isMirrorRestored } = checking;
  const { origin } = author.row;
  for (const { index, bytes } of mirror.entries) {
    const there = author.entries[index];
    const isSame = there === undefined ? mayLack : equalBytes(there.bytes, bytes);
    findings.expect(isSame, "mirror-prefix", `${origin} ${index}`, "the author has it not");
  }
  for (const { size, root } of [...mirror.checkpoints, ...mirror.pending]) {
    const known = author.rootAt(size);
    const isOne = known === undefined ? mayLack : equalBytes(known, root);
    findings.expect(isOne, "one-history", `${origin} ${size}`, "the mirror holds another");
  }
  const closings = [author.row.closedAtSize, mirror.row.closedAtSize];
  const isOneClosing = closings.includes(null) || closings[0] === closings[1];
  findings.expect(isOneClosing, "one-history", origin, `closed at ${closings.join(" and at ")}`);
  const held = new Map(mirror.receipts.map((receipt) => [receipt.size, receipt]));
  for (const { size, time, lines } of author.receipts) {
    // Who lost its disk has not read back yet what it does not hold again.
    if (isMirrorRestored && size > mirror.row.size) continue;
    const given = held.get(size);
    const isSame = given?.lines === lines && given.time === time;
    findings.expect(isSame, "receipt-lies", `${origin} ${size}`, "the mirror does not hold it");
    const isKept = size <= mirror.row.size;
    findings.expect(isKept, "receipt-lies", `${origin} ${size}`, "receipted, and not held");
  }
  // An earlier receipt that is missing would give an entry another time on this side.
  const last = author.receipts.at(-1)?.size ?? 0;
  for (const { size } of mirror.receipts) {
    const isThere = size > last || author.receipts.some((one) => one.size === size);
    findings.expect(isThere, "receipt-lies", `${origin} ${size}`, "the author lacks one between");
  }
}

interface FoldPlace {
  readonly node: CheckedNode;
  readonly channel: Channel;
}

async function compareFolds(
  [a, b]: readonly [FoldPlace, FoldPlace],
  trafficClass: TrafficClass,
  findings: Findings,
): Promise<{ readonly settled: number; readonly cases: number }> {
  const [wholeA, wholeB] = [await foldAt(a, trafficClass), await foldAt(b, trafficClass)];
  const cut = sides((side) => Math.min(wholeA.foldedCount(side), wholeB.foldedCount(side)));
  const [x, y] = [await foldAt(a, trafficClass, cut), await foldAt(b, trafficClass, cut)];
  const where = `${a.node.party} ${b.node.party} ${trafficClass} [${cut}]`;
  const reached = [x, y].map((fold) => `${sides((side) => fold.foldedCount(side))}`);
  const isReached = reached.every((counts) => counts === `${cut}`);
  findings.expect(isReached, "fold-differs", where, `folds to [${reached.join("] and [")}]`);
  const settled = sides((side) => Math.min(x.settledCount(side), y.settledCount(side)));
  for (const side of [0, 1] as const) {
    for (let ordinal = 0; ordinal < settled[side]; ordinal += 1) {
      const [said, other] = [x, y].map((fold) => standingText(fold, side, ordinal));
      const what = `side ${side} ${ordinal}: ${said} and ${other}`;
      findings.expect(said === other, "fold-differs", where, what);
    }
  }
  const ids = new Set([...x.cases(), ...y.cases()].map(({ id }) => id));
  let cases = 0;
  for (const id of ids) {
    if (![x, y].every((fold) => isCaseSettled(fold, id, settled))) continue;
    const [said, other] = [x, y].map((fold) => caseText(fold, id));
    findings.expect(said === other, "fold-differs", where, `case ${id}: ${said} and ${other}`);
    cases += 1;
  }
  return { settled: settled[0] + settled[1], cases };
}

function sides(of: (side: 0 | 1) => number): SideCounts {
  return [of(0), of(1)];
}

async function foldAt(
  { node, channel }: FoldPlace,
  trafficClass: TrafficClass,
  cut?: SideCounts,
): Promise<ClassFold> {
  const state = await node.storage.read((tx) => foldClass(tx, () => channel, trafficClass, cut));
  return state.fold;
}

function standingText(fold: ClassFold, side: 0 | 1, ordinal: number): string {
  const standing = fold.standing(side, ordinal);
  assert(standing !== undefined, "what is settled is folded");
  const { receivedAt, message, caseId, nthOfDay, refusedAs } = standing;
  // Whoever could not open an entry knows its refusal alone.
  const said = refusedAs === null ? { jti: message?.jti, kind: message?.kind, caseId } : {};
  return canonicalJson({ receivedAt, nthOfDay, refusedAs, ...said } as unknown as JsonValue);
}

function isCaseSettled(fold: ClassFold, id: string, settled: SideCounts): boolean {
  const [zero, one] = fold.case(id)?.messages ?? [[], []];
  return [...zero, ...one].every(({ side, ordinal }) => ordinal < settled[side]);
}

function caseText(fold: ClassFold, id: string): string {
  const record = fold.case(id);
  const view = record === undefined ? null : viewCase(fold, record, 0);
  return canonicalJson({ view } as unknown as JsonValue);
}
