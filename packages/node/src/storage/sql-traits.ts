/**
 * What differs between the databases that the storage runs on. Each dialect file gives its own.
 *
 * @module
 */
import type { CreateTableBuilder, Kysely, RawBuilder } from "kysely";

export interface SqlTraits {
  /** The column type of raw bytes. */
  readonly bytesType: RawBuilder<unknown>;
  /** Lets a table of short rows lie in the order of its primary key, where the database can. */
  clustered<T extends string, C extends string>(
    table: CreateTableBuilder<T, C>,
  ): CreateTableBuilder<T, C>;
  /** The database's clock: an expression of Unix milliseconds, an integer. */
  readonly nowMs: RawBuilder<number>;
  /** Lets a transaction be silent for longer than a node's may, where the database minds. */
  readonly patience: RawBuilder<unknown> | undefined;
  /** Names of the tables where those of Parley lie, whosever they are. */
  listTables(db: Kysely<unknown>): Promise<readonly string[]>;
  /** The database's own check of its files and references; one English line for each finding. */
  findDamage(db: Kysely<unknown>): Promise<readonly string[]>;
}
