/**
 * Checks of what was signed over a log: checkpoints, receipts, and the head store beside them.
 *
 * @module
 */

import { toHex } from "@parley/core/bytes/hex";
import { equalBytes } from "@parley/core/bytes/octets";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { verifyCheckpoint } from "@parley/core/log/checkpoint";
import { verifyCosignature } from "@parley/core/log/cosignature";
import type { Channel } from "@parley/node/service/channel";
import type { HeadStore } from "@parley/node/service/head-store";
import type { Findings } from "./finding.ts";
import type { LogImage } from "./log-image.ts";

/** What was verified before and cannot have changed since: digests of everything that was looked at. */
export type CheckMemory = Set<string>;

export interface SignedPorts {
  readonly p: Primitives;
  readonly memory: CheckMemory;
  readonly findings: Findings;
}

/** Each checkpoint and receipt is of the tree as it is now, and verifies under the keys of its size. */
export async function checkSigned(
  ports: SignedPorts,
  channel: Channel,
  image: LogImage,
): Promise<void> {
  const { findings } = ports;
  const { origin, direction, size, receiptedSize } = image.row;
  for (const { size: at, root, note } of [...image.checkpoints, ...image.pending]) {
    const where = `${origin} ${at}`;
    const known = image.rootAt(at);
    const isOfTree = known === undefined || equalBytes(known, root);
    findings.expect(isOfTree, "checkpoint", where, "signed over another tree");
    const isGood = await once(ports, ["checkpoint", origin, note], async () => {
      const verified = await verifyCheckpoint(ports.p, note, {
        origin,
        logKeys: channel.logKeys(origin, at),
      });
      return verified.ok && verified.value.checkpoint.size === at;
    });
    findings.expect(isGood, "checkpoint", where, "does not verify");
  }
  for (const { size: at } of image.checkpoints) {
    findings.expect(at <= size, "checkpoint", `${origin} ${at}`, "signed over more than is there");
  }
  await checkReceipts(ports, channel, image);
  const last = image.receipts.at(-1)?.size ?? 0;
  findings.expect(last === receiptedSize, "receipt", origin, "the last receipt is another");
  const isCosigned = direction === "own" || last === size;
  findings.expect(isCosigned, "receipt", origin, "a mirror stands where no receipt is");
}

async function checkReceipts(
  ports: SignedPorts,
  channel: Channel,
  { row: { origin, author }, receipts, rootAt }: LogImage,
): Promise<void> {
  const { p, findings } = ports;
  for (const [at, { size, time, lines }] of receipts.entries()) {
    const where = `${origin} ${size}`;
    const before = receipts[at - 1];
    const isInOrder = before === undefined || (before.size < size && before.time <= time);
    findings.expect(isInOrder, "receipt", where, "sizes must rise and times never fall");
    const root = rootAt(size);
    findings.expect(root !== undefined, "receipt", where, "a receipt for more than is there");
    if (root === undefined) continue;
    const isGood = await once(
      ports,
      ["receipt", where, `${time}`, toHex(root), lines],
      async () => {
        const mirror = channel.mirrorOf(author, origin, size);
        const verified = await verifyCosignature(p, { origin, size, root }, lines, mirror);
        return verified.ok && verified.value.time === time && verified.value.lines === lines;
      },
    );
    findings.expect(isGood, "receipt", where, "does not verify over what is there");
  }
}

/** The head store stands at, or one unsigned step before or behind, what the database says. */
export async function checkHead(
  { findings }: SignedPorts,
  heads: Pick<HeadStore, "readHead">,
  { row, checkpoints, rootAt }: LogImage,
  mayBeAhead: boolean,
): Promise<void> {
  const { origin, epoch, size } = row;
  const head = await heads.readHead(origin.slice(0, origin.lastIndexOf("/")));
  const signed = checkpoints.at(-1)?.size ?? 0;
  const isKnown = signed === 0 || (head !== undefined && head.epoch >= epoch);
  findings.expect(isKnown, "head", origin, "signed, and the head store does not know it");
  if (head === undefined || head.epoch !== epoch) return;
  findings.expect(head.size >= signed, "head", origin, "signed before the head store moved");
  const root = rootAt(head.size);
  if (head.size > size) {
    findings.expect(mayBeAhead, "head", origin, `the head store is at ${head.size}, not ${size}`);
    return;
  }
  const isSame = root !== undefined && equalBytes(root, head.root);
  findings.expect(isSame, "head", origin, "the head store holds another history");
}

/** Remembers what verified; asks again what did not. */
export async function once(
  { p, memory }: Pick<SignedPorts, "p" | "memory">,
  about: readonly string[],
  verify: () => Promise<boolean>,
): Promise<boolean> {
  const key = toHex(p.sha256(encodeUtf8(about.join("\0"))));
  if (memory.has(key)) return true;
  const isGood = await verify();
  if (isGood) memory.add(key);
  return isGood;
}
