/**
 * Every target of the fuzzing, over a history that was made for it.
 *
 * @module
 */
import { makeHistory } from "../record/history.ts";
import { auditTargets } from "./audit-targets.ts";
import { logTargets } from "./log-targets.ts";
import { recordTargets } from "./record-targets.ts";
import type { Target } from "./run-fuzz.ts";
import { textTargets } from "./text-targets.ts";

export async function makeTargets(): Promise<readonly Target[]> {
  await using history = await makeHistory();
  const records = await recordTargets(history);
  return [...(await textTargets()), ...(await logTargets()), ...auditTargets(), ...records];
}
