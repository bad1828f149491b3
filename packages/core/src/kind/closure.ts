/**
 * Closing a case: one side proposes, the other agrees or rejects.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { block } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { green } from "./example-markings.ts";
import { field } from "./field.ts";
import { instant, text } from "./values.ts";

const exampleControl = {
  case: "Ej5gWkR9TkKBcEAlzQyqHg",
  answers: null,
  ask: null,
  clock: null,
  to: "technical",
};
const exampleAnswer = { ...exampleControl, answers: "Uo1cEw8qTFi5yrLkRWnY7w" };

export const proposeClosure = defineKind({
  name: "propose-closure",
  version: 1,
  summary: "Proposes to close the case.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        grounds: field("choice", "Why the case can end.", z.enum(choices.grounds)),
        summary: field("paragraph", "What both may keep on record.", text()),
        effectiveAt: field(
          "instant",
          "When closure takes effect, UTC; null: on agreement.",
          instant.nullable(),
        ),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: green,
        grounds: "resolved",
        summary: { lang: "en", text: "The servers named in our report are offline." },
        effectiveAt: null,
      },
    },
  },
});

export const agreeClosure = defineKind({
  name: "agree-closure",
  version: 1,
  summary: "Agrees to the proposal that it answers: the case is closed.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "required", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "optional",
      schema: block({ text: field("paragraph", "A remark.", text()) }),
    },
  },
  items: "none",
  example: { control: exampleAnswer, blocks: {} },
});

export const rejectClosure = defineKind({
  name: "reject-closure",
  version: 1,
  summary: "Rejects the proposal that it answers: the case goes on.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "required", answers: "required", ask: "none", clock: "none", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        reason: field("choice", "Why the case cannot end.", z.enum(choices.rejection)),
        text: field("paragraph", "A remark, or null.", text().nullable()),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleAnswer,
    blocks: { fact: { marking: green, reason: "answer-awaited", text: null } },
  },
});
