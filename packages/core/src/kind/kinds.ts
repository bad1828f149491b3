/**
 * The table of kinds: what Parley knows how to say.
 *
 * A message of a kind that is not here is kept, receipted and shown raw, and moves no case.
 *
 * @module
 */
import { agreementConsent, agreementProposal } from "./agreement-kinds.ts";
import { clarification, correction, note, withdrawal } from "./amendments.ts";
import { agreeClosure, proposeClosure, rejectClosure } from "./closure.ts";
import type { Kind } from "./define-kind.ts";
import { contactList, escalation, offChannel, resumption, suspension } from "./desk-kinds.ts";
import { assessment, indicatorShare } from "./evidence-kinds.ts";
import { inquiry } from "./inquiry.ts";
import { callToCease, noticeOfMeasures } from "./legal-kinds.ts";
import { linkAnswer, linkTest } from "./link-kinds.ts";
import { keyChange, refusal, serviceNote } from "./node-kinds.ts";
import { earlyNotice, ownTerritoryWarning } from "./notices.ts";
import { answer, decline, holdingReply, notAnswerable, receipt } from "./replies.ts";

export const kinds = {
  "link-test": linkTest,
  "link-answer": linkAnswer,
  refusal,
  "service-note": serviceNote,
  "key-change": keyChange,
  "early-notice": earlyNotice,
  "own-territory-warning": ownTerritoryWarning,
  "indicator-share": indicatorShare,
  inquiry,
  receipt,
  "holding-reply": holdingReply,
  answer,
  decline,
  "not-answerable": notAnswerable,
  clarification,
  assessment,
  correction,
  withdrawal,
  escalation,
  note,
  "propose-closure": proposeClosure,
  "agree-closure": agreeClosure,
  "reject-closure": rejectClosure,
  "call-to-cease": callToCease,
  "notice-of-measures": noticeOfMeasures,
  suspension,
  resumption,
  "agreement-proposal": agreementProposal,
  "agreement-consent": agreementConsent,
  "contact-list": contactList,
  "off-channel": offChannel,
} as const;

export type Kinds = typeof kinds;
export type KindName = keyof Kinds;

const byValue: ReadonlyMap<string, Kind> = new Map(
  Object.values(kinds).map((kind) => [kind.value, kind as unknown as Kind]),
);

/** @param value - The control value: `inquiry.v1`. @returns The kind, unless it is unknown here. */
export function kindOf(value: string): Kind | undefined {
  return byValue.get(value);
}

/** @returns The name in front of the version: `inquiry`. Of any control value, known or not. */
export function kindNameOf(value: string): string {
  return value.slice(0, value.lastIndexOf("."));
}
