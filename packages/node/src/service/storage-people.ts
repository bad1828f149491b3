/**
 * The storage port, part 5: the people of a party, how they sign in, and what they did.
 *
 * Nothing here is made of the logs, and nothing of it crosses the border. Secrets are hashes, or
 * sealed under a key of the node's ring. What somebody did stands in the audit log, a log like any
 * other; {@link ActRow} is its index, written with it.
 *
 * @module
 */
import type { TrafficClass } from "@parley/core/log/origin";
import type { Page, PageRequest } from "./storage-content.ts";
import type { InsertOutcome, LogRow } from "./storage-log.ts";

export type OfficerState = "active" | "left";

/** A person at this party. Never removed: what they did names them. */
export interface OfficerRow {
  /** 128 random bits, base64url. */
  readonly id: string;
  /** What they type to sign in; of one officer for ever. */
  readonly name: string;
  /** How others know them: a name, an office, a telephone. */
  readonly title: string;
  readonly state: OfficerState;
  /** Ids of the channels that they may see. */
  readonly channels: readonly string[] | "all";
  readonly classes: readonly TrafficClass[] | "all";
  readonly createdAt: number;
  /** When they last set their own password and second factor; null before. */
  readonly enrolledAt: number | null;
  readonly leftAt: number | null;
}

/** `desk` is {@link wholeParty} for a role that belongs to no desk. */
export interface OfficerRoleRow {
  readonly officer: string;
  readonly role: string;
  readonly desk: string;
}

export const wholeParty = "*";

/** Passkeys and OpenID Connect will be kinds of their own. */
export type CredentialKind = "password" | "totp" | "recovery" | "enrolment";

export interface CredentialRow {
  readonly id: string;
  readonly officer: string;
  readonly kind: CredentialKind;
  /** Parameters and hash, or what the credential is for: never a secret in the open. */
  readonly text: string;
  /** A sealed secret, where it must be read again; null otherwise. */
  readonly sealed: Uint8Array | null;
  /** Of `totp`: the last step whose code was taken, 0 before. */
  readonly lastStep: number;
  readonly createdAt: number;
  /** Null: never. */
  readonly expiresAt: number | null;
}

export interface SessionRow {
  /** Public: to list and to end it. */
  readonly id: string;
  readonly officer: string;
  /** SHA-256 of the token. */
  readonly tokenHash: Uint8Array;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** When both factors were last shown. */
  readonly authenticatedAt: number;
  /** Where it came from, as far as it is known: `local`, an address. */
  readonly source: string;
}

/** A lane of attempts to sign in: see `people/lanes.ts`. */
export interface LaneRow {
  readonly lane: string;
  /** Of an account that is there and closes to strangers alone: not forgotten to make room. */
  readonly isPinned: boolean;
  readonly failures: number;
  /** First failure that counts. */
  readonly since: number;
  readonly blockedUntil: number;
  readonly lastAt: number;
}

/** Rows of the most sessions that are asked for at once. */
export const sessionsPerListMax = 64;

export interface PeopleRepository {
  readOfficer(id: string): Promise<OfficerRow | undefined>;
  readOfficerByName(name: string): Promise<OfficerRow | undefined>;
  /** By name. */
  listOfficers(page: PageRequest): Promise<Page<OfficerRow>>;
  /** @returns `"conflict"` if the name or id was ever anybody's. */
  insertOfficer(officer: OfficerRow): Promise<InsertOutcome>;
  /** Name and id stay. */
  updateOfficer(officer: OfficerRow): Promise<void>;
  /** Of these officers, by officer, role, desk. */
  listRoles(officers: readonly string[]): Promise<readonly OfficerRoleRow[]>;
  /** Instead of those that the officer had. */
  replaceRoles(officer: string, roles: readonly OfficerRoleRow[]): Promise<void>;
  /** Active officers with this role who have enrolled. */
  countEnrolled(role: string): Promise<number>;

  /** Oldest first. */
  listCredentials(officer: string, kind: CredentialKind): Promise<readonly CredentialRow[]>;
  insertCredential(credential: CredentialRow): Promise<void>;
  /** @returns Whether it was there: of two who use it up at once, one does. */
  deleteCredential(id: string): Promise<boolean>;
  deleteCredentials(officer: string, kinds: readonly CredentialKind[]): Promise<void>;
  /** @returns Whether `step` is after the last: of two who show one code at once, one does. */
  moveStep(id: string, step: number): Promise<boolean>;

  readSessionByToken(tokenHash: Uint8Array): Promise<SessionRow | undefined>;
  /** Of one officer, oldest first; at most {@link sessionsPerListMax}. */
  listSessions(officer: string): Promise<readonly SessionRow[]>;
  insertSession(session: SessionRow): Promise<void>;
  moveSession(id: string, moved: Pick<SessionRow, "lastSeenAt" | "authenticatedAt">): Promise<void>;
  /** @returns Whether it was there. */
  deleteSession(id: string): Promise<boolean>;
  /** @returns How many there were. */
  deleteSessions(officer: string): Promise<number>;

  readLane(lane: string): Promise<LaneRow | undefined>;
  /** Reads a lane to change it: nobody else does until the transaction ends. One without failures if new. */
  takeLane(lane: string, now: number): Promise<LaneRow>;
  /** Inserts or replaces; then forgets those used longest ago, pinned ones last, above `lanesMax`. */
  writeLane(lane: LaneRow, lanesMax: number): Promise<void>;
  deleteLane(lane: string): Promise<void>;
}

/** One entry of the audit log, for lists. */
export interface ActRow {
  readonly logId: number;
  readonly index: number;
  readonly at: number;
  readonly act: string;
  /** Who did it; null: the operator or the node. */
  readonly officer: string | null;
}

export interface ActFilter {
  readonly act?: string;
  readonly officer?: string;
}

export interface AuditRepository {
  /**
   * Reads a log and lets nobody else append to it until the transaction ends. To be asked for last:
   * who waits for it holds up all that it has locked before.
   */
  lockLog(id: number): Promise<LogRow>;
  insertAct(act: ActRow): Promise<void>;
  /** Newest first. */
  listActs(logId: number, filter: ActFilter, page: PageRequest): Promise<Page<ActRow>>;
}
