/**
 * What the doctor sees of backups: whether one can be made and opened, and when the last one was.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Primitives } from "@parley/core/crypto/primitives";
import { readLastBackup } from "../../service/backup-home.ts";
import type { Home } from "../../service/home.ts";
import { readRecoveryPublicKey } from "../../service/recovery-key.ts";
import { timeOf } from "../dates.ts";
import { type Finding, ok, warning } from "./finding.ts";

const secondsPerDay = 86_400;
/** From which age on the last backup is old; days. */
const backupDaysMax = 7;

/** @param now - POSIX seconds. */
export function checkBackups(p: Primitives, home: Home, now: number): readonly Finding[] {
  const findings: Finding[] = [];
  const secret = join(home.path, "recovery.key");
  if (!readRecoveryPublicKey(p, home.keys).ok) findings.push(warning("backup.no-key"));
  if (existsSync(secret)) findings.push(warning("backup.key-at-home", { path: secret }));
  const last = readLastBackup(home);
  if (last === undefined) return [...findings, warning("backup.never")];
  const values = { at: timeOf(last), days: Math.floor((now - last) / secondsPerDay) };
  const isOld = values.days > backupDaysMax;
  return [...findings, isOld ? warning("backup.old", values) : ok("backup.recent", values)];
}
