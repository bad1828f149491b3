/**
 * What is added to what was said: a clarification supplies, a correction replaces, a withdrawal takes
 * back, a note remarks. What was said stays in the record.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { askBlock, block, optionalAssessment, optionalLegal } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { field } from "./field.ts";
import { missingRows } from "./replies.ts";
import { itemRanges, text } from "./values.ts";

const exampleControl = {
  case: "Ej5gWkR9TkKBcEAlzQyqHg",
  answers: "Ej5gWkR9TkKBcEAlzQyqHg",
  ask: null,
  clock: null,
  to: "technical",
};

export const clarification = defineKind({
  name: "clarification",
  version: 1,
  summary: "Supplies what was missing; the items that it carries replace those that lacked it.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        supplies: field("rows", "Which missing fields are given now.", missingRows),
        text: field("paragraph", "The clarification.", text()),
      }),
    },
    assessment: optionalAssessment,
    legal: optionalLegal,
  },
  items: "optional",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        supplies: [{ field: "observed-time", items: [[256, 257]] }],
        text: { lang: "en", text: "The address was observed on 11 July 2016, 13:00 to 15:00 UTC." },
      },
    },
  },
});

export const correction = defineKind({
  name: "correction",
  version: 1,
  summary: "Corrects an earlier message of its author, which it answers.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "optional", answers: "required", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({ text: field("paragraph", "What was wrong, and what is right.", text()) }),
    },
    assessment: optionalAssessment,
    ask: { presence: "optional", schema: askBlock },
    legal: optionalLegal,
  },
  items: "optional",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        text: { lang: "en", text: "19 hashes listed as MD5 are 17 SHA-256 and 2 SHA-1." },
      },
    },
  },
});

export const withdrawal = defineKind({
  name: "withdrawal",
  version: 1,
  summary: "Takes back an earlier message of its author, which it answers, or items of it.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "optional", answers: "required", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        reason: field("choice", "Why it is taken back.", z.enum(choices.withdrawal)),
        items: field("rows", "Which items of it; empty for the message as a whole.", itemRanges),
        text: field("paragraph", "A remark, or null.", text().nullable()),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        reason: "doubtful-source",
        items: [[256, 258]],
        text: { lang: "en", text: "Both addresses belong to an anonymity network." },
      },
    },
  },
});

export const note = defineKind({
  name: "note",
  version: 1,
  summary: "A remark that asks nothing and moves nothing.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "optional", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({ text: field("paragraph", "The remark.", text()) }),
    },
    assessment: optionalAssessment,
    legal: optionalLegal,
  },
  items: "optional",
  example: {
    control: { ...exampleControl, case: null, answers: null },
    blocks: {
      fact: { marking: amber, text: { lang: "en", text: "Our desk moves to another building." } },
    },
  },
});
