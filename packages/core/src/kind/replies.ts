/**
 * What is said to an inquiry: received, in hand, answered, declined, or not answerable as it stands.
 *
 * Saying no costs one field, and saying what is missing another.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { block, optionalAssessment, optionalLegal } from "./common-blocks.ts";
import { type ControlRule, defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { field } from "./field.ts";
import { form } from "./form-sentences.ts";
import { instant, itemRanges, line, text } from "./values.ts";

/** Names the message that it is about and stands in its case. */
const reply = {
  case: "required",
  answers: "required",
  ask: "none",
  clock: "none",
  to: "desk",
} as const satisfies ControlRule;

const someText = text().nullable();
const clear = { tlp: "CLEAR", pap: null, iep: null, flags: [] };
const exampleControl = {
  case: "Ej5gWkR9TkKBcEAlzQyqHg",
  answers: "Ej5gWkR9TkKBcEAlzQyqHg",
  ask: null,
  clock: null,
  to: "technical",
};

/** Which fields a message lacks or gives, of which items of the message that is answered. */
export const missingRows = z
  .array(
    z.strictObject({
      field: field("choice", "Which field.", z.enum(choices.missing)),
      items: field("rows", "Of which items; empty for the message as a whole.", itemRanges),
    }),
  )
  .max(choices.missing.length)
  .refine(
    (rows) => new Set(rows.map((row) => row.field)).size === rows.length,
    form("a field is named once"),
  );

export const receipt = defineKind({
  name: "receipt",
  version: 1,
  summary: "A person has the message that it answers.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { ...reply, case: "optional" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        receivedBy: field("line", "Who has it: name or function.", line(120)),
        text: field("paragraph", "A remark, or null.", someText),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: { notice: { marking: clear, receivedBy: "Watch officer, technical desk", text: null } },
  },
});

export const holdingReply = defineKind({
  name: "holding-reply",
  version: 1,
  summary: "The matter is in hand; when the next word comes.",
  by: "desk",
  classes: ["live", "exercise"],
  control: reply,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        nextWordBy: field("instant", "When the next word comes at the latest, UTC.", instant),
        text: field("paragraph", "What is being done, or null.", someText),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        nextWordBy: 1_483_128_000,
        text: { lang: "ru", text: "Принято в работу." },
      },
    },
  },
});

export const answer = defineKind({
  name: "answer",
  version: 1,
  summary: "The substance of what was asked, or a dated plan for it.",
  by: "desk",
  classes: ["live", "exercise"],
  control: reply,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        outcome: field("choice", "What came of the ask.", z.enum(choices.outcome)),
        plannedFor: field("instant", "Of a plan: until when, UTC; else null.", instant.nullable()),
        text: field("paragraph", "What is known or was done.", text()),
      }).refine(
        ({ outcome, plannedFor }) => (outcome === "planned") === (plannedFor !== null),
        form("a plan has a date, and nothing else has"),
      ),
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
        outcome: "done",
        plannedFor: null,
        text: { lang: "ru", text: "Оба адреса принадлежат поставщику услуг хостинга." },
      },
    },
  },
});

export const decline = defineKind({
  name: "decline",
  version: 1,
  summary: "No, with the reason from a closed list.",
  by: "desk",
  classes: ["live", "exercise"],
  control: reply,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        reason: field("choice", "Why not.", z.enum(choices.decline)),
        text: field("paragraph", "A remark, or null.", someText),
      }),
    },
    legal: optionalLegal,
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: { fact: { marking: amber, reason: "not-ours", text: null } },
  },
});

export const notAnswerable = defineKind({
  name: "not-answerable",
  version: 1,
  summary: "It cannot be answered as it stands; names what is missing and stops the clock.",
  by: "desk",
  classes: ["live", "exercise"],
  control: reply,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        missing: field("rows", "What is missing, of which items.", missingRows.min(1)),
        text: field("paragraph", "A remark, or null.", someText),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        missing: [{ field: "observed-time", items: [[0, 911]] }],
        text: { lang: "ru", text: "Адрес без времени ни на кого не указывает." },
      },
    },
  },
});
