/**
 * What a fold that goes on reads of its past: the projections say how an entry stood, and the opened
 * cache what its message was.
 *
 * @module
 */
import type { Side } from "@parley/core/case/case-table";
import type { FoldPast } from "@parley/core/case/fold-past";
import type { EntryStanding } from "@parley/core/case/standings";
import { assert } from "@parley/core/fault";
import { type ClassState, contentOf, feedOf, ordinalBase } from "./class-state.ts";
import { parseFoldedAs } from "./fold-projections.ts";
import type { Storage, StorageReader } from "./storage.ts";
import { type MessageRow, type PageRequest, pageRowsMax } from "./storage-content.ts";
import { entriesPerBatchMax } from "./storage-log.ts";

/** @param read - Within a transaction that stands, or in one of its own. */
export function storedPast(read: Storage["read"], state: ClassState): FoldPast {
  const scope = { channel: state.channel.id, class: state.class };
  return {
    findStanding: (jti) =>
      read(async (tx) => {
        const opened = await tx.opened.readOpenedByJti({ ...scope, jti });
        if (opened === undefined) return undefined;
        const row = await tx.projections.readMessage(opened.logId, opened.index);
        return row && toStanding(tx, state, row);
      }),
    listCase: (id) => read((tx) => listCase(tx, state, id)),
    listFrom: (side, ordinal) => read((tx) => listFrom(tx, state, side, ordinal)),
  };
}

async function listCase(
  tx: StorageReader,
  state: ClassState,
  id: string,
): Promise<readonly EntryStanding[]> {
  const visibility = {
    channels: [state.channel.id],
    classes: [state.class],
    desks: "all",
  } as const;
  const standings: EntryStanding[] = [];
  let page: PageRequest = { after: null, rowsMax: pageRowsMax };
  for (;;) {
    const { rows, next } = await tx.projections.listMessages({ case: id }, visibility, page);
    for (const row of rows) standings.push(await toStanding(tx, state, row));
    if (next === null) return standings;
    page = { after: next, rowsMax: pageRowsMax };
  }
}

async function listFrom(
  tx: StorageReader,
  state: ClassState,
  side: Side,
  ordinal: number,
): Promise<readonly EntryStanding[]> {
  const standings: EntryStanding[] = [];
  for (const log of state.logs[side]) {
    let from = Math.max(0, ordinal - ordinalBase(state.logs[side], log.epoch));
    for (;;) {
      const rows = await tx.projections.listLogMessages(log.id, from, entriesPerBatchMax);
      for (const row of rows) standings.push(await toStanding(tx, state, row));
      if (rows.length < entriesPerBatchMax) break;
      from += rows.length;
    }
  }
  return standings;
}

async function toStanding(
  tx: StorageReader,
  state: ClassState,
  row: MessageRow,
): Promise<EntryStanding> {
  const side: Side = state.logs[0].some(({ id }) => id === row.logId) ? 0 : 1;
  const opened = await tx.opened.readOpened(row.logId, row.index);
  assert(opened !== undefined && row.receivedAt !== null, "what is projected was opened");
  const content = contentOf(state, side, feedOf(opened));
  const ordinal = ordinalBase(state.logs[side], row.epoch) + row.index;
  state.desks[side].set(ordinal, row.desk);
  return {
    ...{ side, ordinal, receivedAt: row.receivedAt, refusedAs: row.refusedAs, caseId: row.case },
    message: "refusedAs" in content ? null : content,
    ...parseFoldedAs(row.foldedAs),
  };
}
