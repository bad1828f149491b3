/**
 * The storage port, part 6: drafts on their way to the wire.
 *
 * A draft is this party's own: no log has it before it is sent. It moves by steps
 * (`core/release/release.ts`), which are never removed; its row says where they have brought it, for
 * lists. A draft is of one class, channel and desk, and seen by who may see those.
 *
 * @module
 */
import type { ReleasePhase } from "@parley/core/release/release";
import type { ClassScope, Page, PageRequest, Visibility } from "./storage-content.ts";

/** Steps of one draft; who needs more of them begins another draft. */
export const stepsPerDraftMax = 1_000;

/** Characters of what is said in one draft, items included. */
export const draftTextCharsMax = 33_554_432;

/** A draft as lists show it. */
export interface DraftHead extends ClassScope {
  /** 128 random bits, base64url. */
  readonly id: string;
  /** Desk of ours that will have said it. */
  readonly desk: string;
  readonly kind: string;
  /** The case that it belongs to; null if it opens one, or needs none. */
  readonly case: string | null;
  readonly phase: ReleasePhase;
  /** How often it was written. */
  readonly version: number;
  readonly stepCount: number;
  /** SHA-256 of the frozen payload, base64url; null while nothing is frozen. */
  readonly approvalHash: string | null;
  /** Id of the message once it was sent. */
  readonly jti: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface DraftRow extends DraftHead {
  /** What is to be said: JSON of its maker, at most {@link draftTextCharsMax}. */
  readonly text: string;
  /** What persons approve: JSON of its maker; null while nothing is frozen. */
  readonly frozen: string | null;
}

export interface DraftFilter {
  /** Neither sent nor discarded. */
  readonly isOpen?: boolean;
}

/** What a step changes of the row. */
export type DraftChange = Partial<
  Pick<
    DraftRow,
    "kind" | "case" | "phase" | "version" | "approvalHash" | "jti" | "changedAt" | "text" | "frozen"
  >
>;

export interface DraftRepository {
  readDraft(id: string): Promise<DraftRow | undefined>;
  /** What changed last comes first. */
  listDrafts(
    filter: DraftFilter,
    visibility: Visibility,
    page: PageRequest,
  ): Promise<Page<DraftHead>>;
  /** @param step - The first one, as JSON. */
  insertDraft(draft: DraftRow, step: string): Promise<void>;
  /**
   * Takes one step.
   *
   * @param stepCount - As many as the caller believes there are.
   * @returns False, and nothing done, if there are others.
   */
  moveDraft(id: string, stepCount: number, change: DraftChange, step: string): Promise<boolean>;
  /** As they were taken; at most {@link stepsPerDraftMax}. */
  listSteps(id: string): Promise<readonly string[]>;
}
