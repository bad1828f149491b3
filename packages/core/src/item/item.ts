/**
 * An item: one piece of evidence, with what is known of it and what is not.
 *
 * Nothing is left out in silence: a time that nobody noted is `"unknown"`, one that is not told is
 * `"withheld"`, a source that cannot be judged is F6. A field that is redacted stands as a digest in
 * its place, so that it can be shown later and nothing else can.
 * Spec: spec/kinds.md, "Items".
 *
 * @module
 */
import { z } from "zod";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { choices } from "../kind/choices.ts";
import { field } from "../kind/field.ts";
import { faultOf, refuseField, refuseForm } from "../kind/field-fault.ts";
import { form } from "../kind/form-sentences.ts";
import { markingSchema } from "../kind/marking.ts";
import { choicesOf, grade, instant, jti, line, text, unknown } from "../kind/values.ts";
import { itemCountMax } from "../message/body.ts";
import { type DigestPlace, digestPlaceOf } from "../message/disclosure.ts";
import { isJsonObject } from "../message/members.ts";
import { accept, type Result } from "../result.ts";
import { findingCodes } from "./finding.ts";

/** Octets of a value in UTF-8. */
export const valueBytesMax = 8_192;
/** Rows of a source that items may come from. */
export const sourceRowMax = 100_000_000;

const observedSchema = z.union([
  z.strictObject({ at: instant }),
  z
    .strictObject({ from: instant, to: instant })
    .refine(({ from, to }) => from < to, form("from must be before to")),
  unknown,
  z.literal("withheld"),
]);

const valueSchema = z
  .string()
  .min(1)
  .refine((value) => value.isWellFormed(), { error: form("not Unicode"), abort: true })
  .refine((value) => encodeUtf8(value).length <= valueBytesMax, `more than ${valueBytesMax} octets`)
  .meta({ maxLength: valueBytesMax });

const shape = {
  kind: field("choice", "What it is.", z.enum(choices.itemKind)),
  value: field("line", "The value, not defanged; null if there is none.", valueSchema.nullable()),
  hash: field("choice", "Of a file hash: the function.", z.enum(choices.hash).optional()),
  observed: field("instant", "When it was seen: at, or from and to.", observedSchema),
  diamond: field(
    "choice",
    "Vertex of the Diamond Model; null if not placed.",
    z.enum(choices.diamond).nullable(),
  ),
  grade: field("line", "Admiralty letter and number; F6 says unknown.", grade),
  collection: field("choice", "How it was come by.", z.enum(choices.collection)),
  marking: field("marking", "How far it may be passed on.", markingSchema),
  use: field("choice", "What the peer may do with it.", z.enum(choices.use)),
  role: field("line", "Its part in the matter, in the source's words.", line().optional()),
  phase: field("line", "The phase of the attack, in the source's words.", line().optional()),
  text: field("paragraph", "What the source says of it.", text().optional()),
  comment: field("paragraph", "A further remark of the source.", text().optional()),
  findings: field(
    "choices",
    "What was found when it was read.",
    choicesOf(findingCodes).optional(),
  ),
  source: field(
    "reference",
    "Where it stood when it was read: name of the source, row from 1.",
    z.strictObject({ name: line(255), row: z.int().min(1).max(sourceRowMax) }).optional(),
  ),
  replaces: field(
    "reference",
    "The item of an earlier message that this one corrects.",
    z
      .strictObject({
        message: jti,
        index: z
          .int()
          .min(0)
          .max(itemCountMax - 1),
      })
      .optional(),
  ),
};

function hashFits(item: { kind?: string | undefined; hash?: string | undefined }): boolean {
  return (item.kind === "file-hash") === (item.hash !== undefined);
}
const hashFault = "a file hash names its function, and nothing else does";

export const itemSchema = z
  .strictObject(shape)
  .refine(hashFits, form(hashFault))
  .meta({ id: "item", description: "One piece of evidence." });
const partialItemSchema = z.strictObject(shape).partial().required({ kind: true });

export type Item = Readonly<z.output<typeof itemSchema>>;
export type ItemField = keyof Item;

/** As it was received: every field but the kind may be a digest. */
export type ShownItem = {
  readonly [F in keyof Item]: F extends "kind" ? Item[F] : Item[F] | DigestPlace;
};

/** Fields that may be redacted: all but the kind. */
export const redactableFields: readonly ItemField[] = (Object.keys(shape) as ItemField[]).filter(
  (name) => name !== "kind",
);
const requiredFields = (Object.keys(shape) as ItemField[]).filter(
  (name) => !shape[name].safeParse(undefined).success,
);

/** @returns The item; or `item.invalid` if a field is not of its form. Redacted fields are not read. */
export function parseItem(value: JsonValue): Result<ShownItem, "item.invalid"> {
  if (!isJsonObject(value)) return refuseForm("item.invalid", "", "an object");
  const redacted = redactableFields.filter((name) => digestPlaceOf(value[name]) !== undefined);
  if (redacted.length === 0) {
    const whole = itemSchema.safeParse(value);
    return whole.success
      ? accept(whole.data)
      : refuseField("item.invalid", faultOf(whole.error, value));
  }
  const shown = Object.fromEntries(
    Object.entries(value).filter(([name]) => !redacted.includes(name as ItemField)),
  );
  const part = partialItemSchema.safeParse(shown);
  if (!part.success) return refuseField("item.invalid", faultOf(part.error, shown));
  const missing = requiredFields.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) {
    const nothing = { allowed: [], found: null, min: null, max: null };
    return refuseField("item.invalid", { path: missing, rule: "missing", ...nothing });
  }
  if (!redacted.includes("hash") && !hashFits(part.data))
    return refuseForm("item.invalid", "hash", hashFault);
  return accept(value as unknown as ShownItem);
}
