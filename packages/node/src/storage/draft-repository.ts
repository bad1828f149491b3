/**
 * Drafts and their steps in SQL.
 *
 * @module
 */
import { assert } from "@parley/core/fault";
import type { ReleasePhase } from "@parley/core/release/release";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { Page, PageRequest, Visibility } from "../service/storage-content.ts";
import {
  type DraftChange,
  type DraftFilter,
  type DraftHead,
  type DraftRepository,
  type DraftRow,
  draftTextCharsMax,
  stepsPerDraftMax,
} from "../service/storage-release.ts";
import { nextCursor, parseCursor, rowsOf } from "./page-cursor.ts";
import type { Db, Tables } from "./tables.ts";

const headColumns = [
  ...(["id", "channel", "class", "desk", "kind", "case", "phase", "version"] as const),
  ...(["stepCount", "approvalHash", "jti", "createdAt", "changedAt"] as const),
] as const;

export class SqlDrafts implements DraftRepository {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async readDraft(id: string): Promise<DraftRow | undefined> {
    return this.#db
      .selectFrom("draft")
      .select([...headColumns, "text", "frozen"])
      .where("id", "=", id)
      .executeTakeFirst();
  }

  async listDrafts(
    { isOpen }: DraftFilter,
    { channels, classes, desks }: Visibility,
    page: PageRequest,
  ): Promise<Page<DraftHead>> {
    const meant = (eb: ExpressionBuilder<Tables, "draft">): Expression<SqlBool> =>
      eb.and([
        ...(isOpen === undefined ? [] : [eb("isOpen", "=", isOpen ? 1 : 0)]),
        ...(channels === "all" ? [] : [eb("channel", "in", channels)]),
        ...(classes === "all" ? [] : [eb("class", "in", classes)]),
        ...(desks === "all" ? [] : [eb("desk", "in", desks)]),
      ]);
    if ([channels, classes, desks].some((some) => some.length === 0)) {
      return { rows: [], total: 0, next: null };
    }
    const { total } = await this.#db
      .selectFrom("draft")
      .select((eb) => eb.fn.countAll().as("total"))
      .where(meant)
      .executeTakeFirstOrThrow();
    const after = parseCursor(page.after, ["number", "string"]);
    const rows = await this.#db
      .selectFrom("draft")
      .select(headColumns)
      .where(meant)
      .$if(after !== null, (query) =>
        query.where((eb) => {
          const [changedAt, id] = after ?? [];
          return eb(eb.refTuple("changedAt", "id"), "<", eb.tuple(Number(changedAt), String(id)));
        }),
      )
      .orderBy("changedAt", "desc")
      .orderBy("id", "desc")
      .limit(rowsOf(page) + 1)
      .execute();
    const shown = rows.slice(0, rowsOf(page));
    const next = nextCursor(rows, shown, ({ changedAt, id }) => [changedAt, id]);
    return { rows: shown, total: Number(total), next };
  }

  async insertDraft(draft: DraftRow, step: string): Promise<void> {
    assert(draft.stepCount === 1, "a draft begins with one step");
    assert(draft.text.length <= draftTextCharsMax, "a draft is not longer than it may be");
    await this.#db
      .insertInto("draft")
      .values({ ...draft, isOpen: isOpenIn(draft.phase) })
      .execute();
    await this.#insertStep(draft.id, 0, step);
  }

  async moveDraft(
    id: string,
    stepCount: number,
    change: DraftChange,
    step: string,
  ): Promise<boolean> {
    assert(stepCount < stepsPerDraftMax, "a draft takes no more steps than it may");
    assert((change.text?.length ?? 0) <= draftTextCharsMax, "a draft is not longer than it may be");
    const { numUpdatedRows } = await this.#db
      .updateTable("draft")
      .set({ ...change, stepCount: stepCount + 1 })
      .$if(change.phase !== undefined, (query) =>
        query.set({ isOpen: isOpenIn(change.phase ?? "drafted") }),
      )
      .where("id", "=", id)
      .where("stepCount", "=", stepCount)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return false;
    await this.#insertStep(id, stepCount, step);
    return true;
  }

  async listSteps(id: string): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom("draftStep")
      .select("text")
      .where("draft", "=", id)
      .orderBy("place")
      .limit(stepsPerDraftMax)
      .execute();
    return rows.map(({ text }) => text);
  }

  async #insertStep(draft: string, place: number, text: string): Promise<void> {
    await this.#db.insertInto("draftStep").values({ draft, place, text }).execute();
  }
}

function isOpenIn(phase: ReleasePhase): number {
  return phase === "sent" || phase === "discarded" ? 0 : 1;
}
