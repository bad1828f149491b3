/**
 * What a fold that goes on reads of its past: the projections say how an entry stood, and the opened
 * cache what its message was.
 *
 * @module
 */
import { openCasesMax, type Side } from "@parley/core/case/case-table";
import type { FoldPast } from "@parley/core/case/fold-past";
import type { EntryStanding } from "@parley/core/case/standings";
import { assert } from "@parley/core/fault";
import { type ClassState, contentOf, feedOf, ordinalBase } from "./class-state.ts";
import { parseFoldedAs } from "./fold-projections.ts";
import type { Storage, StorageReader } from "./storage.ts";
import { type FoldedRow, foldedIdsMax, foldedRowsMax } from "./storage-content.ts";
import { entriesPerBatchMax } from "./storage-log.ts";

/** @param read - Within a transaction that stands, or in one of its own. */
export function storedPast(read: Storage["read"], state: ClassState): FoldPast {
  const standings = async (list: (tx: StorageReader) => Promise<readonly FoldedRow[]>) =>
    (await read(list)).map((row) => toStanding(state, row));
  return {
    findStandings: (jtis) => standings((tx) => listBearers(tx, state, jtis)),
    listCases: (ids) => standings((tx) => listCases(tx, state, ids)),
    listOpenIds: () => read((tx) => tx.projections.listOpenCaseIds(scopeOf(state), openCasesMax)),
    listFrom: (side, ordinal) => standings((tx) => listFrom(tx, state, side, ordinal)),
  };
}

/** Of several entries with one id, the first bears it. */
async function listBearers(
  tx: StorageReader,
  state: ClassState,
  jtis: readonly string[],
): Promise<readonly FoldedRow[]> {
  const bearers = new Map<string | null, FoldedRow>();
  for (const part of parts(jtis)) {
    for (const row of await tx.past.listByJti(scopeOf(state), part)) {
      if (!bearers.has(row.jti)) bearers.set(row.jti, row);
    }
  }
  return [...bearers.values()];
}

async function listCases(
  tx: StorageReader,
  state: ClassState,
  ids: readonly string[],
): Promise<readonly FoldedRow[]> {
  const found: FoldedRow[] = [];
  for (const part of parts(ids)) {
    let last: FoldedRow | undefined;
    for (;;) {
      const rows = await tx.past.listOfCases(scopeOf(state), part, last ?? null);
      for (const row of rows) found.push(row);
      last = rows.at(-1);
      if (rows.length < foldedRowsMax) break;
    }
  }
  return found;
}

async function listFrom(
  tx: StorageReader,
  state: ClassState,
  side: Side,
  ordinal: number,
): Promise<readonly FoldedRow[]> {
  const found: FoldedRow[] = [];
  for (const log of state.logs[side]) {
    let from = Math.max(0, ordinal - ordinalBase(state.logs[side], log.epoch));
    for (;;) {
      const rows = await tx.past.listOfLog(log.id, from, entriesPerBatchMax);
      for (const row of rows) found.push(row);
      if (rows.length < entriesPerBatchMax) break;
      from += rows.length;
    }
  }
  return found;
}

function* parts(ids: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < ids.length; from += foldedIdsMax) {
    yield ids.slice(from, from + foldedIdsMax);
  }
}

function scopeOf(state: ClassState) {
  return { channel: state.channel.id, class: state.class };
}

function toStanding(state: ClassState, row: FoldedRow): EntryStanding {
  const side: Side = state.logs[0].some(({ id }) => id === row.logId) ? 0 : 1;
  assert(row.receivedAt !== null, "what is folded has a receipt");
  const content = contentOf(state, side, feedOf(row));
  const ordinal = ordinalBase(state.logs[side], row.epoch) + row.index;
  state.desks[side].set(ordinal, row.desk);
  return {
    ...{ side, ordinal, receivedAt: row.receivedAt, refusedAs: row.refusedAs, caseId: row.case },
    message: "refusedAs" in content ? null : content,
    ...parseFoldedAs(row.foldedAs),
  };
}
