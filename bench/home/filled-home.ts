/**
 * A home whose logs of the class `live` have as many entries as are asked for, written past the
 * service: the opened cache as it would be, a true tree over made-up octets, receipts of 256 each.
 *
 * What is made up: the octets of an entry are eight, sealed for nobody and signed by nobody; the
 * lines of receipts and checkpoints are empty. So nothing of it can be verified or sent, and what
 * is measured on it may do neither.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { appendLeaves, type CompactRange, emptyRange, rootOf } from "@parley/core/log/tree";
import { openPaired, type PairedHome, pairedHomes, testNow } from "@parley/testkit/paired-nodes";
import type { Clock } from "../../packages/node/src/service/clock.ts";
import type { PartyNode } from "../../packages/node/src/service/party-node.ts";
import { entriesPerBatchMax } from "../../packages/node/src/service/storage-log.ts";
import { openHeadFile } from "../../packages/node/src/storage/head-file.ts";
import { Traffic } from "./traffic.ts";

/** Entries of both sides together in a second of the traffic. */
const entriesPerSecond = 10;

interface FilledLog {
  readonly id: number;
  readonly origin: string;
  readonly author: string;
  range: CompactRange;
  receiptedSize: number;
}

export class FilledHome implements AsyncDisposable {
  /** The clock of its node; moves with the traffic. */
  readonly clock: Clock = clockAt(() => this.#now());
  readonly directory: string;
  readonly #home: PairedHome;
  readonly #party: string;
  readonly #database: DatabaseSync;
  readonly #statements: Record<"opened" | "entry" | "node" | "receipt" | "log", StatementSync>;
  readonly #logs: readonly [FilledLog, FilledLog];
  readonly #channel: string;
  readonly #traffic: Traffic;
  #count = 0;
  #lastCaseId = "";

  private constructor(home: PairedHome & { readonly name: string }, caseCount: number) {
    this.#home = home;
    this.#party = home.name;
    this.directory = home.directory;
    this.#database = new DatabaseSync(join(home.directory, "parley.db"));
    this.#database.exec("PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=4000");
    const sql = (table: string, columns: readonly string[]) =>
      this.#database.prepare(
        `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map(() => "?").join()})`,
      );
    this.#statements = {
      opened: sql("opened", [
        ...["logId", "index", "channel", "class", "author", "leafHash", "verdict", "jti"],
        ...["kind", "case", "desk", "iat", "openedAt", "message", "contentKey"],
      ]),
      entry: sql("entry", ["logId", "index", "bytes"]),
      node: sql("node", ["logId", "level", "index", "hash"]),
      receipt: sql("receipt", ["logId", "size", "time", "lines"]),
      log: this.#database.prepare(
        "UPDATE log SET entryCount=?1, size=?1, openedSize=?1, receiptedSize=?1, receiptedAt=?2, root=?3 WHERE id=?4",
      ),
    };
    const [zero, one] = this.#readLogs();
    assert(zero !== undefined && one !== undefined, "two logs of each class");
    this.#logs = [zero.log, one.log];
    this.#channel = zero.channel;
    const parties = [zero.log.author, one.log.author] as const;
    const origins = [zero.log.origin, one.log.origin] as const;
    this.#traffic = new Traffic({ parties, origins, channel: this.#channel }, caseCount);
  }

  /** @param caseCount - On their way at once, nine of ten of them open. */
  static async create(caseCount: number): Promise<FilledHome> {
    const { washington, moscow } = await pairedHomes(testNow);
    await rm(moscow.directory, { recursive: true, force: true });
    // It makes its logs when it is opened first.
    await (
      await openPaired(
        washington,
        clockAt(() => testNow),
      )
    )[Symbol.asyncDispose]();
    const made = new FilledHome(washington, caseCount);
    made.fill(made.#traffic.preambleCount);
    return made;
  }

  /** Entries of both logs. */
  get entryCount(): number {
    return this.#count;
  }

  /** Entries of side 0 and of side 1. */
  get sizes(): readonly [number, number] {
    return [this.#logs[0].range.size, this.#logs[1].range.size];
  }

  /** Of the last entry. */
  get lastCaseId(): string {
    return this.#lastCaseId;
  }

  /** Writes the next entries of both sides, receipted up to the last. */
  fill(count: number): void {
    for (let done = 0; done < count; done += entriesPerBatchMax) {
      this.#database.exec("BEGIN IMMEDIATE");
      for (let n = done; n < Math.min(count, done + entriesPerBatchMax); n += 1) this.#add();
      for (const log of this.#logs) this.#moveHead(log);
      this.#database.exec("COMMIT");
    }
  }

  /** Opens its node; whoever opens it closes it before it is opened again. */
  async open(): Promise<PartyNode> {
    await this.#putHead();
    return openPaired(this.#home, this.clock);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  #now(): number {
    return testNow + Math.floor(this.#count / entriesPerSecond);
  }

  #add(): void {
    const time = this.#now();
    const { side, index, jti, kind, case: caseId, message } = this.#traffic.next(time);
    const log = this.#logs[side];
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, index);
    const hash = p.sha256(bytes);
    const grown = appendLeaves(p, log.range, [hash]);
    log.range = grown.range;
    this.#statements.entry.run(log.id, index, bytes);
    for (const node of grown.nodes) {
      this.#statements.node.run(log.id, node.level, node.index, node.hash);
    }
    this.#statements.opened.run(
      ...[log.id, index, this.#channel, "live", log.author, hash, "accepted", jti],
      ...[kind, caseId, "technical", time, time, message, hash],
    );
    this.#count += 1;
    this.#lastCaseId = caseId;
    if (log.range.size - log.receiptedSize === entriesPerBatchMax) this.#receipt(log);
  }

  #moveHead(log: FilledLog): void {
    if (log.receiptedSize < log.range.size) this.#receipt(log);
    const root = rootOf(p, log.range);
    this.#statements.log.run(log.range.size, this.#now(), root, log.id);
  }

  #receipt(log: FilledLog): void {
    log.receiptedSize = log.range.size;
    this.#statements.receipt.run(log.id, log.receiptedSize, this.#now(), "");
  }

  /** The own log stands in the head store, and its last size counts as signed. */
  async #putHead(): Promise<void> {
    const log = this.#logs.find(({ author }) => author === this.#party);
    assert(log !== undefined, "an own log");
    const root = rootOf(p, log.range);
    const opened = openHeadFile(join(this.directory, "heads"), "open");
    assert(opened.ok, "nobody has it open");
    await using heads = opened.value;
    const base = log.origin.slice(0, log.origin.lastIndexOf("/"));
    const stands = await heads.readHead(base);
    if (stands === undefined || stands.size < log.range.size) {
      await heads.advanceHead(stands, { log: base, epoch: 1, size: log.range.size, root });
    }
    this.#database
      .prepare(
        'INSERT OR IGNORE INTO "checkpoint" ("logId", "size", "root", "note") VALUES (?, ?, ?, ?)',
      )
      .run(log.id, log.range.size, root, "");
  }

  /** By name of their author. */
  #readLogs(): readonly { readonly log: FilledLog; readonly channel: string }[] {
    const rows = this.#database
      .prepare(
        "SELECT id, origin, author, channel FROM log WHERE class='live' AND direction<>'audit' ORDER BY author",
      )
      .all() as { id: number; origin: string; author: string; channel: string }[];
    return rows.map(({ channel, ...log }) => ({
      channel,
      log: { ...log, range: emptyRange, receiptedSize: 0 },
    }));
  }
}

function clockAt(nowSeconds: () => number): Clock {
  return { nowSeconds, sleep: () => Promise.resolve() };
}
