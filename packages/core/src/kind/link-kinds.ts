/**
 * The hourly test of the link, in a log of its own.
 *
 * Each test states its author's heads, signed and dated: it closes the record of the hour before, and
 * silence afterwards cannot be filled in.
 *
 * @module
 */
import { z } from "zod";
import { epochMax } from "../log/origin.ts";
import { treeSizeMax } from "../log/tree.ts";
import { block } from "./common-blocks.ts";
import { defineKind } from "./define-kind.ts";
import { field } from "./field.ts";
import { digest } from "./values.ts";

const clear = { tlp: "CLEAR", pap: null, iep: null, flags: [] };
const emptyHead = { epoch: 1, size: 0, root: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" };

/** Names a text of the agreement's neutral list, which both hold in both languages. */
const textId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);

const head = z
  .strictObject({
    epoch: z.int().min(1).max(epochMax),
    size: z.int().min(0).max(treeSizeMax),
    root: digest,
  })
  .meta({ id: "head", description: "The last epoch of one log of the author, and its tree." });

export const linkTest = defineKind({
  name: "link-test",
  version: 1,
  summary: "Tests the link by turns and states where each log of its author stands.",
  by: "node",
  classes: ["link"],
  control: { case: "none", answers: "none", ask: "none", clock: "none", to: "node" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({
        textId: field("reference", "A text of the agreed neutral list.", textId),
        heads: field(
          "rows",
          "Heads of the author's logs, by class; of a log without entries, the empty tree.",
          z.strictObject({ live: head, exercise: head, link: head }),
        ),
      }),
    },
  },
  items: "none",
  example: {
    control: { case: null, answers: null, ask: null, clock: null, to: "node" },
    blocks: {
      notice: {
        marking: clear,
        textId: "baikal",
        heads: { live: emptyHead, exercise: emptyHead, link: emptyHead },
      },
    },
  },
});

export const linkAnswer = defineKind({
  name: "link-answer",
  version: 1,
  summary: "Answers a test of the link.",
  by: "node",
  classes: ["link"],
  control: { case: "none", answers: "required", ask: "none", clock: "none", to: "node" },
  blocks: {
    notice: {
      presence: "required",
      schema: block({ textId: field("reference", "A text of the agreed neutral list.", textId) }),
    },
  },
  items: "none",
  example: {
    control: {
      case: null,
      answers: "Uo1cEw8qTFi5yrLkRWnY7w",
      ask: null,
      clock: null,
      to: "node",
    },
    blocks: { notice: { marking: clear, textId: "baikal" } },
  },
});
