/**
 * A channel as this node sees it: the two parties, what both signed, and whose keys hold where.
 *
 * Made from storage rows and kept in memory; made again when a descriptor, notice or agreement is
 * added. It answers questions and decides nothing.
 *
 * @module
 */
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import type { ClockPeriods } from "@parley/core/case/case-state";
import type { Side } from "@parley/core/case/case-table";
import type { SuiteName } from "@parley/core/crypto/suites";
import type { EntrySigner } from "@parley/core/entry/open-message";
import type { LogKeys } from "@parley/core/log/checkpoint";
import type { MirrorIdentity } from "@parley/core/log/cosignature";
import type { TrafficClass } from "@parley/core/log/origin";
import type { OpeningKey } from "@parley/core/party/descriptor";
import type { PartyKeys } from "@parley/core/party/key-positions";

/** How the agreement version of a statement stands when its entry was received. */
export type AgreementStanding = "in-force" | "superseded" | "unknown";

export interface Channel {
  /** SHA-256 of agreement version 1, base64url. */
  readonly id: string;
  readonly me: string;
  readonly peer: string;
  readonly mySide: Side;
  readonly peerSide: Side;
  /** Which of the two names is smaller decides the top bit of every message id. */
  makeJti(): string;
  readonly suite: SuiteName;
  /** The newest version in force: what our own statements name. */
  readonly agreementVersion: number;
  readonly agreement: AgreementPayload;
  agreementStanding(version: number, receivedAt: number): AgreementStanding;
  periods(version: number, kind: string, severity: number | null): ClockPeriods;
  /** Desks that escalate to this one. */
  desksBelow(version: number, desk: string): readonly string[];
  /** To a desk of the peer, or to `node`. */
  peerOpeningKey(to: string): OpeningKey | undefined;
  /** What the peer has said about its keys on this channel. */
  readonly peerKeys: PartyKeys;
  /** What we have said about ours. */
  readonly ownKeys: PartyKeys;
  /** Whose key it is on a log of the peer, and from where on it may not. */
  signerAt(origin: string, kid: string): EntrySigner | undefined;
  /** The desk of ours, or `node`, whose key it is or was. */
  ownSignerOf(kid: string): string | undefined;
  /** Keys under which a checkpoint of that size of a log of either party must stand. */
  logKeys(origin: string, size: number): LogKeys;
  /** The mirror that cosigns the logs of `author`: the other party's. */
  mirrorOf(author: string, origin: string, size: number): MirrorIdentity;
  /** Where the peer can be reached, and the pins of its certificates. */
  readonly peerAddresses: readonly string[];
  readonly peerPins: readonly string[];
  /** Bounds of what the peer may cost us. */
  readonly attachmentBytesMax: number;
  readonly attachmentBytesPerDay: number;
  readonly entriesPerHourMax: number;
  readonly bytesPerHourMax: number;
}

/** The origin of a log of this channel. */
export interface KnownOrigin {
  readonly channel: Channel;
  readonly author: string;
  readonly class: TrafficClass;
  readonly epoch: number;
}

/** All channels of this node. */
export interface ChannelBook {
  channels(): readonly Channel[];
  byId(id: string): Channel | undefined;
  /** Of a peer: one for each agreement that was not closed. */
  byPeer(peer: string): readonly Channel[];
  /** @returns `undefined` for an origin that is of no channel of ours. */
  byOrigin(origin: string): KnownOrigin | undefined;
  /** The peer whose certificate has this pin, if pairing was confirmed. */
  peerByPin(pin: string): string | undefined;
  /** Reads everything anew, after a change. */
  reload(): Promise<void>;
}
