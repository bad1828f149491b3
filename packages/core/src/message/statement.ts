/**
 * A statement: the payload of a message, its digests in place of what may be shown one by one, signed
 * by every algorithm of the suite.
 *
 * A payload has exactly the members listed here and each name one digest, so that every statement
 * looks alike and none can show two values for one name. What persons approve is the frozen payload:
 * salts are fixed with it, and signing adds nothing to it.
 * Spec: spec/message.md, "Statement"; RFC 9901 (SD-JWT); RFC 7515.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import {
  type JwsSigner,
  type ParsedJws,
  parseJws,
  signJws,
  type VerificationKey,
  verifyJws,
} from "../crypto/jws.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { epochMax, type TrafficClass, trafficClasses } from "../log/origin.ts";
import { treeSizeMax } from "../log/tree.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  type BlockName,
  blockNames,
  bodyValue,
  type HeldBack,
  type ItemListHead,
  isBlockHeldBack,
  parseBody,
  parseHeldBack,
} from "./body.ts";
import {
  type ControlName,
  type ControlValues,
  controlNames,
  isControl,
  isJti,
  sideOfJti,
  timeMax,
} from "./control.ts";
import {
  digestOf,
  digestPlaceOf,
  disclosedBytesMax,
  isDigest,
  isDisclosable,
  isReadable,
  makeDisclosure,
} from "./disclosure.ts";
import { exactMembers, isIntegerWithin, isTextLike, type JsonObject } from "./members.ts";

/** Octets of a statement on one line: under `pq1` some 5,800, whatever the message says. */
export const statementBytesMax = 8_192;

/** Agreement versions of one channel: a new one each day for two thousand years. */
export const agreementVersionMax = 999_999;

/** `typ` of both protected headers: a verifier that forgets `class` still tells a drill from the real. */
export const statementTypes: Readonly<Record<TrafficClass, string>> = {
  live: "parley-live+sd-jwt",
  exercise: "parley-exercise+sd-jwt",
  link: "parley-link+sd-jwt",
};

const partyPattern = /^[a-z0-9.-]{3,63}$/;

/** The peer's log of the same class, up to which the author's node had opened everything. */
export type Seen = { readonly epoch: number; readonly size: number; readonly root: string };

/** What a statement says in plain. */
export type StatementHead = {
  /** Party names. */
  readonly iss: string;
  readonly aud: string;
  /** Channel id: a digest. */
  readonly channel: string;
  readonly class: TrafficClass;
  readonly epoch: number;
  /** Version by which the message is judged. */
  readonly agreement: number;
  readonly jti: string;
  /** POSIX seconds, UTC, when the payload was frozen. */
  readonly iat: number;
  readonly seen: Seen;
};

export interface StatementPayload {
  readonly head: StatementHead;
  /** What each controlled name commits to. */
  readonly digests: Readonly<Record<ControlName, string>>;
}

/** What a payload is frozen from. Blocks that `handling` names as held back are committed, not sent. */
export interface StatementDraft {
  readonly head: StatementHead;
  readonly control: ControlValues;
  readonly blocks: { readonly [name in BlockName]?: JsonObject };
  readonly items: ItemListHead;
}

/** Everything fixed, to be approved, signed and sent as it stands. JSON. */
export type FrozenPayload = {
  readonly payloadText: string;
  /** SHA-256 of `payloadText`: what each officer's approval signs. */
  readonly approvalHash: string;
  /** What the peer gets: the seven control disclosures in order, then blocks in order. */
  readonly disclosures: readonly string[];
  /** What the author keeps, to be revealed later or never. */
  readonly withheld: readonly { readonly block: BlockName; readonly disclosure: string }[];
};

/** Well formed as a JWS; nothing in it is verified. */
export interface ParsedStatement {
  readonly line: string;
  readonly jws: ParsedJws;
}

export type DraftRefusal = "message.bad-draft" | "message.too-large";

/** @returns The frozen payload; or why no peer would accept it. */
export function buildPayload(
  p: Primitives,
  draft: StatementDraft,
): Result<FrozenPayload, DraftRefusal> {
  const { head, control, items } = draft;
  if (!isHead(head)) return refuse("message.bad-draft", "a plain member is out of form");
  if (!isControl(control)) return refuse("message.bad-draft", "a control value is out of form");
  const heldBack = parseHeldBack(draft.blocks.handling, items.count);
  if (heldBack === undefined) return refuse("message.bad-draft", "heldBack is out of form");

  const blocks = discloseBlocks(p, draft.blocks, heldBack);
  if (!blocks.ok) return blocks;
  const body = bodyValue({ blocks: blocks.value, items });
  if (parseBody(body) === undefined) return refuse("message.bad-draft", "items are out of form");

  const controls = controlNames.map((name) => ({
    name,
    ...makeDisclosure(p, name === "body" ? body : control[name]),
  }));
  const places = controls.map(({ name, digest }) => [name, [{ "...": digest }]] as const);
  const plain = { ...head, _sd_alg: "sha-256", v: 1 };
  const payloadText = canonicalJson({ ...plain, ...Object.fromEntries(places) });
  const sent = blocks.value.filter(({ isWithheld }) => !isWithheld);
  const disclosures = [...controls, ...sent].map(({ disclosure }) => disclosure);
  if (disclosedBytes(disclosures) > disclosedBytesMax) {
    return refuse("message.too-large", `more than ${disclosedBytesMax} octets disclosed`);
  }
  return accept({
    payloadText,
    approvalHash: digestOf(p, payloadText),
    disclosures,
    withheld: blocks.value
      .filter(({ isWithheld }) => isWithheld)
      .map(({ name, disclosure }) => ({ block: name, disclosure })),
  });
}

/**
 * @param payloadText - Of a {@link FrozenPayload}, to the letter.
 * @param signers - One desk's or the node's, as the suite orders them.
 * @returns The statement on one line, without its newline.
 */
export function signStatement(
  payloadText: string,
  trafficClass: TrafficClass,
  signers: readonly JwsSigner[],
): Promise<string> {
  return signJws(payloadText, statementTypes[trafficClass], signers);
}

/** @param line - The peer's, of any length. */
export function parseStatement(line: string): Result<ParsedStatement, "jws.malformed"> {
  const jws = parseJws(line, statementBytesMax);
  return jws.ok ? accept({ line, jws: jws.value }) : jws;
}

/** @param keys - Those that must have signed: no more, no fewer, in this order. */
export function verifyStatement(
  p: Primitives,
  { jws }: ParsedStatement,
  trafficClass: TrafficClass,
  keys: readonly VerificationKey[],
): Promise<Result<true, "jws.wrong-signers" | "jws.bad-signature">> {
  return verifyJws(p, jws, { typ: statementTypes[trafficClass], keys });
}

/** @returns The class that the first protected header names; or `undefined` for no class of ours. */
export function classOfStatement({ jws }: ParsedStatement): TrafficClass | undefined {
  const typ = jws.signatures[0]?.header.typ;
  return trafficClasses.find((name) => statementTypes[name] === typ);
}

/**
 * @param payload - Of a JWS that has verified.
 * @returns What it says; or `message.bad-payload` if it has another member, lacks one, has one out
 *   of form, commits a name to anything but one digest, or two names to the same.
 */
export function parsePayload(payload: JsonValue): Result<StatementPayload, "message.bad-payload"> {
  const members = exactMembers(payload, payloadNames);
  if (members === undefined) return refuse("message.bad-payload", "not the members of a payload");
  const { iss, aud, channel, epoch, agreement, jti, iat, seen } = members;
  const head = { iss, aud, channel, class: members.class, epoch, agreement, jti, iat, seen };
  if (members.v !== 1) return refuse("message.bad-payload", "v is not 1");
  if (members._sd_alg !== "sha-256") return refuse("message.bad-payload", "_sd_alg is not sha-256");
  if (!isHead(head)) return refuse("message.bad-payload", "a plain member is out of form");
  const places: [ControlName, string][] = [];
  for (const name of controlNames) {
    const digest = digestPlaceOf(members[name]);
    if (digest === undefined) return refuse("message.bad-payload", `${name} is not one digest`);
    places.push([name, digest]);
  }
  if (new Set(places.map(([, digest]) => digest)).size !== places.length) {
    return refuse("message.bad-payload", "two names commit to one digest");
  }
  return accept({ head, digests: Object.fromEntries(places) as StatementPayload["digests"] });
}

/** Octets of JSON in these disclosures together. */
export function disclosedBytes(disclosures: readonly string[]): number {
  return disclosures.reduce((sum, { length }) => sum + Math.floor((length * 3) / 4), 0);
}

const headNames = [
  "iss",
  "aud",
  "channel",
  "class",
  "epoch",
  "agreement",
  "jti",
  "iat",
  "seen",
] as const;
const payloadNames = ["v", "_sd_alg", ...headNames, ...controlNames] as const;

interface DisclosedBlock {
  readonly name: BlockName;
  readonly disclosure: string;
  readonly digest: string;
  readonly isWithheld: boolean;
}

function discloseBlocks(
  p: Primitives,
  values: StatementDraft["blocks"],
  heldBack: readonly HeldBack[],
): Result<readonly DisclosedBlock[], DraftRefusal> {
  const blocks: DisclosedBlock[] = [];
  for (const name of blockNames) {
    const value = values[name];
    if (value === undefined) continue;
    if (!isDisclosable(value)) return refuse("message.bad-draft", `${name} has a reserved name`);
    const isWithheld = isBlockHeldBack(heldBack, name);
    if (isWithheld && name === "handling") {
      return refuse("message.bad-draft", "handling says what is held back and cannot be");
    }
    const made = makeDisclosure(p, value);
    if (!isReadable(value, made.disclosure)) {
      return refuse("message.too-large", `block ${name} is too long or too deep`);
    }
    blocks.push({ name, ...made, isWithheld });
  }
  return accept(blocks);
}

function isHead(
  head: { readonly [name in keyof StatementHead]: JsonValue },
): head is StatementHead {
  return (
    isTextLike(head.iss, partyPattern) &&
    isTextLike(head.aud, partyPattern) &&
    head.iss !== head.aud &&
    isDigest(head.channel) &&
    trafficClasses.some((name) => name === head.class) &&
    isIntegerWithin(head.epoch, 1, epochMax) &&
    isIntegerWithin(head.agreement, 1, agreementVersionMax) &&
    isJti(head.jti) &&
    // Names are ASCII, so the order of the texts is that of their octets.
    sideOfJti(head.jti) === (head.iss < head.aud ? 0 : 1) &&
    isIntegerWithin(head.iat, 0, timeMax) &&
    isSeen(head.seen)
  );
}

function isSeen(value: JsonValue): value is Seen {
  const seen = exactMembers(value, ["epoch", "root", "size"]);
  return (
    seen !== undefined &&
    isIntegerWithin(seen.epoch, 1, epochMax) &&
    isIntegerWithin(seen.size, 0, treeSizeMax) &&
    isDigest(seen.root)
  );
}
