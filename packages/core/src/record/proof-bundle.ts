/**
 * The proof of one entry as one text: what both parties signed, the entry in its log with the
 * receipt, and of what it says as much as its owner chose to show.
 *
 * This module knows the form; `verify-proof.ts` judges. Spec: spec/record.md §6.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { entryBytesMax } from "../entry/entry.ts";
import { hashBytes } from "../log/tree.ts";
import { timeMax } from "../message/control.ts";
import { isDigest } from "../message/disclosure.ts";
import { exactMembers, isIntegerWithin } from "../message/members.ts";
import { parsePartyName } from "../party/party-name.ts";
import { isSortedSet, serialMax } from "../party/signed-fields.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { ChannelTexts, PartyTexts } from "./channel-texts.ts";

/** Octets of a proof: some 170 KB of what was signed; the rest for silence, 20 KB an entry. */
export const proofBytesMax = 33_554_432;

/** Entries of the peer that one proof of silence shows. */
export const silenceEntriesMax = 1_000;

/** Descriptors, notices or agreements of one party or channel. */
export const proofTextsMax = 10_000;
/** Full subtrees of a log: one for each bit of its size. */
export const prefixHashesMax = 41;

/** Of the peer's log, from what our message had seen of it up to a head stated at `until` or later. */
export interface SilencePart {
  /** POSIX seconds. */
  readonly until: number;
  /** That head, with the two lines of the peer's log. */
  readonly checkpoint: string;
  /** Of the entries that our message had seen: the roots of their full subtrees, left to right. */
  readonly prefix: readonly Uint8Array[];
  /** Every entry from there to the head. */
  readonly entries: readonly {
    readonly entry: Uint8Array;
    /** With `answers` disclosed, and `kind` where it answers our message. */
    readonly statement: string;
  }[];
}

export interface ProofBundle extends ChannelTexts {
  /** C2SP tlog-proof, the entry in `extra`, its checkpoint with the lines of log and mirror. */
  readonly entry: string;
  /** The statement with the disclosures that are shown; null if nothing of it is. */
  readonly statement: string | null;
  readonly silence: SilencePart | null;
}

export function formatProof(bundle: ProofBundle): string {
  const { silence } = bundle;
  const json: JsonValue = {
    agreements: bundle.agreements,
    channel: bundle.channel,
    entry: bundle.entry,
    format: "parley-proof",
    parties: bundle.parties.map(({ name, firstSerial, descriptors, notices }) => ({
      descriptors,
      firstSerial,
      name,
      notices,
    })),
    silence: silence && {
      checkpoint: silence.checkpoint,
      entries: silence.entries.map(({ entry, statement }) => ({
        entry: toBase64Url(entry),
        statement,
      })),
      prefix: silence.prefix.map(toBase64Url),
      until: silence.until,
    },
    statement: bundle.statement,
    v: 1,
  };
  return `${canonicalJson(json)}\n`;
}

/** @param text - Anybody's. @returns The parts; or `record.not-a-proof`. */
export function parseProof(text: string): Result<ProofBundle, "record.not-a-proof"> {
  if (!text.endsWith("\n")) return refuse("record.not-a-proof", "not a line of text");
  const read = parseCanonicalJson(text.slice(0, -1), { depthMax: 4, bytesMax: proofBytesMax });
  if (!read.ok) return refuse("record.not-a-proof", read.refusal.detail);
  const bundle = bundleOf(read.value);
  return bundle === undefined ? refuse("record.not-a-proof", "out of form") : accept(bundle);
}

const bundleNames = [
  "agreements",
  "channel",
  "entry",
  "format",
  "parties",
  "silence",
  "statement",
  "v",
] as const;

function bundleOf(value: JsonValue): ProofBundle | undefined {
  const members = exactMembers(value, bundleNames);
  if (members === undefined || members.v !== 1 || members.format !== "parley-proof") return;
  const { channel, entry, statement } = members;
  if (!isDigest(channel) || typeof entry !== "string") return;
  if (statement !== null && typeof statement !== "string") return;
  const agreements = textsOf(members.agreements);
  const [first, second, ...others] = listOf(members.parties, 2, partyOf) ?? [];
  if (first === undefined || second === undefined || others.length > 0) return;
  if (agreements === undefined || agreements.length === 0) return;
  if (!isSortedSet([first.name, second.name])) return;
  const silence = members.silence === null ? null : silenceOf(members.silence);
  if (silence === undefined) return;
  return { agreements, channel, entry, parties: [first, second], statement, silence };
}

function partyOf(value: JsonValue): PartyTexts | undefined {
  const members = exactMembers(value, ["descriptors", "firstSerial", "name", "notices"]);
  if (members === undefined) return;
  const { firstSerial, name } = members;
  const descriptors = textsOf(members.descriptors);
  const notices = textsOf(members.notices);
  if (typeof name !== "string" || !parsePartyName(name).ok) return;
  if (!isIntegerWithin(firstSerial, 1, serialMax)) return;
  if (descriptors === undefined || descriptors.length === 0 || notices === undefined) return;
  return { name, firstSerial, descriptors, notices };
}

function silenceOf(value: JsonValue): SilencePart | undefined {
  const members = exactMembers(value, ["checkpoint", "entries", "prefix", "until"]);
  if (members === undefined) return;
  const { checkpoint, until } = members;
  if (typeof checkpoint !== "string" || !isIntegerWithin(until, 0, timeMax)) return;
  const prefix = listOf(members.prefix, prefixHashesMax, (hash) => {
    const octets = octetsOf(hash, hashBytes);
    return octets?.length === hashBytes ? octets : undefined;
  });
  const entries = listOf(members.entries, silenceEntriesMax, (one) => {
    const shown = exactMembers(one, ["entry", "statement"]);
    const entry = shown && octetsOf(shown.entry, entryBytesMax);
    if (entry === undefined || typeof shown?.statement !== "string") return undefined;
    return { entry, statement: shown.statement };
  });
  return prefix && entries && { checkpoint, until, prefix, entries };
}

function octetsOf(value: JsonValue, bytesMax: number): Uint8Array | undefined {
  const octets = typeof value === "string" ? fromBase64Url(value) : undefined;
  return octets !== undefined && octets.length <= bytesMax ? octets : undefined;
}

function textsOf(value: JsonValue): readonly string[] | undefined {
  return listOf(value, proofTextsMax, (text) => (typeof text === "string" ? text : undefined));
}

function listOf<T>(
  value: JsonValue,
  countMax: number,
  parse: (element: JsonValue) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value) || value.length > countMax) return;
  const parsed: T[] = [];
  for (const element of value) {
    const one = parse(element);
    if (one === undefined) return;
    parsed.push(one);
  }
  return parsed;
}
