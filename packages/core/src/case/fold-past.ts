/**
 * Brings back to a fold that goes on what entries need of the past, from wherever that is kept.
 *
 * Everything is read before anything is brought back, so that a fold is never half changed while
 * another reader waits; and for many entries at once, for each question costs a turn.
 *
 * @module
 */
import type { Side } from "./case-table.ts";
import type { ClassFold } from "./class-fold.ts";
import type { FoldEntry } from "./fold-entry.ts";
import type { EntryStanding } from "./standings.ts";

/** What was folded, as it stands now. */
export interface FoldPast {
  /** Of each id that a folded entry of this class bears, the one that bears it. */
  findStandings(jtis: readonly string[]): Promise<readonly EntryStanding[]>;
  /** Every folded entry that names one of the cases, whether or not it is of it. */
  listCases(ids: readonly string[]): Promise<readonly EntryStanding[]>;
  /** Of every case that was open when the fold was last kept; at most {@link openCasesMax}. */
  listOpenIds(): Promise<readonly string[]>;
  /** Every folded entry of `side` from `ordinal` on. */
  listFrom(side: Side, ordinal: number): Promise<readonly EntryStanding[]>;
}

/** What is about to be fed. */
export type ToFeed = Pick<FoldEntry, "side" | "content">;

/**
 * Brings back what entries need. What was asked for once is not asked again: of the past nothing
 * changes that is not in the fold. Made anew with each fold.
 */
export class BroughtBack {
  readonly #fold: ClassFold;
  readonly #past: FoldPast;
  readonly #jtis = new Set<string>();
  readonly #cases = new Set<string>();
  #hasOpen = false;

  constructor(fold: ClassFold, past: FoldPast) {
    this.#fold = fold;
    this.#past = past;
  }

  /**
   * Call before the first of `entries` is fed, with as many as there are, and before each of them
   * alone: what one needs may depend on what was fed before it.
   */
  async before(entries: readonly ToFeed[]): Promise<void> {
    if (!this.#fold.isResumed) return;
    const { jtis, ids, ranges, openCases } = this.#lacking(entries);
    if (jtis.size + ids.size + ranges.length === 0 && !openCases) return;
    const standings: EntryStanding[] = [];
    if (openCases) for (const id of await this.#openAway()) ids.add(id);
    for (const { side, ordinal } of ranges) {
      const range = await this.#past.listFrom(side, ordinal);
      standings.push(...range);
      for (const { caseId } of range)
        if (caseId !== null && this.#isCaseAway(caseId)) ids.add(caseId);
    }
    if (jtis.size > 0) standings.push(...(await this.#past.findStandings([...jtis])));
    for (const jti of jtis) this.#jtis.add(jti);
    await this.#restore(standings, ids);
  }

  /** Brings back one case, if there is one. */
  async case(id: string): Promise<void> {
    if (this.#fold.isResumed && this.#isCaseAway(id)) await this.#restore([], new Set([id]));
  }

  async #openAway(): Promise<readonly string[]> {
    this.#hasOpen = true;
    return (await this.#past.listOpenIds()).filter((id) => this.#isCaseAway(id));
  }

  #isCaseAway(id: string): boolean {
    return this.#fold.case(id) === undefined && !this.#cases.has(id);
  }

  #lacking(entries: readonly ToFeed[]) {
    const jtis = new Set<string>();
    const ids = new Set<string>();
    const ranges: { readonly side: Side; readonly ordinal: number }[] = [];
    let openCases = false;
    for (const { side, content } of entries) {
      if ("refusedAs" in content) continue;
      const needs = this.#fold.needs(side, content);
      for (const jti of needs.jtis) if (!this.#jtis.has(jti)) jtis.add(jti);
      if (needs.caseId !== null && !this.#cases.has(needs.caseId)) ids.add(needs.caseId);
      if (needs.from !== null) ranges.push(needs.from);
      openCases ||= needs.openCases && !this.#hasOpen;
    }
    return { jtis, ids, ranges, openCases };
  }

  async #restore(standings: readonly EntryStanding[], ids: ReadonlySet<string>): Promise<void> {
    const messages = ids.size === 0 ? [] : await this.#past.listCases([...ids]);
    const answered = await this.#answeredBy(messages);
    for (const one of [...standings, ...messages, ...answered]) this.#fold.restore(one);
    const byCase = Map.groupBy(messages, ({ caseId }) => caseId);
    for (const id of ids) {
      this.#fold.restoreCase(id, byCase.get(id) ?? []);
      this.#cases.add(id);
    }
  }

  /** What messages of cases answer outside them. */
  async #answeredBy(messages: readonly EntryStanding[]): Promise<readonly EntryStanding[]> {
    const here = new Set(messages.map(({ message }) => message?.jti));
    const away = new Set(
      messages.flatMap(({ message }) => {
        const jti = message?.answers ?? null;
        return jti === null || here.has(jti) || this.#fold.find(jti) !== undefined ? [] : [jti];
      }),
    );
    return away.size === 0 ? [] : this.#past.findStandings([...away]);
  }
}
