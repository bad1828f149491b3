/**
 * Notices that open a case and ask for nothing: an early notice, and a warning of what comes from the
 * author's own territory.
 *
 * @module
 */
import { block, optionalAssessment, optionalLegal } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { amber } from "./example-markings.ts";
import { field } from "./field.ts";
import { certainty, firstNotice, openingNotice } from "./first-notice.ts";
import { text } from "./values.ts";

const exampleControl = {
  case: "Ej5gWkR9TkKBcEAlzQyqHg",
  answers: null,
  ask: null,
  clock: { severity: 2, replyBy: null },
  to: "watch",
};

export const earlyNotice = defineKind({
  name: "early-notice",
  version: 1,
  summary: "Opens a case: what happened, told before more is known; nothing is asked.",
  by: "desk",
  classes: ["live", "exercise"],
  control: openingNotice,
  blocks: {
    fact: { presence: "required", schema: block(firstNotice) },
    assessment: optionalAssessment,
    legal: optionalLegal,
  },
  items: "optional",
  example: {
    control: exampleControl,
    blocks: {
      fact: {
        marking: amber,
        who: { lang: "en", text: "National Cybersecurity and Communications Integration Center" },
        person: {
          name: "Watch officer, NCCIC",
          phone: "+1 202 555 0119",
          email: "watch@washington.example",
          languages: ["en", "ru"],
        },
        firstAware: 1_481_371_200,
        sentences: [{ lang: "en", text: "A mail server of a public body answers to strangers." }],
        malicious: "unknown",
        crossBorder: "unknown",
      },
    },
  },
});

export const ownTerritoryWarning = defineKind({
  name: "own-territory-warning",
  version: 1,
  summary: "Opens a case: warns of harm that may come from the author's own territory.",
  by: "desk",
  classes: ["live", "exercise"],
  control: openingNotice,
  blocks: {
    fact: {
      presence: "required",
      schema: block({
        ...firstNotice,
        ongoing: field("choice", "Whether it still goes on.", certainty),
        measures: field("paragraph", "What the author does about it, or null.", text().nullable()),
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
        who: { lang: "ru", text: "Национальный координационный центр по компьютерным инцидентам" },
        person: {
          name: "Оперативный дежурный",
          phone: "+7 495 555 01 19",
          email: null,
          languages: ["ru", "en"],
        },
        firstAware: 1_481_364_000,
        sentences: [
          {
            lang: "ru",
            text: "Заражённые узлы в нашей сети рассылают письма с вредоносным файлом.",
          },
        ],
        malicious: "yes",
        crossBorder: "yes",
        ongoing: "unknown",
        measures: { lang: "ru", text: "Владельцы узлов уведомлены, управляющий сервер отключён." },
      },
    },
  },
});
