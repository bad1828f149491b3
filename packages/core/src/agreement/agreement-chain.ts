/**
 * The versions of one agreement, and which of them a message may name.
 *
 * Version n names the digest of version n − 1. Each message is judged by the version its statement
 * names; a version lives on until the next one's `adoptBy`. spec/agreement.md §4.
 *
 * @module
 */
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { BindingAgreement } from "./agreement.ts";

/** Versions 1, 2, 3 … of one channel's agreement, none missing; at least one. */
export interface AgreementChain {
  /** Channel id: the digest of version 1. */
  readonly channel: string;
  readonly versions: readonly BindingAgreement[];
}

export type AgreementChainRefusal = "agreement.broken-chain" | "agreement.forked";

/**
 * @param chain - What is in force so far; `undefined` before version 1.
 * @returns The chain with `next` at its end, or unchanged if `next` is in it; `agreement.forked` if
 *   another agreement has that version; `agreement.broken-chain` if it does not follow the newest,
 *   is of other parties, or is dated before it.
 */
export function appendAgreement(
  chain: AgreementChain | undefined,
  next: BindingAgreement,
): Result<AgreementChain, AgreementChainRefusal> {
  const versions = chain?.versions ?? [];
  const { version, previous, parties, createdAt, adoptBy } = next.payload;
  const same = versions[version - 1];
  if (chain !== undefined && same !== undefined) {
    if (same.digest === next.digest) return accept(chain);
    return refuse("agreement.forked", "another agreement has this version");
  }
  const newest = versions.at(-1);
  if (version !== versions.length + 1 || previous !== (newest?.digest ?? null)) {
    return refuse("agreement.broken-chain", "it does not name the version before it");
  }
  if (newest !== undefined) {
    const before = newest.payload;
    if (String(parties.map(nameOf)) !== String(before.parties.map(nameOf))) {
      return refuse("agreement.broken-chain", "of other parties");
    }
    if (createdAt < before.createdAt || adoptBy < before.adoptBy) {
      return refuse("agreement.broken-chain", "dated before the version before it");
    }
  }
  return accept({ channel: chain?.channel ?? next.digest, versions: [...versions, next] });
}

/** Digest of the descriptor of `party` that version 1 names: with its keys the channel began. */
export function agreedDescriptor({ versions }: AgreementChain, party: string): string {
  const named = versions[0]?.payload.parties.find(({ name }) => name === party);
  assert(named !== undefined, "both parties stand in their agreement");
  return named.descriptor;
}

/**
 * The version by which a message is judged.
 *
 * @param named - Version that the statement names.
 * @param receivedAt - Receipt time of its entry, POSIX seconds.
 * @returns `agreement.superseded` if the entry was received later than the `adoptBy` of the version
 *   after; `entry.unknown-agreement` if both have not signed such a version.
 */
export function agreementFor(
  { versions }: AgreementChain,
  named: number,
  receivedAt: number,
): Result<BindingAgreement, "agreement.superseded" | "entry.unknown-agreement"> {
  const agreement = versions[named - 1];
  if (agreement === undefined) {
    return refuse("entry.unknown-agreement", "names a version that both have not signed");
  }
  const next = versions[named];
  if (next !== undefined && receivedAt > next.payload.adoptBy) {
    return refuse("agreement.superseded", "names a version that is no longer adopted");
  }
  return accept(agreement);
}

/** The version that a new message names. */
export function newestAgreement({ versions }: AgreementChain): BindingAgreement {
  const newest = versions.at(-1);
  assert(newest !== undefined, "a chain has at least one version");
  return newest;
}

function nameOf(party: { readonly name: string }): string {
  return party.name;
}
