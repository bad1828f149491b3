/**
 * A case as one line of a list.
 *
 * @module
 */
import { type CaseHead, nearestClock } from "@parley/core/case/case-view";
import type { JsonObject } from "@parley/core/message/members";
import type { CaseRow } from "./storage-content.ts";

/** `dueClock`: the name of the clock that `dueAt` and `owedBy` are of; null while none runs. */
export function caseLine(row: CaseRow): JsonObject {
  const { state, channel: _, ...line } = row;
  // The projection wrote it, from a head.
  const dueClock = nearestClock(JSON.parse(state) as CaseHead)?.name ?? null;
  return { ...line, dueClock } as unknown as JsonObject;
}
