/**
 * Carrying a node from one database to another: what is asked, and what came of it.
 *
 * @module
 */

/** From one database, a path or an address, to another. */
export interface StorageMove {
  readonly from: string;
  readonly to: string;
  progress(rows: number): void;
  readonly signal: AbortSignal;
}

/** `digest`: SHA-256 over the canonical octets of all rows, the same in both databases. */
export type MovedStorage = { readonly rows: number; readonly digest: string };
