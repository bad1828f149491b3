/**
 * What a node of the bench can be asked, by messages between processes.
 *
 * @module
 */
import type { RingName } from "../../packages/node/src/service/key-ring.ts";

export interface StartInput {
  readonly party: string;
  readonly directory: string;
  /** Keys in base64url. */
  readonly rings: readonly { readonly name: RingName; readonly key: string }[];
  readonly port: number;
}

/** Milliseconds of the machine's monotonic clock. */
export interface Queued {
  readonly startedAtMs: number;
  /** The last message is durable and signed in the sender's own log. */
  readonly durableAtMs: number;
  readonly receiptedAtMs: number;
  /** Receipts in which they came. */
  readonly receipts: number;
}

export interface WorkerCalls {
  start(input: StartInput): Promise<null>;
  /** Says so many at once; resolves when the receipt of the last one is stored. */
  say(input: { readonly count: number; readonly bodyBytes: number }): Promise<Queued>;
  /** Resolves when so many of the peer's entries are opened and kept, with the time. */
  opened(input: { readonly size: number }): Promise<number>;
  settle(): Promise<null>;
  cpu(): Promise<number>;
}

export interface Asked {
  readonly id: number;
  readonly name: keyof WorkerCalls;
  readonly input: unknown;
}

export interface Answered {
  readonly id: number;
  readonly value: unknown;
}
