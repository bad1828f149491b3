/**
 * The legal kinds: a call to cease, and a notice of intended measures with an offer to consult.
 *
 * Each opens a case of its own, so that its clock, its persons and its record are its own. They state
 * a position and decide nothing about lawfulness.
 *
 * @module
 */
import { z } from "zod";
import { block, legalBlock, optionalAssessment } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { field } from "./field.ts";
import { certainty, concerns, openingNotice, speaker } from "./first-notice.ts";
import { instant, text, unknown } from "./values.ts";

const exampleControl = {
  case: "Ej5gWkR9TkKBcEAlzQyqHg",
  answers: null,
  ask: null,
  clock: { severity: 4, replyBy: null },
  to: "political",
};
const exampleSpeaker = {
  who: { lang: "en", text: "Department of State" },
  person: {
    name: "Duty officer, Operations Center",
    phone: "+1 202 555 0120",
    email: null,
    languages: ["en"],
  },
};
const earlier = "Uo1cEw8qTFi5yrLkRWnY7w";

export const callToCease = defineKind({
  name: "call-to-cease",
  version: 1,
  summary: "Opens a case: calls on the other party to cease a conduct, on a stated legal ground.",
  by: "desk",
  classes: ["live", "exercise"],
  control: openingNotice,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        ...speaker,
        conduct: field("paragraph", "Which conduct is to cease.", text()),
        since: field("instant", "Since when it goes on, UTC.", z.union([instant, unknown])),
        ongoing: field("choice", "Whether it still goes on.", certainty),
        concerns,
      }),
    },
    assessment: optionalAssessment,
    legal: { presence: "required", schema: legalBlock },
  },
  items: "optional",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        ...exampleSpeaker,
        conduct: { lang: "en", text: "Intrusion into the systems of the electoral board." },
        since: "unknown",
        ongoing: "yes",
        concerns: earlier,
      },
      legal: {
        marking: amber,
        text: { lang: "en", text: "Sovereign equality of states; Charter, Article 2 (1)." },
      },
    },
  },
});

export const noticeOfMeasures = defineKind({
  name: "notice-of-measures",
  version: 1,
  summary: "Opens a case: gives notice of intended measures and offers to consult before them.",
  by: "desk",
  classes: ["live", "exercise"],
  control: openingNotice,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        ...speaker,
        measures: field("paragraph", "Which measures are intended.", text()),
        notBefore: field("instant", "Not before, UTC.", z.union([instant, unknown])),
        consultBy: field("instant", "Until when the offer to consult stands, UTC.", instant),
        concerns,
      }),
    },
    assessment: optionalAssessment,
    legal: { presence: "required", schema: legalBlock },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        ...exampleSpeaker,
        measures: { lang: "en", text: "Persons named in a list will not be given visas." },
        notBefore: 1_483_660_800,
        consultBy: 1_483_401_600,
        concerns: earlier,
      },
      legal: {
        marking: amber,
        text: { lang: "en", text: "Measures within the author's own discretion." },
      },
    },
  },
});
