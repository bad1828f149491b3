/**
 * What a backup holds of a home besides its database, and what the home remembers of it.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, type JsonValue, parseStrictJson } from "@parley/core/bytes/canonical-json";
import { assert } from "@parley/core/fault";
import { z } from "zod";
import type { BackupManifest } from "./backup-file.ts";
import { readFileIfThere, writeFileDurably } from "./durable-file.ts";
import type { Home } from "./home.ts";

type Files = BackupManifest["files"];

const fileBytesMax = 65_536;
const settingsName = "parley.json";

/** The files that open the keys in the database, and the settings. */
export function filesOfHome(home: Home): Files {
  const keys = readdirSync(home.keys)
    .filter((name) => /^[a-z]{1,16}\.(?:key|pub)$/.test(name))
    .sort()
    .map((name) => `keys/${name}`);
  return [...keys, settingsName].flatMap((name) => {
    const text = readFileIfThere(join(home.path, name), fileBytesMax);
    return text === undefined ? [] : [{ name, text }];
  });
}

/** Where the restored node keeps its words; the settings of the old home name another place. */
export interface RestoredPlaces {
  /** Address of its database; `undefined`: in the home. */
  readonly storage: string | undefined;
  /** `undefined`: as the settings say. */
  readonly headStore: string | undefined;
}

/** Writes them into a home that is being made. */
export function writeFilesOfHome(home: Home, files: Files, places: RestoredPlaces): void {
  for (const { name, text } of files) {
    if (name !== settingsName) writeFileDurably(join(home.path, name), text);
  }
  const { storage, headStore } = places;
  const old = files.find(({ name }) => name === settingsName)?.text ?? "{}";
  const read = parseStrictJson(old, { depthMax: 2, bytesMax: fileBytesMax });
  assert(read.ok, "settings that were read when they were backed up");
  const { storage: _, ...kept } = z.record(z.string(), z.json()).parse(read.value);
  const settings = { ...kept, ...(storage && { storage }), ...(headStore && { headStore }) };
  if (Object.keys(settings).length === 0) return;
  writeFileDurably(join(home.path, settingsName), `${JSON.stringify(settings, null, 2)}\n`);
}

const recordName = "last-backup.json";
const recordSchema = z.looseObject({ createdAt: z.int() });

/** For `parley doctor`. */
export function rememberBackup(home: Home, about: Readonly<Record<string, JsonValue>>): void {
  writeFileDurably(join(home.path, recordName), `${canonicalJson(about)}\n`);
}

/** POSIX seconds of the last backup that was made of this home; `undefined` if none is known. */
export function readLastBackup(home: Home): number | undefined {
  const text = readFileIfThere(join(home.path, recordName), fileBytesMax) ?? "";
  const json = parseStrictJson(text.trim(), { depthMax: 2, bytesMax: fileBytesMax });
  return recordSchema.safeParse(json.ok ? json.value : undefined).data?.createdAt;
}
