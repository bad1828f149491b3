/**
 * The documents of a change of keys: the next descriptor, and what is said to each peer by position.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { assert } from "@parley/core/fault";
import {
  buildNotice,
  type ChannelNotice,
  type NoticePayload,
  type NoticeStatement,
  verifyNotice,
} from "@parley/core/party/channel-notice";
import { buildDescriptor, type Descriptor, parseDescriptor } from "@parley/core/party/descriptor";
import type { DescriptorPayload } from "@parley/core/party/descriptor-schema";
import { accept, type Result } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import { type KeyKind, kindOfKey, type NewKey, type RingKey } from "./key-ring.ts";
import { publicKeysOf } from "./own-party.ts";
import type { PartyNode } from "./party-node.ts";
import type { SealedKey } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

/** Entries of our own, by origin, which somebody else signed with our keys; both ends included. */
export interface DisownedEntries {
  readonly origin: string;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

export interface KeyChangeOrder {
  /** What gets new keys; none if only the authority changes. */
  readonly kinds: readonly KeyKind[];
  /** The authority's in force. */
  readonly authority: readonly JwsSigner[];
  readonly nextAuthority?: readonly JwsSigner[];
  /** Under which the new keys are sealed: the node's, and that of each desk that changes. */
  readonly rings: readonly RingKey[];
  /** The old keys are in other hands: nothing of them is used any more. */
  readonly isStolen: boolean;
  readonly disowned: readonly DisownedEntries[];
  /** In place of the next index of a log: what the peer has receipted from a thief. By origin. */
  readonly barFrom: ReadonlyMap<string, number>;
  /** Where a spool file may lie. */
  readonly spoolPath: string;
  pinOf(seed: Uint8Array): Promise<string>;
}

/** A change of keys on its way. */
export interface Change {
  readonly order: Omit<KeyChangeOrder, "pinOf">;
  /** Before the change, oldest first. */
  readonly chain: readonly Descriptor[];
  readonly descriptor: Descriptor;
  readonly retired: readonly SealedKey[];
}

/** What is said by position to one peer, of the newest epoch of each class. */
export function statementsFor(
  { order, chain }: Change,
  logs: {
    readonly own: readonly LogRow[];
    readonly mirrors: readonly LogRow[];
    /** That bring the change, in each own log. */
    readonly entryCount: number;
  },
): readonly NoticeStatement[] {
  const { kinds, disowned, barFrom } = order;
  const before = newestOf(chain).keys;
  const kids = kinds.flatMap((kind) => before.desks.get(kind)?.signing.map(({ kid }) => kid) ?? []);
  const ofOwn = logs.own.flatMap(({ origin, size }): NoticeStatement[] => {
    const firstIndex = Math.max(size + logs.entryCount, barFrom.get(origin) ?? 0);
    const barred = kids.map((kid) => ({
      type: "key-may-not-sign" as const,
      kid,
      origin,
      firstIndex,
    }));
    if (!kinds.includes("log")) return barred;
    return [...barred, { type: "log-keys", origin, fromSize: firstIndex + 1 }];
  });
  const mirrors = kinds.includes("mirror") ? logs.mirrors : [];
  const ofMirrors = mirrors.map(({ origin, size }) => {
    return { type: "mirror-keys" as const, origin, fromSize: size + 1 };
  });
  const mine = disowned.filter((entries) =>
    logs.own.some(({ origin }) => origin === entries.origin),
  );
  return [...ofOwn, ...ofMirrors, ...mine.map((said) => ({ type: "disowned" as const, ...said }))];
}

/** @returns `undefined` if there is nothing to say by position. */
export async function nextNotice(
  node: PartyNode,
  channel: Channel,
  said: { readonly change: Change; readonly statements: readonly NoticeStatement[] },
): Promise<Result<ChannelNotice | undefined, string>> {
  const { change, statements } = said;
  if (statements.length === 0) return accept(undefined);
  const { order, descriptor, chain } = change;
  const before = channel.ownKeys.notices;
  const last = before.at(-1);
  const payload: NoticePayload = {
    v: 1,
    party: node.party,
    peer: channel.peer as NoticePayload["peer"],
    channel: channel.id,
    serial: (last?.payload.serial ?? 0) + 1,
    previous: last?.digest ?? null,
    issuedAt: node.clock.nowSeconds(),
    descriptor: descriptor.digest,
    statements: [...statements],
  };
  const text = await buildNotice(payload, order.nextAuthority ?? order.authority);
  const descriptors = [...chain, descriptor];
  const about = { party: channel.me, peer: channel.peer, channel: channel.id };
  return verifyNotice(node.primitives, text, { ...about, descriptors, before });
}

/** The descriptor with the new public keys, as any reader would judge it. */
export async function nextDescriptor(
  node: PartyNode,
  chain: readonly Descriptor[],
  order: KeyChangeOrder,
  made: readonly NewKey[],
): Promise<Result<Descriptor, string>> {
  const { kinds, authority, nextAuthority, isStolen } = order;
  const before = newestOf(chain).payload;
  const has = (kind: KeyKind) => kinds.includes(kind);
  const own = (kind: KeyKind) => publicKeysOf(made.filter((key) => kindOfKey(key) === kind));
  const desks = before.desks.map((desk) => {
    const kind = kinds.find((each) => each === desk.name);
    return kind === undefined ? desk : { ...desk, ...own(kind) };
  });
  const tls = made.find(({ purpose }) => purpose === "tls");
  const pins = tls === undefined ? [] : [await order.pinOf(tls.secret)];
  const payload = {
    ...following(node, chain),
    desks,
    ...(has("node") && { node: { ...before.node, ...own("node") } }),
    ...(has("log") && { log: own("log").keys }),
    ...(has("mirror") && { mirror: own("mirror").keys }),
    ...(tls !== undefined && { tls: isStolen ? pins : [...before.tls, ...pins] }),
    ...(nextAuthority !== undefined && { authority: authorityOf(nextAuthority) }),
  };
  const signers = [...authority, ...(nextAuthority ?? [])];
  // It is judged as any reader would judge it.
  const built = await buildDescriptor(node.primitives, payload as DescriptorPayload, signers);
  return built.ok ? accept(await readBack(node, built.value)) : built;
}

/** The next descriptor, as long valid as the one before was, with nothing changed yet. */
export function following(node: PartyNode, chain: readonly Descriptor[]): DescriptorPayload {
  const { payload, digest } = newestOf(chain);
  const issuedAt = Math.max(node.clock.nowSeconds(), payload.issuedAt);
  const validUntil = payload.validUntil + (issuedAt - payload.issuedAt);
  return { ...payload, serial: payload.serial + 1, previous: digest, issuedAt, validUntil };
}

function authorityOf(signers: readonly JwsSigner[]) {
  return signers.map(({ signer }) => ({
    alg: signer.algorithm,
    pub: toBase64Url(signer.publicKey),
  }));
}

export function newestOf(chain: readonly Descriptor[]): Descriptor {
  const newest = chain.at(-1);
  assert(newest !== undefined, "a home has its own descriptor");
  return newest;
}

/** What was verified before. */
export async function readBack(node: PartyNode, text: string): Promise<Descriptor> {
  const read = await parseDescriptor(node.primitives, text);
  assert(read.ok, "what was just built, or verified when it was stored");
  return read.value;
}
