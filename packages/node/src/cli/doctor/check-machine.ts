/**
 * What the doctor sees of the machine: files and who may read them, disk, head store, database, versions.
 *
 * @module
 */
import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../../config.ts";
import { isPostgresAddress, publicPlace } from "../../postgres-address.ts";
import type { Home } from "../../service/home.ts";
import { ringNames } from "../../service/key-ring.ts";
import type { Platform } from "../command.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const mebibyte = 1_048_576;
/** Below these the disk is a warning, a problem. An attachment may take a gibibyte. */
const freeBytesLow = 1_024 * mebibyte;
const freeBytesTooLow = 100 * mebibyte;
/** A write-ahead log that does not shrink: a reader holds it, or the disk is too slow. */
const walBytesHigh = 256 * mebibyte;
/** Share of a database that is free pages from which it is worth giving back. */
const freeShareHigh = 0.5;
const nodeMajorMin = 26;

export function checkFiles(config: Config, home: Home): readonly Finding[] {
  const files = [...filesOf(home), ...secretFilesOf(config)];
  const open = files.filter((path) => ((modeOf(path) ?? 0) & 0o077) !== 0);
  const findings: Finding[] = open.map((path) =>
    warning("files.open-to-others", { path, mode: ((modeOf(path) ?? 0) & 0o777).toString(8) }),
  );
  if (open.length === 0) findings.push(ok("files.private", { count: files.length }));
  for (const name of ringNames) {
    const path = join(home.keys, `${name}.key`);
    if (!existsSync(path)) findings.push(problem("files.no-ring", { path, holds: name }));
  }
  if (config.authorityKey.startsWith(`${home.path}/`) && existsSync(config.authorityKey)) {
    findings.push(warning("files.authority-at-home", { path: config.authorityKey }));
  }
  return findings;
}

export function checkDisk(config: Config, home: Home): readonly Finding[] {
  const findings: Finding[] = [];
  const heads = isPostgresAddress(config.headStore) ? [] : [dirname(config.headStore)];
  for (const path of new Set([home.path, ...heads])) {
    if (!mayWrite(path)) findings.push(problem("disk.not-writable", { path }));
    const { bavail, bsize } = statfsSync(path);
    const freeBytes = bavail * bsize;
    const values = { path, free: Math.floor(freeBytes / mebibyte) };
    if (freeBytes < freeBytesTooLow) findings.push(problem("disk.full", values));
    else if (freeBytes < freeBytesLow) findings.push(warning("disk.low", values));
    else findings.push(ok("disk.space", values));
  }
  return findings;
}

export async function checkDatabase(
  platform: Platform,
  config: Config,
  home: Home,
): Promise<readonly Finding[]> {
  if (config.storage !== undefined) {
    return [ok("database.server", { place: publicPlace(config.storage) })];
  }
  const facts = await platform.inspectDatabase(home.database);
  if (facts === undefined) return [problem("database.unreadable", { path: home.database })];
  const { bytes, walBytes, freeBytes, library, problems } = facts;
  const sizes = { size: toMebibytes(bytes), wal: toMebibytes(walBytes), library };
  const findings = problems.map((text) => problem("database.damaged", { text }));
  if (findings.length === 0) findings.push(ok("database.whole", sizes));
  if (walBytes > walBytesHigh) findings.push(warning("database.long-wal", sizes));
  const isLoose = bytes > walBytesHigh && freeBytes / bytes > freeShareHigh;
  if (isLoose) findings.push(warning("database.loose", { free: toMebibytes(freeBytes) }));
  return findings;
}

export function checkVersions(said: {
  readonly version: string;
  readonly node: string;
  readonly protocol: number | undefined;
}): readonly Finding[] {
  const { version, node, protocol } = said;
  const major = Number(/^v(\d+)/.exec(node)?.[1] ?? 0);
  const values = { version, node, protocol: protocol ?? "—" };
  return [
    major < nodeMajorMin
      ? problem("versions.old-node", { node, min: nodeMajorMin })
      : ok("versions.known", values),
  ];
}

/** Everything in the home but sockets, which are guarded by their directory. */
function filesOf(home: Home): readonly string[] {
  return readdirSync(home.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

function secretFilesOf(config: Config): readonly string[] {
  const heads = isPostgresAddress(config.headStore)
    ? []
    : [config.headStore, `${config.headStore}.lock`];
  const named = [
    ...heads,
    config.authorityKey,
    config.passphraseFile,
    config.authorityPassphraseFile,
    config.technicalPassphraseFile,
    config.watchPassphraseFile,
    config.politicalPassphraseFile,
  ];
  const inHome = (path: string) => path.startsWith(`${config.home}/`);
  return [...new Set(named.filter((path) => path !== undefined))].filter(
    (path) => !inHome(path) && existsSync(path),
  );
}

function modeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function toMebibytes(bytes: number): number {
  return Math.ceil(bytes / mebibyte);
}
