/**
 * The keys of every text that a person reads of a message: they follow from the kinds, the closed
 * lists, the case table, the findings and the refusal codes, and from nothing else.
 *
 * Add a kind, a field, a choice or a code, and the catalogue does not compile until both languages
 * have its words; remove one, and neither does it while its words are left.
 *
 * @module
 */
import type { z } from "zod";
import type { AgreementSubject, MeasuredSubject } from "../agreement/agreement-subjects.ts";
import type { CasePhase, CaseRole, ClockName } from "../case/case-table.ts";
import type { FindingCode, SourceField } from "../item/finding.ts";
import type { ItemField } from "../item/item.ts";
import type { ChoiceName, choices } from "../kind/choices.ts";
import type { Assessment, Attachments, Handling } from "../kind/common-blocks.ts";
import type { KindDefinition } from "../kind/define-kind.ts";
import type { contactList } from "../kind/desk-kinds.ts";
import type { KindName, Kinds } from "../kind/kinds.ts";
import type { Marking } from "../kind/marking.ts";
import type { TrafficClass } from "../log/origin.ts";
import type { BlockName } from "../message/body.ts";
import type { ControlName } from "../message/control.ts";
import type { PresendCode } from "../presend/presend-finding.ts";
import type { RefusalCode } from "../refusal-codes.ts";

/** Of every member of a union, not only of those that all have. */
type KeyOf<T> = T extends unknown ? keyof T & string : never;

type OwnBlock = "fact" | "notice";
type BlocksOf<K extends KindName> = Kinds[K]["definition"] extends infer D extends KindDefinition
  ? D["blocks"]
  : never;
type FieldsOf<K extends KindName, B extends OwnBlock> =
  BlocksOf<K> extends {
    readonly [name in B]: { readonly schema: infer S extends z.ZodType };
  }
    ? Exclude<KeyOf<z.output<S>>, "marking">
    : never;

export type KindKey = {
  [K in KindName]:
    | `kind.${K}.title`
    | { [B in OwnBlock]: `kind.${K}.${B}.${FieldsOf<K, B>}` }[OwnBlock];
}[KindName];

type Row<T extends readonly unknown[]> = KeyOf<T[number]>;

type Contacts = z.output<(typeof contactList.definition.blocks.notice)["schema"]>["contacts"];

export type FieldKey =
  | `block.${BlockName}`
  | `assessment.${Exclude<KeyOf<Assessment>, "marking">}`
  | "ask.text"
  | "legal.text"
  | "handling.heldBack"
  | `held-back.${Row<Handling["heldBack"]>}`
  | "attachments.files"
  | `file.${Row<Attachments["files"]>}`
  | `person.${"name" | "phone" | "email" | "languages"}`
  | `contact.${Row<Contacts>}`
  | `hours.${Row<Contacts[number]["hours"]>}`
  | `missing.${"field" | "items"}`
  | `marking.${KeyOf<Marking>}`
  | `control.${Exclude<ControlName, "body" | "clock"> | "severity" | "replyBy"}`
  | `item.${ItemField}`
  | `observed.${"unknown" | "withheld"}`;

/** Labels of TLP and PAP and names of hash functions are the same in every language. */
type WordedChoice = Exclude<ChoiceName, "tlp" | "pap" | "hash">;
export type ChoiceKey = {
  [N in WordedChoice]: `choice.${N}.${(typeof choices)[N][number]}`;
}[WordedChoice];

export type CaseKey =
  | `phase.${CasePhase}`
  | `clock.${ClockName}`
  | `role.${CaseRole}`
  | `class.${TrafficClass}`
  | "line.no-admission"
  | "line.unknown-kind";

export type FindingKey =
  | `finding.${FindingCode}`
  | `source.${SourceField}`
  | `report.${"title" | "sound" | "finding" | "rows" | "parts" | "more" | "end"}`;

export type PresendKey = `presend.${PresendCode}`;

/** A member of an agreement, by the name that it has there, below the subjects. */
type AgreedMember =
  | `${"authority" | "descriptor" | "title" | "kinds" | "escalatesTo" | "hours" | "languages"}`
  | `${"otherPerDay" | "entriesPerHour" | "bytesPerHour" | "bytesMax" | "bytesPerDay"}`
  | `${"common" | "name" | "levels" | "organisation" | "clients" | "community" | "disputed"}`
  | `${"fromPercent" | "toPercent" | "otherPersons" | "timeGrainSeconds" | "linkDays"}`
  | `${"attachmentDays" | "evenHours" | "oddHours" | "texts" | "deskTestsPerQuarter"}`
  | `${"deskTestReplySeconds" | "contactsConfirmDays" | "exchange" | "month" | "day"}`
  | `${"policy" | "runsPerDay" | "elementsMax" | "everyDays" | "answerSeconds"}`
  | `${"announceSeconds" | "durationSecondsMax" | "perYear" | "rules"}`;

export type AgreementKey =
  | `agreement.${AgreementSubject}`
  | `agreement.${MeasuredSubject}.${"less" | "more"}`
  | `agreement.${Exclude<AgreementSubject, MeasuredSubject>}.means`
  | `agreed.${AgreedMember}`
  | `difference.${"title" | "none" | "was" | "is" | "not-agreed" | "none-agreed" | "severity"}`
  | `difference.${"day" | "hour" | "minute" | "second"}`
  | `difference.${"gibibyte" | "mebibyte" | "kibibyte" | "octet"}`;

/**
 * Areas whose refusals never leave the machine of one party. Their words name files, settings and
 * ports, and are with the commands that know them.
 */
export type NodeArea =
  | "channel"
  | "cli"
  | "config"
  | "control"
  | "head-store"
  | "home"
  | "keys"
  | "office"
  | "pair"
  | "people"
  | "session"
  | "sign-in"
  | "storage";
export type RefusalKey = `refusal.${Exclude<RefusalCode, `${NodeArea}.${string}`>}`;

/** Kinds that a desk says, and which can stand in a note verbale. */
type DeskKind = {
  [K in KindName]: Kinds[K]["definition"]["by"] extends "desk" ? K : never;
}[KindName];

export type LegibleKey =
  | `legible.${"from" | "written" | "received" | "class" | "place" | "id" | "not-shown" | "whole"}`
  | `legible.${"items" | "items-attached" | "items-more" | "all-kinds"}`
  | "line.no-judgement"
  | `verbale.${"title" | "number" | "opening" | "closing"}`
  | `verbale.act.${DeskKind | "other"}`;

export type MessageKey =
  | LegibleKey
  | KindKey
  | FieldKey
  | ChoiceKey
  | CaseKey
  | FindingKey
  | PresendKey
  | AgreementKey
  | RefusalKey;
