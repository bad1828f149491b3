/**
 * The inquiry: it opens a case and wants exactly one thing.
 *
 * @module
 */

import { askBlock, block, optionalAssessment, optionalLegal } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { firstNotice } from "./first-notice.ts";

export const inquiry = defineKind({
  name: "inquiry",
  version: 1,
  summary: "Opens a case: what happened, and the one thing that is asked.",
  by: "desk",
  classes: ["live", "exercise"],
  control: { case: "new", answers: "none", ask: "required", clock: "required", to: "desk" },
  blocks: {
    fact: {
      presence: "required",
      schema: block(firstNotice),
    },
    assessment: optionalAssessment,
    ask: { presence: "required", schema: askBlock },
    legal: optionalLegal,
  },
  items: "optional",
  example: {
    control: {
      case: "Ej5gWkR9TkKBcEAlzQyqHg",
      answers: null,
      ask: "investigate",
      clock: { severity: 3, replyBy: null },
      to: "technical",
    },
    blocks: {
      fact: {
        marking: { tlp: "AMBER", pap: "AMBER", iep: null, flags: ["ask-first"] },
        who: { lang: "en", text: "National Cybersecurity and Communications Integration Center" },
        person: {
          name: "Watch officer, NCCIC",
          phone: "+1 202 555 0119",
          email: "watch@washington.example",
          languages: ["en", "ru"],
        },
        firstAware: "unknown",
        sentences: [
          { lang: "en", text: "Two of the addresses listed below are located in Russia." },
          { lang: "en", text: "Both were seen in command traffic by our sensors." },
        ],
        malicious: "yes",
        crossBorder: "yes",
      },
      assessment: {
        marking: amber,
        text: { lang: "en", text: "Both addresses were used for command traffic." },
        likelihood: "likely",
        confidence: "low",
        responsibility: "none-stated",
      },
      ask: {
        marking: amber,
        text: { lang: "en", text: "Who operated these two addresses at the time observed?" },
      },
    },
  },
});
