/**
 * The port to a peer's node: each request of spec/exchange.md as a call.
 *
 * A call resolves with what the peer answered, as far as it is an answer, or with its refusal.
 * It throws a Fault (`peer.…`, retryable) if no address of the peer gave an answer, and what the
 * signal says if it was aborted. Every answer is bounded in size and time. Every call may be
 * repeated.
 *
 * @module
 */
import type { MirrorInfo } from "@parley/core/log/mirror-messages";
import type { ReceiptList } from "@parley/core/log/receipt-list";
import type { TileId } from "@parley/core/log/tiles";
import type { PartRange } from "./attachment-intake.ts";
import type { AttachmentKey } from "./storage-content.ts";

/** Where a peer is, and which keys it shows there. */
export interface PeerTarget {
  readonly peer: string;
  /** URLs without a slash at the end, tried in order. */
  readonly addresses: readonly string[];
  readonly pins: readonly string[];
}

/**
 * What the peer answered instead. `code` is its code, or `http.<status>` where it gave none, or
 * `mirror.bad-answer` for an answer that is none.
 */
export type LinkRefusal = {
  readonly kind: "refused";
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | null;
};

export type CheckpointReply =
  | { readonly kind: "accepted" }
  | { readonly kind: "other-size"; readonly size: number }
  | LinkRefusal;

export type EntriesReply =
  | { readonly kind: "cosigned"; readonly lines: string }
  | { readonly kind: "kept" | "conflict"; readonly info: MirrorInfo }
  | LinkRefusal;

export type Found<T> = { readonly kind: "found"; readonly value: T } | LinkRefusal;

export type AttachmentReply =
  | { readonly kind: "complete" }
  | { readonly kind: "kept"; readonly keptBytes: number }
  | LinkRefusal;

/** Octets that may be asked for again from the start, if an address fails. */
export type BodySource = () => AsyncIterable<Uint8Array>;

/** A log as a path names it: the peer's own, or its mirror of ours; by the hash of its origin. */
export interface LogPath {
  readonly side: "log" | "mirror";
  readonly hash: string;
}

export interface PeerLink {
  addCheckpoint(body: string, signal: AbortSignal): Promise<CheckpointReply>;
  addEntries(body: BodySource, signal: AbortSignal): Promise<EntriesReply>;
  /** Receipts of sizes above `from`: the peer's, of a log of ours; ours, of a log of the peer. */
  readReceipts(at: LogPath, from: number, signal: AbortSignal): Promise<Found<ReceiptList>>;
  /** @returns The size of the last receipt that the peer holds. */
  postReceipts(list: string, signal: AbortSignal): Promise<Found<number>>;
  /** The last checkpoint that a log of the peer signed, or that its mirror of ours cosigned. */
  readCheckpoint(at: LogPath, signal: AbortSignal): Promise<Found<string>>;
  readTile(at: LogPath, tile: TileId, signal: AbortSignal): Promise<Found<Uint8Array>>;
  /** Hands over a channel notice that ends epochs of ours. */
  postNotice(text: string, signal: AbortSignal): Promise<Found<boolean>>;
  findAttachment(key: AttachmentKey, signal: AbortSignal): Promise<AttachmentReply>;
  putAttachment(
    key: AttachmentKey,
    range: PartRange,
    body: BodySource,
    signal: AbortSignal,
  ): Promise<AttachmentReply>;
  /** From `from` to the end; the caller knows how much that may be, and reads no more. */
  readAttachment(
    key: AttachmentKey,
    from: number,
    signal: AbortSignal,
  ): Promise<Found<AsyncIterable<Uint8Array>>>;
}

export interface PeerDialer extends AsyncDisposable {
  linkTo(target: PeerTarget): PeerLink;
}

/** Hears of every exchange with a peer. */
export interface LinkObserver {
  /** @param skewSeconds - The peer's clock less ours; null if it did not say. */
  onAnswer(peer: string, skewSeconds: number | null): void;
  /** One address gave no answer. */
  onAddressFailed(peer: string, address: string, code: string, cause: unknown): void;
}
