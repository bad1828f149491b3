/**
 * Which keys verify what at which position of a log, from a party's descriptors and notices alone.
 *
 * A descriptor adds keys and takes none away: only a notice does, because only a notice says from
 * which entry on. So a verdict on an old entry never changes but by what the party itself has said
 * about that very position. spec/keys.md §6.
 *
 * @module
 */
import type { VerificationKey } from "../crypto/jws.ts";
import { assert } from "../fault.ts";
import type { LogKeys } from "../log/checkpoint.ts";
import { formatOrigin, type LogOrigin, parseOrigin } from "../log/origin.ts";
import type { ChannelNotice, NoticeStatement } from "./channel-notice.ts";
import type { Descriptor } from "./descriptor.ts";

/** What a party has said about its keys on one channel, oldest first, all of it verified. */
export interface PartyKeys {
  /** From the one that was paired with: at least one. */
  readonly descriptors: readonly Descriptor[];
  readonly notices: readonly ChannelNotice[];
}

/** A desk, or the node, with one set of keys. */
export interface KeyHolder {
  /** Name of the desk, or `node`. */
  readonly name: string;
  /** As the suite orders them. */
  readonly keys: readonly VerificationKey[];
  /** First index of the log asked about that the keys may not sign; null while they may sign any. */
  readonly barredFrom: number | null;
}

/**
 * @param kid - Of any signature of a statement: those of one holder go together.
 * @returns Whose key it is or ever was; `undefined` for a key that no descriptor names. A key stays
 *   with the desk for which it was first named.
 */
export function keyHolder(
  said: PartyKeys,
  { kid, origin }: { readonly kid: string; readonly origin: string },
): KeyHolder | undefined {
  for (const { keys: named } of said.descriptors) {
    for (const [name, { signing }] of named.desks) {
      if (!signing.some((key) => key.kid === kid)) continue;
      return { name, keys: signing, barredFrom: barredFrom(said.notices, signing, origin) };
    }
  }
  return undefined;
}

/** Keys that sign checkpoints of this size of a log of the party's own. */
export function logKeysAt(said: PartyKeys, origin: string, size: number): LogKeys {
  return descriptorAt(said, { type: "log-keys", origin, size }).keys.log;
}

/** Keys with which the party's mirror cosigns this size of a log of the peer's. */
export function mirrorKeysAt(said: PartyKeys, origin: string, size: number): LogKeys {
  return descriptorAt(said, { type: "mirror-keys", origin, size }).keys.mirror;
}

/**
 * What bars one of the keys bars all: all must sign. What is barred in one epoch is barred in every
 * later one of the same log. The least index counts, so that no later notice gives a key back.
 */
function barredFrom(
  notices: readonly ChannelNotice[],
  keys: readonly VerificationKey[],
  origin: string,
): number | null {
  const indices = statementsOf(notices).flatMap((said) => {
    if (said.type !== "key-may-not-sign") return [];
    if (!keys.some(({ kid }) => kid === said.kid)) return [];
    if (said.origin === origin) return [said.firstIndex];
    return isLaterEpoch(origin, said.origin) ? [0] : [];
  });
  return indices.length === 0 ? null : Math.min(...indices);
}

/**
 * The last of what was said about this log at this size or below, or about an earlier epoch of it;
 * where nothing was, the descriptor that was paired with.
 */
function descriptorAt(
  { descriptors, notices }: PartyKeys,
  at: { readonly type: "log-keys" | "mirror-keys"; readonly origin: string; readonly size: number },
): Descriptor {
  const isAbout = (said: NoticeStatement): boolean =>
    said.type === at.type &&
    (said.origin === at.origin ? said.fromSize <= at.size : isLaterEpoch(at.origin, said.origin));
  const notice = notices.findLast(({ payload }) => payload.statements.some(isAbout));
  const descriptor =
    notice === undefined
      ? descriptors[0]
      : descriptors.find(({ digest }) => digest === notice.payload.descriptor);
  assert(descriptor !== undefined, "a verified notice names a descriptor of the chain");
  return descriptor;
}

function statementsOf(notices: readonly ChannelNotice[]): NoticeStatement[] {
  return notices.flatMap(({ payload }) => payload.statements);
}

function isLaterEpoch(origin: string, than: string): boolean {
  const [later, earlier] = [parseOrigin(origin), parseOrigin(than)];
  if (!later.ok || !earlier.ok) return false;
  const logOf = (log: LogOrigin): string => formatOrigin({ ...log, epoch: 1 });
  return later.value.epoch > earlier.value.epoch && logOf(later.value) === logOf(earlier.value);
}
