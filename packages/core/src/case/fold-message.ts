/**
 * From an opened message to what the fold needs of it: the same on both nodes and in the checker.
 *
 * @module
 */
import { kindNameOf } from "../kind/kinds.ts";
import type { Message } from "../message/message.ts";
import { sayingOf } from "./case-saying.ts";
import type { ClockPeriods } from "./case-state.ts";
import type { FoldMessage } from "./fold-entry.ts";

/** What the fold must be told of the logs and the agreement around a message. */
export interface FoldSurroundings {
  /** Entries of the peer's log of the class, over all epochs, that `size` entries of `epoch` reach. */
  peerOrdinal(epoch: number, size: number): number;
  /** Epoch of the peer's log of the class whose origin this is; `undefined` for another log. */
  peerEpoch(origin: string): number | undefined;
  /** Of the clocks that a message of this kind starts, under this agreement version. */
  periods(agreement: number, kind: string, severity: number | null): ClockPeriods;
  /** Desks that escalate to this one, under this agreement version. */
  deskBelow(agreement: number, desk: string): readonly string[];
}

/** What is looked at of a message; a draft has it too. */
export interface FoldedMessage {
  readonly head: Pick<Message["head"], "jti" | "iat" | "agreement" | "seen">;
  readonly control: Message["control"];
  readonly blocks: readonly Pick<Message["blocks"][number], "name" | "value">[];
}

/**
 * @param opened - A message that its receiver accepted, or an own one.
 * @returns What `ClassFold` is fed. A kind that is not known here keeps its version, so that it is
 *   in no row of the table.
 */
export function toFoldMessage(
  opened: { readonly message: FoldedMessage; readonly isKnownKind: boolean },
  around: FoldSurroundings,
): FoldMessage {
  const { head, control, blocks } = opened.message;
  const { answers, ask, to } = control;
  const severity = control.clock?.severity ?? null;
  const kind = kindNameOf(control.kind);
  const deskBelow = (desk: string) => around.deskBelow(head.agreement, desk);
  const says = opened.isKnownKind ? sayingOf(kind, blocks, { to, deskBelow }) : undefined;
  return {
    jti: head.jti,
    kind: opened.isKnownKind ? kind : control.kind,
    ...{ case: control.case, answers, ask, severity, to },
    replyBy: control.clock?.replyBy ?? null,
    iat: head.iat,
    seen: around.peerOrdinal(head.seen.epoch, head.seen.size),
    periods: around.periods(head.agreement, kind, severity),
    refuses: control.kind === "refusal.v1" ? refusedBy(opened.message, around) : null,
    ...(says === undefined ? {} : { says }),
  };
}

/** The entry that a refusal names; `null` if it is in no log of the peer of this class. */
function refusedBy(message: FoldedMessage, around: FoldSurroundings): FoldMessage["refuses"] {
  const notice = message.blocks.find(({ name }) => name === "notice")?.value ?? {};
  const { origin, index, code } = notice;
  if (typeof origin !== "string" || typeof index !== "number" || typeof code !== "string") {
    return null;
  }
  const epoch = around.peerEpoch(origin);
  return epoch === undefined ? null : { ordinal: around.peerOrdinal(epoch, index), code };
}
