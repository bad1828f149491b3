/**
 * Kinds and items as JSON Schema (draft 2020-12): for whoever writes the other side, and for forms.
 *
 * `control` and `description` of every field are in it. What no schema says (ids that must be equal,
 * orders, dates that go with a choice) is in spec/kinds.md §2.
 *
 * @module
 */
import { z } from "zod";
import type { JsonValue } from "../bytes/canonical-json.ts";
import { itemSchema } from "../item/item.ts";
import { itemCountMax } from "../message/body.ts";
import { attachmentsBlock, handlingBlock } from "./common-blocks.ts";
import type { Kind } from "./define-kind.ts";
import { digest } from "./values.ts";

export type JsonSchema = { readonly [name: string]: JsonValue };

/** The whole of what a kind judges: control values, opened blocks, and the head of the item list. */
export function jsonSchemaOfKind({ value, definition, controlSchema, schemas }: Kind): JsonSchema {
  const blocks = [...schemas].map(([name, { presence, schema }]) => [
    name,
    presence === "required" ? schema : schema.optional(),
  ]);
  const least = definition.items === "required" ? 1 : 0;
  const count = definition.items === "none" ? z.literal(0) : z.int().min(least).max(itemCountMax);
  const content = z.strictObject({
    control: controlSchema,
    blocks: z.strictObject(Object.fromEntries(blocks)),
    items: z.strictObject({ count, root: digest }),
  });
  const { summary, by, classes } = definition;
  return { ...toSchema(content, value), description: summary, by, classes: [...classes] };
}

export function jsonSchemaOfItem(): JsonSchema {
  return toSchema(itemSchema, "item.v1");
}

/** Of the two blocks that may stand in every kind. */
export function jsonSchemaOfCommonBlock(name: "handling" | "attachments"): JsonSchema {
  return toSchema(name === "handling" ? handlingBlock : attachmentsBlock, name);
}

function toSchema(schema: z.ZodType, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema) as unknown as JsonSchema & {
    readonly $schema: string;
  };
  return { $schema, title, ...rest };
}
