/**
 * The agreement that two parties start from: the periods of R-14, three desks, modest quotas.
 *
 * It is a draft like any other: they change what they like before they sign. spec/agreement.md §6.
 *
 * @module
 */

import { assert } from "../fault.ts";
import { authorityKeys, type Descriptor } from "../party/descriptor.ts";
import { parseDeskName } from "../party/party-name.ts";
import { type AgreementPayload, severityCount } from "./agreement-schema.ts";
import {
  commonSeverity,
  cosignatureText,
  defaultLine,
  deskTitles,
  exerciseRules,
  glossary,
  handlingTexts,
  linkTexts,
  ownSeverity,
  probability,
} from "./default-texts.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const mebibyte = 2 ** 20;

/** What belongs to every case, whichever desk has it. */
const everyDesk = [
  "agree-closure",
  "answer",
  "clarification",
  "contact-list",
  "correction",
  "decline",
  "escalation",
  "holding-reply",
  "inquiry",
  "not-answerable",
  "note",
  "off-channel",
  "propose-closure",
  "receipt",
  "reject-closure",
  "resumption",
  "suspension",
  "withdrawal",
];
const evidence = [
  "assessment",
  "early-notice",
  "indicator-share",
  "match-answer",
  "match-offer",
  "match-result",
  "own-territory-warning",
  "release-consent",
  "release-refusal",
  "release-request",
  "reveal",
];
const affairsOfState = [
  "agreement-consent",
  "agreement-proposal",
  "assessment",
  "call-to-cease",
  "early-notice",
  "notice-of-measures",
  "release-consent",
  "release-refusal",
  "release-request",
  "use-consent",
  "use-statement",
];

const deskKinds = {
  political: [...everyDesk, ...affairsOfState].sort(),
  technical: [...everyDesk, ...evidence].sort(),
  watch: [...everyDesk, "early-notice", "own-territory-warning"].sort(),
};
const escalation = { political: null, technical: "watch", watch: "political" } as const;

/** In order of name. */
export const defaultDesks = ["political", "technical", "watch"] as const;

/** What the default agreement is made from. */
export interface DefaultAgreementInput {
  /** The two parties, in any order; both have the desks of {@link defaultDesks}. */
  readonly parties: readonly [Descriptor, Descriptor];
  /** POSIX seconds. */
  readonly createdAt: number;
  /** POSIX seconds, later than `createdAt`. */
  readonly adoptBy: number;
}

/** Version 1 of an agreement, ready to be signed. */
export function defaultAgreement(input: DefaultAgreementInput): AgreementPayload {
  const [first, second] =
    input.parties[0].payload.name < input.parties[1].payload.name
      ? input.parties
      : [input.parties[1], input.parties[0]];
  const names = [first.payload.name, second.payload.name] as const;
  return {
    v: 1,
    protocol: 1,
    version: 1,
    previous: null,
    createdAt: input.createdAt,
    adoptBy: input.adoptBy,
    parties: [partyOf(first), partyOf(second)],
    suites: ["pq1"],
    classes: ["exercise", "link", "live"],
    desks: defaultDesks.map(deskOf),
    handling: names.flatMap((party) =>
      defaultDesks.map((desk) => ({ party, desk: nameOfDesk(desk), ...handlingTexts })),
    ),
    severity: {
      common: commonSeverity,
      scales: [
        { party: names[0], ...ownSeverity },
        { party: names[1], ...ownSeverity },
      ],
    },
    linkTests: { evenHours: names[1], oddHours: names[0], texts: linkTexts },
    defaultLine,
    glossary,
    probability,
    cosignature: cosignatureText,
    ...defaultPeriods(),
    ...defaultBounds(),
  };
}

function partyOf(descriptor: Descriptor): AgreementPayload["parties"][0] {
  const [first, second] = authorityKeys(descriptor);
  assert(first !== undefined && second !== undefined, "an authority has two keys");
  const { payload, digest } = descriptor;
  return { name: payload.name, authority: [first.kid, second.kid], descriptor: digest };
}

function deskOf(name: (typeof defaultDesks)[number]): AgreementPayload["desks"][number] {
  const upward = escalation[name];
  const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1_440 };
  const staffing = { hours: [always], languages: ["en", "ru"] };
  return {
    name: nameOfDesk(name),
    title: deskTitles[name],
    kinds: deskKinds[name],
    escalatesTo: upward === null ? null : nameOfDesk(upward),
    staffing: [staffing, staffing],
  };
}

function nameOfDesk(text: string): AgreementPayload["desks"][number]["name"] {
  const name = parseDeskName(text);
  assert(name.ok, "the names of the default desks are in form");
  return name.value;
}

/** R-14; in order of kind, then of clock. */
function defaultPeriods() {
  const same = (seconds: number) => Array.from({ length: severityCount }, () => seconds);
  const receipt = (kind: string) => ({ kind, clock: "receipt", bySeverity: same(30 * minute) });
  const clocks = [
    { kind: "call-to-cease", clock: "answer", bySeverity: same(72 * hour) },
    { kind: "call-to-cease", clock: "final", bySeverity: same(30 * day) },
    receipt("call-to-cease"),
    receipt("early-notice"),
    receipt("escalation"),
    { kind: "inquiry", clock: "answer", bySeverity: same(72 * hour) },
    { kind: "inquiry", clock: "final", bySeverity: same(30 * day) },
    {
      kind: "inquiry",
      clock: "holding",
      bySeverity: [null, null, null, 24 * hour, 6 * hour, 6 * hour],
    },
    receipt("inquiry"),
    { kind: "notice-of-measures", clock: "answer", bySeverity: same(72 * hour) },
    receipt("notice-of-measures"),
    receipt("own-territory-warning"),
    { kind: "propose-closure", clock: "closure", bySeverity: same(14 * day) },
    { kind: "release-request", clock: "answer", bySeverity: same(7 * day) },
  ] as AgreementPayload["clocks"];
  return {
    clocks,
    collection: { timeGrainSeconds: hour },
    retention: { linkDays: 400, attachmentDays: null },
    drills: {
      deskTestsPerQuarter: 3,
      deskTestReplySeconds: 30 * minute,
      contactsConfirmDays: 365,
      exchange: { month: 6, day: 17 },
    },
    useStatement: { everyDays: 365, answerSeconds: 30 * day },
    exercise: {
      announceSeconds: day,
      durationSecondsMax: 2 * day,
      perYear: 4,
      rules: exerciseRules,
    },
  };
}

function defaultBounds() {
  return {
    quotas: {
      perDay: [
        { kind: "call-to-cease", count: 5 },
        { kind: "early-notice", count: 50 },
        { kind: "inquiry", count: 20 },
        { kind: "notice-of-measures", count: 5 },
      ],
      otherPerDay: 500,
      entriesPerHour: 20_000,
      bytesPerHour: 1_024 * mebibyte,
    },
    attachments: { bytesMax: 1_024 * mebibyte, bytesPerDay: 10_240 * mebibyte },
    release: {
      persons: [
        { kind: "answer", count: 2 },
        { kind: "call-to-cease", count: 3 },
        { kind: "correction", count: 2 },
        { kind: "early-notice", count: 2 },
        { kind: "indicator-share", count: 2 },
        { kind: "inquiry", count: 2 },
        { kind: "notice-of-measures", count: 3 },
        { kind: "reveal", count: 2 },
      ],
      otherPersons: 1,
    },
    witnesses: { policy: "quorum none\n" },
    matching: { runsPerDay: 2, elementsMax: 100_000 },
  };
}
