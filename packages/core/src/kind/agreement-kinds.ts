/**
 * The next version of the agreement, proposed and consented to over the channel.
 *
 * The document is judged as any agreement is (spec/agreement.md); that it came by a message gives it
 * no force of its own.
 *
 * @module
 */
import { z } from "zod";
import { agreementVersionMax } from "../message/statement.ts";
import { block } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { green } from "./example-markings.ts";
import { field } from "./field.ts";
import { signedDocument, text } from "./values.ts";

const exampleControl = { case: null, answers: null, ask: null, clock: null, to: "political" };
const exampleDocument = '{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}';

const version = field(
  "number",
  "Which version of the agreement it is.",
  z.int().min(1).max(agreementVersionMax),
);
const remark = field("paragraph", "A remark, or null.", text().nullable());

export const agreementProposal = defineKind({
  name: "agreement-proposal",
  version: 1,
  summary: "Proposes a version of the agreement, signed by its author's authority alone.",
  by: "desk",
  classes: ["live"],
  control: { case: "none", answers: "optional", ask: "none", clock: "none", to: "desk" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        version,
        document: field(
          "document",
          "The proposal with its two signatures, or the file that holds it.",
          signedDocument,
        ),
        text: remark,
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: {
        marking: green,
        version: 2,
        document: exampleDocument,
        text: { lang: "en", text: "The holding reply is due in four hours instead of six." },
      },
    },
  },
});

export const agreementConsent = defineKind({
  name: "agreement-consent",
  version: 1,
  summary: "Consents to the proposal that it answers: the document with the signatures of both.",
  by: "desk",
  classes: ["live"],
  control: { case: "none", answers: "required", ask: "none", clock: "none", to: "desk" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        version,
        document: field(
          "document",
          "The agreement with its four signatures, or the file that holds it.",
          signedDocument,
        ),
        text: remark,
      }),
    },
  },
  items: "none",
  example: {
    control: { ...exampleControl, answers: "Uo1cEw8qTFi5yrLkRWnY7w" },
    blocks: {
      notice: { marking: green, version: 2, document: exampleDocument, text: null },
    },
  },
});
