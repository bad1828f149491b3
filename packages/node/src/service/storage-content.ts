/**
 * The storage port, part 3: what is made of the logs, and what travels beside them.
 *
 * The opened cache holds what decrypting and verifying gave, entry by entry; projections are what
 * `core/case` folds from it. Both can be dropped and made again. Attachments and the secrets of our
 * own messages cannot: they are the other truth. Channel, class and desk stand in every row.
 *
 * @module
 */
import type { TrafficClass } from "@parley/core/log/origin";
import type { AppendOutcome, InsertOutcome } from "./storage-log.ts";

/** Rows in one page of a list. */
export const pageRowsMax = 500;

/**
 * What a list may show: rows of these channels, classes and desks, and nothing else. An empty array
 * shows nothing; `"all"` is for the node itself, never for a person.
 */
export interface Visibility {
  readonly channels: readonly string[] | "all";
  readonly classes: readonly TrafficClass[] | "all";
  /** Desks of this party, `node` among them. */
  readonly desks: readonly string[] | "all";
}

/** `after` is the `next` of the page before. At most {@link pageRowsMax} rows. */
export interface PageRequest {
  readonly after: string | null;
  readonly rowsMax: number;
}

/** `total` counts the whole list, not the page; `next` is null on the last page. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next: string | null;
}

/** Ids in a list of those that begin alike: enough to say that they are many. */
export const idsPerListMax = 16;

/** One class of one channel: what a fold is over. */
export interface ClassScope {
  readonly channel: string;
  readonly class: TrafficClass;
}

/** Of an entry of either log: accepted with its message, or the code with which we refused it. */
export interface OpenedRow extends ClassScope {
  readonly logId: number;
  readonly index: number;
  /** Party that wrote the log. */
  readonly author: string;
  readonly leafHash: Uint8Array;
  /** `accepted`, or the code of the refusal. */
  readonly verdict: string;
  /** Null where the statement could not be read. */
  readonly jti: string | null;
  readonly kind: string | null;
  readonly case: string | null;
  /** The desk of this party that it concerns: addressed, or having written; `node` for the node. */
  readonly desk: string | null;
  readonly iat: number | null;
  readonly openedAt: number;
  /** The opened message as JSON, with every disclosure we hold (`kept-message.ts`). */
  readonly message: string | null;
  /** K of the entry, 32 bytes, for an opened export. */
  readonly contentKey: Uint8Array | null;
}

export interface JtiQuery {
  readonly channel: string;
  readonly jti: string;
  /** Absent: of either party. */
  readonly author?: string;
  /** Absent: of every class. */
  readonly class?: TrafficClass;
}

/** Ids that are looked up at once. */
export const jtisMax = 256;

export interface OpenedRepository {
  readOpened(logId: number, index: number): Promise<OpenedRow | undefined>;
  /** In log order; `countMax` at most 256. */
  listOpened(logId: number, from: number, countMax: number): Promise<readonly OpenedRow[]>;
  /** Ids of a channel that begin so, in order; at most {@link idsPerListMax}. */
  listJtis(channel: string, prefix: string, visibility: Visibility): Promise<readonly string[]>;
  /** The first entry that bears this id, over every epoch, accepted before refused. */
  readOpenedByJti(query: JtiQuery): Promise<OpenedRow | undefined>;
  /**
   * Of these ids, at least one and at most {@link jtisMax}, the ones that an entry of the author bears,
   * in any class, with the class of the first such entry, accepted before refused.
   */
  listClassesOfJtis(
    of: { readonly channel: string; readonly author: string },
    jtis: readonly string[],
  ): Promise<ReadonlyMap<string, TrafficClass>>;
  /**
   * Adds what the next entries opened to, and moves `openedSize` behind them.
   *
   * @param expectedSize - What the caller believes `openedSize` to be; the rows follow it without gap.
   */
  appendOpened(
    logId: number,
    expectedSize: number,
    rows: readonly OpenedRow[],
  ): Promise<AppendOutcome>;
  /** Forgets everything opened, and every projection: all is to be verified and decrypted again. */
  dropOpened(): Promise<void>;
}

export interface AttachmentKey {
  readonly channel: string;
  /** SHA-256 of the sealed bytes, base64url. */
  readonly digest: string;
}

export interface NewAttachment extends AttachmentKey {
  /** Party that sends it. */
  readonly author: string;
  /** Sealed bytes, to 2^30 and what sealing adds. */
  readonly bytesTotal: number;
  readonly firstSeenAt: number;
}

export interface AttachmentRow extends NewAttachment {
  /** The next offset to send. */
  readonly bytesReceived: number;
  readonly state: "partial" | "complete";
}

/** A message that names an attachment: from then on it is kept, and seen by that desk alone. */
export interface AttachmentReference extends AttachmentKey, ClassScope {
  readonly desk: string;
  readonly jti: string;
}

/** Longest part that is stored or read at once. */
export const attachmentPartBytesMax = 1_048_576;

/**
 * Shortest part that is kept if it is not the last: each is a durable write, and the peer chooses
 * how many there are.
 */
export const attachmentPartBytesMin = 65_536;

export interface AttachmentRepository {
  readAttachment(key: AttachmentKey): Promise<AttachmentRow | undefined>;
  /** From `offset` to the end of what is stored together: at most {@link attachmentPartBytesMax}. */
  readAttachmentPart(key: AttachmentKey, offset: number): Promise<Uint8Array>;
  /** The messages that name it, as far as they may be seen. */
  listReferences(
    key: AttachmentKey,
    visibility: Visibility,
  ): Promise<readonly AttachmentReference[]>;
  /**
   * Announced bytes that one party keeps with us in a channel, orphans and partial ones included:
   * of what was first seen at `firstSeenFrom` or later.
   */
  countAttachmentBytes(channel: string, author: string, firstSeenFrom: number): Promise<number>;
  /** @returns The row that holds; its `bytesReceived` says where to go on. */
  createAttachment(attachment: NewAttachment): Promise<AttachmentRow>;
  /** @returns `moved` and the right offset if `offset` is not it; beyond `bytesTotal` is a Defect. */
  appendAttachment(key: AttachmentKey, offset: number, bytes: Uint8Array): Promise<AppendOutcome>;
  /** The caller has verified the digest over all bytes. */
  completeAttachment(key: AttachmentKey): Promise<void>;
  insertReference(reference: AttachmentReference): Promise<InsertOutcome>;
  /** One whose digest was wrong. One that a message names stays: a Defect. */
  dropAttachment(key: AttachmentKey): Promise<void>;
  /** Drops those first seen before a time that no message names; at most 256. @returns How many. */
  dropOrphans(firstSeenBefore: number): Promise<number>;
}

/**
 * Everything of a message of ours, what was withheld included, to reveal it later. Written in the
 * transaction that appends the entry.
 */
export interface SecretRow extends ClassScope {
  readonly logId: number;
  readonly index: number;
  readonly desk: string;
  readonly jti: string;
  readonly text: string;
}

export interface SecretRepository {
  readSecret(logId: number, index: number): Promise<SecretRow | undefined>;
  insertSecret(secret: SecretRow): Promise<InsertOutcome>;
}

export interface CaseRow extends ClassScope {
  readonly id: string;
  /** Desks of this party that a message of the case concerns; at least one. */
  readonly desks: readonly string[];
  readonly phase: string;
  readonly isOpen: boolean;
  readonly severity: number | null;
  /** Of the running clock that is due first. */
  readonly dueAt: number | null;
  /** Party that owes it. */
  readonly owedBy: string | null;
  /** Receipt time of its last message. */
  readonly lastAt: number;
  /** Canonical JSON of the folded case, without what is settled: message rows say that. */
  readonly state: string;
}

/** A message as lists show it. */
export interface MessageRow extends ClassScope {
  readonly logId: number;
  readonly index: number;
  readonly author: string;
  readonly epoch: number;
  readonly desk: string;
  readonly jti: string | null;
  readonly kind: string | null;
  readonly case: string | null;
  readonly iat: number | null;
  /** Null while no receipt covers it. */
  readonly receivedAt: number | null;
  /** Null while it stands; else the code of whoever refused it. */
  readonly refusedAs: string | null;
  readonly isSettled: boolean;
  /** What the fold must know of it to go on later; text of its maker. */
  readonly foldedAs: string;
}

export interface CaseFilter {
  readonly isOpen?: boolean;
  /** `due`: what is due first, then what has no clock. `last`: what moved last. */
  readonly order: "due" | "last";
}

export interface MessageFilter {
  readonly case?: string;
  readonly author?: string;
  readonly kind?: string;
}

export interface ProjectionRepository {
  readCase(scope: ClassScope, id: string, visibility: Visibility): Promise<CaseRow | undefined>;
  listCases(filter: CaseFilter, visibility: Visibility, page: PageRequest): Promise<Page<CaseRow>>;
  /** Cases of the channel that are open, of every class; at most `countMax` are counted. */
  countOpenCases(channel: string, countMax: number): Promise<number>;
  /** Cases of the class that are open, in no order; at most `countMax`. */
  listOpenCaseIds(scope: ClassScope, countMax: number): Promise<readonly string[]>;
  /** Inserts or replaces; no case twice. */
  writeCases(rows: readonly CaseRow[]): Promise<void>;
  /** A case that no longer stands. */
  deleteCase(scope: ClassScope, id: string): Promise<void>;
  /** Newest first: by receipt time, those without one before all others. */
  listMessages(
    filter: MessageFilter,
    visibility: Visibility,
    page: PageRequest,
  ): Promise<Page<MessageRow>>;
  readMessage(logId: number, index: number): Promise<MessageRow | undefined>;
  /** In log order; `countMax` at most 256. */
  listLogMessages(logId: number, from: number, countMax: number): Promise<readonly MessageRow[]>;
  /** Ids of cases of the class that begin so, in order; at most {@link idsPerListMax}. */
  listCaseIds(
    scope: ClassScope,
    prefix: string,
    visibility: Visibility,
  ): Promise<readonly string[]>;
  /** Inserts or replaces. */
  writeMessages(rows: readonly MessageRow[]): Promise<void>;
  /** Of the messages of a log from `from` up to `to`, that one excluded. */
  settleMessages(
    logId: number,
    range: { readonly from: number; readonly to: number },
    isSettled: boolean,
  ): Promise<void>;
  /** How far the fold of a class was projected: canonical JSON of its maker; undefined at first. */
  readPosition(scope: ClassScope): Promise<string | undefined>;
  /** @returns False, and nothing done, if the position is not `expected`: another process was first. */
  movePosition(scope: ClassScope, expected: string | undefined, next: string): Promise<boolean>;
  /** Every case, message row and position. The opened cache stays. */
  dropProjections(): Promise<void>;
}

/** A folded message with what was opened of it, as a fold that goes on needs them. */
export interface FoldedRow extends MessageRow {
  readonly verdict: string;
  readonly message: string | null;
}

/** Ids that are asked for at once; at least one. */
export const foldedIdsMax = 256;
/** Rows of cases that are read at once. */
export const foldedRowsMax = 2_048;

/** What a fold is fed, and what one that goes on reads of its past. */
export interface PastRepository {
  /** What a fold is fed of opened entries, in log order; `countMax` at most 256. */
  listToFeed(
    logId: number,
    from: number,
    countMax: number,
  ): Promise<readonly Pick<OpenedRow, "index" | "desk" | "verdict" | "message">[]>;
  /**
   * Folded messages of the class that bear one of these ids, at most {@link foldedIdsMax}: of one
   * id those that were accepted when they were opened first, then in log order.
   */
  listByJti(scope: ClassScope, jtis: readonly string[]): Promise<readonly FoldedRow[]>;
  /**
   * Folded messages of the class that name one of these cases, at most {@link foldedIdsMax}, by
   * pages of at most {@link foldedRowsMax}.
   *
   * @param after - The last row of the page before.
   */
  listOfCases(
    scope: ClassScope,
    ids: readonly string[],
    after: FoldedRow | null,
  ): Promise<readonly FoldedRow[]>;
  /** In log order; `countMax` at most 256. */
  listOfLog(logId: number, from: number, countMax: number): Promise<readonly FoldedRow[]>;
}
