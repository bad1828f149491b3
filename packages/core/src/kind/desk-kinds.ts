/**
 * What desks say about their own work: a case is raised, a desk is suspended and resumes, who can be
 * reached, and what was said outside of the channel.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { block } from "./common-blocks.ts";
import { type ControlRule, defineKind } from "./define-kind.ts";
import { green } from "./example-markings.ts";
import { field } from "./field.ts";
import { form } from "./form-sentences.ts";
import {
  choicesOf,
  deskName,
  instant,
  kindName,
  lang,
  line,
  sortedSet,
  text,
  timeOfDay,
  unknown,
} from "./values.ts";

/** Desks of one party that an agreement can have. */
const desksMax = 16;
/** Kinds that a suspension names one by one. */
const kindsMax = 64;
const contactsMax = 64;
const hoursMax = 14;

const outsideCases = {
  case: "none",
  answers: "none",
  ask: "none",
  clock: "none",
  to: "desk",
} as const satisfies ControlRule;

const exampleControl = { case: null, answers: null, ask: null, clock: null, to: "watch" };
const someText = text().nullable();

export const escalation = defineKind({
  name: "escalation",
  version: 1,
  summary: "Raises the case to the next desk, which it is addressed to.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        reason: field("choice", "Why it is raised.", z.enum(choices.escalation)),
        text: field("paragraph", "What the next desk should know.", text()),
      }),
    },
  },
  items: "none",
  example: {
    control: { ...exampleControl, case: "Ej5gWkR9TkKBcEAlzQyqHg" },
    blocks: {
      fact: {
        marking: green,
        reason: "no-answer",
        text: { lang: "en", text: "Three days have passed without a word on the substance." },
      },
    },
  },
});

export const suspension = defineKind({
  name: "suspension",
  version: 1,
  summary: "Desks of its author do not work on these kinds until a resumption; their clocks stop.",
  by: "desk",
  classes: ["live", "exercise"],
  control: outsideCases,
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        desks: field("choices", "Which desks of the author.", sortedSet(deskName, desksMax)),
        kinds: field(
          "choices",
          "Which kinds; all means all but the tests of the link, which go on unless they are named.",
          z.union([z.literal("all"), sortedSet(kindName, kindsMax)]),
        ),
        reason: field("choice", "Why.", z.enum(choices.suspension)),
        until: field(
          "instant",
          "Until when at a guess, UTC; only a resumption ends it.",
          z.union([instant, unknown]),
        ),
        text: field("paragraph", "A remark, or null.", someText),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: {
        marking: green,
        desks: ["technical"],
        kinds: ["inquiry"],
        reason: "staffing",
        until: 1_483_430_400,
        text: { lang: "en", text: "The desk is not manned over the holidays." },
      },
    },
  },
});

export const resumption = defineKind({
  name: "resumption",
  version: 1,
  summary: "Ends the suspension of its author that it answers; the clocks run on.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { ...outsideCases, answers: "required" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({ text: field("paragraph", "A remark, or null.", someText) }),
    },
  },
  items: "none",
  example: {
    control: { ...exampleControl, answers: "Uo1cEw8qTFi5yrLkRWnY7w" },
    blocks: { notice: { marking: green, text: { lang: "en", text: "The desk is manned again." } } },
  },
});

const hours = z
  .strictObject({
    days: field("choices", "Days of the week.", choicesOf(choices.weekday, { min: 1 })),
    from: field("time-of-day", "From, UTC.", timeOfDay),
    to: field("time-of-day", "To, UTC.", timeOfDay),
  })
  .refine(({ from, to }) => from < to, form("hours end after they begin"));

const contact = z.strictObject({
  desk: field("line", "Desk.", deskName),
  name: field("line", "Name or function.", line(120)),
  phone: field("line", "Number to call, with country code.", line(60)),
  email: field("line", "Address to write to, or null.", line(254).nullable()),
  languages: field("choices", "Languages spoken, the best first.", z.array(lang).min(1).max(8)),
  hours: field("rows", "When somebody answers.", z.array(hours).min(1).max(hoursMax)),
  confirmedAt: field("instant", "Last confirmed, UTC.", z.union([instant, unknown])),
  testedAt: field("instant", "Last test, UTC.", z.union([instant, unknown])),
});

export const contactList = defineKind({
  name: "contact-list",
  version: 1,
  summary:
    "Who can be reached at the author's desks, and when; takes the place of the list before.",
  by: "desk",
  classes: ["live", "exercise"],
  control: outsideCases,
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        contacts: field("rows", "The whole list.", z.array(contact).min(1).max(contactsMax)),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: {
        marking: green,
        contacts: [
          {
            desk: "watch",
            name: "Watch officer",
            phone: "+1 202 555 0119",
            email: "watch@washington.example",
            languages: ["en", "ru"],
            hours: [
              { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 1_440 },
            ],
            confirmedAt: 1_480_550_400,
            testedAt: "unknown",
          },
        ],
      },
    },
  },
});

export const offChannel = defineKind({
  name: "off-channel",
  version: 1,
  summary: "Records what the two parties said to each other outside of the channel.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { ...outsideCases, case: "optional", answers: "optional" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        medium: field("choice", "How it was said.", z.enum(choices.medium)),
        at: field("instant", "When, UTC.", z.union([instant, unknown])),
        ours: field("line", "Who spoke for the author's side.", line()),
        theirs: field("line", "Who spoke for the other side.", line()),
        summary: field("paragraph", "What was said, as the author has it.", text()),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: green,
        medium: "telephone",
        at: 1_477_872_000,
        ours: "Cybersecurity coordinator",
        theirs: "Deputy head of the centre",
        summary: { lang: "en", text: "Both agreed to go on by the channel." },
      },
    },
  },
});
