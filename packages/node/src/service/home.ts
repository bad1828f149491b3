/**
 * The home directory of one node: whose it is, which version wrote it, and who is using it now.
 *
 * `home.json` is written last by `parley init`, so that a directory without it was never a home.
 * One process at a time writes a home: it holds a lock that the system takes back when the process
 * dies, whatever way it dies. The lock is SQLite's own on an empty database, because Node has none.
 *
 * @module
 */
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { createPrivateFile, diskFault, readFileIfThere, writeFileDurably } from "./durable-file.ts";

/** Changes when an older program could not read what a newer one wrote. */
export const homeVersion = 1;
const recordBytesMax = 4_096;

const recordSchema = z.looseObject({ parley: z.literal("home"), version: z.int().min(1) });
const recordOfThisVersion = z.strictObject({
  parley: z.literal("home"),
  version: z.literal(homeVersion),
  party: z.string().max(63),
  /** Restored from a backup: nothing is signed before new epochs are open. */
  awaits: z.literal("new-epochs").optional(),
});

/** Where things lie in a home. */
export interface Home {
  readonly path: string;
  readonly party: string;
  readonly database: string;
  readonly keys: string;
  readonly controlSocket: string;
}

export type HomeRefusal =
  | "home.missing"
  | "home.unreadable"
  | "home.damaged"
  | "home.other-version"
  | "home.awaits-epochs"
  | "home.open-to-others";

/**
 * Prepares an empty directory, for its owner only; {@link finishHome} makes it a home.
 *
 * @returns `home.exists` if there is anything in it, a half-made home included.
 */
export function prepareHome(path: string, party: string): LocalResult<Home, "home.exists"> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (readdirSync(path).length > 0) return refuseLocally("home.exists", { home: path });
    const home = homeAt(path, party);
    mkdirSync(home.keys, { mode: 0o700 });
    return { ok: true, value: home };
  } catch (cause) {
    throw diskFault(path, cause);
  }
}

/**
 * The last step of `parley init` and of a restore: from here on the directory is a home.
 *
 * @param awaits - It came from a backup: only who opens new epochs may use it, and says it again
 *   without.
 */
export function finishHome({ path, party }: Home, awaits?: "new-epochs"): void {
  const record = { parley: "home", version: homeVersion, party, ...(awaits && { awaits }) };
  writeFileDurably(join(path, "home.json"), `${JSON.stringify(record)}\n`);
}

/** Reads whose home it is. Every refusal says what to do about it. */
export function openHome(path: string): LocalResult<Home, HomeRefusal> {
  const opened = openRestoredHome(path);
  if (!opened.ok) return opened;
  const { home, awaitsEpochs } = opened.value;
  return awaitsEpochs
    ? refuseLocally("home.awaits-epochs", { home: path })
    : { ok: true, value: home };
}

/** As {@link openHome}, one that was restored included: for who opens its new epochs. */
export function openRestoredHome(
  path: string,
): LocalResult<{ readonly home: Home; readonly awaitsEpochs: boolean }, HomeRefusal> {
  const readable = checkDirectory(path);
  if (!readable.ok) return readable;
  const text = readFileIfThere(join(path, "home.json"), recordBytesMax);
  if (text === undefined) return refuseLocally("home.missing", { home: path });
  const json = parseStrictJson(text, { depthMax: 2, bytesMax: recordBytesMax });
  const record = recordSchema.safeParse(json.ok ? json.value : undefined);
  if (!record.success) return refuseLocally("home.damaged", { home: path });
  const version = record.data.version;
  if (version !== homeVersion) {
    const versions = { found: String(version), spoken: String(homeVersion) };
    return refuseLocally("home.other-version", { home: path, ...versions });
  }
  const mine = recordOfThisVersion.safeParse(record.data);
  if (!mine.success) return refuseLocally("home.damaged", { home: path });
  const awaitsEpochs = mine.data.awaits !== undefined;
  return { ok: true, value: { home: homeAt(path, mine.data.party), awaitsEpochs } };
}

function homeAt(path: string, party: string): Home {
  return {
    path,
    party,
    database: join(path, "parley.db"),
    keys: join(path, "keys"),
    controlSocket: join(path, "control.sock"),
  };
}

function checkDirectory(path: string): LocalResult<true, HomeRefusal> {
  try {
    const { mode } = statSync(path);
    readdirSync(path);
    // The database is plain text on disk: only the account that runs the node may look.
    if ((mode & 0o077) !== 0) return refuseLocally("home.open-to-others", { home: path });
    return { ok: true, value: true };
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code ?? "unknown";
    if (system === "ENOENT") return refuseLocally("home.missing", { home: path });
    return refuseLocally("home.unreadable", { home: path, cause: system });
  }
}

/** Held until disposed, or until the process is no more. */
export interface HomeLock {
  [Symbol.dispose](): void;
}

/**
 * Takes the home for this process alone; waits as long as told, in milliseconds, blocking.
 *
 * @returns `undefined` if another process holds it still.
 */
export function lockHome(home: Home, waitMs: number): HomeLock | undefined {
  const path = join(home.path, "lock.db");
  let database: DatabaseSync | undefined;
  try {
    createPrivateFile(path);
    database = new DatabaseSync(path, { timeout: waitMs });
    database.exec("BEGIN EXCLUSIVE");
    const held = database;
    return { [Symbol.dispose]: () => held.close() };
  } catch (cause) {
    database?.close();
    if (isSqliteBusy(cause)) return undefined;
    throw diskFault(path, cause);
  }
}

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy. */
function isSqliteBusy(cause: unknown): boolean {
  return cause instanceof Error && "errcode" in cause && cause.errcode === 5;
}
