/**
 * One log of an opened export: each entry opened with the key shown for it and judged as its
 * receiver must judge it, from what both logs, the descriptors and the agreement say.
 *
 * What only the receiver could know at the time is left to its refusals: whether an attachment was
 * there, and whether an id was used before in another class. Spec: spec/record.md §5.
 *
 * @module
 */
import { agreementFor } from "../agreement/agreement-chain.ts";
import { checkCommitment } from "../crypto/chunked-encryption.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { parseEntry } from "../entry/entry.ts";
import { contentContext } from "../entry/labels.ts";
import { type OpenedMessage, type OpeningContext, openMessage } from "../entry/open-message.ts";
import { assert } from "../fault.ts";
import { kindOf } from "../kind/kinds.ts";
import { listTiles, tilePath } from "../log/tiles.ts";
import { keyHolder } from "../party/key-positions.ts";
import type { RefusalCode } from "../refusal-codes.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import { contentKeysLengthMax, parseContentKeys } from "./content-keys.ts";
import {
  type ExportFiles,
  placeRefusal,
  proven,
  type RecordResult,
  refuseAt,
} from "./export-files.ts";
import { recordPath } from "./export-index.ts";
import { type AttachmentCounts, openAttachments } from "./shown-attachments.ts";
import { readBundle, readText, receiptTimeIn, type VerifiedLog } from "./verify-log.ts";

/** Of what an entry says only what the fold and the report ask for: the rest would fill memory. */
export type RecordEntry =
  | {
      readonly isShown: true;
      readonly message: OpenedMessage["message"];
      readonly isKnownKind: boolean;
    }
  | { readonly isShown: boolean; readonly message: null; readonly refusedAs: RefusalCode };

export interface OpenContext {
  readonly p: Primitives;
  readonly files: ExportFiles;
  readonly keys: ChannelKeys;
  /** The peer's logs of the class, by epoch. */
  readonly peerLogs: readonly VerifiedLog[];
  /** Attachments of the export, by digest. */
  readonly held: ReadonlySet<string>;
  /** Ids that the author has used before in the class. Grows. */
  readonly jtis: Set<string>;
  onAttachments(counts: AttachmentCounts): void;
}

/** @returns Every entry of the log; `record.wrong-key` if one is not committed to the key shown. */
export async function openLog(
  context: OpenContext,
  log: VerifiedLog,
): Promise<RecordResult<readonly RecordEntry[]>> {
  const entries: RecordEntry[] = [];
  let keyCount = 0;
  for (const tile of listTiles(log.index.size)) {
    if (tile.kind !== "entries") break;
    const bundlePath = `${log.folder}${tilePath(tile)}`;
    const bundle = await readBundle(context.files, bundlePath, tile.width);
    if (!bundle.ok) return bundle;
    const path = recordPath(log.folder, "keys", tile.index);
    const text = await readText(context.files, path, contentKeysLengthMax);
    if (!text.ok) return text;
    const keys = parseContentKeys(text.value, log.index.origin, tile.width);
    if (!keys.ok) return placeRefusal(path, keys.refusal);
    const judged = await Promise.all(
      bundle.value.map((entry, at) => {
        const key = keys.value[at];
        return judgeEntry(context, log, { entry, index: entries.length + at, key, path });
      }),
    );
    for (const one of judged) {
      if (!one.ok) return one;
      entries.push(await keepEntry(context, one.value));
    }
    keyCount += keys.value.filter((key) => key !== undefined).length;
  }
  if (keyCount !== log.index.keyCount) {
    return refuseAt(log.folder, "record.bad-count", "keys of entries");
  }
  return proven(entries);
}

async function judgeEntry(
  context: OpenContext,
  log: VerifiedLog,
  shown: {
    readonly entry: Uint8Array;
    readonly index: number;
    readonly key: Uint8Array | undefined;
    readonly path: string;
  },
): Promise<RecordResult<RecordEntry>> {
  const { entry, index, key, path } = shown;
  if (key === undefined) {
    return proven({ isShown: false, message: null, refusedAs: "entry.unreadable" });
  }
  const parsed = parseEntry(context.p, entry);
  const isKey =
    parsed.ok &&
    checkCommitment(
      context.p,
      { inputKey: key, context: contentContext(parsed.value.m) },
      parsed.value.ciphertext,
    );
  if (!isKey) return refuseAt(path, "record.wrong-key", `entry ${index} is not sealed under it`);
  const opened = await openMessage(context.p, entry, openingContext(context, log, index, key));
  if (!opened.ok) {
    return proven({ isShown: true, message: null, refusedAs: opened.refusal.code });
  }
  const { message, isKnownKind } = opened.value;
  return proven({ isShown: true, message, isKnownKind });
}

function openingContext(
  { keys, peerLogs }: OpenContext,
  { index: { origin }, place, receipts }: VerifiedLog,
  index: number,
  contentKey: Uint8Array,
): OpeningContext {
  const { author, peer, class: trafficClass, epoch } = place;
  const said = keys.keysOf(author);
  const audience = keys.keysOf(peer);
  return {
    log: { iss: author, aud: peer, channel: keys.channel, class: trafficClass, epoch },
    index,
    wayIn: async ({ to }) => {
      const desk = deskOfKey(audience, to.peer.id);
      return desk === undefined ? undefined : { way: { contentKey }, desk };
    },
    signer: async (kid) => keyHolder(said, { kid, origin }),
    agreement: async (version) => {
      const receivedAt = receiptTimeIn(receipts, index) ?? 0;
      const found = agreementFor(keys.agreements, version, receivedAt);
      if (found.ok) return "in-force";
      return found.refusal.code === "agreement.superseded" ? "superseded" : "unknown";
    },
    // Asked in log order when all of the bundle are opened.
    isRepeat: async () => false,
    ownRoot: async (ofEpoch, size) => {
      const seen = peerLogs.find((log) => log.place.epoch === ofEpoch);
      return seen !== undefined && size <= seen.tree.size ? seen.tree.rootAt(size) : undefined;
    },
    kind: kindOf,
  };
}

function deskOfKey(
  { descriptors }: ReturnType<ChannelKeys["keysOf"]>,
  id: string,
): string | undefined {
  for (const { keys } of descriptors) {
    for (const [name, { opening }] of keys.desks) if (opening.id === id) return name;
  }
  return undefined;
}

async function keepEntry(context: OpenContext, entry: RecordEntry): Promise<RecordEntry> {
  const { message } = entry;
  if (message === null) return entry;
  const { p, files, held, jtis } = context;
  if (jtis.has(message.head.jti)) {
    return { isShown: true, message: null, refusedAs: "entry.repeat" };
  }
  jtis.add(message.head.jti);
  context.onAttachments(await openAttachments(p, files, held, message));
  assert(entry.isShown && "isKnownKind" in entry, "an entry with a message");
  const blocks = message.blocks.filter(({ name }) => name === "notice");
  return { ...entry, message: { ...message, blocks, itemLines: null } };
}
