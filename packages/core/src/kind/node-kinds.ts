/**
 * What a node says when no officer is there: a refusal, a notice about the logs, a change of keys.
 *
 * @module
 */
import { z } from "zod";
import { proofHashesMax } from "../log/proofs.ts";
import { treeSizeMax } from "../log/tree.ts";
import { choices } from "./choices.ts";
import { block } from "./common-blocks.ts";
import { type ControlRule, defineKind } from "./define-kind.ts";
import { field } from "./field.ts";
import { form } from "./form-sentences.ts";
import { markingSchema } from "./marking.ts";
import { digest, document, instant, origin, signedDocument, text } from "./values.ts";

/** Of one checkpoint with its signatures, cosignatures and lines of witnesses. */
export const checkpointCharsMax = 16_384;

const toNode = {
  case: "none",
  answers: "none",
  ask: "none",
  clock: "none",
  to: "node",
} as const satisfies ControlRule;
const allClasses = ["live", "exercise", "link"] as const;
const clear = { tlp: "CLEAR", pap: null, iep: null, flags: [] };
const exampleControl = { case: null, answers: null, ask: null, clock: null, to: "node" };
const exampleOrigin = "washington.example/moscow.example/0123456789abcdef/live/1";

export const refusal = defineKind({
  name: "refusal",
  version: 1,
  summary: "Refuses one entry of the peer's log, which is void on both sides.",
  by: "node",
  classes: allClasses,
  control: toNode,
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        origin: field("reference", "The log in which the refused entry stands.", origin),
        index: field(
          "number",
          "Its index, from 0.",
          z
            .int()
            .min(0)
            .max(treeSizeMax - 1),
        ),
        code: field(
          "choice",
          "Why: a code of spec/refusals.md.",
          z
            .string()
            .regex(/^[a-z]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/)
            .max(64),
        ),
      }),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: { marking: clear, origin: exampleOrigin, index: 17, code: "attachment.missing" },
    },
  },
});

const marking = field("marking", "How far this block may be passed on and used.", markingSchema);
const checkpoint = (description: string) =>
  field("document", description, document(checkpointCharsMax));
const [fork, epochClosed, seen, witness, outage] = choices.subject;

export const serviceNote = defineKind({
  name: "service-note",
  version: 1,
  summary: "What one node tells the other about logs, witnesses and outages; never answered.",
  by: "node",
  classes: allClasses,
  control: toNode,
  blocks: {
    notice: {
      presence: "required",
      schema: z.discriminatedUnion("subject", [
        z.strictObject({
          marking,
          subject: z.literal(fork).meta({ description: "The peer's log has two histories." }),
          first: checkpoint("One signed checkpoint of the log."),
          second: checkpoint("Another that contradicts it."),
          prefix: field(
            "document",
            "What the larger tree holds in the place of the smaller; null: the sizes are equal.",
            z.strictObject({ root: digest, proof: z.array(digest).max(proofHashesMax) }).nullable(),
          ),
        }),
        z.strictObject({
          marking,
          subject: z
            .literal(epochClosed)
            .meta({ description: "Where an epoch of the peer ended." }),
          origin: field("reference", "The log whose epoch ended.", origin),
          size: field("number", "Its size: entries from here on count for nobody.", treeSize()),
          checkpoint: field(
            "document",
            "The peer's own checkpoint of that size; null: nothing of it was receipted.",
            document(checkpointCharsMax).nullable(),
          ),
        }),
        z.strictObject({
          marking,
          subject: z.literal(seen).meta({ description: "Nothing but the statement's own `seen`." }),
        }),
        z.strictObject({
          marking,
          subject: z.literal(witness).meta({ description: "A witness dates what has no receipt." }),
          checkpoint: checkpoint("An own checkpoint with the lines of the witness."),
        }),
        z
          .strictObject({
            marking,
            subject: z.literal(outage).meta({ description: "The node is, was or will be away." }),
            cause: field("choice", "Why.", z.enum(choices.outage)),
            from: field("instant", "Since when, UTC.", instant),
            until: field("instant", "Until when, UTC; null: not known.", instant.nullable()),
            text: field("paragraph", "A remark, or null.", text(600).nullable()),
          })
          .refine(
            ({ from, until }) => until === null || from <= until,
            form("an outage ends after it begins"),
          ),
      ]),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: {
        marking: clear,
        subject: "outage",
        cause: "planned",
        from: 1_483_056_000,
        until: 1_483_059_600,
        text: { lang: "en", text: "Upgrade of the node." },
      },
    },
  },
});

const documentOrNone = (description: string) =>
  field("document", description, signedDocument.nullable());

export const keyChange = defineKind({
  name: "key-change",
  version: 1,
  summary: "Brings a new descriptor, a channel notice, or both; takes effect where it stands.",
  by: "node",
  classes: allClasses,
  control: toNode,
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        descriptor: documentOrNone("The next descriptor as signed, or the file that holds it."),
        channelNotice: documentOrNone("A channel notice as signed, or the file that holds it."),
      }).refine(
        ({ descriptor, channelNotice }) => descriptor !== null || channelNotice !== null,
        form("a change of keys brings a document"),
      ),
    },
  },
  items: "none",
  example: {
    control: exampleControl,
    blocks: {
      notice: {
        marking: clear,
        descriptor: null,
        channelNotice: '{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}',
      },
    },
  },
});

function treeSize() {
  return z.int().min(0).max(treeSizeMax);
}
