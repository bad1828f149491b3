/**
 * What a first notice says, whichever kind it is: it fits one screen, and "unknown" answers every
 * question of fact.
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import type { ControlRule } from "./define-kind.ts";
import { field } from "./field.ts";
import { instant, jti, lang, line, text, unknown } from "./values.ts";

/** Of a kind that opens a case and asks for nothing. */
export const openingNotice = {
  case: "new",
  answers: "none",
  ask: "none",
  clock: "required",
  to: "desk",
} as const satisfies ControlRule;

/** A first notice fits one screen. */
export const sentencesMax = 3;

const personSchema = z.strictObject({
  name: field("line", "Name or function.", line(120)),
  phone: field("line", "Number to call, with country code.", line(60)),
  email: field("line", "Address to write to, or null.", line(254).nullable()),
  languages: field("choices", "Languages spoken, the best first.", z.array(lang).min(1).max(8)),
});

/** Yes, no or unknown. */
export const certainty = z.enum(choices.certainty);

/** Who speaks, and who can be called. */
export const speaker = {
  who: field("line", "The office that reports.", text(200)),
  person: field("person", "Who can be called now, at any hour.", personSchema),
};

export const firstNotice = {
  ...speaker,
  firstAware: field(
    "instant",
    "When the author first knew of it, UTC.",
    z.union([instant, unknown]),
  ),
  sentences: field(
    "paragraphs",
    "What is known, in one to three sentences.",
    z.array(text(600)).min(1).max(sentencesMax),
  ),
  malicious: field("choice", "Whether it was done on purpose.", certainty),
  crossBorder: field("choice", "Whether it crossed a border.", certainty),
};

export const concerns = field(
  "reference",
  "The case that it concerns, by the id of its opening message; null if there is none.",
  jti.nullable(),
);
