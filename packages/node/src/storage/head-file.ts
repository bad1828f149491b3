/**
 * The head store as one small file, on another medium than the database.
 *
 * Each change writes a new file beside it, syncs it, and renames it into place. The digest in its
 * first line tells a damaged file from an old one. One process at a time holds it, so that a copied
 * home cannot run beside its original; the lock is SQLite's on an empty database beside the file,
 * and the system takes it back when the process dies.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, parseCanonicalJson } from "@parley/core/bytes/canonical-json";
import { assert, Fault } from "@parley/core/fault";
import { epochMax } from "@parley/core/log/origin";
import { hashBytes, treeSizeMax } from "@parley/core/log/tree";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import {
  createPrivateFile,
  diskFault,
  readFileIfThere,
  replaceFileDurably,
  writeFileDurably,
} from "../service/durable-file.ts";
import {
  type Head,
  type HeadOutcome,
  isSameHead,
  type MovableHeadStore,
  mayFollow,
  sortHeads,
} from "../service/head-store.ts";
import { Serial } from "../service/serial.ts";

/** Room for every log of some 10,000 peers. */
const fileBytesMax = 16_777_216;

const contentSchema = z.strictObject({
  parley: z.literal("heads"),
  version: z.literal(1),
  heads: z.array(
    z.strictObject({
      log: z.string(),
      epoch: z.int().min(1).max(epochMax),
      size: z.int().min(0).max(treeSizeMax),
      root: z.string(),
    }),
  ),
});

export type HeadFileRefusal = "head-store.missing" | "head-store.exists" | "head-store.busy";

/**
 * @param mode - `create` for `parley init`: a file that is gone must not pass for an empty one.
 * @returns The store; or `head-store.missing`, `head-store.exists`, `head-store.busy` if another
 *   process holds it.
 * @throws Fault `head-store.damaged` if the file is not as it was written: then every log goes on in
 *   a new epoch.
 */
export function openHeadFile(
  path: string,
  mode: "create" | "open",
): LocalResult<MovableHeadStore, HeadFileRefusal> {
  if (existsSync(path) !== (mode === "open")) {
    return refuseLocally(mode === "open" ? "head-store.missing" : "head-store.exists", { path });
  }
  const lock = lockFile(`${path}.lock`);
  if (lock === undefined) return refuseLocally("head-store.busy", { path });
  try {
    if (mode === "create") writeFileDurably(path, formatHeads(new Map()));
    readHeads(path);
  } catch (fault) {
    lock.close();
    throw fault;
  }
  return { ok: true, value: new HeadFile(path, lock) };
}

/** The heads as they stand, beside whoever holds the store; `undefined` if the file is damaged. */
export function inspectHeadFile(path: string) {
  try {
    return [...readHeads(path).values()].map((head) => ({ ...head, root: toBase64Url(head.root) }));
  } catch (fault) {
    if (fault instanceof Fault && fault.code === "head-store.damaged") return undefined;
    throw fault;
  }
}

class HeadFile implements MovableHeadStore {
  readonly #path: string;
  readonly #lock: DatabaseSync;
  readonly #writes = new Serial();

  constructor(path: string, lock: DatabaseSync) {
    this.#path = path;
    this.#lock = lock;
  }

  async readHead(log: string): Promise<Head | undefined> {
    return readHeads(this.#path).get(log);
  }

  async listHeads(): Promise<readonly Head[]> {
    return sortHeads(readHeads(this.#path).values());
  }

  async adoptHeads(heads: readonly Head[]): Promise<void> {
    assert(this.#lock.isOpen, "the head store is held");
    assert(readHeads(this.#path).size === 0, "a store that has heads adopts none");
    writeFileDurably(this.#path, formatHeads(new Map(heads.map((head) => [head.log, head]))));
  }

  /** One after the other: nothing comes between reading and renaming. */
  advanceHead(expected: Head | undefined, next: Head): Promise<HeadOutcome> {
    return this.#writes.run(() => this.#advance(expected, next));
  }

  async #advance(expected: Head | undefined, next: Head): Promise<HeadOutcome> {
    assert(this.#lock.isOpen, "the head store is held");
    const heads = readHeads(this.#path);
    const head = heads.get(next.log);
    if (!isSameHead(head, expected)) return { isAdvanced: false, head };
    if (isSameHead(head, next)) return { isAdvanced: true };
    assert(mayFollow(head, next), "a head never goes back");
    await replaceFileDurably(this.#path, formatHeads(heads.set(next.log, next)));
    return { isAdvanced: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes.run(async () => undefined);
    if (this.#lock.isOpen) this.#lock.close();
  }
}

function readHeads(path: string): Map<string, Head> {
  const text = readFileIfThere(path, fileBytesMax);
  const [digest, json = "", end, ...more] = (text ?? "").split("\n");
  const parsed = parseCanonicalJson(json, { depthMax: 4, bytesMax: fileBytesMax });
  const content = contentSchema.safeParse(parsed.ok ? parsed.value : undefined);
  const isWhole = digest === digestOf(json) && end === "" && more.length === 0;
  if (!content.success || !isWhole) {
    throw damaged(path);
  }
  return new Map(
    content.data.heads.map((head) => {
      const root = fromBase64Url(head.root);
      if (root?.length !== hashBytes) throw damaged(path);
      return [head.log, { ...head, root }];
    }),
  );
}

function damaged(path: string): Fault {
  return new Fault("head-store.damaged", `${path}: not as it was written`, { retryable: false });
}

function formatHeads(heads: ReadonlyMap<string, Head>): string {
  const rows = [...heads.values()].map(({ log, epoch, size, root }) => {
    return { log, epoch, size, root: toBase64Url(root) };
  });
  const json = canonicalJson({ parley: "heads", version: 1, heads: rows });
  return `${digestOf(json)}\n${json}\n`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** @returns `undefined` if another process, or another store of this one, holds it. */
function lockFile(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    createPrivateFile(path);
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (cause) {
    database?.close();
    // SQLITE_BUSY, https://sqlite.org/rescode.html#busy.
    if (cause instanceof Error && "errcode" in cause && cause.errcode === 5) return undefined;
    throw diskFault(path, cause);
  }
}
