/**
 * Everything that two parties have signed about themselves and their channel, verified from its
 * texts alone: what any proof begins with, and what tells whose keys hold where.
 *
 * Whose keys these are is not told by any text: that takes the digits of a fingerprint, heard from
 * the party. Spec: spec/record.md §1.
 *
 * @module
 */
import { parseAgreement, requireBoth } from "../agreement/agreement.ts";
import {
  type AgreementChain,
  agreedDescriptor,
  appendAgreement,
} from "../agreement/agreement-chain.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { type ChannelNotice, descriptorsUpTo, verifyNotice } from "../party/channel-notice.ts";
import { type Descriptor, parseDescriptor } from "../party/descriptor.ts";
import { verifyDescriptorChain } from "../party/descriptor-chain.ts";
import { type Fingerprint, fingerprint } from "../party/fingerprint.ts";
import type { PartyKeys } from "../party/key-positions.ts";
import { placeRefusal, proven, type RecordResult, refuseAt } from "./export-files.ts";
import { agreementPath, descriptorPath, noticePath } from "./export-index.ts";

/** As signed, oldest first. */
export interface PartyTexts {
  readonly name: string;
  readonly firstSerial: number;
  readonly descriptors: readonly string[];
  readonly notices: readonly string[];
}

export interface ChannelTexts {
  /** What the digest of the first agreement must be, base64url. */
  readonly channel: string;
  /** In order of name. */
  readonly parties: readonly [PartyTexts, PartyTexts];
  /** From version 1 on. */
  readonly agreements: readonly string[];
}

/** What the texts say, all of it verified. */
export interface ChannelKeys {
  readonly channel: string;
  /** In order of name: side 0 and side 1 of every fold. */
  readonly names: readonly [string, string];
  readonly agreements: AgreementChain;
  keysOf(party: string): PartyKeys;
}

export async function verifyChannelTexts(
  p: Primitives,
  texts: ChannelTexts,
): Promise<RecordResult<ChannelKeys>> {
  const chains = new Map<string, readonly Descriptor[]>();
  for (const party of texts.parties) {
    const chain = await verifyChain(p, party);
    if (!chain.ok) return chain;
    chains.set(party.name, chain.value);
  }
  const agreements = await verifyAgreements(p, texts, [...chains.values()].flat());
  if (!agreements.ok) return agreements;
  const keys = new Map<string, PartyKeys>();
  const [first, second] = texts.parties;
  for (const [party, peer] of [
    [first, second],
    [second, first],
  ] as const) {
    const descriptors = chains.get(party.name) ?? [];
    const about = { party: party.name, peer: peer.name, channel: texts.channel };
    const notices = await verifyNotices(p, party, { ...about, descriptors });
    if (!notices.ok) return notices;
    const agreed = agreedDescriptor(agreements.value, party.name);
    keys.set(party.name, { descriptors, notices: notices.value, agreed });
  }
  return proven({
    channel: texts.channel,
    names: [first.name, second.name],
    agreements: agreements.value,
    keysOf: (party) => {
      const found = keys.get(party);
      assert(found !== undefined, "one of the two parties");
      return found;
    },
  });
}

/** One for each authority that the party has had, oldest first: any of them vouches for the chain. */
export function fingerprintsOf(p: Primitives, keys: PartyKeys): readonly Fingerprint[] {
  return [...new Set(keys.descriptors.map((descriptor) => fingerprint(p, descriptor)))];
}

async function verifyChain(
  p: Primitives,
  { name, firstSerial, descriptors }: PartyTexts,
): Promise<RecordResult<readonly Descriptor[]>> {
  const chain: Descriptor[] = [];
  for (const [at, text] of descriptors.entries()) {
    const path = descriptorPath(name, firstSerial + at);
    const read = await parseDescriptor(p, text);
    if (!read.ok) return placeRefusal(path, read.refusal);
    if (read.value.payload.serial !== firstSerial + at) {
      return refuseAt(path, "descriptor.broken-chain", "another serial than its place");
    }
    const before = chain.at(-1);
    // Records are read long after: whether a descriptor has expired meanwhile changes nothing.
    const expected = { trusted: before, party: name, reader: undefined, now: 0 };
    const followed = await verifyDescriptorChain(p, expected, [read.value]);
    if (!followed.ok) return placeRefusal(path, followed.refusal);
    chain.push(read.value);
  }
  return proven(chain);
}

async function verifyAgreements(
  p: Primitives,
  { channel, agreements }: ChannelTexts,
  descriptors: readonly Descriptor[],
): Promise<RecordResult<AgreementChain>> {
  let chain: AgreementChain | undefined;
  for (const [at, text] of agreements.entries()) {
    const path = agreementPath(at + 1);
    const read = await parseAgreement(p, text, descriptors);
    if (!read.ok) return placeRefusal(path, read.refusal);
    const both = requireBoth(read.value);
    if (!both.ok) return placeRefusal(path, both.refusal);
    const grown = appendAgreement(chain, both.value);
    if (!grown.ok) return placeRefusal(path, grown.refusal);
    if (grown.value.versions.length !== at + 1) {
      return refuseAt(path, "agreement.broken-chain", "another version than its place");
    }
    chain = grown.value;
  }
  if (chain?.channel !== channel) {
    return refuseAt(
      agreementPath(1),
      "agreement.wrong-parties",
      "not what the channel is named by",
    );
  }
  return proven(chain);
}

async function verifyNotices(
  p: Primitives,
  { name, notices }: PartyTexts,
  about: {
    readonly party: string;
    readonly peer: string;
    readonly channel: string;
    readonly descriptors: readonly Descriptor[];
  },
): Promise<RecordResult<readonly ChannelNotice[]>> {
  const verified: ChannelNotice[] = [];
  for (const [at, text] of notices.entries()) {
    const descriptors = descriptorsUpTo(text, about.descriptors);
    const read = await verifyNotice(p, text, { ...about, descriptors, before: verified });
    if (!read.ok) return placeRefusal(noticePath(name, at + 1), read.refusal);
    verified.push(read.value);
  }
  return proven(verified);
}
