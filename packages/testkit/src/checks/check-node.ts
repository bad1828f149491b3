/**
 * `checkNode`: everything that must hold of one node whenever nothing of it runs, whatever was done to
 * it before: killed at any moment, its writes failed, its peer lied.
 *
 * It trusts nothing that was derived: trees, receipts, opened messages and projections are made again
 * from the octets of the entries and compared. It reads the database and the head store only.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { epochStateOf } from "@parley/core/party/channel-notice";
import type { PartyName } from "@parley/core/party/party-name";
import type { Channel } from "@parley/node/service/channel";
import { type ClassState, ordinalBase } from "@parley/node/service/class-state";
import type { HeadStore } from "@parley/node/service/head-store";
import type { Posted } from "@parley/node/service/post";
import type { Storage } from "@parley/node/service/storage";
import type { LogRow } from "@parley/node/service/storage-log";
import { StoredChannels } from "@parley/node/service/stored-channels";
import { checkAttachments, checkDoubled, checkOpened, checkRefusals } from "./check-opened.ts";
import { checkProjections } from "./check-projections.ts";
import { type CheckMemory, checkHead, checkSigned, type SignedPorts } from "./check-signed.ts";
import { type Finding, Findings } from "./finding.ts";
import { type LogImage, readLogImage } from "./log-image.ts";

export interface CheckedNode {
  readonly p: Primitives;
  readonly party: PartyName;
  readonly storage: Storage;
  readonly heads: Pick<HeadStore, "readHead">;
}

export interface NodeCheckOptions {
  /** What this node said was kept: each stands where it was said to stand. */
  readonly acknowledged?: readonly Pick<Posted, "class" | "epoch" | "index" | "jti">[];
  readonly memory?: CheckMemory;
  /** The database is older than the head store, as after a restore that is not finished. */
  readonly mayBeBehind?: boolean;
  /** Asks the database for damage too; slower. */
  readonly isDeep?: boolean;
}

export interface NodeCheck {
  readonly findings: readonly Finding[];
  /** What was looked at, to show that something was. */
  readonly counts: {
    readonly entries: number;
    readonly checkpoints: number;
    readonly receipts: number;
    readonly opened: number;
    readonly attachments: number;
    readonly cases: number;
  };
}

export async function checkNode(
  node: CheckedNode,
  options: NodeCheckOptions = {},
): Promise<NodeCheck> {
  const { p, storage, party } = node;
  const { memory = new Set(), acknowledged = [] } = options;
  const ports = { p, memory, findings: new Findings() };
  const { findings } = ports;
  const counts = { entries: 0, checkpoints: 0, receipts: 0, opened: 0, attachments: 0, cases: 0 };
  for (const channel of await readChannels(node)) {
    const images = await readImages(node, channel, findings);
    await checkLogs(ports, { node, channel, images, counts }, options.mayBeBehind === true);
    checkAcknowledged(channel, images, { acknowledged, findings });
    // A rebuild that was cut off is finished at the next start; until then the cache has gaps.
    if (await storage.read((tx) => tx.home.readIsRebuilding())) continue;
    await checkContent(ports, { node, channel, images, counts });
  }
  const damage = options.isDeep === true ? await storage.checkIntegrity() : [];
  for (const what of damage) findings.expect(false, "database", party, what);
  return { findings: findings.list, counts };
}

interface CheckedChannel {
  readonly node: CheckedNode;
  readonly channel: Channel;
  readonly images: readonly LogImage[];
  readonly counts: { -readonly [K in keyof NodeCheck["counts"]]: number };
}

async function checkLogs(
  ports: SignedPorts,
  { node, channel, images, counts }: CheckedChannel,
  mayBeBehind: boolean,
): Promise<void> {
  for (const image of images) {
    await checkSigned(ports, channel, image);
    const isHead = image.row.direction === "own" && !isEnded(channel, image.row);
    if (isHead) await checkHead(ports, node.heads, image, mayBeBehind);
    counts.entries += image.entries.length;
    counts.checkpoints += image.checkpoints.length;
    counts.receipts += image.receipts.length;
    counts.opened += image.opened.length;
  }
}

async function checkContent(
  ports: SignedPorts,
  { node: { storage }, channel, images, counts }: CheckedChannel,
): Promise<void> {
  for (const image of images) await checkOpened(ports, image);
  checkDoubled(ports, images);
  counts.attachments += await checkAttachments(ports, storage, images);
  for (const trafficClass of channel.agreement.classes) {
    const state = await checkProjections(storage, channel, trafficClass, ports.findings);
    if (state === undefined) continue;
    counts.cases += [...state.fold.cases()].length;
    const ofClass = images.filter(({ row }) => row.class === trafficClass);
    checkRefusals(ports, ofClass, (image, index) => refusedBy(state, image, index));
  }
}

/** The channels of a node, read from its storage and verified. */
export async function readChannels({
  p,
  storage,
}: Pick<CheckedNode, "p" | "storage">): Promise<readonly Channel[]> {
  const channels = new StoredChannels(p, storage);
  await channels.reload();
  return channels.channels();
}

export function readImages(
  { p, storage }: Pick<CheckedNode, "p" | "storage">,
  channel: Channel,
  findings: Findings,
): Promise<readonly LogImage[]> {
  return storage.read(async (tx) => {
    const images: LogImage[] = [];
    for (const row of await tx.logs.listLogs({ channel: channel.id })) {
      images.push(await readLogImage(p, tx, row, findings));
    }
    return images;
  });
}

type Epoch = Pick<LogRow, "author" | "class" | "epoch">;

/** Whether the author of a log has gone on in a later epoch. */
export function isEnded(channel: Channel, { author, class: of, epoch }: Epoch): boolean {
  const { notices } = author === channel.me ? channel.ownKeys : channel.peerKeys;
  const newest = epochStateOf(notices, of);
  return epoch < newest.epoch || (epoch === newest.epoch && newest.isClosed);
}

function refusedBy(
  { channel, fold, logs }: ClassState,
  { row }: LogImage,
  index: number,
): string | undefined {
  const side = channel.peerSide;
  const ordinal = ordinalBase(logs[side], row.epoch) + index;
  return fold.standing(side, ordinal)?.refusedAs ?? undefined;
}

/** What the peer did not have of an epoch that ended with the loss of a disk is lost. */
function mayBeLost(channel: Channel, place: Place, image: LogImage | undefined): boolean {
  if (!isEnded(channel, { ...place, author: channel.me })) return false;
  // A log that the database lost is made again at the next start.
  if (image === undefined) return true;
  const { size, closedAtSize } = image.row;
  return place.index >= Math.min(size, closedAtSize ?? size);
}

type Place = Pick<Posted, "class" | "epoch" | "index">;

function checkAcknowledged(
  channel: Channel,
  images: readonly LogImage[],
  told: Pick<Required<NodeCheckOptions>, "acknowledged"> & { readonly findings: Findings },
): void {
  const { acknowledged, findings } = told;
  const places = new Map<string, string>();
  for (const { class: trafficClass, epoch, index, jti } of acknowledged) {
    const place = `${trafficClass}/${epoch}/${index}`;
    const other = places.get(place);
    const isAlone = other === undefined || other === jti;
    findings.expect(isAlone, "doubled", place, `given to ${other} and to ${jti}`);
    places.set(place, jti);
    const image = images.find(
      ({ row }) => row.direction === "own" && row.class === trafficClass && row.epoch === epoch,
    );
    if (mayBeLost(channel, { class: trafficClass, epoch, index }, image)) continue;
    const there = image?.opened[index];
    const isThere =
      there?.jti === jti && there.verdict === "accepted" && index < (image?.row.size ?? 0);
    findings.expect(isThere, "acknowledged", place, `${jti} is not where it was said to be`);
  }
}
