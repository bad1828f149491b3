/**
 * Makes a home and its database from a backup, all of it or nothing.
 *
 * @module
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { refuseLocally } from "../local-refusal.ts";
import { publicPlace } from "../postgres-address.ts";
import { type ReadBackup, readBackup, readRows } from "../service/backup.ts";
import { isDamage } from "../service/backup-file.ts";
import { writeFilesOfHome } from "../service/backup-home.ts";
import { finishHome, type Home, openRestoredHome, prepareHome } from "../service/home.ts";
import { type RecoverySecretKey, readRecoverySecretKey } from "../service/recovery-key.ts";
import type { CliContext, Refused } from "./command.ts";
import { askAuthority, type EpochsOpened, openEpochs } from "./open-epochs.ts";

type Authority = Extract<Awaited<ReturnType<typeof askAuthority>>, { ok: true }>["value"];

export interface Restored {
  readonly value: Readonly<Record<string, JsonValue>>;
  /** `undefined`: the authority's key was not given; nothing is signed until they are open. */
  readonly epochs: EpochsOpened | undefined;
}

type Answer<T> = { readonly ok: true; readonly value: T } | Refused;

/**
 * Opens new epochs too if the authority's key is named. Nothing is made before the whole file was found
 * good; whatever fails afterwards, what was made is taken away again.
 */
export async function restoreBackup(
  context: CliContext,
  { from, recoveryKey }: { readonly from: string; readonly recoveryKey: string },
): Promise<Answer<Restored>> {
  const { config, platform } = context;
  const free = checkFree(config.home);
  if (!free.ok) return free;
  const { primitives: p } = platform;
  const recovery = readRecoverySecretKey(p, recoveryKey);
  if (!recovery.ok) return recovery;
  const isNamed = config.authorityKey !== join(config.home, "authority.key");
  const authority = isNamed ? await askAuthority(context) : undefined;
  if (authority?.ok === false) return authority;
  const images = await platform.images();
  const progress = (_: string, done: number) => context.progress({ what: "rows", done });
  const reading = { p, inspect: images.inspectImage, progress, signal: context.signal };
  const read = await readBackup(reading, from, recovery.value);
  if (!read.ok) return read;
  const wasThere = existsSync(config.home);
  const home = prepareHome(config.home, recovery.value.party);
  if (!home.ok) return home;
  const made: string[] = [];
  let isDone = false;
  try {
    const parts = { home: home.value, from, recovery: recovery.value, read: read.value, made };
    const outcome = await makeHome(context, parts, authority?.value);
    isDone = outcome.ok;
    return outcome;
  } finally {
    if (!isDone) {
      for (const place of made) await platform.undoCreate(place);
      for (const name of readdirSync(config.home)) {
        rmSync(join(config.home, name), { recursive: true, force: true });
      }
      if (!wasThere) rmSync(config.home, { recursive: true, force: true });
    }
  }
}

function checkFree(path: string): Answer<true> {
  const there = openRestoredHome(path);
  if (there.ok) {
    const { party } = there.value.home;
    return refuseLocally("restore.home-in-use", { home: path, party });
  }
  if (existsSync(path) && readdirSync(path).length > 0) {
    return refuseLocally("home.exists", { home: path });
  }
  return { ok: true, value: true };
}

interface Parts {
  readonly home: Home;
  readonly from: string;
  readonly recovery: RecoverySecretKey;
  readonly read: ReadBackup;
  /** Filled with where a database and a head store were made. */
  readonly made: string[];
}

async function makeHome(
  context: CliContext,
  { home, from, recovery, read, made }: Parts,
  authority: Authority | undefined,
): Promise<Answer<Restored>> {
  const { config, platform, signal } = context;
  const { facts, manifest } = read;
  const isDefault = config.headStore === `${config.home}.heads`;
  const headStore = isDefault ? undefined : config.headStore;
  writeFilesOfHome(home, manifest.files, { storage: config.storage, headStore });
  const again = context.again();
  if (!again.ok) return again;
  const place = again.value.config.storage ?? home.database;
  const images = await platform.images();
  const chunks = readRows(platform.primitives, from, { recovery, signal });
  const progress = (done: number) => context.progress({ what: "rows", done, total: facts.rows });
  try {
    const filled = await images.makeOfImage(place, chunks, { expected: facts, progress });
    if (!filled.ok) return filled;
  } catch (cause) {
    if (isDamage(cause)) return refuseLocally("restore.damaged", { file: from });
    throw cause;
  }
  made.push(place);
  finishHome(home, "new-epochs");
  const epochs = authority && (await openEpochs(again.value, authority, { place, made }));
  if (epochs?.ok === false) return epochs;
  if (epochs !== undefined) finishHome(home);
  const value = {
    ...{ party: home.party, home: home.path, database: publicPlace(place) },
    ...{ createdAt: manifest.createdAt, rows: facts.rows, digest: facts.digest },
    awaits: epochs === undefined ? "new-epochs" : null,
  };
  return { ok: true, value: { value, epochs: epochs?.value } };
}
