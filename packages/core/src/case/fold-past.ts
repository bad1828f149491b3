/**
 * Brings back to a fold that goes on what an entry needs of the past, from wherever that is kept.
 *
 * Everything is read before anything is brought back, so that a fold is never half changed while
 * another reader waits.
 *
 * @module
 */
import type { Side } from "./case-table.ts";
import type { ClassFold } from "./class-fold.ts";
import type { FoldMessage } from "./fold-entry.ts";
import type { EntryStanding } from "./standings.ts";

/** What was folded, as it stands now. */
export interface FoldPast {
  /** The folded entry of this class that bears the id. */
  findStanding(jti: string): Promise<EntryStanding | undefined>;
  /** Every folded entry that names the case, whether or not it is of it. */
  listCase(id: string): Promise<readonly EntryStanding[]>;
  /** Every folded entry of `side` from `ordinal` on. */
  listFrom(side: Side, ordinal: number): Promise<readonly EntryStanding[]>;
}

/** Call before `message` of `side` is fed. */
export async function bringBack(
  fold: ClassFold,
  past: FoldPast,
  { side, message }: { readonly side: Side; readonly message: FoldMessage },
): Promise<void> {
  const { jtis, caseId, from } = fold.needs(side, message);
  const standings: EntryStanding[] = [];
  for (const jti of jtis) {
    const found = await past.findStanding(jti);
    if (found !== undefined) standings.push(found);
  }
  const range = from === null ? [] : await past.listFrom(from.side, from.ordinal);
  const ids = new Set(range.flatMap((standing) => standing.caseId ?? []));
  if (caseId !== null) ids.add(caseId);
  const cases = [];
  for (const id of ids) {
    if (fold.case(id) === undefined) cases.push(await readCase(past, id));
  }
  for (const standing of [...standings, ...range]) fold.restore(standing);
  for (const one of cases) restoreCase(fold, one);
}

/** Brings back one case, if there is one. */
export async function bringBackCase(fold: ClassFold, past: FoldPast, id: string): Promise<void> {
  if (!fold.isResumed || fold.case(id) !== undefined) return;
  restoreCase(fold, await readCase(past, id));
}

interface ReadCase {
  readonly id: string;
  readonly messages: readonly EntryStanding[];
  /** Outside the case, and answered by a message of it. */
  readonly answered: readonly EntryStanding[];
}

async function readCase(past: FoldPast, id: string): Promise<ReadCase> {
  const messages = await past.listCase(id);
  const own = new Set(messages.map(({ message }) => message?.jti));
  const answered: EntryStanding[] = [];
  for (const { message } of messages) {
    if (message?.answers == null || own.has(message.answers)) continue;
    const found = await past.findStanding(message.answers);
    if (found !== undefined) answered.push(found);
  }
  return { id, messages, answered };
}

function restoreCase(fold: ClassFold, { id, messages, answered }: ReadCase): void {
  for (const standing of [...messages, ...answered]) fold.restore(standing);
  fold.restoreCase(id, messages);
}
