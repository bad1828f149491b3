/**
 * Everything that a database holds as one stream of octets, to another database or into a backup: what
 * is asked, and what came of it.
 *
 * @module
 */
import type { LocalResult } from "../local-refusal.ts";
import type { SealedKey } from "./storage.ts";

/** From one database, a path or an address, to another. */
export interface StorageMove {
  readonly from: string;
  readonly to: string;
  progress(rows: number): void;
  readonly signal: AbortSignal;
}

/** `digest`: SHA-256 over the canonical octets of all rows, the same in both databases. */
export type MovedStorage = { readonly rows: number; readonly digest: string };

/** A database at one moment, while others go on with it. */
export interface StorageImage extends AsyncDisposable {
  readonly party: string;
  /** Names of the steps that made the tables, in order. */
  readonly schema: readonly string[];
  readonly keys: readonly SealedKey[];
  /** The newest of the party. */
  readonly descriptor: string;
  /** Canonical octets of all rows, once. @param progress - Told the count of rows so far. */
  read(progress: (rows: number) => void): AsyncIterable<Uint8Array>;
}

/** What can be seen of such octets without a database. */
export interface ImageFacts extends MovedStorage {
  readonly party: string | undefined;
  /** The party's own, in order of serial. */
  readonly descriptors: readonly string[];
}

export type ImageRefusal = "restore.damaged" | "restore.other-schema";

/** Made by the storage, handed in by `main.ts`. */
export interface StorageImages {
  /** @returns What opening refuses; `backup.other-schema` if an older program made the tables. */
  openImage(place: string): Promise<LocalResult<StorageImage, string>>;
  /** Reads octets through to their end. What the iteration throws is thrown. */
  inspectImage(
    chunks: AsyncIterable<Uint8Array>,
    schema: readonly string[],
    progress: (rows: number) => void,
  ): Promise<LocalResult<ImageFacts, ImageRefusal>>;
  /**
   * Makes a database of them, in one transaction; unless all goes well there is none afterwards.
   *
   * @param expected - What the octets were found to be before; other ones are `restore.damaged`.
   */
  makeOfImage(
    place: string,
    chunks: AsyncIterable<Uint8Array>,
    options: { readonly expected: MovedStorage; progress(rows: number): void },
  ): Promise<LocalResult<true, string>>;
}
