/**
 * The payload of an agreement: everything that two parties settle before anything flows.
 *
 * It has its whole shape, whether or not a program obeys every part. Kinds are named by pattern, so
 * that an agreement can speak of kinds that a reader does not know. Lists that are sets are sorted,
 * by UTF-16 code units, so that one agreement has one text. spec/agreement.md §2.
 *
 * @module
 */
import { z } from "zod";
import { clockNames } from "../case/case-table.ts";
import { trafficClasses } from "../log/origin.ts";
import { deskName, partyName } from "../party/party-name.ts";
import {
  code,
  digest,
  kindName,
  languageTag,
  paragraph,
  protocolMax,
  serial,
  time,
} from "../party/signed-fields.ts";
import { inconsistencyOf } from "./agreement-consistency.ts";

/** The common scale is 0 to 5. */
export const severityCount = 6;

export const agreementDesksMax = 16;
/** Every kind may be named in a list of kinds. */
export const kindsMax = 64;
export const clocksMax = 128;
export const linkTextsMax = 200;
export const glossaryMax = 500;
export const severityLevelsMax = 12;
export const probabilityBandsMax = 12;
/** UTF-16 code units; C2SP `tlog-policy` asks for room for 32 witnesses. */
export const witnessPolicyLengthMax = 32_768;

const daySeconds = 86_400;
const yearDays = 366;
/** Shorter than a minute no clock is, longer than a year no deadline. */
const period = z
  .int()
  .min(60)
  .max(yearDays * daySeconds);
const count = z.int().min(0).max(1_000_000);
const octetCount = z
  .int()
  .min(0)
  .max(2 ** 40);
const days = z
  .int()
  .min(1)
  .max(100 * yearDays);

const title = bilingual(80);
const sentence = bilingual(400);
const text = bilingual(4_000);
const kinds = z.array(kindName).max(kindsMax);
const perKind = z.array(z.strictObject({ kind: kindName, count })).max(kindsMax);

const party = z.strictObject({
  name: partyName,
  /** Key ids of the authority, in the order in which it signs. */
  authority: z.tuple([digest, digest]),
  /** Digest of the descriptor in force when the version was drawn up. */
  descriptor: digest,
});

/** When a desk is manned: ISO weekdays 1 to 7, minutes of the UTC day, `to` not included. */
const hours = z.strictObject({
  days: z.array(z.int().min(1).max(7)).min(1).max(7),
  from: z.int().min(0).max(1_439),
  to: z.int().min(1).max(1_440),
});

const staffing = z.strictObject({
  hours: z.array(hours).min(1).max(14),
  languages: z.array(languageTag).min(1).max(8),
});

const desk = z.strictObject({
  name: deskName,
  title,
  /** What it may receive. */
  kinds,
  escalatesTo: deskName.nullable(),
  /** By party, in the order of `parties`. */
  staffing: z.tuple([staffing, staffing]),
});

/** The clock that a message of this kind starts. Seconds by severity 0 to 5; null: no such clock. */
const clock = z.strictObject({
  kind: kindName,
  clock: z.enum(clockNames),
  bySeverity: z.array(period.nullable()).length(severityCount),
});

/** A party's own scale; every level has its place on the common one. */
const severityScale = z.strictObject({
  party: partyName,
  name: title,
  levels: z
    .array(z.strictObject({ code, title, common: z.int().min(0).max(5) }))
    .min(1)
    .max(severityLevelsMax),
});

/** Whom TLP means by organisation, clients and community when this desk of this party receives. */
const handling = z.strictObject({
  party: partyName,
  desk: deskName,
  organisation: sentence,
  clients: sentence,
  community: sentence,
});

export const agreementPayload = z
  .strictObject({
    v: z.literal(1),
    protocol: z.int().min(1).max(protocolMax),
    version: serial,
    previous: digest.nullable(),
    createdAt: time,
    /** Until then it may be signed; after it no message may name an older version. */
    adoptBy: time,
    parties: z.tuple([party, party]),
    suites: z.array(z.literal("pq1")).min(1).max(8),
    classes: z.array(z.enum(trafficClasses)).min(1).max(trafficClasses.length),
    desks: z.array(desk).min(1).max(agreementDesksMax),
    clocks: z.array(clock).max(clocksMax),
    quotas: z.strictObject({
      /** Messages of a kind in one UTC day of receipt, each way. */
      perDay: perKind,
      /** Of each kind that is not listed. */
      otherPerDay: count,
      entriesPerHour: count,
      bytesPerHour: octetCount,
    }),
    attachments: z.strictObject({ bytesMax: octetCount, bytesPerDay: octetCount }),
    severity: z.strictObject({
      /** Level 0 first. */
      common: z.array(title).length(severityCount),
      scales: z.tuple([severityScale, severityScale]),
    }),
    handling: z
      .array(handling)
      .min(1)
      .max(2 * agreementDesksMax),
    /** On every form. */
    defaultLine: text,
    glossary: z
      .array(
        z.strictObject({
          ...bilingual(120).shape,
          /** The two words do not mean the same to both parties. */
          disputed: z.boolean(),
        }),
      )
      .max(glossaryMax),
    /** From the least likely up. */
    probability: z
      .array(
        z.strictObject({
          code,
          title,
          fromPercent: z.int().min(0).max(100),
          toPercent: z.int().min(0).max(100),
        }),
      )
      .max(probabilityBandsMax),
    /** Persons who must sign a message before it is sent. */
    release: z.strictObject({ persons: perKind, otherPersons: z.int().min(1).max(9) }),
    /** Times of collection are given no finer than this. */
    collection: z.strictObject({
      timeGrainSeconds: z
        .int()
        .min(1)
        .max(yearDays * daySeconds),
    }),
    retention: z.strictObject({
      /** Link entries older than this may be pruned, but for the last of each UTC day. */
      linkDays: days,
      /** null: as long as the message. */
      attachmentDays: days.nullable(),
    }),
    linkTests: z.strictObject({
      evenHours: partyName,
      oddHours: partyName,
      texts: z
        .array(z.strictObject({ id: code, ...bilingual(200).shape }))
        .min(1)
        .max(linkTextsMax),
    }),
    drills: z.strictObject({
      /** Unannounced tests of each desk, each way. */
      deskTestsPerQuarter: z.int().min(0).max(100),
      deskTestReplySeconds: period,
      /** Every contact is confirmed at least so often. */
      contactsConfirmDays: days,
      /** Start of the yearly symmetrical exchange, UTC; null: none. */
      exchange: z
        .strictObject({ month: z.int().min(1).max(12), day: z.int().min(1).max(28) })
        .nullable(),
    }),
    witnesses: z.strictObject({
      /** In the form of C2SP `tlog-policy`, without `log` lines. */
      policy: z.string().max(witnessPolicyLengthMax),
    }),
    /** What a cosignature of a mirror states. */
    cosignature: text,
    matching: z.strictObject({ runsPerDay: count, elementsMax: z.int().min(0).max(10_000_000) }),
    useStatement: z.strictObject({ everyDays: days, answerSeconds: period }),
    exercise: z.strictObject({
      announceSeconds: period,
      durationSecondsMax: period,
      perYear: z.int().min(0).max(366),
      rules: text,
    }),
  })
  .superRefine((payload, context) => {
    const wrong = inconsistencyOf(payload);
    if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  });

export type AgreementPayload = z.output<typeof agreementPayload>;

function bilingual(lengthMax: number) {
  return z.strictObject({ en: paragraph(lengthMax), ru: paragraph(lengthMax) });
}
