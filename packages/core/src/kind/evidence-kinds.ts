/**
 * What analysts exchange from day to day: indicators, and what one side makes of the facts.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { assessmentBlock, block, optionalAssessment, optionalLegal } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { field } from "./field.ts";
import { instant, text, unknown } from "./values.ts";

const green = { tlp: "GREEN", pap: "GREEN", iep: null, flags: [] };

export const indicatorShare = defineKind({
  name: "indicator-share",
  version: 1,
  summary: "Gives indicators to look for, in a case or outside of one; asks for nothing.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "optional", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        text: field("paragraph", "What they come from and what they show.", text()),
        validUntil: field(
          "instant",
          "Until when they are worth looking for, UTC.",
          z.union([instant, unknown]),
        ),
      }),
    },
    assessment: optionalAssessment,
    legal: optionalLegal,
  },
  items: "required",
  example: {
    control: { case: null, answers: null, ask: null, clock: null, to: "technical" },
    blocks: {
      fact: {
        marking: green,
        text: { lang: "en", text: "Addresses from which a mail campaign of this week was sent." },
        validUntil: "unknown",
      },
    },
  },
});

export const assessment = defineKind({
  name: "assessment",
  version: 1,
  summary: "What its author's side concludes in a case, with how firmly and whose word it is.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        subject: field("paragraph", "What is assessed.", text(600)),
        coordination: field(
          "choice",
          "Whether one agency says it or all that were asked.",
          z.enum(choices.coordination),
        ),
      }),
    },
    assessment: { presence: "required", schema: assessmentBlock },
    legal: optionalLegal,
    notice: {
      presence: "optional",
      schema: block({
        dissent: field("paragraph", "Dissent within the author's side, unnamed if wanted.", text()),
      }),
    },
  },
  items: "optional",
  example: {
    control: {
      case: "Ej5gWkR9TkKBcEAlzQyqHg",
      answers: null,
      ask: null,
      clock: null,
      to: "technical",
    },
    blocks: {
      fact: {
        marking: amber,
        subject: { lang: "en", text: "Who operated the two addresses in July 2016." },
        coordination: "single-agency",
      },
      assessment: {
        marking: amber,
        text: { lang: "en", text: "A criminal group rented both servers." },
        likelihood: "even-chance",
        confidence: "low",
        responsibility: "none-stated",
      },
      notice: {
        marking: amber,
        dissent: { lang: "en", text: "A minority holds that the facts do not bear it." },
      },
    },
  },
});
