/**
 * The head store port: the last head that this node signed, outside the reach of its backups.
 *
 * A database restored from a backup does not know what was signed after it. The head store does: a
 * node appends only to the head that stands here (spec/log.md §8), and goes on in a new epoch if
 * its database holds another.
 *
 * @module
 */
import { equalBytes } from "@parley/core/bytes/octets";
import { hashBytes } from "@parley/core/log/tree";

/** `log` is the origin without its epoch: `washington.example/moscow.example/<16 hex>/live`. */
export interface Head {
  readonly log: string;
  readonly epoch: number;
  readonly size: number;
  /** Of the first `size` entries, 32 bytes. */
  readonly root: Uint8Array;
}

/** On `moved`, nothing was changed and `head` is what stands. */
export type HeadOutcome =
  | { readonly isAdvanced: true }
  | { readonly isAdvanced: false; readonly head: Head | undefined };

export interface HeadStore extends AsyncDisposable {
  readHead(log: string): Promise<Head | undefined>;
  /**
   * Compare and set, durable when it resolves: before anything is signed. A head never goes back: to
   * an earlier epoch, to a smaller size, or to another root of the same size (a Defect).
   *
   * @param expected - What the caller believes stands; undefined for a log that is new here.
   */
  advanceHead(expected: Head | undefined, next: Head): Promise<HeadOutcome>;
}

/** One whose heads can be carried to another medium. */
export interface MovableHeadStore extends HeadStore {
  /** By log. */
  listHeads(): Promise<readonly Head[]>;
  /** Takes the heads of another store over, all or none; this one must have none (a Defect). */
  adoptHeads(heads: readonly Head[]): Promise<void>;
}

export function sortHeads(heads: Iterable<Head>): readonly Head[] {
  return [...heads].sort((x, y) => (x.log < y.log ? -1 : 1));
}

/** Whether `next` may stand after `head`: later, and a root. The same again is not later. */
export function mayFollow(head: Head | undefined, next: Head): boolean {
  if (next.root.length !== hashBytes) return false;
  if (head === undefined) return true;
  return next.epoch > head.epoch || (next.epoch === head.epoch && next.size > head.size);
}

export function isSameHead(x: Head | undefined, y: Head | undefined): boolean {
  if (x === undefined || y === undefined) return x === y;
  const isSamePlace = x.log === y.log && x.epoch === y.epoch && x.size === y.size;
  return isSamePlace && equalBytes(x.root, y.root);
}
