/**
 * The storage port: what the service needs kept, and what it may rely on.
 *
 * Everything happens in a transaction: it is kept whole and durably, or not at all. Every append
 * is guarded by what its caller believed was there, so that several processes may share one
 * database. Nothing here reads a clock: times are POSIX seconds and are handed in. The logs are the
 * truth (`storage-log.ts`); opened messages are a cache of them and projections a fold
 * (`storage-content.ts`). Any call may throw a Fault: `storage.full`, `storage.locked`,
 * `storage.read-only`, `storage.io` (each retryable), `storage.damaged`, `storage.unavailable`.
 *
 * @module
 */
import type {
  AttachmentKey,
  AttachmentRepository,
  OpenedRepository,
  PastRepository,
  ProjectionRepository,
  SecretRepository,
} from "./storage-content.ts";
import type { InsertOutcome, LogRepository, ReceiptRepository } from "./storage-log.ts";
import type { AuditRepository, PeopleRepository } from "./storage-people.ts";
import type { DraftRepository } from "./storage-release.ts";
import type { LeaseRepository, OutgoingRepository } from "./storage-sharing.ts";

export interface Storage extends AsyncDisposable {
  /** One consistent view of everything, which no write disturbs. May not be nested in another. */
  read<T>(work: (tx: StorageReader) => Promise<T>): Promise<T>;
  /**
   * Kept durably when the promise resolves, undone when `work` throws. A Fault of the storage
   * itself says nothing of the outcome: read before doing it again.
   *
   * One at a time. May not be nested: a Defect. `work` must await only what it asks of `tx`, and
   * do nothing outside it: a database shared by processes may run it again from the start.
   */
  write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T>;
  /**
   * The sealed bytes [from, to) of a complete attachment, in parts of at most 1 MiB, each read by
   * itself, so that a slow reader holds no transaction.
   */
  streamAttachment(
    key: AttachmentKey,
    range: { readonly from: number; readonly to: number },
  ): AsyncIterable<Uint8Array>;
  /** Reads everything once; slow. An empty list: nothing found. */
  checkIntegrity(): Promise<readonly string[]>;
}

export interface StorageTransaction {
  readonly home: HomeRepository;
  readonly keys: KeyRepository;
  readonly parties: PartyRepository;
  readonly channels: ChannelRepository;
  readonly logs: LogRepository;
  readonly receipts: ReceiptRepository;
  readonly opened: OpenedRepository;
  readonly attachments: AttachmentRepository;
  readonly secrets: SecretRepository;
  readonly projections: ProjectionRepository;
  readonly past: PastRepository;
  readonly leases: LeaseRepository;
  readonly outgoing: OutgoingRepository;
  readonly drafts: DraftRepository;
  readonly people: PeopleRepository;
  readonly audit: AuditRepository;
}

/** What may be asked of a repository without changing it: its methods named `read…`, `list…`, `count…`. */
export type Reading<R> = {
  readonly [K in keyof R as K extends `${"read" | "list" | "count"}${string}` ? K : never]: R[K];
};

export type StorageReader = {
  readonly [K in keyof StorageTransaction]: Reading<StorageTransaction[K]>;
};

/** Whose database it is. Written once, by `parley init`. */
export interface HomeRecord {
  readonly party: string;
  /** Version of the protocol, 1. */
  readonly protocol: number;
  readonly isPractice: boolean;
  readonly createdAt: number;
}

export interface HomeRepository {
  readHome(): Promise<HomeRecord | undefined>;
  insertHome(home: HomeRecord): Promise<InsertOutcome>;
  /** Whether the opened cache is being made again: what is missing in it was opened before. */
  readIsRebuilding(): Promise<boolean>;
  markRebuilding(isRebuilding: boolean): Promise<void>;
}

export type KeyPurpose =
  | "sign"
  | "open"
  | "archive"
  | "log"
  | "mirror"
  | "tls"
  /** Checkpoints of our own audit log. */
  | "audit"
  /** Secrets of second factors, passwords and known devices. */
  | "sign-in";

/** A secret key as it lies in the database: sealed. The authority's is never here. */
export interface SealedKey {
  /** The key id: thumbprint, or digest of the public or archive key. */
  readonly id: string;
  readonly purpose: KeyPurpose;
  /** A desk, `node`, or null for what belongs to the party as a whole: log, mirror, TLS. */
  readonly owner: string | null;
  /** As JOSE or HPKE names it: `Ed25519`, `ML-DSA-65`, `X-Wing`, `AES-256`. */
  readonly algorithm: string;
  /** Raw; null for a symmetric key. */
  readonly publicKey: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  readonly retiredAt: number | null;
}

export interface KeyFilter {
  readonly purpose?: KeyPurpose;
  readonly owner?: string | null;
}

export interface KeyRepository {
  readKey(id: string): Promise<SealedKey | undefined>;
  /** Oldest first, retired ones too. */
  listKeys(filter: KeyFilter): Promise<readonly SealedKey[]>;
  insertKey(key: SealedKey): Promise<InsertOutcome>;
  /** The same key under another passphrase. */
  resealKey(id: string, sealed: Uint8Array): Promise<void>;
  /** Retired keys stay: what was sealed to them must stay readable. */
  retireKey(id: string, retiredAt: number): Promise<void>;
}

/** One link of a party's chain; ours too. */
export interface DescriptorRow {
  readonly party: string;
  /** From 1. */
  readonly serial: number;
  readonly digest: string;
  readonly jws: string;
  readonly storedAt: number;
}

/** How far pairing with a peer has come. Nothing flows before `confirmedAt`. */
export interface PeerRow {
  readonly party: string;
  readonly importedAt: number;
  /** The 30 digits that were typed as heard. */
  readonly typedDigits: string | null;
  readonly confirmedAt: number | null;
}

export interface PartyRepository {
  /** @returns The one of this serial; of `"last"`, the highest. */
  readDescriptor(party: string, serial: number | "last"): Promise<DescriptorRow | undefined>;
  /** The chain, from its start. */
  listDescriptors(party: string): Promise<readonly DescriptorRow[]>;
  /** @returns `"conflict"` also when it does not follow the last one by exactly one. */
  insertDescriptor(descriptor: DescriptorRow): Promise<InsertOutcome>;
  readPeer(party: string): Promise<PeerRow | undefined>;
  /** By name. */
  listPeers(): Promise<readonly PeerRow[]>;
  /** Inserts or replaces. */
  writePeer(peer: PeerRow): Promise<void>;
}

export type ChannelState = "proposed" | "open" | "closed";

export interface ChannelRow {
  /** Base64url of SHA-256 of agreement version 1. */
  readonly id: string;
  readonly peer: string;
  readonly state: ChannelState;
  readonly createdAt: number;
}

export interface AgreementRow {
  readonly channel: string;
  /** From 1. */
  readonly version: number;
  /** Of the payload: the same before and after the second signature. */
  readonly digest: string;
  readonly jws: string;
  /** Names of the parties whose authority has signed, in order. */
  readonly signedBy: readonly string[];
  readonly storedAt: number;
}

export interface NoticeRow {
  readonly channel: string;
  readonly author: string;
  readonly digest: string;
  readonly jws: string;
  readonly storedAt: number;
}

export interface ChannelRepository {
  readChannel(id: string): Promise<ChannelRow | undefined>;
  /** By id; of one peer, if named. */
  listChannels(peer?: string): Promise<readonly ChannelRow[]>;
  insertChannel(channel: ChannelRow): Promise<InsertOutcome>;
  setChannelState(id: string, state: ChannelState): Promise<void>;
  /** @returns The one of this version; of `"last"`, the highest that both have signed. */
  readAgreement(channel: string, version: number | "last"): Promise<AgreementRow | undefined>;
  /** By version, proposals too. */
  listAgreements(channel: string): Promise<readonly AgreementRow[]>;
  /**
   * Inserts, or adds signatures: the same digest and at least the same signers replace.
   *
   * @returns `"conflict"` if this version has another digest or would lose a signature.
   */
  writeAgreement(agreement: AgreementRow): Promise<InsertOutcome>;
  /** In the order in which they were stored. */
  listNotices(channel: string): Promise<readonly NoticeRow[]>;
  /** By digest. */
  insertNotice(notice: NoticeRow): Promise<InsertOutcome>;
  /**
   * Puts `notice` in the place of the last of its author, if that is `digest`.
   *
   * @returns `"conflict"` if it is not.
   */
  replaceNotice(digest: string, notice: NoticeRow): Promise<"stored" | "conflict">;
}
