/**
 * The blocks that say the same in every kind: assessment, ask, legal, handling and attachments.
 *
 * `fact` and `notice` are each kind's own. Every block carries its own marking, so that what is known,
 * what is thought and what is wanted can be passed on differently.
 *
 * @module
 */
import { z } from "zod";
import { sealedLength } from "../crypto/chunked-encryption.ts";
import { blockNames, heldBackMax } from "../message/body.ts";
import { choices } from "./choices.ts";
import { field } from "./field.ts";
import { form } from "./form-sentences.ts";
import { markingSchema } from "./marking.ts";
import { digest, grade, itemRanges, line, text } from "./values.ts";

/** Files of one message; the item list counts as one. */
export const filesMax = 64;
/** Sealed octets of one file: 1 GiB and what sealing adds. */
export const fileBytesMax = sealedLength(2 ** 30);

/** A block: its marking, then the fields of `shape`. */
export function block<S extends Readonly<Record<string, z.ZodType>>>(shape: S) {
  const marking = field("marking", "How far this block may be passed on and used.", markingSchema);
  return z.strictObject({ marking, ...shape });
}

export const assessmentBlock = block({
  text: field("paragraph", "What the author concludes from the facts.", text()),
  likelihood: field(
    "choice",
    "How likely it is, in the seven bands of ICD 203; apart from confidence.",
    z.enum(choices.likelihood),
  ),
  confidence: field("choice", "How good the ground for it is.", z.enum(choices.confidence)),
  responsibility: field(
    "choice",
    "Responsibility of a state, on ten steps; or none stated.",
    z.enum(choices.responsibility),
  ),
});

export const askBlock = block({
  text: field("paragraph", "What exactly is asked, in the author's words.", text(2_000)),
});

export const legalBlock = block({
  text: field("paragraph", "On which legal ground; it decides nothing about lawfulness.", text()),
});

export const optionalAssessment = { presence: "optional", schema: assessmentBlock } as const;
export const optionalLegal = { presence: "optional", schema: legalBlock } as const;

const heldBackSchema = z
  .strictObject({
    what: field("choice", "Whole items, fields of items, or a block.", z.enum(choices.heldBack)),
    block: field(
      "choice",
      "Which block; null if none is committed.",
      z.enum(blockNames).nullable(),
    ),
    items: field("rows", "Which items of this message; none of a block.", itemRanges),
    class: field("choice", "How it was come by.", z.enum(choices.collection)),
    grade: field("line", "Grade of what is held back; null if it is not told.", grade.nullable()),
  })
  .refine(
    ({ what, block: name, items }) => (what === "block" ? items.length === 0 : name === null),
    form("a block has no items, and items no block"),
  );

export const handlingBlock = block({
  heldBack: field(
    "rows",
    "What is not shown to the peer, and of which class and grade it is.",
    z.array(heldBackSchema).max(heldBackMax),
  ),
});

const fileSchema = z.strictObject({
  role: field("choice", "The item list, or a file.", z.enum(choices.fileRole)),
  digest: field("reference", "SHA-256 of the sealed octets.", digest),
  key: field("reference", "The key under which they are sealed.", digest),
  bytes: field("number", "Sealed octets.", z.int().min(1).max(fileBytesMax)),
  mediaType: field(
    "line",
    "Media type of what is inside.",
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/,
        form("a media type such as text/plain"),
      )
      .meta({ maxLength: 127 }),
  ),
  name: field("line", "File name without path; null if it has none.", fileName().nullable()),
});

export const attachmentsBlock = block({
  files: field(
    "rows",
    "What travels beside the log, at most one of them the item list.",
    z
      .array(fileSchema)
      .min(1)
      .max(filesMax)
      .refine((files) => itemFiles(files) <= 1, form("at most one file is the item list"))
      .refine(
        (files) => new Set(files.map((file) => file.digest)).size === files.length,
        form("a file is named once"),
      ),
  ),
});

export type Assessment = Readonly<z.output<typeof assessmentBlock>>;
export type Handling = Readonly<z.output<typeof handlingBlock>>;
export type Attachments = Readonly<z.output<typeof attachmentsBlock>>;

/** How many of the files are an item list: 0 or 1 in a block that was parsed. */
export function itemFiles(files: readonly { readonly role: string }[]): number {
  return files.filter(({ role }) => role === "items").length;
}

/** No separators of paths, and not a name that begins with a dot: it may become a file somewhere. */
function fileName() {
  return line(255).refine((name) => !/^\.|[/\\:]/.test(name), form("a file name without path"));
}
