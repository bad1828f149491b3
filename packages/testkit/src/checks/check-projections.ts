/**
 * Checks of projections: the rows in the database are those that a fold makes anew from the opened
 * cache, at the cut where they stand.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import type { FoldCut } from "@parley/core/case/fold-cut";
import type { Channel } from "@parley/node/service/channel";
import { foldClass } from "@parley/node/service/class-folds";
import type { ClassState } from "@parley/node/service/class-state";
import { projectChanges } from "@parley/node/service/fold-projections";
import type { Storage, StorageReader } from "@parley/node/service/storage";
import {
  type ClassScope,
  pageRowsMax,
  type Visibility,
} from "@parley/node/service/storage-content";
import type { Findings } from "./finding.ts";

/** Ends the transaction in which projections were made anew: nothing of it is kept. */
class Undone extends Error {
  readonly made: readonly string[];

  constructor(made: readonly string[]) {
    super("undone");
    this.made = made;
  }
}

/** @returns The fold at the cut where the projections stand; undefined where nothing is projected. */
export async function checkProjections(
  storage: Storage,
  channel: Channel,
  trafficClass: ClassScope["class"],
  findings: Findings,
): Promise<ClassState | undefined> {
  const scope = { channel: channel.id, class: trafficClass };
  const where = `${channel.peer} ${trafficClass}`;
  const { stored, position } = await storage.read(async (tx) => ({
    stored: await listProjected(tx, scope),
    position: await tx.projections.readPosition(scope),
  }));
  if (position === undefined) {
    findings.expect(stored.length === 0, "projection", where, "rows without a position");
    return undefined;
  }
  const { folded } = JSON.parse(position) as FoldCut;
  const state = await storage.read((tx) => foldClass(tx, () => channel, trafficClass, folded));
  const refolded = canonicalJson(state.fold.cut() as unknown as JsonValue);
  findings.expect(position === refolded, "projection", where, `${position} refolds to ${refolded}`);
  const made = await projectAnew(storage, state, scope);
  const missing = made.filter((row) => !stored.includes(row));
  const extra = stored.filter((row) => !made.includes(row));
  const what = `not as refolded: ${missing[0] ?? "(nothing)"} against ${extra[0] ?? "(nothing)"}`;
  findings.expect(missing.length + extra.length === 0, "projection", where, what);
  return state;
}

async function projectAnew(
  storage: Storage,
  state: ClassState,
  scope: ClassScope,
): Promise<readonly string[]> {
  try {
    await storage.write(async (tx) => {
      await tx.projections.dropProjections();
      await projectChanges(tx, state, new Set([...state.fold.cases()].map(({ id }) => id)));
      throw new Undone(await listProjected(tx, scope));
    });
  } catch (end) {
    if (end instanceof Undone) return end.made;
    throw end;
  }
  return [];
}

async function listProjected(
  { projections }: Pick<StorageReader, "projections">,
  scope: ClassScope,
): Promise<readonly string[]> {
  const visible: Visibility = { channels: [scope.channel], classes: [scope.class], desks: "all" };
  const rows: object[] = [];
  for (let after: string | null = null; ; ) {
    const page = { after, rowsMax: pageRowsMax };
    const found = await projections.listCases({ order: "last" }, visible, page);
    rows.push(...found.rows);
    after = found.next;
    if (after === null) break;
  }
  for (let after: string | null = null; ; ) {
    const found = await projections.listMessages({}, visible, { after, rowsMax: pageRowsMax });
    rows.push(...found.rows);
    after = found.next;
    if (after === null) break;
  }
  return rows.map((row) => canonicalJson(row as JsonValue)).sort();
}
