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
  /** From the first that the reader holds: at least one. */
  readonly descriptors: readonly Descriptor[];
  /**
   * Digest of the descriptor that version 1 of the agreement names, whose log and mirror keys are the
   * first of the channel; absent: of the first of `descriptors`.
   */
  readonly agreed?: string;
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
 * Whether the author has said of this entry that the key was no longer its own. It changes no verdict:
 * what was received stays in every fold and every count, and is shown with this.
 */
export function isDisowned({ notices }: PartyKeys, origin: string, index: number): boolean {
  return statementsOf(notices).some(
    (said) =>
      said.type === "disowned" &&
      said.origin === origin &&
      said.firstIndex <= index &&
      index <= said.lastIndex,
  );
}

/**
 * The size up to which a log must be receipted before larger checkpoints are shown, because these are
 * signed by other keys, which the peer learns of from an entry below.
 *
 * @param size - Receipted by the peer.
 * @returns The least such size above `size`; `undefined` if no change of keys lies ahead.
 */
export function logKeysChangeAt(
  { notices }: PartyKeys,
  origin: string,
  size: number,
): number | undefined {
  const sizes = statementsOf(notices).flatMap((said) =>
    said.type === "log-keys" && said.origin === origin && said.fromSize - 1 > size
      ? [said.fromSize - 1]
      : [],
  );
  return sizes.length === 0 ? undefined : Math.min(...sizes);
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
 * where nothing was, the descriptor with which the channel began.
 */
function descriptorAt(
  { descriptors, notices, agreed }: PartyKeys,
  at: { readonly type: "log-keys" | "mirror-keys"; readonly origin: string; readonly size: number },
): Descriptor {
  const isAbout = (said: NoticeStatement): boolean =>
    said.type === at.type &&
    (said.origin === at.origin ? said.fromSize <= at.size : isLaterEpoch(at.origin, said.origin));
  const notice = notices.findLast(({ payload }) => payload.statements.some(isAbout));
  const named = notice === undefined ? agreed : notice.payload.descriptor;
  const descriptor =
    named === undefined ? descriptors[0] : descriptors.find(({ digest }) => digest === named);
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
