/**
 * The receiver's judgement of one entry of the peer's log, in the order in which it is made.
 *
 * Until both signatures of the statement have verified nothing is the peer's word, and every failure
 * is `entry.unreadable`. From there on each has its code, so that the signed refusal tells the peer
 * what to mend. What lies outside the entry (keys, agreement, logs, kinds) is handed in and only
 * asked; an entry that is refused has changed nothing.
 * Spec: spec/entry.md, "Judging an entry".
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import type { VerificationKey } from "../crypto/jws.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { channelHexOf, formatOrigin, type TrafficClass } from "../log/origin.ts";
import { type Message, type MessageRefusal, openPayload } from "../message/message.ts";
import {
  classOfStatement,
  type ParsedStatement,
  parsePayload,
  parseStatement,
  type StatementHead,
  type StatementPayload,
  verifyStatement,
} from "../message/statement.ts";
import type { RefusalCode } from "../refusal-codes.ts";
import { accept, type Refusal, type Result, refuse } from "../result.ts";
import {
  type EntryHeader,
  type EntryOpener,
  namesStatement,
  type OpenedEntry,
  parseEntry,
  unsealEntry,
} from "./entry.ts";

/** The log in which the entry stands, as channel and agreement have it. */
export interface LogPlace {
  /** The party that writes it, and the party that mirrors it. */
  readonly iss: string;
  readonly aud: string;
  /** Channel id, base64url. */
  readonly channel: string;
  readonly class: TrafficClass;
  readonly epoch: number;
}

/** A desk of the author, or its node, with one set of keys. */
export interface EntrySigner {
  /** Name of the desk, or `node`. */
  readonly name: string;
  /** As the suite orders them. */
  readonly keys: readonly VerificationKey[];
  /** First index of this log that the keys may no longer sign; null while they may sign any. */
  readonly barredFrom: number | null;
}

/** What a kind says of its messages, beyond their form. */
export interface KindRule {
  /** Whose keys sign it: those of a desk, or those of the node. */
  readonly by: "desk" | "node";
  readonly classes: readonly TrafficClass[];
  /** @returns Why the blocks are not those of the kind; null if they are. */
  judge(message: Message): Refusal<RefusalCode> | null;
}

/** What is asked of the outside; each is asked once at most, in the order listed. */
export interface OpeningContext {
  readonly log: LogPlace;
  /** Of the entry in its log, from 0. */
  readonly index: number;
  /**
   * @returns The key for an entry with this header, and the desk (or `node`) to which a message so
   *   sealed must be addressed: null for a key that belongs to no desk of the reader.
   */
  wayIn(header: EntryHeader): Promise<{ way: EntryOpener; desk: string | null } | undefined>;
  /** @param kid - Of the first signature. @returns Whose key it is or ever was. */
  signer(kid: string): Promise<EntrySigner | undefined>;
  /** Of the version that the statement names, as things stood when the entry was received. */
  agreement(version: number): Promise<"in-force" | "superseded" | "unknown">;
  /** Whether the author has used this id before, in any class and epoch of the channel. */
  isRepeat(jti: string): Promise<boolean>;
  /**
   * @returns Root of the reader's own log of the class at this size; `undefined` if it had none;
   *   `lost` for entries that the reader no longer has and awaits: then nothing is judged by it.
   */
  ownRoot(epoch: number, size: number): Promise<Uint8Array | "lost" | undefined>;
  /** @returns The rule; or `undefined` for a kind that this reader does not know. */
  kind(name: string): KindRule | undefined;
}

/** An entry that opened. JSON, to be kept as it stands. */
export type OpenedMessage = {
  readonly origin: string;
  readonly index: number;
  /** Opens the entry again, base64url. */
  readonly contentKey: string;
  /** Desk that signed, or `node`. */
  readonly by: string;
  /** A message of an unknown kind is kept and shown as it is, and moves nothing. */
  readonly isKnownKind: boolean;
  readonly message: Message;
};

/** Judges one entry. @returns What it says; or the refusal with which the peer is answered. */
export async function openMessage(
  p: Primitives,
  entry: Uint8Array,
  context: OpeningContext,
): Promise<Result<OpenedMessage, RefusalCode>> {
  const authentic = await authenticate(p, entry, context);
  if (!authentic.ok) return authentic;
  const { opened, signer, desk } = authentic.value;
  const payload = judgePlace(p, authentic.value, context);
  if (!payload.ok) return payload;
  const outside = await judgeOutside(payload.value.head, signer, context);
  if (outside !== null) return { ok: false, refusal: outside };

  const sent = { hash: opened.header.statement, lines: opened.lines };
  const message: Result<Message, MessageRefusal> = openPayload(p, payload.value, sent);
  if (!message.ok) return message;
  if (desk !== null && message.value.control.to !== desk) {
    return refuse("entry.wrong-desk", "sealed for another desk than it is addressed to");
  }
  const kind = context.kind(message.value.control.kind);
  const unfit = judgeKind(message.value, signer, kind);
  if (unfit !== null) return { ok: false, refusal: unfit };
  return accept({
    origin: originOf(context.log),
    index: context.index,
    contentKey: toBase64Url(opened.contentKey),
    by: signer.name,
    isKnownKind: kind !== undefined,
    message: message.value,
  });
}

/** First line of every checkpoint of the log, to which the keys of its entries are bound. */
export function originOf({ iss, aud, channel, class: trafficClass, epoch }: LogPlace): string {
  const channelId = fromBase64Url(channel);
  assert(channelId !== undefined, "a channel id was parsed with its agreement");
  const channelHex = channelHexOf(channelId);
  return formatOrigin({ author: iss, peer: aud, channelHex, class: trafficClass, epoch });
}

interface AuthenticEntry {
  readonly opened: OpenedEntry;
  readonly statement: ParsedStatement;
  /** That both protected headers name. */
  readonly typClass: TrafficClass;
  readonly signer: EntrySigner;
  readonly desk: string | null;
}

/** Everything up to the signatures, which is one refusal. */
async function authenticate(
  p: Primitives,
  entry: Uint8Array,
  context: OpeningContext,
): Promise<Result<AuthenticEntry, "entry.unreadable">> {
  const parsed = parseEntry(p, entry);
  if (!parsed.ok) return parsed;
  const found = await context.wayIn(parsed.value.header);
  if (found === undefined) return refuse("entry.unreadable", "sealed for no key of ours");
  const opened = await unsealEntry(p, parsed.value, found.way);
  if (!opened.ok) return opened;
  const statement = parseStatement(opened.value.statementLine);
  if (!statement.ok) return refuse("entry.unreadable", statement.refusal.detail);
  const typClass = classOfStatement(statement.value);
  const kid = statement.value.jws.signatures[0]?.header.kid;
  const signer = kid === undefined ? undefined : await context.signer(kid);
  if (typClass === undefined || signer === undefined) {
    return refuse("entry.unreadable", "no typ or key of ours");
  }
  const verified = await verifyStatement(p, statement.value, typClass, signer.keys);
  if (!verified.ok) return refuse("entry.unreadable", verified.refusal.detail);
  const { desk } = found;
  return accept({ opened: opened.value, statement: statement.value, typClass, signer, desk });
}

type PlaceRefusal =
  | "entry.key-barred"
  | "entry.wrong-audience"
  | "entry.wrong-channel"
  | "entry.wrong-class"
  | "entry.wrong-epoch"
  | "entry.wrong-hash"
  | "entry.wrong-issuer"
  | "entry.wrong-typ"
  | "message.bad-payload";

/** Whether the statement was made for this log and for this place in it. */
function judgePlace(
  p: Primitives,
  { opened, statement, typClass, signer }: AuthenticEntry,
  { log, index }: OpeningContext,
): Result<StatementPayload, PlaceRefusal> {
  if (!namesStatement(p, opened)) {
    return refuse("entry.wrong-hash", "the header names another statement");
  }
  if (typClass !== log.class) return refuse("entry.wrong-typ", "typ of another class");
  const payload = parsePayload(statement.jws.payload);
  if (!payload.ok) return payload;
  const { head } = payload.value;
  if (head.iss !== log.iss) return refuse("entry.wrong-issuer", "issued by another party");
  if (head.aud !== log.aud) return refuse("entry.wrong-audience", "addressed to another party");
  if (head.channel !== log.channel) return refuse("entry.wrong-channel", "of another channel");
  if (head.class !== log.class) return refuse("entry.wrong-class", "of another class");
  if (head.epoch !== log.epoch) return refuse("entry.wrong-epoch", "of another epoch");
  if (signer.barredFrom !== null && index >= signer.barredFrom) {
    return refuse("entry.key-barred", "signed by a key that may sign here no longer");
  }
  return payload;
}

/** Whether the statement fits what both logs and the agreement hold already. */
async function judgeOutside(
  { agreement, jti, seen }: StatementHead,
  signer: EntrySigner,
  context: OpeningContext,
): Promise<Refusal<RefusalCode> | null> {
  // Two nodes that know different versions would refuse each other's refusals without an end.
  const standing = signer.name === "node" ? "in-force" : await context.agreement(agreement);
  if (standing === "unknown") {
    return refusal("entry.unknown-agreement", "names a version that both have not signed");
  }
  if (standing === "superseded") {
    return refusal("agreement.superseded", "names a version that is no longer adopted");
  }
  if (await context.isRepeat(jti)) return refusal("entry.repeat", "the id was used before");
  const root = await context.ownRoot(seen.epoch, seen.size);
  if (root === "lost") return null;
  if (root === undefined || toBase64Url(root) !== seen.root) {
    return refusal("entry.bad-seen", "saw a history of our log that we do not have");
  }
  return null;
}

/** A kind that is not known may come from a desk, in any class. */
function judgeKind(
  message: Message,
  signer: EntrySigner,
  kind: KindRule | undefined,
): Refusal<RefusalCode> | null {
  const by = signer.name === "node" ? "node" : "desk";
  if (by !== (kind?.by ?? "desk")) {
    return refusal("entry.wrong-signer", `signed by a ${by}, which may not say this`);
  }
  if (kind === undefined) return null;
  if (!kind.classes.includes(message.head.class)) {
    return refusal("entry.wrong-class", "a kind that this class does not carry");
  }
  return kind.judge(message);
}

function refusal(code: RefusalCode, detail: string): Refusal<RefusalCode> {
  return { code, detail };
}
